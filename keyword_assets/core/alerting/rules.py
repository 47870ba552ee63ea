"""When to say that something is amiss, and when that it is over.

One message when something begins, one when it is over, and in between a digest a day: so that a message means something
to whoever gets it. What begins together is told together and is over together: a year without keywords is one alert.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice

from keyword_assets.core.alerting.alerts import (
    GAP,
    KIND_OF_OUTCOME,
    MANY_QUESTIONS,
    NOT_RUN_AGAIN,
    REPORT_FAILED,
    RUN_FAILED,
    STALE_DAY,
    Alert,
    Condition,
    Decision,
    EndedRun,
    Rules,
    is_bad,
)
from keyword_assets.core.alerting.words import begin, digest, over, told_together
from keyword_assets.core.coverage.usual import rush
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.core.outcomes import Outcome

# More than any report has that is written by a run.
_REPORT_DAYS = 366

# -- what is amiss ----------------------------------------------------------------------------------------------------


def conditions(
    period: Period,
    coverage: Iterable[DayCoverage],
    runs: Iterable[EndedRun],
    alerts: Iterable[Alert],
    factor: float,
) -> list[Condition]:
    """What is amiss in the period, as far as that is known; of what is not, what was known before.

    Args:
        period: the days to be told about.
        coverage: those of them that could be looked at.
        runs: how runs ended lately, in any order.
        alerts: what was amiss before.
        factor: a day with more than so many times the usual questions is told.
    """
    alerts = list(alerts)
    rows = {row.day: row for row in coverage}
    newest: dict[date, EndedRun] = {}
    report: EndedRun | None = None
    for run in sorted(runs, key=lambda run: run.ended_at):
        if run.outcome in (Outcome.REPORT_WRITTEN, Outcome.REPORT_NOT_WRITTEN):
            report = run
        else:
            newest.update(dict.fromkeys(_days_of(run, period), run))
    gaps = [_gap(row, newest.get(day)) for day, row in sorted(rows.items()) if row.missing]
    unseen = [alert.condition for alert in alerts if _is_unseen(alert, period, rows)]
    complete = {day for day, row in rows.items() if not row.missing}
    bad_ends = _bad_ends(period, complete, newest, alerts)
    return [*gaps, *unseen, *bad_ends, *_bad_report(report, alerts), *_rush(period, rows, alerts, factor)]


def _days_of(run: EndedRun, period: Period) -> Iterable[date]:
    """The days of the run, without those that nobody is told about: a row may say what it likes."""
    start, end = max(run.period.start, period.start), min(run.period.end, period.end)
    return Period(start, end).days() if start <= end else ()


def _gap(row: DayCoverage, run: EndedRun | None) -> Condition:
    return Condition(
        subject=f"day:{row.day}",
        days=(row.day,),
        missing=row.missing,
        quarantined=row.quarantined,
        coverage=row.coverage,
        outcome=run.outcome if run else "",
        reason=run.reason if run else "",
        run_id=run.run_id if run else "",
    )


def _is_unseen(alert: Alert, period: Period, seen: Collection[date]) -> bool:
    (day, *_) = alert.condition.days
    return alert.is_of_a_day and not alert.over and period.start <= day <= period.end and day not in seen


def _bad_ends(
    period: Period, complete: Collection[date], newest: Mapping[date, EndedRun], alerts: Iterable[Alert]
) -> list[Condition]:
    """Runs that ended badly, by kind and outcome, unless their days were completed or run again since.

    The account's key and money are of all days alike: whatever the day and the cause, these are one subject each.
    """
    found: dict[str, Condition] = {}
    days: dict[str, set[date]] = {}
    for alert in alerts:
        if not alert.is_of_a_day and not alert.over and alert.condition.subject not in NOT_RUN_AGAIN:
            # Told of a run that is too long ago to be among the newest: it holds until something better is known.
            found[alert.condition.subject] = alert.condition
            days[alert.condition.subject] = {day for day in alert.condition.days if day not in newest}
    for day, run in sorted(newest.items(), key=lambda item: (item[1].ended_at, item[0])):
        if is_bad(run):
            kind = KIND_OF_OUTCOME[run.outcome]
            subject = f"{kind}:{run.outcome}" if kind == RUN_FAILED else kind
            found[subject] = Condition(subject, (), outcome=run.outcome, reason=run.reason, run_id=run.run_id)
            days.setdefault(subject, set()).add(day)
    for subject, condition in found.items():
        left = {day for day in days[subject] if period.start <= day <= period.end} - set(complete)
        found[subject] = replace(condition, days=tuple(sorted(left)))
    return [condition for condition in found.values() if condition.days]


def _bad_report(newest: EndedRun | None, alerts: Iterable[Alert]) -> list[Condition]:
    """That the newest report could not be written; where none was tried lately, what was known before."""
    if newest is None:
        return [a.condition for a in alerts if a.condition.subject == REPORT_FAILED and not a.over]
    if newest.outcome == Outcome.REPORT_WRITTEN:
        return []
    days = tuple(islice(newest.period.days(), _REPORT_DAYS))
    return [Condition(REPORT_FAILED, days, outcome=newest.outcome, reason=newest.reason, run_id=newest.run_id)]


def _rush(period: Period, rows: Mapping[date, DayCoverage], alerts: Iterable[Alert], factor: float) -> list[Condition]:
    """That the last day has many times the usual questions; while that is not known, what was known before."""
    row = rows.get(period.end)
    if row is None:
        return [a.condition for a in alerts if a.condition.subject == MANY_QUESTIONS and not a.over]
    found = rush(row, rows.values(), factor)
    if found is None:
        return []
    return [Condition(MANY_QUESTIONS, (found.day,), questions=found.questions, usual=found.usual)]


# -- what to say ------------------------------------------------------------------------------------------------------


def settle(
    amiss: Iterable[Condition], alerts: Iterable[Alert], digest_at: datetime | None, now: datetime, rules: Rules
) -> Decision:
    """What to say now, and what to remember for the next time.

    Args:
        amiss: what is amiss now, see `conditions`.
        alerts: what was amiss, as the last decision left it.
        digest_at: when the last digest was due, None if there was none.
        now: local wall-clock time.
        rules: when to tell.
    """
    pending, told = _brought_up_to_date(list(amiss), alerts, now)
    begun = [replace(alert, kind=kind, told_at=now) for alert in pending if (kind := _due_as(alert, now, rules))]
    waiting = [alert for alert in pending if not _due_as(alert, now, rules)]
    ended, open_ = _ended(told)
    notices = [over(group, now) for group in ended] + [begin(group, rules) for group in told_together(begun)]
    listed = [alert for alert in open_ if not alert.over]
    if _digest_is_due(listed, digest_at, now, rules):
        notices.append(digest(listed, rules))
        digest_at = now
    return Decision(tuple(notices), (*waiting, *open_, *begun), digest_at)


def _brought_up_to_date(
    amiss: Sequence[Condition], alerts: Iterable[Alert], now: datetime
) -> tuple[list[Alert], list[Alert]]:
    """The alerts that nobody was told about, and the others. What came and went meanwhile is forgotten."""
    there = {condition.subject: condition for condition in amiss}
    known = {alert.condition.subject: alert for alert in alerts}
    fresh = {
        subject: Alert(condition, subject.partition(":")[0], now)
        for subject, condition in there.items()
        if subject not in known
    }
    pending: list[Alert] = []
    told: list[Alert] = []
    for subject, alert in (known | fresh).items():
        current = replace(alert, condition=there.get(subject, alert.condition), over=subject not in there)
        if alert.told_at is not None:
            told.append(current)
        elif not current.over:
            pending.append(current)
    return pending, told


def _due_as(alert: Alert, now: datetime, rules: Rules) -> str | None:
    """The kind that a pending alert is to be told as now; None if it has to wait."""
    if not alert.is_of_a_day:
        return alert.kind
    (day,) = alert.condition.days
    if day == now.date() - timedelta(days=1) and now.hour >= rules.deadline_hour:
        return STALE_DAY
    due = alert.began_at + rules.grace
    if rules.grace and due != (hour := due.replace(minute=0, second=0, microsecond=0)):
        # A long history is seen little by little: what came to light within an hour is one message.
        due = hour + timedelta(hours=1)
    return GAP if now >= due else None


def _ended(told: Iterable[Alert]) -> tuple[list[list[Alert]], list[Alert]]:
    """The groups that are over to the last of them, and the alerts of the others."""
    groups = list(told_together(told))
    ended = [group for group in groups if all(alert.over for alert in group)]
    return ended, [alert for group in groups if group not in ended for alert in group]


def _digest_is_due(listed: Sequence[Alert], digest_at: datetime | None, now: datetime, rules: Rules) -> bool:
    """Once a day, if something is open that nobody was told about today."""
    today = datetime.combine(now.date(), time())
    old = any(alert.told_at is not None and alert.told_at < today for alert in listed)
    return old and now.hour >= rules.digest_hour and (digest_at is None or digest_at < today)
