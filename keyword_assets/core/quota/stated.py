"""What the server says about its meters, as far as it can be true: its limits, where they are tighter than ours."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from keyword_assets.core.quota.limits import Limits, MeterReading, credible
from keyword_assets.core.texts import say

log = logging.getLogger(__name__)


@dataclass
class StatedLimits:
    """The limits that hold by the server's newest word.

    Args:
        given: by the settings.
    """

    given: Limits

    doubted: Callable[[str, object], None] = field(default_factory=lambda: lambda name, said: None, init=False)
    """Told what the server said and cannot be."""
    _served: deque[tuple[float, int]] = field(default_factory=deque, init=False)
    _told: set[Limits] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self.now = self.given

    def served(self, at: float, tokens: int) -> None:
        """An answer came at this time, for so many tokens: no limit of the server's can be less than it let us have."""
        self._served.append((at, tokens))

    def believed(self, meters: MeterReading | None, now: float) -> MeterReading | None:
        """What can be true of the meters; the server's limits are taken where they are tighter than the settings'.

        Its newest word counts: a limit that was stated by mistake is over with the next answer.
        """
        if meters is None:
            return None
        while self._served and now - self._served[0][0] > self.now.window:
            self._served.popleft()
        had = replace(self.given, requests=len(self._served), tokens=sum(tokens for _, tokens in self._served))
        meters, doubted = credible(meters, self.given, had)
        for name, said in doubted.items():
            self.doubted(name, said)
        requests = min(self.given.requests, meters.limit_requests or self.given.requests)
        tokens = min(self.given.tokens, meters.limit_tokens or self.given.tokens)
        if (requests, tokens) != (self.now.requests, self.now.tokens):
            self.now = replace(self.now, requests=requests, tokens=tokens)
            if self.now != self.given and self.now not in self._told:
                self._told.add(self.now)
                log.warning(say("hcx.tighter_limits", requests=requests, tokens=tokens))
        return meters
