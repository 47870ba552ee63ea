"""alert_sensor: tells people when something begins to be amiss, and when it is over, and delivers reports.

It launches nothing. Each tick looks at the days and at how runs ended, decides what is to be said, and delivers what is
due; what to say is decided in `core.alerting.rules`, what a report says by its run, and what does not arrive waits in
the database.
"""

import json
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.storage.tags import WILL_RETRY_TAG

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.alerting import rules as alert_rules
from keyword_assets.core.alerting.alerts import Alert, Decision, EndedRun, Notice, Rules, is_bad
from keyword_assets.core.alerting.words import safe
from keyword_assets.core.errors import DatabaseError
from keyword_assets.core.foreign import defused
from keyword_assets.core.models.period import Period
from keyword_assets.core.outcomes import Outcome
from keyword_assets.core.texts import say
from keyword_assets.notify.channels import Channel, alert_channels, report_channels
from keyword_assets.orchestration.assets.handbook import Handbook
from keyword_assets.orchestration.assets.keys import KEYWORD_REPORT
from keyword_assets.orchestration.assets.keyword_report import reported_until
from keyword_assets.orchestration.assets.partitions import period_of_run
from keyword_assets.orchestration.hosting.dead_runs import was_stopped
from keyword_assets.orchestration.jobs.asset_jobs import JOB, REPORT_JOB, is_from_asset_page
from keyword_assets.orchestration.resources import DatabaseResource
from keyword_assets.orchestration.running.endings import for_strangers
from keyword_assets.orchestration.running.failing import told_in_words
from keyword_assets.sql.alerting.alerts import GIVE_UP_AFTER, AlertBook
from keyword_assets.sql.alerting.ended_runs import EndedRuns
from keyword_assets.sql.classifying.store import SqlQuestionStore

log = logging.getLogger(__name__)

SECONDS_BETWEEN_TICKS = 60
# A tick is cut off after a minute. Counting takes so long at most, but for the day that it is at; then no delivery is
# begun after so long, and the last one takes 40 s at most, which is `channels.FILES_DELIVERY_SECONDS` and once more
# `channels.DELIVERY_SECONDS` without the files. The next tick goes on.
LOOK_SECONDS = 5
SEND_SECONDS = 10
# Runs that say how days stand. What was told about earlier ones holds until a newer run says otherwise.
_RUNS_SINCE, _RUNS_MOST = timedelta(days=2), 1000
# A run that has just told us how it ended may yet be tried again by Dagster; of so many of the newest we ask.
_ASKED_ABOUT = 100
# Failures in Dagster's own records, at the first tick and at each later one.
_FIRST_LOOK_BACK, _FAILURES_A_TICK = timedelta(days=1), 100
_MINUTE = "%Y-%m-%d %H:%M"
# A server that is only being restarted is nothing to wake anybody for.
_OUTAGE_TOLD_AFTER = timedelta(minutes=2)


