"""`keyword_answers`: what HCX has answered, under the share keys of texts and the version of the classifier."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.classifying.answers import stored_form
from keyword_assets.core.models.questions import Answer
from keyword_assets.sql.classifying import queries
from keyword_assets.sql.database.by_key import insert_absent
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.queries import chunks


class Answers:
    """The answers that are kept.

    Args:
        engine: the database.
        tables: the tables.
        clock: local wall-clock time.
    """

    def __init__(self, engine: Engine, tables: Tables, clock: Any) -> None:
        self._engine, self._tables, self._clock = engine, tables, clock

    @repeated
    def find(self, keys: Collection[bytes], version: str) -> dict[bytes, str]:
        """Those that were given under this version, as they are kept."""
        with reading(self._engine) as connection:
            return {
                bytes(key): answer
                for chunk in chunks(keys)
                for key, answer in connection.execute(queries.answers(self._tables, chunk, version))
            }

    @repeated
    def drop(self, keys: Collection[bytes], version: str) -> None:
        """Keep these no longer, so that others can take their place."""
        answer = self._tables.answers
        with writing_alone(self._engine, self._tables) as connection:
            for chunk in chunks(keys):
                found = answer.c.share_key.in_(chunk) & (answer.c.classifier_version == version)
                connection.execute(sa.delete(answer).where(found))

    def learn(self, connection: Connection, learned: Mapping[bytes, Answer], version: str) -> None:
        """Keep those that are not kept yet, within the caller's transaction."""
        # In one order, for all who write.
        rows = [
            {
                "share_key": key,
                "classifier_version": version,
                "answer": stored_form(learned[key]),
                "answered_at": self._clock(),
            }
            for key in sorted(learned)
        ]
        if rows:
            connection.execute(insert_absent(self._tables.answers, connection.dialect), rows)
