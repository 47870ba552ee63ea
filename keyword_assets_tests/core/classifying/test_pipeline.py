"""The job over a period: what happens in which order, and what it reports."""

import asyncio
import signal
from collections.abc import Generator, Sequence
from datetime import date
from threading import Event, Lock
from typing import Any

import pytest

from keyword_assets.core.classifying.pipeline import classify_period
from keyword_assets.core.errors import DatabaseError, HcxDenied, HcxError, InputError
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Question
from keyword_assets.core.models.runs import DayTally, RunResult
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.ports.model import Reply
from keyword_assets.core.ports.watcher import RunWatcher
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets_tests.builders import (
    BATCH_TIME,
    BOTH_DAYS,
    CATEGORIES,
    DAY,
    NEXT_DAY,
    PRICE,
    RUN_ID,
    add_messages,
    execute,
    keyword_rows,
    make_question,
    make_taxonomy,
    query,
    save,
)
from keyword_assets_tests.fakes import ScriptedModel, all_good, in_turn


def run(store: SqlQuestionStore, model: ScriptedModel, **options: Any) -> tuple[RunResult, HcxError | None]:
    """One run over both days."""
    return asyncio.run(
        classify_period(
            BOTH_DAYS,
            model=model,
            store=store,
            taxonomy=make_taxonomy(),
            price=PRICE,
            run_id=RUN_ID,
            batch_created_at=BATCH_TIME,
            **options,
        )
    )


def test_a_run_reports_what_it_did(store: SqlQuestionStore) -> None:
    """The summary, the bill and the UI are made of it."""
    add_messages(store, "가", "나", "다", at=DAY)
    add_messages(store, "나", at=NEXT_DAY)
    save(store, make_question("가"))

    result, fatal = run(store, ScriptedModel())

    assert fatal is None
    assert result == RunResult(
        BATCH_TIME,
        processed=3,
        reused=1,
        skipped=1,
        asked=2,
        usage=Usage(requests=1, prompt=10, completion=1, reserved=11),
        cost_krw=2.0,
        model="HCX-007",
        seconds=result.seconds,
        by_day={DAY: Usage(requests=1, prompt=10, completion=1, reserved=11)},
    )


def test_usage_from_before_the_run_is_not_counted(store: SqlQuestionStore) -> None:
    """One model serves the basic run and the one after it."""
    add_messages(store, "가")
    model = ScriptedModel()
    model.usage = Usage(requests=7, prompt=70)

    result, _ = run(store, model)

    assert (result.usage.requests, result.usage.prompt) == (1, 10)


def test_categories_are_in_the_table_before_the_first_keyword(store: SqlQuestionStore) -> None:
    """The screens join them."""
    add_messages(store, "가")

    run(store, ScriptedModel())

    assert len(query(store.engine, "SELECT * FROM admin_categories")) == len(CATEGORIES)


def test_a_contradicting_category_is_refused_before_anything_is_sent(store: SqlQuestionStore) -> None:
    """Paid answers could not be filed."""
    add_messages(store, "가")
    execute(store.engine, "INSERT INTO admin_categories VALUES (1, '다른 이름')")
    model = ScriptedModel()

    with pytest.raises(InputError):
        run(store, model)

    assert (model.requests, keyword_rows(store)) == ([], [])


def test_counts_of_late_messages_are_refreshed(store: SqlQuestionStore) -> None:
    """Also of questions that are classified already."""
    add_messages(store, "가")
    save(store, make_question("가"))
    add_messages(store, "가", times=2)

    run(store, ScriptedModel())

    assert keyword_rows(store, "query_count") == [(3,)]


def test_a_second_run_does_nothing(store: SqlQuestionStore) -> None:
    """Running again is always safe, and free."""
    add_messages(store, "가", "나")
    run(store, ScriptedModel())
    model = ScriptedModel()

    result, _ = run(store, model)

    assert (model.requests, result.processed, result.skipped, len(keyword_rows(store))) == ([], 0, 2, 2)


