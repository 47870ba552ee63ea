"""The daemon that is down for days, or dies in the middle of a tick; only the clock is moved."""

import os
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.models.period import Period
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.orchestration.assets.daily_keywords import POOL
from keyword_assets.orchestration.jobs.in_flight import _days_of_run
from keyword_assets.sql.opening import open_store
from keyword_assets_tests.cli.processes import sent
from keyword_assets_tests.daemon import Daemon, TickError, code_server, daemon
from keyword_assets_tests.nursery import shared
from keyword_assets_tests.services import LISTENING
from keyword_assets_tests.world import Chats, answers_to, written

# Ten days; the daemon is down from the morning of the second to that after the last.
PERIOD = Period(date(2025, 6, 10), date(2025, 6, 19))
DAYS = list(PERIOD.days())
TEXTS = {day: [f"{day}의 질문 {number}" for number in range(3)] for day in DAYS}
TURNED_ON, FIRST_MORNING, BACK = "2025-06-10 12:00", "2025-06-11 01:11", "2025-06-20 08:00"


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch, instance: dg.DagsterInstance, tmp_path: Path) -> Iterator[Daemon]:
    """A daemon over ten days of questions."""
    # One question a request: what is asked can be counted.
    monkeypatch.setenv("HCX_BATCH_SIZE", "1")
    chats = Chats()
    for day, texts in TEXTS.items():
        chats.add(*texts, day=day.isoformat())
    with code_server(tmp_path), daemon(instance, tmp_path) as made:
        yield made


