"""`keyword_corrections`: what people answer to texts; `keyword_replaced_rows`: which rows say it, and said before.

A correction is looked for by the same key under which answers are kept, inside the transaction that writes rows: once
it is there, no reply writes anything else about its text. The rows that are there by then are replaced afterwards, a
few at a time; as long as that is not done the correction is `pending`, and whoever calls `finish` does the rest.

Each question whose rows say a correction has an entry that has not ended in `keyword_replaced_rows`, written together
with the rows: what they said before, or nothing where there were none.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.classifying.answers import read_pairs, read_stored, stored_form
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Answer, Keyword, Question
from keyword_assets.core.quality.corrections import Corrected, Correction
from keyword_assets.core.questions import Mask, share_key, text_hash, unmasked
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.sql.coverage.day_book import DayBook
from keyword_assets.sql.database.dialects import as_text, identity_of, identity_value
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.queries import chunks, row_day, texts_of_days
from keyword_assets.sql.rows import Asked, KeywordRow, delete, insert, plain, rows_for, rows_there
from keyword_assets.sql.spellings import may_be

# Questions whose rows are replaced in one transaction: all others who write wait for it.
_STEP = 100
# Rows that are fetched at a time while all of them are gone through.
_FETCHED = 5_000


@dataclass
class Written:
    """What became of questions that were to be written as corrections say.

    `staying` have rows that say it already; `without` have no correction (any more).
    """

    staying: set[Asked] = field(default_factory=set)
    without: set[Asked] = field(default_factory=set)


class Corrections:
    """The answers of people.

    Args:
        engine: the database.
        tables: the tables.
        clock: local wall-clock time.
        mask: what hides personal data in the texts that are sent, and so in what answers are kept under.
    """

    def __init__(self, engine: Engine, tables: Tables, clock: Callable[[], datetime], mask: Mask = unmasked) -> None:
        self._engine = engine
        self._tables = tables
        self._table = tables.corrections
        self._entries = tables.replaced_rows
        self._clock = clock
        self._mask = mask
        self._days = DayBook(engine, tables, clock)

    # -- looking ------------------------------------------------------------------------------------------------------

    def keys_of(self, text: str) -> tuple[bytes, ...]:
        """Under which its correction may stand: masked as it is sent and, if masking began since, as it is."""
        as_sent = share_key(text, self._mask)
        return (as_sent,) if self._mask is unmasked else (as_sent, share_key(text))

    @repeated
    def find(self, texts: Collection[str]) -> dict[str, Correction]:
        """The corrections that hold for these texts."""
        with reading(self._engine) as connection:
            return self.holding(connection, texts)

    def holding(self, connection: Connection, texts: Collection[str]) -> dict[str, Correction]:
        """The same within the caller's transaction."""
        keys = {text: self.keys_of(text) for text in texts}
        wanted = {key for of_text in keys.values() for key in of_text}
        found: dict[bytes, Correction] = {}
        for chunk in chunks(wanted):
            rows = sa.select(self._table).where(self._table.c.share_key.in_(chunk), self._table.c.current == 1)
            found |= {bytes(row.share_key): _correction(row) for row in connection.execute(rows)}
        held = {text: [found[key] for key in of_text if key in found] for text, of_text in keys.items()}
        return {text: corrections[0] for text, corrections in held.items() if corrections}

    @repeated
    def all(self, *, ended: bool = False) -> list[Correction]:
        """The corrections that hold, oldest first; with `ended` also the others."""
        which = [] if ended else [self._table.c.current == 1]
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(self._table).where(*which).order_by(self._table.c.correction_id))
            return [_correction(row) for row in rows]

    @repeated
    def get(self, correction_id: int) -> Correction | None:
        """The correction of this number."""
        with reading(self._engine) as connection:
            return self._get(connection, correction_id)

    def _get(self, connection: Connection, correction_id: int) -> Correction | None:
        row = connection.execute(sa.select(self._table).where(self._table.c.correction_id == correction_id)).first()
        return None if row is None else _correction(row)

    @repeated
    def questions_by_correction(self) -> dict[int, int]:
        """How many questions have rows that say each correction."""
        entry = self._entries.c
        rows = sa.select(entry.correction_id, sa.func.count()).where(entry.ended_at.is_(None))
        with reading(self._engine) as connection:
            return {int(number): int(count) for number, count in connection.execute(rows.group_by(entry.correction_id))}

    @repeated
    def answers_before(self, period: Period | None = None) -> dict[int, Answer]:
        """What rows said before each correction of questions of a period, or of any.

        The first of its days where they said something tells; nothing where none did.
        """
        entry = self._entries.c
        these = [] if period is None else [entry.day.between(period.start, period.end)]
        rows = sa.select(entry.correction_id, entry.rows_before).where(*these).order_by(entry.day.desc())
        found: dict[int, Answer] = {}
        with reading(self._engine) as connection:
            for number, before in connection.execute(rows):
                said = _said_before(before)
                found[int(number)] = said or found.get(int(number), ())
        return found

    @repeated
    def corrected_questions(self, period: Period) -> int:
        """How many questions of the period have rows that a person answered."""
        entry = self._entries.c
        these = (entry.ended_at.is_(None), entry.day.between(period.start, period.end))
        with reading(self._engine) as connection:
            return int(connection.execute(sa.select(sa.func.count()).where(*these)).scalar_one())

    @repeated
    def count_of(self, keys: Collection[bytes]) -> int:
        """How many corrections hold under these keys."""
        holding = sa.select(sa.func.count()).where(self._table.c.current == 1)
        with reading(self._engine) as connection:
            found = (connection.execute(holding.where(self._table.c.share_key.in_(chunk))) for chunk in chunks(keys))
            return sum(int(result.scalar_one()) for result in found)

    @repeated
    def unheard_of(self, texts: Collection[str]) -> set[str]:
        """Those of the texts that nobody ever asked, in whichever spelling."""
        keys = {text: set(self.keys_of(text)) for text in texts}
        with reading(self._engine) as connection:
            unknown = {key for of_text in keys.values() for key in of_text}
            for table in (self._tables.answers, self._tables.quarantine):
                for chunk in chunks(unknown):
                    found = connection.execute(sa.select(table.c.share_key).where(table.c.share_key.in_(chunk)))
                    unknown -= set(map(bytes, found.scalars()))
            left = {text for text, of_text in keys.items() if of_text <= unknown}
            return left - self._asked(connection, left) if left else left

    def _asked(self, connection: Connection, texts: Collection[str]) -> set[str]:
        """Those of the texts that stand in a row or a message; all are gone through until each text is found."""
        wanted = {key: text for text in texts for key in self.keys_of(text)}
        asked: set[str] = set()
        for column in (self._tables.admin_chat_keywords.c.query_text, as_text(self._tables.chattings.c.input_text)):
            streamed = connection.execution_options(stream_results=True, yield_per=_FETCHED)
            these = (column.is_not(None), may_be(column, texts, self._mask, self._engine.dialect))
            with streamed.execute(sa.select(column).where(*these)) as rows:
                for text in rows.scalars():
                    asked |= {wanted[key] for key in self.keys_of(text) if key in wanted}
                    if len(asked) == len(texts):
                        return asked
        return asked

    # -- answering ----------------------------------------------------------------------------------------------------

    def correct(
        self, text: str, answer: Answer, reviewer: str, note: str = "", *, replaces: int | None = None
    ) -> Corrected:
        """Answer a text; its rows follow with `finish`.

        Args:
            text: in any spelling that shares its answer.
            answer: as `answer_of` gives it.
            reviewer: who answers, as `reviewer_of` gives it.
            note: why, as `note_of` gives it.
            replaces: the correction that the reviewer saw to hold; None if there was none. Where another one holds by
                now, nothing is changed and that one is returned.
        """
        return self._correct(text, answer, reviewer, note, replaces, self._clock())

    @repeated
    def _correct(
        self, text: str, answer: Answer, reviewer: str, note: str, replaces: int | None, now: datetime
    ) -> Corrected:
        with writing_alone(self._engine, self._tables) as connection:
            held = self.holding(connection, [text]).get(text)
            if held is not None and held.says(answer, note):
                # Ours, if this is a repeat of a commit that did happen.
                ours = (held.corrected_at, held.reviewer) == (now, reviewer)
                return Corrected("taken" if ours else "unchanged", held)
            if held is not None and held.id != replaces:
                return Corrected("conflict", held)
            if held is not None:
                self._end(connection, held.id, reviewer, now, pending=0)
            values = {
                "share_key": self.keys_of(text)[0],
                "query_text": text,
                "answer": stored_form(answer),
                "note": note,
                "reviewer": reviewer,
                "corrected_at": now,
                "current": 1,
                "pending": 1,
            }
            number = int(connection.execute(sa.insert(self._table).values(values)).lastrowid)
            self._release(connection, text)
            return Corrected("taken", Correction(number, text, answer, note, reviewer, now, None, None, True))

    def _release(self, connection: Connection, text: str) -> None:
        """Let the text out of quarantine, in every spelling."""
        aside = self._tables.quarantine
        these = aside.c.share_key.in_(self.keys_of(text)) | (aside.c.text_hash == text_hash(text))
        connection.execute(sa.delete(aside).where(these))

    def withdraw(self, correction_id: int, by: str) -> Correction | None:
        """End a correction; what its rows said before comes back with `finish`.

        Returns:
            It as it was, or None if it does not hold (any more).
        """
        return self._withdraw(correction_id, by, self._clock())

    @repeated
    def _withdraw(self, correction_id: int, by: str, now: datetime) -> Correction | None:
        with writing_alone(self._engine, self._tables) as connection:
            held = self._get(connection, correction_id)
            if held is None or (held.ended_at is not None and (held.ended_at, held.ended_by) != (now, by)):
                return None
            self._end(connection, correction_id, by, now, pending=1)
            return held

    def _end(self, connection: Connection, correction_id: int, by: str, now: datetime, *, pending: int) -> None:
        this = self._table.c.correction_id == correction_id
        ended = {"current": None, "ended_at": now, "ended_by": by, "pending": pending}
        connection.execute(sa.update(self._table).where(this).values(ended))

    # -- rows ---------------------------------------------------------------------------------------------------------

    def write(self, connection: Connection, questions: Sequence[Question], batch_created_at: datetime) -> Written:
        """Give questions the rows that their corrections say, within the caller's transaction.

        A question that counts no messages is one that has rows; it gets none if they are gone by now.
        """
        held = self.holding(connection, {question.text for question in questions})
        corrected = [(question.day, question.text) for question in questions if question.text in held]
        there = rows_there(connection, self._tables, corrected)
        entries = self._open_entries(connection, corrected)
        written = Written(without={(q.day, q.text) for q in questions} - set(corrected))
        new: dict[Asked, list[KeywordRow]] = {}
        for question in questions:
            asked = (question.day, question.text)
            before = there.get(asked, [])
            if asked in written.without or not (question.count or before):
                continue
            answer = held[question.text].answer
            self._enter(connection, asked, held[question.text], entries.get(asked), before)
            if _say(before, answer) or not answer:
                written.staying.add(asked)
            else:
                count = question.count or _count(before)
                new[asked] = rows_for(answer, count, batch_created_at)
        delete(connection, self._tables, new.keys() & there.keys())
        insert(connection, self._tables, new)
        return written

    def _open_entries(self, connection: Connection, questions: Collection[Asked]) -> dict[Asked, Any]:
        entry = self._entries.c
        found: dict[Asked, Any] = {}
        days = {day: [text for other, text in questions if other == day] for day in {day for day, _ in questions}}
        for day, texts in days.items():
            for chunk in chunks(texts):
                hashes = [text_hash(text) for text in chunk]
                these = (entry.day == day, entry.text_hash.in_(hashes), entry.ended_at.is_(None))
                for row in connection.execute(sa.select(self._entries).where(*these)):
                    found[row.day, row.query_text] = row
        return found

    def _enter(
        self, connection: Connection, asked: Asked, held: Correction, entry: Any, before: Sequence[KeywordRow]
    ) -> None:
        """Note whose rows these are now. What a second correction brings back is what stood there before the first."""
        if entry is not None and entry.correction_id == held.id:
            return
        if entry is not None:
            self._close(connection, [entry])
        values = {
            "correction_id": held.id,
            "day": asked[0],
            "text_hash": text_hash(asked[1]),
            "query_text": asked[1],
            "rows_before": _stored(before) if entry is None else entry.rows_before,
            "replaced_at": self._clock(),
        }
        connection.execute(sa.insert(self._entries).values(values))

    def _close(self, connection: Connection, entries: Iterable[Any]) -> None:
        entry, now = self._entries.c, self._clock()
        for each in entries:
            this = (
                entry.correction_id == each.correction_id,
                entry.day == each.day,
                entry.text_hash == bytes(each.text_hash),
            )
            connection.execute(sa.update(self._entries).where(*this).values(ended_at=now))

    # -- finishing ----------------------------------------------------------------------------------------------------

    def finish(self, version: str, taxonomy: Taxonomy) -> None:
        """Replace or restore what is left of the rows that corrections are about. Can be interrupted, and called again.

        Args:
            version: the classifier version whose kept answers stand in where there were no rows before.
            taxonomy: the categories that those may have.
        """
        pending = self._pending()
        withdrawn = [correction for correction in pending if correction.ended_at is not None]
        holding = [correction for correction in pending if correction.ended_at is None]
        for correction in withdrawn:
            while self._restore(correction, version, taxonomy):
                pass
        if holding:
            self._replace(holding)
        if pending:
            self._recount([correction.id for correction in pending])
            self._done(withdrawn, sa.null())
            self._done(holding, sa.literal(1))

    @repeated
    def _pending(self) -> list[Correction]:
        with reading(self._engine) as connection:
            rows = sa.select(self._table).where(self._table.c.pending == 1).order_by(self._table.c.correction_id)
            return [_correction(row) for row in connection.execute(rows)]

    def _replace(self, corrections: Sequence[Correction]) -> None:
        """Have all rows there are about these texts, and all gaps that are known, say the corrections."""
        found = self._questions_of({correction.text for correction in corrections})
        at = max(correction.corrected_at for correction in corrections).replace(microsecond=0)
        for day, texts in sorted(found.items()):
            counts = self._messages(day) if any(texts.values()) else {}
            questions = [
                Question(day, text, counts.get(identity_value(text, self._engine.dialect), 0) if is_gap else 0)
                for text, is_gap in sorted(texts.items())
            ]
            for start in range(0, len(questions), _STEP):
                self._replace_step(questions[start : start + _STEP], at)

    @repeated
    def _questions_of(self, texts: Collection[str]) -> dict[date, dict[str, bool]]:
        """The questions that share these texts' answers, by day, and of each whether it is a gap: it has no rows."""
        row, gap = self._tables.admin_chat_keywords.c, self._tables.missing_questions.c
        gaps = sa.select(gap.day, gap.query_text).where(gap.closed_at.is_(None))
        rows = sa.select(row_day(self._tables), row.query_text)
        found: dict[date, dict[str, bool]] = {}
        with reading(self._engine) as connection:
            for day, text in self._matching(connection, gaps, gap.query_text, texts):
                found.setdefault(day, {})[text] = True
            for day, text in self._matching(connection, rows, row.query_text, texts):
                found.setdefault(day, {})[text] = False
        return found

    def _matching(
        self, connection: Connection, statement: sa.Select[Any], column: sa.ColumnElement[str], texts: Collection[str]
    ) -> Iterator[tuple[date, str]]:
        """Those of so many days and texts that share these texts' answers. Rows of a question stand together mostly."""
        last, matches = None, False
        keys = {key for text in texts for key in self.keys_of(text)}
        these = statement.where(may_be(column, texts, self._mask, self._engine.dialect))
        rows = connection.execution_options(stream_results=True, yield_per=_FETCHED).execute(these)
        for day, text in rows:
            if day is None or text is None:
                continue
            if text != last:
                last, matches = text, any(key in keys for key in self.keys_of(text))
            if matches:
                yield day, text

    @repeated
    def _messages(self, day: date) -> dict[str | bytes, int]:
        """How many messages of the day ask each of its known gaps, by identity."""
        gap = self._tables.missing_questions.c
        among = sa.select(identity_of(gap.query_text, gap.text_hash)).where(gap.day == day, gap.closed_at.is_(None))
        asked = texts_of_days(self._tables, Period.of(day), among)
        with reading(self._engine) as connection:
            found = connection.execute(sa.select(asked.c.identity, asked.c.messages))
            return {plain(identity): int(count) for identity, count in found if identity is not None}

    @repeated
    def _replace_step(self, questions: Sequence[Question], at: datetime) -> None:
        with writing_alone(self._engine, self._tables) as connection:
            self.write(connection, questions, at)
            self._forget_counts(connection, {question.day for question in questions})

    @repeated
    def _restore(self, correction: Correction, version: str, taxonomy: Taxonomy) -> bool:
        """Give some of its questions back what they said before; whether there were any left."""
        entry = self._entries.c
        some = sa.select(self._entries).where(entry.correction_id == correction.id, entry.ended_at.is_(None))
        with writing_alone(self._engine, self._tables) as connection:
            entries = connection.execute(some.order_by(entry.day).limit(_STEP)).all()
            there = rows_there(connection, self._tables, [(each.day, each.query_text) for each in entries])
            # Rows that say something else are somebody else's by now.
            ours = {asked: rows for asked, rows in there.items() if _say(rows, correction.answer)}
            back = {
                (each.day, each.query_text): self._before(
                    connection, each, _count(ours[each.day, each.query_text]), version, taxonomy
                )
                for each in entries
                if (each.day, each.query_text) in ours
            }
            delete(connection, self._tables, ours.keys())
            insert(connection, self._tables, back)
            self._close(connection, entries)
            self._forget_counts(connection, {each.day for each in entries})
        return bool(entries)

    def _before(
        self, connection: Connection, entry: Any, count: int, version: str, taxonomy: Taxonomy
    ) -> list[KeywordRow]:
        """What a question's rows said before, or what the model has answered since; the count is that of now."""
        if before := _read(entry.rows_before):
            return [row._replace(query_count=count) for row in before]
        answer = self._tables.answers.c
        kept = sa.select(answer.answer).where(
            answer.share_key == share_key(entry.query_text, self._mask), answer.classifier_version == version
        )
        said = read_stored(connection.execute(kept).scalar(), taxonomy)
        return [] if isinstance(said, str) else rows_for(said, count, self._clock().replace(microsecond=0))

    def _forget_counts(self, connection: Connection, days: Collection[date]) -> None:
        facts = self._tables.facts
        for chunk in chunks(sorted(days)):
            connection.execute(sa.delete(facts).where(facts.c.day.in_(chunk)))

    def _recount(self, numbers: Sequence[int]) -> None:
        """Count the categories of all days that these corrections are about, where they were counted before."""
        for day in self._counted_days(numbers):
            self._days.recount_categories(day)

    @repeated
    def _counted_days(self, numbers: Sequence[int]) -> list[date]:
        entry, kept = self._entries.c, self._tables.day_categories.c
        days: set[date] = set()
        with reading(self._engine) as connection:
            for chunk in chunks(numbers):
                rows = sa.select(entry.day).distinct().where(entry.correction_id.in_(chunk))
                days |= set(connection.execute(rows.where(entry.day.in_(sa.select(kept.day)))).scalars())
        return sorted(days)

    @repeated
    def _done(self, corrections: Sequence[Correction], current: Any) -> None:
        """Nothing is left of these, but for those that have ended in between."""
        with writing_alone(self._engine, self._tables) as connection:
            for chunk in chunks(correction.id for correction in corrections):
                these = (self._table.c.correction_id.in_(chunk), self._table.c.current.is_not_distinct_from(current))
                connection.execute(sa.update(self._table).where(*these).values(pending=0))

    # -- taking answers back ------------------------------------------------------------------------------------------

    @repeated
    def forget_before(self, keys: Collection[bytes]) -> None:
        """What the model had said to texts with these keys does not come back when their corrections are withdrawn."""
        entry = self._entries.c
        with writing_alone(self._engine, self._tables) as connection:
            for chunk in chunks(keys):
                these = sa.select(self._table.c.correction_id).where(self._table.c.share_key.in_(chunk))
                statement = sa.update(self._entries).where(entry.correction_id.in_(these))
                connection.execute(statement.values(rows_before=_stored([])))


