"""How long it takes until a history stands at 100 % after the sensor was turned on, with a real daemon.

Beside it the same with the way that Dagster makes public: a run for each day.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.simulated import simulator
from keyword_assets.core.models import Period
from keyword_assets.settings import Settings
from keyword_assets.sql.chats import insert_chats
from keyword_assets.sql.opening import open_store
from keyword_assets_tests.services import Services, apart, running
from keyword_assets_tests.world import environment

DAYS, QUESTIONS_A_DAY = 62, 20
FIRST = date(2024, 1, 1)
PERIOD = Period(FIRST, FIRST + timedelta(days=DAYS - 1))
# The definitions with a sensor that knows no backfills.
_PUBLIC_WAY = """
from keyword_assets.orchestration import sensors
sensors._BACKFILLS = False
from keyword_assets.definitions import defs
"""


def healing() -> dict[str, Any]:
    """Both ways over the same days, and what that makes of a year."""
    found = {way: _heal(way) for way in ("backfills", "runs")}
    return {
        "days": DAYS,
        "questions_a_day": QUESTIONS_A_DAY,
        **found,
        "a_year_in_minutes_by_proportion": {
            way: round(figures["seconds"] / DAYS * 365 / 60) for way, figures in found.items()
        },
    }


def _heal(way: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name, simulator() as hcx, _settings(Path(name), hcx.url):
        folder = Path(name)
        _fill()
        services = apart(folder, os.environ)
        if way == "runs":
            (folder / "public_way.py").write_text(_PUBLIC_WAY, encoding="utf-8")
            code = services._commands["code"]
            code[code.index("keyword_assets.definitions")] = "public_way"
        with running(services):
            began = time.monotonic()
            services.turn_the_sensor_on()
            # Counting every tenth of a second would be work beside the work.
            services.until(lambda: time.sleep(1) or _complete(), seconds=3600)
            return _figures(services, time.monotonic() - began)


def _figures(services: Services, seconds: float) -> dict[str, Any]:
    runs = services.runs()
    return {"seconds": round(seconds), "backfills": len(services.backfills()), "runs": len(runs)}


@contextmanager
def _settings(folder: Path, hcx_url: str) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(
        environment(f"sqlite:///{folder / 'keywords.db'}", hcx_url)
        | {
            "KEYWORDS_START_DATE": FIRST.isoformat(),
            "KEYWORDS_END_DATE": PERIOD.end.isoformat(),
            "KEYWORDS_LOOK_BACK_DAYS": "0",
            "DAGSTER_HOME": str(folder / "dagster"),
            "PYTHONPATH": os.pathsep.join([str(folder), str(Path(__file__).parents[1])]),
        }
    )
    try:
        _prepare()
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _prepare() -> None:
    """The instance's folder as any of our commands makes it."""
    from keyword_assets.cli import runs

    with runs.instance(Settings.from_env()):
        pass


def _fill() -> None:
    rows = [
        (number, f"{day}에 물은 {which}번째 질문", datetime(day.year, day.month, day.day, 9))
        for number, (day, which) in enumerate(
            ((day, which) for day in PERIOD.days() for which in range(QUESTIONS_A_DAY)), start=1
        )
    ]
    with open_store(Settings.from_env()) as store:
        insert_chats(store.engine, store.tables, rows)


def _complete() -> bool:
    with open_store(Settings.from_env()) as store:
        return all(row.questions and not row.missing for row in store.coverage(PERIOD))
