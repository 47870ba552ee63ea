"""When to say that something is amiss, and when that it is over.

One message when something begins, one when it is over, and in between a digest a day: so that a message means something
to whoever gets it. What begins together is told together and is over together: a year without keywords is one alert.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path

from keyword_assets.core.models import DayCoverage, Period
from keyword_assets.core.texts import say

# What an alert can be about. The first two are of a day, the others of runs.
GAP, STALE_DAY = "gap", "stale_day"
RUN_FAILED, KEY_REJECTED, QUOTA_OR_BUDGET, REPORT_FAILED = (
    "run_failed",
    "key_rejected",
    "quota_or_budget",
    "report_failed",
)
_KINDS = (KEY_REJECTED, QUOTA_OR_BUDGET, RUN_FAILED, REPORT_FAILED, STALE_DAY, GAP)

# How runs that only write a report end. They say nothing of how days stand.
REPORT_WRITTEN, REPORT_NOT_WRITTEN = "report_written", "report_failed"

# How runs end, see `EndedRun`, as far as somebody should know.
_KIND_OF_OUTCOME = {
    "denied": KEY_REJECTED,
    "budget": QUOTA_OR_BUDGET,
    "budget_krw": QUOTA_OR_BUDGET,
    "quota": QUOTA_OR_BUDGET,
    "failing": RUN_FAILED,
    "unreachable": RUN_FAILED,
    "database": RUN_FAILED,
    "input": RUN_FAILED,
    "error": RUN_FAILED,
    "failed": RUN_FAILED,
    "died": RUN_FAILED,
    REPORT_NOT_WRITTEN: REPORT_FAILED,
}
# Days named one by one in a message. Channels take no more than some 2,000 characters.
_DAYS_SHOWN = 7
_REASON_CHARS = 200
# Lines of a digest about what began together, and how much of all that.
_DIGEST_LINES, _DIGEST_GROUPS = 3, 6


@dataclass(frozen=True)
class EndedRun:
    """How a run over a period ended.

    `outcome` is `done`, `gaps`, `limit`, `budget`, `budget_krw`, `quota`, `failing`, `denied`, `unreachable`,
    `database`, `input`, `error`, `failed` or `died`, and of a report `report_written` or `report_failed`; `reason` says
    more, for people, without secrets and questions.
    """

    run_id: str
    ended_at: datetime
    period: Period
    outcome: str
    reason: str = ""


def is_bad(run: EndedRun) -> bool:
    """Whether somebody should know how it ended."""
    return run.outcome in _KIND_OF_OUTCOME


@dataclass(frozen=True)
class Condition:
    """Something that is amiss: questions of a day, or runs over days that all ended in the same way.

    `outcome`, `reason` and `run_id` are those of the newest run over the days, empty where there was none lately.
    """

    subject: str
    days: tuple[date, ...]
    missing: int = 0
    quarantined: int = 0
    coverage: float = 0.0
    outcome: str = ""
    reason: str = ""
    run_id: str = ""


@dataclass(frozen=True)
class Alert:
    """A condition since it was first seen.

    `told_at` is None as long as nobody was told. `over` is one that is over and waits for those that it was told with.
    """

    condition: Condition
    kind: str
    began_at: datetime
    told_at: datetime | None = None
    over: bool = False


@dataclass(frozen=True)
class Rules:
    """When to tell. Hours are of the wall clock; `ui_url` is where the Dagster UI is, if that is known."""

    grace: timedelta = timedelta(hours=24)
    deadline_hour: int = 9
    digest_hour: int = 9
    ui_url: str | None = None


@dataclass(frozen=True)
class Message:
    """What is sent, `title` in one line; the files go with it as far as the channel takes them.

    Their names are of ASCII characters: apprise mangles others in mails.
    """

    title: str
    body: str
    attachments: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What to send, the alerts that are open from now on, and when the last digest was due."""

    messages: tuple[Message, ...]
    alerts: tuple[Alert, ...]
    digest_at: datetime | None


# -- what is amiss ----------------------------------------------------------------------------------------------------


