"""What the headers of an answer say about the quota."""

import email.utils
import re
import time
from collections.abc import Mapping

from keyword_assets.core.quota.limits import MeterReading

# No meter of any account needs more digits, and Python refuses to read numbers of several thousand.
_MOST_DIGITS = 15


def read_meters(headers: Mapping[str, str]) -> MeterReading | None:
    """What `x-ratelimit-limit-*` and `-remaining-*` say, or None when they say nothing.

    A meter whose reset is negative is not believed: that is how the service was seen to speak when its books were not
    in order.
    """
    read: dict[str, int | None] = {}
    for meter in ("requests", "tokens"):
        reset = _seconds(headers.get(f"x-ratelimit-reset-{meter}", ""))
        for what in ("limit", "remaining"):
            text = headers.get(f"x-ratelimit-{what}-{meter}", "").strip()
            number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
            read[f"{what}_{meter}"] = int(text) if number and (reset is None or reset >= 0) else None
    meters = MeterReading(**read)
    return None if meters == MeterReading() else meters


_DURATION = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?\s*", re.ASCII)
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, None: 1.0}
# Whatever is said beyond it: a year, so that it can be shown and added to the time of day.
_LONGEST_RESET = 365 * 86_400.0
# Such a date has 29.
_DATE_CHARS = 60


def seconds_until_reset(headers: Mapping[str, str]) -> float | None:
    """How long until the fuller meter is free again, from `x-ratelimit-reset-*` or `Retry-After`; a year at most.

    The values come as `42s`, `2.5s`, `1m30s` or a bare number, `Retry-After` also as a date. A negative one says
    nothing (they are seen together with nothing remaining), so it counts as absent.
    """
    resets = [_seconds(headers.get(f"x-ratelimit-reset-{meter}", "")) for meter in ("requests", "tokens")]
    after = headers.get("retry-after", "")
    resets += [_seconds(after), _seconds_until(after)]
    said = [seconds for seconds in resets if seconds is not None and seconds > 0]
    return min(max(said), _LONGEST_RESET) if said else None


def _seconds(text: str) -> float | None:
    parts = list(_DURATION.finditer(text))
    if not parts or "".join(part.group(0) for part in parts) != text:
        return None
    return sum(float(part.group(1)) * _UNITS[part.group(2)] for part in parts)


def _seconds_until(date: str) -> float | None:
    """From now until a date of HTTP's kind (`Wed, 21 Oct 2025 07:28:00 GMT`)."""
    if len(date) > _DATE_CHARS:
        return None
    try:
        return email.utils.parsedate_to_datetime(date).timestamp() - time.time()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
