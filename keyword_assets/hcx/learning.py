"""What responses teach of sizes and of the quota, as far as it can be true."""

import logging
from collections.abc import Callable, Sequence
from datetime import date

from keyword_assets.core.classifying.sizing import Sizer
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.quota.belief import Doubts, possible_input, possible_output
from keyword_assets.core.texts import say
from keyword_assets.hcx.wire import Response

log = logging.getLogger(__name__)


class Lessons:
    """What is learned of the responses of one run.

    Args:
        sizer: sizes the next requests by it.
        doubted: what earlier runs did not believe.
        today: when something is not believed.
    """

    def __init__(self, sizer: Sizer, doubted: dict[str, str], today: Callable[[], date]) -> None:
        self._sizer = sizer
        self._doubts = Doubts(doubted)
        self._today = today

    @property
    def doubted(self) -> dict[str, str]:
        """What was not believed, by its name."""
        return self._doubts.noted

    def learn(self, response: Response, texts: Sequence[str], cap: int) -> tuple[Usage, int | None]:
        """Size the next requests by what this one took; returns that, and its charge against the quota if it is known.

        What cannot be true teaches nothing, and our own estimate is booked in its place.
        """
        for name, said in response.doubted.items():
            self.doubt(name, said)
        estimate, answered = self._sizer.estimate(texts), response.completion_tokens
        prompt = response.prompt_tokens
        known = "promptTokens" not in response.doubted and self.believed_input(estimate, prompt, "promptTokens")
        if not known and response.code is not None:
            prompt = self._sizer.prompt_of(1, estimate - self._sizer.estimate([]))
        if not self._believed_output(response, cap):
            answered = min(cap, response.written)
        elif answered:
            self._learn_answer(response, texts, cap)
        return Usage(prompt=prompt, completion=answered), prompt + cap if known else None

    def _learn_answer(self, response: Response, texts: Sequence[str], cap: int) -> None:
        reply = response.reply
        if reply is not None and reply.truncated:
            # Some services say that the cap was reached far below it; that teaches nothing about sizes.
            if response.completion_tokens >= cap // 2:
                self._sizer.learn_cut(len(texts), cap)
        elif reply is not None and reply.document is not None:
            self._sizer.learn_answer(len(texts), response.completion_tokens)

    def believed_input(self, estimate: int, said: int, name: str) -> bool:
        """Whether it can have been so many tokens; then it is learned. Nothing said is no lie."""
        if not possible_input(said, estimate):
            if said:
                self.doubt(name, said)
            return False
        self._sizer.learn_input(estimate, said)
        return True

    def _believed_output(self, response: Response, cap: int) -> bool:
        if "completionTokens" in response.doubted:
            return False
        reply, said = response.reply, response.completion_tokens
        # What did not fit is not there to be estimated.
        cut = reply is not None and reply.truncated
        if said > cap or (not cut and not possible_output(said, response.written, cap)):
            if said:
                self.doubt("completionTokens", said)
            return False
        return True

    def doubt(self, name: str, said: object) -> None:
        """Tell once that something is not believed, and keep it for who asks."""
        if self._doubts.note(name, said, self._today().isoformat()):
            log.warning(say("hcx.disbelieved", name=name, said=self._doubts.noted[name]))
