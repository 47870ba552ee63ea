"""Runs to be measured: our whole line from a database to HTTP and back, and the pacing of the script it replaced."""

import asyncio
import hashlib
import logging
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from benchmarks.questions import questions
from keyword_assets.configuration.hcx import Hcx
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.classifying.budget import Budget
from keyword_assets.core.classifying.pipeline import classify_period
from keyword_assets.core.classifying.prompts import classifier_version
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.runs import DayTally, RunResult
from keyword_assets.core.ports.watcher import RunWatcher
from keyword_assets.core.quota.limits import MAX_WAIT_SECONDS, Limits
from keyword_assets.hcx.client import open_client
from keyword_assets.hcx.wires import wire_of
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.tables import DEFAULT_NAMES, Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.loading.messages import insert_messages
from keyword_assets.sql.schema.migrate import require_schema

MODEL = "HCX-007"
DAY = date(2025, 6, 11)
# The old script: so many requests a minute at most, and so long between one's answer and the next.
_OLD_REQUESTS, _OLD_PAUSE_SECONDS, _OLD_CAP = 30, 1.0, 256


@dataclass(frozen=True)
class Run:
    """One run of ours.

    `folder` holds the database; None for one of its own, thrown away afterwards. The day's messages are the questions
    from number `first` on to number `last`; they are put there unless `filled`.
    """

    url: str
    key: str
    limits: Limits
    last: int
    first: int = 0
    batch: int | None = None
    folder: str | None = None
    day: date = DAY
    filled: bool = False
    run_id: str = "first"
    rows: bool = False
    """Whether a fingerprint of the rows is wanted; it takes memory that is not ours."""


def run(job: Run) -> dict[str, Any]:
    """Classify the day, as a Dagster step does it."""
    # Faults are what is measured; they need not be told.
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as temporary:
        store = open_folder(job.folder or temporary)
        if not job.filled:
            fill(store, job.day, job.first, job.last)
        result, moments = asyncio.run(_run(job, store))
        (row,) = store.coverage(Period.of(job.day))
        figures = {
            **moments,
            "processed": result.processed,
            "asked": result.asked,
            "requests": result.usage.requests,
            "retries": result.usage.retries,
            "tokens_a_question": round((result.usage.prompt + result.usage.completion) / max(1, result.processed)),
            "questions_a_krw": round(result.processed / max(1e-9, result.cost_krw), 2),
            "coverage": row.coverage,
            "run_seconds": round(result.seconds, 2),
            "rows": rows_digest(store) if job.rows else None,
        }
        store.engine.dispose()
    return figures


def open_folder(folder: str) -> SqlQuestionStore:
    """The store of the SQLite database in a folder."""
    engine = make_engine(f"sqlite:///{Path(folder) / 'bench.db'}")
    require_schema(engine, DEFAULT_NAMES)
    return SqlQuestionStore(engine, Tables(), datetime.now)


def fill_folder(folder: str, day: date, first: int, last: int) -> dict[str, Any]:
    """Put questions into a day of the database in a folder."""
    store = open_folder(folder)
    fill(store, day, first, last)
    store.engine.dispose()
    return {}


def fill(store: SqlQuestionStore, day: date, first: int, last: int) -> None:
    """Put questions into a day, one message each."""
    texts, midnight = questions(last)[first:], datetime(day.year, day.month, day.day)
    key = day.toordinal() * 1_000_000
    insert_messages(
        store.engine,
        store.tables,
        ((key + n, text, midnight + timedelta(seconds=n)) for n, text in enumerate(texts)),
    )


def rows_digest(store: SqlQuestionStore) -> str:
    """A fingerprint of all keyword rows, whatever their order and the time of the run."""
    table = store.tables.admin_chat_keywords
    columns = (table.c.query_text, table.c.keyword, table.c.category_id, table.c.query_count, table.c.created_at)
    with reading(store.engine) as connection:
        rows = sorted(repr(tuple(row)) for row in connection.execute(sa.select(*columns)))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


async def _run(job: Run, store: SqlQuestionStore) -> tuple[RunResult, dict[str, float]]:
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
    async with open_client(hcx, taxonomy, book=book, budget=budget, learned=learned) as client:
        result, fatal = await classify_period(
            Period.of(job.day),
            model=client,
            store=store,
            taxonomy=taxonomy,
            price=hcx.price,
            run_id=job.run_id,
            batch_created_at=datetime.now().replace(microsecond=0),
            watcher=Listening(),
        )
        if client.learned is not None:
            store.keep_sizes(client.learned, version)
    if fatal is not None:
        raise fatal
    return result, {"began": began, "first_stored": stored[0]}


def run_old(url: str, key: str, window: float, seconds: float) -> dict[str, Any]:
    """The old script's pacing for so long: one question a request, one in flight, 30 a minute, a second apart.

    Its minute and its second shrink with the window.
    """
    texts, taxonomy = questions(1000), load_taxonomy()
    wire = wire_of(MODEL)
    scale, sent, began = window / 60, deque[float](maxlen=_OLD_REQUESTS), time.time()
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, trust_env=False) as http:
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
