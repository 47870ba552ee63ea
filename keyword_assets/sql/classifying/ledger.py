"""What runs have spent, in `keyword_usage`: written as totals, so that a write may be repeated."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from keyword_assets.core.models.usage import Spending
from keyword_assets.sql.database.by_key import insert_or_update
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
        """Bring these rows up to date, within the caller's transaction."""
        # In one order, for all that write.
        totals = {account: self._total(connection, account) for account in sorted(accounts)}
        if totals:
            rows = [{**account._asdict(), **total} for account, total in totals.items()]
            numbers = next(iter(totals.values()))
            connection.execute(insert_or_update(self._table, connection.dialect, numbers), rows)

    def _total(self, connection: Connection, account: Account) -> _Numbers:
        """All that was spent on an account, with what its row said first."""
        spent, table = self._spent[account], self._table
        if account not in self._found:
            row = [table.c[name] == value for name, value in account._asdict().items()]
            found = connection.execute(sa.select(*(table.c[name] for name in spent)).where(*row))
            self._found[account] = dict(found.mappings().first() or {})
        return _sum(self._found[account], spent)


def _sum(one: _Numbers, other: _Numbers) -> _Numbers:
    return {name: one.get(name, 0) + number for name, number in other.items()}
