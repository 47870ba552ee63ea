"""The verdicts on a day, from its numbers alone."""

from datetime import date

import pytest

from keyword_assets.core.coverage import checks
from keyword_assets.core.coverage.checks import CATCH_ALL_MOST, CHECKS, LEAST_QUESTIONS, LEAST_TRAILING_DAYS, Verdict
from keyword_assets.core.models.coverage import CategoryCount, CategoryShare, DayCoverage, WithoutDay
from keyword_assets.core.texts import TEXTS
from keyword_assets_tests.builders import (
    BOTH_DAYS,
    NOTHING_BEFORE,
    NOTHING_UNDATED,
    make_coverage,
    make_facts,
    make_taxonomy,
)

TAXONOMY = make_taxonomy()
CATCH_ALL = TAXONOMY.catch_all.id


def _verdicts(
    row: DayCoverage,
    *categories: CategoryCount,
    before: CategoryShare = NOTHING_BEFORE,
    undated: WithoutDay = NOTHING_UNDATED,
) -> dict[str, Verdict]:
    day = make_facts(row, *categories, share_before=before, without_day=undated)
    return {name: check.judge(day) for name, check in CHECKS.items()}


def _catch_all(questions: int, of: int, before: CategoryShare = NOTHING_BEFORE) -> Verdict:
    row = make_coverage(questions=of, classified=of)
    return _verdicts(row, CategoryCount(CATCH_ALL, True, questions, questions, questions), before=before)[
        "catch_all_share"
    ]


def test_a_flawless_day_passes_every_check() -> None:
    """And every check has a verdict on every day: one that is left out stays grey for ever."""
    row = make_coverage(messages=5, questions=4, classified=4)

    verdicts = _verdicts(row, CategoryCount(1, True, 4, 5, 4))

    assert {name: verdict.passed for name, verdict in verdicts.items()} == dict.fromkeys(CHECKS, True)
    assert [verdict.check for verdict in verdicts.values()] == list(CHECKS)
    assert [verdict.todo for verdict in verdicts.values()] == [None] * len(CHECKS)


def test_an_empty_day_passes_every_check() -> None:
    """A holiday is no fault."""
    assert all(verdict.passed for verdict in _verdicts(make_coverage()).values())


@pytest.mark.parametrize(
    ("check", "row", "categories", "severe"),
    [
        ("coverage_is_complete", make_coverage(questions=100, classified=95), [], False),
        ("coverage_is_complete", make_coverage(questions=100, classified=89), [], True),
        ("quarantine_is_empty", make_coverage(questions=2, classified=1, quarantined=1), [], False),
        ("yesterday_is_present", make_coverage(questions=3), [], True),
        ("counts_agree_with_source", make_coverage(questions=1, classified=1, miscounted=1), [], False),
        ("no_orphan_rows", make_coverage(orphaned=1), [], False),
        ("no_duplicate_rows", make_coverage(), [CategoryCount(1, True, rows=2, surplus=1)], False),
        ("keywords_are_valid", make_coverage(), [CategoryCount(1, True, rows=2, bad=1)], True),
        ("keywords_are_valid", make_coverage(), [CategoryCount(99, False, rows=1)], True),
        ("keywords_are_valid", make_coverage(), [CategoryCount(None, False, rows=1)], True),
    ],
)
def test_a_fault_fails_its_check_and_says_what_to_do(
    check: str, row: DayCoverage, categories: list[CategoryCount], severe: bool
) -> None:
    """A red mark that says neither how many nor what now sends people to the logs."""
    verdict = _verdicts(row, *categories)[check]

    assert (verdict.passed, verdict.severe) == (False, severe)
    assert any(verdict.numbers.values()) or check == "yesterday_is_present"
    assert verdict.todo


def test_a_category_of_the_taxonomy_or_of_the_admin_table_is_known() -> None:
    """The old script's categories are in the table only; ours are in both."""
    verdict = _verdicts(make_coverage(), CategoryCount(1, False, rows=1), CategoryCount(99, True, rows=1))

    assert verdict["keywords_are_valid"].passed


def test_a_day_that_no_run_has_counted_is_not_present() -> None:
    """Its rows may be there from somewhere; nobody has proven anything."""
    row = make_coverage(questions=1, classified=1)

    assert (checks.presence(row, 9, counted=False).passed, checks.presence(row, 9, counted=True).passed) == (
        False,
        True,
    )


def test_a_day_whose_questions_are_all_quarantined_is_present() -> None:
    """It was worked on; what is wrong with it is for another check to say."""
    assert checks.presence(make_coverage(questions=2, quarantined=2), 9, counted=True).passed


@pytest.mark.parametrize(("share", "passes"), [(CATCH_ALL_MOST, True), (CATCH_ALL_MOST + 0.01, False)])
def test_the_catch_all_category_may_have_a_share_and_no_more(share: float, passes: bool) -> None:
    """Answers of "other" complete a day and tell nobody anything."""
    assert _catch_all(round(1000 * share), 1000).passed is passes


def test_few_questions_are_not_judged() -> None:
    """Three of five say nothing about a taxonomy."""
    verdict = _catch_all(LEAST_QUESTIONS - 1, LEAST_QUESTIONS - 1)

    assert (verdict.passed, verdict.numbers["share"]) == (True, 1.0)
    assert not _catch_all(LEAST_QUESTIONS, LEAST_QUESTIONS).passed


@pytest.mark.parametrize(("questions", "passes"), [(250, True), (150, True), (50, True), (49, False), (251, False)])
def test_the_share_may_drift_by_ten_points_to_either_side(questions: int, passes: bool) -> None:
    """A model that suddenly finds a category for everything is as odd as one that finds none."""
    verdict = _catch_all(questions, 1000, CategoryShare(28, 1500, 10_000))

    assert verdict.passed is passes
    assert verdict.numbers["drift"] == round(questions / 1000 - 0.15, 3)


@pytest.mark.parametrize(
    "before", [CategoryShare(LEAST_TRAILING_DAYS - 1, 0, 10_000), CategoryShare(28, 0, LEAST_QUESTIONS - 1)]
)
def test_there_is_no_drift_from_too_little(before: CategoryShare) -> None:
    """The first week after the upgrade has nothing to be compared with."""
    verdict = _catch_all(200, 1000, before)

    assert verdict.passed
    assert "drift" not in verdict.numbers


def test_the_four_weeks_before_a_day_end_the_day_before() -> None:
    """A day that is compared with itself has not drifted."""
    period = checks.trailing(make_coverage(date(2025, 6, 29)))

    assert (period.start, period.end) == (date(2025, 6, 1), date(2025, 6, 28))


@pytest.mark.parametrize("name", CHECKS)
def test_each_check_has_its_texts(name: str) -> None:
    """The search for literal keys cannot see these."""
    assert f"check.{name}.promise" in TEXTS


def test_messages_without_a_day_fail_their_check_and_no_other() -> None:
    """They are in no number of any day, so that nothing else can tell of them."""
    row = make_coverage(messages=5, questions=4, classified=4)

    verdicts = _verdicts(row, undated=WithoutDay(BOTH_DAYS, no_date=2, after=1, examples=((None, "누구의 질문"),)))

    assert [name for name, verdict in verdicts.items() if not verdict.passed] == ["every_message_has_a_day"]
    found = verdicts["every_message_has_a_day"]
    assert "메시지가 3개" in found.finding
    assert "누구의 질문" not in found.finding
    assert found.numbers == {"messages_without_day": 3, "no_date": 2, "impossible": 0, "before": 0, "after": 1}
    assert not found.severe
    assert found.todo
    assert "KEYWORDS_START_DATE" in found.todo
