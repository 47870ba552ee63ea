"""What we take for granted of the user's tables, and whether it is so here.

| taken for granted | where it is not so |
| --- | --- |
| the columns are there, of types that mean what we take them for | refused before any change (`users_tables`) |
| keyword rows are written in transactions | refused the same way |
| a row can be written that has our columns only | `tables.no_default`: told, nothing could be written |
| the same text may stand in several rows and on several days | `tables.unique_rows`: told, they stay missing |
| `query_text` and `keyword` hold what is written there | `tables.charset`, `tables.short`: told, the same |
| messages are texts | `tables.not_utf8`: told, and read as `as_text` says |
| `chatting_pk` tells messages apart, and grows | not relied on where it is not proven: told as slower |
| an index leads to the messages of a day | `doctor.no_index`: told, with the statement |
| reading does not keep the service's writers waiting | `tables.source_engine`: told |
| `created_at` is of `KEYWORDS_STORED_TIMEZONE` | `tables.behind`, `tables.ahead`: the newest message beside now |
| every message has a day | `without_day`: counted, with examples |
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.core.classifying.answers import MAX_KEYWORD_CHARS
from keyword_assets.sql.database.dialects import as_text, is_mysql
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.schema import takeover
from keyword_assets.sql.schema.users_tables import UsersTable, look_at

# Of a service that is used every day, the newest message is not older, but for nights.
_QUIET = timedelta(hours=3)
# Older, and it is rather a table that nobody writes to any more.
_ABANDONED = timedelta(days=2)
# Clocks differ by seconds.
_AHEAD = timedelta(minutes=10)
# Whoever wants to know whether keys grow looks at so many of the last ones.
_LAST_KEYS = 10_000
_SHORT_TEXT = 1_000


@dataclass(frozen=True)
class Remark:
    """Something about the tables: a text key with its parameters, and how bad it is."""

    key: str
    params: dict[str, Any]
    weight: Literal["note", "warning", "fault"]


def remarks(engine: Engine, tables: Tables, now: datetime) -> list[Remark]:
    """What is not as it is taken for granted; what is refused altogether is told elsewhere.

    Args:
        engine: the database, with its schema in place.
        tables: the tables.
        now: local wall-clock time.
    """
    found = look_at(engine, tables.names)
    return [
        *_about_messages(engine, tables, found["chattings"]),
        *_about_rows(tables, found["admin_chat_keywords"]),
        *_about_speed(engine, tables),
        *about_time(engine, tables, now),
    ]


def _about_messages(engine: Engine, tables: Tables, messages: UsersTable) -> Iterator[Remark]:
    key = tables.chattings.c.chatting_pk.name
    if messages.is_view:
        yield Remark("tables.view", {"table": messages.shown}, "note")
    elif not messages.transactional:
        yield Remark("tables.source_engine", {"table": messages.shown, "engine": messages.engine}, "note")
    if rows := _no_text(engine, tables):
        column = tables.chattings.c.input_text.name
        yield Remark("tables.not_utf8", {"table": messages.shown, "column": column, "rows": rows}, "warning")
    if not tables.key_is_unique:
        lacks = "tables.key_not_alone" if tables.key_grows else "tables.key_not_unique"
        yield Remark(lacks, {"table": messages.shown, "column": key}, "note")
    elif not tables.key_grows:
        yield Remark("tables.key_not_numbered", {"table": messages.shown, "column": key}, "note")
    if tables.key_grows and not _grows(engine, tables):
        yield Remark("tables.key_not_growing", {"table": messages.shown, "column": key}, "note")


@repeated
def _no_text(engine: Engine, tables: Tables) -> int:
    """How many messages hold bytes that are no text, which SQLite takes."""
    if is_mysql(engine.dialect):
        return 0
    text = tables.chattings.c.input_text
    written, read = sa.cast(text, sa.LargeBinary()), sa.cast(as_text(text), sa.LargeBinary())
    with reading(engine) as connection:
        found = connection.execute(sa.select(sa.func.count()).where(written != read))
        return int(found.scalar_one())


@repeated
def _grows(engine: Engine, tables: Tables) -> bool:
    """Whether the newest message is among those with the greatest keys."""
    message = tables.chattings.c
    newest = sa.select(message.chatting_pk).order_by(message.created_at.desc()).limit(1)
    with reading(engine) as connection:
        greatest = connection.execute(sa.select(sa.func.max(message.chatting_pk))).scalar_one()
        return greatest is None or connection.execute(newest).scalar_one() > greatest - _LAST_KEYS


def _about_rows(tables: Tables, rows: UsersTable) -> Iterator[Remark]:
    ours = {column.name.lower() for column in tables.admin_chat_keywords.columns}
    needed = [c.name for c in rows.columns if not c.nullable and not c.has_default and c.name.lower() not in ours]
    if needed:
        yield Remark("tables.no_default", {"table": rows.shown, "columns": ", ".join(needed)}, "fault")
    row = tables.admin_chat_keywords.c
    told_apart_by = {column.name.lower() for column in (row.query_text, row.keyword, row.category_id, row.created_at)}
    for key in rows.unique:
        # A key over other columns too, such as a number that fills itself, keeps nothing out.
        if set(key) <= ours and not told_apart_by <= set(key):
            yield Remark("tables.unique_rows", {"table": rows.shown, "columns": ", ".join(key)}, "warning")
    for column, least in ((row.query_text, _SHORT_TEXT), (row.keyword, MAX_KEYWORD_CHARS)):
        there = rows.column(column.name)
        if there is None or there.charset is None:
            continue
        about = {"table": rows.shown, "column": column.name}
        if there.charset != "utf8mb4":
            yield Remark("tables.charset", {**about, "charset": there.charset}, "warning")
        if there.length is not None and there.length < least:
            yield Remark("tables.short", {**about, "length": there.length}, "warning")


def _about_speed(engine: Engine, tables: Tables) -> Iterator[Remark]:
    for index in takeover.missing_indexes(engine, tables):
        if index.advised:
            about = {"table": index.table, "column": index.column, "statement": index.statement}
            yield Remark("tables.slower", about, "note")


@repeated
def _newest(engine: Engine, tables: Tables, before: datetime) -> datetime | None:
    at = tables.chattings.c.created_at
    with reading(engine) as connection:
        newest: datetime | None = connection.execute(sa.select(sa.func.max(at)).where(at < before)).scalar_one()
    # A DATE says nothing about hours.
    return newest if isinstance(newest, datetime) else None


def about_time(engine: Engine, tables: Tables, now: datetime) -> Iterator[Remark]:
    """The newest message beside the time that the service's clock should show now, local wall-clock time."""
    clock = now.replace(tzinfo=tables.days.local).astimezone(tables.days.stored).replace(tzinfo=None)
    # Beyond a day it is no matter of zones; those are counted among the messages without a day.
    newest = _newest(engine, tables, clock + timedelta(days=1))
    if newest is None:
        return
    column = tables.chattings.c.created_at.name
    about = {"newest": f"{newest:%Y-%m-%d %H:%M}", "zone": tables.days.stored.key, "column": column}
    if newest > clock + _AHEAD:
        yield Remark("tables.ahead", {**about, "hours": _hours(newest - clock)}, "warning")
    elif clock - newest > _ABANDONED:
        yield Remark("tables.quiet", {"newest": about["newest"]}, "note")
    elif clock - newest > _QUIET:
        yield Remark("tables.behind", {**about, "hours": _hours(clock - newest)}, "warning")


def _hours(difference: timedelta) -> str:
    return f"{difference / timedelta(hours=1):.1f}"
