"""Upgrading, counting, looking and writing on a database of up to ten million messages, beside the old statements."""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any

import sqlalchemy as sa

from benchmarks.chat_log import TODAY, Day, add_late_messages, days_of, fill, period_of, quarantine
from benchmarks.exponents import exponent
from benchmarks.measure import OwnProcess, in_own_process
from benchmarks.old_statements import beside_ours
from benchmarks.plans import coverage_statement, measured, plans
from benchmarks.servers import about, open_store, own_names, server
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Answer, Keyword, Question
from keyword_assets.core.questions import share_key
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.schema.migrate import upgrade

ANSWER: Answer = (Keyword("전학 절차", 5), Keyword("서류", 9))
WRITTEN_QUESTIONS = 100_000
# Questions of one reply of HCX, with what it taught us.
REPLY_QUESTIONS, REPLIES = 20, 250
LATE_MESSAGES = 1_000
LOOKS = 7
# Of a larger day, only what must hold there is measured: reading all its questions takes minutes.
WHOLE_STORY = 1_000_000
NO_LIMIT = 3600.0


@dataclass(frozen=True)
class Sizes:
    """Messages a day in each of the tables of 30 days, and the single days that the largest has besides."""

    periods: tuple[int, ...]
    single_days: tuple[int, ...]


def database() -> dict[str, Any]:
    """A million messages over 30 days, a day of 100,000 and a day of a million."""
    return _database(Sizes((3_400, 11_100, 33_400), (10_000, 100_000, 1_000_000)))


def database_full() -> dict[str, Any]:
    """Ten million messages over 30 days, and a day of ten million."""
    return _database(Sizes((33_400, 111_000, 333_400), (10_000, 100_000, 1_000_000, 10_000_000)))


def _database(sizes: Sizes) -> dict[str, Any]:
    names, load = own_names(), os.getloadavg()
    with server() as host:
        old = beside_ours(host, names)
        periods: list[dict[str, Any]] = []
        rest: dict[str, Any] = {}
        for size in sizes.periods:
            largest = size == sizes.periods[-1]
            days = days_of(size, sizes.single_days if largest else ())
            name = names(str(size))
            url = host.create_database(name)
            try:
                periods.append(_thirty_days(url, days))
                if largest:
                    rest = {**about(url), **_largest(url, days)}
            finally:
                host.drop_database(name)
    return {
        "load_average_at_start": [round(number, 1) for number in load],
        "load_average_at_end": [round(number, 1) for number in os.getloadavg()],
        **{name: rest.pop(name) for name in ("server", "buffer_pool_mb")},
        "thirty_days": periods,
        "thirty_days_exponents": {
            name: exponent(periods, name)
            for name in (
                "live_coverage_seconds",
                "confirmed_coverage_seconds",
                "unchanged_look_ms",
                "late_look_seconds",
            )
        },
        **rest,
        "old_statements": old,
    }


def _say(what: str) -> None:
    print(f"  {datetime.now():%H:%M:%S} {what}", flush=True)


# -- thirty days ------------------------------------------------------------------------------------------------------


def _thirty_days(url: str, days: Sequence[Day]) -> dict[str, Any]:
    """Fill, upgrade under way of writers, and look at the first thirty days in each state they can be in."""
    _say(f"filling {sum(day.messages for day in days)} messages")
    began = time.perf_counter()
    fill(url, days)
    figures: dict[str, Any] = {"fill_seconds": round(time.perf_counter() - began)}
    _say("upgrading")
    upgraded = _upgrade(url)
    quarantine(url, days)
    _say("thirty days")
    thirty = days[:30]
    looked = in_own_process(_look, url, thirty)
    late = in_own_process(_late, url, thirty, thirty[10])
    # Of those processes as a whole, which did several things.
    del looked["seconds"], late["seconds"]
    return {"messages": sum(day.messages for day in thirty), **figures, "upgrade": upgraded, **looked, **late}


