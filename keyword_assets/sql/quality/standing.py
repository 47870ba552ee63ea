"""What stands in the user's table as the answer of a question."""

from collections.abc import Collection

from sqlalchemy.engine import Engine

from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.rows import Asked, rows_there


@repeated
def standing(engine: Engine, tables: Tables, questions: Collection[Asked]) -> dict[Asked, Answer]:
    """The answers of those of the questions that have one."""
    with reading(engine) as connection:
        found = rows_there(connection, tables, questions)
    return {
        asked: tuple(
            dict.fromkeys(
                Keyword(row.keyword, row.category_id)
                for row in rows
                if row.keyword is not None and row.category_id is not None
            )
        )
        for asked, rows in found.items()
    }
