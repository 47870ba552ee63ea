"""Doubtful answers handed to the reviewers: rows of `keyword_review_items` that belong to no audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.core.questions import Mask, share_key, text_hash
from keyword_assets.sql.database.dialects import database_clock
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import HASH, LONG_TEXT, SHORT_TEXT
from keyword_assets.sql.database.transactions import writing

_STEP_ROWS = 100
_MOST_WHY = 255
# Declared and made with the audits, of which it is a part.
_ITEMS = sa.table(
    "keyword_review_items",
    sa.column("audit_id", sa.BigInteger()),
    sa.column("day", sa.Date()),
    sa.column("text_hash", HASH),
    sa.column("share_key", HASH),
    sa.column("query_text", LONG_TEXT),
    sa.column("messages", sa.BigInteger()),
    sa.column("answer", LONG_TEXT),
    sa.column("doubt", sa.Double()),
    sa.column("why", SHORT_TEXT),
    sa.column("handed_until", sa.Double()),
    sa.column("verdict", sa.String(16)),
)


@dataclass(frozen=True)
class Doubtful:
    """An answer in its stored form that is worth a look; `why` says so in words, and the greater `doubt`, the more."""

    day: date
    text: str
    messages: int
    answer: str
    doubt: float
    why: str


@repeated
def offer(engine: Engine, doubtful: Sequence[Doubtful], mask: Mask) -> int:
    """Replace what is open of the doubtful list; what was judged, or is in somebody's hands, stays as it is.

    Returns:
        How many are new to it; a text that is on it already, or was judged with this answer, is not there twice.
    """
    item = _ITEMS.c
    with writing(engine) as connection:
        untouched = sa.or_(item.handed_until.is_(None), item.handed_until <= database_clock(connection))
        ours = item.audit_id.is_(None)
        connection.execute(sa.delete(_ITEMS).where(ours, item.verdict.is_(None), untouched))
        kept = {
            (bytes(key), answer)
            for key, answer in connection.execute(sa.select(item.share_key, item.answer).where(ours))
        }
        new = [row for row in (_row(one, mask) for one in doubtful) if (row["share_key"], row["answer"]) not in kept]
        for start in range(0, len(new), _STEP_ROWS):
            connection.execute(sa.insert(_ITEMS), new[start : start + _STEP_ROWS])
    return len(new)


def _row(one: Doubtful, mask: Mask) -> dict[str, object]:
    return {
        "day": one.day,
        "text_hash": text_hash(one.text),
        "share_key": share_key(one.text, mask),
        "query_text": one.text,
        "messages": one.messages,
        "doubt": one.doubt,
        "why": one.why[:_MOST_WHY],
        "answer": one.answer,
    }
