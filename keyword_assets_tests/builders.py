"""Data for tests: a test spells out only what it is about."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from keyword_assets.core.coverage.checks import DayFacts
from keyword_assets.core.models.coverage import CategoryCount, CategoryShare, DayCoverage, WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Answer, Keyword, Quarantined, Question
from keyword_assets.core.money import Price
from keyword_assets.core.questions import share_key
from keyword_assets.core.taxonomy import Taxonomy, parse_taxonomy
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES, Names
from keyword_assets.sql.database.stored_days import LOCAL_DAYS, StoredDays
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.loading.files import opened
from keyword_assets.sql.loading.messages import LoadResult, load_file
from keyword_assets.sql.schema.migrate import outstanding, upgrade
from keyword_assets.sql.schema.users_tables import read_tables

DAY = date(2025, 6, 11)
NEXT_DAY = DAY + timedelta(days=1)
BOTH_DAYS = Period(DAY, NEXT_DAY)
BATCH_TIME = datetime(2025, 6, 20, 3, 4, 5, 678_901)
VERSION = "version-1"
NOTHING_BEFORE = CategoryShare(0, 0, 0)
NOTHING_UNDATED = WithoutDay(BOTH_DAYS)
RUN_ID = "run-1"
CATEGORIES = ("학교폭력", "전학, 편입", "기타")
# A reply of the scripted model costs two won at it.
PRICE = Price("HCX-007", input_per_1k=100, output_per_1k=1_000, as_of=date(2025, 7, 17))

_pks = count(1)
# A SQLite file in which nothing but the schema is, under the names that `repr` gives: making one takes most of a test.
_files: dict[str, bytes] = {}
_tables: dict[tuple[str, StoredDays], Tables] = {}
# The same of a server's database: the statements that make it, by where and how it was made.
_made: dict[tuple[str, ...], list[str]] = {}


def make_taxonomy(names: Sequence[str] = CATEGORIES) -> Taxonomy:
    """A taxonomy with ids 1, 2, …; the last category is the catch-all."""
    entries = [{"id": number, "name": name, "examples": [f"{name} 보기"]} for number, name in enumerate(names, 1)]
    return parse_taxonomy({"categories": [*entries[:-1], {**entries[-1], "catch_all": True}]}, "builders")


def make_answer(*keywords: str, category_id: int = 1) -> Answer:
    """An answer with these keywords, all under one category."""
    return tuple(Keyword(keyword, category_id) for keyword in keywords or ("전학 절차",))


def make_question(text: str = "전학 절차", day: date = DAY, count: int = 1) -> Question:
    """A question of the day."""
    return Question(day, text, count)


def make_coverage(day: date = DAY, **counts: int) -> DayCoverage:
    """A day's coverage; what is not said is 0."""
    return DayCoverage(day, **counts)


def make_facts(
    row: DayCoverage,
    *categories: CategoryCount,
    days_before: Sequence[DayCoverage] = (),
    share_before: CategoryShare = NOTHING_BEFORE,
    without_day: WithoutDay = NOTHING_UNDATED,
) -> DayFacts:
    """What checks look at of a day."""
    return DayFacts(
        row=row,
        floor=0.9,
        due=9,
        unusual=5,
        taxonomy=make_taxonomy(),
        without_day=lambda: without_day,
        days_before=lambda: days_before,
        categories=lambda: categories,
        share_before=lambda: share_before,
    )


def make_quarantined(text: str = "전학 절차", **values: Any) -> Quarantined:
    """A text quarantined."""
    given = {"share_key": share_key(text), "reason": "not_json", "tries": 3, "last_reply": "{", **values}
    return Quarantined(text, **given)


def answers_of(*texts: str) -> dict[str, Any]:
    """A good answer document for questions with ids 0, 1, …."""
    return {"answers": [good_entry(number, text) for number, text in enumerate(texts)]}


def good_entry(identifier: Any, keyword: str = "전학 절차", category: str = CATEGORIES[0]) -> dict[str, Any]:
    """One good entry of an answer document; of a run, `keyword` has to have something of the text."""
    return {"id": identifier, "keywords": [{"keyword": keyword[:100], "category": category}]}


def make_store(
    url: str,
    names: Names = DEFAULT_NAMES,
    tick: timedelta = timedelta(seconds=1),
    days: StoredDays = LOCAL_DAYS,
) -> SqlQuestionStore:
    """A store on the database at `url`, its schema in place; its clock moves one `tick` with each look."""
    engine = make_engine(url)
    file = Path(str(engine.url.database))
    if engine.dialect.name != "sqlite":
        _prepare_database(engine, names)
    elif file.name == ":memory:" or file.exists():
        upgrade(engine, names)
    else:
        return store_with(engine, _make_file(engine, file, names, days), tick)
    return open_store(engine, names, tick, days)


def _make_file(engine: sa.Engine, file: Path, names: Names, days: StoredDays) -> Tables:
    """A new SQLite file, upgraded and looked at once for a session: any other such one is a copy of it."""
    key = repr(names)
    if key in _files:
        file.write_bytes(_files[key])
    else:
        upgrade(engine, names)
        # What stands beside the file while it is open comes into it now.
        engine.dispose()
        _files[key] = file.read_bytes()
    if (key, days) not in _tables:
        _tables[key, days] = read_tables(engine, names, days)
    return _tables[key, days]


