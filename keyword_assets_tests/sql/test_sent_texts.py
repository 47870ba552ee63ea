"""The share of a day's new texts that each run may send: together never more than the limit."""

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from keyword_assets.core.models import Period
from keyword_assets.sql.sent_texts import SentTexts, sent_texts
from keyword_assets.sql.store import SqlQuestionStore
from keyword_assets_tests.builders import DAY, NEXT_DAY


def _run(store: SqlQuestionStore, name: str, most: int = 10) -> SentTexts:
    return SentTexts(store.engine, store.tables, name, most)


def _sent(store: SqlQuestionStore) -> dict[str, int]:
    found = sent_texts(store.engine, store.tables, Period(DAY, NEXT_DAY))
    return {day.isoformat(): texts for day, texts in found.items()}


def test_runs_share_the_limit_of_a_day(store: SqlQuestionStore) -> None:
    """Whatever one has taken, the other cannot; each day has its own."""
    one, other = _run(store, "one"), _run(store, "other")

    assert one.take({DAY: 6, NEXT_DAY: 2}) == {DAY: 6, NEXT_DAY: 2}
    assert other.take({DAY: 6}) == {DAY: 4}
    assert one.take({DAY: 1}) == {DAY: 0}
    assert _sent(store) == {DAY.isoformat(): 10, NEXT_DAY.isoformat(): 2}


def test_what_was_not_sent_is_given_back(store: SqlQuestionStore) -> None:
    """A run that was stopped leaves its rest to the next; never more than it took."""
    one, other = _run(store, "one"), _run(store, "other")
    one.take({DAY: 10})
    one.give_back({DAY: 7})
    one.give_back({NEXT_DAY: 5})

    assert other.take({DAY: 20, NEXT_DAY: 20}) == {DAY: 7, NEXT_DAY: 10}
    assert _sent(store) == {DAY.isoformat(): 10, NEXT_DAY.isoformat(): 10}


def test_a_raised_limit_lets_more_go_and_a_lowered_one_none(store: SqlQuestionStore) -> None:
    """What was sent stays sent."""
    _run(store, "one").take({DAY: 10})

    assert _run(store, "lower", most=4).take({DAY: 5}) == {DAY: 0}
    assert _run(store, "higher", most=13).take({DAY: 5}) == {DAY: 3}


def test_a_step_that_is_repeated_in_the_same_run_knows_what_the_first_took(store: SqlQuestionStore) -> None:
    """Dagster runs it in a new process, under the same run id."""
    _run(store, "one").take({DAY: 8})

    assert _run(store, "one").take({DAY: 8}) == {DAY: 2}


def test_many_at_once_never_pass_the_limit(store: SqlQuestionStore) -> None:
    """The sensor's runs, the schedule's and somebody's at a terminal."""
    with ThreadPoolExecutor(6) as pool:
        runs = [_run(store, f"run-{number}", most=25) for number in range(6)]
        taken = list(pool.map(lambda run: run.take({DAY: 4})[DAY] + run.take({DAY: 3})[DAY], runs))

    assert sum(taken) == 25
    assert _sent(store) == {DAY.isoformat(): 25}


def test_a_day_is_found_by_the_primary_key(mysql_store: SqlQuestionStore) -> None:
    """Years of days are kept."""
    statement = "EXPLAIN SELECT SUM(texts) FROM keyword_sent_texts WHERE day = '2025-06-11' AND run_id <> 'x'"
    with mysql_store.engine.connect() as connection:
        (row,) = connection.execute(sa.text(statement)).mappings()

    assert row["key"] == "PRIMARY"
