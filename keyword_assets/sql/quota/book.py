"""The quota book as a table: the places of every process on the same account, on the database's own clock."""

import hashlib
import math
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.foreign import visible
from keyword_assets.core.quota.limits import Limits
from keyword_assets.core.quota.places import Closing, Settled, Turn, Wanted
from keyword_assets.sql.database.dialects import database_clock
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.quota.statements import ADMITTED, IN_QUEUE, SHUT_OUT, QuotaStatements

# A process that waits looks in every second; one that has not for so long has gone.
_TICKET_SECONDS = 5.0
# When others stand before us in the queue, their turn is a matter of milliseconds once there is room.
_QUEUE_SECONDS = 0.05
# So many of those who wait look again as soon as one place is free, which may have the tokens of several; those behind
# them wait for one place more each. A hundred who looked at once would keep the one from the book whose turn it is.
_AWAKE = 2
_LEAST_SECONDS = 0.001
# Who waits for the one request that tries whether a closing is over looks again after this.
_PROBE_SECONDS = 1.0
# How often what is over is swept away: it holds nobody up.
_SWEEP_SECONDS = 1.0
# Rounding and clocks: less than this share of a limit is not laid to a stranger.
_TOLERANCE = 0.02
# A place that is to be free later than this stems from a clock that was set back, or from a version before 0007, which
# closed the book by a place that could last for a day: nobody is held up by it.
_LATEST_SECONDS = 3600.0
# No closing lasts longer, whatever a row says: HCX_MAX_WAIT_SECONDS cannot be more than a day.
LONGEST_CLOSING_SECONDS = 2 * 86_400.0
_REASON_CHARS = 255


def account_of(base_url: str, model: str) -> bytes:
    """What a quota belongs to: HCX counts by main account and model, and a database serves one account.

    The key is no part of it: several keys of one account share its quota.
    """
    return hashlib.sha256(f"{base_url}\n{model}".encode()).digest()


def hash_of_key(api_key: str) -> bytes:
    """What stands for a key in the database: what the server says to one key must not hold up another."""
    return hashlib.sha256(f"keyword_closings\n{api_key}".encode()).digest()


