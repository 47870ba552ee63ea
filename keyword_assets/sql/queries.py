"""Functions that return statements; they hold no connection."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from keyword_assets.core.models import Period
from keyword_assets.sql.dialects import asks_nothing, day_of, identity_of, next_midnight
from keyword_assets.sql.tables import Tables


def _in_period(column: sa.Column[Any], period: Period) -> sa.ColumnElement[bool]:
    """Half-open, so that 23:59:59.999999 belongs to its day and the next midnight does not; served by an index."""
    return sa.and_(column >= period.start, column < period.end + timedelta(days=1))


def _keyword_identity(tables: Tables) -> identity_of:
    return identity_of(tables.admin_chat_keywords.c.query_text, tables.keyword_text_hash)


def _quarantine_identity(tables: Tables) -> identity_of:
    return identity_of(tables.quarantine.c.query_text, tables.quarantine.c.text_hash)


def texts_of_days(tables: Tables, period: Period) -> sa.Subquery:
    """One row for each (day, text): `day`, `identity` (NULL for all blank ones together), `messages`, `first_pk`.

    The one pass over the messages that everything is counted from. Served by the index `ix_keyword_day` alone where
    `chattings` has our columns, in the order in which it groups; else by the index on `created_at`, and every text is
    read, tested and hashed.
    """
    chat = tables.chattings.c
    day: sa.ColumnElement[Any]
    identity: sa.ColumnElement[Any]
    inside: sa.ColumnElement[bool]
    if tables.has_chat_columns:
        day, identity = tables.chat_day, tables.chat_text_hash
        inside = day.between(period.start, period.end)
    else:
        day = day_of(chat.created_at)
        identity = sa.case((sa.not_(asks_nothing(chat.input_text)), identity_of(chat.input_text)), else_=sa.null())
        inside = _in_period(chat.created_at, period)
    return (
        sa.select(
            day.label("day"),
            identity.label("identity"),
            sa.func.count().label("messages"),
            sa.func.min(chat.chatting_pk).label("first_pk"),
        )
        .select_from(tables.chattings)
        .where(inside)
        # By place: a name would mean the user's column, should `chattings` have a `day` or an `identity`.
        .group_by(sa.text("1"), sa.text("2"))
        .subquery("asked")
    )


def _has_rows(tables: Tables, asked: sa.Subquery) -> sa.ColumnElement[bool]:
    """Whether a question has a keyword row; looked up in the index over text and `created_at`, in its order."""
    row = tables.admin_chat_keywords.c
    return sa.and_(
        _keyword_identity(tables) == asked.c.identity,
        row.created_at >= asked.c.day,
        row.created_at < next_midnight(asked.c.day),
    )


def _with_quarantine(tables: Tables, asked: sa.Subquery) -> sa.FromClause:
    return asked.outerjoin(tables.quarantine, _quarantine_identity(tables) == asked.c.identity)


def coverage(tables: Tables, period: Period) -> sa.Select[Any]:
    """For each day that has messages: messages, blank, questions, classified, quarantined.

    The look-up is an expression, not a join: MariaDB would otherwise build a table of all keyword rows first.
    """
    asked = texts_of_days(tables, period)
    classified = sa.exists().where(_has_rows(tables, asked)).correlate(asked)
    aside = _quarantine_identity(tables)
    return (
        sa.select(
            asked.c.day,
            sa.func.sum(asked.c.messages),
            sa.func.sum(sa.case((asked.c.identity.is_(None), asked.c.messages), else_=0)),
            sa.func.count(asked.c.identity),
            sa.func.sum(sa.case((classified, 1), else_=0)),
            sa.func.sum(sa.case((aside.is_(None), 0), (classified, 0), else_=1)),
        )
        .select_from(_with_quarantine(tables, asked))
        .group_by(asked.c.day)
    )


def open_questions(tables: Tables, period: Period, *, most_asked_first: bool) -> sa.Select[Any]:
    """Day, count and text of each question that is neither classified nor quarantined.

    The text is fetched by the first message's key, so that no text goes through the aggregation.
    """
    asked = texts_of_days(tables, period)
    chat, row = tables.chattings.c, tables.admin_chat_keywords.c
    count = asked.c.messages.desc()
    order = (count, asked.c.day) if most_asked_first else (asked.c.day, count)
    return (
        sa.select(asked.c.day, asked.c.messages, chat.input_text)
        .select_from(
            _with_quarantine(tables, asked)
            .outerjoin(tables.admin_chat_keywords, _has_rows(tables, asked))
            .join(tables.chattings, chat.chatting_pk == asked.c.first_pk)
        )
        .where(asked.c.identity.is_not(None), row.created_at.is_(None), _quarantine_identity(tables).is_(None))
        .order_by(*order, asked.c.first_pk)
    )


def quarantined_questions(tables: Tables, period: Period) -> sa.Select[Any]:
    """The questions of the period that are missing because their text is quarantined, most asked first."""
    asked = texts_of_days(tables, period)
    aside, row = tables.quarantine.c, tables.admin_chat_keywords.c
    return (
        sa.select(
            asked.c.day,
            asked.c.messages,
            aside.query_text,
            aside.reason,
            aside.tries,
            aside.last_reply,
            aside.quarantined_at,
            aside.share_key,
        )
        .select_from(
            asked.join(tables.quarantine, _quarantine_identity(tables) == asked.c.identity).outerjoin(
                tables.admin_chat_keywords, _has_rows(tables, asked)
            )
        )
        .where(row.created_at.is_(None))
        .order_by(asked.c.day, asked.c.messages.desc(), asked.c.first_pk)
    )


def wrong_counts(tables: Tables, period: Period) -> sa.Select[Any]:
    """How many keyword rows of the period carry another `query_count` than their question's messages."""
    asked, row = texts_of_days(tables, period), tables.admin_chat_keywords.c
    return sa.select(sa.func.count()).where(*_miscounted(tables, asked, row, period))


