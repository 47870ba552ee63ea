"""Some messages of a table that is about to be taken for that of the messages, and the days that it has."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.sql.database.dialects import as_text, is_a_day
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading

# An older one is a slip of somebody's, such as the year 1.
_OLDEST = datetime(2000, 1, 1)


@dataclass(frozen=True)
class Message:
    """One message as it is stored; its parts may be anything, and are somebody else's."""

    key: Any
    text: Any
    at: Any


@repeated
def some_messages(engine: Engine, tables: Tables, most: int) -> list[Message]:
    """So many messages: those with the greatest keys where there is a key to find them by, else the first at hand."""
    message = tables.chattings.c
    statement = sa.select(
        sa.type_coerce(message.chatting_pk, sa.types.NULLTYPE),
        as_text(message.input_text),
        sa.type_coerce(message.created_at, sa.types.NULLTYPE),
    )
    if tables.key_is_unique:
        statement = statement.order_by(message.chatting_pk.desc())
    with reading(engine) as connection:
        return [Message(*row) for row in connection.execute(statement.limit(most))]


@repeated
def first_and_last_day(engine: Engine, tables: Tables, before: datetime) -> tuple[date, date] | None:
    """The local days of the oldest and of the newest message before a stored time; None where there is none."""
    at = tables.chattings.c.created_at
    # A lax server has 2025-06-00, for which a driver has no value. In the order of the index, which ends at the first.
    found = sa.select(at).where(at >= _OLDEST, at < before, is_a_day(at)).limit(1)
    with reading(engine) as connection:
        oldest, newest = (connection.scalar(found.order_by(order)) for order in (at.asc(), at.desc()))
    if oldest is None or newest is None:
        return None
    return _day(oldest, tables), _day(newest, tables)


def _day(at: datetime | date, tables: Tables) -> date:
    if not isinstance(at, datetime):
        return at
    return at.replace(tzinfo=tables.days.stored).astimezone(UTC).astimezone(tables.days.local).date()
