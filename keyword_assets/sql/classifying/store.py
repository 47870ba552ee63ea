"""The QuestionStore over SQL; owns the transactions."""

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.core.classifying.answers import stored_form
from keyword_assets.core.models.coverage import DayCoverage, WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Answer, Quarantined, Question
from keyword_assets.core.models.usage import Spending
from keyword_assets.core.ports.store import Saved
from keyword_assets.core.questions import Mask, unmasked
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.sql.classifying import queries
from keyword_assets.sql.classifying.answers import Answers
from keyword_assets.sql.classifying.categories import category_names, sync_categories
from keyword_assets.sql.classifying.ledger import Account, Ledger
from keyword_assets.sql.classifying.quarantine import Quarantine
from keyword_assets.sql.classifying.saving import Batch, Saving
from keyword_assets.sql.classifying.sent_texts import SentTexts
from keyword_assets.sql.classifying.sizes import keep_sizes, learned_sizes
from keyword_assets.sql.classifying.workers import Worker
from keyword_assets.sql.corrections.finishing import Finishing
from keyword_assets.sql.corrections.kept import Corrections
from keyword_assets.sql.corrections.replaced import ReplacedRows
from keyword_assets.sql.corrections.written import CorrectedRows
from keyword_assets.sql.coverage.counted_days import CountedDays
from keyword_assets.sql.coverage.counting import Missing, count_days
from keyword_assets.sql.coverage.day_book import DayBook
from keyword_assets.sql.coverage.without_day import messages_without_day
from keyword_assets.sql.database.locks import writing_about, writing_alone
from keyword_assets.sql.database.replica import Read
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.spool import Spool
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, streamed
from keyword_assets.sql.quota.book import SqlQuotaBook, account_of, hash_of_key

# A page is a transaction of reused answers and a look-up of keys; more rows would not make either much faster.
PAGE_QUESTIONS = 500
PAGE_CHARS = 4_000_000
# What of a page's spool stays in memory before it goes to a temporary file.
_SPOOL_BYTES = 16_000_000