def _seoul(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Seoul"))


def test_mornings_that_the_schedule_missed_are_caught_up_by_the_sensor_each_once(
    by_hand: Daemon, hcx: SimulatorServer
) -> None:
    """Dagster itself makes up for the newest morning alone; nobody should have to count the others."""
    with by_hand.at(_seoul(TURNED_ON)):
        by_hand.turn_on()
    with by_hand.at(_seoul(FIRST_MORNING)):
        by_hand.schedules()
        first_morning = _launched(by_hand)
        by_hand.until_all_runs_have_ended()

    with by_hand.at(_seoul(BACK)):
        by_hand.schedules()
        by_schedule = _launched(by_hand) - first_morning
        by_hand.sensors()
        by_hand.backfills()
    # While the runs wait in the queue; then when all is done.
    for minute in range(1, 4):
        with by_hand.at(_seoul(BACK) + timedelta(minutes=minute)):
            by_hand.schedules()
            by_hand.sensors()
            by_hand.backfills()
    with by_hand.at(_seoul(BACK) + timedelta(minutes=4)):
        by_hand.until_all_runs_have_ended()
    for hours in (1, 30):
        with by_hand.at(_seoul(BACK) + timedelta(hours=hours)):
            by_hand.sensors()
            by_hand.backfills()

    assert first_morning == Counter(DAYS[:1])
    assert by_schedule == Counter(DAYS[-1:])
    assert _launched(by_hand) == Counter(DAYS)
    assert {run.status for run in by_hand.instance.get_runs()} == {dg.DagsterRunStatus.SUCCESS}
    assert set(sent(hcx).values()) == {1}
    with open_store(Settings.from_env()) as store:
        assert [row.coverage for row in store.coverage(PERIOD)] == [1.0] * len(DAYS)
    assert written() == answers_to(text for texts in TEXTS.values() for text in texts)


def test_a_run_whose_turn_comes_while_the_code_server_is_away_waits_for_it(
    hcx: SimulatorServer, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    """It is started again in an upgrade, and after it died: nothing has failed by that, and nobody is to be alarmed."""
    Chats().add(*TEXTS[DAYS[0]], day=DAYS[0].isoformat())
    with code_server(tmp_path) as services, daemon(instance, tmp_path) as by_hand:
        with by_hand.at(_seoul(TURNED_ON)):
            by_hand.turn_on()
        with by_hand.at(_seoul(FIRST_MORNING)):
            by_hand.schedules()
            services.kill("code")
            by_hand.runs_until(lambda: len(_queued(by_hand)) == 2)
        meanwhile = [run.status for run in by_hand.instance.get_runs()]
        log = services.log("code")
        log.unlink()
        services.start("code")
        services.until(lambda: LISTENING in log.read_text("utf-8"))
        with by_hand.at(_seoul(FIRST_MORNING) + timedelta(minutes=1)):
            by_hand.until_all_runs_have_ended()

        assert meanwhile == [dg.DagsterRunStatus.QUEUED]
        assert [run.status for run in by_hand.instance.get_runs()] == [dg.DagsterRunStatus.SUCCESS]
    assert written() == answers_to(TEXTS[DAYS[0]])


def _queued(by_hand: Daemon) -> Sequence[object]:
    """How often the one run was put into the queue."""
    (run,) = by_hand.instance.get_runs()
    kind = dg.DagsterEventType.PIPELINE_ENQUEUED
    return by_hand.instance.get_records_for_run(run.run_id, of_type=kind).records


def _launched(by_hand: Daemon) -> Counter[date]:
    """How often each day was launched, alone or in a range."""
    return Counter(day for run in by_hand.instance.get_runs() for day in _days_of_run(run))


# -- hanging ----------------------------------------------------------------------------------------------------------


def test_a_run_that_hangs_is_ended_after_six_hours_and_its_place_given_back(
    by_hand: Daemon, hcx: SimulatorServer
) -> None:
    """Its process lives and says so, so that nobody else would ever take it for dead; `dagster.yaml` sets the hours."""
    hcx.faults.add(Fault("slow", seconds=8))
    with by_hand.at(_seoul(TURNED_ON)):
        by_hand.turn_on()
    with by_hand.at(_seoul(FIRST_MORNING)):
        by_hand.schedules()
    # The process of a run has no clock but the real one.
    now = datetime.now(UTC)
    with by_hand.at(now):
        by_hand.runs_until(lambda: _places_taken(by_hand))
    with by_hand.at(now + timedelta(hours=5)):
        by_hand.monitoring()
        before = by_hand.instance.get_runs()[0].status
    with by_hand.at(now + timedelta(hours=7)):
        by_hand.monitoring()
        by_hand.until_all_runs_have_ended()
    with by_hand.at(now + timedelta(hours=8)):
        by_hand.monitoring()

    assert before is dg.DagsterRunStatus.STARTED
    # Dagster marks it as failed, and its process, which still answers to the signal, as canceled: who comes last.
    assert by_hand.instance.get_runs()[0].status in (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
    assert _places_taken(by_hand) == 0


def _places_taken(by_hand: Daemon) -> int:
    return by_hand.instance.event_log_storage.get_concurrency_info(POOL).active_slot_count


# -- killed in a tick -------------------------------------------------------------------------------------------------


_DOOMED = """
import sys
from keyword_assets_tests.daemon import tick_that_is_killed
tick_that_is_killed(*sys.argv[1:])
"""


# What Dagster says when it takes such a tick up.
@pytest.mark.filterwarnings("ignore:The 'warn' method is deprecated")
@pytest.mark.parametrize("point", ["RUN_IDS_RESERVED", "BACKFILL_ADDED"])
def test_a_daemon_that_is_killed_in_a_tick_launches_each_day_once(by_hand: Daemon, tmp_path: Path, point: str) -> None:
    """Between deciding and launching, and just after launching: none twice, none forgotten."""
    with by_hand.at(_seoul(BACK)):
        by_hand.turn_on()
    arguments = (str(tmp_path), point, _seoul(BACK).isoformat())
    process = shared().start(arguments, folder=tmp_path, environment=os.environ, program=_DOOMED)
    process.communicate()
    at_death = len(by_hand.instance.get_backfills())

    for minute in range(1, 5):
        with by_hand.at(_seoul(BACK) + timedelta(minutes=minute)):
            # Dagster adds a backfill again that it has added already, fails, and after two such ticks goes on.
            with suppress(TickError):
                by_hand.sensors()
            by_hand.backfills()

    assert process.returncode == -signal.SIGKILL
    assert at_death == (point == "BACKFILL_ADDED")
    assert len(by_hand.instance.get_backfills()) == 1
    assert _launched(by_hand) == Counter(DAYS)
    with by_hand.at(_seoul(BACK) + timedelta(minutes=5)):
        by_hand.sensors()
