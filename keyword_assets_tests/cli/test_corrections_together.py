"""Corrections while runs are at work, and kill -9 in the middle: on each day what a person said, once."""

import csv
import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.models.period import Period
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.sql.coverage.counting import count_days
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.opening import open_store
from keyword_assets_tests.cli.conftest import CommandLine, Process
from keyword_assets_tests.cli.processes import at_work, kill, wait_until
from keyword_assets_tests.nursery import Child
from keyword_assets_tests.world import Chats, keyword_rows, questions

FIRST = date(2025, 5, 28)
DAYS = [FIRST + timedelta(days=number) for number in range(20)]
START, END = str(DAYS[0]), str(DAYS[-1])
# On every day; the first half of them is corrected.
EVERY_DAY = questions(40)
# New on the second ten days, twenty a day; one of each ten is corrected.
NEW = [f"새로운 {text}" for text in questions(200)]
CORRECTED = {*EVERY_DAY[:20], *NEW[::10]}
# A request that was about to leave when the correction came is on its way.
ON_ITS_WAY_SECONDS = 1.0


def messages() -> Counter[tuple[date, str]]:
    """How many messages of each day ask each text."""
    asked = Counter({(day, text): number % 3 + 1 for number, day in enumerate(DAYS) for text in EVERY_DAY})
    return asked + Counter({(DAYS[10 + number % 10], text): 1 for number, text in enumerate(NEW)})


def add(chats: Chats, days: list[date]) -> None:
    # All that are asked as often on a day at once: to open a store for each takes longer than the two runs.
    alike: defaultdict[tuple[date, int], list[str]] = defaultdict(list)
    for (day, text), times in messages().items():
        alike[day, times].append(text)
    for (day, times), texts in alike.items():
        if day in days:
            chats.add(*texts, day=str(day), times=times)


@contextmanager
def counting(table: str) -> Iterator[Callable[[], int]]:
    """Tells, each time it is called, how many rows there are."""
    engine = make_engine(os.environ["KEYWORDS_DATABASE_URL"])
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield lambda: int(connection.execute(sa.text(f"SELECT COUNT(*) FROM {table}")).scalar_one())
    finally:
        engine.dispose()


def wait_for_rows(table: str, number: int, child: Child) -> None:
    deadline = time.monotonic() + 60
    with counting(table) as count:
        while count() < number:
            assert child.poll() is None, child.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.005)


def sent_since(server: SimulatorServer, moment: float) -> set[str]:
    return {text for record in server.stats.records if record.at > moment for text in record.texts}


def test_corrections_among_two_runs_all_killed_and_started_again(
    cli: CommandLine,
    on_mysql: None,
    process: Process,
    other_home: str,
    metered: SimulatorServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Texts on twenty days, a run, everything classified anew by another model, and an import, all at once."""
    file, chats = tmp_path / "corrections.csv", Chats()
    with file.open("w", encoding="utf-8", newline="") as opened:
        rows = [(text, "사람의 말", "기타", "") for text in sorted(CORRECTED)]
        csv.writer(opened).writerows([("text", "keyword", "category", "note"), *rows])
    importing = ("corrections", "import", str(file), "--reviewer", "김 선생", "--json")
    monkeypatch.setenv("KEYWORDS_START_DATE", START)
    metered.faults.clear()
    add(chats, DAYS[:10])
    assert cli("complete", START, str(DAYS[9])).code == 0
    add(chats, DAYS[10:])

    # One text a request: two runs of four hundred requests together, at twenty a second.
    slowly = {"hasty": True, "HCX_BATCH_SIZE": "1"}
    run = process("complete", START, END, **slowly)
    anew = process("basic", START, END, "--reclassify", HCX_MODEL="HCX-005", DAGSTER_HOME=other_home, **slowly)
    given = process(*importing)
    wait_for_rows("keyword_replaced_rows", 1, given)
    kill(given)
    known = time.time()
    with counting("keyword_corrections") as count:
        assert count() == len(CORRECTED)
    wait_until(lambda: at_work() == 2 and len(sent_since(metered, known)) > 20, run, anew)
    kill(run)
    kill(anew)
    killed = time.time()

    taken = cli(*importing)
    completed = cli("complete", START, END, "--json")
    monkeypatch.setenv("HCX_MODEL", "HCX-005")
    again = cli("basic", START, END, "--reclassify", "--json")
    rows_now = [
        (row["created_at"].date(), row["query_text"], row["query_count"], row["keyword"]) for row in keyword_rows()
    ]

    assert taken.document == {"taken": 0, "unchanged": len(CORRECTED), "refused": []}
    assert completed.document["check"]["coverage"] == again.document["check"]["coverage"] == 1.0
    assert not sent_since(metered, known + ON_ITS_WAY_SECONDS) & CORRECTED
    assert not sent_since(metered, killed) & CORRECTED
    assert len(rows_now) == len(set(rows_now))
    assert {(day, text): count for day, text, count, _ in rows_now} == messages()
    assert {row[3] for row in rows_now if row[1] in CORRECTED} == {"사람의 말"}
    assert not [row for row in rows_now if row[3] == "사람의 말" and row[1] not in CORRECTED]
    with open_store(Settings.from_env()) as store:
        assert not [one for one in store.people.all() if one.pending]
        for row in count_days(store.engine, store.tables, Period(DAYS[0], DAYS[-1])):
            assert row.missing == row.orphaned == row.miscounted == 0
