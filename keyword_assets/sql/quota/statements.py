"""The statements of a quota book. Each request says some of them, so that a book builds them once."""

import sqlalchemy as sa

from keyword_assets.sql.database.tables import Tables

# What a place is: taken; a ticket, behind which others wait; or the ticket of a key that is shut out, which holds up
# nobody, because other keys may go ahead.
ADMITTED, IN_QUEUE, SHUT_OUT = 0, 1, 2


class QuotaStatements:
    """What is asked of the book of one account and key. Times are bound as `now`, `latest`, `ended` and `since`.

    Args:
        tables: the tables.
        account: whose book it is.
        key: whose closings are looked at.
    """

    def __init__(self, tables: Tables, account: bytes, key: bytes) -> None:
        place, closing = tables.quota.c, tables.closings.c
        mine, admitted = place.account == account, place.waiting == ADMITTED
        now, latest = _time("now"), _time("latest")
        in_queue, ticket = place.waiting == IN_QUEUE, sa.bindparam("ticket", type_=place.place_id.type)
        counts = sa.and_(mine, place.free_at > now, place.free_at <= latest)

        self.of_key = sa.and_(closing.account == account, closing.key_hash == key)
        """What is true of the key's closing."""
        self.closing = sa.select(tables.closings).where(self.of_key)
        """The key's closing, whether or not it is over."""
        self.newest = sa.select(place.place_id).where(mine).order_by(place.place_id.desc()).limit(sa.bindparam("rows"))
        """The numbers of the last `rows` places, the newest first."""
        self.sweep = sa.delete(tables.quota).where(
            mine,
            sa.or_(
                place.free_at <= _time("ended"),
                place.free_at > latest,
                sa.and_(place.waiting != ADMITTED, place.free_at <= now),
            ),
        )
        """Away with what ended before `ended`, is to be free after `latest`, or waited until `now`."""
        self.room = sa.select(
            _sum(sa.case((admitted, place.requests), else_=0)),
            _sum(sa.case((admitted, place.tokens), else_=0)),
            sa.func.count(sa.case((in_queue, 1))),
            sa.func.count(sa.case((sa.and_(in_queue, place.place_id == ticket), 1))),
            sa.func.count(sa.case((sa.and_(in_queue, place.place_id < ticket), 1))),
        ).where(counts)
        """Requests and tokens that are taken; how many wait, whether with this `ticket`, and how many before it."""
        first_free = sa.select(place.free_at).where(counts, admitted).order_by(place.free_at)
        self.free = first_free.limit(sa.bindparam("rows"))
        """When the first `rows` places are free."""
        self.used = sa.select(_sum(place.requests), _sum(place.tokens)).where(
            mine, admitted, place.free_at > _time("since")
        )
        """Requests and tokens of places that were not free at `since`."""


def _time(name: str) -> sa.BindParameter[float]:
    return sa.bindparam(name, type_=sa.Double())


def _sum(numbers: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(numbers), 0)
