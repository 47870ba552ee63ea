"""What ought to be true of a day, and what a person can do where it is not. No verdict stops anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

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


def of_coverage(row: DayCoverage, floor: float, hour: int) -> list[Verdict]:
    """What the day's coverage tells. Below `floor`, a ratio, a gap is severe; `hour` is when a day is due."""
    key = "complete" if row.missing == 0 else "open" if row.open else "waiting" if row.waiting else "quarantined"
    gaps = {**row.counts(OF_QUESTIONS), "coverage": row.coverage}
    return [
        Verdict(
            "coverage_is_complete",
            row.missing == 0,
            say(f"check.{key}", day=row.day, missing=row.missing, quarantined=row.quarantined, waiting=row.waiting),
            gaps,
            severe=row.coverage < floor,
            todo=say(f"check.{key}.todo", day=row.day) if row.missing else None,
        ),
        _none_of("quarantine_is_empty", row, {"quarantined": row.quarantined}),
        presence(row, hour, counted=True),
    ]


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


def of_rows(
    row: DayCoverage, categories: Sequence[CategoryCount], before: CategoryShare, taxonomy: Taxonomy
) -> list[Verdict]:
    """What the day's keyword rows tell.

    Args:
        row: the day.
        categories: its rows by category.
        before: the share of the catch-all category in the four weeks before it; see `trailing`.
        taxonomy: which categories there are.
    """
    known = {category.id for category in taxonomy.categories}
    strange = sum(count.rows for count in categories if not count.named and count.category_id not in known)
    bad = sum(count.bad for count in categories)
    numbers = {"unknown_category_rows": strange, "bad_keyword_rows": bad}
    return [
        _none_of("counts_agree_with_source", row, {"miscounted": row.miscounted}),
        _none_of("no_duplicate_rows", row, {"surplus_rows": sum(count.surplus for count in categories)}),
        _none_of("no_orphan_rows", row, {"orphaned": row.orphaned}),
        # Nothing of the kind is ever written by us, so that somebody else must have.
        _none_of("keywords_are_valid", row, numbers, severe=True),
        _catch_all(row, categories, before, taxonomy),
    ]


def of_questions(row: DayCoverage, before: Sequence[DayCoverage], factor: float) -> Verdict:
    """Whether the day has not many times the different questions of the days before it, see `usual`."""
    usual, found = usual_questions(row.day, before), rush(row, before, factor)
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


def of_all_messages(found: WithoutDay) -> Verdict:
    """Whether every message of the table belongs to a day: about no day, and so the same on each."""
    passed = found.messages == 0
    check = "check.every_message_has_a_day"
    return Verdict(
        "every_message_has_a_day",
        passed,
        say(f"{check}.ok") if passed else say(f"{check}.bad", messages=found.messages, kinds=kinds(found)),
        {"messages_without_day": found.messages, **counts(found)},
        todo=None if passed else say("without_day.todo"),
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


def _catch_all(
    row: DayCoverage, categories: Sequence[CategoryCount], before: CategoryShare, taxonomy: Taxonomy
) -> Verdict:
    name = taxonomy.catch_all.name
    questions = sum(count.questions for count in categories if count.category_id == taxonomy.catch_all.id)
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


def _share(part: int, whole: int) -> float:
    # Rows that are deleted between two counts must not make it more than everything.
    return min(1.0, ratio_down(part, whole)) if whole else 0.0