class SqlQuotaBook:
    """See `QuotaBook`.

    Where a claim is repeated after a commit of which we were not told, the first place stands empty until it lapses:
    some quota goes unused, and never too much is used.

    Args:
        engine: the database.
        tables: the tables.
        account: from `account_of`.
        key: from `hash_of_key`.
        clock: seconds, the same for all processes; by default the database's.
    """

    def __init__(
        self,
        engine: Engine,
        tables: Tables,
        account: bytes,
        key: bytes,
        clock: Callable[[Connection], float] | None = None,
    ) -> None:
        self._engine = engine
        self._tables = tables
        self._table = tables.quota
        self._closings = tables.closings
        self._account = account
        self._key = key
        self._statements = QuotaStatements(tables, account, key)
        self._clock = clock or database_clock
        self._swept_at = -math.inf

    @repeated
    def claim(self, wanted: Wanted) -> Turn:
        """Note what has settled, then take a place if there is room, nobody waits before us and we are not shut out.

        After a closing one request goes ahead to see whether it is over; the others wait for what it hears.
        """
        with self._alone() as connection:
            now = self._clock(connection)
            self._settle(connection, wanted.settled, wanted.limits, now)
            shut, closing = self._shut_out(connection, now)
            wait, room = (shut, 0) if shut else self._room(connection, wanted, now)
            kept = wanted.longest + wanted.limits.window if wait == 0 else _TICKET_SECONDS
            waiting = ADMITTED if wait == 0 else IN_QUEUE if closing is None else SHUT_OUT
            values = {"waiting": waiting, "requests": 1, "tokens": wanted.tokens, "free_at": now + kept}
            place = self._take(connection, wanted.ticket, values, now)
            if closing is not None and wait == 0:
                self._change_closing(connection, probe=place, probe_until=now + wanted.longest)
                room = 0
            behind = self._insert(connection, [{**values, "tokens": tokens} for tokens in wanted.behind[:room]])
            return Turn(place, wait, closing if wait else None, behind)

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
            self._probes_ended(connection, {place})

    @repeated
    def close(self, seconds: float, reason: str) -> None:
        """Let no request of our key in for so long. Of several closings that which lasts longest counts."""
        with self._alone() as connection:
            until = self._clock(connection) + seconds
            there = self._closing(connection)
            if there is None:
                values = {"account": self._account, "key_hash": self._key, "free_at": until, "reason": reason}
                connection.execute(sa.insert(self._closings).values(**values))
            elif left_of(there.free_at, until) <= 0:
                self._change_closing(connection, free_at=until, reason=reason, probe=None, probe_until=None)

    @repeated
    def closed(self) -> Closing | None:
        """How long our key is still shut out, and why; None when it is not."""
        with reading(self._engine) as connection:
            there = self._closing(connection)
            left = 0.0 if there is None else left_of(there.free_at, self._clock(connection))
            return Closing(left, said_of(there.reason)) if there is not None and left > 0 else None

    # -- inside a transaction -----------------------------------------------------------------------------------------

    def _alone(self) -> AbstractContextManager[Connection]:
        """A transaction in which we have the book for ourselves. Whoever needs the clock looks at it in there."""
        return writing_alone(self._engine, self._tables, "quota")

    def _take(self, connection: Connection, ticket: int | None, values: dict[str, Any], now: float) -> int:
        """Keep a ticket, or make a place of it; a new one for who has none, or was away for so long that it lapsed."""
        if ticket is not None:
            mine = (self._table.c.place_id == ticket, self._table.c.free_at > now)
            if connection.execute(sa.update(self._table).where(*mine).values(**values)).rowcount:
                return ticket
        return self._insert(connection, [values])[0]

    def _insert(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> tuple[int, ...]:
        """Their numbers, in their order: nobody else has been given one meanwhile."""
        if not rows:
            return ()
        places = [{"account": self._account, **row} for row in rows]
        if len(places) == 1:
            key = connection.execute(sa.insert(self._table), places[0]).inserted_primary_key
            assert key is not None
            return (int(key[0]),)
        connection.execute(sa.insert(self._table), places)
        return tuple(sorted(connection.execute(self._statements.newest, {"rows": len(rows)}).scalars()))

    def _settle(self, connection: Connection, settled: Collection[Settled], limits: Limits, now: float) -> None:
        if not settled:
            return
        self._hear(connection, settled, now)
        place = self._table.c.place_id
        charged = {s.place: s.tokens for s in settled}
        until = {s.place: now - s.ago + limits.window for s in settled}
        connection.execute(
            sa.update(self._table)
            .where(place.in_(charged))
            .values(tokens=sa.case(charged, value=place), free_at=sa.case(until, value=place))
        )
        # The newest word of the server counts; what it said before is contained in it.
        for news in sorted(settled, key=lambda s: s.ago):
            if news.meters is not None:
                self._notice_strangers(connection, news, limits, now)
                break

    def _room(self, connection: Connection, wanted: Wanted, now: float) -> tuple[float, int]:
        """Seconds until looking again is worth it, 0 when there is room now; and for how many of those behind, too."""
        limits = wanted.limits
        # What settled longest ago is still needed to tell our own use from a stranger's.
        latest = now + max(_LATEST_SECONDS, 2 * (wanted.longest + limits.window))
        times = {"now": now, "latest": latest}
        if abs(now - self._swept_at) >= _SWEEP_SECONDS:
            self._swept_at = now
            connection.execute(self._statements.sweep, {**times, "ended": now - wanted.longest})
        row = connection.execute(self._statements.room, {**times, "ticket": wanted.ticket or 0}).one()
        requests, tokens, queue, ours, earlier = map(whole, row)
        # Who comes for the first time, or was away for too long, is behind all who wait.
        before_us = earlier if ours else queue
        # A request larger than the whole quota is let through alone, to be refused by the server in its own words.
        room = not requests or (requests < limits.requests and tokens + wanted.tokens <= limits.tokens)
        if not room:
            rows = max(1, before_us + 2 - _AWAKE)
            free_at = connection.execute(self._statements.free, {**times, "rows": rows}).scalars().all()
            return max(_LEAST_SECONDS, left_of(free_at[-1] if free_at else None, now)), 0
        if before_us:
            return max(1, before_us + 2 - _AWAKE) * _QUEUE_SECONDS, 0
        return 0.0, _fitting(wanted, requests, tokens, max(1, queue))

    def _notice_strangers(self, connection: Connection, news: Settled, limits: Limits, now: float) -> None:
        """Where the server counts more than all of us can have used, somebody else uses the account: make way.

        All of ours that may have been counted when the server spoke are those not yet free when the request was sent
        that it answered; those sent since are among them, so that nobody is suspected for what we did.
        """
        meters = news.meters
        assert meters is not None
        row = connection.execute(self._statements.used, {"since": now - news.sent_ago}).one()
        # More than all of it cannot be used, whatever the server says.
        requests = min(limits.requests, _excess(meters.limit_requests, meters.remaining_requests, whole(row[0])))
        tokens = min(limits.tokens, _excess(meters.limit_tokens, meters.remaining_tokens, whole(row[1])))
        if requests or tokens:
            until = now - news.ago + limits.window
            values = {"waiting": ADMITTED, "requests": requests, "tokens": tokens, "free_at": until}
            self._insert(connection, [values])

    # -- shut out -----------------------------------------------------------------------------------------------------

    def _closing(self, connection: Connection) -> Any:
        return connection.execute(self._statements.closing).one_or_none()

    def _change_closing(self, connection: Connection, **values: Any) -> None:
        connection.execute(sa.update(self._closings).where(self._statements.of_key).values(**values))

    def _shut_out(self, connection: Connection, now: float) -> tuple[float, Closing | None]:
        """Seconds until looking again is worth it, and the closing that is in force or not yet known to be over."""
        there = self._closing(connection)
        if there is None:
            return 0.0, None
        left = left_of(there.free_at, now)
        if left > 0:
            return left, Closing(left, said_of(there.reason))
        probing = left_of(there.probe_until, now) > 0
        return _PROBE_SECONDS if probing else 0.0, Closing(0.0, said_of(there.reason))

    def _hear(self, connection: Connection, settled: Collection[Settled], now: float) -> None:
        """A request that was sent after the closing and served ends it; one that was not makes room for the next."""
        there = self._closing(connection)
        if there is None:
            return
        if any(s.served and left_of(there.free_at, now - s.sent_ago) <= 0 for s in settled):
            connection.execute(sa.delete(self._closings).where(self._statements.of_key))
        else:
            self._probes_ended(connection, {s.place for s in settled})

    def _probes_ended(self, connection: Connection, places: Collection[int]) -> None:
        connection.execute(
            sa.update(self._closings)
            .where(self._statements.of_key, self._closings.c.probe.in_(places))
            .values(probe=None, probe_until=None)
        )


def left_of(until: object, now: float) -> float:
    """Seconds until a time that a row holds; 0 where it holds none, or one that nobody of us can have written."""
    left = float(until) - now if isinstance(until, (int, float)) else 0.0
    return left if 0 < left <= LONGEST_CLOSING_SECONDS else 0.0


def whole(total: object) -> int:
    """A sum of a column, in which SQLite lets anything stand."""
    return int(total) if isinstance(total, (int, Decimal)) or (isinstance(total, float) and math.isfinite(total)) else 0


def said_of(reason: object) -> str:
    """Why a key was shut out, as a row has it, fit to be shown."""
    return visible(str(reason), _REASON_CHARS)


def _fitting(wanted: Wanted, requests: int, tokens: int, sharing: int) -> int:
    """How many of those behind have room in their order, after so many requests and tokens and the one they follow.

    As many processes as are `sharing` wait, each with a ticket: what is free is shared out evenly. One by one it would
    come free faster than the next in the queue can notice that it is their turn.
    """
    limits, number = wanted.limits, 0
    most_requests = requests + (limits.requests - requests) // sharing
    most_tokens = tokens + (limits.tokens - tokens) // sharing
    requests, tokens = requests + 1, tokens + wanted.tokens
    for more in wanted.behind:
        requests, tokens = requests + 1, tokens + more
        if requests > most_requests or tokens > most_tokens:
            break
        number += 1
    return number


def _excess(limit: int | None, remaining: int | None, ours: int) -> int:
    """How much of a meter is used beyond what we can have used ourselves; 0 where the server does not say."""
    if limit is None or remaining is None:
        return 0
    excess = limit - remaining - ours
    return excess if excess > limit * _TOLERANCE else 0
