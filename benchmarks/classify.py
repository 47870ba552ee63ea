"""How many questions a minute the whole line classifies: SQLite, real HTTP, the simulator in a process of its own."""

import asyncio
import multiprocessing
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.measure import in_own_process
from keyword_assets.core.models import Period
from keyword_assets.core.money import Price
from keyword_assets.core.pipeline import classify_period
from keyword_assets.demo import demo_messages
from keyword_assets.hcx.client import HcxConfig, open_client
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets.sql.chats import insert_chats
from keyword_assets.sql.engine import make_engine
from keyword_assets.sql.migrate import require_schema
from keyword_assets.sql.store import SqlQuestionStore
from keyword_assets.sql.tables import DEFAULT_NAMES, Tables
from keyword_assets.taxonomy_file import load_taxonomy

LATENCY_SECONDS = 0.3
QUESTIONS = 2_000
DAY = date(2025, 6, 11)


def classify() -> dict[str, Any]:
    """Full requests of ten beside one question a request, in one run, with no quota in the way."""
    context = multiprocessing.get_context("spawn")
    urls, stop = context.SimpleQueue(), context.Event()
    simulator = context.Process(target=_simulate, args=(urls, stop))
    simulator.start()
    try:
        url = urls.get()
        ten = in_own_process(_classify, url, 10)
        one = in_own_process(_classify, url, 1)
    finally:
        stop.set()
        simulator.join()
    rate_ten, rate_one = ten["questions_a_minute"], one["questions_a_minute"]
    return {
        "what": f"{QUESTIONS} questions, server latency {LATENCY_SECONDS} s, no quota, SQLite",
        "ten_a_request": ten,
        "one_a_request": one,
        "ratio": round(rate_ten / rate_one, 2),
    }


def _simulate(urls: Any, stop: Any) -> None:
    with SimulatorServer(SimulatorSettings(latency_seconds=LATENCY_SECONDS)) as server:
        server.warm_up()
        urls.put(server.url)
        stop.wait()


def _classify(url: str, batch_size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'bench.db'}")
        require_schema(engine, DEFAULT_NAMES)
        store = SqlQuestionStore(engine, Tables(), datetime.now)
        texts = list(dict.fromkeys(text for _, text, _ in demo_messages() if text and text.strip()))
        start = datetime(DAY.year, DAY.month, DAY.day)
        # The demo's texts, numbered until there are enough, so that no two share an answer.
        insert_chats(
            engine,
            store.tables,
            ((n, f"{texts[n % len(texts)]} ({n})", start + timedelta(seconds=n)) for n in range(QUESTIONS)),
        )
        report = asyncio.run(_run(store, url, batch_size))
        (row,) = store.coverage(Period.of(DAY))
        engine.dispose()
    return {
        "questions_a_minute": round(report.processed / report.seconds * 60),
        "requests": report.usage.requests,
        "tokens_a_question": round((report.usage.prompt + report.usage.completion) / report.processed),
        "coverage": row.coverage,
    }


async def _run(store: SqlQuestionStore, url: str, batch_size: int) -> Any:
    taxonomy = load_taxonomy()
    unlimited = 10**9
    config = HcxConfig("nv-bench", url, "HCX-007", unlimited, unlimited, 60, 60, 6, batch_size, None, 128_000, 32_768)
    async with open_client(config, taxonomy) as model:
        report, fatal = await classify_period(
            Period.of(DAY),
            model=model,
            store=store,
            taxonomy=taxonomy,
            price=Price(0, 0),
            batch_created_at=datetime(2025, 6, 12),
        )
    if fatal is not None:
        raise fatal
    return report
