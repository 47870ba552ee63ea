"""What a day may cost: a daily budget for who has none, from what a usual day of this database has."""

from datetime import timedelta

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.classifying.prompts import classifier_version
from keyword_assets.core.classifying.sizing import ANSWER_OVERHEAD, DEFAULT_BATCH, Sizer
from keyword_assets.core.coverage.usual import TRAILING_DAYS, usual_questions
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.money import cost_krw
from keyword_assets.in_force import taxonomy_in_force
from keyword_assets.sql.opening import open_store

# Of the length of most questions.
_EXAMPLE = "전학을 가려면 어떤 서류를 언제까지 내야 하나요?"


def usual_day(settings: Settings) -> tuple[int | None, str | None]:
    """How many questions a day has as a rule, None if too little is known, and what was learned of requests' sizes.

    Raises:
        InputError: a setting or file cannot be used.
        DatabaseError: the database cannot be reached.
    """
    last = settings.last_day()
    version = classifier_version(settings.hcx.model, taxonomy_in_force(settings))
    with open_store(settings, look_only=True) as store:
        states = store.days.states(Period(last - timedelta(days=TRAILING_DAYS - 1), last))
        return usual_questions(last + timedelta(days=1), states), store.learned_sizes(version)


def krw_a_text(settings: Settings, learned: str | None) -> float:
    """What a new question costs in full requests, as far as is known of their size."""
    sizer = Sizer(taxonomy_in_force(settings), settings.hcx.size_limits, learned)
    texts = [_EXAMPLE] * (settings.hcx.batch_size or DEFAULT_BATCH)
    prompt = round(sizer.estimate(texts) * sizer.ratio.mean)
    completion = round(len(texts) * sizer.answer.mean) + ANSWER_OVERHEAD
    price = settings.hcx.price
    return cost_krw(Usage(prompt=prompt, completion=completion), price) / len(texts)
