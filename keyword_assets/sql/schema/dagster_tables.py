"""Dagster's own tables on MySQL: some of their columns are too narrow for what Dagster writes into them.

A TEXT holds 64 KB. A sensor's tick with some 150 requests or more, or a check with large metadata, does not fit; the
tick then launches nothing and shows as "skipped". Dagster itself made other columns LONGTEXT for the same reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.sql.database.transactions import reading, writing

# What grows with the number of requests, partitions, tags or metadata; names, keys and ids stay as short as they are.
COLUMNS = (
    ("asset_check_executions", "evaluation_event"),
    ("asset_daemon_asset_evaluations", "asset_evaluation_body"),
    ("daemon_heartbeats", "body"),
    ("instigators", "instigator_body"),
    ("job_ticks", "tick_body"),
    ("jobs", "job_body"),
    ("kvs", "value"),
    ("runs", "run_body"),
)
_NARROW = ("tinytext", "text")
# The daemon writes into these tables every few seconds; a transaction forgotten by somebody would make us wait for it
# for a day, and everybody else behind us.
_LOCK_WAIT_SECONDS = 30


@dataclass(frozen=True)
class NarrowColumn:
    """A column that may become wider."""

    table: str
    name: str
    nullable: bool
    charset: str
    collation: str

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"

    @property
    def statement(self) -> str:
        """Makes it a LONGTEXT, and leaves everything else about it as it is."""
        return (
            f"ALTER TABLE `{self.table}` MODIFY `{self.name}` LONGTEXT "
            f"CHARACTER SET {self.charset} COLLATE {self.collation} {'NULL' if self.nullable else 'NOT NULL'}"
        )


def are_there(engine: Engine) -> bool:
    """Whether Dagster has made its tables in this database; it does so at first use."""
    with reading(engine) as connection:
        return sa.inspect(connection).has_table("runs")


def narrow_columns(engine: Engine) -> Sequence[NarrowColumn]:
    """Those of `COLUMNS` that still hold 64 KB or less."""
    columns = sa.table(
        "columns",
        *map(sa.column, ("table_schema", "table_name", "column_name", "data_type")),
        *map(sa.column, ("is_nullable", "character_set_name", "collation_name")),
        schema="information_schema",
    ).c
    query = (
        sa.select(
            # Labelled, because MySQL names them in capitals.
            columns.table_name.label("table_name"),
            columns.column_name.label("column_name"),
            (columns.is_nullable == "YES").label("nullable"),
            columns.character_set_name.label("charset"),
            columns.collation_name.label("collation"),
        )
        .where(columns.table_schema == sa.func.database())
        .where(sa.tuple_(columns.table_name, columns.column_name).in_(COLUMNS))
        .where(columns.data_type.in_(_NARROW))
        .order_by(columns.table_name, columns.column_name)
    )
    with reading(engine) as connection:
        return [
            NarrowColumn(row.table_name, row.column_name, bool(row.nullable), row.charset, row.collation)
            for row in connection.execute(query)
        ]


def widen(engine: Engine) -> Sequence[NarrowColumn]:
    """Make every narrow column a LONGTEXT; returns those that were narrow.

    Each is a statement of its own, so what was done before an interruption stays, and the next call does the rest.

    Raises:
        DatabaseError: a table is in use for too long, or the account may not alter it.
    """
    narrow = narrow_columns(engine)
    with writing(engine) as connection:
        connection.execute(sa.text(f"SET SESSION lock_wait_timeout = {_LOCK_WAIT_SECONDS}"))
        for column in narrow:
            connection.execute(sa.text(column.statement))
    return narrow
