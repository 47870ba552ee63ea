"""`keyword_evaluations` and `keyword_evaluation_answers`: golden questions, as they were asked and answered.

What is kept here never comes from `keyword_answers` and never goes into `admin_chat_keywords`.
"""

import hashlib
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from keyword_assets.core.classifying.answers import read_keywords, stored_form
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Answer, Quarantined, Question
from keyword_assets.core.models.usage import Spending, Usage
from keyword_assets.core.ports.store import Saved
from keyword_assets.core.quality.evaluations import (
    EVALUATION_DAY,
    Asking,
    Configuration,
    Evaluation,
    Given,
    Judged,
    category_of,
)
from keyword_assets.core.quality.golden import GoldenQuestion, GoldenSet
from keyword_assets.core.questions import Mask, prompt_text, share_key, unmasked
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.sql.classifying.ledger import Account, Ledger
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.classifying.workers import Worker
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.queries import chunks

_PAGE_QUESTIONS = 500
# For what was refused without an asking that anybody has seen.
_UNSEEN = Asking(0, 1, 0.0, 0.0, 0.0)
_SHORT = 255


@dataclass(frozen=True)
class Round:
    """One asking of all golden questions: under which configuration, and for which time, from 1 on."""

    configuration: Configuration
    taxonomy: Taxonomy
    golden: Sequence[GoldenQuestion]
    attempt: int
    mask: Mask = unmasked

    @cached_property
    def keys(self) -> dict[bytes, str]:
        """The texts by share key, each round in an order of its own: no text has the same company twice."""
        texts = {share_key(question.text, self.mask): question.text for question in self.golden}
        order = sorted(texts, key=lambda key: hashlib.sha256(key + str(self.attempt).encode()).digest())
        return {key: texts[key] for key in order}

    @property
    def claims(self) -> str:
        """Under which its texts are claimed, as others are under the version of a classifier."""
        return f"{self.configuration.identity}/{self.attempt}"


