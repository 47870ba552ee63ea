"""Answers that are worth a look, and why. They were picked for being doubtful: no estimate may be made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from keyword_assets.core.models.questions import Answer

Part = Literal["second_model", "own_model", "same_question", "catch_all"]
PARTS: tuple[Part, ...] = ("second_model", "own_model", "same_question", "catch_all")
"""Where a doubt comes from, the strongest first: each is a part of the list, and a text stands in the first of its own.

Another HCX model answers otherwise; a small model of ours does not believe the answer; the same question in other words
has another category; no category was found.
"""
Unit = Literal["questions", "messages"]


@dataclass(frozen=True)
class StoredAnswer:
    """A text with its newest answer of a period; `messages` are those of all its days and spellings.

    One that people have answered (`is_corrected`) is not doubted; others are compared with it.
    """

    day: date
    text: str
    messages: int
    answer: Answer
    category: int
    is_corrected: bool = False


@dataclass(frozen=True)
class Doubt:
    """A doubtful answer.

    Args:
        stored: the answer.
        parts: why it is one, the first of them being the part that it stands in.
        doubt: from 0 to 1 how much; None where nothing can be said.
        other: the name of the category that it might be in its place, if there is one.
        beside: the other text that says so.
    """

    stored: StoredAnswer
    parts: tuple[Part, ...]
    doubt: float | None
    other: str | None = None
    beside: str | None = None


@dataclass(frozen=True)
class DoubtfulList:
    """The doubtful answers of a period.

    Args:
        questions: how many texts were looked at.
        unjudged: of how many our own model could not say anything, as their category has too few texts.
        doubts: the list, part by part, the most doubtful of each part first.
        found: how many there are in each part, of which the list has the first.
    """

    questions: int
    unjudged: int
    doubts: Sequence[Doubt]
    found: dict[Part, int]

    def part(self, part: Part) -> list[Doubt]:
        """The doubts that stand in a part."""
        return [doubt for doubt in self.doubts if doubt.parts[0] == part]
