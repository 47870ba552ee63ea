"""How long a report over many questions takes to make, and how much memory; and the same of frames in chunks."""

import os
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import repeat
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from benchmarks.measure import in_own_process
from benchmarks.servers import about, open_store, own_names, server
from keyword_assets import frames
from keyword_assets.core.models.coverage import WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.privacy import mask
from keyword_assets.reports.files import write_report
from keyword_assets.reports.long_sheet import LongSheet
from keyword_assets.reports.report import make_report
from keyword_assets.reports.workbook import opened, write_cell
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.loading.messages import insert_messages
from keyword_assets.sql.reporting import queries
from keyword_assets.sql.reporting.report import LISTED, MOST_LISTED, SqlReportSource
from keyword_assets.sql.schema.migrate import upgrade

_START = date(2025, 5, 1)
_DAYS = 30
_PERIOD = Period(_START, _START + timedelta(days=_DAYS - 1))
_QUESTIONS = 200_000
_CATEGORIES = 11
_SHEET_ROWS = 20_000
_CHUNK_ROWS = 10_000


def report() -> dict[str, Any]:
    """200,000 questions of 30 days on SQLite and on a server, each format in a process of its own.

    And so the frames; and how a report reads and writes them now beside how it did, one after the other.
    """
    load = round(os.getloadavg()[0], 1)
    runs = [_on_sqlite()]
    with server() as running:
        name = own_names()("report")
        url = running.create_database(name)
        try:
            runs.append({"database": "server", **_measured(url)})
            which = about(url)
        finally:
            running.drop_database(name)
    return {
        **which,
        "load_at_start": load,
        "questions": _QUESTIONS,
        "days": _DAYS,
        "runs": runs,
        "rows_of_a_sheet": in_own_process(_rows_of_a_sheet),
        "load_at_end": round(os.getloadavg()[0], 1),
    }


def _on_sqlite() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        return {"database": "sqlite", **_measured(f"sqlite:///{folder}/keywords.db")}


def _measured(url: str) -> dict[str, Any]:
    _fill(url, _QUESTIONS)
    with tempfile.TemporaryDirectory() as folder:
        formats = {name: in_own_process(_write, url, folder, name) for name in ("html", "xlsx", "csv")}
    return {
        **formats,
        "frames": in_own_process(_go_through, url),
        "most_asked": in_own_process(_most_asked, url),
    }


def _most_asked(url: str) -> dict[str, Any]:
    """The texts of a page with keyword rows that are looked up, and with those of the whole period joined to them."""
    source = SqlReportSource(open_store(url), _PERIOD, listed=LISTED, mask=mask)
    began = time.perf_counter()
    looked_up = list(source.questions())
    between = time.perf_counter()
    store = open_store(url)
    with reading(store.engine) as connection:
        joined = connection.execute(queries.questions(store.tables, _PERIOD, LISTED)).all()
    ended = time.perf_counter()
    if len({row[0] for row in joined}) != len(looked_up):
        raise RuntimeError("the two ways do not list as many texts")
    return _beside(between - began, ended - between)


def _rows_of_a_sheet() -> dict[str, Any]:
    """A sheet of questions written row by row, and the same cell by cell."""
    row = (_text(1), 12, 3, _START, "분류 1 · 분류 2", "낱말 1 · 낱말 2")
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder, "rows.xlsx")) as writer:
        formats = [writer.look(num_format="@") for _ in row]
        rows, cells = writer.sheet("rows", LongSheet), writer.sheet("cells")
        began = time.perf_counter()
        rows.write_rows(0, repeat(row, _SHEET_ROWS), formats)
        between = time.perf_counter()
        for line in range(_SHEET_ROWS):
            for place, (cell, format_) in enumerate(zip(row, formats, strict=True)):
                write_cell(cells, line, place, cell, format_)
        ended = time.perf_counter()
    return {"rows": _SHEET_ROWS, **_beside(between - began, ended - between)}


def _beside(now: float, before: float) -> dict[str, Any]:
    return {"now_seconds": round(now, 2), "before_seconds": round(before, 2), "times_as_fast": round(before / now, 1)}


def _go_through(url: str) -> dict[str, Any]:
    os.environ["KEYWORDS_DATABASE_URL"] = url
    pieces = frames.questions(_PERIOD.start, _PERIOD.end, chunk_rows=_CHUNK_ROWS)
    return {"rows": sum(len(piece) for piece in pieces)}


def _write(url: str, folder: str, format_: str) -> dict[str, Any]:
    listed = LISTED if format_ == "html" else MOST_LISTED
    source = SqlReportSource(open_store(url), _PERIOD, listed=listed, mask=mask)
    made = make_report(source, datetime.now(), _CATEGORIES, WithoutDay(_PERIOD))
    result = write_report(made, source, Path(folder), "report", [format_], listed=listed)
    return {"megabytes": round(sum(file.path.stat().st_size for file in result.files) / 1e6, 1)}


def _fill(url: str, questions: int) -> None:
    """Every question of its own text, a tenth of them asked again, each with two keywords; one in 50 is missing."""
    engine = make_engine(url)
    upgrade(engine, DEFAULT_NAMES)
    engine.dispose()
    store = open_store(url)
    rng = Random(questions)
    insert_messages(store.engine, store.tables, _messages(questions, rng))
    table = store.tables.admin_chat_keywords
    with store.engine.begin() as connection:
        for first in range(0, questions, 10_000):
            rows = [row for number in range(first, min(first + 10_000, questions)) for row in _rows(number, rng)]
            connection.execute(sa.insert(table), rows)
        names = [{"category_id": n, "category_name": f"분류 {n}"} for n in range(1, _CATEGORIES + 1)]
        connection.execute(sa.insert(store.tables.admin_categories), names)
    store.engine.dispose()


def _text(number: int) -> str:
    return f"{number}번째로 궁금한 것: 전학을 가려면 어떤 서류를 언제까지 어디에 내야 하나요? 답을 부탁드립니다"


def _messages(questions: int, rng: Random) -> Iterator[tuple[int, str, datetime]]:
    pk = 0
    for number in range(questions):
        at = datetime.combine(_START + timedelta(days=number % _DAYS), datetime.min.time()) + timedelta(hours=9)
        for _ in range(1 + (rng.random() < 0.1)):
            pk += 1
            yield pk, _text(number), at


def _rows(number: int, rng: Random) -> list[dict[str, Any]]:
    if number % 50 == 0:
        return []
    at = datetime.combine(_START + timedelta(days=number % _DAYS), datetime.min.time())
    return [
        {
            "query_text": _text(number),
            "keyword": f"낱말 {rng.randrange(20_000)}",
            "category_id": 1 + number % _CATEGORIES,
            "query_count": 1,
            "created_at": at,
            "batch_created_at": at,
        }
        for _ in range(2)
    ]
