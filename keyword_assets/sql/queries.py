"""What the statements of all subjects are made of: the questions of days, and the keyword rows of days.

They hold no connection; each subject has its own statements in its `queries`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from keyword_assets.core.models.period import Period
from keyword_assets.sql.database.dialects import as_day, as_text, asks_nothing, day_of, identity_of, in_the_calendar
from keyword_assets.sql.database.stored_days import month_ends
from keyword_assets.sql.database.tables import Tables

_DAY = timedelta(days=1)
# Bound parameters of one statement; SQLite allows 32,766, MySQL packets are the limit elsewhere.
_CHUNK = 500


def chunks(keys: Iterable[Any]) -> Iterator[list[Any]]:
    """The keys in lists short enough for one statement."""
    remaining = list(keys)
    for start in range(0, len(remaining), _CHUNK):
        yield remaining[start : start + _CHUNK]


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
    tables: Tables,
    period: Period,
    among: sa.Select[Any] | None = None,
    *,
    late: sa.ColumnElement[bool] | None = None,
    with_text: bool = False,
) -> sa.Subquery:
    """One row for each (day, text): `day`, `identity` (NULL for all blank ones together), `messages`.

    With `among`, only of texts whose identity it selects; with `late`, only of those messages; with `with_text`, also
    what `text_of` needs.

    The one pass over the messages that everything is counted from: served by the index on `created_at`, and every text
    is read, tested and hashed.
    """
    message = tables.chattings.c
    columns = [*_asked_by(tables, period), sa.func.count().label("messages")]
    if with_text:
        columns += [sa.func.min(message.created_at).label("first_at"), sa.func.min(one_of_them(tables)).label("first")]
    return (
        sa.select(*columns)
        .select_from(tables.chattings)
        .where(_among(tables, period, among), *([] if late is None else [late]))
        # By place: a name would mean the user's column, should `chattings` have a `day` or an `identity`.
        .group_by(sa.text("1"), sa.text("2"))
        .subquery("asked")
    )


def _asked_by(tables: Tables, period: Period) -> list[sa.ColumnElement[Any]]:
    """The `day` of a message, and the `identity` of what it asks; NULL if that is nothing."""
    asks = sa.not_(asks_nothing(tables.chattings.c.input_text))
    return [
        message_day(tables, period).label("day"),
        sa.case((asks, text_identity(tables)), else_=sa.null()).label("identity"),
    ]


def _among(tables: Tables, period: Period, among: sa.Select[Any] | None) -> sa.ColumnElement[bool]:
    found = messages_of(tables, period)
    return found if among is None else sa.and_(found, text_identity(tables).in_(among))


def one_of_them(tables: Tables) -> sa.ColumnElement[Any]:
    """What a group of messages with the same text is to be asked the least of, for `text_of`: its `first`."""
    message = tables.chattings.c
    return message.chatting_pk if tables.key_is_unique else as_text(message.input_text)


def text_of(tables: Tables, texts: sa.FromClause) -> sa.ColumnElement[str]:
    """The text of a row that has `first` from `texts_of_days`, where it was joined by `with_text_of`."""
    return as_text(tables.chattings.c.input_text) if tables.key_is_unique else sa.type_coerce(texts.c.first, sa.Text())


def apart(tables: Tables, texts: sa.FromClause) -> sa.ColumnElement[Any]:
    """What puts the texts in an order that are alike in all else, and tells each from its neighbours.

    Never the text itself: MySQL refuses to sort by one that does not fit its sort buffer.
    """
    found: sa.ColumnElement[Any] = texts.c.first if tables.key_is_unique else texts.c.identity
    return found


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


def quarantine_identity(tables: Tables) -> identity_of:
    """What makes a quarantined text itself."""
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


def texts_and_rows_of_days(
    tables: Tables, period: Period, among: sa.Select[Any] | None = None, *, with_text: bool = False
) -> sa.Subquery:
    """One row for each (day, text) that is asked or has keyword rows: both of the above.

    `messages` is 0 where it is not asked, `fewest` NULL where it has no rows. Where `identity` is NULL, blank messages
    and rows without a text are together.

    In one grouping of messages and rows alike: to group each by itself and to join them takes any database twice as
    long.
    """
    message, row = tables.chattings.c, tables.admin_chat_keywords.c
    asked = [
        *_asked_by(tables, period),
        sa.literal_column("1", sa.Integer()).label("messages"),
        *(sa.null().label(name) for name in ("fewest", "most")),
    ]
    kept = [
        row_day(tables),
        row_identity(tables),
        sa.literal_column("0", sa.Integer()),
        sa.func.coalesce(row.query_count, -1),
        row.query_count,
    ]
    if with_text:
        asked += [message.created_at.label("first_at"), one_of_them(tables).label("first")]
        kept += [sa.null(), sa.null()]
    both = sa.union_all(
        sa.select(*asked).select_from(tables.chattings).where(_among(tables, period, among)),
        sa.select(*kept).select_from(tables.admin_chat_keywords).where(of_days(tables, period)),
    ).subquery("both")
    columns = [
        both.c.day,
        both.c.identity,
        sa.func.sum(both.c.messages).label("messages"),
        sa.func.min(both.c.fewest).label("fewest"),
        sa.func.max(both.c.most).label("most"),
    ]
    if with_text:
        columns += [sa.func.min(both.c[name]).label(name) for name in ("first_at", "first")]
    return sa.select(*columns).group_by(both.c.day, both.c.identity).subquery("asked")


def same(kept: sa.Subquery, asked: sa.Subquery) -> sa.ColumnElement[bool]:
    """Whether the two, of `rows_of_days` and `texts_of_days`, are of the same day and text."""
    return sa.and_(kept.c.day == asked.c.day, identity_of(kept.c.identity, kept.c.identity) == asked.c.identity)


def with_quarantine(tables: Tables, asked: sa.Subquery) -> sa.FromClause:
    """The texts, each with its row of the quarantine where it is in it."""
    return asked.outerjoin(tables.quarantine, quarantine_identity(tables) == asked.c.identity)


def rows_about(tables: Tables, day: date, texts: Mapping[str | bytes, str]) -> sa.ColumnElement[bool]:
    """The day's rows of these texts; served by `ix_keyword_text`, or by an index over `created_at`.

    A text that is the same byte for byte is the same under every collation, too: the column finds the rows that come
    into question, by its index if it has one, and the identity decides.
    """
    found = [of_days(tables, Period.of(day))]
    if tables.finds_rows_by_text:
        # Before the identity, whose hash then is of few texts also without the index.
        found.append(tables.admin_chat_keywords.c.query_text.in_(list(texts.values())))
    return sa.and_(*found, row_identity(tables).in_(list(texts)))
