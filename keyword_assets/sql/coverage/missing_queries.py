"""The statements about missing questions: those of now, and what is kept of them; they hold no connection."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.engine import Dialect

from keyword_assets.core.models.coverage import COUNTED
from keyword_assets.core.models.period import Period
from keyword_assets.sql.database.dialects import as_text, hash_of, identity_of, is_sqlite
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.queries import (
    apart,
    message_day,
    text_identity,
    text_of,
    texts_and_rows_of_days,
    with_quarantine,
    with_text_of,
)


def _missing(tables: Tables, period: Period, among: sa.Select[Any] | None = None) -> sa.Subquery:
    """The questions of the period without keyword rows, with what the quarantine says of them."""
    quarantine = tables.quarantine.c
    asked = texts_and_rows_of_days(tables, period, among, with_text=True)
    return (
        sa.select(
            asked.c.day,
            asked.c.identity,
            asked.c.messages,
            asked.c.first_at,
            asked.c.first,
            quarantine.reason,
            quarantine.tries,
            quarantine.quarantined_at,
        )
        .select_from(with_quarantine(tables, asked))
        .where(asked.c.identity.is_not(None), asked.c.fewest.is_(None))
        .subquery("missing")
    )


def _with_texts_and_last_state(tables: Tables, period: Period, missing: sa.Subquery) -> sa.FromClause:
    told = tables.missing_questions.c
    known = sa.and_(
        told.day == missing.c.day,
        # Known before anything is read, so that partitions of other days are left alone.
        told.day.between(period.start, period.end),
        told.text_hash == hash_of(missing.c.identity),
        told.closed_at.is_(None),
    )
    return with_text_of(tables, missing, missing).outerjoin(tables.missing_questions, known)


def missing(tables: Tables, period: Period, most: int | None) -> sa.Select[Any]:
    """Day, text, messages, reason, tries and since when of the missing questions, the most asked first."""
    found, since = _missing(tables, period), tables.missing_questions.c.missing_since
    return (
        sa.select(
            found.c.day,
            text_of(tables, found),
            found.c.messages,
            found.c.reason,
            found.c.tries,
            sa.func.coalesce(since, found.c.quarantined_at, type_=since.type),
        )
        .select_from(_with_texts_and_last_state(tables, period, found))
        .order_by(found.c.messages.desc(), found.c.day, found.c.first_at, apart(tables, found))
        .limit(most)
    )


def missing_by_key(tables: Tables, period: Period, keys: Collection[Any]) -> sa.Select[Any]:
    """Key, text, and since when a report knows it to be missing, of questions by the keys of their messages."""
    message, told, day = tables.chattings.c, tables.missing_questions.c, message_day(tables, period)
    known = sa.and_(
        told.day == day,
        told.day.between(period.start, period.end),
        told.text_hash == hash_of(text_identity(tables)),
        told.closed_at.is_(None),
    )
    return (
        sa.select(message.chatting_pk, as_text(message.input_text), told.missing_since)
        .select_from(tables.chattings.outerjoin(tables.missing_questions, known))
        .where(message.chatting_pk.in_(keys))
    )


def quarantine_reasons(tables: Tables, period: Period) -> sa.Select[Any]:
    """Reason and number of the missing questions that are quarantined."""
    quarantine = tables.quarantine.c
    found = _missing(tables, period, among=sa.select(identity_of(quarantine.query_text, quarantine.text_hash)))
    return (
        sa.select(found.c.reason, sa.func.count())
        .where(found.c.reason.is_not(None))
        .group_by(found.c.reason)
        .order_by(sa.func.count().desc(), found.c.reason)
    )


# -- what is kept -----------------------------------------------------------------------------------------------------


def keep_missing(tables: Tables, day: date, now: datetime, dialect: Dialect) -> sa.Insert:
    """Write down each missing question of the day, or bring up to date what is written of it."""
    table, found = tables.missing_questions, _missing(tables, Period.of(day))
    since = table.c.missing_since
    columns = {
        "day": found.c.day,
        "text_hash": hash_of(found.c.identity),
        "missing_since": sa.func.coalesce(since, sa.bindparam("now", now, since.type), type_=since.type),
        "query_text": text_of(tables, found),
        "query_count": found.c.messages,
        "reason": found.c.reason,
        "tries": sa.func.coalesce(found.c.tries, 0),
        "quarantined_at": found.c.quarantined_at,
    }
    # SQLite takes an ON after a join for a condition of it, if there is no WHERE in between.
    joined = _with_texts_and_last_state(tables, Period.of(day), found)
    rows = sa.select(*columns.values()).select_from(joined).where(sa.true())
    news = ("query_count", "reason", "tries", "quarantined_at")
    if is_sqlite(dialect):
        embedded = sqlite.insert(table).from_select(list(columns), rows)
        return embedded.on_conflict_do_update(
            index_elements=list(table.primary_key), set_={name: embedded.excluded[name] for name in news}
        )
    insert = mysql.insert(table).from_select(list(columns), rows)
    return insert.on_duplicate_key_update({name: insert.inserted[name] for name in news})


def close_missing(tables: Tables, day: date, now: datetime, *, all_of_them: bool) -> sa.Update:
    """Those of the day's questions that are missing no longer are so as of now.

    With `all_of_them` none of the day is missing, and there is no need to look.
    """
    table = tables.missing_questions
    # No gap ends before it began: clocks are set back, and local time repeats an hour when summer time ends.
    since = table.c.missing_since
    end = sa.case((since > now, since), else_=sa.bindparam("end", now, since.type))
    still_open = sa.update(table).where(table.c.day == day, table.c.closed_at.is_(None)).values(closed_at=end)
    if all_of_them:
        return still_open
    found = _missing(tables, Period.of(day))
    still_missing = sa.select(sa.literal(1)).select_from(found).where(hash_of(found.c.identity) == table.c.text_hash)
    return still_open.where(~still_missing.exists())


def kept_missing(tables: Tables, day: date, most: int) -> sa.Select[Any]:
    """The day's questions that were missing when it was kept last, the most asked first."""
    table = tables.missing_questions
    return (
        sa.select(table)
        .where(table.c.day == day, table.c.closed_at.is_(None))
        .order_by(table.c.query_count.desc(), table.c.text_hash)
        .limit(most)
    )


