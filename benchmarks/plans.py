"""The statements that the product runs, and how the server goes about them."""

import json
import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets_tests.plans import Sent, executed, explained

# What of MariaDB's measured plan is kept; the rest is estimates and repetitions.
_TELLING = frozenset({"table_name", "key", "r_loops", "r_rows", "r_total_time_ms", "r_table_time_ms", "r_engine_stats"})
# The parameters of a list but the last.
_LIST = re.compile(r"(%\(\w+\)s, ){3,}")


def explain(engine: Engine, sent: Sent) -> dict[str, Any]:
    """The statement, the indexes that serve it, and its plan, one line for each table."""
    plan = explained(engine, sent)
    names = ("select_type", "table", "partitions", "type", "key", "key_len", "ref", "rows", "extra")
    return {
        "statement": _LIST.sub("…", " ".join(sent[0].split())),
        "served_by": sorted({f"{line['table']}: {line['key']}" for line in plan if line["key"]}),
        "plan": [" | ".join(str(line.get(name)) for name in names) for line in plan],
    }


def measured(engine: Engine, statement: str, parameters: Any) -> Any:
    """What the server measured while it ran the statement, shortened."""
    if getattr(engine.dialect, "is_mariadb", False):
        with engine.connect() as connection:
            text = connection.exec_driver_sql(f"ANALYZE FORMAT=JSON {statement}", parameters).scalar_one()
        return _shortened(json.loads(text))
    with engine.connect() as connection:
        text = connection.exec_driver_sql(f"EXPLAIN ANALYZE {statement}", parameters).scalar_one()
    return [line[:200] for line in str(text).splitlines()]


def _shortened(node: Any) -> Any:
    """Only what was measured, and the nodes that hold it."""
    if isinstance(node, list):
        return [short for part in node if (short := _shortened(part))]
    if not isinstance(node, dict):
        return None
    kept = {name: value for name, value in node.items() if name in _TELLING and name != "r_engine_stats"}
    inner = {name: _shortened(value) for name, value in node.items() if name not in _TELLING}
    return kept | {name: value for name, value in inner.items() if value}


def plans(url: str, works: dict[str, Callable[[SqlQuestionStore], object]], store: SqlQuestionStore) -> dict[str, Any]:
    """The plan of each statement of each piece of work."""
    engine = make_engine(url)
    found: dict[str, Any] = {}
    try:
        for name, work in works.items():
            statements = executed(store.engine, lambda work=work: work(store))  # type: ignore[misc]
            found[name] = [explain(engine, statement) for statement in statements if _is_of_tables(statement[0])]
    finally:
        engine.dispose()
    return found


def _is_of_tables(statement: str) -> bool:
    """Not `SELECT 1`, nor the clock."""
    return " FROM " in statement.replace("\n", " ") or statement.startswith("UPDATE")


def coverage_statement(store: SqlQuestionStore, work: Callable[[], object]) -> tuple[str, Any]:
    """The one among the statements of a piece of work that counts questions."""
    return next(found for found in executed(store.engine, work) if "asked" in found[0])


def is_mariadb(engine: Engine) -> bool:
    """Whether the server is one; asks it."""
    with engine.connect() as connection:
        return "MariaDB" in str(connection.execute(sa.text("SELECT VERSION()")).scalar_one())
