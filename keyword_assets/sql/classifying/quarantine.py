"""`keyword_quarantine`: texts that HCX refuses, or answered unusably as often as allowed."""

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.errors import RowRefused
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Quarantined, Question
from keyword_assets.core.questions import text_hash
from keyword_assets.core.texts import say
from keyword_assets.sql.classifying import queries
from keyword_assets.sql.classifying.workers import Worker
from keyword_assets.sql.corrections.kept import Corrections
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.queries import chunks

log = logging.getLogger(__name__)


class Quarantine:
    """The texts that are quarantined.

    Args:
        engine: the database.
        tables: the tables.
        clock: local wall-clock time.
        worker: whose claims on the texts end when they are quarantined.
        corrections: texts that a person has answered are not quarantined.
    """

    def __init__(self, engine: Engine, tables: Tables, clock: Any, worker: Worker, corrections: Corrections) -> None:
        self._engine = engine
        self._tables = tables
        self._table = tables.quarantine
        self._clock = clock
        self._worker = worker
        self._corrections = corrections

    @repeated
    def find(self, keys: Collection[bytes]) -> dict[bytes, Quarantined]:
        """Those of the texts with these share keys that are quarantined."""
        with reading(self._engine) as connection:
            return {
                bytes(row.share_key): _entry(row)
                for chunk in chunks(keys)
                for row in connection.execute(queries.quarantined(self._tables, chunk))
            }

    @repeated
    def questions(self, period: Period) -> list[tuple[Question, Quarantined, datetime]]:
        """The missing questions of the period whose text is quarantined, with why and since when.

        By day, and most asked first.
        """
        with reading(self._engine) as connection:
            return [
                (Question(row.day, row.query_text, int(row.messages)), _entry(row), row.quarantined_at)
                for row in connection.execute(queries.quarantined_questions(self._tables, period))
            ]

    def put(self, entries: Sequence[Quarantined], version: str) -> None:
        """Quarantine texts, or renew the reason of those that are; all in one transaction.

        A text too large for the server costs only itself: it is left as it was, for others to ask about.
        """
        try:
            self._put(entries, version)
        except RowRefused:
            for entry in entries:
                try:
                    self._put([entry], version)
                except RowRefused as refusal:
                    log.warning(say("quarantine.refused", reason=refusal.params["reason"]))
                    self._worker.give_up([entry.share_key], version)

    @repeated
    def _put(self, entries: Sequence[Quarantined], version: str) -> None:
        rows = {
            text_hash(entry.text): {
                "text_hash": text_hash(entry.text),
                "share_key": entry.share_key,
                "query_text": entry.text,
                "reason": _storable(entry.reason[:255]),
                "tries": entry.tries,
                "last_reply": _storable(entry.last_reply),
                "classifier_version": version,
                "quarantined_at": self._clock(),
            }
            for entry in entries
        }
        with writing_alone(self._engine, self._tables) as connection:
            self._delete(connection, rows)
            answered = self._corrections.holding(connection, {entry.text for entry in entries})
            if new := [row for row in rows.values() if row["query_text"] not in answered]:
                connection.execute(sa.insert(self._table), new)
            self._worker.release(connection, {entry.share_key for entry in entries}, version)

    def release_period(self, period: Period) -> int:
        """Let the questions of the period be sent again; returns how many texts were released."""
        return self._release([question.text for question, _, _ in self.questions(period)])

    @repeated
    def _release(self, texts: Sequence[str]) -> int:
        with writing_alone(self._engine, self._tables) as connection:
            return self.release(connection, texts)

    def release(self, connection: Connection, texts: Iterable[str]) -> int:
        """Let these out of quarantine, within the caller's transaction; returns how many were."""
        aside = self._table.c.text_hash
        hashes = [text_hash(text) for text in texts]
        # To delete what is not there would lock what is beside it, and others would wait for that.
        there = [connection.execute(sa.select(aside).where(aside.in_(chunk))).scalars() for chunk in chunks(hashes)]
        return self._delete(connection, [found for each in there for found in each])

    def _delete(self, connection: Connection, hashes: Collection[bytes]) -> int:
        return sum(
            connection.execute(sa.delete(self._table).where(self._table.c.text_hash.in_(chunk))).rowcount
            for chunk in chunks(hashes)
        )


def _entry(row: Any) -> Quarantined:
    return Quarantined(row.query_text, bytes(row.share_key), row.reason, row.tries, row.last_reply)


def _storable(text: str) -> str:
    """What a server said, without the halves of surrogate pairs that JSON can carry and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")
