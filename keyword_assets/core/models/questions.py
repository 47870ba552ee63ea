"""What is asked, and what is answered: the values of a question."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


@dataclass(frozen=True)
class Question:
    """A text asked on a day; `count` is how many messages of that day have exactly this text."""

    day: date
    text: str
    count: int


@dataclass(frozen=True)
class Keyword:
    """One keyword of an answer, under a category of the taxonomy."""

    keyword: str
    category_id: int


Answer = tuple[Keyword, ...]


@dataclass(frozen=True)
class Quarantined:
    """A text that HCX has definitely refused, or answered unusably as often as allowed."""

    text: str
    share_key: bytes
    reason: str
    tries: int
    last_reply: str


class Slot(NamedTuple):
    """A place among the new texts of a day that may be sent on one calendar day, see `DayLimit`."""

    sent_on: date
    day: date
