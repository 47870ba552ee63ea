"""Every failure on demand: which requests fail, and how.

A fault strikes a request that would have been served, after its quota was charged. All the conditions it names must
hold; one that names none strikes every time.
"""

import random
import re
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from keyword_assets.hcx.simulator.corruptions import ANSWER_KINDS, QUESTION_KINDS
from keyword_assets.hcx.simulator.envelope import MESSAGES

# These keep the answer from arriving at all.
TRANSPORT_KINDS = frozenset({"error", "error_in_200", "gateway_html", "garbage", "reset", "disconnect", "hang"})
KINDS = TRANSPORT_KINDS | ANSWER_KINDS | QUESTION_KINDS | {"slow"}


@dataclass(frozen=True)
class Fault:
    """One failure and the conditions under which it strikes.

    Args:
        kind: one of `KINDS`.
        code: for `error` and `error_in_200`, a code of the table; its first three digits are the HTTP status.
        status: another HTTP status for `error` (default by code) or `gateway_html` (default 502).
        message: another message than the table's, or the title of the page.
        seconds: for `slow` the extra latency, for `hang` the silence before the connection is dropped.
        probability: strikes this share of the requests, by the plan's seeded random numbers.
        times: strikes this many requests and is then spent.
        text: strikes requests that have a question (or else a last user message) containing this.
        pattern: or one that this regular expression is found in, as a firewall would have it.
        headers: for `error` and `gateway_html`, headers of the response, in place of the quota's where those are meant.
    """

    kind: str
    code: str = "50000"
    status: int | None = None
    message: str | None = None
    seconds: float = 30.0
    probability: float | None = None
    times: int | None = None
    text: str | None = None
    pattern: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of fault {self.kind!r}; one of {', '.join(sorted(KINDS))}")
        if len(self.code) != 5 or not self.code.isdigit():
            raise ValueError(f"a code has five digits: {self.code!r}")
        if self.probability is not None and not 0 <= self.probability <= 1:
            raise ValueError(f"a probability lies within 0 and 1: {self.probability!r}")
        if self.seconds < 0 or (self.times is not None and self.times < 1):
            raise ValueError("seconds and times are counted upwards")
        if not all(isinstance(part, str) and part.isascii() for header in self.headers.items() for part in header):
            raise ValueError("headers are names and values in ASCII")
        try:
            re.compile(self.pattern or "")
        except re.error as error:
            raise ValueError(f"not a regular expression: {self.pattern!r} ({error})") from error

    @property
    def picks(self) -> bool:
        """Whether it strikes because of what a text holds."""
        return self.text is not None or self.pattern is not None

    def strikes(self, text: str) -> bool:
        """Whether a text holds what it strikes at."""
        return (self.text is None or self.text in text) and (
            self.pattern is None or re.search(self.pattern, text) is not None
        )

    @property
    def says(self) -> str:
        """The message that goes with the code."""
        return self.message or MESSAGES.get(self.code, "Unknown error")


@dataclass(frozen=True)
class Strike:
    """What is to happen to one request; `corruptions` name the places of the questions whose answers they spoil."""

    delay: float = 0.0
    transport: Fault | None = None
    corruptions: tuple[tuple[str, tuple[int, ...]], ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass
class _Armed:
    fault: Fault
    left: int | None = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.fault.times


class FaultPlan:
    """The faults in force. Threads may change it while requests are being served."""

    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._armed: list[_Armed] = []
        self._struck: Counter[str] = Counter()

    def add(self, *faults: Fault) -> None:
        """Put faults into force after those that are."""
        with self._lock:
            self._armed.extend(_Armed(fault) for fault in faults)

    def clear(self) -> None:
        """Take every fault out of force."""
        with self._lock:
            self._armed.clear()
            self._struck.clear()

    @property
    def struck(self) -> dict[str, int]:
        """How many requests each kind has struck."""
        with self._lock:
            return dict(self._struck)

    @property
    def in_force(self) -> list[dict[str, Any]]:
        """The faults that can still strike, with the times they have left."""
        with self._lock:
            return [asdict(armed.fault) | {"times": armed.left} for armed in self._armed]

    def draw(self, texts: Sequence[str]) -> Strike:
        """What strikes a request that asks about these texts.

        Delays add up, and so do faults of single poisoned questions. Of the others the first that strikes is the only
        one, so that faults with `times` play one after the other like a script.
        """
        with self._lock:
            struck: list[tuple[Fault, tuple[int, ...]]] = []
            decided = False
            for armed in self._armed:
                adds_up = armed.fault.kind == "slow" or self._poisons(armed.fault)
                if decided and not adds_up:
                    continue
                places = self._strikes(armed, texts)
                if places is not None:
                    struck.append((armed.fault, places))
                    decided = decided or not adds_up
            self._armed = [armed for armed in self._armed if armed.left != 0]
            self._struck.update(fault.kind for fault, _ in struck)
            return _strike(struck)

    @staticmethod
    def _poisons(fault: Fault) -> bool:
        return fault.picks and fault.kind in QUESTION_KINDS

    def _strikes(self, armed: _Armed, texts: Sequence[str]) -> tuple[int, ...] | None:
        """The places of the texts it strikes (one at random if it names no text), or None if it does not strike."""
        fault = armed.fault
        places = tuple(i for i, text in enumerate(texts) if fault.strikes(text))
        if not places and (texts or fault.picks):
            return None
        if fault.probability is not None and self._random.random() >= fault.probability:
            return None
        if armed.left is not None:
            armed.left -= 1
        return places if fault.picks or not places else (self._random.choice(places),)


def _strike(struck: Sequence[tuple[Fault, tuple[int, ...]]]) -> Strike:
    return Strike(
        delay=sum(fault.seconds for fault, _ in struck if fault.kind == "slow"),
        transport=next((fault for fault, _ in struck if fault.kind in TRANSPORT_KINDS), None),
        corruptions=tuple((f.kind, places) for f, places in struck if f.kind in ANSWER_KINDS | QUESTION_KINDS),
        kinds=tuple(fault.kind for fault, _ in struck),
    )


_TYPES: dict[str, tuple[type, ...]] = {
    "kind": (str,),
    "code": (str,),
    "status": (int,),
    "message": (str,),
    "seconds": (int, float),
    "probability": (int, float),
    "times": (int,),
    "text": (str,),
    "pattern": (str,),
    "headers": (dict,),
}


def read_faults(document: object) -> list[Fault]:
    """Faults from a JSON list of objects with the fields of `Fault`.

    Raises:
        ValueError: it is not such a list; the message says what is wrong.
    """
    if not isinstance(document, list):
        raise ValueError("faults come as a list")
    return [_read_fault(entry) for entry in document]


def _read_fault(entry: object) -> Fault:
    if not isinstance(entry, Mapping) or entry.get("kind") is None or not _TYPES.keys() >= entry.keys():
        raise ValueError(f"a fault is an object with a kind, and none but these fields: {', '.join(_TYPES)}")
    for name, value in entry.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, _TYPES[name])):
            raise ValueError(f"{name} cannot be {value!r}")
    return Fault(**{name: value for name, value in entry.items() if value is not None})
