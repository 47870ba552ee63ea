"""The schedules: yesterday, early in the morning of the partitions' own time zone; on Mondays, the report."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.definitions.partitions.context import partition_loading_context
from dagster._utils.schedules import schedule_execution_time_iterator

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.watching.cron import next_tick
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets_tests.world import Clock

# Dagster's own schedule of a partitioned job calls what Dagster has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Function `JobDefinition.run_request_for_partition`")


def _tick(
    defs: dg.Definitions, instance: dg.DagsterInstance, at: datetime, name: str = "daily_keywords_schedule"
) -> list[dg.RunRequest]:
    schedule = defs.resolve_schedule_def(name)
    context = dg.build_schedule_context(
        instance=instance, scheduled_execution_time=at, repository_def=defs.get_repository_def()
    )
    return list(schedule.evaluate_tick(context).run_requests or [])


def test_it_runs_early_in_the_morning_of_seoul(defs: dg.Definitions) -> None:
    """Late enough for stragglers of the day before, early enough to be done when the office opens."""
    schedule = defs.resolve_schedule_def("daily_keywords_schedule")

    assert (schedule.cron_schedule, schedule.execution_timezone) == ("10 1 * * *", "Asia/Seoul")
    assert schedule.job_name == "daily_keywords_job"


def test_it_asks_for_yesterday(defs: dg.Definitions, instance: dg.DagsterInstance) -> None:
    """The day that has just ended there, which in UTC is still going on."""
    (request,) = _tick(defs, instance, datetime(2025, 6, 12, 1, 10, tzinfo=ZoneInfo("Asia/Seoul")))

    assert request.partition_key == "2025-06-11"


def test_a_tick_that_comes_twice_asks_for_the_same_run(defs: dg.Definitions, instance: dg.DagsterInstance) -> None:
    """Dagster launches one run for a run key, so a repeated tick launches none."""
    at = datetime(2025, 6, 12, 1, 10, tzinfo=ZoneInfo("Asia/Seoul"))
    (first,), (second,) = _tick(defs, instance, at), _tick(defs, instance, at)

    assert first.run_key == second.run_key == "2025-06-11"


def test_it_follows_the_time_zone_of_the_settings(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days are counted there, so the morning has to be that one too."""
    monkeypatch.setenv("KEYWORDS_TIMEZONE", "America/New_York")
    defs = build_defs(Settings.from_env())

    (request,) = _tick(defs, instance, datetime(2025, 6, 12, 1, 10, tzinfo=ZoneInfo("America/New_York")))

    assert defs.resolve_schedule_def("daily_keywords_schedule").execution_timezone == "America/New_York"
    assert request.partition_key == "2025-06-11"


# -- time passing -----------------------------------------------------------------------------------------------------

# The days around a change of the clocks, by what is odd about the first of the two days named.
CHANGES = {
    "Seoul has none": ("Asia/Seoul", date(2025, 11, 2)),
    "New York's 02:30 does not exist": ("America/New_York", date(2026, 3, 8)),
    "New York's 01:10 comes twice": ("America/New_York", date(2025, 11, 2)),
    "Santiago's midnight does not exist": ("America/Santiago", date(2025, 9, 7)),
    "Santiago's 23:30 comes twice": ("America/Santiago", date(2026, 4, 4)),
    "Cairo's midnight does not exist": ("Africa/Cairo", date(2026, 4, 24)),
    "Cairo's 23:30 comes twice": ("Africa/Cairo", date(2025, 10, 30)),
}


