"""What is told before a run, against what the run then does: real client, simulator and database."""

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from keyword_assets.configuration.hcx import Hcx
from keyword_assets.configuration.prices import price_of
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.classifying.budget import Budget
from keyword_assets.core.classifying.pipeline import classify_period
from keyword_assets.core.classifying.plan import Plan, plan_period
from keyword_assets.core.classifying.prompts import classifier_version
from keyword_assets.core.classifying.sizing import Sizer
from keyword_assets.core.models.runs import RunResult
from keyword_assets.hcx.client import open_client
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets_tests.builders import (
    BATCH_TIME,
    BOTH_DAYS,
    DAY,
    NEXT_DAY,
    add_messages,
    make_quarantined,
    make_store,
    open_store,
)
from keyword_assets_tests.hcx.asking import hcx_at
from keyword_assets_tests.world import questions

TAXONOMY = load_taxonomy()
VERSION = classifier_version("HCX-007", TAXONOMY)
PRICE = price_of("HCX-007")


def plan(store: SqlQuestionStore, config: Hcx, limit: int | None = None, left: dict[date, int] | None = None) -> Plan:
    """What the dry run tells."""
    sizer = Sizer(TAXONOMY, config.size_limits, store.learned_sizes(VERSION))
    return plan_period(
        BOTH_DAYS,
        store=store,
        sizer=sizer,
        version=VERSION,
        price=PRICE,
        limit=limit,
        left=left,
    )


def run(store: SqlQuestionStore, config: Hcx, limit: int | None = None) -> RunResult:
    """What the run then does."""

    async def classify() -> RunResult:
        book = store.quota_book(config.base_url, config.model, config.require_api_key())
        learned = store.learned_sizes(VERSION)
        async with open_client(config, TAXONOMY, book=book, budget=Budget(PRICE), learned=learned) as client:
            result, fatal = await classify_period(
                BOTH_DAYS,
                model=client,
                store=store,
                taxonomy=TAXONOMY,
                price=PRICE,
                run_id="run",
                batch_created_at=BATCH_TIME,
                limit=limit,
            )
            assert fatal is None
            assert client.learned is not None
            store.keep_sizes(client.learned, VERSION)
            return result

    return asyncio.run(classify())


@pytest.fixture(scope="module")
def taught(hcx_server: SimulatorServer, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A SQLite file that a run has filled and taught, with new messages since: known, new, repeated and quarantined."""
    hcx_server.reset()
    file = tmp_path_factory.mktemp("taught") / "keywords.db"
    store = make_store(f"sqlite:///{file}")
    add_messages(store, *questions(200), at=DAY)
    run(store, hcx_at(hcx_server.url))
    add_messages(store, *questions(300), at=NEXT_DAY, times=2)
    add_messages(store, *(f" {text}" for text in questions(300)[250:]), at=NEXT_DAY)
    add_messages(store, "독", at=DAY)
    store.quarantine([make_quarantined("독")], VERSION)
    # What stands beside the file while it is open comes into it now.
    store.engine.dispose()
    return file.read_bytes()


@pytest.fixture
def experienced(taught: bytes, hcx: SimulatorServer, sqlite_url: str) -> Iterator[tuple[SqlQuestionStore, Hcx]]:
    """A store on a copy of it."""
    engine = make_engine(sqlite_url)
    Path(str(engine.url.database)).write_bytes(taught)
    yield open_store(engine), hcx_at(hcx.url)
    engine.dispose()


@pytest.mark.parametrize("limit", [None, 37, 0, 1_000])
def test_a_run_does_what_was_planned(experienced: tuple[SqlQuestionStore, Hcx], limit: int | None) -> None:
    """Who decides by the plan must not be surprised by the bill."""
    store, config = experienced

    planned = plan(store, config, limit)
    result = run(store, config, limit)

    assert planned.texts == result.asked == min(100, 100 if limit is None else limit)
    assert planned.questions == result.processed
    assert planned.reused == result.reused
    # One answer in ten or so is cut off, and its last questions are asked again with others.
    assert planned.usage.requests <= result.usage.requests <= 1.1 * planned.usage.requests + 1
    for name, tolerance in (("prompt", 0.05), ("completion", 0.15), ("reserved", 0.15)):
        assert getattr(planned.usage, name) == pytest.approx(getattr(result.usage, name), rel=tolerance)
    assert planned.cost_krw == pytest.approx(result.cost_krw, rel=0.1)


def test_a_plan_changes_nothing_and_sends_nothing(
    experienced: tuple[SqlQuestionStore, Hcx], hcx: SimulatorServer
) -> None:
    """It is made to be looked at."""
    store, config = experienced
    sent, before = hcx.stats.snapshot.by_status, store.coverage(BOTH_DAYS)

    first, second = plan(store, config), plan(store, config)

    assert (first, hcx.stats.snapshot.by_status, store.coverage(BOTH_DAYS)) == (second, sent, before)


def test_of_each_day_so_many_texts_are_planned_as_are_left_of_its_limit(store: SqlQuestionStore) -> None:
    """None where none are; what waits until tomorrow costs nothing today."""
    add_messages(store, *questions(9), at=DAY)
    add_messages(store, *questions(20)[9:], at=NEXT_DAY)

    assert plan(store, hcx_at("http://127.0.0.1:9"), left={DAY: 4, NEXT_DAY: 0}).texts == 4


def test_nothing_open_costs_nothing(store: SqlQuestionStore, hcx: SimulatorServer) -> None:
    """A finished period."""
    planned = plan(store, hcx_at(hcx.url))

    assert (planned.questions, planned.texts, planned.usage.requests, planned.usage.prompt) == (0, 0, 0, 0)
    assert (planned.cost_krw, planned.minutes) == (0.0, 0.0)


def test_known_and_repeated_texts_are_not_to_be_sent(experienced: tuple[SqlQuestionStore, Hcx]) -> None:
    """The most expensive mistake that a plan could make."""
    planned = plan(*experienced)

    # 300 of the next day and 50 other spellings; 200 of them were answered on the day before.
    assert (planned.questions, planned.texts, planned.reused) == (350, 100, 250)


@pytest.mark.parametrize(
    ("texts", "quota", "windows"),
    [
        (10, {"requests": 1}, 0),
        (100, {"requests": 1}, 9),
        (100, {"requests": 10}, 0),
        (100, {"requests": 3}, 3),
        (100, {"requests": 60, "tokens": 5_000}, None),
    ],
)
def test_the_time_is_that_of_whole_windows(
    store: SqlQuestionStore, texts: int, quota: dict[str, int], windows: int | None
) -> None:
    """The first window's quota is there at once; the requests of the last one wait for all before them."""
    add_messages(store, *questions(texts))

    planned = plan(store, hcx_at("http://127.0.0.1:1", window=60, **quota))

    if windows is None:
        assert planned.minutes >= planned.usage.reserved // 5_000 - 1 > 0
    else:
        assert planned.minutes == windows


def test_long_questions_are_planned_in_smaller_requests(store: SqlQuestionStore) -> None:
    """As they will be sent."""
    add_messages(store, *(f"{text} " * 40 for text in questions(20)))

    planned = plan(store, hcx_at("http://127.0.0.1:1", tokens=9_000))

    assert 1 <= planned.batch_size < 10
    assert planned.usage.requests == -(-20 // planned.batch_size)
