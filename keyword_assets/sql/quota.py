"""The quota book as a table: the places of every process on the same account, on the database's own clock."""

import hashlib
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.quota import Limits, Settled, Turn, Wanted
from keyword_assets.sql.dialects import database_clock
from keyword_assets.sql.engine import repeated
from keyword_assets.sql.locks import writing_alone
from keyword_assets.sql.tables import Tables

# A process that waits looks in every second; one that has not for so long has gone.
_TICKET_SECONDS = 5.0
# When others stand before us in the queue, their turn is a matter of milliseconds once there is room.
_QUEUE_SECONDS = 0.05
_LEAST_SECONDS = 0.001
# Rounding and clocks: less than this share of a limit is not laid to a stranger.
_TOLERANCE = 0.02


def account_of(base_url: str, model: str) -> bytes:
    """What a quota belongs to: HCX counts by main account and model, and a database serves one account.

    The key is no part of it: several keys of one account share its quota.
    """
    return hashlib.sha256(f"{base_url}\n{model}".encode()).digest()


class SqlQuotaBook:
    """See `QuotaBook`.

    Where a claim is repeated after a commit of which we were not told, the first place stands empty until it lapses:
    some quota goes unused, and never too much is used.

    Args:
        engine: the database.
        tables: the tables.
        account: from `account_of`.
        clock: seconds, the same for all processes; by default the database's.
    """

    def __init__(
        self,
        engine: Engine,
        tables: Tables,
        account: bytes,
        clock: Callable[[Connection], float] | None = None,
    ) -> None:
        self._engine = engine
        self._tables = tables
        self._table = tables.quota
        self._account = account
        self._clock = clock or database_clock

    @repeated
    def claim(self, wanted: Wanted) -> Turn:
        """Note what has settled, then take a place if there is room and nobody waits before us."""
        with self._alone() as connection:
            now = self._clock(connection)
            self._settle(connection, wanted.settled, wanted.limits, now)
            wait = self._wait(connection, wanted, now)
            kept = wanted.longest + wanted.limits.window if wait == 0 else _TICKET_SECONDS
            values = {"waiting": int(wait > 0), "requests": 1, "tokens": wanted.tokens, "free_at": now + kept}
            if wanted.ticket is not None:
                table = self._table
                renewed = connection.execute(sa.update(table).where(table.c.place_id == wanted.ticket).values(**values))
                if renewed.rowcount:
                    return Turn(wanted.ticket, wait)
            # New, or away for so long that the ticket has lapsed.
            return Turn(self._insert(connection, values), wait)

    @repeated
    def settle(self, settled: tuple[Settled, ...], limits: Limits) -> None:
        """Note what has settled."""
        with self._alone() as connection:
            self._settle(connection, settled, limits, self._clock(connection))

    @repeated
    def give_back(self, place: int) -> None:
        """Leave the queue, or give up a place whose request was not sent."""
        with self._alone() as connection:
            connection.execute(sa.delete(self._table).where(self._table.c.place_id == place))

    @repeated
    def close(self, seconds: float, limits: Limits) -> None:
        """Fill the quota for so long with a place that is nobody's."""
        with self._alone() as connection:
            now = self._clock(connection)
            self._insert(
                connection,
                {"waiting": 0, "requests": limits.requests, "tokens": limits.tokens, "free_at": now + seconds},
            )

    # -- inside a transaction -----------------------------------------------------------------------------------------

    def _alone(self) -> AbstractContextManager[Connection]:
        """A transaction in which we have the book for ourselves. Whoever needs the clock looks at it in there."""
        return writing_alone(self._engine, self._tables, "quota")

    def _insert(self, connection: Connection, values: dict[str, Any]) -> int:
        inserted = connection.execute(sa.insert(self._table).values(account=self._account, **values))
        assert inserted.inserted_primary_key is not None
        return int(inserted.inserted_primary_key[0])

    def _settle(self, connection: Connection, settled: Collection[Settled], limits: Limits, now: float) -> None:
        if not settled:
            return
        table = self._table
        statement = (
            sa.update(table)
            .where(table.c.place_id == sa.bindparam("place"))
            .values(tokens=sa.bindparam("charged"), free_at=sa.bindparam("until"))
        )
        connection.execute(
            statement,
            [{"place": s.place, "charged": s.tokens, "until": now - s.ago + limits.window} for s in settled],
        )
        # The newest word of the server counts; what it said before is contained in it.
        for news in sorted(settled, key=lambda s: s.ago):
            if news.meters is not None:
                self._notice_strangers(connection, news, limits, now)
                break

    def _wait(self, connection: Connection, wanted: Wanted, now: float) -> float:
        """Seconds until looking again is worth it; 0 when there is room now."""
        table, limits = self._table, wanted.limits
        mine = table.c.account == self._account
        # What settled longest ago is still needed to tell our own use from a stranger's.
        connection.execute(sa.delete(table).where(mine, table.c.free_at <= now - wanted.longest))
        connection.execute(sa.delete(table).where(mine, table.c.waiting == 1, table.c.free_at <= now))
        row = connection.execute(
            sa.select(
                sa.func.coalesce(sa.func.sum(sa.case((table.c.waiting == 0, table.c.requests), else_=0)), 0),
                sa.func.coalesce(sa.func.sum(sa.case((table.c.waiting == 0, table.c.tokens), else_=0)), 0),
                sa.func.min(sa.case((table.c.waiting == 0, table.c.free_at))),
                sa.func.min(sa.case((table.c.waiting == 1, table.c.place_id))),
            ).where(mine, table.c.free_at > now)
        ).one()
        requests, tokens, first_free_at, first_ticket = int(row[0]), int(row[1]), row[2], row[3]
        # A request larger than the whole quota is let through alone, to be refused by the server in its own words.
        room = not requests or (requests < limits.requests and tokens + wanted.tokens <= limits.tokens)
        if not room:
            return max(_LEAST_SECONDS, float(first_free_at) - now)
        return 0.0 if first_ticket in (None, wanted.ticket) else _QUEUE_SECONDS

    def _notice_strangers(self, connection: Connection, news: Settled, limits: Limits, now: float) -> None:
        """Where the server counts more than all of us can have used, somebody else uses the account: make way.

        All of ours that may have been counted when the server spoke are those not yet free when the request was sent
        that it answered; those sent since are among them, so that nobody is suspected for what we did.
        """
        table, meters = self._table, news.meters
        assert meters is not None
        row = connection.execute(
            sa.select(
                sa.func.coalesce(sa.func.sum(table.c.requests), 0), sa.func.coalesce(sa.func.sum(table.c.tokens), 0)
            ).where(table.c.account == self._account, table.c.waiting == 0, table.c.free_at > now - news.sent_ago)
        ).one()
        requests = _excess(meters.limit_requests, meters.remaining_requests, int(row[0]))
        tokens = _excess(meters.limit_tokens, meters.remaining_tokens, int(row[1]))
        if requests or tokens:
            until = now - news.ago + limits.window
            self._insert(connection, {"waiting": 0, "requests": requests, "tokens": tokens, "free_at": until})


def _excess(limit: int | None, remaining: int | None, ours: int) -> int:
    """How much of a meter is used beyond what we can have used ourselves; 0 where the server does not say."""
    if limit is None or remaining is None:
        return 0
    excess = limit - remaining - ours
    return excess if excess > limit * _TOLERANCE else 0
