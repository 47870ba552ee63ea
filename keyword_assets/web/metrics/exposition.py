"""Everything as it stands as metrics, named by Prometheus' rules: numbers alone, no text of anybody's.

Where the database is out of reach `keyword_assets_up` is 0 and the others are absent, so that no rule takes an old
number for a new one. What is counted a calendar day begins anew at midnight, as a counter of a process that restarts.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from keyword_assets.core.outcomes import Outcome
from keyword_assets.core.watching.hosts import Hosted
from keyword_assets.core.watching.snapshot import Snapshot, View

_PREFIX = "keyword_assets_"
_OTHER = "other"
_OUTCOMES = frozenset(str(outcome) for outcome in Outcome)


def exposed(view: View | None, per_minute: float | None, zone: ZoneInfo, accept: str) -> tuple[bytes, str]:
    """The metrics, and their content type.

    Args:
        view: what was seen; None where nothing could be.
        per_minute: questions a minute, where that is known.
        zone: of the times in the view.
        accept: the form that is asked for, as HTTP has it.
    """
    registry = CollectorRegistry()
    registry.register(_Metrics(view, per_minute, zone))
    encode, kind = choose_encoder(accept)
    return encode(registry), kind


class _Metrics(Collector):
    def __init__(self, view: View | None, per_minute: float | None, zone: ZoneInfo) -> None:
        self._view = view
        self._per_minute = per_minute
        self._zone = zone

    def collect(self) -> Iterator[Metric]:
        """Each."""
        yield _gauge("up", "Whether our tables could be read.", float(self._view is not None))
        yield _labelled("build_info", "The version that is running.", "version", {version("keyword-assets"): 1})
        if self._view is None:
            return
        now = self._view.snapshot
        yield from self._days(now)
        yield from _work(now, self._per_minute)
        yield from _quota(now)
        yield from _money(now)
        yield from self._runs(now)
        yield _gauge("dagster_up", "Whether Dagster's storage could be read.", float(self._view.hosted is not None))
        if self._view.hosted is not None:
            yield from self._hosted(self._view.hosted)

    def _epoch(self, at: datetime) -> float:
        return at.replace(tzinfo=self._zone).timestamp()

    def _days(self, now: Snapshot) -> Iterator[Metric]:
        total, gaps = now.total, len(now.days_with_gaps)
        days = {"complete": len(now.days) - gaps, "gap": gaps, "uncounted": now.uncounted}
        yield _labelled("partitions", "Past days, by how they stood when they were counted last.", "state", days)
        questions = {
            "classified": now.classified,
            "open": max(0, total.questions - now.classified - total.quarantined - (total.waiting or 0)),
            "waiting": total.waiting or 0,
            "quarantined": total.quarantined,
        }
        yield _labelled("questions", "Questions of the past days that were counted.", "state", questions)
        if now.coverage is not None:
            said = "Classified of all questions of the past days that were counted, rounded down."
            yield _gauge("coverage_ratio", said, now.coverage)
        oldest = 0.0 if now.oldest_gap is None else now.oldest_gap.total_seconds()
        yield _gauge("oldest_gap_age_seconds", "For how long the oldest open gap is open; 0 without one.", oldest)
        if now.counted_at is not None:
            said = "When that of the past days was counted which was counted longest ago."
            yield _gauge("counted_timestamp_seconds", said, self._epoch(now.counted_at))

    def _runs(self, now: Snapshot) -> Iterator[Metric]:
        if now.last_success is not None:
            said = "When a run last ended with nothing left to do."
            yield _gauge("last_success_timestamp_seconds", said, self._epoch(now.last_success))
        if now.last_run is not None:
            yield _gauge(
                "last_run_timestamp_seconds", "When a run last ended, however.", self._epoch(now.last_run.ended_at)
            )
        ended: dict[str, int] = {}
        for outcome, count in now.ended.items():
            # What another version has written is no word of ours.
            known = outcome if outcome in _OUTCOMES else _OTHER
            ended[known] = ended.get(known, 0) + count
        yield _labelled("runs_ended", "Runs that ended within the last 24 hours.", "outcome", ended)

    def _hosted(self, hosted: Hosted) -> Iterator[Metric]:
        beats = {part.lower(): self._epoch(at) for part, at in hosted.heartbeats.items()}
        said = "When a part of Dagster's daemon last said that it lives."
        yield _labelled("daemon_heartbeat_timestamp_seconds", said, "part", beats)
        on = {one.name: one.is_on for one in hosted.instigators}
        yield _labelled("instigator_on", "Whether a schedule or sensor is on.", "name", on)
        yield _gauge("queued_runs", "Runs of Dagster's that wait for their turn.", len(hosted.queued))


def _work(now: Snapshot, per_minute: float | None) -> Iterator[Metric]:
    yield _gauge("processes", "Processes at work.", len(now.processes))
    yield _gauge("texts_in_flight", "Texts that are being asked about.", sum(one.asking for one in now.processes))
    if per_minute is not None:
        yield _gauge("questions_per_minute", "Questions classified a minute between the last two looks.", per_minute)


def _quota(now: Snapshot) -> Iterator[Metric]:
    quota = now.quota
    used = {"requests": quota.requests, "tokens": quota.tokens}
    limits = {"requests": quota.limits.requests, "tokens": quota.limits.tokens}
    yield _labelled("quota_used", "What is taken of the present window of the quota.", "unit", used)
    yield _labelled("quota_limit", "What may be taken in a window.", "unit", limits)
    yield _gauge("quota_window_seconds", "The length of the window.", quota.limits.window)
    yield _gauge("quota_waiting_requests", "Requests that wait for a place in the quota.", quota.waiting)
    closed = max((closing.seconds for closing in quota.closings), default=0.0)
    yield _gauge("quota_closed_seconds", "For how long HCX has shut a key out yet; 0 for none.", closed)


def _money(now: Snapshot) -> Iterator[Metric]:
    today = now.spent.today
    yield _counter("requests", "Requests to HCX, counted anew each calendar day.", today.requests)
    yield _counter("retries", "Requests sent once more after a refusal or a failure, a calendar day.", today.retries)
    tokens = {"prompt": today.prompt, "completion": today.completion}
    counted = CounterMetricFamily(f"{_PREFIX}tokens", "Tokens, counted anew each calendar day.", labels=("kind",))
    for kind, number in tokens.items():
        counted.add_metric((kind,), number)
    yield counted
    krw = {"day": now.spent.krw_today, "month": now.spent.krw_month}
    yield _labelled("cost_krw", "KRW of this calendar day, and of this month.", "period", krw)
    yield _gauge("partitions_limited", "Days with questions that wait for tomorrow's new texts.", now.days_limited)
    if now.spent.budget_krw is not None:
        yield _gauge("budget_krw", "KRW that all runs of a calendar day may spend.", now.spent.budget_krw)


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{_PREFIX}{name}", said, value=value)


def _counter(name: str, said: str, value: float) -> Metric:
    return CounterMetricFamily(f"{_PREFIX}{name}", said, value=value)


def _labelled(name: str, said: str, label: str, values: Mapping[str, float]) -> Metric:
    found = GaugeMetricFamily(f"{_PREFIX}{name}", said, labels=(label,))
    for of, value in values.items():
        found.add_metric((of,), value)
    return found