@dataclass
class _Cursor:
    """What is remembered outside of the database: up to when failures were read, and that the database is out of reach.

    `failures_at` is in seconds since 1970; `outage_told` are the channels that know of the outage, in hexadecimal.
    """

    failures_at: float
    outage_since: str | None = None
    outage_told: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, text: str | None) -> "_Cursor":
        """What the text says. Anybody may edit it in the UI: one that we have not written is as good as none."""
        with suppress(ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            return cls._checked(**json.loads(text or ""))
        return cls((datetime.now(UTC) - _FIRST_LOOK_BACK).timestamp())

    @classmethod
    def _checked(cls, failures_at: float, outage_since: str | None, outage_told: list[str]) -> "_Cursor":
        """Raises what `read` expects where a value cannot be ours: two of them are told to people."""
        # None from after now: failures would never be told again.
        at = min(datetime.fromtimestamp(failures_at, UTC), datetime.now(UTC)).timestamp()
        since = f"{datetime.strptime(outage_since, _MINUTE):{_MINUTE}}" if outage_since is not None else None
        return cls(at, since, [bytes.fromhex(identity).hex() for identity in outage_told])

    def write(self) -> str:
        return json.dumps(self.__dict__)


def alert_sensor(settings: Settings) -> dg.SensorDefinition:
    """The sensor under these settings; it runs by itself as soon as there is a channel, for it costs nothing.

    Raises:
        InputError: a channel's URL cannot be used.
    """
    # Told when the code is loaded, not when the first alert is due.
    channels = [*alert_channels(settings), *report_channels(settings)]

    @dg.sensor(
        name="alert_sensor",
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        default_status=dg.DefaultSensorStatus.RUNNING if channels else dg.DefaultSensorStatus.STOPPED,
        description=say("alert.description"),
    )
    def sensor(context: dg.SensorEvaluationContext, database: DatabaseResource) -> dg.SkipReason:
        cursor = _Cursor.read(context.cursor)
        with told_in_words():
            alerted, reported = alert_channels(settings), report_channels(settings)
            if not alerted and not reported:
                return dg.SkipReason(say("alert.no_channels"))
            try:
                with database.open() as store:
                    said = _Tick(context.instance, store, settings, alerted, reported).run(cursor)
            except DatabaseError as error:
                said = _tell_of_outage(error, cursor, alerted, settings.now())
        context.update_cursor(cursor.write())
        return dg.SkipReason(said)

    return sensor


def rules_of(settings: Settings) -> Rules:
    """When to tell, under these settings."""
    return Rules(
        Handbook(settings.ui_url),
        grace=timedelta(hours=settings.alert_grace_hours),
        deadline_hour=settings.alert_deadline_hour,
        digest_hour=settings.alert_digest_hour,
    )


class _Tick:
    """One look around, with the database at hand."""

    def __init__(
        self,
        instance: dg.DagsterInstance,
        store: SqlQuestionStore,
        settings: Settings,
        alerted: Sequence[Channel],
        reported: Sequence[Channel],
    ) -> None:
        self._instance = instance
        self._store = store
        self._settings = settings
        self._alerted = {channel.identity for channel in alerted}
        self._channels = {channel.identity: channel for channel in (*reported, *alerted)}
        self._book = AlertBook(store.engine, store.tables, settings.now)
        self._runs = EndedRuns(store.engine, store.tables)

    def run(self, cursor: _Cursor) -> str:
        """Look, decide, deliver; returns what was done."""
        self._book.drop_others(self._channels.keys())
        # Whoever only gets reports has not asked for alerts: nothing is remembered as told to nobody.
        looked, said = self._look(cursor) if self._alerted else (0, 0)
        sent = self._deliver()
        return say("alert.tick", looked=looked, said=said, sent=sent, left=self._book.undelivered())

    def _look(self, cursor: _Cursor) -> tuple[int, int]:
        """Put into the outbox what is to be said; returns how many days were looked at, and how much is said."""
        if cursor.outage_since is not None:
            if cursor.outage_told:
                told = {bytes.fromhex(identity) for identity in cursor.outage_told} & self._alerted
                body = say("alert.database_over", began=cursor.outage_since)
                self._book.post(Notice(say("alert.database_over_title"), body), told)
            cursor.outage_since, cursor.outage_told = None, []
        self._note_the_dead(cursor)
        period = Period(self._settings.start_date, self._settings.last_day())
        coverage = self._store.look(period, LOOK_SECONDS) if period.start <= period.end else []
        now = self._settings.now()
        runs = self._decided(self._runs.since(now - _RUNS_SINCE, _RUNS_MOST))

        def decide(alerts: list[Alert], digest_at: datetime | None) -> Decision:
            # Days that the settings no longer speak of are nobody's business.
            alerts = [alert for alert in alerts if _touches(alert, period)]
            amiss = alert_rules.conditions(period, coverage, runs, alerts, self._settings.unusual_factor)
            return alert_rules.settle(amiss, alerts, digest_at, now, rules_of(self._settings))

        return len(coverage), len(self._book.settle(decide, self._alerted))

    def _note_the_dead(self, cursor: _Cursor) -> None:
        """Note the runs that failed without saying how: their process died, or the database was out of reach."""
        records = self._instance.get_run_records(
            dg.RunsFilter(
                statuses=[dg.DagsterRunStatus.FAILURE],
                updated_after=datetime.fromtimestamp(cursor.failures_at, UTC),
            ),
            limit=_FAILURES_A_TICK,
            order_by="update_timestamp",
            ascending=True,
        )
        known = self._runs.known([record.dagster_run.run_id for record in records])
        for record in records:
            run, ended = record.dagster_run, record.update_timestamp.timestamp()
            told_or_none = run.run_id in known or _will_be_retried(run) or was_stopped(self._instance, run)
            period = None if told_or_none else _period_of(run)
            if period is not None:
                at = datetime.fromtimestamp(ended, self._settings.timezone).replace(tzinfo=None)
                words = self._last_words(run)
                outcome = Outcome.FAILED if words else Outcome.DIED
                if _only_reports(run):
                    period, outcome = reported_until(period.end), Outcome.REPORT_NOT_WRITTEN
                self._runs.note(EndedRun(run.run_id, at, period, outcome, words))
            cursor.failures_at = max(cursor.failures_at, ended)

    def _last_words(self, run: dg.DagsterRun) -> str:
        """What our own step said of its failure; nothing if it could not, or if the words are not ours."""
        failures = self._instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE).records
        for record in failures:
            event = record.event_log_entry.dagster_event
            ours = event.step_failure_data.user_failure_data if event else None
            if ours is not None and ours.description:
                return for_strangers(ours.description)
        return ""

    def _decided(self, runs: list[EndedRun]) -> list[EndedRun]:
        """Without those that Dagster has not done with: it may try them again."""
        asked = [run.run_id for run in runs if is_bad(run)][:_ASKED_ABOUT]
        found = self._instance.get_runs(dg.RunsFilter(run_ids=asked)) if asked else []
        undecided = {run.run_id for run in found if not run.is_finished or _will_be_retried(run)}
        return [run for run in runs if run.run_id not in undecided]

    def _deliver(self) -> int:
        """Deliver what is due as long as there is time; returns how many messages arrived."""
        sent, deadline = 0, time.monotonic() + SEND_SECONDS
        while time.monotonic() < deadline and (due := self._book.take(self._channels.keys())) is not None:
            channel = self._channels[due.channel]
            message = self._as_sent(due.notice)
            if (reason := channel.deliver(message).failure) is None:
                self._book.delivered(due)
                sent += 1
            elif self._book.failed(due, reason):
                log.warning(_of_delivery("alert.not_delivered", channel, message, reason))
            else:
                log.error(_of_delivery("alert.gave_up", channel, message, reason, days=GIVE_UP_AFTER.days))
        return sent

    def _as_sent(self, message: Notice) -> Notice:
        """The message as it came from the table, its files in the folder of reports and nowhere else."""
        folder = self._settings.reports.resolve()
        files = tuple(folder / path.name for path in message.attachments)
        return replace(safe(message, Handbook(self._settings.ui_url).links), attachments=files)


