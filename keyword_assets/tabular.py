"""Typed pandas frames of what the core counts: one function a kind, the same columns and dtypes whatever is in it.

Days and times are datetime64 without a zone, as they are stored; texts are of the string dtype, with NA where there is
none; counts are int64, or Int64 where there may be none; shares are float64, of 1. Nothing here looks at a database.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, TypeVar

import pandas as pd

from keyword_assets.core.coverage.history import Gap
from keyword_assets.core.models.coverage import COUNTS, DayCoverage
from keyword_assets.core.reporting.report import (
    AskedOnDay,
    AskedQuestion,
    CategoryDay,
    KeywordCount,
    MissingQuestion,
    Spent,
    change,
)

# Between the keywords of a question, and between its categories.
SEPARATOR = " · "
# Of a long list at a time: more would take memory and save no time.
CHUNK_ROWS = 5_000

# Of a unit that reaches from before the first day that Python knows to after the last.
_TIME = "datetime64[us]"
# Not Arrow's, whatever is installed: half a character of a pair, as damaged tables have them, is no text there.
_TEXT = pd.StringDtype("python")
_COUNT, _COUNT_OR_NONE, _SHARE = "int64", "Int64", "float64"
_Kinds = Mapping[str, Any]
_Row = TypeVar("_Row")

USED = ("requests", "retries", "possibly_twice", "prompt", "completion", "reserved")
COVERAGE: _Kinds = {
    "day": _TIME,
    **dict.fromkeys(COUNTS, _COUNT),
    "waiting": _COUNT_OR_NONE,
    "coverage": _SHARE,
}
CATEGORIES: _Kinds = {
    "day": _TIME,
    "category_id": _COUNT,
    "category": _TEXT,
    "questions": _COUNT,
    "messages": _COUNT,
}
KEYWORDS: _Kinds = {
    "keyword": _TEXT,
    **dict.fromkeys(("questions", "messages", "messages_before"), _COUNT),
    **dict.fromkeys(("change", "notability"), _SHARE),
    **dict.fromkeys(("new", "rising"), "bool"),
}
QUESTIONS: _Kinds = {
    "day": _TIME,
    "text": _TEXT,
    "messages": _COUNT,
    "classified": "bool",
    "categories": _TEXT,
    "keywords": _TEXT,
}
TEXTS: _Kinds = {
    "text": _TEXT,
    "messages": _COUNT,
    "days": _COUNT,
    "last_day": _TIME,
    "categories": _TEXT,
    "keywords": _TEXT,
}
MISSING: _Kinds = {
    "day": _TIME,
    "text": _TEXT,
    "messages": _COUNT,
    "reason": _TEXT,
    "tries": _COUNT,
    "since": _TIME,
}
USAGE: _Kinds = {"day": _TIME, "model": _TEXT, **dict.fromkeys(USED, _COUNT), "cost_krw": _SHARE}
GAPS: _Kinds = {"day": _TIME, "opened": _TIME, "closed": _TIME, "most_missing": _COUNT}


def coverage(rows: Iterable[DayCoverage]) -> pd.DataFrame:
    """Each day's counts; `coverage` is rounded down, and 1.0 of a day without questions."""
    return _frame(COVERAGE, ((row.day, *(getattr(row, name) for name in [*COVERAGE][1:])) for row in rows))


def categories(rows: Iterable[CategoryDay], names: Mapping[int, str]) -> pd.DataFrame:
    """Each day and category that has questions."""
    return _frame(
        CATEGORIES,
        ((row.day, row.category_id, name_of(row.category_id, names), row.questions, row.messages) for row in rows),
    )


def keywords(rows: Iterable[KeywordCount]) -> pd.DataFrame:
    """Each keyword, with how it has moved; `change` is NaN where there was nothing before."""
    return _frame(KEYWORDS, map(_keyword, rows))


def questions(rows: Iterable[AskedOnDay], names: Mapping[int, str]) -> pd.DataFrame:
    """Each question of a day."""
    return _frame(
        QUESTIONS,
        ((q.day, q.text, q.messages, q.classified, *_labels(q, names)) for q in rows),
    )


def texts(rows: Iterable[AskedQuestion], names: Mapping[int, str]) -> pd.DataFrame:
    """Each text of a period, with its keywords of the last day on which it was asked."""
    return _frame(TEXTS, text_rows(rows, names))


def text_rows(rows: Iterable[AskedQuestion], names: Mapping[int, str]) -> Iterator[tuple[Any, ...]]:
    """The rows of `texts` as they go into it, for whoever needs no frame of the longest list that there is."""
    return ((q.text, q.messages, q.days, q.last_day, *_labels(q, names)) for q in rows)


def missing(rows: Iterable[MissingQuestion]) -> pd.DataFrame:
    """Each question without keywords; `reason` is NA while it waits for HCX."""
    return _frame(MISSING, ((q.day, q.text, q.messages, q.reason, q.tries, q.since) for q in rows))


def usage(rows: Iterable[Spent]) -> pd.DataFrame:
    """What the questions of each day took of each model."""
    return _frame(
        USAGE,
        ((row.day, row.model, *(getattr(row.usage, name) for name in USED), row.cost_krw) for row in rows),
    )


def gaps(rows: Iterable[Gap]) -> pd.DataFrame:
    """Each gap; `closed` is NaT while it is open."""
    return _frame(GAPS, ((gap.day, gap.opened_at, gap.closed_at, gap.most) for gap in rows))


def in_chunks(
    made: Callable[[Iterable[_Row]], pd.DataFrame], rows: Iterable[_Row], size: int = CHUNK_ROWS
) -> Iterator[pd.DataFrame]:
    """Frames of so many rows, one after the other; one that is empty where there are none."""
    left = iter(rows)
    yield made(islice(left, size))
    for first in left:
        yield made(chain([first], islice(left, size - 1)))


def name_of(category_id: int, names: Mapping[int, str]) -> str:
    """The name of a category; its number if it has none."""
    return names.get(category_id, f"#{category_id}")


def _keyword(found: KeywordCount) -> tuple[Any, ...]:
    counts = found.questions, found.messages, found.before
    moved = change(found.messages, found.before), found.notability
    return found.keyword, *counts, *moved, found.is_new, found.is_rising


def _labels(question: AskedOnDay | AskedQuestion, names: Mapping[int, str]) -> tuple[str | None, str | None]:
    """Its categories and its keywords."""
    found = [name_of(category, names) for category in question.categories]
    return SEPARATOR.join(found) or None, SEPARATOR.join(question.keywords) or None


def _frame(kinds: _Kinds, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    columns = [*zip(*rows, strict=True)] or [()] * len(kinds)
    return pd.DataFrame(
        {name: pd.Series(list(cells), dtype=kind) for (name, kind), cells in zip(kinds.items(), columns, strict=True)}
    )
