"""A small world for tests of whole commands and runs: settings, chats, and what the database holds in the end."""

import os
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.questions import prompt_text
from keyword_assets.hcx.simulator.brain import Brain
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.loading.messages import insert_messages
from keyword_assets.sql.opening import open_store

# Long and peculiar, so that it can be looked for wherever a secret might have gone.
KEY = "nv-7c1f09e2b8d64a5f-not-to-be-seen"
TODAY = datetime(2025, 6, 20, 9, 30)
"""When a clock stands that a test has stopped."""
DAY, NEXT_DAY, THIRD_DAY = "2025-06-11", "2025-06-12", "2025-06-13"

Row = dict[str, Any]


class Clock:
    """What the settings take for the time: it stands, goes on by `tick` with each look, and can be set."""

    def __init__(self) -> None:
        self.now = TODAY
        self.tick = timedelta()

    def look(self) -> datetime:
        """The time."""
        seen = self.now
        self.now += self.tick
        return seen


def environment(database_url: str, hcx_url: str) -> dict[str, str]:
    """Settings under which nothing waits: a quota that is never used up, and one retry."""
    return {
        "KEYWORDS_DATABASE_URL": database_url,
        "HCX_BASE_URL": hcx_url,
        "HCX_API_KEY": KEY,
        "HCX_QPM": "1000",
        "HCX_TPM": "10000000",
        "HCX_QUOTA_WINDOW_SECONDS": "0.05",
        "HCX_MAX_RETRIES": "1",
        "HCX_TIMEOUT_SECONDS": "10",
    }


class Chats:
    """Puts messages into the database of the settings in force, a minute apart; `added` are in it already."""

    def __init__(self) -> None:
        self.added = 0

    def add(self, *texts: str | None, day: str = DAY, times: int = 1) -> None:
        """Each text, so many times, on a day."""
        rows = []
        for text in texts * times:
            self.added += 1
            at = datetime.combine(date.fromisoformat(day), datetime.min.time()).replace(
                hour=self.added // 60 % 24, minute=self.added % 60
            )
            rows.append((self.added, text, at))
        with open_store(Settings.from_env(), create=True) as store:
            insert_messages(store.engine, store.tables, rows)


# Tables that change with each look or run, even where there was nothing to do.
CHANGING = ("keyword_day_facts", "keyword_day_categories", "keyword_runs")


def contents() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the database in force, in an order that does not depend on the database.

    But for those that are `CHANGING`.
    """
    engine = make_engine(os.environ["KEYWORDS_DATABASE_URL"])
    try:
        with engine.connect() as connection:
            return {
                name: sorted((tuple(row) for row in connection.execute(sa.text(f"SELECT * FROM {name}"))), key=repr)
                for name in sa.inspect(connection).get_table_names()
                if name not in CHANGING
            }
    finally:
        engine.dispose()


def rows_of(table: str) -> list[tuple[Any, ...]]:
    """The rows of one table of the database in force."""
    engine = make_engine(os.environ["KEYWORDS_DATABASE_URL"])
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(f"SELECT * FROM {table}"))]
    finally:
        engine.dispose()


def keyword_rows() -> list[Row]:
    """The rows of `admin_chat_keywords`."""
    with open_store(Settings.from_env()) as store, store.engine.connect() as connection:
        table = store.tables.admin_chat_keywords
        return [dict(row._mapping) for row in connection.execute(sa.select(*table.c))]


def execute(statement: str) -> None:
    """Run one statement on the database in force, as another program would."""
    engine = make_engine(os.environ["KEYWORDS_DATABASE_URL"])
    try:
        with engine.begin() as connection:
            connection.execute(sa.text(statement))
    finally:
        engine.dispose()


def answers_to(texts: Iterable[str]) -> set[tuple[str, str, int]]:
    """The (text, keyword, category id) that the simulated HCX gives: the only rows there may be."""
    taxonomy = load_taxonomy()
    brain = Brain(taxonomy)
    return {
        (text, entry["keyword"], taxonomy.id_of(entry["category"]) or -1)
        for text in texts
        for entry in brain.answer(prompt_text(text))
    }


def written() -> set[tuple[str, str, int]]:
    """The (text, keyword, category id) that are in `admin_chat_keywords`."""
    return {(row["query_text"], row["keyword"], row["category_id"]) for row in keyword_rows()}


def questions(number: int) -> list[str]:
    """So many different questions."""
    topics = ("전학 절차", "검정고시 접수", "졸업증명서 발급", "학교폭력 신고", "기간제 교사 채용", "수행평가 점수")
    return [f"{topics[n % len(topics)]} {n + 1}번째로 묻습니다" for n in range(number)]
