"""The list of doubtful answers, as items that belong to no audit; and how items are added."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.quality.reviewing import Doubtful
from keyword_assets.core.questions import Mask, share_key, text_hash, unmasked
from keyword_assets.sql.database.dialects import database_clock
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import writing

_STEP_ROWS = 100


@repeated
def offer(engine: Engine, tables: Tables, doubtful: Sequence[Doubtful], mask: Mask = unmasked) -> int:
    """Replace what is open of the doubtful list; what was judged, or is in somebody's hands, stays as it is.

    Args:
        engine: the database.
        tables: the tables.
        doubtful: the new list.
        mask: what hides personal data in the texts that are sent, and so in what answers are kept under.

    Returns:
        How many are new to it; a text that is on it already, or was judged with this answer, is not there twice.
    """
    items, item = tables.review_items, tables.review_items.c
    listed = item.audit_id.is_(None)
    with writing(engine) as connection:
        untouched = sa.or_(item.handed_until.is_(None), item.handed_until <= database_clock(connection))
        connection.execute(sa.delete(items).where(listed, item.verdict.is_(None), untouched))
        kept = connection.execute(sa.select(item.share_key, item.answer).where(listed))
        there = {(bytes(key), answer) for key, answer in kept}
        rows = [_row(one, mask) for one in doubtful]
        new = [row for row in rows if (row["share_key"], row["answer"]) not in there]
        insert_items(connection, items, new)
    return len(new)


def _row(one: Doubtful, mask: Mask) -> dict[str, Any]:
    return {
        "day": one.day,
        "text_hash": text_hash(one.text),
        "share_key": share_key(one.text, mask),
        "query_text": one.text,
        "messages": one.messages,
        "doubt": one.doubt,
        "why": one.why,
        "answer": one.answer,
    }


def insert_items(connection: Connection, items: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Add items, in their order and in steps that fit into a statement."""
    for step in _steps(rows):
        connection.execute(sa.insert(items), step)


def _steps(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), _STEP_ROWS):
        yield list(rows[start : start + _STEP_ROWS])
