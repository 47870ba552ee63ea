"""Tables by month: what a row of each table takes, how the hot statements grow, and which partitions they look into."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from benchmarks.chat_log import (
    CHUNK,
    FIRST_DAY,
    TODAY,
    USERS_TABLES,
    Day,
    add_late_messages,
    days_of,
    fill,
    period_of,
    quarantine,
    run,
)
from benchmarks.database import ANSWER, NO_LIMIT, most_asked
from benchmarks.exponents import at_size, exponent
from benchmarks.measure import in_own_process
from benchmarks.servers import about, database_on, open_store, own_names, server
from keyword_assets.core.models.period import Period
from keyword_assets.core.quota.governor import Wanted
from keyword_assets.core.quota.limits import Limits
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.tables import DEFAULT_NAMES, Tables
from keyword_assets.sql.reporting.report import LISTED, SqlReportSource
from keyword_assets.sql.schema.migrate import upgrade
from keyword_assets_tests.plans import executed, explained, partitions_of

MESSAGES_A_DAY, ROWS = (1_100, 3_400, 11_100), 100_000
MANY_MESSAGES_A_DAY, MANY_ROWS = (11_100, 33_400, 111_000, 333_400), 1_000_000
# Of each of the other months, next to nothing; and for the last but one size also as many as of the month itself.
LIGHT = 1_000
# What is on paper: a billion messages of a year.
PAPER_MESSAGES = 1_000_000_000
ROUNDS = 5
LOOKED_UP, ANSWERED = 500, 20
# These read no whole day; all others take as long as there are messages, at least: what they do besides makes the
# small sizes look dearer than they are.
LOOK_UPS = ("newest_message_ms", "tick_ms", "write_a_reply_ms")
# Requests of a window: at 600 a minute, 6,000, and more.
PLACES = (100, 600, 6_000, 60_000)
# Tables with a row for each text or question; of the others there is one for each day, run or request in flight.
BY_TEXT = (
    "keyword_answers",
    "keyword_quarantine",
    "keyword_missing_questions",
    "keyword_claims",
    "keyword_corrections",
    "keyword_replaced_rows",
    "keyword_review_items",
    "keyword_evaluation_answers",
    "admin_chat_keywords",
)
FEWER = 2
# About 30 characters, as people ask.
_QUESTION = "CONCAT('질문 ', LPAD(n, 8, '0'), REPEAT('전학 ', n % 12))"
_TEXTS = {"query_text": _QUESTION, "answer": '\'[["전학 절차", 5], ["서류", 9]]\''}


def growth() -> dict[str, Any]:
    """A month of up to 333,000 messages, and 100,000 rows of our tables."""
    return _growth(MESSAGES_A_DAY, ROWS)


def growth_full() -> dict[str, Any]:
    """A month of up to ten million messages, and a million rows of our tables."""
    return _growth(MANY_MESSAGES_A_DAY, MANY_ROWS)


def _growth(sizes: Sequence[int], rows: int) -> dict[str, Any]:
    names, load = own_names(), os.getloadavg()
    months: list[dict[str, Any]] = []
    with server() as host:
        with database_on(host, names("rows")) as url:
            which, storage = about(url), {**_storage(url, rows), **_claims(url)}
        for size in sizes:
            with database_on(host, names(str(size))) as url:
                months.append(_month(url, size, LIGHT))
        with database_on(host, names("heavy")) as url:
            beside = _month(url, sizes[-2], 30 * sizes[-2])
    figures = [name for name in months[0] if name.endswith("_ms")]
    return {
        "load_average_at_start": [round(number, 1) for number in load],
        "load_average_at_end": [round(number, 1) for number in os.getloadavg()],
        **which,
        **storage,
        "months": months,
        "exponents": {name: exponent(months, name) for name in figures},
        "on_paper_ms": {
            name: _rounded(at_size(months, name, PAPER_MESSAGES / 12, least=0.0 if name in LOOK_UPS else 1.0))
            for name in figures
        },
        "beside_full_months": beside,
        "times_as_long_beside_full_months": {
            name: round(beside[name] / months[-2][name], 2) for name in figures if months[-2][name]
        },
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 1)


# -- what rows take, and looking for them -----------------------------------------------------------------------------


def _storage(url: str, rows: int) -> dict[str, Any]:
    """Bytes a row of each of our tables, and how long it takes to find answers among more and more of them."""
    fill(url, [Day(FIRST_DAY, 100, 0, 100, 4)])
    engine = make_engine(url)
    upgrade(engine, DEFAULT_NAMES)
    tables = Tables(DEFAULT_NAMES)
    store, looks = open_store(url), []
    for number in _steps(engine, tables.answers, rows):
        looks.append({"rows": number, **_look_ups(store)})
    measured = [table for table in (*tables.ours, tables.admin_chat_keywords) if table is not tables.locks]
    for table in measured:
        if table is not tables.answers:
            for _ in _steps(engine, table, rows if table.name in BY_TEXT else max(1, rows // FEWER)):
                pass
    found = {
        "bytes_a_row": {table.name: _bytes_a_row(engine, table.name) for table in measured},
        "answers_looked_up": looks,
        "look_up_exponents": {name: exponent(looks, name, "rows") for name in looks[0] if name.endswith("_ms")},
    }
    engine.dispose()
    store.engine.dispose()
    return found


def _steps(engine: Engine, table: sa.Table, rows: int) -> Iterator[int]:
    """Fill one of our tables, a third of the way at a time; how many rows there are."""
    there = 0
    for wanted in sorted({max(1, rows // 30), max(1, rows // 10), max(1, rows // 3), rows}):
        for start in range(there, wanted, CHUNK):
            run(engine, _rows(table, start, min(wanted, start + CHUNK)))
        there = wanted
        yield there


def _rows(table: sa.Table, start: int, end: int) -> str:
    columns = [column for column in table.columns if column.autoincrement is not True]
    values = ", ".join(_value(column) for column in columns)
    return (
        f"INSERT INTO {table.name} ({', '.join(column.name for column in columns)}) SELECT {values} "
        f"FROM (SELECT n + {start} AS n FROM bench_numbers WHERE n + {start} < {end}) numbers"
    )


def _value(column: sa.Column[Any]) -> str:
    """What stands in a column of the n-th row."""
    if column.name in _TEXTS:
        return _TEXTS[column.name]
    if isinstance(column.type, sa.LargeBinary):
        return f"UNHEX(SHA2(CONCAT('{column.name}', n), 256))"
    if isinstance(column.type, sa.Date):
        # Thirty days: those that are being worked on.
        return (
            f"'{FIRST_DAY}' + INTERVAL n % 30 DAY" if column.table.name in BY_TEXT else "'1000-01-01' + INTERVAL n DAY"
        )
    if isinstance(column.type, sa.String):
        return f"LEFT(SHA2(CONCAT('{column.name}', {'n' if column.primary_key else 'n % 9'}), 256), 16)"
    return "n % 9" if isinstance(column.type, sa.SmallInteger) else _number_or_time(column)


def _number_or_time(column: sa.Column[Any]) -> str:
    return "n" if isinstance(column.type, sa.Numeric | sa.Integer | sa.Double) else "NOW(6) - INTERVAL n SECOND"


def _bytes_a_row(engine: Engine, table: str, partition: str | None = None) -> int:
    """What the rows and their indexes take, pages that are not full included."""
    view = "PARTITIONS" if partition else "TABLES"
    which = f" AND PARTITION_NAME = '{partition}'" if partition else ""
    with engine.connect() as connection:
        connection.exec_driver_sql(f"ANALYZE TABLE {table}").all()
        (size,) = connection.exec_driver_sql(
            f"SELECT DATA_LENGTH + INDEX_LENGTH FROM information_schema.{view} "
            f"WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '{table}'{which}"
        ).one()
        in_it = f" PARTITION ({partition})" if partition else ""
        rows = connection.exec_driver_sql(f"SELECT COUNT(*) FROM {table}{in_it}").scalar_one()
    return round(size / rows)


def _look_ups(store: SqlQuestionStore) -> dict[str, float]:
    """Answers of texts that are known and of some that are not, as many as stand on a page."""
    with store.engine.connect() as connection:
        version = connection.exec_driver_sql("SELECT MIN(classifier_version) FROM keyword_answers").scalar_one()
        some = f"SELECT share_key FROM keyword_answers WHERE share_key > UNHEX('80') LIMIT {LOOKED_UP // 2}"
        known = [bytes(key) for key in connection.exec_driver_sql(some).scalars()]
    keys = [*known, *(bytes([n % 256]) * 31 + bytes([n // 256]) for n in range(LOOKED_UP - len(known)))]
    return {"find_answers_ms": _ms(lambda: store.known_answers(keys, str(version)))}


def _claims(url: str) -> dict[str, Any]:
    """How long the book of the quota takes to admit a request, by how many stand in it."""
    store, found = open_store(url), []
    book = store.quota_book("http://localhost", "bench", "key")
    account = "UNHEX(SHA2('http://localhost\nbench', 256))"
    wanted = Wanted(None, 1_000, Limits(10**9, 10**12, 60.0), 600.0)
    there = 0
    for places in PLACES:
        run(
            store.engine,
            "INSERT INTO keyword_quota (account, waiting, requests, tokens, free_at) "
            f"SELECT {account}, 0, 1, 1000, UNIX_TIMESTAMP() + 600 FROM bench_numbers WHERE n < {places - there}",
        )
        there = places
        found.append({"places": places, "claim_ms": _ms(lambda: book.give_back(book.claim(wanted).place))})
    store.engine.dispose()
    return {"places_in_the_book": found, "claim_exponent": exponent(found, "claim_ms", "places")}


# -- a month among others ---------------------------------------------------------------------------------------------


def _by_month(statement: str) -> str:
    """The same table in partitions by month: its key has the time in it, and its number begins it."""
    (number,) = [word for word in ("chatting_pk", "chat_keyword_pk") if f"({word} BIGINT" in statement]
    months = ", ".join(
        f"PARTITION p{month:02} VALUES LESS THAN ('{2025 + month // 12}-{month % 12 + 1:02}-01')"
        for month in range(1, 13)
    )
    keyed = statement.replace(" PRIMARY KEY", "", 1).replace("KEY ix_", f"PRIMARY KEY ({number}, created_at), KEY ix_")
    return f"{keyed} PARTITION BY RANGE COLUMNS (created_at) ({months}, PARTITION rest VALUES LESS THAN (MAXVALUE))"


def _month(url: str, messages_a_day: int, others: int) -> dict[str, Any]:
    """A month of thirty full days, and a day in each of the eleven others."""
    days = days_of(messages_a_day, ())
    first = 2 * 30 * messages_a_day
    months = [month for month in range(1, 13) if month != FIRST_DAY.month]
    beside = [
        Day(date(2025, month, 10), others, first + 2 * others * place, first + 2 * others * place + others, 3)
        for place, month in enumerate(months)
    ]
    fill(url, [*beside, *days], [_by_month(statement) for statement in USERS_TABLES])
    engine = make_engine(url)
    upgrade(engine, DEFAULT_NAMES)
    quarantine(url, days)
    sizes = {
        f"{table}_bytes_a_row": _bytes_a_row(engine, table, "p06") for table in ("chattings", "admin_chat_keywords")
    }
    engine.dispose()
    return {
        "messages": 30 * messages_a_day,
        "messages_of_other_months": 11 * others,
        **sizes,
        **in_own_process(_measured, url, days),
    }


def _measured(url: str, days: Sequence[Day]) -> dict[str, Any]:
    """How long each of the hot statements takes, and the partitions that it looks into."""
    store, period = open_store(url), period_of(days)
    expected = [day.expected() for day in days]
    if store.recount(period) != expected:
        raise RuntimeError("counted otherwise than true")
    works = _works(store, period)
    # The service writes meanwhile, so that nothing is known to be as it was.
    times = {
        f"{name}_ms": _ms(work, lambda: add_late_messages(url, Day(TODAY, 0, 0, 0, 0), 1))
        for name, work in works.items()
    }
    looked_into = {name: sorted(_partitions(store, work)) for name, work in works.items()}
    return {**times, "partitions": looked_into}


def _works(store: SqlQuestionStore, period: Period) -> Mapping[str, Callable[[], object]]:
    """The hot statements: those of a check, a tick, a run and a report; the day is one of the month."""
    day = Period.of(period.start)
    (counted,) = store.recount(day)
    # New questions for each time that a reply is written.
    asked = iter(most_asked(store, day, ANSWERED * (ROUNDS + 1)))

    def newest() -> object:
        with store.engine.connect() as connection:
            return connection.exec_driver_sql("SELECT MAX(chatting_pk) FROM chattings").scalar_one()

    def written() -> None:
        reply = [(question, ANSWER) for question in islice(asked, ANSWERED)]
        store.save(reply, learned={}, version="v", batch_created_at=datetime(2025, 7, 1))

    return {
        "newest_message": newest,
        "check_of_the_month": lambda: store.coverage(period),
        "tick": lambda: store.look(period, NO_LIMIT),
        "count_a_day": lambda: store.recount(day),
        "open_questions_of_a_day": lambda: [None for _ in store.open_questions(day, most_asked_first=False)],
        "write_a_reply": written,
        "refresh_counts_of_a_day": lambda: store.refresh_counts(day.start),
        "keep_a_day": lambda: store.days.keep(counted),
        "categories_of_the_month": lambda: SqlReportSource(store, period).category_days(period),
        "most_asked_of_the_month": lambda: SqlReportSource(store, period, listed=LISTED).questions(),
    }


def _partitions(store: SqlQuestionStore, work: Callable[[], object]) -> set[str]:
    sent = [found for found in executed(store.engine, work) if "chattings" in found[0] or "admin_chat" in found[0]]
    return {name for statement in sent for name in partitions_of(explained(store.engine, statement))}


def _ms(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """The shortest of some: what else the machine did is no part of it. Before each, something else happens."""
    seconds = []
    for _ in range(ROUNDS):
        before()
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return round(1000 * min(seconds), 2)
