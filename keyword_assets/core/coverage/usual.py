"""How many questions a usual day has, which days have many times as many, and what a usual day costs.

One visitor can ask a million different questions in a day, each of them a text that costs. Nothing in a single question
shows it: only that the day has many times what the days before it had.
"""

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from keyword_assets.core.models.coverage import DayCoverage

# What is compared with: four weeks, so that each weekday is in it four times.
TRAILING_DAYS = 28
# A median of fewer days says little, and of so few days of one weekday nothing at all.
LEAST_DAYS, LEAST_SAME_WEEKDAYS = 7, 3
# Below so many questions a day is no burden, however few the others have.
LEAST_QUESTIONS = 100
# A budget lets busy days pass, too, and is no number that anybody has to explain.
BUDGET_DAYS = 3
LEAST_BUDGET_KRW = 100


@dataclass(frozen=True)
class Rush:
    """A day with many times the questions of a usual one."""

    day: date
    questions: int
    usual: int


def usual_questions(day: date, rows: Iterable[DayCoverage]) -> int | None:
    """How many different questions a day like this has, by the four weeks before it; None if too little is known.

    Medians, so that one rush among the days before hides no other. Days without questions say nothing: holidays, or the
    time before the service began. Where a weekday has more than the others, it is compared with its like.
    """
    before = {row.day: row.questions for row in rows if 0 < (day - row.day).days <= TRAILING_DAYS and row.questions}
    if len(before) < LEAST_DAYS:
        return None
    usual = statistics.median(before.values())
    same = [questions for other, questions in before.items() if other.weekday() == day.weekday()]
    if len(same) >= LEAST_SAME_WEEKDAYS:
        usual = max(usual, statistics.median(same))
    return math.ceil(usual)


def rush(row: DayCoverage, rows: Iterable[DayCoverage], factor: float) -> Rush | None:
    """Whether the day has more than `factor` times the questions of a usual one."""
    usual = usual_questions(row.day, rows)
    if usual is None or row.questions < LEAST_QUESTIONS or row.questions <= factor * usual:
        return None
    return Rush(row.day, row.questions, usual)


def suggested_budget(questions: int, krw_a_text: float) -> int:
    """A daily budget in KRW for days of so many new questions: three usual days, rounded up to two digits."""
    amount = max(LEAST_BUDGET_KRW, BUDGET_DAYS * questions * krw_a_text)
    step = 10 ** (math.floor(math.log10(amount)) - 1)
    return int(math.ceil(amount / step) * step)
