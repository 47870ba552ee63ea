"""Questions that share a keyword with another one, of the days around it."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.quality.desk import Neighbour
from keyword_assets.core.questions import shared_text
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.queries import of_days
from keyword_assets.sql.rows import KeywordRow, rows_there

# Before and after its own.
_DAYS = 3
# Of a day; most of them may be of the same text, in whichever spelling.
_ROWS = 50


@repeated
def neighbours(
    engine: Engine, tables: Tables, day: date, text: str, keywords: Collection[str], most: int
) -> list[Neighbour]:
    """At most so many other texts that share one of the keywords; those of the nearest days come first.

    No more is gone through than the rows of these days, by the index over `created_at`, and none after the last that is
    needed.
    """
    found: dict[str, Neighbour] = {}
    own = shared_text(text)
    with reading(engine) as connection:
        for near in _days_around(day) if keywords else ():
            new: dict[str, str] = {}
            for each in _texts(connection, tables, near, keywords):
                new.setdefault(shared_text(each), each)
            wanted = [(near, each) for key, each in new.items() if key not in (own, *found)][: most - len(found)]
            for (_, each), rows in rows_there(connection, tables, wanted).items():
                found[shared_text(each)] = Neighbour(near, each, _answer(rows))
            if len(found) >= most:
                break
    return list(found.values())


def _days_around(day: date) -> Iterator[date]:
    for step in (0, *(step for distance in range(1, _DAYS + 1) for step in (-distance, distance))):
        # The calendar ends somewhere, and a day's end is the beginning of the next.
        if date.min.toordinal() <= day.toordinal() + step < date.max.toordinal():
            yield day + timedelta(days=step)


def _texts(connection: Connection, tables: Tables, day: date, keywords: Collection[str]) -> list[str]:
    return [row.query_text for row in connection.execute(sharing(tables, day, keywords))]


def _answer(rows: Sequence[KeywordRow]) -> Answer:
    said = [(row.keyword, row.category_id) for row in rows]
    return tuple(dict.fromkeys(Keyword(word, number) for word, number in said if word and number is not None))


def sharing(tables: Tables, day: date, keywords: Collection[str]) -> sa.Select[Any]:
    """The texts of rows of the day with one of these keywords."""
    row = tables.admin_chat_keywords.c
    shares = row.keyword.in_(list(keywords))
    return sa.select(row.query_text).where(of_days(tables, Period.of(day)), shares).limit(_ROWS)
