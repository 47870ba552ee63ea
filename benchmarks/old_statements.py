"""The two statements of the old system as they are, beside ours on the same copies."""

import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from benchmarks.chat_log import Day, days_of, fill, period_of
from benchmarks.exponents import exponent
from benchmarks.plans import explain, is_mariadb
from benchmarks.servers import open_store
from keyword_assets.core.models.period import Period
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.schema.migrate import upgrade
from keyword_assets_tests.mariadb import MySQLServer

LIMIT_SECONDS = 120
# The limit above on MariaDB and on MySQL; MySQL's sort buffer too small for one row with its text.
_GIVEN_UP = (1969, 3024, 1038)
UNIQUE = (
    "WITH counted AS (SELECT chatting_pk, input_text, created_at, ROW_NUMBER() OVER (PARTITION BY input_text "
    "ORDER BY created_at DESC) rn, COUNT(*) OVER (PARTITION BY input_text) n FROM chattings WHERE created_at "
    "BETWEEN '{start} 00:00:00' AND '{end} 23:59:59') SELECT input_text, n, DATE(created_at) FROM counted "
    "WHERE rn = 1 ORDER BY n DESC"
)
MISSING = (
    "SELECT DATE(c.created_at), c.input_text, COUNT(*) FROM chattings c LEFT JOIN (SELECT DISTINCT query_text, "
    "DATE(created_at) dt FROM admin_chat_keywords WHERE DATE(created_at) BETWEEN '{start}' AND '{end}') t "
    "ON c.input_text = t.query_text AND DATE(c.created_at) = t.dt WHERE t.query_text IS NULL "
    "AND c.created_at BETWEEN '{start} 00:00:00' AND '{end} 23:59:59' GROUP BY 1, 2"
)
# One day each; the second statement looks at every keyword for every message.
UNIQUE_SIZES = (10_000, 30_000, 100_000)
MISSING_SIZES = (2_000, 4_000, 8_000)


def beside_ours(server: MySQLServer, names: Callable[[str], str]) -> dict[str, Any]:
    """Seconds and growth of the old statements and of ours, on copies small enough for the old ones."""
    copies = {}
    for messages in sorted({*UNIQUE_SIZES, *MISSING_SIZES}):
        name = names(f"old_{messages}")
        url = server.create_database(name)
        try:
            copies[messages] = _both(url, days_of(0, [messages])[-1], messages in MISSING_SIZES)
        finally:
            server.drop_database(name)
    unique = [copies[size] for size in UNIQUE_SIZES]
    missing = [copies[size] for size in MISSING_SIZES]
    return {
        "copies": list(copies.values()),
        "exponents": {
            "old_unique": exponent(unique, "old_unique_seconds"),
            "old_missing": exponent(missing, "old_missing_seconds"),
            "ours_coverage": exponent(list(copies.values()), "ours_coverage_seconds"),
            "ours_missing": exponent(list(copies.values()), "ours_missing_seconds"),
        },
        "plans": copies[MISSING_SIZES[0]].pop("plans"),
    }


def _both(url: str, day: Day, also_missing: bool) -> dict[str, Any]:
    fill(url, [day])
    period = period_of([day])
    figures: dict[str, Any] = {"messages": day.messages}
    truth = day.expected()
    # Both take blank texts for questions, the one that is a blank and the one that is NULL.
    figures |= _timed(url, "old_unique", _of(UNIQUE, period), truth.questions + 2)
    if also_missing:
        figures |= _timed(url, "old_missing", _of(MISSING, period), truth.missing + 2)
    engine = make_engine(url)
    if day.messages == MISSING_SIZES[0]:
        figures["plans"] = [explain(engine, (_of(statement, period), ())) for statement in (UNIQUE, MISSING)]
    upgrade(engine, DEFAULT_NAMES)
    engine.dispose()
    return figures | _ours(url, period, truth.questions, truth.missing)


def _of(statement: str, period: Period) -> str:
    return statement.format(start=period.start, end=period.end)


def _timed(url: str, name: str, statement: str, rows: int) -> dict[str, Any]:
    """Seconds to the last row, or what the server said when it gave up."""
    engine = make_engine(url)
    limit = (
        f"SET max_statement_time = {LIMIT_SECONDS}"
        if is_mariadb(engine)
        else f"SET max_execution_time = {1000 * LIMIT_SECONDS}"
    )
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(limit)
            began = time.perf_counter()
            found = len(connection.exec_driver_sql(statement).all())
            seconds = time.perf_counter() - began
    except sa.exc.DBAPIError as error:
        if getattr(error.orig, "errno", None) in _GIVEN_UP:
            return {f"{name}_gave_up": str(error.orig)}
        raise
    finally:
        engine.dispose()
    if found != rows:
        raise RuntimeError(f"the old statement found {found} rows, not {rows}: {statement}")
    return {f"{name}_seconds": round(seconds, 3)}


def _ours(url: str, period: Period, questions: int, missing: int) -> dict[str, Any]:
    store = open_store(url)
    began = time.perf_counter()
    (row,) = store.coverage(period)
    counted = time.perf_counter()
    found = sum(len(page) for page in store.open_questions(period, most_asked_first=True))
    ended = time.perf_counter()
    if (row.questions, found) != (questions, missing):
        raise RuntimeError(f"{row.questions} questions and {found} missing, not {questions} and {missing}")
    return {
        "ours_coverage_seconds": round(counted - began, 3),
        "ours_missing_seconds": round(ended - counted, 3),
    }
