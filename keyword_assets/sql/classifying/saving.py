"""What replies brought, written in one transaction: rows, answers and costs; or what can be of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy.engine import Engine

from keyword_assets.core.errors import DatabaseError, RowRefused
from keyword_assets.core.models.questions import Answer, Question
from keyword_assets.core.ports.store import Saved
from keyword_assets.sql.classifying.answers import Answers
from keyword_assets.sql.classifying.ledger import Account, Ledger
from keyword_assets.sql.classifying.quarantine import Quarantine
from keyword_assets.sql.classifying.workers import Worker
from keyword_assets.sql.corrections.written import CorrectedRows
from keyword_assets.sql.database.faults import DatabaseFault
from keyword_assets.sql.database.locks import writing_about
from keyword_assets.sql.database.retries import MayPass, repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.rows import Asked, write_rows

_Entry = TypeVar("_Entry")


@dataclass(frozen=True)
class Batch:
    """What is to be written together, with what the answers cost as it is written down."""

    classified: Sequence[tuple[Question, Answer]]
    learned: Mapping[bytes, Answer]
    version: str
    batch_created_at: datetime
    accounts: Iterable[Account]
    reclassify: bool


@dataclass(frozen=True)
class Saving:
    """Writes rows, and whatever belongs to them in the same transaction.

    Args:
        engine: the database.
        tables: the tables.
        ledger: what runs have spent.
        answers: keeps what is learned.
        corrected: what people answered stands, whatever came back.
        aside: lets texts out of quarantine that have rows now.
        worker: whose claims on the texts end.
    """

    engine: Engine
    tables: Tables
    ledger: Ledger
    answers: Answers
    corrected: CorrectedRows
    aside: Quarantine
    worker: Worker

    def save(self, batch: Batch) -> Saved:
        """Write keyword rows and learned answers; see `QuestionStore`."""
        try:
            return self._save(batch, set())
        except (RowRefused, MayPass) as error:
            _require_others(error, batch.classified)
            saved = self._save(replace(batch, classified=()), set())
        rest = replace(batch, learned={}, accounts=())
        return saved | _what_can_be(
            lambda some: self._save(replace(rest, classified=some), set()), batch.classified, itemgetter(0)
        )

    @repeated
    def _save(self, batch: Batch, attempted: set[Asked]) -> Saved:
        """One transaction; `attempted` is what earlier tries wrote, whose commit may have happened all the same."""
        questions = [question for question, _ in batch.classified]
        texts = {question.text for question in questions}
        with writing_about(self.engine, self.tables, texts) as connection:
            self.ledger.write(connection, batch.accounts)
            self.answers.learn(connection, batch.learned, batch.version)
            # What people answered while HCX was being asked stands, whatever came back.
            corrected = self.corrected.write(connection, questions, batch.batch_created_at)
            others = [pair for pair in batch.classified if (pair[0].day, pair[0].text) in corrected.without]
            staying = corrected.staying | write_rows(
                connection, self.tables, others, batch.batch_created_at, replace=batch.reclassify
            )
            self.aside.release(connection, texts)
            self.worker.release(connection, batch.learned, batch.version)
            skipped = {q for q in questions if (q.day, q.text) in staying - attempted}
            attempted |= {(q.day, q.text) for q in questions} - staying
        return Saved(skipped=skipped)

    def save_corrected(self, questions: Sequence[Question], batch_created_at: datetime) -> Saved:
        """Write the keyword rows that people have answered; refused are those whose correction holds no longer."""
        return _what_can_be(
            lambda some: self._save_corrected(some, batch_created_at, set()), questions, lambda question: question
        )

    @repeated
    def _save_corrected(
        self, questions: Sequence[Question], batch_created_at: datetime, attempted: set[Asked]
    ) -> Saved:
        """One transaction; `attempted` is as with `_save`."""
        with writing_about(self.engine, self.tables, {question.text for question in questions}) as connection:
            written = self.corrected.write(connection, questions, batch_created_at)
            staying = written.staying - attempted
            attempted |= {(q.day, q.text) for q in questions} - written.staying - written.without
        return Saved(
            refused={q: "withdrawn" for q in questions if (q.day, q.text) in written.without},
            skipped={q for q in questions if (q.day, q.text) in staying},
        )


def _what_can_be(
    save: Callable[[Sequence[_Entry]], Saved], entries: Sequence[_Entry], question_of: Callable[[_Entry], Question]
) -> Saved:
    """Write rows some of which may be refused, or locked by others time and again: whoever stands with them is tried
    again in half the company."""
    try:
        return save(entries)
    except RowRefused as refusal:
        if len(entries) == 1:
            return Saved(refused={question_of(entries[0]): str(refusal.params["reason"])})
    except MayPass as error:
        _require_others(error, entries)
    middle = len(entries) // 2
    halves = (entries[:middle], entries[middle:])
    one, other = (_what_can_be(save, half, question_of) for half in halves)
    return one | other


def _require_others(error: DatabaseError, classified: Sequence[Any]) -> None:
    """Raise the error where fewer rows together would meet it all the same."""
    if isinstance(error, MayPass) and (error.fault is not DatabaseFault.BUSY or len(classified) < 2):
        raise error
