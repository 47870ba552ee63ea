"""How long people wait for a command, and what Dagster's book-keeping costs where there is nothing to do.

`cpu_seconds` are those of the processor, user and system, of the whole process: other work on the machine changes them
least. Beside them stand those of Python itself and of `import dagster`, taken in turn with the others, and `seconds` by
the clock.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.measure import in_force
from benchmarks.servers import about, own_names, server
from benchmarks.simulated import Simulator, simulator
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.models.period import Period
from keyword_assets.sql.loading.messages import insert_messages
from keyword_assets.sql.opening import open_store
from keyword_assets_tests.world import KEY, environment

FIRST = date(2024, 1, 1)
QUESTIONS_A_DAY = 20
TIMES, FEW_DAYS, DAYS = 5, 4, (28, 365)


def start() -> dict[str, Any]:
    """The start of commands, then the same command over finished days, on SQLite and on a server."""
    with simulator() as hcx, server() as mysql:
        database = own_names()("start")
        on_server = mysql.create_database(database)
        try:
            return {
                "load_at_start": round(os.getloadavg()[0], 1),
                "start": _commands(hcx),
                "first_request_after_seconds": _first_request(hcx),
                "finished_days_on_sqlite": [_finished(hcx, days, None) for days in DAYS],
                **about(on_server),
                "finished_days_on_server": [_finished(hcx, days, on_server) for days in DAYS],
                "load_at_end": round(os.getloadavg()[0], 1),
            }
        finally:
            mysql.drop_database(database)


def _commands(hcx: Simulator) -> dict[str, Any]:
    with _world(hcx, FEW_DAYS, None) as period:
        ends = [period.start.isoformat(), period.end.isoformat()]
        _run(*_typed("complete", *ends))
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "import dagster": [sys.executable, "-c", "import dagster"],
            "--help": _typed("--help"),
            "check": _typed("check", *ends),
            "complete, nothing to do": _typed("complete", *ends),
        }
        rounds = [{name: _run(*command) for name, command in commands.items()} for _ in range(TIMES)]
    found = {name: _medians([each[name] for each in rounds]) for name in commands}
    dagsters = found["import dagster"]["cpu_seconds"]
    return {name: {**one, "of_import_dagster": round(one["cpu_seconds"] / dagsters, 2)} for name, one in found.items()}


def _first_request(hcx: Simulator) -> dict[str, float]:
    """By the clock, from the moment that a command is typed, beside `import dagster` just before it."""
    waits, imports = [], []
    for _ in range(TIMES):
        hcx.reset()
        with _world(hcx, FEW_DAYS, None, missing=1) as period:
            imports.append(_run(sys.executable, "-c", "import dagster")["seconds"])
            began = time.time()
            _run(*_typed("complete", period.start.isoformat(), period.end.isoformat()))
            waits.append(hcx.records(KEY)[0]["at"] - began)
    found = {"seconds": statistics.median(waits), "import_dagster": statistics.median(imports)}
    return {name: round(seconds, 2) for name, seconds in found.items()}


def _finished(hcx: Simulator, days: int, dagsters_url: str | None) -> dict[str, Any]:
    """A command over days that are finished: one that Dagster knows nothing of, then one that it has been told of."""
    with _world(hcx, days, dagsters_url) as period:
        command = _typed("complete", period.start.isoformat(), period.end.isoformat())
        return {"days": days, "told_of_each": _run(*command), "told_before": _run(*command)}


@contextmanager
def _world(hcx: Simulator, days: int, dagsters_url: str | None, missing: int = 0) -> Iterator[Period]:
    """A folder with that many finished days, the last of them with questions that are missing."""
    period = Period(FIRST, FIRST + timedelta(days=days - 1))
    with tempfile.TemporaryDirectory() as folder:
        settings = environment(f"sqlite:///{Path(folder) / 'keywords.db'}", hcx.url) | {
            "KEYWORDS_HOME": folder,
            "KEYWORDS_START_DATE": period.start.isoformat(),
            **({"DAGSTER_MYSQL_URL": dagsters_url} if dagsters_url else {}),
        }
        with in_force(settings):
            _fill(period, missing)
            yield period


def _fill(period: Period, missing: int) -> None:
    category = load_taxonomy(None).categories[0].id
    asked = [(day, f"{day}에 물은 {number}번째 질문") for day in period.days() for number in range(QUESTIONS_A_DAY)]
    rows = [
        {
            "query_text": text,
            "keyword": "질문",
            "category_id": category,
            "query_count": 1,
            "created_at": datetime(day.year, day.month, day.day),
            "batch_created_at": datetime(day.year, day.month, day.day),
        }
        for day, text in asked[: len(asked) - missing]
    ]
    messages = (
        (key, text, datetime(day.year, day.month, day.day, 9)) for key, (day, text) in enumerate(asked, start=1)
    )
    with open_store(Settings.from_env(), create=True) as store:
        insert_messages(store.engine, store.tables, messages)
        with store.engine.begin() as connection:
            connection.execute(sa.insert(store.tables.admin_chat_keywords), rows)


def _typed(*words: str) -> list[str]:
    return [sys.executable, "-m", "keyword_assets", *words]


def _run(*command: str) -> dict[str, float]:
    """The command's seconds by the clock and of the processor."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": round(seconds, 3), "cpu_seconds": round(cpu, 3)}


def _medians(runs: list[dict[str, float]]) -> Mapping[str, float]:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}