def latest_states(tables: Tables, period: Period) -> sa.Select[Any]:
    """Each day of the period that has a kept state, with the counts of its newest one, oldest day first."""
    kept = tables.day_states
    place = sa.func.row_number().over(partition_by=kept.c.day, order_by=kept.c.reported_at.desc()).label("place")
    ranked = sa.select(kept, place).where(kept.c.day.between(period.start, period.end)).subquery("ranked")
    return (
        sa.select(ranked.c.day, *(ranked.c[name] for name in COUNTED)).where(ranked.c.place == 1).order_by(ranked.c.day)
    )


def gaps(tables: Tables, period: Period) -> sa.Select[Any]:
    """Day, opening, closing (NULL while open) and the most missing questions of each gap, oldest first.

    A gap is a stretch of a day's states with something missing; the number of complete states before tells one from the
    next, and the first complete one after it closes it.
    """
    kept = tables.day_states
    missing = kept.c.questions - kept.c.classified
    complete = sa.case((missing == 0, 1), else_=0)
    seen = sa.func.sum(complete).over(partition_by=kept.c.day, order_by=kept.c.reported_at)
    state = (
        sa.select(kept.c.day, kept.c.reported_at, missing.label("missing"), seen.label("seen"))
        .where(kept.c.day.between(period.start, period.end))
        .cte("state")
    )
    gap = (
        sa.select(
            state.c.day,
            state.c.seen,
            sa.func.min(state.c.reported_at).label("opened_at"),
            sa.func.max(state.c.missing).label("most"),
        )
        .where(state.c.missing > 0)
        .group_by(state.c.day, state.c.seen)
        .subquery("gap")
    )
    end = state.alias("ending")
    closing = sa.and_(end.c.day == gap.c.day, end.c.missing == 0, end.c.seen == gap.c.seen + 1)
    return (
        sa.select(gap.c.day, gap.c.opened_at, end.c.reported_at, gap.c.most)
        .select_from(gap.outerjoin(end, closing))
        .order_by(gap.c.day, gap.c.opened_at)
    )
