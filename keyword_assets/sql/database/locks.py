"""Looking and writing as one step for all processes on a database.

Most of what is written is about texts: rows, answers, claims. Who writes about texts (`writing_about`) keeps others
from the same texts and from nothing else. Who looks at more than that in order to write, or writes seldom, is alone
(`writing_alone`): nobody writes about any text meanwhile.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.questions import text_hash
from keyword_assets.sql.database.by_key import insert_absent
from keyword_assets.sql.database.dialects import is_mysql
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import writing

Lock = Literal["write", "quota", "report"]
# Of a text's hash: 65,536 locks, in which two groups of fifty texts meet by chance in one of 27.
_TEXT_BYTES = 2


@contextmanager
def writing_alone(
    engine: Engine, tables: Tables, name: Lock = "write", *, locks_what_it_reads: bool = True
) -> Iterator[Connection]:
    """A transaction to write in that holds one of the rows that are locks.

    `write` keeps all out who write answers, `quota` is for the quota book, `report` for days' states and missing
    questions. SQLite has no row locks and needs none: its writing transactions begin with the file's one lock.
    `locks_what_it_reads` is about all other rows, see `writing`.
    """
    with writing(engine, locks_what_it_reads=locks_what_it_reads) as connection:
        connection.execute(sa.select(tables.locks.c.name).where(tables.locks.c.name == name).with_for_update())
        yield connection


@contextmanager
def writing_about(engine: Engine, tables: Tables, texts: Iterable[str] = ()) -> Iterator[Connection]:
    """A transaction to write about these texts in, beside others who write about other texts.

    What it reads is what the last one who wrote about these texts has left. Rows that belong to this process alone,
    such as its claims and what its run has spent, need no text.
    """
    with writing(engine) as connection:
        if is_mysql(engine.dialect):
            _keep_from(connection, tables, texts)
        yield connection


def _keep_from(connection: Connection, tables: Tables, texts: Iterable[str]) -> None:
    """Hold `write` together with others, and each of the texts alone.

    Locks on the texts are rows that stay, made when they are needed first: one for some of all texts, so that they do
    not grow with the texts, and so many that two transactions seldom mean the same one without meaning the same text.
    They are taken in one order, and before anything is read without a lock: InnoDB lets a transaction see what was
    committed when it first does so.
    """
    lock = tables.locks
    connection.execute(sa.select(lock.c.name).where(lock.c.name == "write").with_for_update(read=True))
    names = sorted({f"text-{text_hash(text)[:_TEXT_BYTES].hex()}" for text in texts})
    if names:
        connection.execute(insert_absent(lock, connection.dialect), [{"name": name} for name in names])
