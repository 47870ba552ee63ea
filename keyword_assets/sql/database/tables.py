"""The tables, in types that MySQL, MariaDB and SQLite all take.

Three tables are the user's: their names and the names of their columns come from settings, so each is declared with our
name as the key and the user's as the name. The others are ours and start with `keyword_`; an upgrade makes them as they
stand in `working_tables` and `judging_tables`, and adds the columns and indexes that older ones lack.
"""

from typing import Any

import sqlalchemy as sa

from keyword_assets.sql.database.columns import BIG_ID, LONG_TEXT, SHORT_TEXT, WallClock
from keyword_assets.sql.database.judging_tables import JudgingTables
from keyword_assets.sql.database.names import DEFAULT_NAMES, Names
from keyword_assets.sql.database.stored_days import LOCAL_DAYS, StoredDays
from keyword_assets.sql.database.working_tables import WorkingTables


class Tables(WorkingTables, JudgingTables):
    """The tables under the user's names; statements say `tables.chattings.c.input_text` whatever it is called.

    Args:
        names: the user's names.
        days: how the times in `chattings` make days.
        key_is_unique: whether a message is found by its `chatting_pk`.
        key_grows: whether that is a number which the server gives, and a greater one to a newer message.
        finds_rows_by_text: whether keyword rows may be looked for by comparing `query_text` with any text.
        row_key: the column by which the server numbers keyword rows, a greater one to a newer row; None without one.

    What is not proven of the user's tables (see `users_tables`) is not relied on.
    """

    def __init__(
        self,
        names: Names = DEFAULT_NAMES,
        days: StoredDays = LOCAL_DAYS,
        *,
        key_is_unique: bool = False,
        key_grows: bool = False,
        finds_rows_by_text: bool = False,
        row_key: str | None = None,
    ) -> None:
        self.names = names
        self.days = days
        self.key_is_unique = key_is_unique
        self.key_grows = key_grows
        self.finds_rows_by_text = finds_rows_by_text
        self.row_key = row_key
        self.metadata = sa.MetaData()

        self._declare_the_users()
        self.declare_classifying()
        self.declare_quota()
        self.declare_coverage()
        self.declare_quality()
        self.declare_reviewing()
        self.declare_telling()

    def _declare_the_users(self) -> None:
        table = "chattings"
        self.chattings = self._users(
            table,
            self._column(table, "chatting_pk", BIG_ID, primary_key=True, autoincrement=True),
            self._column(table, "input_text", LONG_TEXT),
            self._column(table, "created_at", WallClock(), nullable=False),
        )
        table = "admin_categories"
        self.admin_categories = self._users(
            table,
            self._column(table, "category_id", sa.Integer(), primary_key=True, autoincrement=False),
            self._column(table, "category_name", SHORT_TEXT, nullable=False),
        )
        table = "admin_chat_keywords"
        self.admin_chat_keywords = self._users(
            table,
            self._column(table, "query_text", LONG_TEXT, nullable=False),
            self._column(table, "keyword", sa.String(100), nullable=False),
            self._column(table, "category_id", sa.Integer(), nullable=False),
            self._column(table, "query_count", sa.Integer(), nullable=False),
            self._column(table, "created_at", WallClock(), nullable=False),
            self._column(table, "batch_created_at", WallClock(), nullable=False),
        )

    def _column(self, table: str, name: str, type_: Any, **options: Any) -> sa.Column[Any]:
        return sa.Column(self.names.column(table, name), type_, key=name, **options)

    def _users(self, table: str, *columns: sa.Column[Any]) -> sa.Table:
        return sa.Table(self.names.table(table), self.metadata, *columns, schema=self.names.schema(table))

    @property
    def of_the_user(self) -> tuple[sa.Table, sa.Table, sa.Table]:
        """The three that belong to the user."""
        return self.chattings, self.admin_categories, self.admin_chat_keywords

    @property
    def ours(self) -> list[sa.Table]:
        """All the others."""
        return [table for table in self.metadata.tables.values() if table not in self.of_the_user]


_made: dict[tuple[object, ...], Tables] = {}


def made_once(names: Names, days: StoredDays = LOCAL_DAYS, **proven: Any) -> Tables:
    """The tables as `Tables` makes them, which takes some milliseconds: the same ones whenever they are asked for."""
    key = (*sorted(names.tables.items()), *sorted(names.columns.items()), days, *sorted(proven.items()))
    if key not in _made:
        _made[key] = Tables(names, days, **proven)
    return _made[key]
