"""Who waits for whom in order to write, on a server."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest
import sqlalchemy as sa

from keyword_assets.core.models.period import Period
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.locks import writing_about, writing_alone
from keyword_assets.sql.database.transactions import reading
from keyword_assets_tests.builders import DAY, query

Writer = Callable[[SqlQuestionStore], AbstractContextManager[sa.Connection]]
ALONE: Writer = lambda store: writing_alone(store.engine, store.tables)  # noqa: E731
WAITING = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"


def about(*texts: str) -> Writer:
    """Who writes about these texts."""
    return lambda store: writing_about(store.engine, store.tables, texts)


@pytest.fixture
def store(mysql_store: SqlQuestionStore) -> SqlQuestionStore:
    """A store with the locks of the texts in it, made before anybody holds them."""
    with about("가", "나", "다")(mysql_store):
        pass
    return mysql_store


@pytest.mark.parametrize("others", [(), ("다",)], ids=["none", "others"])
def test_who_writes_about_other_texts_waits_for_nobody(store: SqlQuestionStore, others: tuple[str, ...]) -> None:
    """Several processes at once are there to be faster than one."""
    with about("가", "나")(store), about(*others)(store):
        pass


def test_what_a_finished_day_comes_to_is_kept_beside_who_writes_answers(store: SqlQuestionStore) -> None:
    """Or all processes on a database would stand still each time that one has finished a day."""
    with about("가")(store):
        (row,) = store.recount(Period.of(DAY))

        assert store.days.keep(row)


@pytest.mark.parametrize(
    ("first", "second"),
    [(about("가", "나"), about("나", "다")), (about("가"), ALONE), (ALONE, about("다")), (ALONE, about())],
    ids=["the same text", "alone after texts", "texts after alone", "no texts after alone"],
)
def test_who_may_not_write_beside_another_waits_and_sees_what_he_wrote(
    store: SqlQuestionStore, first: Writer, second: Writer
) -> None:
    """What is looked for and not found is written; so what another wrote must be seen."""
    sizes = store.tables.sizes

    def look() -> int:
        with second(store) as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(sizes)).scalar_one())

    with ThreadPoolExecutor(1) as pool:
        with first(store) as connection:
            looking = pool.submit(look)
            while not query(store.engine, WAITING)[0][0]:
                assert not looking.done(), f"nobody was waited for, {looking.exception()!r}"
                # The server shows what it has shown last, as long as somebody looks more often than every 0.1 s.
                time.sleep(0.15)
            values = {"classifier_version": "1", "sizes": "{}", "learned_at": sa.func.now()}
            connection.execute(sa.insert(sizes).values(values))
        assert looking.result() == 1


def test_a_text_has_the_same_lock_for_everybody_and_keeps_it(store: SqlQuestionStore) -> None:
    """Locks are rows that stay: made anew each time, they would have to be found and deleted by somebody."""
    locks = "SELECT name FROM keyword_locks ORDER BY name"
    before = query(store.engine, locks)
    with about("다", "나", "가")(store):
        pass

    assert query(store.engine, locks) == before


def test_nothing_is_asked_before_a_statement(store: SqlQuestionStore) -> None:
    """The driver's own cursors ask each time whether the server is there: twice the ways to it."""
    pings = "SHOW SESSION STATUS LIKE 'Com_admin_commands'"
    with reading(store.engine) as connection:
        before = connection.exec_driver_sql(pings).one()[1]
        for _ in range(5):
            connection.execute(sa.text("SELECT 1")).all()
        with connection.execution_options(stream_results=True).execute(sa.text("SELECT 1")) as rows:
            rows.all()

        assert connection.exec_driver_sql(pings).one()[1] == before
