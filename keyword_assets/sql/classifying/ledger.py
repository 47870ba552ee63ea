"""What runs have spent, in `keyword_usage`: written as totals, so that a write may be repeated."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from keyword_assets.core.models.usage import Spending
from keyword_assets.sql.database.tables import Tables

_Numbers = dict[str, float]


class Account(NamedTuple):
    """A row of `keyword_usage`. Only the one process that carries the run writes it."""

    used_on: date
    run_id: str
    day: date
    model: str


class Ledger:
    """What this process has spent, by account, on top of what the rows said when it first met them.

    Adding to a row is not to be repeated: where a commit happened but its acknowledgement was lost, it would add twice.
    """

    def __init__(self, tables: Tables) -> None:
        self._table = tables.usage
        self._spent: dict[Account, _Numbers] = {}
        self._found: dict[Account, _Numbers] = {}
        self._entering = threading.Lock()

    def enter(self, spent: Sequence[Spending], today: date) -> set[Account]:
        """Take note of spending, once; returns the accounts that it must be written to."""
        accounts = set()
        with self._entering:
            for item in spent:
                account = Account(today, item.run_id, item.day, item.model)
                numbers = {**asdict(item.usage), "cost_krw": item.cost_krw}
                self._spent[account] = _sum(self._spent.get(account, {}), numbers)
                accounts.add(account)
        return accounts

    def write(self, connection: Connection, accounts: Iterable[Account]) -> None:
        """Bring these rows up to date, inside a transaction that holds the write lock."""
        table = self._table
        # In one order, for all that write.
        for account in sorted(accounts):
            row = [table.c[name] == value for name, value in account._asdict().items()]
            if account not in self._found:
                found = connection.execute(sa.select(*(table.c[name] for name in self._spent[account])).where(*row))
                self._found[account] = dict(found.mappings().first() or {})
            total = _sum(self._found[account], self._spent[account])
            if not connection.execute(sa.update(table).where(*row).values(total)).rowcount:
                connection.execute(sa.insert(table).values(**account._asdict(), **total))


def _sum(one: _Numbers, other: _Numbers) -> _Numbers:
    return {name: one.get(name, 0) + number for name, number in other.items()}
