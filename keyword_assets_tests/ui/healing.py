"""What somebody sees who turns the sensor on and goes home: a day heals although its run is killed.

The tests of a class follow each other on one instance; the modules beside this one say where it keeps its data. What
that can change is tested on each: the sensor's ticks, backfills, runs, and what is told of them. What a page makes of
the answers is looked at once, on MySQL; on SQLite it is in `test_ui.py`.
"""

import os
import signal
import time
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa

from keyword_assets.configuration.settings import Settings
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.sql.opening import open_store
from keyword_assets_tests.cli.processes import saved, sent, sent_twice
from keyword_assets_tests.services import SENSOR, Services
from keyword_assets_tests.world import Chats, answers_to, environment, keyword_rows, questions, written

OLD_DAY = "2025-06-05"
# So many that there is a middle: five a request, one request after the other, each taking a second and a half.
OLD_TEXTS = [f"지난 {text}" for text in questions(60)]
REASON = "keyword_assets/reason"
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}


def settings_of(database_url: str, hcx: SimulatorServer) -> dict[str, str]:
    """June alone, so that its days lie within the look-back; one request of five questions at a time."""
    return environment(database_url, hcx.url) | {
        "KEYWORDS_END_DATE": "2025-06-30",
        "HCX_BATCH_SIZE": "5",
        "HCX_QPM": "1",
        "HCX_QUOTA_WINDOW_SECONDS": "0.001",
        # A time-out is asked again, which would pass for paying twice.
        "HCX_TIMEOUT_SECONDS": "60",
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }


class Healing:
    """The tests; a module subclasses this and brings `services`, `settings`, `hcx_of_module` and `switch_on`."""

    # What has been asked and answered before.
    before: ClassVar[list[str]] = []

    @pytest.fixture(autouse=True)
    def _settings_in_force(self, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)

    def test_the_sensor_takes_an_old_day_up_and_takes_it_up_again_when_its_run_was_killed(
        self, services: Services, switch_on: Callable[[], None], hcx_of_module: SimulatorServer
    ) -> None:
        """Messages came late, and the machine's memory ran out in the middle: nobody has to know."""
        chats = Chats()
        chats.added = len(self.before)
        chats.add(*OLD_TEXTS, day=OLD_DAY)
        hcx_of_module.faults.add(Fault("slow", seconds=1.5, text="지난"))

        switch_on()
        (first,) = services.until(lambda: services.runs(sensor_name=SENSOR))
        services.until(lambda: saved() & set(OLD_TEXTS))
        os.kill(_process_at_work(), signal.SIGKILL)
        services.until(lambda: services.run(first["runId"])["status"] == "FAILURE", seconds=60)
        answered, before = saved(), sent(hcx_of_module)
        hcx_of_module.faults.clear()
        # Or it would give a day whose run brought something five minutes.
        services.until(lambda: all(one["status"] != "REQUESTED" for one in services.backfills()))
        second = services.until(lambda: _taken_up_again(services), seconds=240)

        assert second["status"] == "SUCCESS", services.logs()
        assert 0 < len(answered & set(OLD_TEXTS)) < len(OLD_TEXTS)
        assert sent_twice(hcx_of_module) <= before.keys() - answered
        assert len(sent_twice(hcx_of_module)) <= 5
        assert max(sent(hcx_of_module).values()) <= 2
        assert written() == answers_to(self.before + OLD_TEXTS)
        rows = [(row["query_text"], row["keyword"], row["category_id"]) for row in keyword_rows()]
        assert len(rows) == len(set(rows))
        # How many are left of them after the kill is counted by the run.
        assert (first["tags"][REASON], second["tags"][REASON]) == ("1일, 누락 60개", "1일, 누락 60개")

    def test_its_backfills_say_who_launched_them_and_what_became_of_them(self, services: Services) -> None:
        """One for each time that it took the day up."""
        services.until(lambda: services.backfills()[0]["status"] != "REQUESTED")
        newest, oldest = services.backfills()

        assert (newest["status"], oldest["status"]) == ("COMPLETED_SUCCESS", "COMPLETED_FAILED")
        assert newest["tags"]["dagster/sensor_name"] == oldest["tags"]["dagster/sensor_name"] == SENSOR


def complaints(services: Services) -> list[str]:
    """What sounds like a fault in all that they have said. What scrolls by there is read when something is wrong."""
    return [
        line
        for line in services.logs(most=1_000_000).splitlines()
        if any(word in line for word in ("ERROR", "CRITICAL", "Traceback"))
    ]


def _taken_up_again(services: Services) -> Any:
    """The sensor's second run when it has ended. Until it is there, the sensor is made to forget its pause.

    Once is not enough: a tick that is going on writes its cursor at its end.
    """
    runs = services.runs(sensor_name=SENSOR)
    if len(runs) < 2:
        services.make_the_sensor_forget()
        time.sleep(2)
    return len(runs) == 2 and ended(runs[:1])


def ended(runs: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The one run, as soon as it has ended."""
    if not runs:
        return None
    (run,) = runs
    return run if run["status"] in ENDED else None


def _process_at_work() -> int:
    """The process that is asking HCX."""
    with open_store(Settings.from_env()) as store, store.engine.connect() as connection:
        (pid,) = connection.execute(sa.select(store.tables.workers.c.pid).distinct()).scalars()
    return int(pid)
