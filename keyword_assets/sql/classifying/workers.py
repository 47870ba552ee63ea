"""Processes at work on one database: who they are, which texts each is asking about, and which runs they carry.

A process is at work as long as it says so every few seconds. Its claims hold as long as it is; those of a process that
died lapse, and whoever comes next takes them over. A process that carries a run says so from the run's beginning, also
while the run waits for its turn; that entry claims nothing.
"""

import logging
import os
import socket
import threading
import uuid
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.models.period import Period
from keyword_assets.core.texts import say
from keyword_assets.sql.database.by_key import delete_by_key, insert_absent
from keyword_assets.sql.database.dialects import epoch_seconds
from keyword_assets.sql.database.locks import writing_about, writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, writing
from keyword_assets.sql.queries import chunks

log = logging.getLogger(__name__)

# A process that has not been heard of for so long has died. A stalled one that wakes up later writes nothing wrong; the
# texts it was asking about may have been paid for twice.
ALIVE_SECONDS = 30.0
_HEARTBEAT_SECONDS = 5.0
# None says that it lives for longer than `ALIVE_SECONDS` ahead. After a failover the server's clock may be some minutes
# off; an entry from further ahead is of a clock that was wrong by more, or of nobody, and would hold claims for long.
_BELIEVED_SECONDS = 600.0
# Nobody asks about entries of the dead that are older, for instance those of a Dagster instance that is no more.
_FORGOTTEN_SECONDS = 7 * 86_400.0


def is_alive(workers: sa.Table) -> sa.ColumnElement[bool]:
    """Whether the process of an entry has been heard of."""
    return sa.and_(workers.c.alive_until > epoch_seconds(), _is_believed(workers))


def _is_believed(workers: sa.Table) -> sa.ColumnElement[bool]:
    return workers.c.alive_until <= epoch_seconds() + _BELIEVED_SECONDS


