"""A report for tests: two weeks with a gap, and texts that would do harm if they were not taken for texts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from keyword_assets.core.coverage.history import Gap
from keyword_assets.core.models.coverage import DayCoverage, WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.reporting.report import (
    AskedQuestion,
    CategoryDay,
    KeywordCount,
    MissingQuestion,
    Spent,
    period_before,
)
from keyword_assets.reports.report import Report, make_report

START = date(2025, 6, 2)
MADE_AT = datetime(2025, 6, 16, 9, 30)
HOSTILE = (
    "</script><script>window.harmed = 1</script>",
    "<img src=x onerror='window.harmed = 1'>",
    "</style><svg onload=window.harmed=1>",
    '=HYPERLINK("http://harm.example","여기")',
    "+1+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "{{ 7 * 7 }} {% raw %}",
    "글자\x00\x08\ufffe사이",
    "\u202e거꾸로",
    "http://harm.example/누르기",
    "010",
    "😀😭",
)

WITHOUT_DAY = WithoutDay(
    Period(date(2025, 6, 1), date(2025, 6, 16)),
    no_date=1_200,
    impossible=2,
    after=1,
    examples=((None, HOSTILE[1]), ("2025-06-00 00:00:00", HOSTILE[3]), ("2099-01-01 00:00:00", None)),
)


class Facts:
    """A ReportSource whose facts are given; what is not said is this module's."""

    def __init__(self, period: Period | None = None, **facts: Any) -> None:
        self.period = period or Period(START, START + timedelta(days=13))
        self.before = period_before(self.period)
        self._facts = facts

    def coverage(self, period: Period) -> list[DayCoverage]:
        """A hundred questions a day; of the third day 60 are missing, of the fourth one, and the fifth asks nothing."""
        if period == self.before:
            count = self._facts.get("questions_before", 50)
            return [DayCoverage(day, 2 * count, 0, count, count) for day in period.days()]
        rows = [DayCoverage(day, 200, 4, 100, 100) for day in period.days()]
        odd = {2: (200, 4, 100, 40, 20), 3: (200, 4, 1_000, 999), 4: ()}
        return [DayCoverage(row.day, *odd[n]) if n in odd else row for n, row in enumerate(rows)]

    def category_names(self) -> Mapping[int, str]:
        """One of the names is hostile."""
        return {1: "전학, 편입", 2: "<b>굵은</b> 분류", 3: "기타"}

    def category_days(self, period: Period) -> list[CategoryDay]:
        """Two categories on each day."""
        return [CategoryDay(day, category, 10 * category, 20) for day in period.days() for category in (1, 3)]

    def keywords(self) -> Iterable[KeywordCount]:
        """Hostile ones, and 40 others."""
        yield from (KeywordCount(text, 2, 100 - place, 30) for place, text in enumerate(HOSTILE))
        yield from (KeywordCount(f"낱말 {place}", 1, 40 - place, 0) for place in range(40))

    def questions(self) -> Iterable[AskedQuestion]:
        """Hostile ones unless others are given."""
        found = [AskedQuestion(text, 9, 2, START, (text,), (1, 2)) for text in HOSTILE]
        return self._facts.get("questions", found)

    def examples(self, category_id: int, most: int) -> Sequence[AskedQuestion]:
        """One."""
        return [AskedQuestion("<i>보기</i>", 3, 1, START, ("보기",), (category_id,))][:most]

    def missing(self) -> Iterable[MissingQuestion]:
        """One that waits, and one that is quarantined."""
        since = datetime(2025, 6, 5, 12, 30)
        return [MissingQuestion(START, "=기다림", 5), MissingQuestion(START, "거절", 2, "not_json", 3, since)]

    def quarantine_reasons(self) -> Mapping[str, int]:
        """One of our own checks', one of a server's."""
        return {"not_json": 15, "40000 <Bad request>": 5}

    def gaps(self) -> Sequence[Gap]:
        """One that is closed, and one that is open."""
        opened, closed = datetime(2025, 6, 5, 1, 12), datetime(2025, 6, 6, 8)
        return [Gap(START, opened, closed, 7), Gap(START + timedelta(days=2), opened, None, 60)]

    def corrected(self) -> int:
        """Nobody has corrected anything."""
        return 0

    def spent(self) -> Sequence[Spent]:
        """Two days."""
        return [
            Spent(self.period.start + timedelta(days=n), "HCX-007", Usage(2, 0, 0, 300, 40, 500), 1.5) for n in (0, 1)
        ]


def make(period: Period | None = None, **facts: Any) -> tuple[Report, Facts]:
    """The report about these facts."""
    source = Facts(period, **facts)
    without_day = facts.get("without_day", WithoutDay(source.period))
    return make_report(source, MADE_AT, 3, without_day), source
