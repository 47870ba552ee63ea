"""How long a report over many questions takes to make, and how much memory; and the same of frames in chunks."""

import os
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from benchmarks.measure import in_own_process
from keyword_assets import frames
from keyword_assets.core.models.coverage import WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.privacy import mask
from keyword_assets.reports.files import write_report
from keyword_assets.reports.report import make_report
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.tables import DEFAULT_NAMES, Tables
from keyword_assets.sql.loading.messages import insert_messages
from keyword_assets.sql.reporting.report import LISTED, MOST_LISTED, SqlReportSource
from keyword_assets.sql.schema.migrate import upgrade

_START = date(2025, 5, 1)
_DAYS = 30
_CATEGORIES = 11
_CHUNK_ROWS = 10_000


def report() -> dict[str, Any]:
    """100,000 and 200,000 questions of 30 days on SQLite, each format in a process of its own, and so the frames."""
    return {
        "load_at_start": round(os.getloadavg()[0], 1),
        "runs": [_measured(questions) for questions in (100_000, 200_000)],
        "load_at_end": round(os.getloadavg()[0], 1),
    }


def _measured(questions: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/keywords.db"
        _fill(url, questions)
        formats = {name: in_own_process(_write, url, folder, name) for name in ("html", "xlsx", "csv")}
        in_chunks = in_own_process(_go_through, url)
    return {"questions": questions, "days": _DAYS, **formats, "frames": in_chunks}


def _go_through(url: str) -> dict[str, Any]:
    os.environ["KEYWORDS_DATABASE_URL"] = url
    pieces = frames.questions(_START, _START + timedelta(days=_DAYS - 1), chunk_rows=_CHUNK_ROWS)
    return {"rows": sum(len(piece) for piece in pieces)}


def _store(url: str) -> SqlQuestionStore:
    return SqlQuestionStore(make_engine(url), Tables(DEFAULT_NAMES), datetime.now)


def _write(url: str, folder: str, format_: str) -> dict[str, Any]:
    listed = LISTED if format_ == "html" else MOST_LISTED
    period = Period(_START, _START + timedelta(days=_DAYS - 1))
    source = SqlReportSource(_store(url), period, listed=listed, mask=mask)
    made = make_report(source, datetime.now(), _CATEGORIES, WithoutDay(period))
    result = write_report(made, source, Path(folder), "report", [format_], listed=listed)
    return {"megabytes": round(sum(file.path.stat().st_size for file in result.files) / 1e6, 1)}


def _fill(url: str, questions: int) -> None:
    """Every question of its own text, a tenth of them asked again, each with two keywords; one in 50 is missing."""
    store = _store(url)
    upgrade(store.engine, DEFAULT_NAMES)
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
