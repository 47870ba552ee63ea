"""Processes on one database: whose text is whose, and what becomes of the dead."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Barrier, Thread

import pytest

from keyword_assets.core.models.period import Period
from keyword_assets.core.questions import share_key
from keyword_assets.sql.classifying import workers
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets_tests.builders import (
    BATCH_TIME,
    BOTH_DAYS,
    NEXT_DAY,
    VERSION,
    execute,
    make_answer,
    make_quarantined,
    make_store,
    open_store,
    query,
)

KEYS = [share_key(text) for text in ("가", "나", "다")]


@pytest.fixture
def stores(store: SqlQuestionStore) -> Iterator[list[SqlQuestionStore]]:
    """Two processes at work on one database."""
    both = [store, open_store(store.engine)]
    with ExitStack() as stack:
        for one in both:
            stack.enter_context(one.at_work(BOTH_DAYS))
        yield both


def die(store: SqlQuestionStore) -> None:
    """Let this process not have been heard of for long."""
    execute(store.engine, f"UPDATE keyword_workers SET alive_until = 1 WHERE worker_id = '{store._worker.id}'")


def test_a_text_is_claimed_by_one_process_only(stores: list[SqlQuestionStore]) -> None:
    """Two requests for it would be paid for twice."""
    first, second = stores

    assert first.claim(KEYS[:2], VERSION) == set(KEYS[:2])
    assert second.claim(KEYS, VERSION) == {KEYS[2]}
    assert first.claim(KEYS, VERSION) == set(KEYS[:2])


def test_a_claim_is_for_one_classifier_version(stores: list[SqlQuestionStore]) -> None:
    """Another model's answer is no use to us."""
    first, second = stores
    first.claim(KEYS, VERSION)

    assert second.claim(KEYS, "version-2") == set(KEYS)


def test_claiming_nothing_gives_nothing(stores: list[SqlQuestionStore]) -> None:
    """An empty page."""
    assert stores[0].claim([], VERSION) == set()


def test_more_keys_than_a_statement_takes_are_claimed(stores: list[SqlQuestionStore]) -> None:
    """A page holds as many, and another process may hold any of them."""
    keys = [share_key(str(number)) for number in range(1_203)]
    first, second = stores
    first.claim(keys[::2], VERSION)

    assert second.claim(keys, VERSION) == set(keys[1::2])


@pytest.mark.parametrize("how", ["release", "save", "quarantine"])
def test_a_settled_text_is_free_and_the_others_are_not(stores: list[SqlQuestionStore], how: str) -> None:
    """Its answer is in the database from then on, or there is none."""
    first, second = stores
    first.claim(KEYS[:2], VERSION)

    if how == "release":
        first.release(KEYS[:1], VERSION)
    elif how == "save":
        first.save([], learned={KEYS[0]: make_answer()}, version=VERSION, batch_created_at=BATCH_TIME)
    else:
        first.quarantine([make_quarantined("가")], VERSION)

    assert second.claim(KEYS[:2], VERSION) == {KEYS[0]}


def test_nobody_releases_what_another_claimed(stores: list[SqlQuestionStore]) -> None:
    """A process that was taken for dead and wakes up must not take the claim of who came after it."""
    first, second = stores
    first.claim(KEYS, VERSION)

    second.release(KEYS, VERSION)

    assert second.claim(KEYS, VERSION) == set()


def test_leaving_releases_everything(store: SqlQuestionStore) -> None:
    """Also when the run fails."""

    def fail() -> None:
        with store.at_work(BOTH_DAYS):
            store.claim(KEYS, VERSION)
            raise ZeroDivisionError

    other = open_store(store.engine)
    with pytest.raises(ZeroDivisionError):
        fail()

    with other.at_work(BOTH_DAYS):
        assert other.claim(KEYS, VERSION) == set(KEYS)
    assert query(store.engine, "SELECT * FROM keyword_claims") == []
    assert query(store.engine, "SELECT * FROM keyword_workers") == []


def test_the_claims_of_a_process_that_died_are_taken_over(stores: list[SqlQuestionStore]) -> None:
    """After kill -9 nobody releases them."""
    first, second = stores
    first.claim(KEYS, VERSION)
    die(first)

    assert second.claim(KEYS, VERSION) == set(KEYS)


