"""`keyword_sizes`: what runs have learned about the sizes of requests, for the next one."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading


class Sizes:
    """A row for each version of the classifier.

    Args:
        engine: the database.
        tables: the tables.
        clock: local wall-clock time.
    """

    def __init__(self, engine: Engine, tables: Tables, clock: Any) -> None:
        self._engine, self._tables, self._clock = engine, tables, clock

    @repeated
    def learned(self, version: str) -> str | None:
        """What an earlier run learned under this version."""
        table = self._tables.sizes
        with reading(self._engine) as connection:
            found = connection.execute(sa.select(table.c.sizes).where(table.c.classifier_version == version))
            return found.scalar_one_or_none()

    @repeated
    def keep(self, sizes: str, version: str) -> None:
        """Keep it in place of what was kept before."""
        table = self._tables.sizes
        with writing_alone(self._engine, self._tables) as connection:
            connection.execute(sa.delete(table).where(table.c.classifier_version == version))
            values = {"classifier_version": version, "sizes": sizes, "learned_at": self._clock()}
            connection.execute(sa.insert(table).values(**values))
