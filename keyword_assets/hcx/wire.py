"""An API in both directions, as an object: the client and `doctor` speak by whichever the model's facts name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from keyword_assets.core.ports.model import Reply
from keyword_assets.core.questions import Mask, unmasked
from keyword_assets.core.quota.limits import MeterReading
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say
from keyword_assets.hcx.codes import Fate


@dataclass(frozen=True)
class Response:
    """What a response says: an error, which has a `fate`, or a reply.

    A `page` is what somebody else than HCX answered in its place, by its title or first words; there is no code then.
    """

    http_status: int
    code: str | None
    message: str
    reply: Reply | None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    reset_seconds: float | None = None
    meters: MeterReading | None = None
    page: str | None = None
    written: int = 0
    """Our own estimate of the answer's tokens."""
    doubted: Mapping[str, object] = field(default_factory=dict)
    """What stood where a number of tokens should have been, and cannot be one."""
    fate: Fate | None = None

    @property
    def reason(self) -> str:
        """An error in one line: `HTTP 429 42901 Too many requests`."""
        if self.page is not None:
            return say("hcx.page", status=self.http_status, page=self.page)
        return " ".join(str(part) for part in ("HTTP", self.http_status, self.code, self.message) if part)


class Wire(Protocol):
    """What a model's API looks like on the way out and on the way back."""

    @property
    def path(self) -> str:
        """Where questions go."""

    @property
    def counter_path(self) -> str:
        """Where tokens are counted for nothing."""

    def headers(self, request_id: str) -> dict[str, str]:
        """The headers by which the server's own log finds a request."""

    def body(
        self, taxonomy: Taxonomy, texts: Sequence[str], cap: int, ids: Sequence[int] | None = None
    ) -> dict[str, Any]:
        """The JSON body that asks about these texts, under these ids, with an output cap of so many tokens.

        Without ids it is one to be measured.
        """

    def counted(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What the counter is sent of a body."""

    def count(self, document: Any) -> int:
        """The tokens in the counter's answer.

        Raises:
            KeyError, TypeError, ValueError: the answer has another form.
        """

    def read(
        self, response: httpx.Response, request_id: str, secret: str, mask: Mask = unmasked, *, cut: bool = False
    ) -> Response:
        """Understand a response whatever it contains; never raises on what a server sent.

        The secret is masked before anything else: servers do echo what they refuse, and their words are kept and shown.
        For the same reason `mask` hides the personal data in them, and does so before they are shortened. Of a response
        that was `cut` because it went on and on, only the status and the first words count.
        """
