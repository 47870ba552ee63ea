"""How everything stands, in words: lines with a name each for a screen, and one line for a log."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from keyword_assets.core.alerting.alerts import EndedRun
from keyword_assets.core.models.coverage import ratio_down
from keyword_assets.core.models.period import Period
from keyword_assets.core.texts import TEXTS, say
from keyword_assets.core.watching.cron import next_tick
from keyword_assets.core.watching.hosts import OFF_AT_FIRST, SILENT_MINUTES, Hosted, Instigator
from keyword_assets.core.watching.snapshot import Process, Snapshot, View

# Of a screen of 24 lines.
_PROCESSES_SHOWN, _DAYS_SHOWN, _CLOSINGS_SHOWN = 6, 4, 2
# Of a run's id, as the UI shows it.
_RUN_CHARS = 8

Lines = Iterator[tuple[str, str]]


def lines(view: View, per_minute: float | None = None) -> Lines:
    """Name and text of each line; an empty name goes on with the one before.

    Args:
        view: what was seen.
        per_minute: questions a minute, where that is known.
    """
    now = view.snapshot
    yield from _named("status.at_work", _at_work(now))
    yield from _named("status.waits", _waits(view))
    yield from _named("status.days", [_days(now)])
    yield from _named("status.gaps", [_gaps(now)])
    yield from _named("status.quota", [_quota(now, per_minute)])
    yield from _named("status.money", [_money(now)])
    yield from _named("status.last", [_last(now)])
    yield from _named("status.dagster", _dagster(view))


def line(view: View, per_minute: float | None = None) -> str:
    """The same in one line, for a log file."""
    now = view.snapshot
    return say(
        "status.line",
        processes=len(now.processes),
        coverage=_coverage(now),
        gaps=len(now.days_with_gaps),
        missing=now.total.questions - now.classified,
        requests=now.quota.requests,
        limit=now.quota.limits.requests,
        waiting=now.quota.waiting,
        cost=say("krw", cost=now.spent.krw_today),
        rate=_rate(per_minute),
    )


def _named(key: str, texts: Iterable[str]) -> Lines:
    name = say(key)
    for text in texts:
        yield name, text
        name = ""


# -- at work ----------------------------------------------------------------------------------------------------------


def _at_work(now: Snapshot) -> Iterator[str]:
    if not now.processes:
        yield say("status.nobody")
    for process in now.processes[:_PROCESSES_SHOWN]:
        yield _process(now, process)
    if more := now.processes[_PROCESSES_SHOWN:]:
        yield say("status.more", count=len(more))


def _process(now: Snapshot, process: Process) -> str:
    return say(
        "status.process",
        host=process.host,
        pid=process.pid,
        runs=", ".join(run[:_RUN_CHARS] for run in process.runs) or "-",
        doing=_doing(now, process) if process.periods else say("status.its_turn"),
        began=_moment(process.began_at, now.at),
    )


def _doing(now: Snapshot, process: Process) -> str:
    days = [now.days[day] for day in process.days() if day in now.days]
    periods = ", ".join(_period(period) for period in process.periods)
    asked, done = sum(day.row.questions for day in days), sum(day.classified for day in days)
    if not asked:
        return say("status.doing_uncounted", periods=periods, requests=process.requests, asking=process.asking)
    live = all(day.classified_now is not None for day in days)
    as_of = "" if live else say("status.as_of", at=_moment(min(day.counted_at for day in days), now.at))
    share = say("percent", value=ratio_down(done, asked))
    return say("status.doing", periods=periods, done=done, asked=asked, share=share, as_of=as_of, asking=process.asking)


def _period(period: Period) -> str:
    return f"{period.start}" if period.start == period.end else f"{period.start} … {period.end}"


# -- what waits for what ----------------------------------------------------------------------------------------------


def _waits(view: View) -> Iterator[str]:
    now = view.snapshot
    found = [
        say("status.waits_places", count=now.quota.waiting) if now.quota.waiting else "",
        say("status.waits_days", count=now.days_limited) if now.days_limited else "",
        say("status.waits_budget") if _is_spent(now) else "",
        say("status.waits_queue", count=len(view.hosted.queued)) if view.hosted and view.hosted.queued else "",
    ]
    said = " · ".join(filter(None, found))
    if said:
        yield said
    for closing in now.quota.closings[:_CLOSINGS_SHOWN]:
        until = _moment(now.at + timedelta(seconds=closing.seconds), now.at)
        yield say("status.waits_closing", until=until, reason=closing.reason)
    if not said and not now.quota.closings:
        yield say("status.nothing")


def _is_spent(now: Snapshot) -> bool:
    return now.spent.budget_krw is not None and now.spent.krw_today >= now.spent.budget_krw


# -- days -------------------------------------------------------------------------------------------------------------


def _days(now: Snapshot) -> str:
    if now.past is None:
        return say("status.no_days")
    if now.counted_at is None:
        return say("status.never_counted", days=now.uncounted)
    total = now.total
    said = say(
        "status.days_line",
        complete=len(now.days) - len(now.days_with_gaps),
        days=len(now.days),
        coverage=_coverage(now),
        classified=now.classified,
        questions=total.questions,
        at=_moment(now.counted_at, now.at),
    )
    return said + (say("status.uncounted", days=now.uncounted) if now.uncounted else "")


def _coverage(now: Snapshot) -> str:
    return "-" if now.coverage is None else say("percent", value=now.coverage)


def _gaps(now: Snapshot) -> str:
    if not now.days_with_gaps:
        return say("status.no_gaps") if now.days else "-"
    days, total = now.days_with_gaps, now.total
    shown = ", ".join(map(str, days[:_DAYS_SHOWN])) + (" …" if days[_DAYS_SHOWN:] else "")
    said = say("status.gaps_line", count=len(days), days=shown, missing=total.missing, quarantined=total.quarantined)
    if now.gaps and now.oldest_gap is not None:
        said += say("status.oldest", day=now.gaps[0].day, age=_age(now.oldest_gap))
    return said


# -- quota, money, runs -----------------------------------------------------------------------------------------------


def _quota(now: Snapshot, per_minute: float | None) -> str:
    quota = now.quota
    said = say(
        "status.quota_line",
        requests=quota.requests,
        most_requests=quota.limits.requests,
        tokens=quota.tokens,
        most_tokens=quota.limits.tokens,
        window=quota.limits.window,
    )
    return said + ("" if per_minute is None else f" · {_rate(per_minute)}")


def _rate(per_minute: float | None) -> str:
    return say("status.rate", count="-" if per_minute is None else f"{per_minute:,.0f}")


def _money(now: Snapshot) -> str:
    spent = now.spent
    today = say("krw", cost=spent.krw_today)
    if spent.budget_krw is not None:
        left = say("krw", cost=max(0.0, spent.budget_krw - spent.krw_today))
        today = say("status.of_budget", today=today, budget=say("krw", cost=spent.budget_krw), left=left)
    return say(
        "status.money_line",
        today=today,
        month=say("krw", cost=spent.krw_month),
        requests=spent.today.requests,
        retries=spent.today.retries,
    )


def _last(now: Snapshot) -> str:
    success = "-" if now.last_success is None else _moment(now.last_success, now.at)
    said = say("status.success", at=success)
    if now.last_run is not None and now.last_run.ended_at != now.last_success:
        said += say("status.last_run", at=_moment(now.last_run.ended_at, now.at), how=_outcome(now.last_run))
    return said


def _outcome(run: EndedRun) -> str:
    key = f"outcome.{run.outcome}"
    return say(key) if key in TEXTS else run.outcome


# -- Dagster ----------------------------------------------------------------------------------------------------------


def _dagster(view: View) -> Iterator[str]:
    if view.hosted is None:
        yield view.unknown or say("status.no_dagster")
        return
    yield of_daemon(view.hosted, view.snapshot.at)
    there = view.hosted.known_and_at_first(view.switched_on)
    told = [one for one in there if one.is_on or one.name in OFF_AT_FIRST]
    for one in sorted(told, key=lambda one: (one.kind, one.name)):
        yield _instigator(one, view.snapshot.at)


def of_daemon(hosted: Hosted, now: datetime) -> str:
    """Whether the daemon lives, and when it said so last."""
    if hosted.daemon_seen_at is None:
        return say("status.no_daemon")
    silent = hosted.silent(now, timedelta(minutes=SILENT_MINUTES))
    key = "status.daemon_silent" if silent else "status.daemon"
    return say(key, at=_moment(hosted.daemon_seen_at, now), parts=", ".join(silent))


def _instigator(one: Instigator, now: datetime) -> str:
    said = say("status.on" if one.is_on else "status.off", name=one.name)
    if one.is_on and one.cron is not None:
        tick = next_tick(one.cron, now)
        said += say("status.next", at=one.cron if tick is None else _moment(tick, now))
    if one.last_at is not None:
        said += say("status.ticked", at=_moment(one.last_at, now), how=_ticked(one.last_status))
    return said


def _ticked(status: str | None) -> str:
    key = f"status.tick.{status}"
    return say(key) if key in TEXTS else str(status)


# -- times ------------------------------------------------------------------------------------------------------------


def _moment(at: datetime, now: datetime) -> str:
    """The time of today, the day and the time of another."""
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M}"


def _age(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return say("status.age_days", count=hours // 24) if hours >= 48 else say("status.age_hours", count=hours)
