"""How everything stands, as a document for programs: no text of anybody's, and no secret."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from keyword_assets.core.watching.cron import next_tick
from keyword_assets.core.watching.hosts import Hosted, Instigator
from keyword_assets.core.watching.snapshot import Process, Snapshot, View


def of_view(view: View, per_minute: float | None = None) -> dict[str, Any]:
    """Everything; times are local, without a zone.

    Args:
        view: what was seen.
        per_minute: questions a minute, where that is known.
    """
    now, total = view.snapshot, view.snapshot.total
    return {
        "at": _time(now.at),
        "at_work": [_process(now, process) for process in now.processes],
        "days": {
            "start": now.past.start.isoformat() if now.past else None,
            "end": now.past.end.isoformat() if now.past else None,
            "counted": len(now.days),
            "uncounted": now.uncounted,
            "counted_at": _time(now.counted_at),
            **total.counts(),
            "classified_now": now.classified,
            "coverage": now.coverage,
        },
        "gaps": {
            "days": [day.isoformat() for day in now.days_with_gaps],
            "oldest_seconds": None if now.oldest_gap is None else round(now.oldest_gap.total_seconds()),
        },
        "questions_a_minute": None if per_minute is None else round(per_minute, 1),
        "quota": _quota(now),
        "spent": {
            "requests_today": now.spent.today.requests,
            "retries_today": now.spent.today.retries,
            "krw_today": round(now.spent.krw_today, 4),
            "krw_month": round(now.spent.krw_month, 4),
            "budget_krw": now.spent.budget_krw,
        },
        "last_success": _time(now.last_success),
        "last_run": _last_run(now),
        "dagster": None if view.hosted is None else _hosted(view.hosted, now.at),
        "dagster_unknown": view.unknown,
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def _process(now: Snapshot, process: Process) -> dict[str, Any]:
    days = [now.days[day] for day in process.days() if day in now.days]
    return {
        "host": process.host,
        "pid": process.pid,
        "began_at": _time(process.began_at),
        "runs": list(process.runs),
        "periods": [[period.start.isoformat(), period.end.isoformat()] for period in process.periods],
        "questions": sum(day.row.questions for day in days),
        "classified": sum(day.classified for day in days),
        "is_live": bool(days) and all(day.classified_now is not None for day in days),
        "asking": process.asking,
        "requests": process.requests,
    }


def _quota(now: Snapshot) -> dict[str, Any]:
    quota = now.quota
    return {
        "requests": quota.requests,
        "limit_requests": quota.limits.requests,
        "tokens": quota.tokens,
        "limit_tokens": quota.limits.tokens,
        "window_seconds": quota.limits.window,
        "waiting": quota.waiting,
        "closings": [{"seconds": round(one.seconds, 1), "reason": one.reason} for one in quota.closings],
    }


def _last_run(now: Snapshot) -> Mapping[str, Any] | None:
    run = now.last_run
    if run is None:
        return None
    return {
        "run": run.run_id,
        "ended_at": _time(run.ended_at),
        "start": run.period.start.isoformat(),
        "end": run.period.end.isoformat(),
        "outcome": run.outcome,
    }


def _hosted(hosted: Hosted, now: datetime) -> dict[str, Any]:
    return {
        "daemon_seen_at": _time(hosted.daemon_seen_at),
        "heartbeats": {name: _time(at) for name, at in sorted(hosted.heartbeats.items())},
        "instigators": [_instigator(one, now) for one in hosted.instigators],
        "runs": [
            {"run": run.run_id, "job": run.job, "status": run.status, "since": _time(run.since)} for run in hosted.runs
        ],
    }


def _instigator(one: Instigator, now: datetime) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind.lower(),
        "on": one.is_on,
        "next": _time(next_tick(one.cron, now)) if one.is_on and one.cron else None,
        "last": _time(one.last_at),
        "last_status": one.last_status,
    }