def test_a_process_that_is_heard_of_again_does_not_take_back_what_was_taken_over(
    stores: list[SqlQuestionStore],
) -> None:
    """A laptop was closed and opened; the text is being asked about by another process now."""
    first, second = stores
    first.claim(KEYS, VERSION)
    die(first)
    second.claim(KEYS[:1], VERSION)

    execute(first.engine, f"UPDATE keyword_workers SET alive_until = {time.time() + workers.ALIVE_SECONDS}")

    assert first.claim(KEYS, VERSION) == set(KEYS[1:])


def test_processes_that_claim_at_once_share_without_a_doubt(store: SqlQuestionStore) -> None:
    """Twenty rounds from connections of their own: each text goes to exactly one, and none to nobody."""
    url = store.engine.url.render_as_string(hide_password=False)
    engines = [make_engine(url) for _ in range(3)]
    stores = [open_store(engine) for engine in engines]
    start, won = Barrier(3), [set[bytes]() for _ in stores]

    def claim(number: int) -> None:
        for turn in range(20):
            start.wait()
            won[number] |= stores[number].claim([share_key(f"{turn} {n}") for n in range(5)], VERSION)

    with ExitStack() as stack:
        for one in stores:
            stack.enter_context(one.at_work(BOTH_DAYS))
        threads = [Thread(target=claim, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for engine in engines:
        engine.dispose()

    assert sum(map(len, won)) == len(set.union(*won)) == 100


# -- who is at work ---------------------------------------------------------------------------------------------------


def test_the_others_at_work_are_told_by_host_process_and_time(stores: list[SqlQuestionStore]) -> None:
    """Whoever waits for them wants to know whom."""
    (other,) = stores[0].others_at_work()

    assert str(os.getpid()) in other
    assert BATCH_TIME.strftime("%Y-%m-%d %H:%M:%S") in other


def test_the_dead_and_those_who_left_are_not_at_work(store: SqlQuestionStore) -> None:
    """Nobody waits for them."""
    other = open_store(store.engine)
    with other.at_work(BOTH_DAYS):
        before = len(store.others_at_work())
        die(other)
        dead = store.others_at_work()
    with other.at_work(BOTH_DAYS):
        pass

    assert (before, dead, store.others_at_work()) == (1, [], [])


def test_a_process_at_work_keeps_saying_so(store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request may take minutes, and its text must not be taken over meanwhile."""
    monkeypatch.setattr(workers, "_HEARTBEAT_SECONDS", 0.02)
    with store.at_work(BOTH_DAYS):
        die(store)
        deadline = time.monotonic() + 10
        while query(store.engine, "SELECT alive_until FROM keyword_workers") == [(1.0,)]:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    assert query(store.engine, "SELECT alive_until FROM keyword_workers") == []


def test_a_process_is_given_up_soon_but_not_at_its_first_silence(store: SqlQuestionStore) -> None:
    """A beat may come late under load; an hour would hold up the next run for nothing."""
    with store.at_work(BOTH_DAYS):
        ((alive_until,),) = query(store.engine, "SELECT alive_until FROM keyword_workers")

    assert 3 * workers._HEARTBEAT_SECONDS <= workers.ALIVE_SECONDS <= 60
    # On the database's clock, which is this machine's here.
    assert alive_until == pytest.approx(time.time() + workers.ALIVE_SECONDS, abs=5)


def test_a_failed_beat_does_not_end_the_run(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The run itself notices when the database is gone; a line in the log is enough."""
    caplog.set_level("INFO", logger="keyword_assets")
    monkeypatch.setattr(workers, "_HEARTBEAT_SECONDS", 0.02)
    store = make_store(sqlite_url)
    with store.at_work(BOTH_DAYS):
        execute(store.engine, "ALTER TABLE keyword_workers RENAME TO elsewhere")
        deadline = time.monotonic() + 10
        while not caplog.records:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        execute(store.engine, "ALTER TABLE elsewhere RENAME TO keyword_workers")

    assert query(store.engine, "SELECT * FROM keyword_workers") == []
    store.engine.dispose()


def test_the_days_of_those_at_work_are_known(store: SqlQuestionStore) -> None:
    """Whoever wants to launch runs leaves these days alone, whichever machine the others are on."""
    other = open_store(store.engine)
    with store.at_work(BOTH_DAYS), other.at_work(Period.of(NEXT_DAY)):
        during = store.periods_at_work()

    assert sorted(during, key=lambda period: period.start) == [BOTH_DAYS, Period.of(NEXT_DAY)]
    assert store.periods_at_work() == []


def test_the_days_of_a_process_that_died_are_nobodys(stores: list[SqlQuestionStore]) -> None:
    """It cannot take itself out of the table."""
    die(stores[0])

    assert stores[1].periods_at_work() == [BOTH_DAYS]


# -- the runs that processes carry ------------------------------------------------------------------------------------


def test_a_run_whose_process_lives_or_has_ended_is_not_silent(store: SqlQuestionStore) -> None:
    """It may be waiting for its turn for hours."""
    with store.carrying("run"):
        during = store.silent_runs(10)

    assert (during, store.silent_runs(10)) == (set(), set())


def test_a_run_whose_process_was_not_heard_of_for_long_is_silent(store: SqlQuestionStore) -> None:
    """How long, counts from the last sign of life, not from when its claims lapsed."""
    with store.carrying("run"), store.carrying("another"):
        execute(store.engine, "UPDATE keyword_workers SET alive_until = alive_until - 60 WHERE run_id = 'run'")
        found = {seconds: store.silent_runs(seconds) for seconds in (50, 70)}

    assert found == {50: {"run"}, 70: set()}


def test_a_process_that_carries_a_run_is_not_one_that_asks(store: SqlQuestionStore) -> None:
    """Nobody waits for the answers of a run that waits for its turn, and it holds up no day."""
    with open_store(store.engine).carrying("run"):
        seen = store.others_at_work(), store.periods_at_work()

    assert seen == ([], [])


def test_entries_of_the_long_dead_are_swept_away(store: SqlQuestionStore) -> None:
    """A Dagster instance that is no more leaves them for ever; what died today is still asked about."""
    with store.carrying("old"), store.carrying("new"):
        execute(store.engine, "UPDATE keyword_workers SET alive_until = 1 WHERE run_id = 'old'")
        execute(store.engine, "UPDATE keyword_workers SET alive_until = alive_until - 86400 WHERE run_id = 'new'")
        with store.at_work(BOTH_DAYS):
            left = query(store.engine, "SELECT run_id FROM keyword_workers WHERE run_id IS NOT NULL")

    assert left == [("new",)]


def test_what_others_ask_about_is_known_until_they_have_gone(stores: list[SqlQuestionStore]) -> None:
    """Not what we ask about ourselves, and nothing of the dead or of another classifier version."""
    one, other = stores
    one.claim(KEYS[:2], VERSION)
    other.claim(KEYS[2:], VERSION)

    assert other.asked_by_others(KEYS, VERSION) == set(KEYS[:2])
    assert one.asked_by_others(KEYS, VERSION) == {KEYS[2]}
    assert other.asked_by_others(KEYS, "another version") == set()
    execute(one.engine, f"UPDATE keyword_workers SET alive_until = 0 WHERE worker_id = '{one._worker.id}'")
    assert other.asked_by_others(KEYS, VERSION) == set()


@pytest.mark.parametrize("ahead", [86_400.0, 1e18])
def test_an_entry_from_far_ahead_holds_nothing(store: SqlQuestionStore, ahead: float) -> None:
    """Of a server whose clock was put back since, or written by another program; it would stand for ever."""
    store.claim(KEYS, VERSION)
    execute(
        store.engine,
        "INSERT INTO keyword_workers (worker_id, host, pid, began_at, alive_until, start_day, end_day, run_id) "
        f"VALUES ('somebody', 'elsewhere', 7, '{BATCH_TIME}', {time.time() + ahead}, "
        f"'{BOTH_DAYS.start}', '{BOTH_DAYS.end}', NULL), "
        f"('its run', 'elsewhere', 7, '{BATCH_TIME}', {time.time() + ahead}, NULL, NULL, 'run')",
    )
    execute(store.engine, "UPDATE keyword_claims SET worker_id = 'somebody'")
    seen = store.others_at_work(), store.periods_at_work(), store.asked_by_others(KEYS, VERSION)

    assert seen == ([], [], set())
    assert store.claim(KEYS, VERSION) == set(KEYS)
    assert store.silent_runs(workers.ALIVE_SECONDS) == {"run"}


def test_a_server_whose_clock_is_some_minutes_behind_the_last_one_buries_nobody(stores: list[SqlQuestionStore]) -> None:
    """After a failover, until the next sign of life."""
    one, other = stores
    one.claim(KEYS, VERSION)
    execute(one.engine, f"UPDATE keyword_workers SET alive_until = {time.time() + 300}")

    assert other.claim(KEYS, VERSION) == set()
