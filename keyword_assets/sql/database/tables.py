"""The tables, in types that MySQL, MariaDB and SQLite all take.

Three tables are the user's: their names and the names of their columns come from settings, so each is declared with our
name as the key and the user's as the name. The others are ours and start with `keyword_`; an upgrade makes them as they
stand here, and adds the columns and indexes that older ones lack.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from keyword_assets.core.models.coverage import COUNTED, ROW_FAULTS
from keyword_assets.sql.database.dialects import MYSQL, is_sqlite
from keyword_assets.sql.database.stored_days import LOCAL_DAYS, StoredDays

# Byte order is the only order in which every text is itself; 4 GB because a chat message has no limit of ours.
LONG_TEXT = sa.Text().with_variant(mysql.LONGTEXT(collation="utf8mb4_bin"), *MYSQL)
SHORT_TEXT = sa.String(255).with_variant(mysql.VARCHAR(255, collation="utf8mb4_bin"), *MYSQL)
HASH = sa.LargeBinary(32).with_variant(mysql.BINARY(32), *MYSQL)
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# What tells whether a day has changed, see `sql.coverage.marks`.
MARKS = ("messages", "message_texts", "rows", "row_texts", "quarantine")
UTF8MB4: Mapping[str, Any] = {f"{server}_charset": "utf8mb4" for server in MYSQL}


class _TimeAsText(sa.String):
    """What a time is bound and read as on SQLite, where a column of this kind is declared as any time is."""

    __visit_name__ = "DATETIME"


class WallClock(TypeDecorator[datetime]):
    """Local wall-clock time, or a day standing for its midnight.

    SQLite keeps it as text, and other programs write it with or without a fraction. A plain `2025-06-11` sorts before
    every way to write that midnight, so days are bound as they are.
    """

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, microseconds on MySQL."""
        return dialect.type_descriptor(_TimeAsText() if is_sqlite(dialect) else mysql.DATETIME(fsp=6))

    def process_bind_param(self, value: date | datetime | None, dialect: Dialect) -> Any:
        """A datetime as its text on SQLite; a day as its text, or its midnight elsewhere."""
        if value is None:
            return value
        if is_sqlite(dialect):
            return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
        return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """A datetime, from whatever form it was stored in."""
        return datetime.fromisoformat(value) if isinstance(value, str) else value


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


