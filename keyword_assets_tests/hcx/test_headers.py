"""What the headers of an answer say about the quota, read only where it can be believed."""

import email.utils
import time

import httpx
import pytest

from keyword_assets.core.quota.limits import MeterReading
from keyword_assets.hcx.headers import read_meters, seconds_until_reset

YEAR = 365 * 86_400.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-reset-requests": "42s"}, 42.0),
        ({"x-ratelimit-reset-tokens": "2.5s"}, 2.5),
        ({"x-ratelimit-reset-tokens": "1m30s"}, 90.0),
        ({"x-ratelimit-reset-tokens": "1h"}, 3600.0),
        ({"x-ratelimit-reset-tokens": "250ms"}, 0.25),
        ({"x-ratelimit-reset-tokens": "17"}, 17.0),
        ({"retry-after": "3"}, 3.0),
        ({"x-ratelimit-reset-requests": "5s", "x-ratelimit-reset-tokens": "40s"}, 40.0),
        ({"x-ratelimit-reset-requests": "-2s", "x-ratelimit-reset-tokens": "4s"}, 4.0),
        ({"x-ratelimit-reset-requests": "-2s"}, None),
        ({"x-ratelimit-reset-requests": "0s"}, None),
        ({"x-ratelimit-reset-requests": ""}, None),
        ({"x-ratelimit-reset-requests": "soon"}, None),
        ({"x-ratelimit-reset-requests": "5s or so"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, None),
        ({"x-ratelimit-reset-tokens": "1d2h"}, 93_600.0),
        ({"retry-after": "86400"}, 86_400.0),
        ({"retry-after": "9" * 400}, YEAR),
        ({"retry-after": "9" * 10_000 + "." + "9" * 10_000}, YEAR),
        ({"retry-after": "1" + "0" * 30}, YEAR),
        ({"x-ratelimit-reset-requests": "9" * 400 + "h"}, YEAR),
        ({"x-ratelimit-reset-requests": "-" + "9" * 400 + "h"}, None),
        ({"x-ratelimit-reset-requests": "9" * 400 + "h-" + "9" * 400 + "h"}, None),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, YEAR),
        ({"retry-after": "Fri, 31 Dec 99999 23:59:59 GMT"}, None),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 +9999"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e400"}, None),
        ({"x-ratelimit-reset-tokens": "٧"}, None),
        ({}, None),
    ],
    ids=str,
)
def test_the_time_until_the_quota_is_free_is_read_from_the_headers(
    headers: dict[str, str], seconds: float | None
) -> None:
    """Too short a wait is refused again; a number misread could stop a run for hours."""
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]

    assert seconds_until_reset(httpx.Headers(raw)) == seconds


def test_a_date_to_come_back_at_is_a_time_from_now() -> None:
    """The other form that HTTP has for it."""
    until = email.utils.formatdate(time.time() + 100, usegmt=True)

    seconds = seconds_until_reset(httpx.Headers({"retry-after": until}))

    assert seconds is not None
    assert 90 < seconds <= 100


RATES = {"limit-requests": "60", "remaining-requests": "59", "limit-tokens": "60000", "remaining-tokens": "58000"}


@pytest.mark.parametrize(
    ("rates", "meters"),
    [
        (RATES, MeterReading(60, 59, 60_000, 58_000)),
        (RATES | {"reset-requests": "2.5s", "reset-tokens": "1m30s"}, MeterReading(60, 59, 60_000, 58_000)),
        (RATES | {"reset-requests": "17", "reset-tokens": "0s"}, MeterReading(60, 59, 60_000, 58_000)),
        (RATES | {"remaining-tokens": "0", "reset-tokens": "-2s"}, MeterReading(60, 59, None, None)),
        (RATES | {"reset-requests": "-1", "reset-tokens": "-2s"}, None),
        (RATES | {"reset-requests": "soon"}, MeterReading(60, 59, 60_000, 58_000)),
        ({"limit-tokens": "60000"}, MeterReading(limit_tokens=60_000)),
        ({"remaining-tokens": " 7 "}, MeterReading(remaining_tokens=7)),
        ({"remaining-tokens": "-5", "remaining-requests": "1.5", "limit-tokens": "many"}, None),
        ({"remaining-tokens": "٧", "limit-tokens": ""}, None),
        ({"remaining-tokens": "9" * 5_000, "limit-tokens": "1" + "0" * 30}, None),
        ({}, None),
    ],
    ids=str,
)
def test_the_meters_are_read_where_they_can_be_believed(rates: dict[str, str], meters: MeterReading | None) -> None:
    """A number misread would close the quota for a window, or open it to somebody else's cost."""
    headers = [(f"X-RateLimit-{name}".encode(), value.encode()) for name, value in rates.items()]

    assert read_meters(httpx.Headers(headers)) == meters
