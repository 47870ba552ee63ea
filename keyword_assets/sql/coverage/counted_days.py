"""Coverage without counting again what has not changed.

Each day's numbers are kept with the time at which they were counted. They are as good as counted now if the server says
that none of the tables they come from was written since (InnoDB keeps the time of a table's last commit; it is unknown
after a restart of the server, of views and on SQLite).

Where a service writes all the time, the marks of a day tell whether it has changed (see `marks`). Those by keys leave
open whether a text was edited in place. They are relied on for so many hours, and only while newer rows explain that a
table was written; then, and where keys are not proven, it takes the marks by texts.

For whoever need not be exact to the second, a day is counted again only if messages came for it or its numbers are old.

Messages that came are found among the last ones by their keys, where those are proven to be keys; elsewhere each day's
messages are counted, without their texts.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.models.coverage import COUNTED, ROW_FAULTS, DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.sql import queries
from keyword_assets.sql.coverage.counting import Counted, count_and_mark
from keyword_assets.sql.coverage.late import with_late_messages
from keyword_assets.sql.coverage.marks import Marks, newest_row, read_marks
from keyword_assets.sql.database.by_key import insert_or_update
from keyword_assets.sql.database.dialects import database_clock, is_mysql, is_sqlite
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.replica import Read
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, writing
from keyword_assets.sql.database.working_tables import MARKS

_NUMBERS = (*COUNTED, *ROW_FAULTS)
# The time of a table's last commit comes in whole seconds.
_GRAIN_SECONDS = 1.0
# An edit in place and rows deleted by hand leave no trace that is cheap to find: numbers older than this are renewed.
FULL_LOOK_SECONDS = 6 * 3600
# A message's key is given before its transaction ends: one that began earlier may become visible later. Among so many
# of the last keys, the number of messages is compared.
_LATE_KEYS = 10_000
# What was looked at is noted only when the next look would have to go back by so many keys more: a note is a write for
# each day, and messages come all the time.
_FAR_KEYS = 5_000
# How long ago a table was written last. MariaDB takes the time when one took the name of another for its making.
_AGE = sa.text(
    "SELECT TIMESTAMPDIFF(SECOND, GREATEST(UPDATE_TIME, COALESCE(CREATE_TIME, UPDATE_TIME)), NOW()) "
    "FROM information_schema.TABLES "
    "WHERE TABLE_SCHEMA = COALESCE(:schema, DATABASE()) AND TABLE_NAME = :name"
)


@dataclass(frozen=True)
class _Newest:
    """The time by the database's clock, and the newest message and keyword row: 0 where keys do not tell."""

    at: float
    message: int
    row: int


@dataclass(frozen=True)
class _CountedDay:
    """A day's numbers, when they were counted, and the newest message that was looked at for them.

    `recent_messages` is how many of the day's messages were among the last ones up to that. `newest_row` and the marks
    are of the moment of counting; older versions kept none.
    """

    row: DayCoverage
    counted_at: float
    newest_message: int
    recent_messages: int
    newest_row: int
    marks: Marks

    def saw(self, newest: _Newest) -> bool:
        """Whether these are the newest that it has seen: a table may take the name of another, with its own time."""
        return (self.newest_message, self.newest_row) == (newest.message, newest.row)


@dataclass(frozen=True)
class _Written:
    """When each table was last written at the latest, by the database's clock; None if the server does not know."""

    messages: float | None
    rows: float | None
    quarantine: float | None

    @property
    def last(self) -> float | None:
        """The last of the three; None if one of them is not known."""
        known = [at for at in (self.messages, self.rows, self.quarantine) if at is not None]
        return max(known) if len(known) == 3 else None


