"""The statements of classifying: what is open, what is kept of it, and what is written; they hold no connection."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from keyword_assets.core.models.period import Period
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.queries import (
    apart,
    of_days,
    quarantine_identity,
    row_identity,
    text_of,
    texts_and_rows_of_days,
    texts_of_days,
    with_quarantine,
    with_text_of,
)


def open_questions(
    tables: Tables, period: Period, *, most_asked_first: bool, reclassify: bool = False
) -> sa.Select[Any]:
    """Day, count and text of each question that is neither classified nor quarantined, or only not quarantined."""
    texts = texts_of_days if reclassify else texts_and_rows_of_days
    asked = texts(tables, period, with_text=True)
    count = asked.c.messages.desc()
    order = (count, asked.c.day) if most_asked_first else (asked.c.day, count)
    return (
        sa.select(asked.c.day, asked.c.messages, text_of(tables, asked))
        .select_from(with_text_of(tables, asked, with_quarantine(tables, asked)))
        .where(asked.c.identity.is_not(None), quarantine_identity(tables).is_(None))
        .where(*(() if reclassify else (asked.c.fewest.is_(None),)))
        .order_by(*order, asked.c.first_at, apart(tables, asked))
    )


def quarantined_questions(tables: Tables, period: Period) -> sa.Select[Any]:
    """The questions of the period that are missing because their text is quarantined, by day, most asked first."""
    asked, quarantine = texts_and_rows_of_days(tables, period, with_text=True), tables.quarantine.c
    return (
        sa.select(
            asked.c.day,
            asked.c.messages,
            quarantine.query_text,
            quarantine.reason,
            quarantine.tries,
            quarantine.last_reply,
            quarantine.quarantined_at,
            quarantine.share_key,
        )
        .select_from(asked.join(tables.quarantine, quarantine_identity(tables) == asked.c.identity))
        .where(asked.c.fewest.is_(None))
        .order_by(asked.c.day, asked.c.messages.desc(), asked.c.first_at, apart(tables, asked))
    )


def correct_counts(tables: Tables, day: date) -> sa.Update:
    """Set `query_count` of the day's rows that carry another than their question's messages."""
    asked, row = texts_of_days(tables, Period.of(day)), tables.admin_chat_keywords.c
    return (
        sa.update(tables.admin_chat_keywords)
        .where(
            of_days(tables, Period.of(day)),
            row_identity(tables) == asked.c.identity,
            sa.or_(row.query_count.is_(None), row.query_count != asked.c.messages),
        )
        .values(query_count=asked.c.messages)
    )


def answers(tables: Tables, keys: Collection[bytes], version: str) -> sa.Select[Any]:
    """Share key and answer of those that were answered under the version."""
    answer = tables.answers.c
    return sa.select(answer.share_key, answer.answer).where(
        answer.share_key.in_(list(keys)), answer.classifier_version == version
    )


def quarantined(tables: Tables, keys: Collection[bytes]) -> sa.Select[Any]:
    """The quarantine's rows for these share keys."""
    quarantine = tables.quarantine.c
    return sa.select(
        quarantine.share_key, quarantine.query_text, quarantine.reason, quarantine.tries, quarantine.last_reply
    ).where(quarantine.share_key.in_(list(keys)))


def spent_krw(tables: Tables, day: date, not_by: str) -> sa.Select[Any]:
    """KRW spent on a calendar day by all runs but one."""
    usage = tables.usage
    return sa.select(sa.func.coalesce(sa.func.sum(usage.c.cost_krw), 0)).where(
        usage.c.used_on == day, usage.c.run_id != not_by
    )
