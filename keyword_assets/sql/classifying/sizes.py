"""`keyword_sizes`: what runs have learned about the sizes of requests, for the next one."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading


@repeated
def learned_sizes(engine: Engine, tables: Tables, version: str) -> str | None:
    """What an earlier run learned under this version of the classifier."""
    table = tables.sizes
    with reading(engine) as connection:
        found = connection.execute(sa.select(table.c.sizes).where(table.c.classifier_version == version))
        return found.scalar_one_or_none()


@repeated
def keep_sizes(engine: Engine, tables: Tables, sizes: str, version: str, now: datetime) -> None:
    """Keep it in place of what was kept before."""
    table = tables.sizes
    with writing_alone(engine, tables) as connection:
        connection.execute(sa.delete(table).where(table.c.classifier_version == version))
        values = {"classifier_version": version, "sizes": sizes, "learned_at": now}
        connection.execute(sa.insert(table).values(**values))