class Worker:
    """This process in the table of those at work.

    Args:
        engine: the database.
        tables: the tables.
        clock: local wall-clock time, for people to read.
    """

    def __init__(self, engine: Engine, tables: Tables, clock: Any) -> None:
        self.id = uuid.uuid4().hex
        self._engine = engine
        self._workers = tables.workers
        self._claims = tables.claims
        self._tables = tables
        self._clock = clock

    def at_work(self, period: Period) -> AbstractContextManager[None]:
        """Enter the table for these days, keep the entry alive, and leave with all claims released."""
        return self._in_the_table(self.id, start_day=period.start, end_day=period.end)

    def carrying(self, run_id: str) -> AbstractContextManager[None]:
        """Say that the process of this run lives, as long as it does and the block lasts."""
        return self._in_the_table(uuid.uuid4().hex, run_id=run_id)

    @contextmanager
    def _in_the_table(self, worker_id: str, **values: Any) -> Iterator[None]:
        self._enter(worker_id, values)
        done = threading.Event()
        heart = threading.Thread(target=self._beat, args=(worker_id, done), name="keyword-worker", daemon=True)
        heart.start()
        try:
            yield
        finally:
            done.set()
            heart.join()
            self._leave(worker_id)

    @repeated
    def _enter(self, worker_id: str, values: dict[str, Any]) -> None:
        workers = self._workers.c
        with writing_alone(self._engine, self._tables) as connection:
            forgotten = workers.alive_until < epoch_seconds() - _FORGOTTEN_SECONDS
            # There already if this is a repeat of a commit that did happen.
            connection.execute(sa.delete(self._workers).where(sa.or_(workers.worker_id == worker_id, forgotten)))
            connection.execute(
                sa.insert(self._workers).values(
                    worker_id=worker_id,
                    host=socket.gethostname()[:255],
                    pid=os.getpid(),
                    began_at=self._clock(),
                    alive_until=epoch_seconds() + ALIVE_SECONDS,
                    **values,
                )
            )

    def _beat(self, worker_id: str, done: threading.Event) -> None:
        while not done.wait(_HEARTBEAT_SECONDS):
            try:
                self._renew(worker_id)
            except KeywordAssetsError as error:
                # The run itself will notice, and say so, if the database is gone; the next beat may succeed.
                log.info("%s", error)

    @repeated
    def _renew(self, worker_id: str) -> None:
        with writing(self._engine) as connection:
            mine = self._workers.c.worker_id == worker_id
            connection.execute(sa.update(self._workers).where(mine).values(alive_until=epoch_seconds() + ALIVE_SECONDS))

    def _leave(self, worker_id: str) -> None:
        try:
            self._remove(worker_id)
        except KeywordAssetsError as error:
            # What ended the run must not be hidden by this; the entry and the claims lapse by themselves.
            log.info("%s", error)

    @repeated
    def _remove(self, worker_id: str) -> None:
        with writing_alone(self._engine, self._tables) as connection:
            connection.execute(sa.delete(self._claims).where(self._claims.c.worker_id == worker_id))
            connection.execute(sa.delete(self._workers).where(self._workers.c.worker_id == worker_id))

    def claim(self, keys: Collection[bytes], version: str) -> set[bytes]:
        """Those of the share keys that no other living process has claimed; they are ours now."""
        if self._somebody_died():
            self._bury()
        return self._claim(keys, version)

    @property
    def _of_the_dead(self) -> sa.ColumnElement[bool]:
        """Whether a claim is of a process that has not been heard of."""
        workers = self._workers
        # We live, even where the server was away for longer than our last beat lasts.
        alive = sa.or_(is_alive(workers), workers.c.worker_id == self.id)
        return self._claims.c.worker_id.not_in(sa.select(workers.c.worker_id).where(alive))

    @repeated
    def _somebody_died(self) -> bool:
        with reading(self._engine) as connection:
            dead = sa.select(self._claims.c.worker_id).where(self._of_the_dead).limit(1)
            return connection.execute(dead).first() is not None

    @repeated
    def _bury(self) -> None:
        """Release what the dead had claimed."""
        with writing_alone(self._engine, self._tables) as connection:
            connection.execute(sa.delete(self._claims).where(self._of_the_dead))

    @repeated
    def _claim(self, keys: Collection[bytes], version: str) -> set[bytes]:
        claims = self._claims
        with writing_about(self._engine, self._tables) as connection:
            taken = self._claimed(connection, keys, claims.c.classifier_version == version)
            # Those that are taken are left alone: whoever has them may be about to release them. In one order, for all
            # who claim; who comes a moment later than another for the same text waits for him, and does not get it.
            fresh = sorted(key for key in keys if key not in taken)
            if fresh:
                rows = [{"share_key": key, "classifier_version": version, "worker_id": self.id} for key in fresh]
                connection.execute(insert_absent(claims, connection.dialect), rows)
            return self._claimed(
                connection, keys, claims.c.classifier_version == version, claims.c.worker_id == self.id
            )

    def _claimed(self, connection: Connection, keys: Collection[bytes], *which: sa.ColumnElement[bool]) -> set[bytes]:
        claim = self._claims.c.share_key
        found = (connection.execute(sa.select(claim).where(claim.in_(chunk), *which)) for chunk in chunks(keys))
        return {bytes(key) for result in found for key in result.scalars()}

    def _mine(self, keys: Collection[bytes], version: str) -> tuple[sa.ColumnElement[bool], ...]:
        claims = self._claims.c
        return claims.share_key.in_(keys), claims.classifier_version == version, claims.worker_id == self.id

    @repeated
    def claimed_by_others(self, keys: Collection[bytes], version: str) -> set[bytes]:
        """Those of the share keys that another living process has claimed."""
        claims, workers = self._claims, self._workers
        rows = (
            sa.select(claims.c.share_key)
            .join(workers, workers.c.worker_id == claims.c.worker_id)
            .where(claims.c.classifier_version == version, claims.c.worker_id != self.id)
            .where(is_alive(workers))
        )
        with reading(self._engine) as connection:
            found = (connection.execute(rows.where(claims.c.share_key.in_(chunk))) for chunk in chunks(keys))
            return {bytes(key) for result in found for key in result.scalars()}

    def release(self, connection: Connection, keys: Collection[bytes], version: str) -> None:
        """Give up our claims on these, within the caller's transaction."""
        for chunk in chunks(keys):
            connection.execute(delete_by_key(self._claims, *self._mine(chunk, version)))

    @repeated
    def give_up(self, keys: Collection[bytes], version: str) -> None:
        """Give up our claims on these."""
        with writing_about(self._engine, self._tables) as connection:
            self.release(connection, keys, version)

    @repeated
    def others(self) -> list[str]:
        """The other processes at work, as they may be shown."""
        workers = self._workers
        rows = (
            sa.select(workers.c.host, workers.c.pid, workers.c.began_at)
            .where(workers.c.worker_id != self.id, is_alive(workers), workers.c.run_id.is_(None))
            .order_by(workers.c.began_at)
        )
        with reading(self._engine) as connection:
            return [_shown(*row) for row in connection.execute(rows)]

    @repeated
    def periods(self) -> list[Period]:
        """The days that each process at work is at, this one included."""
        workers = self._workers
        rows = sa.select(workers.c.start_day, workers.c.end_day).where(
            is_alive(workers), workers.c.start_day.is_not(None), workers.c.end_day.is_not(None)
        )
        with reading(self._engine) as connection:
            return [Period(start, end) for start, end in connection.execute(rows)]

    @repeated
    def silent_runs(self, seconds: float) -> set[str]:
        """The runs whose process began to carry them, did not end, and has not been heard of for longer than this."""
        workers = self._workers
        last_sign = sa.case((_is_believed(workers), workers.c.alive_until), else_=0.0)
        rows = (
            sa.select(workers.c.run_id)
            .where(workers.c.run_id.is_not(None))
            .group_by(workers.c.run_id)
            .having(sa.func.max(last_sign) < epoch_seconds() + ALIVE_SECONDS - seconds)
        )
        with reading(self._engine) as connection:
            return set(connection.execute(rows).scalars())


def _shown(host: str, pid: int, began_at: datetime) -> str:
    return say("run.worker", host=host, pid=pid, began=began_at.strftime("%Y-%m-%d %H:%M:%S"))
