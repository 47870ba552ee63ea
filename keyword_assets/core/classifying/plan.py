"""What a run would cost, told beforehand: nothing is sent and nothing is changed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from keyword_assets.core.classifying.sizing import ANSWER_OVERHEAD, Sizer
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Question
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.money import Price, cost_krw
from keyword_assets.core.ports.store import QuestionStore
from keyword_assets.core.questions import Mask, prompt_text, share_key, unmasked
from keyword_assets.core.quota.limits import Limits

# The batch size is chosen by so many of the texts to be sent.
_SAMPLE = 1_000


@dataclass(frozen=True)
class ShotsPlan:
    """What shots add: how many there are, their tokens in each request, and what these cost in all requests."""

    count: int
    tokens: int
    cost_krw: float


@dataclass(frozen=True)
class Plan:
    """What a run is expected to do.

    `questions` are open now, `reused` of them answered without a request; `texts` are to be sent. `usage` holds the
    requests and their tokens, `minutes` is the time that the quota needs for them at least; `shots` is in all of it.
    """

    questions: int
    reused: int
    texts: int
    batch_size: int
    usage: Usage
    cost_krw: float
    minutes: float
    shots: ShotsPlan


def plan_period(
    period: Period,
    *,
    store: QuestionStore,
    sizer: Sizer,
    version: str,
    price: Price,
    limit: int | None,
    left: Mapping[date, int] | None = None,
    mask: Mask = unmasked,
    reclassify: bool = False,
) -> Plan:
    """Look at every open question of the period and reckon what sending them takes.

    Args:
        period: the days.
        store: where the questions are.
        sizer: what is known about the size of requests.
        version: the classifier version whose answers are reused.
        price: of the model.
        limit: at most so many texts are sent; None for all.
        left: at most so many of each day, see `DayLimit`; None for all.
        mask: what hides personal data in the texts that are sent.
        reclassify: classified questions are to be asked about again, see `classify_period`.
    """
    counted = _Counted(mask, left)
    pages = store.open_questions(period, most_asked_first=limit is not None, reclassify=reclassify)
    for page in pages:
        counted.take(page, store, version, sizer, limit)
    texts = counted.texts
    batch = sizer.batch_size(counted.sample)
    requests = math.ceil(texts / batch) if texts else 0
    prompt = sizer.prompt_of(requests, counted.estimate)
    completion = round(texts * sizer.answer.mean) + requests * ANSWER_OVERHEAD
    # The last request asks about what is left.
    caps = (texts // batch) * sizer.cap(batch) + (sizer.cap(texts % batch) if texts % batch else 0)
    usage = Usage(requests=requests, prompt=prompt, completion=completion, reserved=prompt + caps)
    return Plan(
        questions=counted.questions,
        reused=counted.questions - counted.asking,
        texts=texts,
        batch_size=batch,
        usage=usage,
        cost_krw=cost_krw(usage, price),
        minutes=_minutes(usage, sizer.limits.quota),
        shots=ShotsPlan(sizer.shots, sizer.shots_tokens, cost_krw(Usage(prompt=requests * sizer.shots_tokens), price)),
    )


class _Counted:
    """The open questions so far."""

    def __init__(self, mask: Mask, left: Mapping[date, int] | None) -> None:
        self._mask = mask
        self._left = None if left is None else dict(left)
        self.questions = 0
        self.asking = 0
        """Questions whose text is to be sent."""
        self.estimate = 0
        """Our estimate of the tokens of the texts to be sent."""
        self.sample: list[str] = []
        # Eight bytes of each key: among ten million texts two collide once in hundreds of thousands of plans.
        self._seen: set[int] = set()

    @property
    def texts(self) -> int:
        return len(self._seen)

    def take(self, page: list[Question], store: QuestionStore, version: str, sizer: Sizer, limit: int | None) -> None:
        keys = [share_key(question.text, self._mask) for question in page]
        known = store.known_answers(set(keys), version)
        corrected = store.corrections({question.text for question in page})
        quarantined = store.quarantined(set(keys) - known.keys())
        for question, key in zip(page, keys, strict=True):
            number = int.from_bytes(key[:8], "big")
            if question.text in corrected:
                self.questions += 1
            elif key in quarantined:
                continue
            elif key in known or number in self._seen:
                # The first of its kind is sent, the others reuse its answer.
                self.questions += 1
            elif (limit is None or self.texts < limit) and self._may_be_sent(question.day):
                self.questions += 1
                self.asking += 1
                self._seen.add(number)
                text = prompt_text(question.text, self._mask)
                self.estimate += sizer.estimate([text]) - sizer.estimate([])
                if len(self.sample) < _SAMPLE:
                    self.sample.append(text)

    def _may_be_sent(self, day: date) -> bool:
        """Whether one more text of the day may be sent; it counts as sent."""
        if self._left is None:
            return True
        self._left[day] -= 1
        return self._left[day] >= 0


def _minutes(usage: Usage, quota: Limits) -> float:
    """Whole windows that pass before the last request may go out; the first window's quota is there at once."""
    if not usage.requests:
        return 0.0
    a_window = min(quota.requests, quota.tokens // math.ceil(usage.reserved / usage.requests))
    return (usage.requests - 1) // max(1, a_window) * quota.window / 60
