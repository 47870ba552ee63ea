"""A day with the messages that came for it late: they are counted alone, and the others stand as they were counted."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.sql import queries
from keyword_assets.sql.coverage.counting import Counted
from keyword_assets.sql.coverage.marks import added, message_marks, read_marks
from keyword_assets.sql.database.dialects import bytes_of
from keyword_assets.sql.database.tables import Tables

# With more different texts, or a longer one, the whole day is counted: they are looked up in few and small statements.
_MOST_TEXTS = 5_000
_MOST_CHARS = 400


@dataclass(frozen=True)
class _LateText:
    """What was asked late; no identity for all blank messages together."""

    identity: bytes | None
    messages: int
    text: str


@dataclass(frozen=True)
class _Rows:
    """The least and the greatest count that the keyword rows of a text have."""

    fewest: int
    most: int | None

    def say(self, messages: int) -> bool:
        """Whether each of them says that so many messages ask it."""
        return self.fewest == self.most == messages


def with_late_messages(connection: Connection, tables: Tables, counted: Counted, newest: int) -> Counted | None:
    """The day with its messages after the newest one that was looked at; None where they alone do not tell.

    They tell if no other message of the day came or went, and they are few and short.
    """
    row, period = counted.row, Period.of(counted.row.day)
    key = tables.chattings.c.chatting_pk
    if "message_texts" not in counted.marks:
        return None
    before = message_marks(connection, tables, period, key <= newest, ["messages"])
    if before.get("messages") != counted.marks.get("messages"):
        return None
    # First, as with counting: what comes meanwhile to a table without transactions is not marked.
    marks = added(counted.marks, message_marks(connection, tables, period, key > newest))
    marks = {**marks, **read_marks(connection, tables, period, ["quarantine"])}
    late = _late_texts(connection, tables, period, key > newest)
    if len(late) > _MOST_TEXTS or any(len(text.text) > _MOST_CHARS for text in late):
        return None
    return Counted(_with(connection, tables, row, late, newest), marks)


def _with(
    connection: Connection, tables: Tables, row: DayCoverage, late: Sequence[_LateText], newest: int
) -> DayCoverage:
    """The day's numbers with these texts, each of which is new to the day or was asked on it before."""
    texts = {text.identity: text.text for text in late if text.identity is not None}
    messages = {text.identity: text.messages for text in late}
    rows = dict(_rows(connection, tables, row.day, texts))
    if row.missing or row.orphaned or row.miscounted:
        earlier = _asked_before(connection, tables, Period.of(row.day), texts, newest)
    else:
        # A text was asked before exactly if it has rows, and they say how often.
        earlier = {identity: found.fewest for identity, found in rows.items()}
    new = texts.keys() - earlier.keys()
    were_wrong = [text for text in rows.keys() & earlier.keys() if not rows[text].say(earlier[text])]
    are_wrong = [text for text, found in rows.items() if not found.say(earlier.get(text, 0) + messages[text])]
    return replace(
        row,
        messages=row.messages + sum(messages.values()),
        blank=row.blank + messages.get(None, 0),
        questions=row.questions + len(new),
        classified=row.classified + len(new & rows.keys()),
        quarantined=row.quarantined + sum(_set_aside(connection, tables, new - rows.keys())),
        orphaned=row.orphaned - len(new & rows.keys()),
        miscounted=row.miscounted + len(are_wrong) - len(were_wrong),
    )


def _late_texts(
    connection: Connection, tables: Tables, period: Period, late: sa.ColumnElement[bool]
) -> list[_LateText]:
    asked = queries.texts_of_days(tables, period, late=late, with_text=True)
    texts = queries.with_text_of(tables, asked, asked)
    beginning = sa.func.substr(queries.text_of(tables, asked), 1, _MOST_CHARS + 1)
    statement = sa.select(asked.c.identity, asked.c.messages, beginning).select_from(texts).limit(_MOST_TEXTS + 1)
    return [
        _LateText(None if identity is None else bytes(identity), int(messages), text or "")
        for identity, messages, text in connection.execute(statement)
    ]


def _rows(
    connection: Connection, tables: Tables, day: date, texts: Mapping[bytes, str]
) -> Iterator[tuple[bytes, _Rows]]:
    """Those of the texts that have keyword rows on the day, with the counts of these."""
    count = tables.admin_chat_keywords.c.query_count
    for chunk in queries.chunks(texts):
        these = queries.rows_about(tables, day, {identity: texts[identity] for identity in chunk})
        found = (
            sa.select(queries.row_identity(tables), sa.func.min(sa.func.coalesce(count, -1)), sa.func.max(count))
            .select_from(tables.admin_chat_keywords)
            .where(these)
            .group_by(sa.text("1"))
        )
        for identity, fewest, most in connection.execute(found):
            yield bytes(identity), _Rows(int(fewest), most)


def _asked_before(
    connection: Connection, tables: Tables, period: Period, texts: Mapping[bytes, str], newest: int
) -> dict[bytes, int]:
    """How many messages up to the newest one that was looked at asked each of these, of those that were asked.

    Reads the day's texts once, and hashes and groups few of them: a checksum leaves out nearly all others.
    """
    message, identity = tables.chattings.c, queries.text_identity(tables)
    may_be_one = sa.func.crc32(bytes_of(message.input_text)).in_([crc32(text.encode()) for text in texts.values()])
    statement = (
        sa.select(identity, sa.func.count())
        .select_from(tables.chattings)
        .where(queries.messages_of(tables, period), message.chatting_pk <= newest, may_be_one)
        .where(identity.in_(list(texts)))
        .group_by(sa.text("1"))
    )
    return {bytes(found): int(messages) for found, messages in connection.execute(statement)}


def _set_aside(connection: Connection, tables: Tables, identities: Collection[bytes]) -> Iterator[int]:
    """How many of them are in the quarantine."""
    for chunk in queries.chunks(identities):
        these = queries.quarantine_identity(tables).in_(chunk)
        yield connection.execute(sa.select(sa.func.count()).select_from(tables.quarantine).where(these)).scalar_one()