def _prepare_database(engine: sa.Engine, names: Names) -> None:
    """An upgrade looks at much and asks for each part by itself; what it has made can be said in few statements."""
    with engine.connect() as connection:
        if connection.exec_driver_sql("SHOW TABLES").all():
            key = None
        else:
            how = connection.exec_driver_sql("SELECT @@sql_mode, @@collation_database, @@version").one()
            key = (f"{engine.url.host}:{engine.url.port}", repr(names), *map(str, how))
            for statement in _made.get(key, ()):
                connection.exec_driver_sql(statement)
            connection.commit()
    if key not in _made:
        upgrade(engine, names)
    if key and key not in _made:
        _made[key] = list(_statements(engine))


def _statements(engine: sa.Engine) -> Iterator[str]:
    """What makes the tables of a database, and the few rows that are in them."""
    with engine.connect() as connection:
        for (name,) in connection.exec_driver_sql("SHOW TABLES").all():
            table = f"`{name.replace('`', '``')}`"
            yield str(connection.exec_driver_sql(f"SHOW CREATE TABLE {table}").one()[1])
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}").all():
                yield f"INSERT INTO {table} VALUES ({', '.join(map(repr, row))})"


def open_store(
    engine: sa.Engine,
    names: Names = DEFAULT_NAMES,
    tick: timedelta = timedelta(seconds=1),
    days: StoredDays = LOCAL_DAYS,
) -> SqlQuestionStore:
    """A store on a database whose schema is in place."""
    return store_with(engine, read_tables(engine, names, days), tick)


def store_with(engine: sa.Engine, tables: Tables, tick: timedelta = timedelta(seconds=1)) -> SqlQuestionStore:
    """A store on a database whose tables somebody has looked at."""
    looks = count()
    return SqlQuestionStore(engine, tables, lambda: BATCH_TIME + next(looks) * tick)


def add_messages(store: SqlQuestionStore, *texts: str | None, at: date | str = DAY, times: int = 1) -> None:
    """Put messages into `chattings`, each text so many times: at noon of a day, or at exactly the time written."""
    created_at = f"{at} 12:00:00" if isinstance(at, date) else at
    rows = [{"pk": next(_pks), "text": text, "at": _time_for(store.engine, created_at)} for text in texts * times]
    execute(store.engine, _insert_chat(store.tables), rows)


def _insert_chat(tables: Tables) -> str:
    c = tables.chattings.c
    return (
        f"INSERT INTO {tables.chattings.name} ({c.chatting_pk.name}, {c.input_text.name}, {c.created_at.name}) "
        "VALUES (:pk, :text, :at)"
    )


def _time_for(engine: sa.Engine, created_at: str) -> Any:
    return created_at if engine.dialect.name == "sqlite" else datetime.fromisoformat(created_at)


def add_keyword_row(store: SqlQuestionStore, text: str, at: date | str = DAY, **values: Any) -> None:
    """Put a row into `admin_chat_keywords` as another program would: at midnight, or at exactly the time written."""
    created_at = f"{at} 00:00:00" if isinstance(at, date) else at
    execute(
        store.engine,
        "INSERT INTO admin_chat_keywords "
        "(query_text, keyword, category_id, query_count, created_at, batch_created_at) "
        "VALUES (:text, :keyword, :category_id, :query_count, :at, :at)",
        [
            {
                "text": text,
                "keyword": "손으로 쓴 낱말",
                "category_id": 1,
                "query_count": 1,
                "at": _time_for(store.engine, created_at),
                **values,
            }
        ],
    )


def keyword_rows(store: SqlQuestionStore, columns: str = "query_text, keyword, category_id, query_count") -> list[Any]:
    """The rows of `admin_chat_keywords` as tuples, sorted."""
    rows = query(store.engine, f"SELECT {columns} FROM {store.tables.admin_chat_keywords.name}")
    return sorted(tuple(row) for row in rows)


def save(store: SqlQuestionStore, *questions: Question, learned: Mapping[bytes, Answer] | None = None) -> None:
    """Save one keyword for each question."""
    store.save(
        [(question, make_answer()) for question in questions],
        learned=learned or {},
        version=VERSION,
        batch_created_at=BATCH_TIME,
    )


def open_texts(store: SqlQuestionStore, period: Period = BOTH_DAYS) -> list[str]:
    """The texts of the open questions, in the order in which the store hands them out."""
    pages = store.open_questions(period, most_asked_first=False)
    return [question.text for page in pages for question in page]


def coverage_of(store: SqlQuestionStore, day: date = DAY) -> DayCoverage:
    """The coverage of one day, counted now."""
    (row,) = store.coverage(Period.of(day))
    return row


def execute(engine: sa.Engine, statement: str, rows: Iterable[dict[str, Any]] = ()) -> None:
    """Execute a statement on a connection of one's own, as another program would."""
    with engine.connect() as connection:
        connection.execute(sa.text(statement), list(rows) or None)
        connection.commit()


def query(engine: sa.Engine, statement: str) -> list[Any]:
    """The rows of a statement."""
    with engine.connect() as connection:
        return list(connection.execute(sa.text(statement)).all())


def upgrade_statements(engine: sa.Engine, names: Names = DEFAULT_NAMES) -> list[str]:
    """What `upgrade` would run."""
    return [change.shown for change in outstanding(engine, names)]


def upgrade_sql(engine: sa.Engine, names: Names = DEFAULT_NAMES) -> str:
    """The same, as a person reads it."""
    return "".join(f"{statement};\n\n" for statement in upgrade_statements(engine, names))


def load_csv(engine: sa.Engine, tables: Tables, path: Path, encoding: str | None = None) -> LoadResult:
    """Load a CSV file as `load-chats` does."""
    with opened(path, encoding) as file:
        return load_file(engine, tables, file)
