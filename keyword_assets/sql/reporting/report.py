"""A ReportSource over SQL. What may be long is read once, as a stream, into a temporary file."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.coverage.history import Gap
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.questions import Mask, unmasked
from keyword_assets.core.reporting.report import (
    AskedOnDay,
    AskedQuestion,
    CategoryDay,
    KeywordCount,
    MissingQuestion,
    Spent,
    period_before,
)
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.coverage import missing_queries
from keyword_assets.sql.coverage.counting import Missing
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.spool import Spool, day_of, iso, time_of
from keyword_assets.sql.database.transactions import reading, streamed
from keyword_assets.sql.queries import chunks
from keyword_assets.sql.reporting import queries as report_queries
from keyword_assets.sql.rows import Asked, KeywordRow, rows_there

# As many as a sheet can hold, about; the most asked come first.
MOST_LISTED = 1_000_000
# For a page, which shows fewer: reading a million for it would be for nothing.
LISTED = 100
_PAGE_ROWS = 500
# Up to so many texts it is cheaper to look up the keyword rows of each than to group all of the period.
_LOOKED_UP = 500
# If no more are missing, they are remembered as the days are counted, and only their texts are looked up.
_MISSING_REMEMBERED = 5_000
# A few MB of them.
_KEYWORDS_REMEMBERED = 20_000
# What of a list stays in memory before it goes to a temporary file.
_SPOOL_BYTES = 1_000_000


class SqlReportSource:
    """The facts of a period.

    Args:
        store: the database.
        period: the days; they are compared with as many days just before.
        listed: at most so many questions, and so many missing ones, are handed out; None for all.
        mask: what texts of messages, and keywords made from them, go through before anybody sees them.
    """

    def __init__(
        self, store: SqlQuestionStore, period: Period, *, listed: int | None = MOST_LISTED, mask: Mask = unmasked
    ) -> None:
        self.period = period
        self.before = period_before(period)
        self._store = store
        self._listed = listed
        self._mask = mask
        # A keyword stands in many rows.
        self._mask_keyword = lru_cache(_KEYWORDS_REMEMBERED)(mask)
        self._days: list[DayCoverage] | None = None
        self._found: Mapping[date, Sequence[Missing]] = {}

    def coverage(self, period: Period) -> list[DayCoverage]:
        """Each day of the period, oldest first."""
        if period != self.period:
            return self._store.coverage(period)
        self._days, self._found = self._store.coverage_with_missing(period, self._remembered)
        return self._days

    @property
    def _remembered(self) -> int:
        """How many of a day's missing questions are remembered as it is counted."""
        if self._listed is not None and self._listed <= _LOOKED_UP:
            return self._listed
        return _MISSING_REMEMBERED // sum(1 for _ in self.period.days())

    def category_names(self) -> Mapping[int, str]:
        """The names of `admin_categories` by id."""
        return self._names

    @cached_property
    def _names(self) -> Mapping[int, str]:
        return self._store.category_names()

    def category_days(self, period: Period) -> list[CategoryDay]:
        """Each day and category that has questions."""
        rows = self._all(report_queries.category_days(self._store.tables, period))
        return [
            CategoryDay(day, category, int(questions), int(messages)) for day, category, questions, messages in rows
        ]

    def keywords(self) -> Iterable[KeywordCount]:
        """Every keyword of the period, the most asked first."""
        return self._keywords

    @cached_property
    def _keywords(self) -> Spool[KeywordCount]:
        statement = report_queries.keywords(self._store.tables, self.period, self.before)

        def told(rows: Iterable[Any]) -> Iterator[KeywordCount]:
            for keyword, questions, messages, before in rows:
                yield KeywordCount(self._mask_keyword(keyword), int(questions), int(messages), int(before))

        return self._spooled(statement, told, _packed_keyword, _unpacked_keyword)

    def questions(self) -> Iterable[AskedQuestion]:
        """The texts of the period, the most asked first."""
        return self._questions

    @cached_property
    def _questions(self) -> Iterable[AskedQuestion]:
        if self._listed is not None and self._listed <= _LOOKED_UP:
            return self._few(report_queries.most_asked(self._store.tables, self.period, self._listed))
        return self._spooled(
            report_queries.questions(self._store.tables, self.period, self._listed),
            self._asked,
            _packed_asked,
            _unpacked_asked,
        )

    def examples(self, category_id: int, most: int) -> Sequence[AskedQuestion]:
        """The texts of a category that were asked most."""
        return self._few(report_queries.examples(self._store.tables, self.period, category_id, most))

    @repeated
    def _few(self, statement: sa.Select[Any]) -> list[AskedQuestion]:
        """A few texts; their keyword rows are looked up, where a join would group those of the whole period."""
        asked, said = self._store.read(lambda engine: self._with_rows(engine, statement))
        return [
            AskedQuestion(self._mask(text), int(messages), int(days), day, *self._said(_in_order(said, (day, text))))
            for text, messages, days, day in asked
        ]

    def _with_rows(self, engine: Engine, statement: sa.Select[Any]) -> tuple[Sequence[Any], Mapping[Asked, Any]]:
        with reading(engine) as connection:
            asked = connection.execute(statement).all()
            return asked, rows_there(connection, self._store.tables, ((day, text) for text, _, _, day in asked))

    def _asked(self, rows: Iterable[Any]) -> Iterator[AskedQuestion]:
        """Rows of the same text, which follow each other, as one question with its keywords."""
        for _, group in groupby(rows, key=lambda row: row[0]):
            same = list(group)
            _, text, messages, days, last_day, *_ = same[0]
            yield AskedQuestion(self._mask(text), int(messages), int(days), last_day, *self._said(same))

    def _said(self, rows: Sequence[Any]) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """The keywords and the categories, each once, that stand at the end of these rows."""
        keywords = (row[-2] for row in rows if row[-2] is not None)
        categories = (row[-1] for row in rows if row[-1] is not None)
        return tuple(dict.fromkeys(map(self._mask_keyword, keywords))), tuple(dict.fromkeys(map(int, categories)))

    def questions_by_day(self) -> Spool[AskedOnDay]:
        """The questions of the period by day, the most asked first; all of them, and read anew each time."""

        def told(rows: Iterable[Any]) -> Iterator[AskedOnDay]:
            for _, group in groupby(rows, key=lambda row: (row[1], row[0])):
                same = list(group)
                _, day, messages, text, classified_on, *_ = same[0]
                yield AskedOnDay(day, self._mask(text), int(messages), classified_on is not None, *self._said(same))

        return self._spooled(
            report_queries.questions_by_day(self._store.tables, self.period), told, _packed_on_day, _unpacked_on_day
        )

    def missing(self) -> Iterable[MissingQuestion]:
        """The questions without keywords, the most asked first."""
        return self._missing

    @cached_property
    def _missing(self) -> Iterable[MissingQuestion]:
        def told(rows: Iterable[Any]) -> Iterator[MissingQuestion]:
            for day, text, messages, reason, tries, since in rows:
                yield MissingQuestion(day, self._mask(text), int(messages), reason, tries or 0, since)

        period = self._from_first_to_last(lambda day: day.missing)
        if period is None:
            return ()
        counted = self._among_the_counted()

        def read(connection: Connection) -> Iterable[Any]:
            if counted is not None:
                return self._with_texts(connection, counted)
            return streamed(connection, missing_queries.missing(self._store.tables, period, self._listed), _PAGE_ROWS)

        return self._spooled_from(read, told, _packed_missing, _unpacked_missing)

    def _among_the_counted(self) -> Sequence[Missing] | None:
        """The missing questions that are listed, if they are among those that were remembered; else None."""
        if self._days is None:
            return None
        for row in self._days:
            needed = row.missing if self._listed is None else min(row.missing, self._listed)
            if len(self._found.get(row.day, ())) < needed:
                return None
        return sorted(chain.from_iterable(self._found.values()), key=attrgetter("place"))[: self._listed]

    def _with_texts(self, connection: Connection, found: Sequence[Missing]) -> Iterator[tuple[Any, ...]]:
        """Each with its text and since when it is missing, but for those whose messages went away just now."""
        for some in chunks(found):
            keys = [missing.first for missing in some]
            statement = missing_queries.missing_by_key(self._store.tables, self.period, keys)
            texts = {key: told for key, *told in connection.execute(statement)}
            for missing in some:
                if missing.first in texts:
                    text, since = texts[missing.first]
                    yield (
                        missing.day,
                        text,
                        missing.messages,
                        missing.reason,
                        missing.tries,
                        since or missing.quarantined_at,
                    )

    def quarantine_reasons(self) -> Mapping[str, int]:
        """How many missing questions are quarantined for which reason."""
        period = self._from_first_to_last(lambda day: day.quarantined)
        rows = self._all(missing_queries.quarantine_reasons(self._store.tables, period)) if period else ()
        return {reason: int(number) for reason, number in rows}

    def _from_first_to_last(self, has: Callable[[DayCoverage], int]) -> Period | None:
        """From the first to the last day that has some, where the days were counted before; None if there is none."""
        if self._days is None:
            return self.period
        days = [row.day for row in self._days if has(row)]
        return Period(days[0], days[-1]) if days else None

    def gaps(self) -> Sequence[Gap]:
        """The gaps of the period's days as their reports have them, oldest first."""
        return self._store.days.gaps(self.period)

    def spent(self) -> Sequence[Spent]:
        """What each day's questions cost, by model."""
        rows = self._all(report_queries.spent(self._store.tables, self.period))
        return [
            Spent(day, model, Usage(*(int(number) for number in numbers)), float(cost))
            for day, model, *numbers, cost in rows
        ]

    def corrected(self) -> int:
        """How many questions of the period a person has answered."""
        return self._store.replaced.questions(self.period)

    @repeated
    def _all(self, statement: sa.Select[Any]) -> list[Any]:
        return self._store.read(lambda engine: _all_of(engine, statement))

    def _spooled(
        self,
        statement: sa.Select[Any],
        told: Callable[[Iterable[Any]], Iterator[Any]],
        pack: Callable[[Any], Any],
        unpack: Callable[[Any], Any],
    ) -> Spool[Any]:
        """What a statement finds, read once.

        Raises:
            InputError: the folder for temporary files cannot hold it.
        """
        return self._spooled_from(lambda connection: streamed(connection, statement, _PAGE_ROWS), told, pack, unpack)

    @repeated
    def _spooled_from(
        self,
        rows: Callable[[Connection], Iterable[Any]],
        told: Callable[[Iterable[Any]], Iterator[Any]],
        pack: Callable[[Any], Any],
        unpack: Callable[[Any], Any],
    ) -> Spool[Any]:
        return self._store.read(lambda engine: _spool_of(engine, rows, told, Spool(pack, unpack, _SPOOL_BYTES)))


