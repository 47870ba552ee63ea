"""The statements that a piece of work sends, and what a server says of how it would go about them."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

Sent = tuple[str, Any]
"""A statement with its parameters."""

_EXPLAINABLE = ("SELECT", "WITH", "UPDATE", "DELETE")


def executed(engine: sa.Engine, work: Callable[[], object]) -> list[Sent]:
    """The statements that a piece of work sends and a server can explain, each once."""
    seen: dict[str, Any] = {}

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if (statement.startswith(_EXPLAINABLE) or _inserts_what_it_selects(statement)) and not many:
            seen.setdefault(statement, parameters)

    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return list(seen.items())


def explained(engine: sa.Engine, sent: Sent) -> list[dict[str, Any]]:
    """A server's plan of a statement, a line for each table, their names in small letters; with the partitions."""
    # MySQL always names the partitions, and no longer knows the word.
    how = "PARTITIONS" if getattr(engine.dialect, "is_mariadb", False) else "FORMAT=TRADITIONAL"
    statement, parameters = sent
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN {how} {statement}", parameters or ()).mappings().all()
    return [{name.lower(): value for name, value in row.items()} for row in rows]


def partitions_of(plan: list[dict[str, Any]]) -> set[str]:
    """The partitions of whichever table that the server would look into."""
    return {name for line in plan for name in (line.get("partitions") or "").split(",") if name}


def _inserts_what_it_selects(statement: str) -> bool:
    return statement.startswith("INSERT") and "SELECT" in statement
