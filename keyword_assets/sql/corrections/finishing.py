"""What is left to be done of corrections: the rows that were there before them are replaced, or restored."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.classifying.answers import read_stored
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Question
from keyword_assets.core.quality.corrections import Correction
from keyword_assets.core.questions import share_key
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.sql.corrections.kept import Corrections
from keyword_assets.sql.corrections.replaced import ReplacedRows, rows_before
from keyword_assets.sql.corrections.written import CorrectedRows, count_of, rows_say
from keyword_assets.sql.coverage.day_book import DayBook
from keyword_assets.sql.database.dialects import identity_of, identity_value
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, streamed
from keyword_assets.sql.queries import chunks, row_day, texts_of_days
from keyword_assets.sql.rows import KeywordRow, delete, insert, plain, rows_for, rows_there
from keyword_assets.sql.spellings import FETCHED, may_be

# Questions whose rows are replaced in one transaction: all others who write wait for it.
_STEP = 100


class Finishing:
    """Does the rest of what was corrected or withdrawn, a few questions at a time.

    Args:
        engine: the database.
        tables: the tables.
        clock: local wall-clock time.
        corrections: what people have answered.
        replaced: which rows say it.
        rows: how they are written.
    """

    def __init__(
        self,
        engine: Engine,
        tables: Tables,
        clock: Callable[[], datetime],
        corrections: Corrections,
        replaced: ReplacedRows,
        rows: CorrectedRows,
    ) -> None:
        self._engine = engine
        self._tables = tables
        self._entries = tables.replaced_rows
        self._clock = clock
        self._corrections = corrections
        self._replaced = replaced
        self._rows = rows
        self._days = DayBook(engine, tables, clock)

    def finish(self, version: str, taxonomy: Taxonomy) -> None:
        """Replace or restore what is left of the rows that corrections are about. Can be interrupted, and called again.

        Args:
            version: the classifier version whose kept answers stand in where there were no rows before.
            taxonomy: the categories that those may have.
        """
        pending = self._corrections.pending()
        withdrawn = [correction for correction in pending if correction.ended_at is not None]
        holding = [correction for correction in pending if correction.ended_at is None]
        for correction in withdrawn:
            while self._restore(correction, version, taxonomy):
                pass
        if holding:
            self._replace(holding)
        if pending:
            self._recount([correction.id for correction in pending])
            self._corrections.done(withdrawn, sa.null())
            self._corrections.done(holding, sa.literal(1))

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
        keys = {key for text in texts for key in self._corrections.keys_of(text)}
        these = statement.where(may_be(column, texts, self._corrections.mask, self._engine.dialect))
        rows = streamed(connection, these, FETCHED)
        for day, text in rows:
            if day is None or text is None:
                continue
            if text != last:
                last, matches = text, any(key in keys for key in self._corrections.keys_of(text))
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
            self._rows.write(connection, questions, at)
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
            ours = {asked: rows for asked, rows in there.items() if rows_say(rows, correction.answer)}
            back = {
                (each.day, each.query_text): self._before(
                    connection, each, count_of(ours[each.day, each.query_text]), version, taxonomy
                )
                for each in entries
                if (each.day, each.query_text) in ours
            }
            delete(connection, self._tables, ours.keys())
            insert(connection, self._tables, back)
            self._replaced.close(connection, entries)
            self._forget_counts(connection, {each.day for each in entries})
        return bool(entries)

    def _before(
        self, connection: Connection, entry: Any, count: int, version: str, taxonomy: Taxonomy
    ) -> list[KeywordRow]:
        """What a question's rows said before, or what the model has answered since; the count is that of now."""
        if rows := rows_before(entry.rows_before):
            return [row._replace(query_count=count) for row in rows]
        answer = self._tables.answers.c
        kept = sa.select(answer.answer).where(
            answer.share_key == share_key(entry.query_text, self._corrections.mask),
            answer.classifier_version == version,
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
