"""The statements that count days, and read what was counted; they hold no connection."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from keyword_assets.core.classifying.answers import MAX_KEYWORD_CHARS
from keyword_assets.core.models.period import Period
from keyword_assets.sql.database.dialects import asks_nothing, identity_of
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.queries import (
    of_days,
    quarantine_identity,
    row_day,
    row_identity,
    rows_of_days,
    same,
    texts_and_rows_of_days,
    texts_of_days,
    with_quarantine,
)


def coverage(tables: Tables, period: Period) -> sa.Select[Any]:
    """For each day with messages or rows: messages, blank, questions, classified, quarantined, orphaned, miscounted."""
    text = texts_and_rows_of_days(tables, period)
    numbers = sa.select(text.c.day, *_numbers(tables, text))
    return numbers.select_from(with_quarantine(tables, text)).group_by(text.c.day)


def coverage_and_missing(tables: Tables, period: Period) -> sa.Select[Any]:
    """The same numbers in rows that add up to each day's: one for each missing question, and one for all else.

    Of a missing question there are also the key of its first message, which is NULL of all else, when that came, and
    the quarantine's reason, tries and time: all that its place in a list needs, in the one pass that counts the day.
    """
    text, quarantine = texts_and_rows_of_days(tables, period, with_text=True), tables.quarantine.c
    is_missing = sa.and_(text.c.messages > 0, text.c.identity.is_not(None), text.c.fewest.is_(None))
    # As the database has it, which orders what is alike in all else: not every time that is stored is one.
    first_at = sa.type_coerce(sa.func.min(text.c.first_at), sa.String())
    told = (quarantine.reason, quarantine.tries, quarantine.quarantined_at)
    return (
        sa.select(
            text.c.day,
            sa.case((is_missing, text.c.first)).label("missing"),
            first_at,
            *(sa.func.min(column, type_=column.type) for column in told),
            *_numbers(tables, text),
        )
        .select_from(with_quarantine(tables, text))
        .group_by(sa.text("1"), sa.text("2"))
    )


def _numbers(tables: Tables, text: sa.Subquery) -> list[sa.ColumnElement[int]]:
    is_question = sa.and_(text.c.messages > 0, text.c.identity.is_not(None))
    has_rows, is_set_aside = text.c.fewest.is_not(None), quarantine_identity(tables).is_not(None)
    miscounted = sa.or_(text.c.fewest != text.c.messages, text.c.most != text.c.messages)
    return [
        sa.func.sum(text.c.messages),
        sa.func.sum(sa.case((text.c.identity.is_(None), text.c.messages), else_=0)),
        _number_of(is_question),
        _number_of(is_question, has_rows),
        _number_of(is_question, sa.not_(has_rows), is_set_aside),
        _number_of(sa.not_(is_question), has_rows),
        _number_of(is_question, miscounted),
    ]


def _number_of(*those: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((sa.and_(*those), 1), else_=0))


def texts_with_rows(tables: Tables, period: Period) -> sa.Select[Any]:
    """For each day that has keyword rows: how many texts have some, asked that day or not."""
    kept = rows_of_days(tables, period)
    return sa.select(kept.c.day, sa.func.count()).group_by(kept.c.day)


def categories(tables: Tables, period: Period) -> sa.Select[Any]:
    """For each day and category id of its rows: questions, messages, rows, rows too many, rows with a bad keyword.

    Questions and messages are those of the day's messages; the rest is of all rows, whether asked or not. Surplus are
    the rows beyond the first of a text and keyword; nothing that is NULL is the same as anything.
    The one pass over the rows themselves, which are looked up from where `of_days` finds them: keywords and categories
    are in no index.
    """
    asked, row = texts_of_days(tables, period), tables.admin_chat_keywords.c
    keyword = identity_of(row.keyword)
    too_long = sa.func.length(sa.func.substr(row.keyword, MAX_KEYWORD_CHARS + 1)) > 0
    surplus = sa.func.count(row.keyword) - sa.func.count(keyword.distinct())
    kept = (
        sa.select(
            row_day(tables).label("day"),
            row_identity(tables).label("identity"),
            row.category_id.label("category_id"),
            sa.func.count().label("n"),
            sa.case((row.category_id.is_(None), 0), else_=surplus).label("surplus"),
            sa.func.sum(sa.case((sa.or_(asks_nothing(row.keyword), too_long), 1), else_=0)).label("bad"),
        )
        .select_from(tables.admin_chat_keywords)
        .where(of_days(tables, period))
        .group_by(sa.text("1"), sa.text("2"), sa.text("3"))
        .subquery("kept")
    )
    return (
        sa.select(
            kept.c.day,
            kept.c.category_id,
            sa.func.count(asked.c.day),
            sa.func.coalesce(sa.func.sum(asked.c.messages), 0),
            sa.func.sum(kept.c.n),
            sa.func.sum(kept.c.surplus),
            sa.func.sum(kept.c.bad),
        )
        .select_from(kept.outerjoin(asked, same(kept, asked)))
        .group_by(kept.c.day, kept.c.category_id)
    )


def category_share(tables: Tables, category_id: int, period: Period) -> sa.Select[Any]:
    """Over the days of the period whose categories are kept: how many, questions under the category, classified ones.

    A day without any question under the category has no row for it, and counts all the same.
    """
    fact, of_day, of_category = tables.facts, tables.day_categories.alias("of_day"), tables.day_categories
    kept = sa.select(sa.literal(1)).select_from(of_day).where(of_day.c.day == fact.c.day).exists()
    return (
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(of_category.c.questions), 0),
            sa.func.coalesce(sa.func.sum(fact.c.classified), 0),
        )
        .select_from(
            fact.outerjoin(
                of_category, sa.and_(of_category.c.day == fact.c.day, of_category.c.category_id == category_id)
            )
        )
        .where(fact.c.day.between(period.start, period.end), kept)
    )


def latest_state(tables: Tables, day: date) -> sa.Select[Any]:
    """The newest state of a day that was kept."""
    state = tables.day_states.c
    return (
        sa.select(
            state.reported_at,
            state.messages,
            state.blank,
            state.questions,
            state.classified,
            state.quarantined,
        )
        .where(state.day == day)
        .order_by(state.reported_at.desc())
        .limit(1)
    )
