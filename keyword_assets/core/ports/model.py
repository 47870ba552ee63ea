"""The model as the rules see it, and what asking it can come back with."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from keyword_assets.core.models.usage import Usage
from keyword_assets.core.outcomes import Outcome
from keyword_assets.core.quota.places import Closing


@dataclass(frozen=True)
class Reply:
    """What came back for one request.

    `document` is the parsed JSON of the answer, or None when there was none to parse; then `problem` says why.
    `truncated` means that the output cap cut the answer off. `excerpt` gives the beginning of the raw answer, fit to be
    shown: masking it takes as long as reading it, and only what could not be used is looked at.
    """

    document: Any
    problem: str | None
    truncated: bool
    excerpt: Callable[[], str]
    request_id: str
    usage: Usage = field(default_factory=Usage)
    """What this reply cost, retries included."""
    ids: Sequence[int] = ()
    """Under which the texts were asked, in their order."""


class AskFailed(Exception):
    """One request to the model did not come back with a reply. `usage` is what it cost all the same."""

    usage: Usage = Usage()


class ContentRefused(AskFailed):
    """The model refuses something in this request (its texts), not the caller: asking the same again cannot help."""

    def __init__(self, reason: str, reply: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.reply = reply


class ModelFailing(AskFailed):
    """No usable response after every allowed retry; `unreachable` when nothing came from the model itself.

    `suspect` says that the request had been sent, so that its texts may be the reason: a firewall that does not let
    one of them pass, a text on which the model itself breaks down. `blocked` says that somebody else answered in the
    model's place. `quota` says that requests or tokens were used up, up to the last retry. `way` is how requests reach
    the model, in words.
    """

    def __init__(
        self,
        reason: str,
        *,
        unreachable: bool,
        suspect: bool = False,
        blocked: bool = False,
        quota: bool = False,
        way: str = "",
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.unreachable = unreachable
        self.suspect = suspect
        self.blocked = blocked
        self.quota = quota
        self.way = way


class BudgetReached(AskFailed):
    """The next request could pass a limit: `BUDGET` for the run's tokens, `BUDGET_KRW` for the day's money."""

    def __init__(self, which: Outcome) -> None:
        super().__init__(which)
        self.which = which


class NoLongerWanted(AskFailed):
    """Before the request went out, its texts, or some of them, were not to be sent any more."""


Wanted = Callable[[], Awaitable[bool]]


async def always_wanted() -> bool:
    """Whatever is asked stays wanted."""
    return True


class KeywordModel(Protocol):
    """Something that answers batches of questions. Denials come as `errors.HcxDenied`."""

    version: str
    """Changes with the model, the prompt or the taxonomy: answers are reused only under the same version."""

    @property
    def usage(self) -> Usage:
        """What was used since the model was opened."""

    @property
    def worth_asking(self) -> int:
        """How many requests are worth having open now; it follows the quota and the latency."""

    def when_held(self, told: Callable[[Closing], None]) -> None:
        """Have somebody told when no request may go out for a while, and why."""

    def batch_size(self, texts: Sequence[str]) -> int:
        """How many questions like these one request should ask."""

    def fits(self, texts: Sequence[str]) -> bool:
        """Whether these prompt texts may go into one request."""

    async def ask(
        self, texts: Sequence[str], *, room: int = 1, briefly: bool = False, wanted: Wanted = always_wanted
    ) -> Reply:
        """Ask about texts under ids that none of them can know; `room` multiplies the output cap.

        `briefly` gives up sooner where nothing gets through: others do, so that there is no bad moment to wait for.
        `wanted` is asked each time that a request is about to go out, which may be long after the call.

        Raises:
            AskFailed: one of its kinds.
            HcxDenied: the key, the subscription or the model is refused.
        """
