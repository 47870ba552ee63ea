"""What ought to be true of a day, and what a person can do where it is not. No verdict stops anything.

A check is a function here, named as it is called, and its sentences in `core.wording.checks`: `promise` and what its
verdicts say. Whoever declares or evaluates checks takes them from `CHECKS`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from keyword_assets.core.coverage.usual import rush, usual_questions
from keyword_assets.core.coverage.without_day import counts, kinds
from keyword_assets.core.models.coverage import (
    OF_QUESTIONS,
    CategoryCount,
    CategoryShare,
    DayCoverage,
    WithoutDay,
    ratio_down,
)
from keyword_assets.core.models.period import Period
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say

# What fits no category of a taxonomy made for the service should be its rare end. Above this share, what people ask
# about has no name on the admin screens, or the model has stopped deciding.
CATCH_ALL_MOST = 0.3
# A change of habits moves the share by a few points in a week; ten points from one day to the next is a new topic, a
# changed prompt or a broken intake.
DRIFT_MOST = 0.1
# The standard error of a share of 200 questions is 3.5 points at most: ten points are then no chance. A week has every
# weekday in it.
LEAST_QUESTIONS = 200
LEAST_TRAILING_DAYS = 7
TRAILING_DAYS = 28


@dataclass(frozen=True)
class Verdict:
    """Whether a check passed; `severe` is for what cannot wait, `todo` for what to do about it (None if passed)."""

    check: str
    passed: bool
    finding: str
    numbers: Mapping[str, int | float] = field(default_factory=dict)
    severe: bool = False
    todo: str | None = None


def trailing(row: DayCoverage) -> Period:
    """The four weeks before a day, which its catch-all share is compared with."""
    return Period(row.day - timedelta(days=TRAILING_DAYS), row.day - timedelta(days=1))


class About(StrEnum):
    """What a check looks at; the asset that makes that."""

    MESSAGES = "unique_chats"
    ROWS = "classified_keywords"
    COVERAGE = "missing_data_report"


@dataclass(frozen=True)
class DayFacts:
    """What checks look at. What has to be looked for is asked for by those that need it.

    Args:
        row: the day's counts.
        floor: the ratio of coverage below which a gap is severe.
        due: the hour of the next day by which a day is to be accounted for.
        unusual: so many times the usual number of questions are too many.
        taxonomy: which categories there are.
        without_day: the messages that belong to no day.
        days_before: the counts of the days before, as far as they are known; see `trailing`.
        categories: the day's rows by category.
        share_before: the share of the catch-all category in the days before.
    """

    row: DayCoverage
    floor: float
    due: int
    unusual: float
    taxonomy: Taxonomy
    without_day: Callable[[], WithoutDay]
    days_before: Callable[[], Sequence[DayCoverage]]
    categories: Callable[[], Sequence[CategoryCount]]
    share_before: Callable[[], CategoryShare]


@dataclass(frozen=True)
class Check:
    """What is found of a day, by whom, and what that is about."""

    about: About
    judge: Callable[[DayFacts], Verdict]


CHECKS: dict[str, Check] = {}
"""All of them by name, in the order in which people are told."""


def _about(about: About) -> Callable[[Callable[[DayFacts], Verdict]], Callable[[DayFacts], Verdict]]:
    """Make a function the check of its name."""

    def declare(judge: Callable[[DayFacts], Verdict]) -> Callable[[DayFacts], Verdict]:
        CHECKS[judge.__name__] = Check(about, judge)
        return judge

    return declare


@_about(About.MESSAGES)
def every_message_has_a_day(day: DayFacts) -> Verdict:
    """Whether every message of the table belongs to a day: about no day, and so the same on each."""
    found = day.without_day()
    passed = found.messages == 0
    check = "check.every_message_has_a_day"
    return Verdict(
        "every_message_has_a_day",
        passed,
        say(f"{check}.ok") if passed else say(f"{check}.bad", messages=found.messages, kinds=kinds(found)),
        {"messages_without_day": found.messages, **counts(found)},
        todo=None if passed else say("without_day.todo"),
    )


@_about(About.MESSAGES)
def questions_are_usual(day: DayFacts) -> Verdict:
    """Whether the day has not many times the different questions of the days before it, see `usual`."""
    row, before = day.row, day.days_before()
    usual, found = usual_questions(row.day, before), rush(row, before, day.unusual)
    numbers: dict[str, int | float] = {"questions": row.questions}
    if usual is not None:
        numbers |= {"usual_questions": usual, "times": round(row.questions / max(1, usual), 1)}
    key = "unknown" if usual is None else "ok" if found is None else "bad"
    check = "check.questions_are_usual"
    return Verdict(
        "questions_are_usual",
        found is None,
        say(f"{check}.{key}", day=row.day, usual=usual, questions=row.questions),
        numbers,
        todo=None if found is None else say(f"{check}.todo", day=row.day),
    )


@_about(About.ROWS)
def counts_agree_with_source(day: DayFacts) -> Verdict:
    """Whether rows say how many messages ask their question."""
    return _none_of("counts_agree_with_source", day.row, {"miscounted": day.row.miscounted})


@_about(About.ROWS)
def no_duplicate_rows(day: DayFacts) -> Verdict:
    """Whether nothing is said twice."""
    surplus = sum(count.surplus for count in day.categories())
    return _none_of("no_duplicate_rows", day.row, {"surplus_rows": surplus})


@_about(About.ROWS)
def no_orphan_rows(day: DayFacts) -> Verdict:
    """Whether each row's question was asked."""
    return _none_of("no_orphan_rows", day.row, {"orphaned": day.row.orphaned})


