"""Runs to be measured: our whole line from a database to HTTP and back, and the pacing of the script it replaced."""

import asyncio
import hashlib
import logging
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import sqlalchemy as sa

from benchmarks.questions import questions
from keyword_assets.configuration.hcx import Hcx
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.classifying.books import Books
from keyword_assets.core.classifying.budget import Budget
from keyword_assets.core.classifying.pipeline import classify_period
from keyword_assets.core.classifying.prompts import classifier_version
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Question
from keyword_assets.core.models.runs import DayTally, RunResult
from keyword_assets.core.ports.model import Reply
from keyword_assets.core.ports.watcher import RunWatcher
from keyword_assets.core.questions import prompt_text
from keyword_assets.core.quota.limits import MAX_WAIT_SECONDS, Limits
from keyword_assets.hcx.client import HcxClient, open_client
from keyword_assets.hcx.wires import wire_of
from keyword_assets.orchestration.running.interrupts import run_interruptible
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.database.stored_days import LOCAL_DAYS
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.loading.messages import insert_messages
from keyword_assets.sql.schema.migrate import require_schema, upgrade
from keyword_assets.sql.schema.users_tables import read_tables

MODEL = "HCX-007"
DAY = date(2025, 6, 11)
# The old script: so many requests a minute at most, and so long between one's answer and the next.
_OLD_REQUESTS, _OLD_PAUSE_SECONDS, _OLD_CAP = 30, 1.0, 256
# How often the event loop is looked at.
_LOOK_SECONDS = 0.005


@dataclass(frozen=True)
class Run:
    """One run of ours.

    `database` is its URL; None for a SQLite file of its own, thrown away afterwards. The messages of the days are the
    questions from number `first` on to number `last`; they are put there unless `filled`.
    """

    url: str
    key: str
    limits: Limits
    last: int
    first: int = 0
    batch: int | None = None
    database: str | None = None
    day: date = DAY
    days: int = 1
    filled: bool = False
    run_id: str = "first"
    rows: bool = False
    """Whether a fingerprint of the rows is wanted; it takes memory that is not ours."""

    @property
    def period(self) -> Period:
        """The days."""
        return Period(self.day, self.day + timedelta(days=self.days - 1))


def run(job: Run) -> dict[str, Any]:
    """Classify the days, as a Dagster step does it."""
    # Faults are what is measured; they need not be told.
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as temporary:
        store = open_store(job.database or in_folder(temporary))
        if not job.filled:
            fill(store, job.period, job.first, job.last)
        watch = Stopwatch()
        result, moments = run_interruptible(_run(job, store, watch))
        rows = store.coverage(job.period)
        figures = {
            **moments,
            **watch.figures(result.processed),
            # Of the whole process, its start included.
            "cpu_seconds": time.process_time(),
            "processed": result.processed,
            "asked": result.asked,
            "requests": result.usage.requests,
            "retries": result.usage.retries,
            "tokens_a_question": round((result.usage.prompt + result.usage.completion) / max(1, result.processed)),
            "questions_a_krw": round(result.processed / max(1e-9, result.cost_krw), 2),
            "coverage": sum(row.classified for row in rows) / max(1, sum(row.questions for row in rows)),
            "run_seconds": round(result.seconds, 2),
            "rows": rows_digest(store) if job.rows else None,
        }
        store.engine.dispose()
    return figures


def in_folder(folder: str) -> str:
    """The URL of the SQLite database in a folder."""
    return f"sqlite:///{Path(folder) / 'bench.db'}"


def open_store(url: str) -> SqlQuestionStore:
    """The store of a database, whose tables are made if it has none."""
    engine = make_engine(url)
    if engine.dialect.name != "sqlite":
        upgrade(engine, DEFAULT_NAMES)
    require_schema(engine, DEFAULT_NAMES)
    return SqlQuestionStore(engine, read_tables(engine, DEFAULT_NAMES, LOCAL_DAYS), datetime.now)


def fill_database(url: str, period: Period, first: int, last: int) -> dict[str, Any]:
    """Put questions into the days of a database."""
    store = open_store(url)
    fill(store, period, first, last)
    store.engine.dispose()
    return {}


def fill(store: SqlQuestionStore, period: Period, first: int, last: int) -> None:
    """Put questions into days, one message each, as many into the one as into the other."""
    days, texts = list(period.days()), questions(last)[first:]
    insert_messages(
        store.engine,
        store.tables,
        (
            (day.toordinal() * 1_000_000 + n, text, datetime(day.year, day.month, day.day) + timedelta(seconds=n))
            for place, day in enumerate(days)
            for n, text in enumerate(texts[place :: len(days)])
        ),
    )


def rows_digest(store: SqlQuestionStore) -> str:
    """A fingerprint of all keyword rows, whatever their order and the time of the run."""
    table = store.tables.admin_chat_keywords
    columns = (table.c.query_text, table.c.keyword, table.c.category_id, table.c.query_count, table.c.created_at)
    with reading(store.engine) as connection:
        rows = sorted(repr(tuple(row)) for row in connection.execute(sa.select(*columns)))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


