"""Rows that say what people have answered, written within the transaction of whoever writes rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.engine import Connection

from keyword_assets.core.models.questions import Answer, Question
from keyword_assets.sql.corrections.kept import Corrections
from keyword_assets.sql.corrections.replaced import ReplacedRows
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.rows import Asked, KeywordRow, delete, insert, rows_for, rows_there


@dataclass
class Written:
    """What became of questions that were to be written as corrections say.

    `staying` have rows that say it already; `without` have no correction (any more).
    """

    staying: set[Asked] = field(default_factory=set)
    without: set[Asked] = field(default_factory=set)


class CorrectedRows:
    """The rows of questions that people have answered."""

    def __init__(self, tables: Tables, corrections: Corrections, replaced: ReplacedRows) -> None:
        self._tables = tables
        self._corrections = corrections
        self._replaced = replaced

    def write(self, connection: Connection, questions: Sequence[Question], batch_created_at: datetime) -> Written:
        """Give questions the rows that their corrections say, within the caller's transaction.

        A question that counts no messages is one that has rows; it gets none if they are gone by now.
        """
        held = self._corrections.holding(connection, {question.text for question in questions})
        corrected = [(question.day, question.text) for question in questions if question.text in held]
        there = rows_there(connection, self._tables, corrected)
        entries = self._replaced.open_ones(connection, corrected)
        written = Written(without={(q.day, q.text) for q in questions} - set(corrected))
        new: dict[Asked, list[KeywordRow]] = {}
        for question in questions:
            asked = (question.day, question.text)
            before = there.get(asked, [])
            if asked in written.without or not (question.count or before):
                continue
            answer = held[question.text].answer
            self._replaced.enter(connection, asked, held[question.text], entries.get(asked), before)
            if rows_say(before, answer) or not answer:
                written.staying.add(asked)
            else:
                count = question.count or count_of(before)
                new[asked] = rows_for(answer, count, batch_created_at)
        delete(connection, self._tables, new.keys() & there.keys())
        insert(connection, self._tables, new)
        return written


def rows_say(rows: Sequence[KeywordRow], answer: Answer) -> bool:
    """Whether these rows say just that, each once."""
    said = [(row.keyword, row.category_id) for row in rows]
    return len(said) == len(answer) and set(said) == {(keyword.keyword, keyword.category_id) for keyword in answer}


def count_of(rows: Sequence[KeywordRow]) -> int:
    """The messages that rows are said to be of; a run counts them anew where that is wrong."""
    return max((row.query_count for row in rows if row.query_count), default=1)