class CountedDays:
    """The kept numbers of days.

    Args:
        engine: the database.
        tables: the tables.
        read: where days are counted; the database itself by default.
    """

    def __init__(self, engine: Engine, tables: Tables, read: Read | None = None) -> None:
        self._engine = engine
        self._read = read or (lambda work: work(engine))
        self._tables = tables
        self._table = tables.facts

    def current(self, period: Period) -> list[DayCoverage]:
        """Each day of the period as it is now: counted, but for those of which it is known that nothing has changed.

        On one connection, since several would keep the service waiting: its writers need the server's cores, too.
        """
        return [counted.row for counted in self.current_with_missing(period, 0)]

    def current_with_missing(self, period: Period, most: int) -> list[Counted]:
        """The same, with so many at most of the missing questions of each day that had to be counted."""
        with reading(self._engine) as connection:
            kept = {} if is_sqlite(connection.dialect) else self._kept(connection, period)
            newest, written = self._newest(connection), self._written(connection, kept.values())
            found = {day: self._now(connection, fact, _in_doubt(fact, written, newest)) for day, fact in kept.items()}
        known = {day: counted for day, counted in found.items() if counted}
        # Not to be kept, and so without marks.
        counted = self._counted([day for day in period.days() if day not in known], (), most)
        known |= {day.row.day: day for day in counted}
        return [known[day] for day in period.days()]

    def proven(self, period: Period) -> list[DayCoverage] | None:
        """Each day of the period, if the server vouches that nothing has changed since it was counted; else None."""
        with reading(self._engine) as connection:
            kept = self._kept(connection, period)
            vouched = self._vouched(connection, kept, period, self._newest(connection))
        return [kept[day].row for day in period.days()] if vouched else None

    def recount(self, period: Period) -> list[DayCoverage]:
        """Each day of the period counted now, and kept."""
        with reading(self._engine) as connection:
            newest = self._newest(connection)
            recent = self._recent_messages(connection, newest.message, period)
        counted = self._counted(list(period.days()))
        self._keep(counted, newest, recent)
        return [day.row for day in counted]

    def confirm(self, period: Period) -> None:
        """After the last write of a run over many messages: count once more, late enough to be proven from now on."""
        if is_mysql(self._engine.dialect) and self.proven(period) is None:
            time.sleep(2 * _GRAIN_SECONDS)
            self.recount(period)

    def look(self, period: Period, seconds: float) -> list[DayCoverage]:
        """The days of the period whose numbers are known, counted again where something may have changed.

        Costs next to nothing if nothing did, and no more than the days concerned if messages came late. Newest days
        first, and none is begun after so many seconds: the next look goes on.
        """
        deadline = time.monotonic() + seconds
        with reading(self._engine) as connection:
            newest, kept = self._newest(connection), self._kept(connection, period)
            if self._vouched(connection, kept, period, newest):
                return [kept[day].row for day in period.days()]
            far = any(fact.newest_message < newest.message - _FAR_KEYS for fact in kept.values())
            recent = self._recent_messages(connection, newest.message, period) if far else {}
            touched = self._touched(connection, kept)
        old = {day for day, fact in kept.items() if fact.counted_at < newest.at - FULL_LOOK_SECONDS}
        doubtful = {day for day in period.days() if day not in kept} | touched | old
        known = {day: fact.row for day, fact in kept.items()}
        for day in sorted(doubtful, reverse=True):
            if time.monotonic() > deadline:
                known.pop(day, None)
            elif day in touched:
                known[day] = self._recounted(kept[day])
            elif day not in kept or not self._renewed(kept[day]):
                (known[day],) = self.recount(Period.of(day))
        if far:
            self._seen(set(kept) - doubtful, newest.message, recent)
        return [known[day] for day in sorted(known)]

    def _counted(self, days: Sequence[date], wanted: Collection[str] = MARKS, missing: int = 0) -> list[Counted]:
        if not days:
            return []
        return self._read(lambda engine: count_and_mark(engine, self._tables, days, wanted, missing=missing))

    # -- parts --------------------------------------------------------------------------------------------------------

    def _kept(self, connection: Connection, period: Period) -> dict[date, _CountedDay]:
        columns = self._table.c
        rows = connection.execute(sa.select(self._table).where(columns.day.between(period.start, period.end)))
        return {row["day"]: _counted_day(row) for row in rows.mappings()}

    def _vouched(
        self, connection: Connection, kept: Mapping[date, _CountedDay], period: Period, newest: _Newest
    ) -> bool:
        """Whether the server says that nothing has changed since any day of the period was counted."""
        if len(kept) < _length(period):
            return False
        changed_at = self._written(connection, kept.values()).last
        return changed_at is not None and all(
            fact.counted_at > changed_at and fact.saw(newest) for fact in kept.values()
        )

    def _written(self, connection: Connection, kept: Collection[_CountedDay]) -> _Written:
        """When the tables behind these numbers were last written."""
        if is_sqlite(connection.dialect):
            return _Written(None, None, None)
        now = database_clock(connection)
        messages, rows, quarantine = (
            None if age is None else now - float(age) + _GRAIN_SECONDS
            for age in (
                connection.execute(_AGE, {"schema": table.schema, "name": table.name}).scalar()
                for table in (self._tables.chattings, self._tables.admin_chat_keywords, self._tables.quarantine)
            )
        )
        # A quarantine that was never used has no time; as long as it is empty its number is known all the same.
        empty = (
            connection.execute(sa.select(sa.literal(1)).select_from(self._tables.quarantine).limit(1)).first() is None
        )
        if quarantine is None and empty and not any(fact.row.quarantined for fact in kept):
            quarantine = 0.0
        return _Written(messages, rows, quarantine)

    def _now(self, connection: Connection, fact: _CountedDay, doubted: Collection[str]) -> Counted | None:
        """The day as it is now, if it is as it was or messages alone have come for it; None if it has to be counted."""
        before = Counted(fact.row, fact.marks)
        if self._holds(connection, fact, doubted):
            return before
        others = set(doubted) - {"messages"}
        if others == set(doubted) or not self._holds(connection, fact, others):
            return None
        return with_late_messages(connection, self._tables, before, fact.newest_message)

    def _holds(self, connection: Connection, fact: _CountedDay, doubted: Collection[str]) -> bool:
        """Whether these marks are the same as when the day was counted."""
        if not fact.marks.keys() >= set(doubted):
            return False
        marks = read_marks(connection, self._tables, Period.of(fact.row.day), doubted)
        return all(marks.get(name) == fact.marks[name] for name in doubted)

    def _recounted(self, fact: _CountedDay) -> DayCoverage:
        """The day that messages came for, or went from; kept."""
        period = Period.of(fact.row.day)
        with reading(self._engine) as connection:
            newest = self._newest(connection)
            recent = self._recent_messages(connection, newest.message, period)
            counted = self._now(connection, fact, _in_doubt(fact, self._written(connection, [fact]), newest))
        if counted is None:
            (row,) = self.recount(period)
            return row
        # As old as before: an edit in place of the other messages would not have been noticed.
        self._keep([counted], replace(newest, at=fact.counted_at), recent)
        return counted.row

    def _renewed(self, fact: _CountedDay) -> bool:
        """Whether the day is the same text by text, so that its numbers are as good as counted now; noted if so."""
        if not fact.marks.keys() >= {"message_texts", "row_texts"}:
            return False
        doubted = fact.marks.keys() - (set() if fact.row.missing else {"quarantine"})
        with reading(self._engine) as connection:
            now = database_clock(connection)
            if not self._holds(connection, fact, doubted):
                return False
        with writing_alone(self._engine, self._tables) as connection:
            those = self._table.c.day == fact.row.day, self._table.c.counted_at == fact.counted_at
            connection.execute(sa.update(self._table).where(*those).values(counted_at=now))
        return True

    def _newest(self, connection: Connection) -> _Newest:
        now, message = database_clock(connection), self._newest_message(connection)
        return _Newest(now, message, newest_row(connection, self._tables))

    def _newest_message(self, connection: Connection) -> int:
        """The greatest key; 0 where keys do not tell which message is newer."""
        if not self._tables.key_grows:
            return 0
        return connection.execute(sa.select(sa.func.max(self._tables.chattings.c.chatting_pk))).scalar_one() or 0

    def _recent_messages(self, connection: Connection, newest: int, period: Period) -> dict[date, int]:
        """How many of the last messages, by their keys, are there for each day of the period."""
        if not self._tables.key_grows:
            return {}
        key = self._tables.chattings.c.chatting_pk
        return self._by_day(connection, period, key > newest - _LATE_KEYS, key <= newest)

    def _by_day(self, connection: Connection, period: Period, *which: sa.ColumnElement[bool]) -> dict[date, int]:
        """How many messages there are for each day of the period."""
        statement = (
            sa.select(queries.message_day(self._tables, period), sa.func.count())
            .select_from(self._tables.chattings)
            .where(queries.messages_of(self._tables, period), *which)
            .group_by(sa.text("1"))
        )
        return {day: int(number) for day, number in connection.execute(statement)}

    def _touched(self, connection: Connection, kept: Mapping[date, _CountedDay]) -> set[date]:
        """The days that messages came for, or went from, since each was counted."""
        if not kept:
            return set()
        period = Period(min(kept), max(kept))
        if self._tables.key_grows:
            return self._days_with_new_messages(connection, kept, period)
        there = self._by_day(connection, period)
        return {day for day, known in kept.items() if there.get(day, 0) != known.row.messages}

    def _days_with_new_messages(
        self, connection: Connection, kept: Mapping[date, _CountedDay], period: Period
    ) -> set[date]:
        """The days that messages came for since each was counted; looks at the newest messages only, by their keys."""
        message, fact = self._tables.chattings.c, self._table.c
        oldest = min(fact.newest_message for fact in kept.values())
        statement = (
            sa.select(
                fact.day,
                sa.func.sum(sa.case((message.chatting_pk > fact.newest_message, 1), else_=0)),
                sa.func.sum(sa.case((message.chatting_pk > fact.newest_message, 0), else_=1)),
            )
            .where(
                message.chatting_pk > oldest - _LATE_KEYS,
                message.chatting_pk > fact.newest_message - _LATE_KEYS,
                queries.messages_of(self._tables, period),
                fact.day == queries.message_day(self._tables, period),
            )
            .group_by(fact.day)
        )
        found = {day: (int(new), int(recent)) for day, new, recent in connection.execute(statement)}
        return {day for day, known in kept.items() if found.get(day, (0, 0)) != (0, known.recent_messages)}

    def _seen(self, days: Collection[date], newest: int, recent: Mapping[date, int]) -> None:
        """No message up to this one was for these days, but for those that were counted: look at later ones next."""
        if not days:
            return
        table = self._table
        alike: dict[int, list[date]] = {}
        for day in sorted(days):
            alike.setdefault(recent.get(day, 0), []).append(day)
        with writing_alone(self._engine, self._tables) as connection:
            for number, those in alike.items():
                for chunk in queries.chunks(those):
                    these = sa.update(table).where(table.c.day.in_(chunk), table.c.newest_message < newest)
                    connection.execute(these.values(newest_message=newest, recent_messages=number))

    def _keep(self, counted: Sequence[Counted], newest: _Newest, recent: Mapping[date, int]) -> None:
        table = self._table
        values = [
            {
                "day": day.row.day,
                "counted_at": newest.at,
                "newest_message": newest.message,
                "recent_messages": recent.get(day.row.day, 0),
                "newest_row": newest.row,
                **{f"{name}_mark": day.marks.get(name) for name in MARKS},
                **{name: getattr(day.row, name) for name in _NUMBERS},
            }
            # In one order, for all who write; each row has all that it says from the last one who counted.
            for day in sorted(counted, key=lambda day: day.row.day)
        ]
        numbers = [column.name for column in table.c if not column.primary_key]
        with writing(self._engine) as connection:
            connection.execute(insert_or_update(table, connection.dialect, numbers), values)