class Stopwatch:
    """What a run costs its own process: CPU, how long the event loop could not do anything else, and how long it takes
    from a reply's arrival until it is written."""

    def __init__(self) -> None:
        self._began = time.process_time()
        self._arrived: dict[str, float] = {}
        self._taken: list[float] = []
        self._blocked: list[float] = []

    async def look(self) -> None:
        """Notice when the event loop comes late to us."""
        while True:
            due = time.perf_counter() + _LOOK_SECONDS
            await asyncio.sleep(_LOOK_SECONDS)
            self._blocked.append(time.perf_counter() - due)

    def arrived(self, texts: Sequence[str]) -> None:
        """The reply about these has come."""
        self._arrived |= dict.fromkeys(texts, time.perf_counter())

    def written(self, texts: Sequence[str]) -> None:
        """The books have heard that these were written."""
        now = time.perf_counter()
        self._taken += [now - self._arrived.pop(text) for text in texts if text in self._arrived]

    def figures(self, questions: int) -> dict[str, float]:
        """In milliseconds."""
        taken = sorted(self._taken) or [0.0]
        return {
            "cpu_ms_a_question": round((time.process_time() - self._began) * 1000 / max(1, questions), 2),
            "reply_to_commit_ms_p50": round(taken[len(taken) // 2] * 1000, 1),
            "reply_to_commit_ms_p99": round(taken[len(taken) * 99 // 100] * 1000, 1),
            "loop_blocked_ms_most": round(max(self._blocked) * 1000, 1),
        }


class _TimedClient:
    """A client that notes when replies come."""

    def __init__(self, client: HcxClient, watch: Stopwatch) -> None:
        self._client, self._watch = client, watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    async def ask(self, texts: Sequence[str], **options: Any) -> Reply:
        """As the client does."""
        reply = await self._client.ask(texts, **options)
        self._watch.arrived(texts)
        return reply


@contextmanager
def _timed_writes(watch: Stopwatch) -> Iterator[None]:
    """While it lasts, the stopwatch hears of what the books hear."""
    saved = Books.saved

    def timed(books: Books, questions: Sequence[Question], *arguments: Any, **options: Any) -> None:
        watch.written([prompt_text(question.text) for question in questions])
        saved(books, questions, *arguments, **options)

    with patch.object(Books, "saved", timed):
        yield


async def _run(job: Run, store: SqlQuestionStore, watch: Stopwatch) -> tuple[RunResult, dict[str, float]]:
    """What `HcxResource.open` and the step around it do; the clock starts before the client is made."""
    began = time.time()
    stored: list[float] = []

    class Listening(RunWatcher):
        def progressed(self, tally: DayTally) -> None:
            if tally.processed and not stored:
                stored.append(time.time())

    taxonomy = load_taxonomy()
    hcx = Hcx(
        base_url=job.url,
        model=MODEL,
        api_key=job.key,
        limits=job.limits,
        timeout_seconds=60,
        max_retries=6,
        max_wait_seconds=MAX_WAIT_SECONDS,
        batch_size=job.batch,
    )
    budget = Budget(hcx.price, spent_by_others=lambda day: store.spent_krw(day, not_by=job.run_id))
    book = store.quota_book(job.url, MODEL, job.key)
    version = classifier_version(MODEL, taxonomy)
    learned = store.learned_sizes(version)
    looking = asyncio.create_task(watch.look())
    async with open_client(hcx, taxonomy, book=book, budget=budget, learned=learned) as client:
        with _timed_writes(watch):
            result, fatal = await classify_period(
                job.period,
                model=_TimedClient(client, watch),
                store=store,
                taxonomy=taxonomy,
                price=hcx.price,
                run_id=job.run_id,
                batch_created_at=datetime.now().replace(microsecond=0),
                watcher=Listening(),
            )
        if client.learned is not None:
            store.keep_sizes(client.learned, version)
    looking.cancel()
    if fatal is not None:
        raise fatal
    return result, {"began": began, "first_stored": stored[0] if stored else began}


def run_old(url: str, key: str, window: float, seconds: float) -> dict[str, Any]:
    """The old script's pacing for so long: one question a request, one in flight, 30 a minute, a second apart.

    Its minute and its second shrink with the window.
    """
    texts, taxonomy = questions(1000), load_taxonomy()
    wire = wire_of(MODEL)
    scale, sent, began = window / 60, deque[float](maxlen=_OLD_REQUESTS), time.time()
    headers = {"Authorization": f"Bearer {key}"}
    # Patient, for what is measured beside it may have the cores.
    with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=60) as http:
        until = time.time() + seconds
        for text in texts:
            if len(sent) == sent.maxlen:
                time.sleep(max(0.0, sent[0] + window - time.time()))
            if time.time() > until:
                break
            sent.append(time.time())
            http.post(wire.path, json=wire.body(taxonomy, [text], _OLD_CAP))
            time.sleep(_OLD_PAUSE_SECONDS * scale)
    return {"began": began}


def repeated(records: Sequence[dict[str, Any]]) -> int:
    """Texts that were sent again although an answer had come that was not cut short."""
    seen: set[str] = set()
    again = 0
    for record in records:
        if record["status"] == 200:
            again += sum(text in seen for text in record["texts"])
            if record["completion_tokens"] < record["cap"]:
                seen.update(record["texts"])
    return again