def _all_of(engine: Engine, statement: sa.Select[Any]) -> list[Any]:
    with reading(engine) as connection:
        return list(connection.execute(statement))


def _spool_of(
    engine: Engine,
    rows: Callable[[Connection], Iterable[Any]],
    told: Callable[[Iterable[Any]], Iterator[Any]],
    spool: Spool[Any],
) -> Spool[Any]:
    with reading(engine) as connection:
        try:
            spool.fill(told(rows(connection)), _PAGE_ROWS)
        except OSError as error:
            raise InputError("report.unwritable", path=tempfile.gettempdir(), reason=error.strerror) from error
    return spool


def _in_order(found: Mapping[Asked, Sequence[KeywordRow]], asked: Asked) -> list[tuple[str | None, int | None]]:
    """Keyword and category of a question's rows, in the order in which a database sorts them."""
    said = {(row.keyword, row.category_id) for row in found.get(asked, ())}
    return sorted(said, key=lambda pair: (pair[0] is not None, pair[0] or "", pair[1] is not None, pair[1] or 0))


# -- rows in a spool --------------------------------------------------------------------------------------------------


def _unpacked_keyword(row: Sequence[Any]) -> KeywordCount:
    return KeywordCount(*row)


def _packed_keyword(found: KeywordCount) -> tuple[Any, ...]:
    return found.keyword, found.questions, found.messages, found.before


def _packed_asked(found: AskedQuestion) -> tuple[Any, ...]:
    return found.text, found.messages, found.days, iso(found.last_day), found.keywords, found.categories


def _unpacked_asked(row: Sequence[Any]) -> AskedQuestion:
    text, messages, days, last_day, keywords, categories = row
    return AskedQuestion(text, messages, days, day_of(last_day), tuple(keywords), tuple(categories))  # type: ignore[arg-type]


def _packed_on_day(found: AskedOnDay) -> tuple[Any, ...]:
    return iso(found.day), found.text, found.messages, found.classified, found.keywords, found.categories


def _unpacked_on_day(row: Sequence[Any]) -> AskedOnDay:
    day, text, messages, classified, keywords, categories = row
    return AskedOnDay(date.fromisoformat(day), text, messages, classified, tuple(keywords), tuple(categories))


def _packed_missing(found: MissingQuestion) -> tuple[Any, ...]:
    return iso(found.day), found.text, found.messages, found.reason, found.tries, iso(found.since)


def _unpacked_missing(row: Sequence[Any]) -> MissingQuestion:
    day, text, messages, reason, tries, since = row
    return MissingQuestion(date.fromisoformat(day), text, messages, reason, tries, time_of(since))
