"""Frames for analysts: what `check` counts, with the dtypes that are told, and errors in words."""

import inspect
import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from keyword_assets import frames
from keyword_assets.cli.main import run
from keyword_assets.core.errors import DatabaseError, InputError
from keyword_assets.core.models.usage import Spending, Usage
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets_tests.builders import (
    DAY,
    NEXT_DAY,
    VERSION,
    add_keyword_row,
    add_messages,
    make_quarantined,
    make_store,
    make_taxonomy,
)
from keyword_assets_tests.world import contents

FRAMES = ("coverage", "questions", "keywords", "categories", "missing", "usage")
LONG = ("questions", "keywords", "missing")
each_frame = pytest.mark.parametrize("name", FRAMES)
each_long_one = pytest.mark.parametrize("name", LONG)


def told_dtypes(name: str) -> dict[str, str]:
    """The columns and dtypes that a docstring tells."""
    text = " ".join((inspect.getdoc(getattr(frames, name)) or "").split())
    told = re.findall(r"([\w, ]+) \((datetime64\[us\]|string|int64|Int64|float64|bool)[;)]", text)
    return {column.strip(): dtype for columns, dtype in told for column in columns.split(",")}


def _dtypes(frame: pd.DataFrame) -> dict[str, str]:
    return {str(name): str(dtype) for name, dtype in frame.dtypes.items()}


def _rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    return list(frame.itertuples(index=False, name=None))


@pytest.fixture
def store(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlQuestionStore]:
    """A database of two days with a gap, named by the settings; once of each kind."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", database_url)
    store = make_store(database_url)
    store.sync_categories(make_taxonomy())
    add_messages(store, "전학 절차", "전학 절차", "거절", "  ", "내 번호는 010-1234-5678")
    add_messages(store, "전학 절차", "편입", at=NEXT_DAY)
    add_keyword_row(store, "전학 절차", keyword="전학", category_id=2, query_count=2)
    add_keyword_row(store, "전학 절차", keyword="절차", category_id=1, query_count=2)
    add_keyword_row(store, "내 번호는 010-1234-5678", keyword="010-1234-5678", category_id=3)
    add_keyword_row(store, "편입", keyword="편입", category_id=2, at=NEXT_DAY)
    add_keyword_row(store, "전학 절차", keyword="전학", category_id=2, at=DAY - timedelta(days=1))
    store.quarantine([make_quarantined("거절", reason="40000 Bad request", tries=4)], VERSION)
    store.spend([Spending("a", DAY, "HCX-007", Usage(2, 1, 0, 200, 20, 400), 2.5)])
    yield store
    store.engine.dispose()


def test_coverage_is_what_check_says(store: SqlQuestionStore, capsys: pytest.CaptureFixture[str]) -> None:
    """An analyst's number and an operator's are the same number."""
    capsys.readouterr()
    assert run(["check", str(DAY), str(NEXT_DAY), "--json"]) == 3
    said = json.loads(capsys.readouterr().out)["days"]

    found = frames.coverage(DAY, NEXT_DAY)

    named = found.assign(date=found["day"].dt.strftime("%Y-%m-%d"))[list(said[0])]
    assert named.to_dict("records") == said
    assert found["waiting"].isna().all()


def test_a_day_without_questions_is_complete(store: SqlQuestionStore) -> None:
    """As in `check --json`."""
    later = DAY + timedelta(days=30)

    assert frames.coverage(later, later)[["questions", "coverage"]].values.tolist() == [[0, 1.0]]


def test_each_question_of_a_day_is_a_row(store: SqlQuestionStore) -> None:
    """As many as coverage counts, with everything that is known of them; what is private is masked."""
    found = frames.questions(DAY, NEXT_DAY)

    assert [(row[0].date(), *row[1:4]) for row in _rows(found)] == [
        (DAY, "전학 절차", 2, True),
        (DAY, "거절", 1, False),
        (DAY, "내 번호는 [전화번호]", 1, True),
        (NEXT_DAY, "전학 절차", 1, False),
        (NEXT_DAY, "편입", 1, True),
    ]
    assert found["keywords"].fillna("-").tolist() == ["전학 · 절차", "-", "[전화번호]", "-", "편입"]
    assert found["categories"].fillna("-").tolist() == ["전학, 편입 · 학교폭력", "-", "기타", "-", "전학, 편입"]


def test_keywords_are_compared_with_the_days_before(store: SqlQuestionStore) -> None:
    """As in the report."""
    found = frames.keywords(DAY, DAY)

    moved = found.set_index("keyword")[["messages", "messages_before", "change"]]
    assert moved.loc["전학"].tolist() == [2, 1, 1.0]
    assert moved.loc["절차", "messages"] == 2
    assert pd.isna(moved.loc["절차", "change"])
    assert not found[["new", "rising"]].any(axis=None)


def test_categories_are_counted_by_day(store: SqlQuestionStore) -> None:
    assert [(row[0].date(), *row[1:]) for row in _rows(frames.categories(DAY, NEXT_DAY))] == [
        (DAY, 1, "학교폭력", 1, 2),
        (DAY, 2, "전학, 편입", 1, 2),
        (DAY, 3, "기타", 1, 1),
        (NEXT_DAY, 2, "전학, 편입", 1, 1),
    ]


def test_missing_questions_come_with_their_reasons(store: SqlQuestionStore) -> None:
    """One that waits has none."""
    found = frames.missing(DAY, NEXT_DAY)

    assert dict(zip(found["text"], found["reason"].fillna("-"), strict=True)) == {
        "거절": "40000 Bad request",
        "전학 절차": "-",
    }
    assert found.set_index("text")["tries"].to_dict() == {"거절": 4, "전학 절차": 0}
    assert len(found) == frames.coverage(DAY, NEXT_DAY)["missing"].sum()


def test_usage_is_what_the_questions_of_a_day_took(store: SqlQuestionStore) -> None:
    ((day, *others),) = _rows(frames.usage(DAY, NEXT_DAY))

    assert (day, *others) == (pd.Timestamp(DAY), "HCX-007", 2, 1, 0, 200, 20, 400, 2.5)


@each_frame
def test_a_frame_has_the_dtypes_that_are_told(store: SqlQuestionStore, name: str) -> None:
    """A notebook is written against them; also where nothing is there."""
    read = getattr(frames, name)

    assert _dtypes(read(DAY, NEXT_DAY)) == told_dtypes(name)
    assert len(read(DAY, NEXT_DAY)) > 0
    assert _dtypes(read(date(2020, 2, 1), date(2020, 2, 2))) == told_dtypes(name)


@each_long_one
def test_chunks_are_the_whole_in_pieces(store: SqlQuestionStore, name: str) -> None:
    """A long list can be gone through without holding it."""
    read = getattr(frames, name)
    whole = read(DAY, NEXT_DAY)

    pieces = list(read(DAY, NEXT_DAY, chunk_rows=2))

    assert [len(piece) for piece in pieces[:-1]] == [2] * (len(pieces) - 1)
    assert 1 <= len(pieces[-1]) <= 2
    pd.testing.assert_frame_equal(pd.concat(pieces, ignore_index=True), whole)


@each_long_one
def test_no_rows_are_one_empty_chunk(store: SqlQuestionStore, name: str) -> None:
    """What is put together from chunks has its columns also then."""
    (only,) = getattr(frames, name)(date(2020, 2, 1), date(2020, 2, 1), chunk_rows=10)

    assert (len(only), _dtypes(only)) == (0, told_dtypes(name))


def test_texts_are_not_masked_if_the_setting_says_so(store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the same setting as that of reports."""
    monkeypatch.setenv("KEYWORDS_MASK", "none")

    assert "내 번호는 010-1234-5678" in set(frames.questions(DAY, DAY)["text"])
    assert "010-1234-5678" in set(frames.keywords(DAY, DAY)["keyword"])


