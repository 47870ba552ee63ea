"""What was kept of an answer, taken back: the rows that were written for it and the answer itself, in small steps.

The rows go first, a day at a time, and the answers last: whatever stops it in between, the next call finds the answers
still there and does the rest. With a day's rows go its kept numbers, in the same transaction.

Only rows that say what a kept answer says are taken for written for it: those that others wrote about the same texts
stay, and so does the question's coverage where there are such.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect, Engine

from keyword_assets.core.classifying.answers import read_pairs
from keyword_assets.core.models.period import Period
from keyword_assets.core.questions import Mask, share_key
from keyword_assets.sql import queries
from keyword_assets.sql.corrections.kept import Corrections
from keyword_assets.sql.corrections.replaced import ReplacedRows
from keyword_assets.sql.database.dialects import identity_value
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.queries import chunks
from keyword_assets.sql.rows import rows_of

STEP_ANSWERS = 500
# What the others get in between.
_PAUSE_SECONDS = 0.02

Pairs = tuple[tuple[str, int], ...]
_Row = tuple[str, str, int]


@dataclass
class TakenBack:
    """How much was taken back: kept answers, rows, and the days and texts of those."""

    answers: int = 0
    rows: int = 0
    days: list[date] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)
    corrected: int = 0
    """Of the kept answers' texts, those that a person has answered: their rows stay."""
    others: int = 0
    """Rows of these texts that say something else, and stay."""


