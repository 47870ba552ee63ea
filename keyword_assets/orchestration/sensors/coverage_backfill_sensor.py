"""coverage_backfill_sensor: runs past days again until each stands at 100 %."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import dagster as dg

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.coverage.backfill import Choice, Try, decide
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.core.texts import say
from keyword_assets.orchestration.assets.keys import CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT, UNIQUE_CHATS
from keyword_assets.orchestration.hosting.dead_runs import fail_the_silent
from keyword_assets.orchestration.jobs.in_flight import days_in_flight
from keyword_assets.orchestration.resources import DatabaseResource
from keyword_assets.orchestration.running.failing import told_in_words

try:
    # The only way for a sensor to launch a backfill rather than single runs; private in this pinned version.
    from dagster._core.definitions.assets.graph.asset_graph_subset import AssetGraphSubset

    _BACKFILLS = hasattr(dg.RunRequest, "for_asset_graph_subset")
except ImportError:  # pragma: no cover - a test holds that it is there; the public way is tested beside it
    _BACKFILLS = False

# A tick that finds nothing to do costs some tens of milliseconds.
SECONDS_BETWEEN_TICKS = 60
# A tick is cut off after a minute; days that were not counted in time are counted at the next.
LOOK_SECONDS = 20
# Without backfills each day is a run of its own, and a tick's record holds some 100 requests on MySQL.
MOST_RUNS = 10
# Of days in a line of the log, and of lines about the same.
_SHOWN = 10
REASON_TAG = "keyword_assets/reason"

_ASSETS = (UNIQUE_CHATS, CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT)


def coverage_backfill_sensor(settings: Settings, partitions: dg.PartitionsDefinition[str]) -> dg.SensorDefinition:
    """The sensor under these settings; stopped until it is turned on, because what it launches costs money.

    Args:
        settings: the settings.
        partitions: the days of the assets.
    """

    name = "coverage_backfill_sensor"
    at_first = dg.DefaultSensorStatus.RUNNING if name in settings.switched_on else dg.DefaultSensorStatus.STOPPED

    @dg.sensor(
        name=name,
        default_status=at_first,
        asset_selection=dg.AssetSelection.assets(*_ASSETS),
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        description=say("sensor.description"),
    )
    def sensor(context: dg.SensorEvaluationContext, database: DatabaseResource) -> dg.SensorResult:
        period = _period(settings)
        if period is None:
            return dg.SensorResult(skip_reason=say("sensor.no_days"), cursor=context.cursor)
        with told_in_words():
            # Read anew, as runs do: who has just put the key into `.env` need not reload anything.
            if not Settings.from_env().hcx.api_key:
                # Every run would fail, at every tick.
                return dg.SensorResult(skip_reason=say("settings.no_api_key"), cursor=context.cursor)
            with database.open() as store:
                for dead in fail_the_silent(context.instance, store):
                    context.log.warning(say("sensor.dead", run_id=dead))
                coverage = store.look(period, LOOK_SECONDS)
                at_work = store.periods_at_work()
        # Read after the coverage: a run that ended in between is seen as neither a gap nor in flight.
        assert context.repository_def is not None, "a tick is evaluated within its code location"
        in_flight = days_in_flight(context.instance, context.repository_def, at_work)
        most = settings.backfill_days_a_tick if _BACKFILLS else min(MOST_RUNS, settings.backfill_days_a_tick)
        choice = decide(period.days(), coverage, in_flight, _tries(context.cursor), _now(), most)
        for line in _explained(choice, settings):
            context.log.info(line)
        return dg.SensorResult(
            run_requests=_requests(choice.launch, coverage, partitions),
            skip_reason=None if choice.launch else _skipped(choice, period, settings),
            cursor=_cursor(choice.tries),
        )

    return sensor


def _now() -> datetime:
    return datetime.now(UTC)


def _period(settings: Settings) -> Period | None:
    """The days within the look-back; None before the first of them is over."""
    last = settings.last_day()
    back = settings.look_back_days
    first = max(settings.start_date, last - timedelta(days=back - 1)) if back else settings.start_date
    return Period(first, last) if first <= last else None


# -- what is launched -------------------------------------------------------------------------------------------------


def _requests(
    days: Sequence[date], coverage: Iterable[DayCoverage], partitions: dg.PartitionsDefinition[str]
) -> list[dg.RunRequest]:
    """One backfill of all the days; a run for each where this version of Dagster knows no such request."""
    if not days:
        return []
    open_questions = {row.day: row.open for row in coverage}
    if not _BACKFILLS:
        return [dg.RunRequest(partition_key=day.isoformat(), tags=_tags([day], open_questions[day])) for day in days]
    subset = partitions.subset_with_partition_keys([day.isoformat() for day in days])
    # mypy takes the class, which Dagster decorates, for another one.
    graph = AssetGraphSubset(dict.fromkeys(_ASSETS, subset), set())  # type: ignore[call-arg]
    tags = _tags(days, sum(open_questions[day] for day in days))
    return [dg.RunRequest.for_asset_graph_subset(graph, tags=tags)]


def _tags(days: Sequence[date], open_questions: int) -> dict[str, str]:
    return {REASON_TAG: say("sensor.reason", days=len(days), open=open_questions)}


# -- what is said -----------------------------------------------------------------------------------------------------


def _explained(choice: Choice, settings: Settings) -> list[str]:
    """A line for each thing that was decided about some days, and which days."""
    said = [
        say(f"sensor.{what}", days=_shown(days), count=len(days))
        for what in ("launch", "in_flight", "postponed", "quarantined", "limited", "uncounted")
        if (days := getattr(choice, what))
    ]
    alike: dict[tuple[datetime, int], list[date]] = {}
    for day, until in choice.waiting.items():
        alike.setdefault((until, choice.tries[day].failures), []).append(day)
    waits = [
        say("sensor.waits", days=_shown(days), count=len(days), failures=failures, until=_local(until, settings))
        for (until, failures), days in sorted(alike.items())
    ]
    return said + waits[:_SHOWN] + ([say("sensor.more_waits", count=len(waits) - _SHOWN)] if waits[_SHOWN:] else [])


def _skipped(choice: Choice, period: Period, settings: Settings) -> str:
    parts = [
        say(f"sensor.few_{what}", count=len(days))
        for what in ("in_flight", "postponed", "quarantined", "limited", "uncounted")
        if (days := getattr(choice, what))
    ]
    if choice.waiting:
        soonest = _local(min(choice.waiting.values()), settings)
        parts.append(say("sensor.few_waiting", count=len(choice.waiting), until=soonest))
    said = ", ".join(parts) if parts else say("sensor.complete")
    return say("sensor.nothing", start=period.start, end=period.end, why=said)


def _shown(days: Sequence[date]) -> str:
    return ", ".join(map(str, days[:_SHOWN])) + (", …" if len(days) > _SHOWN else "")


def _local(at: datetime, settings: Settings) -> str:
    return at.astimezone(settings.timezone).strftime("%Y-%m-%d %H:%M")


# -- what is remembered -----------------------------------------------------------------------------------------------


def _cursor(tries: Mapping[date, Try]) -> str:
    """Kept by Dagster with the requests, before any of them is submitted: a tick that crashes is taken up again.

    By time and failures, which whole lots of days share: it goes to and fro with each tick, and ten years are in it.
    """
    lots: dict[str, dict[int, dict[str, int]]] = {}
    for day, t in tries.items():
        lots.setdefault(t.at.isoformat(timespec="seconds"), {}).setdefault(t.failures, {})[day.isoformat()] = t.open
    return json.dumps(lots, separators=(",", ":"))


def _tries(cursor: str | None) -> dict[date, Try]:
    """What the cursor says. One that somebody has reset or edited costs a pause, not the sensor."""
    try:
        tries = {
            date.fromisoformat(day): Try(int(open_), int(failures), datetime.fromisoformat(at).astimezone(UTC))
            for at, lots in json.loads(cursor or "{}").items()
            for failures, days in lots.items()
            for day, open_ in days.items()
        }
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return {}
    # A day that was tried in the future would never be launched again.
    return {day: said for day, said in tries.items() if said.failures >= 0 and said.at <= _now()}
