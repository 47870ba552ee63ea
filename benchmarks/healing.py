"""How long it takes until a history stands at 100 % after the sensor was turned on, with a real daemon.

Beside it, over fewer days, the way that Dagster makes public: a run for each day.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.measure import in_force
from benchmarks.simulated import simulator
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.models.period import Period
from keyword_assets.sql.loading.messages import insert_messages
from keyword_assets.sql.opening import open_store
from keyword_assets_tests.services import apart, running
from keyword_assets_tests.world import environment

QUESTIONS_A_DAY = 20
FIRST = date(2024, 1, 1)
# A year of runs, one a day, would take most of an hour to say the same.
DAYS = {"backfills": 365, "runs": 62}
# The definitions with a sensor that knows no backfills.
_PUBLIC_WAY = """
from keyword_assets.orchestration.sensors import coverage_backfill_sensor
coverage_backfill_sensor._BACKFILLS = False
from keyword_assets.definitions import defs
"""


def healing() -> dict[str, Any]:
    """Both ways, and what a run a day makes of a year."""
    load = round(os.getloadavg()[0], 1)
    found = {way: _heal(way, Period(FIRST, FIRST + timedelta(days=days - 1))) for way, days in DAYS.items()}
    runs = found["runs"]
    return {
        "load_at_start": load,
        "questions_a_day": QUESTIONS_A_DAY,
        **found,
        "a_year_of_runs_in_minutes_by_proportion": round(runs["seconds"] / runs["days"] * 365 / 60),
        "load_at_end": round(os.getloadavg()[0], 1),
    }


def _heal(way: str, period: Period) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name, simulator() as hcx, _settings(Path(name), hcx.url, period):
        folder = Path(name)
        _fill(period)
        services = apart(folder, os.environ)
        if way == "runs":
            (folder / "public_way.py").write_text(_PUBLIC_WAY, encoding="utf-8")
            code = services.commands["code"]
            code[code.index("keyword_assets.definitions")] = "public_way"
        with running(services):
            began = time.monotonic()
            services.turn_the_sensor_on()
            # Counting every tenth of a second would be work beside the work.
            services.until(lambda: time.sleep(2) or _complete(period), seconds=3600)
            seconds = round(time.monotonic() - began)
            return {
                "days": len(list(period.days())),
                "seconds": seconds,
                "backfills": len(services.backfills()),
                "runs": len(services.runs()),
            }


@contextmanager
def _settings(folder: Path, hcx_url: str, period: Period) -> Iterator[None]:
    values = environment(f"sqlite:///{folder / 'keywords.db'}", hcx_url) | {
        "KEYWORDS_START_DATE": period.start.isoformat(),
        "KEYWORDS_END_DATE": period.end.isoformat(),
        "KEYWORDS_LOOK_BACK_DAYS": "0",
        "DAGSTER_HOME": str(folder / "dagster"),
        "PYTHONPATH": os.pathsep.join([str(folder), str(Path(__file__).parents[1])]),
    }
    with in_force(values):
        _prepare()
        yield


def _prepare() -> None:
    """The instance's folder as any of our commands makes it."""
    from keyword_assets.orchestration.hosting.instance import open_instance

    with open_instance(Settings.from_env()):
        pass


def _fill(period: Period) -> None:
    rows = [
        (number, f"{day}에 물은 {which}번째 질문", datetime(day.year, day.month, day.day, 9))
        for number, (day, which) in enumerate(
            ((day, which) for day in period.days() for which in range(QUESTIONS_A_DAY)), start=1
        )
    ]
    with open_store(Settings.from_env(), create=True) as store:
        insert_messages(store.engine, store.tables, rows)


def _complete(period: Period) -> bool:
    with open_store(Settings.from_env()) as store:
        return all(row.questions and not row.missing for row in store.coverage(period))
