"""How everything stands, in words: nothing that is amiss may be left out, and it fits a screen."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from keyword_assets.core import texts
from keyword_assets.core.alerting.alerts import EndedRun
from keyword_assets.core.coverage.history import Gap
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.quota.known import KnownClosing
from keyword_assets.core.quota.limits import Limits
from keyword_assets.core.watching import documents
from keyword_assets.core.watching.hosts import SCHEDULE, SENSOR, Hosted, HostedRun, Instigator
from keyword_assets.core.watching.snapshot import (
    KnownDay,
    Process,
    QuotaNow,
    Snapshot,
    Spent,
    View,
    questions_a_minute,
)
from keyword_assets.core.watching.words import line, lines

NOW = datetime(2025, 6, 20, 9, 30)
FIRST, SECOND = date(2025, 6, 11), date(2025, 6, 12)
HOUR = timedelta(hours=1)

CALM = Snapshot(
    at=NOW,
    past=Period(FIRST, SECOND),
    days={day: KnownDay(DayCoverage(day, 12, 0, 10, 10), NOW - HOUR) for day in (FIRST, SECOND)},
    gaps=[],
    processes=[],
    quota=QuotaNow(Limits(60, 60_000, 60), 0, 0, 0, []),
    spent=Spent(Usage(), 0.0, 12.5, None),
    last_success=NOW - HOUR,
    last_run=None,
    ended={},
)
BUSY = replace(
    CALM,
    days={
        FIRST: KnownDay(DayCoverage(FIRST, 12, 0, 10, 4, 1), NOW - HOUR, classified_now=7),
        SECOND: KnownDay(DayCoverage(SECOND, 12, 0, 10, 10), NOW - HOUR),
    },
    gaps=[Gap(FIRST, NOW - 50 * HOUR, None, 6)],
    processes=[
        Process("web-1", 4123, NOW - HOUR, (Period.of(FIRST),), ("1f2e3d4c-and-more",), 5),
        Process("web-2", 77, NOW - HOUR, (), ("another",), 0),
    ],
    quota=QuotaNow(Limits(60, 60_000, 60), 42, 31_000, 3, [KnownClosing("ab", True, 600.0, "Rate limit")]),
    spent=Spent(Usage(310, 2), 900.0, 30_112.0, 900.0),
    last_run=EndedRun("run", NOW, Period.of(FIRST), "gaps"),
)
HOSTED = Hosted(
    {"SENSOR": NOW, "SCHEDULER": NOW - timedelta(minutes=9)},
    [
        Instigator("daily_keywords_schedule", SCHEDULE, True, "10 1 * * *", "SUCCESS", NOW - HOUR),
        Instigator("alert_sensor", SENSOR, False),
    ],
    [HostedRun("r1", "daily_keywords_job", "QUEUED", NOW)],
)


@pytest.fixture(autouse=True)
def _english() -> None:
    texts.use("en")


def told(view: View) -> str:
    """All lines."""
    return "\n".join(f"{name}: {text}" for name, text in lines(view))


def test_what_is_at_work_and_what_waits_is_told() -> None:
    """Who, where, how far, and for what."""
    said = told(View(BUSY, HOSTED))

    assert "web-1 pid 4123 · run 1f2e3d4c · 2025-06-11 · 7/10 (70.0 %) · asking 5 · since 08:30" in said
    assert "web-2 pid 77 · run another · waits for its turn" in said
    assert "for a place in the quota: 3 · today's budget is spent · for Dagster: 1 runs" in said
    assert "HCX is closed until 09:40: Rate limit" in said
    assert "1 days: 2025-06-11 · 6 questions (1 quarantined) · oldest: 2025-06-11, for 2 days" in said
    assert " · 09:30: gaps remained after the last run" in said
    assert "the daemon is silent: SCHEDULER, last heard of at 09:30" in said
    assert "daily_keywords_schedule on · next 2025-06-21 01:10 · last 08:30 launched" in said
    # Off until somebody turns it on; one that is off by choice is nothing to look for.
    assert "coverage_backfill_sensor off" in said
    assert "alert_sensor" not in said
    assert "coverage_backfill_sensor on" in told(View(BUSY, HOSTED, switched_on=["coverage_backfill_sensor"]))


def test_it_fits_a_screen_when_much_is_going_on() -> None:
    """80 columns and 24 lines, with a title."""
    many = replace(BUSY, processes=BUSY.processes * 10)
    said = list(lines(View(many, HOSTED)))

    # A line that is longer goes on in the next one.
    assert sum(1 + len(text) // 68 for _, text in said) <= 30
    assert ("", "14 more") in said


def test_nothing_amiss_is_said_in_as_many_words() -> None:
    """And a Dagster that cannot be looked at takes nothing else away."""
    said = told(View(CALM, unknown="its storage is away"))

    assert "at work: nobody" in said
    assert "gaps: none" in said
    assert "coverage 100.0 % (20/20) · as of 08:30" in said
    assert "Dagster: its storage is away" in said


def test_a_day_that_is_too_large_to_count_is_shown_as_of_when_it_was_counted() -> None:
    """A kept number must not look like one of now."""
    large = replace(BUSY, days={**BUSY.days, FIRST: replace(BUSY.days[FIRST], classified_now=None)})

    assert "4/10 (40.0 %) as of 08:30" in told(View(large))


def test_days_that_were_never_counted_have_no_coverage() -> None:
    """Nothing of nothing is not all of it; what a run has sent is known all the same."""
    process = replace(BUSY.processes[0], requests=12)
    new = replace(CALM, days={}, processes=[process])

    assert new.coverage is None
    assert "2025-06-11 · 12 requests sent · asking 5" in told(View(new))
    assert "2 days, never counted" in told(View(new))
    assert "coverage -" in line(View(new))


def test_questions_a_minute_come_from_two_looks() -> None:
    """Live while a day goes on, and never less than nothing when a day was counted anew."""
    later = replace(BUSY, at=NOW + timedelta(seconds=30), days={**BUSY.days, FIRST: replace(BUSY.days[FIRST])})
    faster = replace(later, days={**BUSY.days, FIRST: replace(BUSY.days[FIRST], classified_now=9)})

    assert questions_a_minute(None, BUSY) is None
    assert questions_a_minute(BUSY, faster) == 4.0
    assert questions_a_minute(faster, replace(later, at=NOW + HOUR)) == 0
    assert "4 questions a minute" in line(View(faster), 4.0)


def test_the_document_has_the_same_numbers() -> None:
    """For programs, which read no words."""
    found = documents.of_view(View(BUSY, HOSTED), 4.0)

    assert found["at_work"][0]["classified"] == 7
    assert found["gaps"] == {"days": ["2025-06-11"], "oldest_seconds": 180_000}
    assert found["days"]["coverage"] == 0.85
    assert found["quota"]["closings"] == [{"seconds": 600.0, "reason": "Rate limit"}]
    assert found["dagster"]["instigators"][0]["next"] == "2025-06-21T01:10:00"
    assert found["questions_a_minute"] == 4.0