class Forgetting:
    """Takes answers back, or tells what that would be.

    Args:
        engine: the database.
        tables: the tables.
        mask: what hides personal data in the texts that are sent, and so in what answers are kept under.
        dry_run: only count.
        pause: called between two steps.
    """

    def __init__(
        self, engine: Engine, tables: Tables, mask: Mask, *, dry_run: bool, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._engine = engine
        self._tables = tables
        self._mask = mask
        self._dry_run = dry_run
        self._pause = pause
        self._corrections = Corrections(engine, tables, datetime.now, mask)
        self._replaced = ReplacedRows(engine, tables, datetime.now)

    def text(self, text: str) -> TakenBack:
        """The answer to a text, under every classifier version."""
        keys = {share_key(text), share_key(text, self._mask)}
        return self._forget(self._kept_for(keys))

    def keyword(self, keyword: str) -> TakenBack:
        """Every answer that has this keyword, whole."""
        kept = self._kept()
        keys = {key for page in kept for key, pairs in page if keyword in {word for word, _ in pairs}}
        return self._forget(self._kept_for(keys))

    # -- kept answers -------------------------------------------------------------------------------------------------

    def _kept(self) -> Iterator[list[tuple[bytes, Pairs]]]:
        """All of them, along the primary key."""
        start: tuple[bytes, str] | None = None
        while page := self._page(start):
            yield [(key, read_pairs(answer)) for key, _, answer in page]
            start = page[-1][:2]

    @repeated
    def _page(self, start: tuple[bytes, str] | None) -> list[tuple[bytes, str, Any]]:
        with reading(self._engine) as connection:
            return [(bytes(k), v, a) for k, v, a in connection.execute(answers_after(self._tables, start))]

    @repeated
    def _kept_for(self, keys: Collection[bytes]) -> dict[bytes, set[tuple[str, int]]]:
        """What answers say, whatever their version."""
        answer = self._tables.answers.c
        found: dict[bytes, set[tuple[str, int]]] = {}
        with reading(self._engine) as connection:
            for chunk in chunks(keys):
                rows = sa.select(answer.share_key, answer.answer).where(answer.share_key.in_(chunk))
                for key, stored in connection.execute(rows):
                    found.setdefault(bytes(key), set()).update(read_pairs(stored))
        return found

    # -- taking back --------------------------------------------------------------------------------------------------

    def _forget(self, kept: Mapping[bytes, Collection[tuple[str, int]]]) -> TakenBack:
        done = TakenBack(corrected=self._corrections.count_of(kept))
        words = sorted({word for pairs in kept.values() for word, _ in pairs})
        for day in self._days() if words else ():
            if texts := self._texts(day, words, kept):
                self._forget_day(day, texts, done)
                self._pause(_PAUSE_SECONDS)
        if not self._dry_run:
            self._replaced.forget_before(kept)
        for chunk in chunks(kept):
            done.answers += self._drop(chunk)
            self._pause(_PAUSE_SECONDS)
        return done

    @repeated
    def _days(self) -> list[date]:
        with reading(self._engine) as connection:
            found = connection.execute(sa.select(queries.row_day(self._tables)).distinct()).scalars()
            return sorted(day for day in found if day is not None)

    def _texts(self, day: date, words: Sequence[str], kept: Mapping[bytes, Any]) -> dict[str, Collection[Any]]:
        """The texts of the day whose answer is to be taken back, in each spelling, with what it says.

        What a person has answered is not the model's to be taken back.
        """
        found: dict[str, Collection[Any]] = {}
        for chunk in chunks(words):
            for text in self._texts_with(day, chunk):
                for key in {share_key(text), share_key(text, self._mask)} & kept.keys():
                    found[text] = kept[key]
        by_people = self._corrections.find(found)
        return {text: said for text, said in found.items() if text not in by_people}

    @repeated
    def _texts_with(self, day: date, words: Sequence[str]) -> list[str]:
        with reading(self._engine) as connection:
            return list(connection.execute(texts_with(self._tables, day, words, self._dialect)).scalars())

    def _forget_day(self, day: date, texts: Mapping[str, Collection[Any]], done: TakenBack) -> None:
        for chunk in chunks(texts):
            ours, others = self._remove(day, {text: texts[text] for text in chunk})
            done.rows += ours
            done.others += others
            if ours:
                done.texts.update(chunk)
        if done.rows and (not done.days or done.days[-1] != day):
            done.days.append(day)

    @repeated
    def _remove(self, day: date, texts: Mapping[str, Collection[Any]]) -> tuple[int, int]:
        """One transaction: how many rows were those of the answers, and how many stay."""
        if self._dry_run:
            with reading(self._engine) as connection:
                return self._split(connection, day, texts)
        with writing_alone(self._engine, self._tables) as connection:
            counts = self._split(connection, day, texts)
            row = self._tables.admin_chat_keywords.c
            for text, pairs in texts.items():
                said = sa.or_(
                    *(
                        (queries.keyword_identity(self._tables) == identity_value(word, self._dialect))
                        & (row.category_id == category)
                        for word, category in pairs
                    )
                )
                this = queries.rows_about(self._tables, day, {identity_value(text, self._dialect): text})
                connection.execute(sa.delete(self._tables.admin_chat_keywords).where(this, said))
            facts = self._tables.facts
            connection.execute(sa.delete(facts).where(facts.c.day == day))
        return counts

    def _split(self, connection: Connection, day: date, texts: Mapping[str, Collection[Any]]) -> tuple[int, int]:
        by_identity = {identity_value(text, self._dialect): text for text in texts}
        found = connection.execute(rows_of(self._tables, day, by_identity)).all()
        ours = sum(
            (word, category) in texts[by_identity[value if isinstance(value, str) else bytes(value)]]
            for value, word, category in found
        )
        return ours, len(found) - ours

    @repeated
    def _drop(self, keys: Sequence[bytes]) -> int:
        answer = self._tables.answers
        these = answer.c.share_key.in_(keys)
        if self._dry_run:
            with reading(self._engine) as connection:
                return int(connection.execute(sa.select(sa.func.count()).where(these)).scalar_one())
        with writing_alone(self._engine, self._tables) as connection:
            return connection.execute(sa.delete(answer).where(these)).rowcount

    @property
    def _dialect(self) -> Dialect:
        return self._engine.dialect


def answers_after(tables: Tables, start: tuple[bytes, str] | None) -> sa.Select[Any]:
    """The next kept answers along the primary key."""
    answer = tables.answers.c
    key, version = answer.share_key, answer.classifier_version
    # Spelt out: as a comparison of pairs, MySQL would not find it in the index.
    onwards = [] if start is None else [key >= start[0], (key > start[0]) | (version > start[1])]
    return sa.select(key, version, answer.answer).where(*onwards).order_by(key, version).limit(STEP_ANSWERS)


def texts_with(tables: Tables, day: date, words: Sequence[str], dialect: Dialect) -> sa.Select[Any]:
    """The day's texts with a row that has one of these keywords; served by what serves `of_days`."""
    these = queries.keyword_identity(tables).in_([identity_value(word, dialect) for word in words])
    return sa.select(tables.admin_chat_keywords.c.query_text).where(queries.of_days(tables, Period.of(day)), these)