def test_nothing_is_changed_by_looking(store: SqlQuestionStore) -> None:
    before = contents()

    for name in FRAMES:
        getattr(frames, name)(DAY, NEXT_DAY)

    assert contents() == before


@pytest.mark.parametrize("day", [date(2025, 6, 11), "2025-06-11", datetime(2025, 6, 11, 9), pd.Timestamp("2025-06-11")])
def test_a_day_can_be_given_as_what_one_has(store: SqlQuestionStore, day: Any) -> None:
    """A notebook has dates, texts and Timestamps; each is the day that it is on."""
    assert frames.coverage(day, day)["day"].tolist() == [pd.Timestamp("2025-06-11")]


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2025-06-31", "2025-07-01", "START '2025-06-31'"),
        ("2025-06-11", "어제쯤", "END '어제쯤'"),
        (20250611, "2025-06-11", "START '20250611'"),
        (pd.NaT, "2025-06-11", "START 'NaT'"),
        ("2025-06-12", "2025-06-11", "2025-06-12"),
        ("2025-06-11", "2999-01-01", "2999-01-01"),
        ("0001-01-01", "2025-06-11", "1900-01-01"),
    ],
)
@each_frame
def test_days_that_cannot_be_looked_at_are_refused_in_words(name: str, start: Any, end: Any, said: str) -> None:
    """Before anything is asked of a database."""
    with pytest.raises(InputError, match=said):
        getattr(frames, name)(start, end)


@each_long_one
def test_chunks_of_nothing_are_refused(store: SqlQuestionStore, name: str) -> None:
    """At once, and not when somebody begins to read."""
    with pytest.raises(InputError, match="chunk_rows=0"):
        getattr(frames, name)(DAY, DAY, chunk_rows=0)


@each_frame
def test_a_database_that_is_not_there_is_told_and_not_made(name: str, tmp_path: Path) -> None:
    """A notebook in another folder would else show a database without questions."""
    with pytest.raises(InputError) as refused:
        getattr(frames, name)("2025-06-11", "2025-06-11")

    assert refused.value.key == "database.no_file"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("read", [frames.coverage, frames.questions])
def test_a_server_that_does_not_answer_is_told(
    read: Callable[..., pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", "mysql+mysqlconnector://user:secret@127.0.0.1:9/keywords")

    with pytest.raises(DatabaseError) as failed:
        read("2025-06-11", "2025-06-11")

    assert "secret" not in str(failed.value)


def test_the_settings_are_those_of_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_database: Path
) -> None:
    """A notebook lies in a folder of its own and names that of the project."""
    home = tmp_path / "project"
    home.mkdir()
    (home / ".env").write_text("KEYWORDS_DATABASE_URL=sqlite:///here.db\n", encoding="utf-8")
    (home / "here.db").write_bytes(new_database.read_bytes())
    monkeypatch.setenv("KEYWORDS_HOME", str(home))

    assert frames.coverage("2025-06-11", "2025-06-12")["messages"].tolist() == [0, 0]
