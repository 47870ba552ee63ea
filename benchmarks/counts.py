"""`check` of thirty days while the service writes fifty messages a second, beside counting the same days live."""

import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Event, Thread
from typing import Any

from benchmarks.chat_log import TODAY, Day, add_late_messages, days_of, fill, period_of, quarantine
from benchmarks.exponents import exponent
from benchmarks.measure import in_own_process
from benchmarks.servers import about, open_store, own_names, server
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.coverage import counted_days
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.schema.migrate import upgrade

MESSAGES_A_DAY = (4_000, 11_100, 33_400)
MANY_MESSAGES_A_DAY = (33_400, 111_000, 333_400)
WRITTEN_A_SECOND = 50
ROUNDS = 6
# The place of a complete day among the thirty; the one after it is complete, too.
COMPLETE = 10
QUIET_SECONDS = 3.0
LATE_MESSAGES = 1_000
# What a server counts when somebody waits for a row, for a page from the disk, for a free page or for the log.
SERVER_WAITS = ("row_lock_waits", "buffer_pool_reads", "buffer_pool_wait_free", "log_waits")


def counts() -> dict[str, Any]:
    """Up to a million messages over 30 days."""
    return _counts(MESSAGES_A_DAY)


def counts_full() -> dict[str, Any]:
    """Up to ten million."""
    return _counts(MANY_MESSAGES_A_DAY)


def counts_largest() -> dict[str, Any]:
    """Ten million alone, which leaves no exponents to fit."""
    return _counts(MANY_MESSAGES_A_DAY[-1:])


def _counts(sizes: Sequence[int]) -> dict[str, Any]:
    names, load = own_names(), os.getloadavg()
    rows: list[dict[str, Any]] = []
    with server() as host:
        for size in sizes:
            days, name = _days(size), names(str(size))
            url = host.create_database(name)
            try:
                fill(url, days)
                engine = make_engine(url)
                upgrade(engine, DEFAULT_NAMES)
                engine.dispose()
                quarantine(url, days)
                which = about(url)
                rows.append({"messages": 30 * size, **in_own_process(_measured, url, days)})
            finally:
                host.drop_database(name)
    figures = [name for name in rows[0] if name.endswith("_seconds")]
    return {
        "load_average_at_start": [round(number, 1) for number in load],
        "load_average_at_end": [round(number, 1) for number in os.getloadavg()],
        **which,
        "thirty_days": rows,
        "exponents": {name: exponent(rows, name) for name in figures if len(rows) > 1},
    }


def _days(messages: int) -> list[Day]:
    """Thirty days, two of which are complete."""
    days = days_of(messages, ())
    return [replace(day, classified_of_four=4) if day in days[COMPLETE : COMPLETE + 2] else day for day in days]


def _measured(url: str, days: Sequence[Day]) -> dict[str, Any]:
    store, period = open_store(url), period_of(days)
    expected = [day.expected() for day in days]
    live = _seconds(lambda: store.count(period), expected)
    recount = _seconds(lambda: store.recount(period), expected)
    with _Service(url) as service:
        beside = _beside(service, store, lambda: store.coverage(period), expected)
        by_texts = _by_texts(lambda: store.coverage(period), expected)
        late = _late(url, store, days)
    return {"live_seconds": live, "recount_seconds": recount, **beside, "check_by_texts_seconds": by_texts, **late}


