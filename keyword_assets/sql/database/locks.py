"""Looking and writing as one step for all processes on a database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import writing

Lock = Literal["write", "quota", "report"]


@contextmanager
def writing_alone(
    engine: Engine, tables: Tables, name: Lock = "write", *, locks_what_it_reads: bool = True
) -> Iterator[Connection]:
    """A transaction to write in that holds one of the rows that are locks.

    `write` is for whoever writes answers, `quota` for the quota book, `report` for missing questions. SQLite has no row
    locks and needs none: its writing transactions begin with the file's one lock. `locks_what_it_reads` is about all
    other rows, see `writing`.
    """
    with writing(engine, locks_what_it_reads=locks_what_it_reads) as connection:
        connection.execute(sa.select(tables.locks.c.name).where(tables.locks.c.name == name).with_for_update())
        yield connection
