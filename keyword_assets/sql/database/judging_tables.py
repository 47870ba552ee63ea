"""The tables of whether answers are right: evaluations, what people answer, and what they say of answers."""

import sqlalchemy as sa

from keyword_assets.sql.database.columns import BIG_ID, HASH, LONG_TEXT, SHORT_TEXT, WallClock, numbers
from keyword_assets.sql.database.own import OwnTables


class JudgingTables(OwnTables):
    """Evaluations, corrections and reviews."""

    def declare_quality(self) -> None:
        """What is known of whether answers are right."""
        self.evaluations = self.own(
            "keyword_evaluations",
            sa.Column("evaluation_id", BIG_ID, primary_key=True, autoincrement=True),
            sa.Column("configuration", sa.String(64), nullable=False),
            sa.Column("details", LONG_TEXT, nullable=False),
            sa.Column("golden", sa.String(64), nullable=False),
            sa.Column("golden_name", SHORT_TEXT, nullable=False),
            sa.Column("began_at", WallClock(), nullable=False),
            sa.Column("ended_at", WallClock()),
            sa.Column("in_force_at", WallClock()),
            *numbers("questions", "answered", "right_answers", "requests", "prompt", "completion", "reserved"),
            sa.Column("cost_krw", sa.Numeric(16, 4, asdecimal=False), nullable=False),
            sa.Column("seconds", sa.Double(), nullable=False),
        )
        self.evaluation_answers = self.own(
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
        self.corrections = self.own(
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
        self.replaced_rows = self.own(
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

    def declare_reviewing(self) -> None:
        """What people say of answers."""
        self.audits = self.own(
            "keyword_audits",
            sa.Column("audit_id", BIG_ID, primary_key=True, autoincrement=True),
            sa.Column("start_day", sa.Date(), nullable=False),
            sa.Column("end_day", sa.Date(), nullable=False),
            sa.Column("drawn_at", WallClock(), nullable=False),
            sa.Column("seed", sa.BigInteger(), nullable=False),
            sa.Column("sampled_by", sa.String(16), nullable=False),
            *numbers("size", "questions", "messages"),
            sa.Column("strata", LONG_TEXT, nullable=False),
            sa.Column("expected_margin", sa.Double(), nullable=False),
            sa.Column("classifier_version", sa.String(64), nullable=False),
        )
        self.review_items = self.own(
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
