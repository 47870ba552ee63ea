"""What the tables know of an account's quota, to be seen and to be forgotten.

Places in the quota and money spent are not forgotten: the one would let the quota be exceeded, the other the budget.
"""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.classifying.sizing import is_usable, limits_in, notes_in
from keyword_assets.core.foreign import visible
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.quota.known import Forgotten, KnownClosing, KnownQuota, KnownSizes
from keyword_assets.sql.database.dialects import database_clock
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.quota.book import hash_of_key, left_of, said_of, whole

# Of a key's hash, as much as tells two keys apart.
_FINGERPRINT_CHARS = 8
_MOST_CHARS = 255
_USAGE = ("requests", "retries", "possibly_twice", "prompt", "completion", "reserved")


def fingerprint(api_key: str | None) -> str | None:
    """What stands for a key where people read it."""
    return None if api_key is None else hash_of_key(api_key).hex()[:_FINGERPRINT_CHARS]


class KnownQuotas:
    """Looks at what is known of an account, and forgets it.

    Args:
        engine: the database.
        tables: the tables.
        account: from `account_of`.
        api_key: the key of the settings, or None.
        version: the classifier version of the settings.
        clock: seconds, by default the database's.
    """

    def __init__(
        self,
        engine: Engine,
        tables: Tables,
        account: bytes,
        api_key: str | None,
        version: str,
        clock: Callable[[Connection], float] | None = None,
    ) -> None:
        self._engine = engine
        self._tables = tables
        self._account = account
        self._key = None if api_key is None else hash_of_key(api_key)
        self._version = version
        self._clock = clock or database_clock

    @repeated
    def look(self, today: date) -> KnownQuota:
        """Everything that is known; changes nothing."""
        with reading(self._engine) as connection:
            now = self._clock(connection)
            spent, cost = self._spent(connection, today)
            return KnownQuota(
                *self._places(connection, now),
                [closing for closing in self._closings(connection, now) if closing.seconds > 0],
                [self._sizes(row) for row in connection.execute(sa.select(self._tables.sizes))],
                spent,
                cost,
            )

    @repeated
    def forget(self) -> Forgotten:
        """Forget the account's closings, whatever key they are of, and what was learned about sizes and limits."""
        closings, sizes = self._tables.closings, self._tables.sizes
        with writing_alone(self._engine, self._tables, "quota") as connection:
            ours = connection.execute(sa.delete(closings).where(closings.c.account == self._account)).rowcount
            return Forgotten(ours, connection.execute(sa.delete(sizes)).rowcount)

    def _places(self, connection: Connection, now: float) -> tuple[int, int, int]:
        table = self._tables.quota
        rows = connection.execute(
            sa.select(table.c.waiting, table.c.requests, table.c.tokens, table.c.free_at).where(
                table.c.account == self._account
            )
        )
        requests = tokens = waiting = 0
        for row in rows:
            if left_of(row.free_at, now) > 0:
                requests += 0 if row.waiting else whole(row.requests)
                tokens += 0 if row.waiting else whole(row.tokens)
                waiting += bool(row.waiting)
        return requests, tokens, waiting

    def _closings(self, connection: Connection, now: float) -> list[KnownClosing]:
        table = self._tables.closings
        rows = connection.execute(sa.select(table).where(table.c.account == self._account))
        return [
            KnownClosing(
                bytes(row.key_hash).hex()[:_FINGERPRINT_CHARS],
                bytes(row.key_hash) == self._key,
                left_of(row.free_at, now),
                said_of(row.reason),
            )
            for row in rows
        ]

    def _sizes(self, row: Any) -> KnownSizes:
        usable = is_usable(row.sizes)
        document = json.loads(row.sizes) if usable else {"ratio": [0.0], "answer": [0.0]}
        return KnownSizes(
            visible(str(row.classifier_version), _MOST_CHARS),
            row.classifier_version == self._version,
            usable,
            row.learned_at if isinstance(row.learned_at, datetime) else None,
            float(document["ratio"][0]),
            float(document["answer"][0]),
            limits_in(row.sizes),
            {visible(name): visible(said) for name, said in notes_in(row.sizes).items()},
        )

    def _spent(self, connection: Connection, today: date) -> tuple[Usage, float]:
        table = self._tables.usage
        columns = [sa.func.coalesce(sa.func.sum(table.c[name]), 0).label(name) for name in (*_USAGE, "cost_krw")]
        row = connection.execute(sa.select(*columns).where(table.c.used_on == today)).one()
        return Usage(**{name: whole(getattr(row, name)) for name in _USAGE}), float(row.cost_krw)