def test_open_questions_are_read_of_those_days_alone_that_have_some(
    store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Late messages for one day of thirty are no reason to read thirty days, nor is a second run."""
    add_messages(store, "가")
    save(store, make_question("가"))
    add_messages(store, "나", at=NEXT_DAY)
    read, open_questions = [], store.open_questions

    def noted(period: Period, **how: Any) -> Generator[list[Question]]:
        read.append(period)
        return open_questions(period, **how)

    monkeypatch.setattr(store, "open_questions", noted)

    results = [run(store, ScriptedModel(), **how)[0] for how in ({}, {}, {"limit": 1}, {"reclassify": True})]

    assert [result.processed for result in results] == [1, 0, 0, 1]
    assert read == [Period.of(NEXT_DAY), BOTH_DAYS]


def test_what_was_edited_unnoticed_is_told_at_the_end_and_asked_by_the_next_run(
    store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy server an edit in place shows up after hours, or when a run counts the day."""
    add_messages(store, "가")
    save(store, make_question("가"))
    known = store.coverage(BOTH_DAYS)
    execute(store.engine, "UPDATE chattings SET input_text = '나'")
    told: list[int] = []

    class Listening(RunWatcher):
        def day_finished(self, tally: DayTally, after: DayCoverage) -> None:
            told.append(after.missing)

    with monkeypatch.context() as before_it_shows:
        before_it_shows.setattr(store, "coverage", lambda period: known)
        run(store, ScriptedModel(), watcher=Listening())
    result, _ = run(store, ScriptedModel(), watcher=Listening())

    assert (told, result.processed) == ([1, 0, 0, 0], 1)


def test_the_listener_hears_the_beginning_each_step_and_each_end(store: SqlQuestionStore) -> None:
    """Dagster's events and the progress bar are made of it."""
    add_messages(store, "가", "나")
    heard: list[Any] = []

    class Listening(RunWatcher):
        def began(self, before: Sequence[DayCoverage]) -> None:
            heard.append([row.questions for row in before])

        def progressed(self, tally: DayTally) -> None:
            heard.append(tally.processed)

        def day_finished(self, tally: DayTally, after: DayCoverage) -> None:
            heard.append(tally.day)

    run(store, ScriptedModel(), watcher=Listening())

    assert [event for event in heard if event != NEXT_DAY] == [[2, 0], 1, 2, DAY]
    assert heard.count(NEXT_DAY) == 1


def test_the_next_day_is_asked_about_while_a_finished_one_is_told(store: SqlQuestionStore) -> None:
    """A day of a million messages takes seconds to count, and the quota that nobody uses is lost."""
    add_messages(store, "가", at=DAY)
    add_messages(store, "나", at=NEXT_DAY)
    asked = Event()
    heard: list[tuple[date, bool]] = []

    def script(texts: list[str]) -> Reply:
        if texts == ["나"]:
            asked.set()
        return all_good(texts)

    class Listening(RunWatcher):
        def day_finished(self, tally: DayTally, after: DayCoverage) -> None:
            heard.append((tally.day, asked.wait(5)))

    run(store, ScriptedModel(script, batch_size=1, at_once=1), watcher=Listening())

    assert heard == [(DAY, True), (NEXT_DAY, True)]


def test_a_listener_is_told_one_thing_at_a_time(store: SqlQuestionStore) -> None:
    """Progress bars and a day's events in Dagster's log are not made for two threads."""
    add_messages(store, *(f"질문 {number}" for number in range(50)))
    telling = Lock()
    alone: list[bool] = []

    class Listening(RunWatcher):
        def began(self, *_: Any) -> None:
            alone.append(telling.acquire(blocking=False))
            Event().wait(0.001)
            telling.release()

        progressed = day_finished = began

    run(store, ScriptedModel(batch_size=5), watcher=Listening())

    assert alone == [True] * 53


def test_a_listener_is_told_of_each_moment_as_it_was(store: SqlQuestionStore) -> None:
    """It may be slow: by the time it hears of a step, others have been taken."""
    add_messages(store, "가", "나", "다", at=DAY)
    done = Event()
    heard: list[int] = []

    class Listening(RunWatcher):
        def progressed(self, tally: DayTally) -> None:
            assert done.wait(5)
            heard.append(tally.processed)

    def script(texts: list[str]) -> Reply:
        if texts == ["다"]:
            done.set()
        return all_good(texts)

    run(store, ScriptedModel(script, batch_size=1, at_once=1), watcher=Listening())

    assert heard == [1, 2, 3]


def test_what_a_listener_raises_ends_the_run(store: SqlQuestionStore) -> None:
    """A day whose count cannot be written must not pass for told, and nothing more is paid for."""
    add_messages(store, "가", at=DAY)
    add_messages(store, *(f"질문 {number}" for number in range(50)), at=NEXT_DAY)
    failing = DatabaseError("database.refused", url="-", reason="gone")
    failed = Event()
    heard: list[date] = []

    class Listening(RunWatcher):
        def day_finished(self, tally: DayTally, after: DayCoverage) -> None:
            heard.append(tally.day)
            failed.set()
            raise failing

    class Waiting(ScriptedModel):
        async def ask(self, texts: Sequence[str], *, room: int = 1, briefly: bool = False, **more: Any) -> Reply:
            if texts == ["질문 1"]:
                assert await asyncio.to_thread(failed.wait, 5)
                # For ever, if nobody ends it.
                await asyncio.Event().wait()
            return await super().ask(texts, room=room, **more)

    with pytest.raises(DatabaseError) as raised:
        run(store, Waiting(batch_size=1, at_once=1), watcher=Listening())

    assert raised.value is failing
    assert heard == [DAY]


def test_an_interrupted_run_tells_of_the_days_it_finished(store: SqlQuestionStore) -> None:
    """They are classified and paid for; the UI must not show them as missing."""
    add_messages(store, "가", at=DAY)
    add_messages(store, "나", at=NEXT_DAY)
    interrupted = Event()
    heard: list[date] = []

    class Listening(RunWatcher):
        def day_finished(self, tally: DayTally, after: DayCoverage) -> None:
            assert interrupted.wait(5)
            heard.append(tally.day)

    def script(texts: list[str]) -> Reply:
        if texts == ["나"]:
            signal.raise_signal(signal.SIGINT)
            interrupted.set()
        return all_good(texts)

    with pytest.raises(KeyboardInterrupt):
        run(store, ScriptedModel(script, batch_size=1, at_once=1), watcher=Listening())

    assert heard == [DAY]


def test_a_denial_is_handed_back_with_what_was_done_before(store: SqlQuestionStore) -> None:
    """The report is shown although the run ended badly."""
    add_messages(store, "가", "나")
    denied = HcxDenied("hcx.denied", reason="HTTP 401", model="HCX-007")

    result, fatal = run(store, ScriptedModel(in_turn(all_good, denied), batch_size=1))

    assert (fatal, result.processed) == (denied, 1)


def test_a_stopped_run_says_why(store: SqlQuestionStore) -> None:
    """The exit code depends on it."""
    add_messages(store, "가", "나")

    result, _ = run(store, ScriptedModel(), limit=1)

    assert (result.stopped, result.asked) == ("limit", 1)


def test_a_run_without_questions_costs_nothing(store: SqlQuestionStore) -> None:
    """A holiday."""
    result, fatal = run(store, ScriptedModel())

    assert (result.processed, result.cost_krw, fatal) == (0, 0.0, None)
    assert store.coverage(BOTH_DAYS) == [DayCoverage(DAY), DayCoverage(NEXT_DAY)]