def _upgrade(url: str) -> dict[str, Any]:
    """The whole upgrade while another process writes messages."""
    engine = make_engine(url)
    writer = OwnProcess(_write_messages, url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # An upgrade may be over before a process has begun.
        while not connection.exec_driver_sql("SELECT 1 FROM bench_numbers WHERE n = -2").first():
            time.sleep(0.1)
    began = time.perf_counter()
    upgrade(engine, DEFAULT_NAMES)
    seconds = time.perf_counter() - began
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO bench_numbers VALUES (-1)")
    written = writer.result()
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM bench_numbers WHERE n < 0")
    engine.dispose()
    return {"seconds": round(seconds, 1), "other_writer_meanwhile": written}


def _write_messages(url: str) -> dict[str, Any]:
    """One message after the other, each in its own transaction, until told to stop by a number -1; tells by a -2 that
    it has begun."""
    engine = make_engine(url)
    waits: list[float] = []
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.exec_driver_sql("SELECT 1 FROM bench_numbers WHERE n = -1").first():
            began = time.perf_counter()
            connection.exec_driver_sql(f"INSERT INTO chattings (input_text, created_at) VALUES ('새 질문', '{TODAY}')")
            waits.append(time.perf_counter() - began)
            if len(waits) == 1:
                connection.exec_driver_sql("INSERT INTO bench_numbers VALUES (-2)")
            time.sleep(0.01)
    return {
        "messages": len(waits),
        "median_wait_ms": round(1000 * statistics.median(waits), 1),
        "longest_wait_ms": round(1000 * max(waits)),
    }


def _look(url: str, days: Sequence[Day]) -> dict[str, Any]:
    """Coverage of the days counted live, after `confirm`, and the sensor's look when nothing has changed."""
    store, period = open_store(url), period_of(days)
    expected = [day.expected() for day in days]
    live = _best(lambda: store.recount(period), expected)
    _end_a_run(url, store)
    confirm = _seconds(lambda: store.confirm(period), None)
    confirmed = _seconds(lambda: store.coverage(period), expected)
    looks = [_seconds(lambda: store.look(period, NO_LIMIT), expected) for _ in range(LOOKS)]
    return {
        "live_coverage_seconds": round(live, 2),
        "live_messages_a_second": round(sum(day.messages for day in days) / live),
        "confirm_seconds": round(confirm, 2),
        "confirmed_coverage_seconds": round(confirmed, 4),
        "unchanged_look_ms": round(1000 * statistics.median(looks), 1),
        "unchanged_look_longest_ms": round(1000 * max(looks), 1),
    }


def _end_a_run(url: str, store: SqlQuestionStore) -> None:
    """Write to both tables, for another day, as a run does before it confirms.

    After an ALTER TABLE or a restart the server does not know when a table was last written until it is written again.
    """
    add_late_messages(url, Day(TODAY, 0, 0, 0, 0), 1)
    rows = [(question, ANSWER) for question in most_asked(store, Period.of(TODAY), 1)]
    store.save(rows, learned={}, version="bench", batch_created_at=datetime(2025, 8, 1))


def _late(url: str, days: Sequence[Day], late: Day) -> dict[str, Any]:
    """The look after messages came late for one of the days, the look after that one, and that day counted alone."""
    store, period = open_store(url), period_of(days)
    before = store.look(period, NO_LIMIT)
    add_late_messages(url, late, LATE_MESSAGES)
    first = time.perf_counter()
    rows = store.look(period, NO_LIMIT)
    second = time.perf_counter()
    again = store.look(period, NO_LIMIT)
    third = time.perf_counter()
    alone = _seconds(lambda: store.recount(Period.of(late.date)), None)
    gained = {now.day: now.questions - then.questions for now, then in zip(rows, before, strict=True)}
    if gained != {day.date: LATE_MESSAGES if day == late else 0 for day in days} or rows != again:
        raise RuntimeError(f"late messages were counted as {gained}")
    return {
        "late_look_seconds": round(second - first, 3),
        "look_after_late_look_seconds": round(third - second, 3),
        "late_day_alone_seconds": round(alone, 3),
    }


def most_asked(store: SqlQuestionStore, period: Period, most: int) -> list[Question]:
    """The open questions that were asked most, at most so many."""
    pages = store.open_questions(period, most_asked_first=True)
    return list(islice(chain.from_iterable(pages), most))


def _seconds(work: Callable[[], Any], expected: Any) -> float:
    """How long it takes to the right result."""
    began = time.perf_counter()
    found = work()
    seconds = time.perf_counter() - began
    if expected is not None and found != expected:
        wrong = [pair for pair in zip(found, expected, strict=False) if pair[0] != pair[1]]
        raise RuntimeError(f"counted and true: {wrong[:3]}")
    return seconds


def _best(work: Callable[[], Any], expected: Any) -> float:
    """The shortest of three: what else the machine did is no part of it."""
    return min(_seconds(work, expected) for _ in range(3))


# -- single days, writing and plans, in the largest table --------------------------------------------------------------


def _largest(url: str, days: Sequence[Day]) -> dict[str, Any]:
    thirty, singles = days[:30], days[30:]
    largest = max((day for day in singles if day.messages <= WHOLE_STORY), key=lambda day: day.messages)
    _say("single days")
    one_day = [_one_day(url, day) for day in singles]
    _say("late messages for single days")
    in_own_process(_look, url, singles)
    late = [{"messages": day.messages, **in_own_process(_late, url, singles, day)} for day in singles]
    _say("plans")
    explained = _plans(url, thirty, singles)
    _say("writing")
    return {
        "one_day": one_day,
        "one_day_exponents": {
            name: exponent(one_day, name)
            for name in ("coverage_seconds", "stream_without_key_seconds", "stream_seconds", "first_report_seconds")
        },
        "late_messages": late,
        "late_exponent": exponent(late, "late_look_seconds"),
        "write": in_own_process(_write, url, largest),
        "write_replies": in_own_process(_write_replies, url, largest),
        "plans": explained,
    }


def _one_day(url: str, day: Day) -> dict[str, Any]:
    counted = in_own_process(_count, url, day)
    found = {
        "messages": day.messages,
        "coverage_seconds": counted["counting_seconds"],
        "coverage_messages_a_second": round(day.messages / counted["counting_seconds"]),
        "coverage_peak_mb": counted["peak_mb"],
    }
    if day.messages > WHOLE_STORY:
        return found
    streamed = in_own_process(_stream, url, day, True)
    unproven = in_own_process(_stream, url, day, False)
    return {
        **found,
        **in_own_process(_report, url, day),
        "stream_without_key_seconds": unproven["stream_seconds"],
        "open_questions": streamed["questions"],
        "stream_seconds": streamed["stream_seconds"],
        "stream_questions_a_second": round(streamed["questions"] / streamed["stream_seconds"]),
        "stream_peak_mb": streamed["peak_mb"],
    }


def _count(url: str, day: Day) -> dict[str, Any]:
    store = open_store(url)
    seconds = _best(lambda: store.recount(Period.of(day.date)), [day.expected()])
    return {"counting_seconds": round(seconds, 3)}


def _stream(url: str, day: Day, with_key: bool) -> dict[str, Any]:
    store = open_store(url, with_key=with_key)
    began = time.perf_counter()
    questions = messages = 0
    for page in store.open_questions(Period.of(day.date), most_asked_first=False):
        questions += len(page)
        messages += sum(question.count for question in page)
    seconds = time.perf_counter() - began
    if questions != day.expected().open:
        raise RuntimeError(f"{questions} questions streamed, {day.expected().open} are open")
    return {"questions": questions, "stream_seconds": round(seconds, 3)}


def _report(url: str, day: Day) -> dict[str, Any]:
    """The day reported for the first time, which writes down each missing question, and once more."""
    store = open_store(url)
    (row,) = store.recount(Period.of(day.date))
    first = _seconds(lambda: store.days.keep(row), True)
    again = _seconds(lambda: store.days.keep(row), False)
    table = store.tables.missing_questions
    with store.engine.connect() as connection:
        kept = connection.execute(sa.select(sa.func.count()).where(table.c.day == day.date)).scalar_one()
    if kept != row.missing:
        raise RuntimeError(f"{kept} missing questions kept of {row.missing}")
    return {
        "missing_questions": kept,
        "first_report_seconds": round(first, 2),
        "next_report_seconds": round(again, 2),
    }


def _write(url: str, day: Day) -> dict[str, Any]:
    """Pages of questions whose answers are known, as a run writes them before it asks HCX."""
    store, period = open_store(url), Period.of(day.date)
    (before,) = store.recount(period)
    pages = []
    for page in store.open_questions(period, most_asked_first=False):
        pages.append([(question, ANSWER) for question in page])
        if sum(map(len, pages)) >= WRITTEN_QUESTIONS:
            break
    began, began_cpu = time.perf_counter(), time.process_time()
    for rows in pages:
        store.save(rows, learned={}, version="bench", batch_created_at=datetime(2025, 7, 20))
    seconds, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    questions = sum(map(len, pages))
    (after,) = store.recount(period)
    if after.classified - before.classified != questions:
        raise RuntimeError(f"{after.classified - before.classified} classified, {questions} were written")
    return {
        "questions": questions,
        "rows": questions * len(ANSWER),
        "writing_seconds": round(seconds, 2),
        # What is left on a machine with other work is waiting for the server and for a core.
        "own_cpu_seconds": round(cpu, 2),
        "questions_a_second": round(questions / seconds),
        "rows_a_second": round(questions * len(ANSWER) / seconds),
    }


def _write_replies(url: str, day: Day) -> dict[str, Any]:
    """Replies of HCX: a transaction for each, with what it taught."""
    store, period = open_store(url), Period.of(day.date)
    questions = most_asked(store, period, REPLIES * REPLY_QUESTIONS)
    began = time.perf_counter()
    for start in range(0, len(questions), REPLY_QUESTIONS):
        reply = questions[start : start + REPLY_QUESTIONS]
        learned = {share_key(question.text): ANSWER for question in reply}
        rows = [(question, ANSWER) for question in reply]
        store.save(rows, learned=learned, version="bench", batch_created_at=datetime(2025, 7, 20))
    seconds = time.perf_counter() - began
    return {
        "replies": len(questions) // REPLY_QUESTIONS,
        "questions_a_reply": REPLY_QUESTIONS,
        "rows_a_second": round(len(questions) * len(ANSWER) / seconds),
    }


def _plans(url: str, thirty: Sequence[Day], singles: Sequence[Day]) -> dict[str, Any]:
    """How the server goes about each statement of the product, and what it measured of the one that counts."""
    store, period = open_store(url), period_of(thirty)
    day = Period.of(singles[1].date)
    page = [(question, ANSWER) for question in most_asked(store, day, 500)]
    add_late_messages(url, thirty[3], 1)
    (counted,) = store.recount(day)
    works: dict[str, Callable[[SqlQuestionStore], object]] = {
        "look at thirty days when one got a late message": lambda it: it.look(period, NO_LIMIT),
        "stream the open questions of a day": lambda it: list(it.open_questions(day, most_asked_first=False)),
        "write a page": lambda it: it.save(page, learned={}, version="bench", batch_created_at=datetime(2025, 7, 20)),
        "bring query_count of a day up to date": lambda it: it.refresh_counts(day.start),
        "keep the missing questions of a day": lambda it: it.days.keep(counted),
        "read what is kept of a day": lambda it: (it.days.missing(day.start, 20), it.days.gaps(day)),
    }
    found = plans(url, works, store)
    found["measured by the server: coverage of a day"] = measured(
        store.engine, *coverage_statement(store, lambda: store.recount(day))
    )
    return found