class EvaluationStore:
    """A `QuestionStore` of golden questions: the run that asks them is the same as for questions of days.

    Args:
        store: of the database.
        round: what is asked.
        clock: local wall-clock time.
        askings: how each text was asked, by what is sent of it.
    """

    def __init__(self, store: SqlQuestionStore, round: Round, clock: Any, askings: Mapping[str, Asking]) -> None:
        self._engine, self._tables, self._clock = store.engine, store.tables, clock
        self._table = store.tables.evaluation_answers
        self._round = round
        self._askings = askings
        self._worker = Worker(store.engine, store.tables, clock)
        self._ledger = Ledger(store.tables)

    # -- what there is to ask -----------------------------------------------------------------------------------------

    def coverage(self, period: Period) -> list[DayCoverage]:
        """The one day on which golden questions are asked."""
        questions = self._round.keys
        kept = len(self._kept(questions))
        return [DayCoverage(EVALUATION_DAY, messages=len(questions), questions=len(questions), classified=kept)]

    recount = coverage

    def open_questions(
        self, period: Period, *, most_asked_first: bool, reclassify: bool = False
    ) -> Generator[list[Question]]:
        """Those that have not been asked under this configuration as often, in pages."""
        texts = self._round.keys
        kept = self._kept(texts)
        open_ones = [Question(EVALUATION_DAY, text, 1) for key, text in texts.items() if key not in kept]
        for start in range(0, len(open_ones), _PAGE_QUESTIONS):
            yield open_ones[start : start + _PAGE_QUESTIONS]

    def sync_categories(self, taxonomy: Taxonomy) -> None:
        """Nothing: the categories of an evaluation are nobody else's business."""

    def refresh_counts(self, day: date) -> int:
        """Nothing: golden questions have no rows."""
        return 0

    @repeated
    def _kept(self, keys: Collection[bytes]) -> dict[bytes, str | None]:
        """The answers of this round that are kept; None for those that turned out to have none."""
        with reading(self._engine) as connection:
            return dict(self._rows(connection, keys))

    def _rows(self, connection: Connection, keys: Collection[bytes]) -> Iterator[tuple[bytes, str | None]]:
        table, round_ = self._table, self._round
        mine = (table.c.configuration == round_.configuration.identity) & (table.c.attempt == round_.attempt)
        for chunk in chunks(keys):
            found = sa.select(table.c.share_key, table.c.answer).where(mine, table.c.share_key.in_(chunk))
            for key, answer in connection.execute(found):
                yield bytes(key), answer

    def corrections(self, texts: Collection[str]) -> dict[str, str]:
        """None: what the model itself answers is what is asked for."""
        return {}

    def save_corrected(self, questions: Sequence[Question], batch_created_at: datetime) -> Saved:
        """Nobody comes here, as nothing is corrected."""
        return Saved(refused=dict.fromkeys(questions, "withdrawn"))

    def finish_corrections(self, version: str, taxonomy: Taxonomy) -> None:
        """Golden questions have no rows."""

    def known_answers(self, keys: Collection[bytes], version: str) -> dict[bytes, str]:
        """Answers that another process has got for this round meanwhile."""
        return {key: answer for key, answer in self._kept(keys).items() if answer is not None}

    def quarantined(self, keys: Collection[bytes]) -> dict[bytes, Quarantined]:
        """Those that had no valid answer; under the same configuration they are not asked again either."""
        none = (key for key, answer in self._kept(keys).items() if answer is None)
        return {key: Quarantined(self._round.keys[key], key, "", 0, "") for key in none}

    @repeated
    def drop_answers(self, keys: Collection[bytes], version: str) -> None:
        """Keep these answers no longer."""
        table, round_ = self._table, self._round
        with writing_alone(self._engine, self._tables) as connection:
            for chunk in chunks(keys):
                mine = (table.c.configuration == round_.configuration.identity) & (table.c.attempt == round_.attempt)
                connection.execute(sa.delete(table).where(mine, table.c.share_key.in_(chunk)))

    # -- sharing the work ---------------------------------------------------------------------------------------------

    def at_work(self, period: Period) -> AbstractContextManager[None]:
        """Be known as a process at work, on a day that no messages have."""
        return self._worker.at_work(Period.of(EVALUATION_DAY))

    def claim(self, keys: Collection[bytes], version: str) -> set[bytes]:
        """Those that no other process asks for this round; they are ours now."""
        return self._worker.claim(keys, self._round.claims)

    def release(self, keys: Collection[bytes], version: str) -> None:
        """Let others ask about these."""
        self._worker.give_up(keys, self._round.claims)

    def asked_by_others(self, keys: Collection[bytes], version: str) -> set[bytes]:
        """Those that another process asks for this round."""
        return self._worker.claimed_by_others(keys, self._round.claims)

    def others_at_work(self) -> list[str]:
        """The other processes at work, as they may be shown."""
        return self._worker.others()

    # -- what came back -----------------------------------------------------------------------------------------------

    def save(
        self,
        classified: Sequence[tuple[Question, Answer]],
        *,
        learned: Mapping[bytes, Answer],
        version: str,
        batch_created_at: datetime,
        spent: Sequence[Spending] = (),
        reclassify: bool = False,
    ) -> Saved:
        """Keep the answers, and note what they cost, in one transaction."""
        self._write({key: (answer, None) for key, answer in learned.items()}, spent)
        return Saved()

    def quarantine(self, entries: Sequence[Quarantined], version: str) -> None:
        """Keep that these have no valid answer."""
        self._write({entry.share_key: (None, entry.reason) for entry in entries}, ())

    def spend(self, spent: Sequence[Spending]) -> None:
        """Note what requests cost that brought no answer."""
        self._write({}, spent)

    def _write(self, answers: Mapping[bytes, tuple[Answer | None, str | None]], spent: Sequence[Spending]) -> None:
        self._write_entered(answers, self._ledger.enter(spent, self._clock().date()))

    @repeated
    def _write_entered(
        self, answers: Mapping[bytes, tuple[Answer | None, str | None]], accounts: Iterable[Account]
    ) -> None:
        with writing_alone(self._engine, self._tables) as connection:
            self._ledger.write(connection, accounts)
            self._worker.release(connection, answers, self._round.claims)
            kept = {key for key, _ in self._rows(connection, answers)}
            rows = [self._row(key, *given) for key, given in answers.items() if key not in kept]
            if rows:
                connection.execute(sa.insert(self._table), rows)

    def _row(self, key: bytes, answer: Answer | None, reason: str | None) -> dict[str, Any]:
        round_, text = self._round, self._round.keys[key]
        asking = self._askings.get(prompt_text(text, round_.mask), _UNSEEN)
        return {
            "configuration": round_.configuration.identity,
            "share_key": key,
            "attempt": round_.attempt,
            "query_text": text,
            "answer": None if answer is None else stored_form(answer),
            "category": None if answer is None else category_of(answer, round_.taxonomy),
            "reason": reason and reason[:_SHORT],
            "place": asking.place,
            "asked_with": asking.questions,
            "prompt": asking.prompt,
            "completion": asking.completion,
            "seconds": asking.seconds,
            "answered_at": self._clock(),
        }


