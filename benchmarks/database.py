"""Counting a day of messages on a private MariaDB, and how its time grows with the messages."""

import math
import time
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ClauseElement

from benchmarks.measure import in_own_process
from keyword_assets.core.models import Answer, Keyword, Period
from keyword_assets.sql import queries
from keyword_assets.sql.engine import make_engine, reading, writing
from keyword_assets.sql.migrate import upgrade
from keyword_assets.sql.store import SqlQuestionStore
from keyword_assets.sql.tables import DEFAULT_NAMES, read_tables
from keyword_assets_tests.mariadb import PrivateMariaDB

# Each day ten times the one before; four of five texts are distinct.
DAYS = {date(2025, 6, 11): 10_000, date(2025, 6, 12): 100_000, date(2025, 6, 13): 1_000_000}
ANSWER: Answer = (Keyword("전학 절차", 5), Keyword("서류", 9))


def database() -> dict[str, Any]:
    """Coverage of a day, streaming its questions to Python, and writing classified questions."""
    with PrivateMariaDB(options=["--innodb-buffer-pool-size=1G"]) as server:
        server.create_database("bench")
        url = server.url("bench")
        _fill(url)
        days = [{"messages": count, **in_own_process(_count, url, day)} for day, count in DAYS.items()]
        first, last = days[1], days[-1]
        return {
            "server": _version(url),
            "days": days,
            "coverage_exponent": _exponent(first, last, "coverage_seconds"),
            "stream_exponent": _exponent(first, last, "stream_seconds"),
            "write": in_own_process(_write, url),
            "explain": _explain(url),
        }


def _exponent(small: dict[str, Any], large: dict[str, Any], name: str) -> float:
    """The power of the number of messages that the time grows with."""
    growth = math.log(large[name] / small[name])
    return round(growth / math.log(large["messages"] / small["messages"]), 2)


def _fill(url: str) -> None:
    """Messages made by the server itself: texts of 5 to 300 characters from a recursive table of numbers."""
    engine = make_engine(url)
    upgrade(engine, DEFAULT_NAMES)
    for day, count in DAYS.items():
        with writing(engine) as connection:
            connection.exec_driver_sql(
                "INSERT INTO chattings (input_text, created_at) "
                f"SELECT CONCAT('질문 ', seq % {count * 4 // 5}, ' ', REPEAT('가나다라마 ', seq % 50)), "
                f"TIMESTAMP('{day}') + INTERVAL (seq * {86_400 // 10_000 * 10_000 / count:.6f}) SECOND "
                f"FROM seq_1_to_{count}"
            )
    with writing(engine) as connection:
        connection.exec_driver_sql("ANALYZE TABLE chattings")
    engine.dispose()


def _version(url: str) -> str:
    engine = make_engine(url)
    with reading(engine) as connection:
        return str(connection.exec_driver_sql("SELECT VERSION()").scalar_one())


def _store(url: str) -> SqlQuestionStore:
    engine = make_engine(url)
    with reading(engine) as connection:
        tables = read_tables(connection, DEFAULT_NAMES)
    return SqlQuestionStore(engine, tables, datetime.now)


def _count(url: str, day: date) -> dict[str, Any]:
    store, period = _store(url), Period.of(day)
    began = time.perf_counter()
    (row,) = store.coverage(period)
    counted = time.perf_counter()
    questions = sum(len(page) for page in store.open_questions(period, most_asked_first=False))
    streamed = time.perf_counter()
    if questions != row.open:
        raise RuntimeError(f"{questions} questions streamed, {row.open} counted")
    return {
        "questions": questions,
        "coverage_seconds": round(counted - began, 2),
        "coverage_messages_a_second": round(row.messages / (counted - began)),
        "stream_seconds": round(streamed - counted, 2),
        "stream_messages_a_second": round(row.messages / (streamed - counted)),
    }


def _write(url: str) -> dict[str, Any]:
    store = _store(url)
    period = Period.of(date(2025, 6, 12))
    pages = list(store.open_questions(period, most_asked_first=False))
    began = time.perf_counter()
    for page in pages:
        rows = [(question, ANSWER) for question in page]
        store.save(rows, learned={}, version="bench", batch_created_at=datetime(2025, 6, 13))
    seconds = time.perf_counter() - began
    rows_written = sum(len(page) for page in pages) * len(ANSWER)
    return {"rows": rows_written, "rows_a_second": round(rows_written / seconds)}


class _Explained(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, statement: sa.Select[Any]) -> None:
        self.statement = statement


@compiles(_Explained)
def _compile_explained(element: _Explained, compiler: Any, **options: Any) -> str:
    return f"EXPLAIN {compiler.process(element.statement, **options)}"


def _explain(url: str) -> list[str]:
    engine = make_engine(url)
    statement = _Explained(queries.coverage(_store(url).tables, Period.of(date(2025, 6, 12))))
    with reading(engine) as connection:
        plan = connection.execution_options(stream_results=False).execute(statement)  # type: ignore[call-overload]
        return [" | ".join(str(value) for value in row) for row in plan.all()]
