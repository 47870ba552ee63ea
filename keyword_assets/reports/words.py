"""How texts and numbers are shown, in every format alike."""

from datetime import datetime

from keyword_assets.core.reporting.report import change
from keyword_assets.core.texts import say, say_reason


def percent(ratio: float | None) -> str:
    """`99.9 %`, rounded down; `-` of nothing."""
    return "-" if ratio is None else say("percent", value=ratio)


def moved(now: int, before: int) -> str:
    """`+12 %`, `-3 %`, `0 %`; `-` where there was nothing before."""
    return changed(change(now, before))


def changed(part: float | None) -> str:
    """The same of a part of 1."""
    if part is None:
        return "-"
    whole = round(part * 100)
    return f"{whole:+,} %" if whole else "0 %"


def moment(at: datetime | None) -> str:
    """A local time to the minute; `-` of none."""
    return f"{at:%Y-%m-%d %H:%M}" if at else "-"


def status(new: bool, rising: bool) -> str:
    """Whether a keyword is new or rising, in a word; nothing if neither."""
    return say("report.is_new") if new else say("report.is_rising") if rising else ""


def reason(code: str | None) -> str:
    """Why a question is missing: what the quarantine says, or that it waits to be sent."""
    return say("report.waiting") if code is None else say_reason(code)