class Tables:
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
        self._declare_classifying()
        self._declare_quota()
        self._declare_coverage()
        self._declare_quality()
        self._declare_reviewing()
        self._declare_telling()

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

    def _declare_classifying(self) -> None:
        """What is kept of answers, and who asks."""
        self.answers = self._own(
            "keyword_answers",
            sa.Column("share_key", HASH, primary_key=True),
            sa.Column("classifier_version", sa.String(64), primary_key=True),
            sa.Column("answer", LONG_TEXT, nullable=False),
            sa.Column("answered_at", WallClock(), nullable=False),
        )
        self.quarantine = self._own(
            "keyword_quarantine",
            sa.Column("text_hash", HASH, primary_key=True),
            sa.Column("share_key", HASH, nullable=False, index=True),
            sa.Column("query_text", LONG_TEXT, nullable=False),
            sa.Column("reason", SHORT_TEXT, nullable=False),
            sa.Column("tries", sa.Integer(), nullable=False),
            sa.Column("last_reply", LONG_TEXT, nullable=False),
            sa.Column("classifier_version", sa.String(64), nullable=False),
            sa.Column("quarantined_at", WallClock(), nullable=False),
        )
        self.workers = self._own(
            "keyword_workers",
            sa.Column("worker_id", sa.String(64), primary_key=True),
            sa.Column("host", sa.String(255), nullable=False),
            sa.Column("pid", sa.BigInteger(), nullable=False),
            sa.Column("began_at", WallClock(), nullable=False),
            sa.Column("alive_until", sa.Double(), nullable=False),
            sa.Column("start_day", sa.Date()),
            sa.Column("end_day", sa.Date()),
            sa.Column("run_id", sa.String(64)),
        )
        self.claims = self._own(
            "keyword_claims",
            sa.Column("share_key", HASH, primary_key=True),
            sa.Column("classifier_version", sa.String(64), primary_key=True),
            sa.Column("worker_id", sa.String(64), nullable=False, index=True),
        )
        self.sizes = self._own(
            "keyword_sizes",
            sa.Column("classifier_version", sa.String(64), primary_key=True),
            sa.Column("sizes", LONG_TEXT, nullable=False),
            sa.Column("learned_at", WallClock(), nullable=False),
        )
        self.locks = self._own("keyword_locks", sa.Column("name", sa.String(64), primary_key=True))

    def _declare_quota(self) -> None:
        """What requests take and cost."""
        self.quota = self._own(
            "keyword_quota",
            sa.Column("place_id", BIG_ID, primary_key=True, autoincrement=True),
            sa.Column("account", HASH, nullable=False),
            sa.Column("waiting", sa.SmallInteger(), nullable=False),
            sa.Column("requests", sa.Integer(), nullable=False),
            sa.Column("tokens", sa.BigInteger(), nullable=False),
            sa.Column("free_at", sa.Double(), nullable=False),
            sa.Index("ix_keyword_quota_free_at", "account", "free_at"),
            # A place's number is never given to another one: the queue goes by them.
            sqlite_autoincrement=True,
        )
        self.closings = self._own(
            "keyword_closings",
            sa.Column("account", HASH, primary_key=True),
            sa.Column("key_hash", HASH, primary_key=True),
            sa.Column("free_at", sa.Double(), nullable=False),
            sa.Column("reason", SHORT_TEXT, nullable=False),
            sa.Column("probe", sa.BigInteger()),
            sa.Column("probe_until", sa.Double()),
        )
        self.usage = self._own(
            "keyword_usage",
            sa.Column("used_on", sa.Date(), primary_key=True),
            sa.Column("run_id", sa.String(64), primary_key=True),
            sa.Column("day", sa.Date(), primary_key=True, index=True),
            sa.Column("model", sa.String(64), primary_key=True),
            *_numbers("requests", "retries", "possibly_twice", "prompt", "completion", "reserved"),
            sa.Column("cost_krw", sa.Numeric(16, 4, asdecimal=False), nullable=False),
        )
        self.sent_texts = self._own(
            "keyword_sent_texts",
            sa.Column("sent_on", sa.Date(), primary_key=True),
            sa.Column("day", sa.Date(), primary_key=True),
            sa.Column("texts", sa.BigInteger(), nullable=False),
        )

    def _declare_coverage(self) -> None:
        """The numbers of days."""
        self.day_states = self._own(
            "keyword_missing_reports",
            sa.Column("day", sa.Date(), primary_key=True),
            sa.Column("reported_at", WallClock(), primary_key=True),
            *_numbers(*COUNTED),
        )
        self.missing_questions = self._own(
            "keyword_missing_questions",
            sa.Column("day", sa.Date(), primary_key=True),
            sa.Column("text_hash", HASH, primary_key=True),
            sa.Column("missing_since", WallClock(), primary_key=True),
            sa.Column("query_text", LONG_TEXT, nullable=False),
            sa.Column("query_count", sa.BigInteger(), nullable=False),
            sa.Column("reason", SHORT_TEXT),
            sa.Column("tries", sa.Integer(), nullable=False),
            sa.Column("quarantined_at", WallClock()),
            sa.Column("closed_at", WallClock()),
        )
        self.facts = self._own(
            "keyword_day_facts",
            sa.Column("day", sa.Date(), primary_key=True),
            sa.Column("counted_at", sa.Double(), nullable=False),
            sa.Column("newest_message", sa.BigInteger(), nullable=False),
            sa.Column("recent_messages", sa.Integer(), nullable=False),
            *_numbers(*COUNTED, *ROW_FAULTS),
            sa.Column("newest_row", sa.BigInteger()),
            *(sa.Column(f"{name}_mark", sa.BigInteger()) for name in MARKS),
        )
        self.day_categories = self._own(
            "keyword_day_categories",
            sa.Column("day", sa.Date(), primary_key=True),
            sa.Column("category_id", sa.Integer(), primary_key=True, autoincrement=False),
            sa.Column("questions", sa.BigInteger(), nullable=False),
            sa.Column("messages", sa.BigInteger(), nullable=False),
            sa.Column("counted_at", WallClock(), nullable=False),
        )

    def _declare_quality(self) -> None:
        """What is known of whether answers are right."""
        self.evaluations = self._own(
            "keyword_evaluations",
            sa.Column("evaluation_id", BIG_ID, primary_key=True, autoincrement=True),
            sa.Column("configuration", sa.String(64), nullable=False),
            sa.Column("details", LONG_TEXT, nullable=False),
            sa.Column("golden", sa.String(64), nullable=False),
            sa.Column("golden_name", SHORT_TEXT, nullable=False),
            sa.Column("began_at", WallClock(), nullable=False),
            sa.Column("ended_at", WallClock()),
            sa.Column("in_force_at", WallClock()),
            *_numbers("questions", "answered", "right_answers", "requests", "prompt", "completion", "reserved"),
            sa.Column("cost_krw", sa.Numeric(16, 4, asdecimal=False), nullable=False),
            sa.Column("seconds", sa.Double(), nullable=False),
        )
        self.evaluation_answers = self._own(
            "keyword_evaluation_answers",
            sa.Column("configuration", sa.String(64), primary_key=True),
            sa.Column("share_key", HASH, primary_key=True),
            sa.Column("attempt", sa.SmallInteger(), primary_key=True, autoincrement=False),
            sa.Column("query_text", LONG_TEXT, nullable=False),
            sa.Column("answer", LONG_TEXT),
            sa.Column("category", SHORT_TEXT),
            sa.Column("reason", SHORT_TEXT),
            sa.Column("place", sa.Integer(), nullable=False),
            sa.Column("asked_with", sa.Integer(), nullable=False),
            *(sa.Column(name, sa.Double(), nullable=False) for name in ("prompt", "completion", "seconds")),
            sa.Column("answered_at", WallClock(), nullable=False),
        )
        self.corrections = self._own(
            "keyword_corrections",
            sa.Column("correction_id", BIG_ID, primary_key=True, autoincrement=True),
            sa.Column("share_key", HASH, nullable=False),
            sa.Column("query_text", LONG_TEXT, nullable=False),
            sa.Column("answer", LONG_TEXT, nullable=False),
            sa.Column("note", LONG_TEXT, nullable=False),
            sa.Column("reviewer", SHORT_TEXT, nullable=False),
            sa.Column("corrected_at", WallClock(), nullable=False),
            # 1 or NULL, so that a text has one at most that holds, and any number of ended ones.
            sa.Column("current", sa.SmallInteger()),
            sa.Column("ended_at", WallClock()),
            sa.Column("ended_by", SHORT_TEXT),
            sa.Column("pending", sa.SmallInteger(), nullable=False),
            sa.Index("ix_keyword_corrections_current", "share_key", "current", unique=True),
            sa.Index("ix_keyword_corrections_pending", "pending"),
            # Whoever corrects names the one that he saw: its number is never given to another one.
            sqlite_autoincrement=True,
        )
        self.replaced_rows = self._own(
            "keyword_replaced_rows",
            sa.Column("correction_id", sa.BigInteger(), primary_key=True, autoincrement=False),
            sa.Column("day", sa.Date(), primary_key=True),
            sa.Column("text_hash", HASH, primary_key=True),
            sa.Column("query_text", LONG_TEXT, nullable=False),
            sa.Column("rows_before", LONG_TEXT, nullable=False),
            sa.Column("replaced_at", WallClock(), nullable=False),
            sa.Column("ended_at", WallClock()),
            sa.Index("ix_keyword_replaced_rows_day", "day", "text_hash"),
        )

    def _declare_reviewing(self) -> None:
        """What people say of answers."""
        self.audits = self._own(
            "keyword_audits",
            sa.Column("audit_id", BIG_ID, primary_key=True, autoincrement=True),
            sa.Column("start_day", sa.Date(), nullable=False),
            sa.Column("end_day", sa.Date(), nullable=False),
            sa.Column("drawn_at", WallClock(), nullable=False),
            sa.Column("seed", sa.BigInteger(), nullable=False),
            sa.Column("sampled_by", sa.String(16), nullable=False),
            *_numbers("size", "questions", "messages"),
            sa.Column("strata", LONG_TEXT, nullable=False),
            sa.Column("expected_margin", sa.Double(), nullable=False),
            sa.Column("classifier_version", sa.String(64), nullable=False),
        )
        self.review_items = self._own(
            "keyword_review_items",
            sa.Column("item_id", BIG_ID, primary_key=True, autoincrement=True),
            sa.Column("audit_id", sa.BigInteger()),
            sa.Column("day", sa.Date(), nullable=False),
            sa.Column("text_hash", HASH, nullable=False),
            sa.Column("share_key", HASH, nullable=False, index=True),
            sa.Column("query_text", LONG_TEXT, nullable=False),
            sa.Column("messages", sa.BigInteger(), nullable=False),
            sa.Column("stratum", sa.Integer()),
            sa.Column("weight", sa.Double()),
            sa.Column("doubt", sa.Double()),
            sa.Column("why", SHORT_TEXT),
            sa.Column("answer", LONG_TEXT, nullable=False),
            sa.Column("handed_to", SHORT_TEXT),
            sa.Column("handed_until", sa.Double()),
            sa.Column("verdict", sa.String(16)),
            sa.Column("category_right", sa.SmallInteger()),
            sa.Column("keywords_right", sa.SmallInteger()),
            sa.Column("right_answer", LONG_TEXT),
            sa.Column("correction_id", sa.BigInteger()),
            sa.Column("reviewer", SHORT_TEXT),
            sa.Column("note", LONG_TEXT),
            sa.Column("judged_at", WallClock()),
            sa.Index("ix_keyword_review_items_audit_id", "audit_id", "verdict"),
            # A workbook that went out says which items it is about: a number is never given to another one.
            sqlite_autoincrement=True,
        )

    def _declare_telling(self) -> None:
        """What people are told."""
        self.runs = self._own(
            "keyword_runs",
            sa.Column("run_id", sa.String(64), primary_key=True),
            sa.Column("ended_at", WallClock(), nullable=False, index=True),
            sa.Column("start_day", sa.Date(), nullable=False),
            sa.Column("end_day", sa.Date(), nullable=False),
            sa.Column("outcome", sa.String(32), nullable=False),
            sa.Column("reason", SHORT_TEXT, nullable=False),
        )
        self.alerts = self._own(
            "keyword_alerts",
            sa.Column("subject", sa.String(128), primary_key=True),
            sa.Column("kind", sa.String(32), nullable=False),
            sa.Column("began_at", WallClock(), nullable=False),
            sa.Column("told_at", WallClock()),
            sa.Column("details", LONG_TEXT, nullable=False),
        )
        self.outbox = self._own(
            "keyword_outbox",
            sa.Column("message_id", BIG_ID, primary_key=True, autoincrement=True),
            sa.Column("channel", HASH, nullable=False),
            sa.Column("title", SHORT_TEXT, nullable=False),
            sa.Column("body", LONG_TEXT, nullable=False),
            sa.Column("written_at", WallClock(), nullable=False),
            sa.Column("tries", sa.Integer(), nullable=False),
            sa.Column("next_try", sa.Double(), nullable=False, index=True),
            sa.Column("last_error", SHORT_TEXT, nullable=False),
            sa.Column("attachments", LONG_TEXT),
        )

    def _column(self, table: str, name: str, type_: Any, **options: Any) -> sa.Column[Any]:
        return sa.Column(self.names.column(table, name), type_, key=name, **options)

    def _users(self, table: str, *columns: sa.Column[Any]) -> sa.Table:
        return sa.Table(self.names.table(table), self.metadata, *columns, schema=self.names.schema(table))

    def _own(self, name: str, *parts: Any, **options: Any) -> sa.Table:
        return sa.Table(name, self.metadata, *parts, **UTF8MB4, **options)

    @property
    def of_the_user(self) -> tuple[sa.Table, sa.Table, sa.Table]:
        """The three that belong to the user."""
        return self.chattings, self.admin_categories, self.admin_chat_keywords

    @property
    def ours(self) -> list[sa.Table]:
        """All the others."""
        return [table for table in self.metadata.tables.values() if table not in self.of_the_user]


def _numbers(*columns: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in columns]


_made: dict[tuple[object, ...], Tables] = {}


def made_once(names: Names, days: StoredDays = LOCAL_DAYS, **proven: Any) -> Tables:
    """The tables as `Tables` makes them, which takes some milliseconds: the same ones whenever they are asked for."""
    key = (*sorted(names.tables.items()), *sorted(names.columns.items()), days, *sorted(proven.items()))
    if key not in _made:
        _made[key] = Tables(names, days, **proven)
    return _made[key]
