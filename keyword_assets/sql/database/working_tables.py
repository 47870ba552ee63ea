"""The tables that work needs: what is asked, what it takes, how far days are, and what people are told of it."""

import sqlalchemy as sa

from keyword_assets.core.models.coverage import COUNTED, ROW_FAULTS
from keyword_assets.sql.database.columns import BIG_ID, HASH, LONG_TEXT, SHORT_TEXT, WallClock, numbers
from keyword_assets.sql.database.own import OwnTables

# What tells whether a day has changed, see `sql.coverage.marks`.
MARKS = ("messages", "message_texts", "rows", "row_texts", "quarantine")


class WorkingTables(OwnTables):
    """Classifying, quota, coverage and alerts."""

    def declare_classifying(self) -> None:
        """What is kept of answers, and who asks."""
        self.answers = self.own(
            "keyword_answers",
            sa.Column("share_key", HASH, primary_key=True),
            sa.Column("classifier_version", sa.String(64), primary_key=True),
            sa.Column("answer", LONG_TEXT, nullable=False),
            sa.Column("answered_at", WallClock(), nullable=False),
        )
        self.quarantine = self.own(
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
        self.workers = self.own(
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
        self.claims = self.own(
            "keyword_claims",
            sa.Column("share_key", HASH, primary_key=True),
            sa.Column("classifier_version", sa.String(64), primary_key=True),
            sa.Column("worker_id", sa.String(64), nullable=False, index=True),
        )
        self.sizes = self.own(
            "keyword_sizes",
            sa.Column("classifier_version", sa.String(64), primary_key=True),
            sa.Column("sizes", LONG_TEXT, nullable=False),
            sa.Column("learned_at", WallClock(), nullable=False),
        )
        self.locks = self.own("keyword_locks", sa.Column("name", sa.String(64), primary_key=True))

    def declare_quota(self) -> None:
        """What requests take and cost."""
        self.quota = self.own(
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
        self.closings = self.own(
            "keyword_closings",
            sa.Column("account", HASH, primary_key=True),
            sa.Column("key_hash", HASH, primary_key=True),
            sa.Column("free_at", sa.Double(), nullable=False),
            sa.Column("reason", SHORT_TEXT, nullable=False),
            sa.Column("probe", sa.BigInteger()),
            sa.Column("probe_until", sa.Double()),
        )
        self.usage = self.own(
            "keyword_usage",
            sa.Column("used_on", sa.Date(), primary_key=True),
            sa.Column("run_id", sa.String(64), primary_key=True),
            sa.Column("day", sa.Date(), primary_key=True, index=True),
            sa.Column("model", sa.String(64), primary_key=True),
            *numbers("requests", "retries", "possibly_twice", "prompt", "completion", "reserved"),
            sa.Column("cost_krw", sa.Numeric(16, 4, asdecimal=False), nullable=False),
        )
        self.sent_texts = self.own(
            "keyword_sent_texts",
            sa.Column("sent_on", sa.Date(), primary_key=True),
            sa.Column("day", sa.Date(), primary_key=True),
            sa.Column("texts", sa.BigInteger(), nullable=False),
        )

    def declare_coverage(self) -> None:
        """The numbers of days."""
        self.day_states = self.own(
            "keyword_missing_reports",
            sa.Column("day", sa.Date(), primary_key=True),
            sa.Column("reported_at", WallClock(), primary_key=True),
            *numbers(*COUNTED),
        )
        self.missing_questions = self.own(
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
        self.facts = self.own(
            "keyword_day_facts",
            sa.Column("day", sa.Date(), primary_key=True),
            sa.Column("counted_at", sa.Double(), nullable=False),
            sa.Column("newest_message", sa.BigInteger(), nullable=False),
            sa.Column("recent_messages", sa.Integer(), nullable=False),
            *numbers(*COUNTED, *ROW_FAULTS),
            sa.Column("newest_row", sa.BigInteger()),
            *(sa.Column(f"{name}_mark", sa.BigInteger()) for name in MARKS),
        )
        self.day_categories = self.own(
            "keyword_day_categories",
            sa.Column("day", sa.Date(), primary_key=True),
            sa.Column("category_id", sa.Integer(), primary_key=True, autoincrement=False),
            sa.Column("questions", sa.BigInteger(), nullable=False),
            sa.Column("messages", sa.BigInteger(), nullable=False),
            sa.Column("counted_at", WallClock(), nullable=False),
        )

    def declare_telling(self) -> None:
        """What people are told."""
        self.runs = self.own(
            "keyword_runs",
            sa.Column("run_id", sa.String(64), primary_key=True),
            sa.Column("ended_at", WallClock(), nullable=False, index=True),
            sa.Column("start_day", sa.Date(), nullable=False),
            sa.Column("end_day", sa.Date(), nullable=False),
            sa.Column("outcome", sa.String(32), nullable=False),
            sa.Column("reason", SHORT_TEXT, nullable=False),
        )
        self.alerts = self.own(
            "keyword_alerts",
            sa.Column("subject", sa.String(128), primary_key=True),
            sa.Column("kind", sa.String(32), nullable=False),
            sa.Column("began_at", WallClock(), nullable=False),
            sa.Column("told_at", WallClock()),
            sa.Column("details", LONG_TEXT, nullable=False),
        )
        self.outbox = self.own(
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
