"""Messages with times that no calendar has, as a lax server takes them."""

from collections.abc import Mapping
from itertools import count

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.sql.database.engine import make_engine

# Not those of other helpers.
_keys = count(1_000_000)


def make_chattings(url: str, time: str) -> None:
    """A table of messages whose time is of such a type, and may be absent, in place of the one that is there."""
    engine = make_engine(url)
    key = "INTEGER PRIMARY KEY" if engine.dialect.name == "sqlite" else "BIGINT AUTO_INCREMENT PRIMARY KEY"
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS chattings")
        connection.exec_driver_sql(
            f"CREATE TABLE chattings (chatting_pk {key}, input_text LONGTEXT, created_at {time} NULL)"
        )
        connection.exec_driver_sql("CREATE INDEX chattings_created_at ON chattings (created_at)")
    engine.dispose()


def add_undated(engine: Engine, *times: str | None) -> None:
    """A message at each of these times, its text the time as it is written here."""
    _add(engine, [("NULL" if time is None else time, time) for time in times])


def add_undated_as(url: str, messages: Mapping[str, str | None]) -> None:
    """Messages by their texts, with their times."""
    engine = make_engine(url)
    _add(engine, list(messages.items()))
    engine.dispose()


def _add(engine: Engine, messages: list[tuple[str, str | None]]) -> None:
    # Its connections end with it, and the mode with them.
    lax = sa.create_engine(engine.url, poolclass=sa.NullPool)
    with lax.begin() as connection:
        if engine.dialect.name != "sqlite":
            connection.exec_driver_sql("SET SESSION sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+09:00'")
        connection.execute(
            sa.text("INSERT INTO chattings (chatting_pk, input_text, created_at) VALUES (:key, :text, :time)"),
            [{"key": next(_keys), "text": text, "time": time} for text, time in messages],
        )
