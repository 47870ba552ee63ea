"""Alerts in words: the messages that begin, end and sum up."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby

from keyword_assets.core.alerting.alerts import (
    GAP,
    KEY_REJECTED,
    KINDS,
    MANY_QUESTIONS,
    NOT_RUN_AGAIN,
    REPORT_FAILED,
    RUN_FAILED,
    STALE_DAY,
    Alert,
    Condition,
    Notice,
    Rules,
)
from keyword_assets.core.foreign import defused
from keyword_assets.core.outcomes import Outcome
from keyword_assets.core.texts import TEXTS, say

# Days named one by one in a message. Channels take no more than some 2,000 characters.
_DAYS_SHOWN = 7
_REASON_CHARS = 200
# Lines of a digest about what began together, and how much of all that.
_DIGEST_LINES, _DIGEST_GROUPS = 3, 6


def safe(notice: Notice, links: re.Pattern[str]) -> Notice:
    """A message that was kept in a table, as it may be sent: whoever wrote there calls nobody, and links nowhere.

    Only `links`, to pages that we link to ourselves, stay.
    """

    def line(text: str) -> str:
        link = links.search(text)
        if link is None or (link.end() < len(text) and not text[link.end()].isspace()):
            return _defused(text)
        return f"{_defused(text[: link.start()])}{link[0]}{_defused(text[link.end() :])}"

    return replace(notice, title=_defused(notice.title), body="\n".join(map(line, notice.body.split("\n"))))


# What our titles begin with.
_OURS = "[keyword_assets] "


def _defused(line: str) -> str:
    """With the blanks around it, which set lines off from each other."""
    inner = line.strip()
    begin = len(line) - len(line.lstrip())
    seen = defused(inner).replace(defused(_OURS) + " ", _OURS)
    return f"{' ' * begin}{seen}{' ' if inner and line[-1:].isspace() else ''}"


def told_together(alerts: Iterable[Alert]) -> Iterator[list[Alert]]:
    """What was told in the same message, oldest first."""

    def notice(alert: Alert) -> tuple[datetime, int]:
        assert alert.told_at is not None
        return alert.told_at, KINDS.index(alert.kind)

    for _, group in groupby(sorted(alerts, key=notice), key=notice):
        yield sorted(group, key=lambda alert: alert.condition.days)


def begin(group: Sequence[Alert], rules: Rules) -> Notice:
    """That these, of one kind, are amiss; with what helps."""
    kind = group[0].kind
    lines = [say(f"alert.{kind}"), "", *_listed(group), *_help(group, rules)]
    return Notice(say(f"alert.{kind}_title", days=_days(group)), "\n".join(lines))


def over(group: Sequence[Alert], now: datetime) -> Notice:
    """That these, told together, are amiss no longer."""
    began = min(alert.began_at for alert in group)
    numbers = {"days": _days(group), "began": f"{began:%Y-%m-%d %H:%M}", "lasted": _lasted(now - began)}
    kind = group[0].kind
    return Notice(say(f"alert.{kind}_over_title", **numbers), say(f"alert.{kind}_over", **numbers))


def digest(listed: Sequence[Alert], rules: Rules) -> Notice:
    """All that is open, once a day."""
    lines = [say("alert.digest")]
    groups = list(told_together(listed))
    for group in groups[-_DIGEST_GROUPS:]:
        title = say(f"alert.{group[0].kind}_title", days=_days(group))
        began = min(alert.began_at for alert in group)
        lines += ["", say("alert.since", what=title, began=f"{began:%Y-%m-%d %H:%M}"), *_listed(group, _DIGEST_LINES)]
    if left := sum(map(len, groups[:-_DIGEST_GROUPS])):
        lines += ["", say("alert.more", count=left, missing=sum(a.condition.missing for a in listed))]
    return Notice(say("alert.digest_title", count=len(listed)), "\n".join([*lines, *_help(listed, rules)]))


def _listed(group: Sequence[Alert], most: int = _DAYS_SHOWN) -> list[str]:
    """The alerts one a line, the newest days first, because those are the ones that people look at."""
    lines = [_line(alert) for alert in reversed(group[-most:])]
    left = len(group) - len(lines)
    missing = sum(alert.condition.missing for alert in group)
    return [*lines, *([say("alert.more", count=left, missing=missing)] if left else [])]


def _line(alert: Alert) -> str:
    condition = alert.condition
    cause = _cause(condition)
    if condition.usual:
        numbers = {"day": condition.days[0], "questions": condition.questions, "usual": condition.usual}
        return say("alert.questions_line", **numbers)
    if not alert.is_of_a_day:
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
    outcome = f"outcome.{condition.outcome or 'none'}"
    # What is no outcome was written by another program.
    cause = say(outcome if outcome in TEXTS else f"outcome.{Outcome.ERROR}")
    reason = defused(condition.reason, _REASON_CHARS)
    return f"{cause} ({reason})" if reason else cause


def _help(group: Sequence[Alert], rules: Rules) -> list[str]:
    """The commands that help, and where to look."""
    days = sorted(day for alert in group for day in alert.condition.days)
    kinds, remedies = {alert.kind for alert in group}, rules.remedies
    commands = []
    if kinds & {KEY_REJECTED, RUN_FAILED, REPORT_FAILED}:
        commands.append(remedies.look_over())
    if classified := sorted(day for alert in group if alert.kind not in NOT_RUN_AGAIN for day in alert.condition.days):
        commands.append(remedies.classify(classified[0], classified[-1]))
    if rushes := [alert.condition.days[-1] for alert in group if alert.kind == MANY_QUESTIONS]:
        commands.append(remedies.estimate(rushes[0], rushes[-1]))
    if REPORT_FAILED in kinds:
        reported = sorted(day for alert in group if alert.kind == REPORT_FAILED for day in alert.condition.days)
        commands.append(remedies.report(reported[0], reported[-1]))
    if any(alert.condition.quarantined for alert in group):
        commands.append(remedies.quarantined(days[0], days[-1]))
    newest = max(group, key=lambda alert: alert.condition.days[-1]).condition
    page = remedies.page_of_run(newest.run_id) if kinds - {GAP, STALE_DAY} else None
    page = page or remedies.page_of_day(newest.days[-1])
    return ["", say("alert.do"), *(f"  {line}" for line in (*commands, page) if line)]


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