def conditions(
    period: Period, coverage: Iterable[DayCoverage], runs: Iterable[EndedRun], alerts: Iterable[Alert]
) -> list[Condition]:
    """What is amiss in the period, as far as that is known; of what is not, what was known before.

    Args:
        period: the days to be told about.
        coverage: those of them that could be looked at.
        runs: how runs ended lately, in any order.
        alerts: what was amiss before.
    """
    alerts = list(alerts)
    rows = {row.day: row for row in coverage}
    newest: dict[date, EndedRun] = {}
    report: EndedRun | None = None
    for run in sorted(runs, key=lambda run: run.ended_at):
        if run.outcome in (REPORT_WRITTEN, REPORT_NOT_WRITTEN):
            report = run
        else:
            newest.update(dict.fromkeys(run.period.days(), run))
    gaps = [_gap(row, newest.get(day)) for day, row in sorted(rows.items()) if row.missing]
    unseen = [alert.condition for alert in alerts if _is_unseen(alert, period, rows)]
    complete = {day for day, row in rows.items() if not row.missing}
    return [*gaps, *unseen, *_bad_ends(period, complete, newest, alerts), *_bad_report(report, alerts)]


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
    return _is_of_a_day(alert) and not alert.over and period.start <= day <= period.end and day not in seen


def _is_of_a_day(alert: Alert) -> bool:
    return alert.condition.subject.startswith("day:")


def _bad_ends(
    period: Period, complete: Collection[date], newest: Mapping[date, EndedRun], alerts: Iterable[Alert]
) -> list[Condition]:
    """Runs that ended badly, by kind and outcome, unless their days were completed or run again since.

    The account's key and money are of all days alike: whatever the day and the cause, these are one subject each.
    """
    found: dict[str, Condition] = {}
    days: dict[str, set[date]] = {}
    for alert in alerts:
        if not _is_of_a_day(alert) and not alert.over and alert.condition.subject != REPORT_FAILED:
            # Told of a run that is too long ago to be among the newest: it holds until something better is known.
            found[alert.condition.subject] = alert.condition
            days[alert.condition.subject] = {day for day in alert.condition.days if day not in newest}
    for day, run in sorted(newest.items(), key=lambda item: (item[1].ended_at, item[0])):
        if is_bad(run):
            kind = _KIND_OF_OUTCOME[run.outcome]
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
    if newest.outcome == REPORT_WRITTEN:
        return []
    days = tuple(newest.period.days())
    return [Condition(REPORT_FAILED, days, outcome=newest.outcome, reason=newest.reason, run_id=newest.run_id)]


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
    messages = [_over(group, now) for group in ended] + [_begin(group, rules) for group in _groups(begun)]
    listed = [alert for alert in open_ if not alert.over]
    if _digest_is_due(listed, digest_at, now, rules):
        messages.append(_digest(listed, rules))
        digest_at = now
    return Decision(tuple(messages), (*waiting, *open_, *begun), digest_at)


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
    if not _is_of_a_day(alert):
        return alert.kind
    (day,) = alert.condition.days
    if day == now.date() - timedelta(days=1) and now.hour >= rules.deadline_hour:
        return STALE_DAY
    due = alert.began_at + rules.grace
    if rules.grace and due != (hour := due.replace(minute=0, second=0, microsecond=0)):
        # A long history is seen little by little: what came to light within an hour is one message.
        due = hour + timedelta(hours=1)
    return GAP if now >= due else None


def _groups(alerts: Iterable[Alert]) -> Iterator[list[Alert]]:
    """What was told in the same message, oldest first."""

    def message(alert: Alert) -> tuple[datetime, int]:
        assert alert.told_at is not None
        return alert.told_at, _KINDS.index(alert.kind)

    for _, group in groupby(sorted(alerts, key=message), key=message):
        yield sorted(group, key=lambda alert: alert.condition.days)


def _ended(told: Iterable[Alert]) -> tuple[list[list[Alert]], list[Alert]]:
    """The groups that are over to the last of them, and the alerts of the others."""
    groups = list(_groups(told))
    ended = [group for group in groups if all(alert.over for alert in group)]
    return ended, [alert for group in groups if group not in ended for alert in group]


def _digest_is_due(listed: Sequence[Alert], digest_at: datetime | None, now: datetime, rules: Rules) -> bool:
    """Once a day, if something is open that nobody was told about today."""
    today = datetime.combine(now.date(), time())
    old = any(alert.told_at is not None and alert.told_at < today for alert in listed)
    return old and now.hour >= rules.digest_hour and (digest_at is None or digest_at < today)


# -- in words ---------------------------------------------------------------------------------------------------------


