"""The table of review items, as the audits declare it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from keyword_assets.sql.database.tables import BIG_ID, HASH, LONG_TEXT, SHORT_TEXT, UTF8MB4, WallClock

_NULLABLE: dict[str, Any] = {
    "stratum": sa.Integer(),
    "weight": sa.Double(),
    "doubt": sa.Double(),
    "why": SHORT_TEXT,
    "handed_to": SHORT_TEXT,
    "handed_until": sa.Double(),
    "verdict": sa.String(16),
    "category_right": sa.SmallInteger(),
    "keywords_right": sa.SmallInteger(),
    "right_answer": LONG_TEXT,
    "correction_id": sa.BigInteger(),
    "reviewer": SHORT_TEXT,
    "note": LONG_TEXT,
    "judged_at": WallClock(),
}
_TABLE = sa.Table(
    "keyword_review_items",
    sa.MetaData(),
    sa.Column("item_id", BIG_ID, primary_key=True, autoincrement=True),
    sa.Column("audit_id", sa.BigInteger()),
    sa.Column("day", sa.Date(), nullable=False),
    sa.Column("text_hash", HASH, nullable=False),
    sa.Column("share_key", HASH, nullable=False, index=True),
    sa.Column("query_text", LONG_TEXT, nullable=False),
    sa.Column("messages", sa.BigInteger(), nullable=False),
    sa.Column("answer", LONG_TEXT, nullable=False),
    *(sa.Column(name, type_) for name, type_ in _NULLABLE.items()),
    **UTF8MB4,
)


@contextmanager
def made(engine: sa.Engine) -> Iterator[None]:
    """The table for as long as the `with` block lasts."""
    _TABLE.create(engine)
    yield
    _TABLE.drop(engine)


def rows_of(engine: sa.Engine) -> list[dict[str, Any]]:
    """Its rows by their text."""
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(sa.select(_TABLE).order_by(_TABLE.c.query_text))]
