"""Databases as earlier versions of ours made them, from the statements of then, word for word."""

import re
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from keyword_assets.sql.database.dialects import is_mysql

VERSIONS = tuple(f"{number:04}" for number in range(1, 14))
_USERS = "the user's"


def make_older(engine: sa.Engine, version: str, *, with_the_users: bool = True) -> None:
    """Make the tables of this version; those of the user only where they are not there already."""
    sections = _sections("mysql" if is_mysql(engine.dialect) else "sqlite")
    wanted = [*([_USERS] if with_the_users else []), *(name for name in VERSIONS if name <= version)]
    with engine.connect() as connection:
        for statement in (statement for name in wanted for statement in sections[name]):
            connection.exec_driver_sql(statement)
        connection.commit()


@cache
def _sections(kind: str) -> dict[str, list[str]]:
    """The statements of each version, in addition to those before it."""
    _, *parts = re.split(r"^-- (.+)$", Path(__file__).with_name(f"{kind}.sql").read_text("utf-8"), flags=re.MULTILINE)
    return {
        name: [statement.strip() for statement in text.split(";\n") if statement.strip()]
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }
