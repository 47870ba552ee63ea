"""What ought to be true of audits, and what a person can do where it is not."""

from datetime import date, timedelta

from keyword_assets.core.coverage.checks import Verdict
from keyword_assets.core.quality.audits import AuditResult, Estimate
from keyword_assets.core.texts import say

ACCURACY_IS_KNOWN, ACCURACY_HOLDS = "accuracy_is_known", "accuracy_holds"


def of_audits(finished: AuditResult | None, today: date, days: int, floor: float) -> list[Verdict]:
    """What the newest finished audit tells.

    Args:
        finished: that audit.
        today: the day.
        days: for so long it is new enough.
        floor: the least accuracy that has to be sure.
    """
    return [_is_known(finished, today, days), _holds(finished, floor)]


def _is_known(finished: AuditResult | None, today: date, days: int) -> Verdict:
    key = f"check.{ACCURACY_IS_KNOWN}"
    if finished is None or finished.audit.period.end < today - timedelta(days=days):
        return Verdict(ACCURACY_IS_KNOWN, False, say(f"{key}.bad", days=days), todo=say(f"{key}.todo"))
    return Verdict(ACCURACY_IS_KNOWN, True, say(f"{key}.ok", audit=finished.audit.id, end=finished.audit.period.end))


def _holds(finished: AuditResult | None, floor: float) -> Verdict:
    key = f"check.{ACCURACY_HOLDS}"
    if finished is None:
        # That nothing is known is what the other one is about.
        return Verdict(ACCURACY_HOLDS, True, say(f"{key}.unknown"))
    estimate = finished.whole.category
    holds = estimate.low >= floor
    return Verdict(
        ACCURACY_HOLDS,
        holds,
        say(f"{key}.{'ok' if holds else 'bad'}", floor=floor * 100, **percents(estimate)),
        {"audit": finished.audit.id, **shares(estimate), "floor": floor},
        todo=None if holds else say(f"{key}.todo"),
    )


def shares(estimate: Estimate) -> dict[str, float]:
    """The figures of an estimate that has some."""
    assert estimate.accuracy is not None, "of a finished audit something is judged"
    return {"accuracy": estimate.accuracy, "low": estimate.low, "high": estimate.high}


def percents(estimate: Estimate) -> dict[str, float]:
    """The same as a person reads them."""
    return {name: share * 100 for name, share in shares(estimate).items()}