@pytest.fixture(params=CHANGES.values(), ids=CHANGES)
def odd_day(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[ZoneInfo, date]:
    """A time zone, which is that of the settings, and a day there."""
    name, day = request.param
    monkeypatch.setenv("KEYWORDS_TIMEZONE", name)
    return ZoneInfo(name), day


def test_around_a_change_of_the_clocks_each_day_is_asked_for_once(
    odd_day: tuple[ZoneInfo, date], instance: dg.DagsterInstance
) -> None:
    """Three days before to three days after: none twice, none left out, each after its end."""
    zone, day = odd_day
    defs = build_defs(Settings.from_env())
    schedule = defs.resolve_schedule_def("daily_keywords_schedule")
    first, last = day - timedelta(days=3), day + timedelta(days=3)
    begin = datetime.combine(first, datetime.min.time(), zone).astimezone(UTC)
    ticks = []
    for at in schedule_execution_time_iterator(begin.timestamp(), "10 1 * * *", zone.key, ascending=True):
        if at.date() > last:
            break
        ticks.append(at)

    asked = [request.partition_key for at in ticks for request in _tick(defs, instance, at)]

    assert schedule.cron_schedule == "10 1 * * *"
    assert [at.date() for at in ticks] == [first + timedelta(days=number) for number in range(7)]
    assert asked == [(first + timedelta(days=number - 1)).isoformat() for number in range(7)]


def test_around_a_change_of_the_clocks_a_day_can_be_run_as_soon_as_it_is_over(odd_day: tuple[ZoneInfo, date]) -> None:
    """Not an hour before its end, when messages still come, and not an hour after."""
    zone, day = odd_day
    partitions = build_defs(Settings.from_env()).resolve_job_def("daily_keywords_job").partitions_def
    assert partitions is not None
    for each in (day - timedelta(days=1), day, day + timedelta(days=1)):
        # The day's first moment, and the next day's; between these two lie 23, 24 or 25 hours.
        over = _beginning(each + timedelta(days=1), zone)

        assert each.isoformat() not in _keys(partitions, over - timedelta(seconds=1))
        assert each.isoformat() in _keys(partitions, over)


def _beginning(day: date, zone: ZoneInfo) -> datetime:
    """The first moment at which the calendar there shows this day."""
    at = datetime.combine(day, datetime.min.time(), UTC) - timedelta(hours=15)
    while at.astimezone(zone).date() < day:
        at += timedelta(minutes=15)
    return at


def _keys(partitions: dg.PartitionsDefinition[str], at: datetime) -> list[str]:
    with partition_loading_context(effective_dt=at):
        return list(partitions.get_partition_keys())


# -- the weekly report ------------------------------------------------------------------------------------------------

WEEKLY = "weekly_report_schedule"


def test_the_report_is_off_at_first_and_comes_on_monday_morning(defs: dg.Definitions) -> None:
    """It writes to people: somebody has to want it. After the daily run, and before the week's first meeting."""
    schedule = defs.resolve_schedule_def(WEEKLY)

    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 7 * * 1", "Asia/Seoul")
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
    assert schedule.job_name == "weekly_report_job"


def test_the_weekly_run_is_told_to_deliver(defs: dg.Definitions, instance: dg.DagsterInstance) -> None:
    """The asset alone only writes files."""
    (request,) = _tick(defs, instance, datetime(2025, 6, 16, 7, tzinfo=ZoneInfo("Asia/Seoul")), WEEKLY)

    assert request.partition_key == "2025-06-15"
    assert request.run_config == {"ops": {"keyword_report": {"config": {"deliver": True}}}}


def test_a_report_about_a_week_that_has_none_is_not_asked_for(
    instance: dg.DagsterInstance, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the first day and after the last: a partition that does not exist would fail the tick."""
    monkeypatch.setenv("KEYWORDS_START_DATE", "2025-06-09")
    monkeypatch.setenv("KEYWORDS_END_DATE", "2025-06-15")
    clock.now = datetime(2025, 6, 16, 7)
    defs = build_defs(Settings.from_env())
    seoul = ZoneInfo("Asia/Seoul")

    asked = [
        [request.partition_key for request in _tick(defs, instance, datetime(2025, 6, day, 7, tzinfo=seoul), WEEKLY)]
        for day in (9, 16, 23)
    ]

    assert asked == [[], ["2025-06-15"], []]


def test_around_a_change_of_the_clocks_each_monday_asks_for_its_sunday(
    odd_day: tuple[ZoneInfo, date], instance: dg.DagsterInstance
) -> None:
    """Also where the change is in the night before, and whatever UTC's calendar shows then."""
    zone, day = odd_day
    defs = build_defs(Settings.from_env())
    schedule = defs.resolve_schedule_def(WEEKLY)
    begin = datetime.combine(day - timedelta(days=14), datetime.min.time(), zone).astimezone(UTC)
    ticks = []
    for at in schedule_execution_time_iterator(
        begin.timestamp(), str(schedule.cron_schedule), zone.key, ascending=True
    ):
        if at.date() > day + timedelta(days=14):
            break
        ticks.append(at)

    asked = [request for at in ticks for request in _tick(defs, instance, at, WEEKLY)]

    sundays = [(at.date() - timedelta(days=1)).isoformat() for at in ticks]
    assert [(at.hour, at.weekday()) for at in ticks] == [(7, 0)] * 4
    assert [request.partition_key for request in asked] == [request.run_key for request in asked] == sundays
    assert all(date.fromisoformat(sunday).weekday() == 6 for sunday in sundays)


@pytest.mark.parametrize("zone", ["Asia/Seoul", "Europe/London"])
def test_status_tells_each_schedules_next_tick_as_dagster_has_it(defs: dg.Definitions, zone: str) -> None:
    """`status` loads no Dagster and reckons by itself: all lines of ours, also around a change of the clocks.

    In an hour that a clock leaves out, Dagster's tick comes when it ends; `status` tells the time that was meant.
    """
    lines = {str(schedule.cron_schedule) for schedule in defs.get_repository_def().schedule_defs}
    # An hour before, and in the days around, both changes of London's clocks.
    starts = [datetime(2025, month, day, hour, 9, 30) for month in (3, 10) for day in range(24, 32) for hour in (0, 5)]
    left_out = datetime(2025, 3, 30, 1, 10)

    for line in lines:
        for start in starts:
            at = start.replace(tzinfo=ZoneInfo(zone)).timestamp()
            expected = next(schedule_execution_time_iterator(at, line, zone)).replace(tzinfo=None)
            told = next_tick(line, start)
            assert told == expected or (zone, told) == ("Europe/London", left_out), (line, start)
