"""Texts that nobody ever asked, in whichever spelling: who corrects one has mistyped it, mostly."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.sql.corrections.kept import Corrections
from keyword_assets.sql.database.dialects import as_text
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, streamed
from keyword_assets.sql.queries import chunks
from keyword_assets.sql.spellings import FETCHED, may_be


@repeated
def unheard_of(engine: Engine, tables: Tables, corrections: Corrections, texts: Collection[str]) -> set[str]:
    """Those of the texts that nobody ever asked, in whichever spelling."""
    keys = {text: set(corrections.keys_of(text)) for text in texts}
    with reading(engine) as connection:
        unknown = {key for of_text in keys.values() for key in of_text}
        for table in (tables.answers, tables.quarantine):
            for chunk in chunks(unknown):
                found = connection.execute(sa.select(table.c.share_key).where(table.c.share_key.in_(chunk)))
                unknown -= set(map(bytes, found.scalars()))
        left = {text for text, of_text in keys.items() if of_text <= unknown}
        return left - _asked(connection, tables, corrections, left) if left else left


def _asked(connection: Connection, tables: Tables, corrections: Corrections, texts: Collection[str]) -> set[str]:
    """Those of the texts that stand in a row or a message; all are gone through until each text is found."""
    wanted = {key: text for text in texts for key in corrections.keys_of(text)}
    asked: set[str] = set()
    for column in (tables.admin_chat_keywords.c.query_text, as_text(tables.chattings.c.input_text)):
        these = (column.is_not(None), may_be(column, texts, corrections.mask, connection.dialect))
        with streamed(connection, sa.select(column).where(*these), FETCHED) as rows:
            for text in rows.scalars():
                asked |= {wanted[key] for key in corrections.keys_of(text) if key in wanted}
                if len(asked) == len(texts):
                    return asked
    return asked
