"""The statements behind a report; they hold no connection. All adding up is done by the server.

In the users' tables a keyword, a category or a count may be NULL, where another program wrote it: the first two are
left out, as there is nothing to show, and no count is none.
"""

from typing import Any

import sqlalchemy as sa

from keyword_assets.core.models.period import Period
from keyword_assets.sql.database.dialects import asks_nothing, exactly, identity_of, number_of_days
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.queries import (
    apart,
    message_day,
    messages_of,
    of_days,
    one_of_them,
    row_day,
    row_identity,
    text_identity,
    text_of,
    texts_of_days,
    with_text_of,
)

# The greatest number that both kinds of database take for a limit.
_ALL_OF_THEM = 2**63 - 1


def _said_of(tables: Tables, period: Period) -> sa.Subquery:
    """The rows of a day's text: `day`, `identity`, `keyword`, `category_id`.

    Cut at more than there can be, so that the server makes a table of them and finds a text's rows there by its own
    key. To have each of them once, it would sort all.
    """
    row = tables.admin_chat_keywords.c
    return (
        sa.select(
            row_day(tables).label("day"),
            row_identity(tables).label("identity"),
            exactly(row.keyword).label("keyword"),
            row.category_id.label("category_id"),
        )
        .where(of_days(tables, period))
        .limit(_ALL_OF_THEM)
        .subquery("said")
    )


def _said_on(day: sa.ColumnElement[Any], said: sa.Subquery, texts: sa.Subquery) -> sa.ColumnElement[bool]:
    return sa.and_(
        said.c.day == day,
        identity_of(said.c.identity, said.c.identity) == identity_of(texts.c.identity, texts.c.identity),
    )


def _count(tables: Tables) -> sa.ColumnElement[int]:
    return sa.func.coalesce(tables.admin_chat_keywords.c.query_count, 0)


def category_days(tables: Tables, period: Period) -> sa.Select[Any]:
    """Day, category, questions and messages; a question with two keywords under a category counts once there."""
    row = tables.admin_chat_keywords.c
    kept = (
        sa.select(
            row_day(tables).label("day"),
            row_identity(tables).label("identity"),
            row.category_id.label("category_id"),
            sa.func.max(_count(tables)).label("messages"),
        )
        .where(of_days(tables, period), row.category_id.is_not(None))
        .group_by(sa.text("1"), sa.text("2"), sa.text("3"))
        .subquery("kept")
    )
    return (
        sa.select(kept.c.day, kept.c.category_id, sa.func.count(), sa.func.sum(kept.c.messages))
        .group_by(kept.c.day, kept.c.category_id)
        .order_by(kept.c.day, kept.c.category_id)
    )


def keywords(tables: Tables, period: Period, before: Period) -> sa.Select[Any]:
    """Keyword, questions, messages, and messages of the period just before; most asked first, in one pass."""
    row = tables.admin_chat_keywords.c
    now = of_days(tables, period)
    messages = sa.func.sum(sa.case((now, _count(tables)), else_=0)).label("messages")
    questions = sa.func.sum(sa.case((now, 1), else_=0)).label("questions")
    earlier = sa.func.sum(sa.case((now, 0), else_=_count(tables))).label("earlier")
    counted = (
        sa.select(exactly(row.keyword).label("keyword"), questions, messages, earlier)
        .where(of_days(tables, Period(before.start, period.end)), row.keyword.is_not(None))
        .group_by(sa.text("1"))
        .subquery("counted")
    )
    return (
        sa.select(counted)
        .where(counted.c.questions > 0)
        .order_by(counted.c.messages.desc(), exactly(counted.c.keyword))
    )


def questions_by_day(tables: Tables, period: Period) -> sa.Select[Any]:
    """Each question: identity, day, messages, text, the day of its keyword rows if it has some, and a row for each.

    By day, and the most asked first.
    """
    asked, said = texts_of_days(tables, period, with_text=True), _said_of(tables, period)
    joined = with_text_of(tables, asked, asked).outerjoin(said, _said_on(asked.c.day, said, asked))
    return (
        sa.select(
            asked.c.identity,
            asked.c.day,
            asked.c.messages,
            text_of(tables, asked),
            said.c.day,
            said.c.keyword,
            said.c.category_id,
        )
        .select_from(joined)
        .where(asked.c.identity.is_not(None))
        .order_by(
            asked.c.day,
            asked.c.messages.desc(),
            asked.c.first_at,
            apart(tables, asked),
            said.c.keyword,
            said.c.category_id,
        )
    )


