"""A tick of the coverage sensor over ten years of days, more than half of which stand open."""

import os
import statistics
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from benchmarks.measure import in_force
from benchmarks.servers import about, own_names, server
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Keyword, Question
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.loading.messages import insert_messages
from keyword_assets.sql.opening import open_store
from keyword_assets.sql.schema.migrate import upgrade
from keyword_assets_tests.world import environment

DAYS, OPEN_DAYS, TICKS = 3_650, 2_000, 11
FIRST = date(2015, 1, 1)
PERIOD = Period(FIRST, FIRST + timedelta(days=DAYS - 1))


def tick() -> dict[str, Any]:
    """Ticks on SQLite and on the server: while days are launched, and when all that is open waits for its pause."""
    with tempfile.TemporaryDirectory() as name, server() as mysql:
        database = own_names()("tick")
        on_server = mysql.create_database(database)
        try:
            found = {
                "days": DAYS,
                "open_days": OPEN_DAYS,
                **about(on_server),
                "on_server": _ticks(on_server),
                "on_sqlite": _ticks(f"sqlite:///{Path(name) / 'keywords.db'}"),
            }
        finally:
            mysql.drop_database(database)
    return {**found, "load_average_at_end": round(os.getloadavg()[0], 1)}


def _ticks(url: str) -> dict[str, Any]:
    with in_force(_settings(url)), dg.instance_for_test() as instance:
        settings = Settings.from_env()
        engine = make_engine(url)
        upgrade(engine, DEFAULT_NAMES)
        engine.dispose()
        _fill(settings)
        defs = build_defs(settings)
        cursor, counting = None, 0
        while True:
            # The first ticks count the days; that is cut off after a while, and done once.
            cursor, _, uncounted = _tick(defs, instance, cursor)
            counting += 1
            if not uncounted:
                break
        seconds = []
        for _ in range(TICKS):
            cursor, took, _ = _tick(defs, instance, cursor)
            seconds.append(took)
    return {
        "ticks_to_count_all": counting,
        "tick_median_ms": round(statistics.median(seconds) * 1000),
        "tick_slowest_ms": round(max(seconds) * 1000),
        "cursor_bytes": len(cursor.encode()),
    }


def _settings(url: str) -> dict[str, str]:
    return environment(url, "http://127.0.0.1:9") | {
        "KEYWORDS_START_DATE": PERIOD.start.isoformat(),
        "KEYWORDS_END_DATE": PERIOD.end.isoformat(),
        "KEYWORDS_LOOK_BACK_DAYS": "0",
        # So that all that is open is in the cursor.
        "KEYWORDS_BACKFILL_DAYS_A_TICK": str(OPEN_DAYS),
    }


def _fill(settings: Settings) -> None:
    """A question a day, that of the older days with its row."""
    rows = [
        (number, f"{day}에 물은 질문", datetime(day.year, day.month, day.day, 9))
        for number, day in enumerate(PERIOD.days(), start=1)
    ]
    answer = (Keyword("질문", 1),)
    with open_store(settings) as store:
        insert_messages(store.engine, store.tables, rows)
        closed = [(Question(at.date(), text, 1), answer) for _, text, at in rows[: DAYS - OPEN_DAYS]]
        for start in range(0, len(closed), 500):
            store.save(closed[start : start + 500], learned={}, version="1", batch_created_at=rows[0][2])


def _tick(defs: dg.Definitions, instance: dg.DagsterInstance, cursor: str | None) -> tuple[str, float, bool]:
    """The cursor after a tick, its seconds, and whether days are left that it had no time to count."""
    sensor = defs.resolve_sensor_def("coverage_backfill_sensor")
    with dg.build_sensor_context(
        instance=instance, definitions=defs, cursor=cursor, resources={"database": defs.resources["database"]}
    ) as context:
        began = time.perf_counter()
        result = sensor.evaluate_tick(context)
        seconds = time.perf_counter() - began
    with open_store(Settings.from_env(), look_only=True) as store:
        counted = store.look(PERIOD, 0)
    return result.cursor or "", seconds, len(counted) < DAYS