def _correction(row: Any) -> Correction:
    """A row, whatever stands in it: others write to the database, too."""
    return Correction(
        int(row.correction_id),
        row.query_text,
        # Nothing, where somebody has damaged it: then nothing is written.
        tuple(Keyword(word, category) for word, category in read_pairs(row.answer)),
        row.note,
        row.reviewer,
        row.corrected_at,
        row.ended_at,
        row.ended_by,
        bool(row.pending),
    )


def _say(rows: Sequence[KeywordRow], answer: Answer) -> bool:
    """Whether these rows say just that, each once."""
    said = [(row.keyword, row.category_id) for row in rows]
    return len(said) == len(answer) and set(said) == {(keyword.keyword, keyword.category_id) for keyword in answer}


def _count(rows: Sequence[KeywordRow]) -> int:
    """The messages that rows are said to be of; a run counts them anew where that is wrong."""
    return max((row.query_count for row in rows if row.query_count), default=1)


def _said_before(stored: str) -> Answer:
    """The answer in rows as they were, as far as these have one: others write rows, too."""
    return tuple(
        Keyword(row.keyword, row.category_id)
        for row in _read(stored)
        if row.keyword is not None and row.category_id is not None
    )


def _stored(rows: Sequence[KeywordRow]) -> str:
    return json.dumps(
        [[*row[:3], None if row.batch_created_at is None else row.batch_created_at.isoformat()] for row in rows],
        ensure_ascii=False,
    )


def _read(stored: str) -> list[KeywordRow]:
    return [
        KeywordRow(keyword, category, count, None if at is None else datetime.fromisoformat(at))
        for keyword, category, count, at in json.loads(stored)
    ]
