"""Frames of what the core counts: typed, whatever is in them."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest

from keyword_assets import tabular
from keyword_assets.core.coverage.history import Gap
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.reporting.report import AskedQuestion, KeywordCount, MissingQuestion

DAY = date(2025, 6, 11)


def _missing(number: int) -> list[MissingQuestion]:
    return [MissingQuestion(DAY, f"질문 {n}", 1) for n in range(number)]


@pytest.mark.parametrize(("rows", "sizes"), [(0, [0]), (1, [1]), (4, [2, 2]), (5, [2, 2, 1])])
def test_a_long_list_comes_in_pieces(rows: int, sizes: list[int]) -> None:
    """One that is empty where there is nothing, and none besides."""
    assert [len(piece) for piece in tabular.in_chunks(tabular.missing, _missing(rows), 2)] == sizes


def test_no_more_is_read_than_a_piece_needs() -> None:
    """Memory holds one of them."""
    read = []

    def rows() -> Iterator[MissingQuestion]:
        for question in _missing(10):
            read.append(question)
            yield question

    next(tabular.in_chunks(tabular.missing, rows(), 3))

    assert len(read) == 3


def test_what_is_not_there_is_missing_in_the_frame() -> None:
    """And changes no dtype."""
    found = tabular.missing(
        [MissingQuestion(DAY, "가", 1), MissingQuestion(DAY, "나", 1, "not_json", 3, datetime(2025, 6, 12))]
    )

    assert found["reason"].isna().tolist() == [True, False]
    assert found["since"].isna().tolist() == [True, False]
    assert found.dtypes.equals(tabular.missing([]).dtypes)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_days_that_python_knows_have_a_place(day: date) -> None:
    """In nanoseconds, which pandas takes by itself for some, there is nothing before 1677."""
    assert tabular.coverage([DayCoverage(day)])["day"].dt.date.tolist() == [day]


@pytest.mark.parametrize("text", ["\ud83d", "\x00", "글자\ufffe", "😀"])
def test_a_text_stays_as_it_is(text: str) -> None:
    """Half an emoji, too, which damaged tables have."""
    assert tabular.texts([AskedQuestion(text, 1, 1, DAY)], {})["text"].tolist() == [text]


def test_a_category_without_a_name_is_called_by_its_number() -> None:
    """Somebody has removed its row."""
    found = tabular.texts([AskedQuestion("가", 1, 1, DAY, ("낱말",), (1, 9))], {1: "전학"})

    assert found["categories"].tolist() == ["전학 · #9"]


def test_a_keyword_from_nothing_has_no_change() -> None:
    found = tabular.keywords([KeywordCount("새로", 1, 9, 0), KeywordCount("두 배", 1, 20, 10)])

    assert found["change"].fillna(-1).tolist() == [-1, 1.0]
    assert (found["new"].tolist(), found["rising"].tolist()) == ([True, False], [False, False])


@pytest.mark.parametrize("closed", [None, datetime(2025, 6, 12, 3)])
def test_a_gap_may_be_open(closed: Any) -> None:
    (row,) = tabular.gaps([Gap(DAY, datetime(2025, 6, 12, 1), closed, 5)]).itertuples()

    assert row.closed is pd.NaT if closed is None else row.closed == closed