def _begin(group: Sequence[Alert], rules: Rules) -> Message:
    kind = group[0].kind
    lines = [say(f"alert.{kind}"), "", *_listed(group), *_help(group, rules)]
    return Message(say(f"alert.{kind}_title", days=_days(group)), "\n".join(lines))


def _over(group: Sequence[Alert], now: datetime) -> Message:
    began = min(alert.began_at for alert in group)
    numbers = {"days": _days(group), "began": f"{began:%Y-%m-%d %H:%M}", "lasted": _lasted(now - began)}
    kind = group[0].kind
    return Message(say(f"alert.{kind}_over_title", **numbers), say(f"alert.{kind}_over", **numbers))


def _digest(listed: Sequence[Alert], rules: Rules) -> Message:
    lines = [say("alert.digest")]
    groups = list(_groups(listed))
    for group in groups[-_DIGEST_GROUPS:]:
        title = say(f"alert.{group[0].kind}_title", days=_days(group))
        began = min(alert.began_at for alert in group)
        lines += ["", say("alert.since", what=title, began=f"{began:%Y-%m-%d %H:%M}"), *_listed(group, _DIGEST_LINES)]
    if left := sum(map(len, groups[:-_DIGEST_GROUPS])):
        lines += ["", say("alert.more", count=left, missing=sum(a.condition.missing for a in listed))]
    return Message(say("alert.digest_title", count=len(listed)), "\n".join([*lines, *_help(listed, rules)]))


def _listed(group: Sequence[Alert], most: int = _DAYS_SHOWN) -> list[str]:
    """The alerts one a line, the newest days first, because those are the ones that people look at."""
    lines = [_line(alert) for alert in reversed(group[-most:])]
    left = len(group) - len(lines)
    missing = sum(alert.condition.missing for alert in group)
    return [*lines, *([say("alert.more", count=left, missing=missing)] if left else [])]


def _line(alert: Alert) -> str:
    condition = alert.condition
    cause = _cause(condition)
    if not _is_of_a_day(alert):
        return say("alert.run_line", days=_named(condition.days), cause=cause)
    return say(
        "alert.day_line",
        day=condition.days[0],
        missing=condition.missing,
        quarantined=condition.quarantined,
        coverage=say("percent", value=condition.coverage),
        cause=say("alert.all_quarantined") if condition.missing == condition.quarantined else cause,
    )


def _cause(condition: Condition) -> str:
    cause = say(f"outcome.{condition.outcome or 'none'}")
    reason = " ".join(condition.reason.split())[:_REASON_CHARS]
    return f"{cause} ({reason})" if reason else cause


def _help(group: Sequence[Alert], rules: Rules) -> list[str]:
    """The commands that help, and where to look."""
    days = sorted(day for alert in group for day in alert.condition.days)
    kinds = {alert.kind for alert in group}
    commands = []
    if kinds & {KEY_REJECTED, RUN_FAILED, REPORT_FAILED}:
        commands.append("keyword-assets doctor")
    if kinds - {REPORT_FAILED}:
        classified = sorted(day for alert in group if alert.kind != REPORT_FAILED for day in alert.condition.days)
        commands.append(f"keyword-assets complete {classified[0]} {classified[-1]}")
    if REPORT_FAILED in kinds:
        reported = sorted(day for alert in group if alert.kind == REPORT_FAILED for day in alert.condition.days)
        commands.append(f"keyword-assets report {reported[0]} {reported[-1]} --email")
    if any(alert.condition.quarantined for alert in group):
        commands.append(f"keyword-assets quarantine list {days[0]} {days[-1]}")
    lines = ["", say("alert.do"), *(f"  {command}" for command in commands)]
    if rules.ui_url:
        newest = max(group, key=lambda alert: alert.condition.days[-1]).condition
        page = f"assets/missing_data_report?view=partitions&partition={newest.days[-1]}"
        if kinds - {GAP, STALE_DAY} and newest.run_id:
            page = f"runs/{newest.run_id}"
        lines.append(f"  {rules.ui_url}/{page}")
    return lines


def _days(group: Iterable[Alert]) -> str:
    return _named(sorted({day for alert in group for day in alert.condition.days}))


def _named(days: Sequence[date]) -> str:
    """The days as a title has room for: one, or first and last and how many."""
    if len(days) == 1:
        return str(days[0])
    return say("alert.days", start=days[0], end=days[-1], count=len(days))


def _lasted(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    return say("alert.minutes", count=round(hours * 60)) if hours < 1 else say("alert.hours", count=hours)
