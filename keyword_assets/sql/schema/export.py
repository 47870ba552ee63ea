"""Leaving with everything, or looking at it elsewhere: all rows of ours as files, of one moment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets import own_files
from keyword_assets.core.errors import InputError
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, streamed
from keyword_assets.sql.schema.dump import line_of

_PAGE_ROWS = 1_000


def files_of(tables: Tables, folder: Path) -> Mapping[Path, sa.Table]:
    """The files of an export, each with the table that it holds: keyword rows, and all of ours that outlasts a run.

    What only tells processes of each other (who lives, who asks, who waits for the quota) is over before it is read.
    """
    passing = {tables.locks, tables.workers, tables.claims, tables.quota, tables.closings}
    exported = [tables.admin_chat_keywords, *(table for table in tables.ours if table not in passing)]
    return {folder / f"{table.name}.csv": table for table in exported}


def export(engine: Engine, files: Mapping[Path, sa.Table]) -> dict[str, int]:
    """Write each table into its file, row by row; each takes the place of what was there when it is whole.

    The files are CSV as `line_of` writes it, behind a byte order mark, without which Excel takes Korean for another
    encoding. Nothing is masked.

    Returns:
        How many rows each table has.

    Raises:
        InputError: a file cannot be written; those before it are there.
        DatabaseError: the database cannot be reached, or was lost; the same.
    """
    # One transaction: a run that writes meanwhile has written to all of them, or to none.
    with reading(engine) as connection:
        return {table.name: _write(connection, table, file) for file, table in files.items()}


def _write(connection: Connection, table: sa.Table, path: Path) -> int:
    number = 0
    try:
        with (
            own_files.replacing(path) as unfinished,
            unfinished.open("w", encoding="utf-8-sig", errors="replace", newline="") as file,
            streamed(connection, _ordered(table), _PAGE_ROWS) as rows,
        ):
            file.write(line_of([column.key for column in table.columns]))
            for row in rows:
                file.write(line_of(row))
                number += 1
    except OSError as error:
        raise InputError("file.unwritable", file=path, reason=error.strerror or error) from error
    return number


def _ordered(table: sa.Table) -> sa.Select[Any]:
    """By the key, where a table of ours has one: two exports of the same rows are the same."""
    return sa.select(*table.columns).order_by(*table.primary_key)
