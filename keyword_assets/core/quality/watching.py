"""A model that is watched: which question was asked at which place of how many, and what its request took."""

import time
from collections.abc import Callable, Sequence

from keyword_assets.core.models.usage import Usage
from keyword_assets.core.ports.model import KeywordModel, Reply, Wanted, always_wanted
from keyword_assets.core.quality.evaluations import Asking
from keyword_assets.core.quota.places import Closing


class Watched:
    """The model, with what is to be known of each text's last asking in `askings`."""

    def __init__(self, model: KeywordModel) -> None:
        self._model = model
        self.version = model.version
        self.askings: dict[str, Asking] = {}

    @property
    def usage(self) -> Usage:
        """What was used since the model was opened."""
        return self._model.usage

    @property
    def worth_asking(self) -> int:
        """How many requests are worth having open now."""
        return self._model.worth_asking

    def when_held(self, told: Callable[[Closing], None]) -> None:
        """Have somebody told when no request may go out for a while, and why."""
        self._model.when_held(told)

    def batch_size(self, texts: Sequence[str]) -> int:
        """How many questions like these one request should ask."""
        return self._model.batch_size(texts)

    def fits(self, texts: Sequence[str]) -> bool:
        """Whether these prompt texts may go into one request."""
        return self._model.fits(texts)

    async def ask(
        self, texts: Sequence[str], *, room: int = 1, briefly: bool = False, wanted: Wanted = always_wanted
    ) -> Reply:
        """Ask about the texts, see `KeywordModel`; the time includes the waiting for the quota."""
        began = time.monotonic()
        reply = await self._model.ask(texts, room=room, briefly=briefly, wanted=wanted)
        shares = (reply.usage.prompt, reply.usage.completion, time.monotonic() - began)
        for place, text in enumerate(texts):
            self.askings[text] = Asking(place, len(texts), *(share / len(texts) for share in shares))
        return reply