def _tell_of_outage(error: DatabaseError, cursor: _Cursor, channels: Sequence[Channel], now: datetime) -> str:
    """Tell each channel once, directly: there is no outbox without a database."""
    cursor.outage_since = min(cursor.outage_since or "9999", f"{now:{_MINUTE}}")
    if now - datetime.fromisoformat(cursor.outage_since) < _OUTAGE_TOLD_AFTER:
        return str(error)
    message = Notice(say("alert.database_title"), say("alert.database", reason=defused(for_strangers(error))))
    deadline = time.monotonic() + SEND_SECONDS
    for channel in channels:
        if channel.identity.hex() not in cursor.outage_told and time.monotonic() < deadline:
            if (reason := channel.deliver(message).failure) is None:
                cursor.outage_told.append(channel.identity.hex())
            else:
                log.warning(_of_delivery("alert.not_delivered", channel, message, reason))
    return str(error)


def _of_delivery(key: str, channel: Channel, message: Notice, reason: str, **more: object) -> str:
    return say(key, setting=channel.setting, channel=channel.name, title=message.title, reason=reason, **more)


def _touches(alert: Alert, period: Period) -> bool:
    return any(period.start <= day <= period.end for day in alert.condition.days)


def _will_be_retried(run: dg.DagsterRun) -> bool:
    return run.tags.get(WILL_RETRY_TAG) == "true"


def _period_of(run: dg.DagsterRun) -> Period | None:
    """The days of a run of ours; None if it is another's."""
    return period_of_run(run) if run.job_name in (JOB, REPORT_JOB) or is_from_asset_page(run) else None


def _only_reports(run: dg.DagsterRun) -> bool:
    return run.job_name == REPORT_JOB or (is_from_asset_page(run) and run.asset_selection == {KEYWORD_REPORT})
