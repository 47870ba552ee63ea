"""What the user calls his tables and their columns."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """What the user calls tables and columns: `{"chattings": "chat_log"}`, `{"chattings.input_text": "body"}`.

    A table of another schema has its name in front: `{"chattings": "service_db.chat_log"}`.
    """

    tables: Mapping[str, str]
    columns: Mapping[str, str]

    def table(self, table: str) -> str:
        """The user's name of one of our tables, without its schema."""
        return self.tables.get(table, table).rpartition(".")[2]

    def schema(self, table: str) -> str | None:
        """The schema that the user's table is in; None for that of the database URL."""
        return self.tables.get(table, table).rpartition(".")[0] or None

    def column(self, table: str, column: str) -> str:
        """The user's name of one of our columns."""
        return self.columns.get(f"{table}.{column}", column)


DEFAULT_NAMES = Names({}, {})
