"""The message that a report's files go with: what a manager reads on a phone, in a mail or in a chat."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from keyword_assets.core.alerting.alerts import Notice
from keyword_assets.core.coverage.without_day import told
from keyword_assets.core.foreign import defused
from keyword_assets.core.texts import say
from keyword_assets.reports.report import Report
from keyword_assets.reports.words import moved, percent

# Channels take no more than some 2,000 characters, and files that cannot be attached are named in them, too.
_DAYS_SHOWN, _KEYWORDS_SHOWN, _KEYWORD_CHARS, _NAME_CHARS = 5, 5, 20, 40


def summary(report: Report, files: Iterable[Path], link: str | None = None) -> Notice:
    """The message; `link` is where the report is to be seen, if it is."""
    blocks = [_numbers(report), _gaps(report), _top(report), _moving(report), [say("brief.rules")]]
    if link:
        blocks.append([say("brief.link", link=link)])
    body = "\n\n".join("\n".join(lines) for lines in blocks if lines)
    return Notice(_title(report), body, tuple(path.resolve() for path in files))


def _title(report: Report) -> str:
    total = report.total
    key = "empty" if not total.questions else "missing" if total.missing else "complete"
    state = say(f"brief.{key}", missing=total.missing, coverage=percent(total.coverage))
    return say("brief.title", start=report.period.start, end=report.period.end, state=state)


def _numbers(report: Report) -> list[str]:
    total, before, period = report.total, report.total_before, report.period
    lines = [say("brief.period", start=period.start, end=period.end, days=len(report.days)), ""]
    if total.questions:
        counts = {"questions": total.questions, "classified": total.classified}
        lines.append(say("brief.coverage", coverage=percent(total.coverage), **counts))
        key = "nothing_missing" if not total.missing else "with_quarantined" if total.quarantined else "open_only"
        lines.append(say(f"brief.{key}", missing=total.missing, quarantined=total.quarantined))
    if (audited := report.audited) is not None:
        counts = {"audit": audited.audit, "n": audited.judged, "population": audited.questions}
        shares = {name: getattr(audited, name) * 100 for name in ("accuracy", "low", "high")}
        lines.append(say("brief.audited", **counts, **shares))
    for name in ("messages", "questions"):
        now, then = getattr(total, name), getattr(before, name)
        lines.append(say(f"brief.{name}", count=now, change=_change(report, now, then)))
    if total.classified:
        share = {"name": defused(report.catch_all.name, _NAME_CHARS), "share": percent(report.catch_all.share)}
        lines.append(say("brief.catch_all", **share))
    if report.corrected:
        lines.append(say("brief.corrected", count=report.corrected))
    lines.append(say("brief.cost", cost=report.cost_krw))
    earlier = {"start": report.before.start, "end": report.before.end, "coverage": percent(before.coverage)}
    lines.append(say("brief.before" if report.comparable else "brief.nothing_before", **earlier))
    if report.without_day.messages:
        lines.append(told(report.without_day))
    return lines


def _gaps(report: Report) -> list[str]:
    """The days with questions missing, the newest first, because those are the ones that can still be looked into."""
    gaps = report.coverage[report.coverage["missing"] > 0][::-1]
    shown, left = gaps.head(_DAYS_SHOWN), gaps[_DAYS_SHOWN:]
    lines = [
        say("brief.gap", day=day.date(), missing=missing, coverage=percent(coverage))
        for day, missing, coverage in _rows(shown, "day", "missing", "coverage")
    ]
    if len(left):
        lines.append(say("brief.more_gaps", days=len(left), missing=left["missing"].sum()))
    return [say("brief.gaps"), *lines] if lines else []


def _top(report: Report) -> list[str]:
    lines = [
        say("brief.keyword", place=place, keyword=_shown(keyword), count=now, change=_change(report, now, before))
        for place, (keyword, now, before) in enumerate(_moves(report.keywords), 1)
    ]
    return [say("brief.keywords"), *lines] if lines else []


def _moving(report: Report) -> list[str]:
    return [
        say(f"brief.{kind}", keywords=", ".join(_counted(*move) for move in _moves(keywords)))
        for kind, keywords in (("new", report.new), ("rising", report.rising))
        if len(keywords)
    ]


def _moves(keywords: pd.DataFrame) -> Iterator[tuple[str, int, int]]:
    """The first keywords, with their messages now and before."""
    return _rows(keywords.head(_KEYWORDS_SHOWN), "keyword", "messages", "messages_before")


def _rows(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    return frame[[*columns]].itertuples(index=False, name=None)


def _counted(keyword: str, now: int, before: int) -> str:
    if before:
        return say("brief.rose", keyword=_shown(keyword), before=before, count=now)
    return say("brief.came", keyword=_shown(keyword), count=now)


def _shown(keyword: str) -> str:
    return defused(keyword, _KEYWORD_CHARS)


def _change(report: Report, now: int, before: int) -> str:
    """Against the period before, in brackets; nothing where there is nothing to compare with."""
    return say("brief.change", change=moved(now, before)) if report.comparable and before else ""