class Evaluations:
    """The evaluations of a database.

    Args:
        store: of the database.
        clock: local wall-clock time.
    """

    def __init__(self, store: SqlQuestionStore, clock: Any) -> None:
        self._engine, self._tables, self._clock = store.engine, store.tables, clock
        self._table, self._answers = store.tables.evaluations, store.tables.evaluation_answers

    @repeated
    def begin(self, configuration: Configuration, golden: GoldenSet) -> int:
        """Enter a new evaluation; returns its number. A repeat may leave one behind that never ends."""
        values = {
            "configuration": configuration.identity,
            "details": configuration.stored,
            "golden": golden.identity,
            "golden_name": golden.title[:_SHORT],
            "began_at": self._clock(),
            **dict.fromkeys(("questions", "answered", "right_answers"), 0),
            **dict.fromkeys(("requests", "prompt", "completion", "reserved", "cost_krw", "seconds"), 0),
        }
        with writing_alone(self._engine, self._tables) as connection:
            (number,) = connection.execute(sa.insert(self._table).values(**values)).inserted_primary_key or (0,)
            return int(number)

    @repeated
    def end(self, number: int, judged: Sequence[Judged], usage: Usage, cost_krw: float, seconds: float) -> None:
        """Note what came of it."""
        values = {
            "ended_at": self._clock(),
            "questions": len(judged),
            "answered": sum(one.category is not None for one in judged),
            "right_answers": sum(one.right for one in judged),
            **{name: getattr(usage, name) for name in ("requests", "prompt", "completion", "reserved")},
            "cost_krw": cost_krw,
            "seconds": seconds,
        }
        mine = self._table.c.evaluation_id == number
        with writing_alone(self._engine, self._tables) as connection:
            connection.execute(sa.update(self._table).where(mine).values(**values))

    def find(self, number: int) -> Evaluation | None:
        """The evaluation with this number, if it has come to its end."""
        return next(iter(self._ended(self._table.c.evaluation_id == number)), None)

    def newest(self, configuration: Configuration, golden: GoldenSet) -> Evaluation | None:
        """The last one under this configuration that asked the whole of this golden set."""
        mine = (self._table.c.configuration == configuration.identity) & (self._table.c.golden == golden.identity)
        return next((one for one in self._ended(mine) if one.questions == len(golden.questions)), None)

    def in_force_before(self, version: str, golden: GoldenSet) -> Evaluation | None:
        """The last one over this golden set of a classifier that was in force before the one of this version."""
        table = self._table
        mine = (table.c.golden == golden.identity) & table.c.in_force_at.is_not(None)
        found = sorted(self._ended(mine), key=lambda one: one.in_force_at or datetime.min, reverse=True)
        return next((one for one in found if one.configuration.version != version), None)

    @repeated
    def put_in_force(self, number: int) -> None:
        """Note that runs classify under the configuration of this one now; others are experiments."""
        mine = self._table.c.evaluation_id == number
        with writing_alone(self._engine, self._tables) as connection:
            connection.execute(sa.update(self._table).where(mine).values(in_force_at=self._clock()))

    @repeated
    def _ended(self, wanted: sa.ColumnElement[bool]) -> list[Evaluation]:
        """The newest first."""
        table = self._table
        rows = sa.select(table).where(wanted, table.c.ended_at.is_not(None)).order_by(table.c.evaluation_id.desc())
        with reading(self._engine) as connection:
            found = [_evaluation(row) for row in connection.execute(rows).mappings()]
        return [evaluation for evaluation in found if evaluation is not None]

    @repeated
    def judged(
        self, configuration: str, golden: Sequence[GoldenQuestion], repeats: int, mask: Mask = unmasked
    ) -> list[Judged]:
        """The golden questions that were asked under a configuration, each with what came of its first askings."""
        table = self._answers
        keys = [share_key(question.text, mask) for question in golden]
        mine = (table.c.configuration == configuration) & (table.c.attempt <= repeats)
        given: dict[bytes, list[Given]] = {}
        with reading(self._engine) as connection:
            for chunk in chunks(keys):
                rows = sa.select(table).where(mine, table.c.share_key.in_(chunk)).order_by(table.c.attempt)
                for row in connection.execute(rows).mappings():
                    given.setdefault(bytes(row["share_key"]), []).append(_given(row))
        return [Judged(question, given[key]) for key, question in zip(keys, golden, strict=True) if key in given]


def _evaluation(row: sa.RowMapping) -> Evaluation | None:
    configuration = Configuration.read(row["details"])
    if configuration is None:
        return None
    return Evaluation(
        id=int(row["evaluation_id"]),
        configuration=configuration,
        golden=row["golden"],
        golden_name=row["golden_name"],
        questions=row["questions"],
        answered=row["answered"],
        right=row["right_answers"],
        usage=Usage(**{name: row[name] for name in ("requests", "prompt", "completion", "reserved")}),
        cost_krw=float(row["cost_krw"]),
        seconds=row["seconds"],
        in_force_at=row["in_force_at"],
    )


def _given(row: sa.RowMapping) -> Given:
    asking = Asking(row["place"], row["asked_with"], row["prompt"], row["completion"], row["seconds"])
    return Given(row["category"], read_keywords(row["answer"]), row["reason"], asking)