def _texts(tables: Tables, period: Period, most: int | None) -> sa.Subquery:
    """The texts asked most: `identity`, `messages`, `days`, `last_day`, and what `text_of` needs.

    In one grouping by text: in two, by day first, a database sorts everything twice.
    """
    message, day = tables.chattings.c, message_day(tables, period)
    return (
        sa.select(
            text_identity(tables).label("identity"),
            sa.func.count().label("messages"),
            sa.func.max(day, type_=day.type).label("last_day"),
            sa.func.min(message.created_at).label("first_at"),
            sa.func.min(one_of_them(tables)).label("first"),
            number_of_days(day, period).label("days"),
        )
        .select_from(tables.chattings)
        .where(messages_of(tables, period), sa.not_(asks_nothing(message.input_text)))
        .group_by(sa.text("1"))
        .order_by(
            sa.text("messages DESC"), sa.text("first_at"), sa.text("first" if tables.key_is_unique else "identity")
        )
        .limit(most)
        .subquery("texts")
    )


def most_asked(tables: Tables, period: Period, most: int) -> sa.Select[Any]:
    """The texts asked most: text, messages, days, last day."""
    texts = _texts(tables, period, most)
    return (
        sa.select(text_of(tables, texts), texts.c.messages, texts.c.days, texts.c.last_day)
        .select_from(with_text_of(tables, texts, texts))
        .order_by(texts.c.messages.desc(), texts.c.first_at, apart(tables, texts))
    )


def questions(tables: Tables, period: Period, most: int | None) -> sa.Select[Any]:
    """The same with a row for each keyword of that last day: `first`, text, messages, days, last day, the keyword.

    Rows of one text follow each other, and `first` tells it from its neighbours.
    """
    texts, said = _texts(tables, period, most), _said_of(tables, period)
    return (
        sa.select(
            apart(tables, texts),
            text_of(tables, texts),
            texts.c.messages,
            texts.c.days,
            texts.c.last_day,
            said.c.keyword,
            said.c.category_id,
        )
        .select_from(with_text_of(tables, texts, texts).outerjoin(said, _said_on(texts.c.last_day, said, texts)))
        .order_by(
            texts.c.messages.desc(),
            texts.c.first_at,
            apart(tables, texts),
            said.c.keyword,
            said.c.category_id,
        )
    )


def examples(tables: Tables, period: Period, category_id: int, most: int) -> sa.Select[Any]:
    """The texts of a category asked most: text, messages, days, last day."""
    row = tables.admin_chat_keywords.c
    kept = (
        sa.select(
            row_day(tables).label("day"),
            row_identity(tables).label("identity"),
            sa.func.max(_count(tables)).label("messages"),
            sa.func.min(row.query_text).label("text"),
        )
        .where(of_days(tables, period), row.category_id == category_id)
        .group_by(sa.text("1"), sa.text("2"))
        .subquery("kept")
    )
    messages = sa.func.sum(kept.c.messages).label("messages")
    counted: list[sa.ColumnElement[Any]] = [messages, sa.func.count(), sa.func.max(kept.c.day)]
    return (
        sa.select(sa.func.min(kept.c.text), *counted)
        .group_by(kept.c.identity)
        .order_by(messages.desc(), kept.c.identity)
        .limit(most)
    )


def spent(tables: Tables, period: Period) -> sa.Select[Any]:
    """For each day of questions and model: requests, retries, possibly_twice, prompt, completion, reserved, KRW."""
    usage = tables.usage.c
    numbers = (usage.requests, usage.retries, usage.possibly_twice, usage.prompt, usage.completion, usage.reserved)
    return (
        sa.select(usage.day, usage.model, *(sa.func.sum(number) for number in numbers), sa.func.sum(usage.cost_krw))
        .where(usage.day.between(period.start, period.end))
        .group_by(usage.day, usage.model)
        .order_by(usage.day, usage.model)
    )