def correct_counts(tables: Tables, period: Period) -> sa.Update:
    """Set `query_count` of those rows to what it should be."""
    asked, row = texts_of_days(tables, period), tables.admin_chat_keywords.c
    return (
        sa.update(tables.admin_chat_keywords)
        .where(*_miscounted(tables, asked, row, period))
        .values(query_count=asked.c.messages)
    )


def _miscounted(tables: Tables, asked: sa.Subquery, row: Any, period: Period) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _in_period(row.created_at, period),
        _has_rows(tables, asked),
        sa.or_(row.query_count.is_(None), row.query_count != asked.c.messages),
    )


def already_classified(tables: Tables, day: date, identities: Collection[str | bytes]) -> sa.Select[Any]:
    """Which of these texts have keyword rows for the day; served by the index on text and `created_at`."""
    row = tables.admin_chat_keywords.c
    identity = _keyword_identity(tables)
    return (
        sa.select(identity.label("identity"))
        .where(_in_period(row.created_at, Period.of(day)), identity.in_(list(identities)))
        .distinct()
    )


def answers(tables: Tables, keys: Collection[bytes], version: str) -> sa.Select[Any]:
    """Share key and answer of those that were answered under the version."""
    answer = tables.answers.c
    return sa.select(answer.share_key, answer.answer).where(
        answer.share_key.in_(list(keys)), answer.classifier_version == version
    )


def quarantined(tables: Tables, keys: Collection[bytes]) -> sa.Select[Any]:
    """The quarantine's rows for these share keys."""
    aside = tables.quarantine.c
    return sa.select(aside.share_key, aside.query_text, aside.reason, aside.tries, aside.last_reply).where(
        aside.share_key.in_(list(keys))
    )


def latest_report(tables: Tables, day: date) -> sa.Select[Any]:
    """The newest state reported for a day."""
    report = tables.reports.c
    return (
        sa.select(
            report.reported_at,
            report.messages,
            report.blank,
            report.questions,
            report.classified,
            report.quarantined,
        )
        .where(report.day == day)
        .order_by(report.reported_at.desc())
        .limit(1)
    )


def spent_krw(tables: Tables, day: date, not_by: str) -> sa.Select[Any]:
    """KRW spent on a calendar day by all runs but one."""
    usage = tables.usage
    return sa.select(sa.func.coalesce(sa.func.sum(usage.c.cost_krw), 0)).where(
        usage.c.used_on == day, usage.c.run_id != not_by
    )


def lock(tables: Tables, name: str) -> sa.Select[Any]:
    """Take one of the rows that are locks, so that looking and writing are one step for all processes.

    `write` is for whoever writes answers, `quota` for the quota book. SQLite has no row locks and needs none: its
    writing transactions begin with the file's one lock.
    """
    return sa.select(tables.locks.c.name).where(tables.locks.c.name == name).with_for_update()