class SqlQuestionStore:
    """Questions, answers and coverage in one database.

    Args:
        engine: from `make_engine`, with the schema in place (see `migrate`).
        tables: the tables under the user's names.
        clock: local wall-clock time, for the rows that say when.
        most_new_texts: at most so many new texts of each day are sent on a calendar day; None for all.
        mask: what hides personal data in the texts that are sent, and so in what answers are kept under.
        read: where days are counted and reports are read; the database itself by default.
    """

    def __init__(
        self,
        engine: Engine,
        tables: Tables,
        clock: Any,
        most_new_texts: int | None = None,
        mask: Mask = unmasked,
        read: Read | None = None,
    ) -> None:
        self.engine = engine
        self.read: Read = read or (lambda work: work(engine))
        """Does what only counts or reports, on a replica where there is one."""
        self.tables = tables
        self._clock = clock
        self._worker = Worker(engine, tables, clock)
        self._counted = CountedDays(engine, tables, self.read)
        self._answers = Answers(engine, tables, clock)
        self._ledger = Ledger(tables)
        self.people = Corrections(engine, tables, clock, mask)
        """What people have answered in the model's place."""
        self.replaced = ReplacedRows(engine, tables, clock)
        """Which rows say that, and what they said before."""
        self._corrected = CorrectedRows(tables, self.people, self.replaced)
        self._finishing = Finishing(engine, tables, clock, self.people, self.replaced, self._corrected)
        self._aside = Quarantine(engine, tables, clock, self._worker, self.people)
        self._saving = Saving(engine, tables, self._ledger, self._answers, self._corrected, self._aside, self._worker)
        self.days = DayBook(engine, tables, clock)
        self.day_limit = None if most_new_texts is None else SentTexts(engine, tables, clock, most_new_texts)
        """How many new texts of each day are sent today; None where that has no limit."""

    # -- sharing the work ---------------------------------------------------------------------------------------------

    def at_work(self, period: Period) -> AbstractContextManager[None]:
        """Be known as a process at work on these days; see `Worker`."""
        return self._worker.at_work(period)

    def periods_at_work(self) -> list[Period]:
        """The days that each process at work is at, on whichever machine and Dagster instance."""
        return self._worker.periods()

    def carrying(self, run_id: str) -> AbstractContextManager[None]:
        """Be known as the living process of this run; see `Worker`."""
        return self._worker.carrying(run_id)

    def silent_runs(self, seconds: float) -> set[str]:
        """The runs whose process fell silent so long ago without having ended."""
        return self._worker.silent_runs(seconds)

    def others_at_work(self) -> list[str]:
        """The other processes at work, as they may be shown."""
        return self._worker.others()

    def quota_book(self, base_url: str, model: str, api_key: str) -> SqlQuotaBook:
        """The book of the quota that all processes on this database share for a service's model."""
        return SqlQuotaBook(self.engine, self.tables, account_of(base_url, model), hash_of_key(api_key))

    def claim(self, keys: Collection[bytes], version: str) -> set[bytes]:
        """Those of the share keys that nobody else is asking about; they are ours now."""
        return self._worker.claim(keys, version)

    def asked_by_others(self, keys: Collection[bytes], version: str) -> set[bytes]:
        """Those of the share keys that another process is asking about."""
        return self._worker.claimed_by_others(keys, version)

    def release(self, keys: Collection[bytes], version: str) -> None:
        """Let others ask about these: no answer came."""
        self._worker.give_up(keys, version)

    # -- reading ------------------------------------------------------------------------------------------------------

    @repeated
    def coverage(self, period: Period) -> list[DayCoverage]:
        """Each day of the period, oldest first: counted live, or known not to have changed since; see `CountedDays`."""
        return self._limited(period, self._counted.current(period))

    @repeated
    def coverage_with_missing(
        self, period: Period, most: int
    ) -> tuple[list[DayCoverage], Mapping[date, Sequence[Missing]]]:
        """The same, and the missing questions of the days that had to be counted: so many of each, the most asked.

        None are found where the key of messages is not proven to be one.
        """
        days = self._counted.current_with_missing(period, most if self.tables.key_is_unique else 0)
        found = {counted.row.day: counted.missing for counted in days if counted.missing}
        return self._limited(period, [counted.row for counted in days]), found

    @repeated
    def count(self, period: Period) -> list[DayCoverage]:
        """The same counted live in any case: every text is read."""
        return self._limited(period, self.read(lambda engine: count_days(engine, self.tables, period)))

    @repeated
    def recount(self, period: Period) -> list[DayCoverage]:
        """Each day of the period counted live, and kept for `coverage` and `look`."""
        return self._limited(period, self._counted.recount(period))

    @repeated
    def confirm(self, period: Period) -> None:
        """Make the period's coverage cheap to look at until something changes; see `CountedDays`."""
        self._counted.confirm(period)

    @repeated
    def look(self, period: Period, seconds: float) -> list[DayCoverage]:
        """The days of the period whose numbers are known without counting for longer than this; see `CountedDays`."""
        return self._limited(period, self._counted.look(period, seconds))

    def texts_left(self, period: Period) -> dict[date, int] | None:
        """How many new texts of each day may still be sent today; None where that has no limit."""
        return None if self.day_limit is None else self.day_limit.left(period)

    def _limited(self, period: Period, rows: list[DayCoverage]) -> list[DayCoverage]:
        """The days with what waits because so many new texts were sent today, where that has a limit."""
        if self.day_limit is None:
            return rows
        left = self.day_limit.left(period)
        return [row.limited(left[row.day]) for row in rows]

    def without_day(self, period: Period) -> WithoutDay:
        """The messages that are in none of the days of the period; see `without_day`."""
        return self.read(lambda engine: messages_without_day(engine, self.tables, period))

    def open_questions(
        self, period: Period, *, most_asked_first: bool, reclassify: bool = False
    ) -> Generator[list[Question]]:
        """Missing questions that are not quarantined (and, if so asked, the classified ones), in pages.

        The result is read at once into a temporary file, because HCX takes hours where a database server drops a
        client that reads slowly after a minute.
        """
        statement = queries.open_questions(
            self.tables, period, most_asked_first=most_asked_first, reclassify=reclassify
        )
        with Spool(_packed, _unpacked, _SPOOL_BYTES) as spool:
            self._read_into(spool, statement)
            yield from spool.pages()

    @repeated
    def _read_into(self, spool: Spool[Question], statement: sa.Select[Any]) -> None:
        # Empty again, if this is a repeat.
        spool.clear()
        with reading(self.engine) as connection:
            rows = streamed(connection, statement, PAGE_QUESTIONS)
            for page in _pages(Question(day, text, int(count)) for day, count, text in rows):
                spool.keep(page)

    def corrections(self, texts: Collection[str]) -> dict[str, str]:
        """What people have answered to these texts, as answers are kept."""
        return {text: stored_form(correction.answer) for text, correction in self.people.find(texts).items()}

    def known_answers(self, keys: Collection[bytes], version: str) -> dict[bytes, str]:
        """Stored answers by share key, given under this classifier version, as they are kept."""
        return self._answers.find(keys, version)

    def drop_answers(self, keys: Collection[bytes], version: str) -> None:
        """Keep these answers no longer, so that others can take their place."""
        self._answers.drop(keys, version)

    def quarantined(self, keys: Collection[bytes]) -> dict[bytes, Quarantined]:
        """Quarantined texts by share key."""
        return self._aside.find(keys)

    def quarantined_questions(self, period: Period) -> list[tuple[Question, Quarantined, datetime]]:
        """The quarantined questions of the period, with why and since when; by day, and most asked first."""
        return self._aside.questions(period)

    def category_names(self) -> dict[int, str]:
        """The names of `admin_categories` by id."""
        return category_names(self.engine, self.tables)

    # -- writing ------------------------------------------------------------------------------------------------------

    def sync_categories(self, taxonomy: Taxonomy) -> None:
        """Add the categories that `admin_categories` lacks.

        Raises:
            InputError: an id there has another name, or a name there another id; nothing was changed.
        """
        sync_categories(self.engine, self.tables, taxonomy)

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
        """Write keyword rows and learned answers in one transaction; questions that have rows already keep them.

        With `reclassify` only those keep them whose rows say the same. What the answers cost is noted and the claims
        on the learned keys are released in the same transaction.

        Where the table cannot hold a text (a column too short, a character set without emoji), the others are written
        all the same, in smaller company, and the answer is kept for the day when the column is mended.
        """
        accounts = self._ledger.enter(spent, self._clock().date())
        return self._saving.save(Batch(classified, learned, version, batch_created_at, accounts, reclassify))

    def save_corrected(self, questions: Sequence[Question], batch_created_at: datetime) -> Saved:
        """Write the keyword rows that people have answered; refused are those whose correction holds no longer."""
        return self._saving.save_corrected(questions, batch_created_at)

    def finish_corrections(self, version: str, taxonomy: Taxonomy) -> None:
        """Replace or restore the rows that were left when a command about corrections was stopped."""
        self._finishing.finish(version, taxonomy)

    def quarantine(self, entries: Sequence[Quarantined], version: str) -> None:
        """Quarantine texts, or renew the reason of those that are; claims on them are released."""
        self._aside.put(entries, version)

    def release_quarantined(self, period: Period) -> int:
        """Let the quarantined questions of the period be sent again; returns how many texts were released."""
        return self._aside.release_period(period)

    def spend(self, spent: Sequence[Spending]) -> None:
        """Note what requests cost that brought no answer."""
        self._write_accounts(self._ledger.enter(spent, self._clock().date()))

    @repeated
    def _write_accounts(self, accounts: Iterable[Account]) -> None:
        with writing_about(self.engine, self.tables) as connection:
            self._ledger.write(connection, accounts)

    @repeated
    def spent_krw(self, day: date, *, not_by: str) -> float:
        """KRW spent on a calendar day by all runs but one."""
        with reading(self.engine) as connection:
            return float(connection.execute(queries.spent_krw(self.tables, day, not_by)).scalar_one())

    def learned_sizes(self, version: str) -> str | None:
        """What an earlier run learned about the sizes of requests under this classifier version."""
        return learned_sizes(self.engine, self.tables, version)

    def keep_sizes(self, sizes: str, version: str) -> None:
        """Keep what was learned about the sizes of requests for the next run."""
        keep_sizes(self.engine, self.tables, sizes, version, self._clock())

    @repeated
    def refresh_counts(self, day: date) -> int:
        """Bring the day's `query_count` up to date where messages came or went since; returns the rows changed."""
        # It counts the day's messages, and those of today are still being written.
        with writing_alone(self.engine, self.tables, locks_what_it_reads=False) as connection:
            return int(connection.execute(queries.correct_counts(self.tables, day)).rowcount)


def _pages(questions: Iterable[Question]) -> Iterator[list[Question]]:
    page: list[Question] = []
    chars = 0
    for question in questions:
        page.append(question)
        chars += len(question.text)
        if len(page) == PAGE_QUESTIONS or chars > PAGE_CHARS:
            yield page
            page, chars = [], 0
    if page:
        yield page


def _packed(question: Question) -> tuple[str, str, int]:
    return question.day.isoformat(), question.text, question.count


def _unpacked(row: Sequence[Any]) -> Question:
    day, text, count = row
    return Question(date.fromisoformat(day), text, count)
