"""Functions that return statements; they hold no connection."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from keyword_assets.core.classifying.answers import MAX_KEYWORD_CHARS
from keyword_assets.core.models.period import Period
from keyword_assets.sql.database.dialects import as_day, as_text, asks_nothing, day_of, identity_of, in_the_calendar
from keyword_assets.sql.database.stored_days import month_ends
from keyword_assets.sql.database.tables import Tables

_DAY = timedelta(days=1)


# -- messages ---------------------------------------------------------------------------------------------------------


def messages_of(tables: Tables, period: Period) -> sa.ColumnElement[bool]:
    """The messages of the period; served by the index on `created_at`.

    Half-open, so that 23:59:59.999999 belongs to its day and the next midnight does not.
    """
    at, days = tables.chattings.c.created_at, tables.days
    return sa.and_(
        at >= days.beginning(period.start),
        at < days.beginning(period.end + _DAY),
        in_the_calendar(at, month_ends(period)),
    )


def message_day(tables: Tables, period: Period) -> sa.ColumnElement[date]:
    """The day of a message of the period."""
    at = tables.chattings.c.created_at
    if tables.days.as_they_stand:
        return day_of(at)
    branches: list[tuple[sa.ColumnElement[bool], sa.ColumnElement[date]]] = []
    for stretch in tables.days.stretches(period):
        branches.append((at < min(stretch.ends, stretch.ends_as_shifted), day_of(at, stretch.seconds)))
        if stretch.ends_as_shifted < stretch.ends:
            branches.append((at < stretch.ends, as_day(stretch.last)))
    (_, only), *more = branches
    return sa.case(*branches) if more else only


def text_identity(tables: Tables) -> sa.ColumnElement[Any]:
    """What makes the text of a message itself."""
    return identity_of(as_text(tables.chattings.c.input_text))


def texts_of_days(
    tables: Tables, period: Period, among: sa.Select[Any] | None = None, *, with_text: bool = False
) -> sa.Subquery:
    """One row for each (day, text): `day`, `identity` (NULL for all blank ones together), `messages`.

    With `among`, only of texts whose identity it selects; with `with_text`, also what `texts_from` needs.

    The one pass over the messages that everything is counted from: served by the index on `created_at`, and every text
    is read, tested and hashed.
    """
    message = tables.chattings.c
    text = text_identity(tables)
    columns: list[sa.ColumnElement[Any]] = [
        message_day(tables, period).label("day"),
        sa.case((sa.not_(asks_nothing(message.input_text)), text), else_=sa.null()).label("identity"),
        sa.func.count().label("messages"),
    ]
    if with_text:
        one_of_them = message.chatting_pk if tables.key_is_unique else as_text(message.input_text)
        columns += [sa.func.min(message.created_at).label("first_at"), sa.func.min(one_of_them).label("first")]
    return (
        sa.select(*columns)
        .select_from(tables.chattings)
        .where(messages_of(tables, period), *([] if among is None else [text.in_(among)]))
        # By place: a name would mean the user's column, should `chattings` have a `day` or an `identity`.
        .group_by(sa.text("1"), sa.text("2"))
        .subquery("asked")
    )


def text_of(tables: Tables, texts: sa.FromClause) -> sa.ColumnElement[str]:
    """The text of a row that has `first` from `texts_of_days`, where it was joined by `with_text_of`."""
    return as_text(tables.chattings.c.input_text) if tables.key_is_unique else sa.type_coerce(texts.c.first, sa.Text())


def with_text_of(tables: Tables, texts: sa.FromClause, joined: sa.FromClause) -> sa.FromClause:
    """`joined` with what `text_of` takes the text from.

    By the key of a message where that is proven to be one, so that no text goes through the aggregation. Elsewhere any
    text of the group is the one: they are the same byte for byte.
    """
    if not tables.key_is_unique:
        return joined
    return joined.join(tables.chattings, tables.chattings.c.chatting_pk == texts.c.first)


# -- keyword rows -----------------------------------------------------------------------------------------------------


def of_days(tables: Tables, period: Period) -> sa.ColumnElement[bool]:
    """The keyword rows of the period; served by an index over `created_at`."""
    at = tables.admin_chat_keywords.c.created_at
    return sa.and_(at >= period.start, at < period.end + _DAY)


def row_day(tables: Tables) -> sa.ColumnElement[date]:
    """The day of a keyword row."""
    return day_of(tables.admin_chat_keywords.c.created_at)


def row_identity(tables: Tables) -> identity_of:
    """What makes the text of a keyword row itself."""
    return identity_of(tables.admin_chat_keywords.c.query_text)


def keyword_identity(tables: Tables) -> identity_of:
    """What makes the keyword of a row itself."""
    return identity_of(tables.admin_chat_keywords.c.keyword)


def _quarantine_identity(tables: Tables) -> identity_of:
    return identity_of(tables.quarantine.c.query_text, tables.quarantine.c.text_hash)


def rows_of_days(tables: Tables, period: Period) -> sa.Subquery:
    """One row for each (day, text) with keyword rows: `day`, `identity`, and the range of their `query_count`.

    `fewest` is -1 where a row has no count.
    """
    row = tables.admin_chat_keywords.c
    return (
        sa.select(
            row_day(tables).label("day"),
            row_identity(tables).label("identity"),
            sa.func.min(sa.func.coalesce(row.query_count, -1)).label("fewest"),
            sa.func.max(row.query_count).label("most"),
        )
        .select_from(tables.admin_chat_keywords)
        .where(of_days(tables, period))
        .group_by(sa.text("1"), sa.text("2"))
        .subquery("kept")
    )


def same(kept: sa.Subquery, asked: sa.Subquery) -> sa.ColumnElement[bool]:
    """Whether the two, of `rows_of_days` and `texts_of_days`, are of the same day and text."""
    return sa.and_(kept.c.day == asked.c.day, identity_of(kept.c.identity, kept.c.identity) == asked.c.identity)


def _miscounted(kept: sa.Subquery, asked: sa.Subquery) -> sa.ColumnElement[bool]:
    return sa.or_(kept.c.fewest != asked.c.messages, kept.c.most != asked.c.messages)


def with_quarantine(tables: Tables, asked: sa.Subquery) -> sa.FromClause:
    """The texts, each with its row of the quarantine where it is in it."""
    return asked.outerjoin(tables.quarantine, _quarantine_identity(tables) == asked.c.identity)


def coverage(tables: Tables, period: Period) -> sa.Select[Any]:
    """For each day that has messages: messages, blank, questions, classified, quarantined, miscounted.

    Messages and keyword rows are each grouped by day and text, and the two are joined: a quarter faster than to look up
    each question's rows, and their counts come with it.
    """
    asked, kept = texts_of_days(tables, period), rows_of_days(tables, period)
    quarantine = _quarantine_identity(tables)
    return (
        sa.select(
            asked.c.day,
            sa.func.sum(asked.c.messages),
            sa.func.sum(sa.case((asked.c.identity.is_(None), asked.c.messages), else_=0)),
            sa.func.count(asked.c.identity),
            sa.func.count(kept.c.day),
            sa.func.sum(sa.case((quarantine.is_(None), 0), (kept.c.day.is_(None), 1), else_=0)),
            sa.func.sum(sa.case((_miscounted(kept, asked), 1), else_=0)),
        )
        .select_from(with_quarantine(tables, asked).outerjoin(kept, same(kept, asked)))
        .group_by(asked.c.day)
    )


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


def open_questions(
    tables: Tables, period: Period, *, most_asked_first: bool, reclassify: bool = False
) -> sa.Select[Any]:
    """Day, count and text of each question that is neither classified nor quarantined, or only not quarantined."""
    asked, kept = texts_of_days(tables, period, with_text=True), rows_of_days(tables, period)
    count = asked.c.messages.desc()
    order = (count, asked.c.day) if most_asked_first else (asked.c.day, count)
    joined = with_quarantine(tables, asked).outerjoin(kept, same(kept, asked))
    return (
        sa.select(asked.c.day, asked.c.messages, text_of(tables, asked))
        .select_from(with_text_of(tables, asked, joined))
        .where(asked.c.identity.is_not(None), _quarantine_identity(tables).is_(None))
        .where(*(() if reclassify else (kept.c.day.is_(None),)))
        .order_by(*order, asked.c.first_at, asked.c.first)
    )


def quarantined_questions(tables: Tables, period: Period) -> sa.Select[Any]:
    """The questions of the period that are missing because their text is quarantined, by day, most asked first."""
    asked, kept = texts_of_days(tables, period, with_text=True), rows_of_days(tables, period)
    quarantine = tables.quarantine.c
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
        .select_from(
            asked.join(tables.quarantine, _quarantine_identity(tables) == asked.c.identity).outerjoin(
                kept, same(kept, asked)
            )
        )
        .where(kept.c.day.is_(None))
        .order_by(asked.c.day, asked.c.messages.desc(), asked.c.first_at, asked.c.first)
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


def rows_of(tables: Tables, day: date, texts: Mapping[str | bytes, str]) -> sa.Select[Any]:
    """Text, keyword and category of the day's rows of these texts, which are given under their identities."""
    row = tables.admin_chat_keywords.c
    return sa.select(row_identity(tables).label("identity"), row.keyword, row.category_id).where(
        rows_about(tables, day, texts)
    )


def delete_rows(tables: Tables, day: date, texts: Mapping[str | bytes, str]) -> sa.Delete:
    """Delete these texts' rows of the day."""
    return sa.delete(tables.admin_chat_keywords).where(rows_about(tables, day, texts))


def rows_about(tables: Tables, day: date, texts: Mapping[str | bytes, str]) -> sa.ColumnElement[bool]:
    """The day's rows of these texts; served by `ix_keyword_text`, or by an index over `created_at`.

    A text that is the same byte for byte is the same under every collation, too: the column finds the rows that come
    into question, by its index if it has one, and the identity decides.
    """
    found = [of_days(tables, Period.of(day)), row_identity(tables).in_(list(texts))]
    if tables.finds_rows_by_text:
        found.append(tables.admin_chat_keywords.c.query_text.in_(list(texts.values())))
    return sa.and_(*found)


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


def spent_krw(tables: Tables, day: date, not_by: str) -> sa.Select[Any]:
    """KRW spent on a calendar day by all runs but one."""
    usage = tables.usage
    return sa.select(sa.func.coalesce(sa.func.sum(usage.c.cost_krw), 0)).where(
        usage.c.used_on == day, usage.c.run_id != not_by
    )
