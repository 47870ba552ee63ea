"""A day with the messages that came for it late: they are counted alone, and the others stand as they were counted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from keyword_assets.core.models.period import Period
from keyword_assets.sql import queries
from keyword_assets.sql.coverage.counting import Counted
from keyword_assets.sql.coverage.marks import added, message_marks, read_marks
from keyword_assets.sql.database.tables import Tables

# With more different texts, or a longer one, the whole day is counted: they are looked up in few and small statements.
_MOST_TEXTS = 5_000
_MOST_CHARS = 400


@dataclass(frozen=True)
class _LateText:
    """What was asked late; no identity for all blank messages together."""

    identity: bytes | None
    messages: int
    text: str | None


def with_late_messages(connection: Connection, tables: Tables, counted: Counted, newest: int) -> Counted | None:
    """The day with its messages after the newest one that was looked at; None where they alone do not tell.

    They tell if no other message of the day came or went, none of its questions was missing, and its rows fit: then a
    text was asked before exactly if it has rows.
    """
    row, period = counted.row, Period.of(counted.row.day)
    key = tables.chattings.c.chatting_pk
    if row.missing or row.orphaned or row.miscounted or "message_texts" not in counted.marks:
        return None
    before = message_marks(connection, tables, period, key <= newest, ["messages"])
    if before.get("messages") != counted.marks.get("messages"):
        return None
    # First, as with counting: what comes meanwhile to a table without transactions is not marked.
    marks = added(counted.marks, message_marks(connection, tables, period, key > newest))
    marks = {**marks, **read_marks(connection, tables, period, ["quarantine"])}
    late = _late_texts(connection, tables, period, key > newest)
    if len(late) > _MOST_TEXTS or any(len(text.text or "") > _MOST_CHARS for text in late):
        return None
    texts = {text.identity: text.text or "" for text in late if text.identity is not None}
    classified = set(_with_rows(connection, tables, row.day, texts))
    new = texts.keys() - classified
    now = replace(
        row,
        messages=row.messages + sum(text.messages for text in late),
        blank=row.blank + sum(text.messages for text in late if text.identity is None),
        questions=row.questions + len(new),
        quarantined=sum(_set_aside(connection, tables, new)),
        # Their rows say how often they were asked before.
        miscounted=len(classified),
    )
    return Counted(now, marks)


def _late_texts(
    connection: Connection, tables: Tables, period: Period, late: sa.ColumnElement[bool]
) -> list[_LateText]:
    asked = queries.texts_of_days(tables, period, late=late, with_text=True)
    texts = queries.with_text_of(tables, asked, asked)
    beginning = sa.func.substr(queries.text_of(tables, asked), 1, _MOST_CHARS + 1)
    statement = sa.select(asked.c.identity, asked.c.messages, beginning).select_from(texts).limit(_MOST_TEXTS + 1)
    return [
        _LateText(None if identity is None else bytes(identity), int(messages), text)
        for identity, messages, text in connection.execute(statement)
    ]


def _with_rows(connection: Connection, tables: Tables, day: date, texts: dict[bytes, str]) -> Iterator[bytes]:
    """Those of the texts that have keyword rows on the day."""
    for chunk in queries.chunks(texts):
        these = queries.rows_about(tables, day, {identity: texts[identity] for identity in chunk})
        found = sa.select(queries.row_identity(tables)).select_from(tables.admin_chat_keywords).where(these).distinct()
        yield from map(bytes, connection.execute(found).scalars())


def _set_aside(connection: Connection, tables: Tables, identities: set[bytes]) -> Iterator[int]:
    """How many of them are in the quarantine."""
    for chunk in queries.chunks(identities):
        these = queries.quarantine_identity(tables).in_(chunk)
        yield connection.execute(sa.select(sa.func.count()).select_from(tables.quarantine).where(these)).scalar_one()