def _beside(
    service: "_Service", store: SqlQuestionStore, check: Callable[[], Any], expected: Sequence[DayCoverage]
) -> dict[str, Any]:
    """`check` again and again while the service writes, and how long its writes take meanwhile.

    Beside those of quiet moments stand those while a process of no database keeps a core busy for as long: what a core
    costs is no waiting for us. What the server itself waited for stands there, too.
    """
    seconds: list[float] = []
    waits: dict[str, list[float]] = {"quiet": [], "check": [], "busy_core": []}
    works: dict[str, Callable[[], Any]] = {
        "quiet": lambda: time.sleep(QUIET_SECONDS),
        "check": lambda: seconds.extend(_one_after_the_other(check, expected)),
        "busy_core": lambda: _keep_a_core_busy(QUIET_SECONDS),
    }
    server_waits = {name: Counter[str]() for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            before = _server_waits(store)
            waits[name] += service.waits_during(work)
            server_waits[name].update(_server_waits(store) - before)
    return {
        "check_seconds": round(statistics.median(seconds), 3),
        "check_longest": max(seconds),
        "writes_p50_ms": {name: _percentile(found, 50) for name, found in waits.items()},
        "writes_p99_ms": {name: _percentile(found, 99) for name, found in waits.items()},
        "writes": {name: len(found) for name, found in waits.items()},
        "server_waits": {name: {what: found[what] for what in SERVER_WAITS} for name, found in server_waits.items()},
    }


def _server_waits(store: SqlQuestionStore) -> Counter[str]:
    """How often the server has waited so far."""
    names = ", ".join(f"'Innodb_{name}'" for name in SERVER_WAITS)
    with store.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SHOW GLOBAL STATUS WHERE Variable_name IN ({names})").all()
    return Counter({name.removeprefix("Innodb_"): int(number) for name, number in found})


def _one_after_the_other(check: Callable[[], Any], expected: Sequence[DayCoverage]) -> list[float]:
    """How long each took, for as long as it is quiet between."""
    end, seconds = time.perf_counter() + QUIET_SECONDS, [_seconds(check, expected)]
    while time.perf_counter() < end:
        seconds.append(_seconds(check, expected))
    return seconds


def _keep_a_core_busy(seconds: float) -> None:
    work = f"import time\nend = time.perf_counter() + {seconds}\nwhile time.perf_counter() < end: pass"
    subprocess.run([sys.executable, "-c", work], check=True)


def _late(url: str, store: SqlQuestionStore, days: Sequence[Day]) -> dict[str, Any]:
    """`check` of a day after messages came late for it: complete, without and with an index over texts; incomplete."""
    found = {"late_check": _after_late(url, store, days, COMPLETE)}
    with store.engine.begin() as connection:
        connection.exec_driver_sql("CREATE INDEX ix_bench ON admin_chat_keywords (query_text(64), created_at)")
    found["late_check_with_index"] = _after_late(url, store, days, COMPLETE + 1)
    found["late_check_of_incomplete_day"] = _after_late(url, store, days, COMPLETE + 2)
    began = time.perf_counter()
    store.count(Period.of(days[COMPLETE + 2].date))
    found["counting_that_day"] = round(time.perf_counter() - began, 3)
    return {f"{name}_seconds": seconds for name, seconds in found.items()}


def _after_late(url: str, store: SqlQuestionStore, days: Sequence[Day], late: int) -> float:
    day = Period.of(days[late].date)
    add_late_messages(url, days[late], LATE_MESSAGES)
    began = time.perf_counter()
    (row,) = store.coverage(day)
    seconds = time.perf_counter() - began
    gained = row.questions - days[late].expected().questions
    if gained != LATE_MESSAGES:
        raise RuntimeError(f"{gained} late questions were counted")
    return round(seconds, 3)


def _by_texts(check: Callable[[], Any], expected: Sequence[DayCoverage]) -> float:
    """`check` of numbers that are so many hours old that keys do not prove them."""
    usual, counted_days.FULL_LOOK_SECONDS = counted_days.FULL_LOOK_SECONDS, -1
    try:
        return _seconds(check, expected)
    finally:
        counted_days.FULL_LOOK_SECONDS = usual


class _Service:
    """A thread that writes messages of today, so many a second, each in a transaction of its own."""

    def __init__(self, url: str) -> None:
        self._engine = make_engine(url)
        self._over = Event()
        self._waits: list[float] = []
        self._thread = Thread(target=self._write)

    def __enter__(self) -> "_Service":
        self._thread.start()
        # Only newer messages explain why the table was written.
        time.sleep(1)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._engine.dispose()

    def waits_during(self, work: Callable[[], Any]) -> list[float]:
        """How long each write took that ended during the work, in seconds."""
        before = len(self._waits)
        work()
        return self._waits[before:]

    def _write(self) -> None:
        statement = f"INSERT INTO chattings (input_text, created_at) VALUES ('새 질문', '{TODAY}')"
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not self._over.is_set():
                began = time.perf_counter()
                connection.exec_driver_sql(statement)
                self._waits.append(time.perf_counter() - began)
                self._over.wait(max(0.0, 1 / WRITTEN_A_SECOND - self._waits[-1]))


def _seconds(work: Callable[[], Any], expected: Sequence[DayCoverage]) -> float:
    """How long it takes to the right result."""
    began = time.perf_counter()
    found = work()
    seconds = time.perf_counter() - began
    if found != expected:
        raise RuntimeError(f"counted {found[:2]}, true is {expected[:2]}")
    return round(seconds, 3)


def _percentile(waits: Sequence[float], percent: int) -> float:
    return round(1000 * statistics.quantiles(waits, n=100)[percent - 1], 1)