def _counted_day(row: sa.RowMapping) -> _CountedDay:
    """A row of the kept numbers."""
    return _CountedDay(
        DayCoverage(row["day"], *(row[name] for name in _NUMBERS)),
        row["counted_at"],
        row["newest_message"],
        row["recent_messages"],
        row["newest_row"] or 0,
        {name: mark for name in MARKS if (mark := row[f"{name}_mark"]) is not None},
    )


def _in_doubt(fact: _CountedDay, written: _Written, newest: _Newest) -> list[str]:
    """The marks that tell whether a day has changed: of each table that may have been written since it was counted."""
    by_keys = fact.counted_at >= newest.at - FULL_LOOK_SECONDS
    doubted: list[str] = []
    if newest.message != fact.newest_message or not _is_before(written.messages, fact):
        explained = written.messages is None or newest.message > fact.newest_message
        doubted.append("messages" if by_keys and explained and "messages" in fact.marks else "message_texts")
    if newest.row != fact.newest_row or not _is_before(written.rows, fact):
        explained = written.rows is None or newest.row > fact.newest_row
        doubted.append("rows" if by_keys and explained and "rows" in fact.marks else "row_texts")
    # What is missing can be set aside, and what is not cannot.
    if fact.row.missing and not _is_before(written.quarantine, fact):
        doubted.append("quarantine")
    return doubted


def _is_before(written_at: float | None, fact: _CountedDay) -> bool:
    """Whether a table was written before the day was counted, and not since."""
    return written_at is not None and written_at < fact.counted_at


def _length(period: Period) -> int:
    return (period.end - period.start).days + 1