@_about(About.ROWS)
def keywords_are_valid(day: DayFacts) -> Verdict:
    """Whether rows have categories that there are, and keywords that say something."""
    known = {category.id for category in day.taxonomy.categories}
    found = day.categories()
    strange = sum(count.rows for count in found if not count.named and count.category_id not in known)
    numbers = {"unknown_category_rows": strange, "bad_keyword_rows": sum(count.bad for count in found)}
    # Nothing of the kind is ever written by us, so that somebody else must have.
    return _none_of("keywords_are_valid", day.row, numbers, severe=True)


@_about(About.ROWS)
def catch_all_share(day: DayFacts) -> Verdict:
    """Whether what fits nowhere else is the rare end of the questions, and no more than it was."""
    row, before, name = day.row, day.share_before(), day.taxonomy.catch_all.name
    questions = sum(count.questions for count in day.categories() if count.category_id == day.taxonomy.catch_all.id)
    share = _share(questions, row.classified)
    numbers: dict[str, int | float] = {"catch_all_questions": questions, "classified": row.classified, "share": share}
    if comparable := before.days >= LEAST_TRAILING_DAYS and before.classified >= LEAST_QUESTIONS:
        numbers["trailing_share"] = _share(before.questions, before.classified)
        numbers["drift"] = round(share - numbers["trailing_share"], 3)
    drifted = comparable and abs(numbers["drift"]) > DRIFT_MOST
    judged = row.classified >= LEAST_QUESTIONS
    passed = not judged or not (drifted or share > CATCH_ALL_MOST)
    if not judged:
        key = "few"
    elif passed:
        key = "ok"
    else:
        key = "drifted" if drifted else "large"
    check = "check.catch_all_share"
    shown = {part: say("percent", value=numbers.get(part, 0)) for part in ("share", "trailing_share")}
    return Verdict(
        "catch_all_share",
        passed,
        say(f"{check}.{key}", day=row.day, name=name, least=LEAST_QUESTIONS, questions=row.classified, **shown),
        numbers,
        todo=None if passed else say(f"{check}.todo", name=name),
    )


@_about(About.COVERAGE)
def coverage_is_complete(day: DayFacts) -> Verdict:
    """Whether every question has an answer; below the floor, a gap is severe."""
    row = day.row
    key = "complete" if row.missing == 0 else "open" if row.open else "waiting" if row.waiting else "quarantined"
    return Verdict(
        "coverage_is_complete",
        row.missing == 0,
        say(f"check.{key}", day=row.day, missing=row.missing, quarantined=row.quarantined, waiting=row.waiting),
        {**row.counts(OF_QUESTIONS), "coverage": row.coverage},
        severe=row.coverage < day.floor,
        todo=say(f"check.{key}.todo", day=row.day) if row.missing else None,
    )


@_about(About.COVERAGE)
def quarantine_is_empty(day: DayFacts) -> Verdict:
    """Whether nothing is set aside."""
    return _none_of("quarantine_is_empty", day.row, {"quarantined": day.row.quarantined})


@_about(About.COVERAGE)
def yesterday_is_present(day: DayFacts) -> Verdict:
    """Whether the day, which was counted just now, was not left without any answer."""
    return presence(day.row, day.due, counted=True)


def presence(row: DayCoverage, hour: int, *, counted: bool) -> Verdict:
    """Whether a day was accounted for by an hour of the next: `counted` by a run, and not left without any answer."""
    passed = counted and (row.classified > 0 or row.open == 0)
    numbers = {"messages": row.messages, "questions": row.questions, "classified": row.classified}
    key = "ok" if passed else "unclassified" if counted else "uncounted"
    return Verdict(
        "yesterday_is_present",
        passed,
        say(f"check.yesterday_is_present.{key}", day=row.day, hour=hour, **numbers),
        numbers,
        severe=True,
        todo=None if passed else say("check.yesterday_is_present.todo", day=row.day),
    )


def _none_of(check: str, row: DayCoverage, faults: Mapping[str, int], *, severe: bool = False) -> Verdict:
    passed = not any(faults.values())
    return Verdict(
        check,
        passed,
        say(f"check.{check}.{'ok' if passed else 'bad'}", day=row.day, **faults),
        faults,
        severe=severe,
        todo=None if passed else say(f"check.{check}.todo", day=row.day),
    )


def _share(part: int, whole: int) -> float:
    # Rows that are deleted between two counts must not make it more than everything.
    return min(1.0, ratio_down(part, whole)) if whole else 0.0
