"""A run over a period, with a scripted model and a real database."""

import asyncio
import gc
import math
import random
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from datetime import date
from threading import Event
from types import FunctionType, ModuleType
from typing import Any

import pytest

from keyword_assets.core.classifying.asks import TRIES_ALONE, Ask, Batch
from keyword_assets.core.classifying.classify import Classification
from keyword_assets.core.classifying.health import FRUITLESS_REPLIES, HOPELESS_REQUESTS, TRIES_KNOWN_QUESTION
from keyword_assets.core.errors import DatabaseError, HcxDenied, HcxUnreachable
from keyword_assets.core.models.questions import Question
from keyword_assets.core.models.runs import DayTally
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.ports.model import BudgetReached, ContentRefused, ModelFailing, Reply
from keyword_assets.core.questions import PROMPT_CHARS, share_key
from keyword_assets.sql.classifying import store as store_module
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets_tests.builders import (
    BATCH_TIME,
    BOTH_DAYS,
    DAY,
    NEXT_DAY,
    PRICE,
    RUN_ID,
    VERSION,
    add_keyword_row,
    add_messages,
    answers_of,
    good_entry,
    keyword_rows,
    make_answer,
    make_quarantined,
    make_question,
    make_taxonomy,
    open_texts,
    query,
    save,
)
from keyword_assets_tests.fakes import Script, ScriptedModel, all_good, in_turn, replied

GARBAGE = replied(None, problem="not_json", excerpt=lambda: "{garbage")
TRUNCATED = replied(None, problem="truncated", truncated=True)
DENIED = HcxDenied("hcx.denied", reason="HTTP 401 40103", model="HCX-007")
UNREACHABLE = ModelFailing("ConnectError", unreachable=True)
FAILING = ModelFailing("HTTP 500", unreachable=False)


def blocked(reason: str = "HTTP 403, a page") -> ModelFailing:
    """Somebody on the way answered in the model's place."""
    return ModelFailing(reason, unreachable=True, suspect=True, blocked=True, way="by the proxy p:1")


def cut_off() -> ModelFailing:
    """The connection was reset after the request had been sent, at every try."""
    return ModelFailing("ReadError", unreachable=True, suspect=True)


def broke_down() -> ModelFailing:
    """The model itself answered with an error at every try."""
    return ModelFailing("HTTP 500 50000", unreachable=False, suspect=True)


SUSPECTS = [blocked, cut_off, broke_down]
# What the model is asked to find out whether it can answer anything.
PROBE = make_taxonomy().categories[0].examples[0]


def run(store: SqlQuestionStore, model: ScriptedModel, **options: Any) -> Classification:
    """One run over both days."""
    before = store.coverage(BOTH_DAYS)
    job = Classification(before, model, store, make_taxonomy(), BATCH_TIME, RUN_ID, PRICE, **options)
    with store.at_work(BOTH_DAYS):
        asyncio.run(job.run())
    return job


def texts(number: int) -> list[str]:
    """So many different texts."""
    return [f"질문 {index:03}" for index in range(number)]


def classified(store: SqlQuestionStore) -> list[str]:
    """The texts that have rows."""
    return [row[0] for row in keyword_rows(store)]


def bad_for(*poison: str, document: Callable[[str], Any] = lambda text: None) -> Callable[[list[str]], Reply]:
    """A script that leaves these texts out of its answers, or answers them with an entry of the caller's."""

    def script(asked: list[str]) -> Reply:
        entries = [good_entry(number, text) for number, text in enumerate(asked) if text not in poison]
        entries += [document(text) for text in asked if text in poison]
        return replied({"answers": entries})

    return script


def held_by(root: object, but_for: Collection[object]) -> list[Any]:
    """Everything that is kept in memory because `root` is; code and what it stands in are not looked into."""
    held: dict[int, Any] = {id(root): root}
    passed = {id(thing) for thing in but_for}
    unseen = [root]
    while unseen:
        for thing in gc.get_referents(unseen.pop()):
            code = isinstance(thing, (type, ModuleType, FunctionType))
            if not code and id(thing) not in held and id(thing) not in passed:
                held[id(thing)] = thing
                unseen.append(thing)
    return list(held.values())


def refusing(*poison: str) -> Callable[[list[str]], Reply | Exception]:
    """A script that refuses any request with one of these texts."""

    def script(asked: list[str]) -> Reply | Exception:
        if set(asked) & set(poison):
            return ContentRefused("HTTP 400 40005", "refused")
        return all_good(asked)

    return script


# -- good answers -----------------------------------------------------------------------------------------------------


def test_good_answers_become_rows(store: SqlQuestionStore) -> None:
    """What the whole product is for."""
    add_messages(store, *texts(3))

    job = run(store, ScriptedModel())

    assert classified(store) == texts(3)
    assert (job.tallies[DAY].processed, job.tallies[DAY].failed, job.end.stopped, job.end.fatal) == (3, 0, None, None)


def test_requests_are_filled(store: SqlQuestionStore) -> None:
    """Every request pays for the instructions once more."""
    add_messages(store, *texts(23))
    model = ScriptedModel(batch_size=10)

    run(store, model)

    assert sorted(len(request) for request in model.requests) == [3, 10, 10]


def test_a_request_ends_where_its_texts_do_not_fit(store: SqlQuestionStore) -> None:
    """The input has a limit, too."""
    add_messages(store, *texts(10))
    model = ScriptedModel(batch_size=10)
    model.fits = lambda texts: len(texts) <= 4  # type: ignore[method-assign]

    run(store, model)

    assert sorted(len(request) for request in model.requests) == [2, 4, 4]


def test_a_text_that_fits_into_no_request_is_asked_alone(store: SqlQuestionStore) -> None:
    """The server has the last word about it; holding it back would hold back everything behind it."""
    add_messages(store, *texts(3))
    model = ScriptedModel()
    model.fits = lambda texts: False  # type: ignore[method-assign]

    run(store, model)

    assert [len(request) for request in model.requests] == [1, 1, 1]
    assert classified(store) == texts(3)


def test_a_text_of_several_days_is_sent_once(store: SqlQuestionStore) -> None:
    """The answer is the same, and it is paid for."""
    add_messages(store, "전학 절차", at=DAY)
    add_messages(store, "전학 절차", at=NEXT_DAY)
    model = ScriptedModel()

    job = run(store, model)

    assert model.texts == ["전학 절차"]
    assert [(tally.processed, tally.reused) for tally in job.tallies.values()] == [(1, 0), (1, 1)]
    assert len(keyword_rows(store)) == 2


def test_texts_that_share_an_answer_are_sent_once_and_all_get_rows(store: SqlQuestionStore) -> None:
    """Blanks and composition mean nothing to HCX; the admin screens show each spelling."""
    spellings = ["전학  절차", " 전학 절차", unicodedata.normalize("NFD", "전학 절차"), "전학 절차"]
    add_messages(store, *spellings)
    model = ScriptedModel()

    job = run(store, model)

    assert len(model.texts) == 1
    assert classified(store) == sorted(spellings)
    assert (job.tallies[DAY].processed, job.tallies[DAY].reused) == (4, 3)


def test_a_known_answer_is_used_without_a_request(store: SqlQuestionStore) -> None:
    """It was paid for last month."""
    add_messages(store, " 전학 절차 ")
    learned = {share_key("전학 절차"): make_answer("배운 말", category_id=2)}
    store.save([], learned=learned, version=VERSION, batch_created_at=BATCH_TIME)
    model = ScriptedModel()

    job = run(store, model)

    assert (model.requests, keyword_rows(store)) == ([], [(" 전학 절차 ", "배운 말", 2, 1)])
    assert (job.tallies[DAY].processed, job.tallies[DAY].reused) == (1, 1)


def test_what_one_run_learned_the_next_reuses(store: SqlQuestionStore) -> None:
    """Tomorrow's popular questions are today's."""
    add_messages(store, "전학 절차", at=DAY)
    run(store, ScriptedModel())
    add_messages(store, "전학 절차", at=NEXT_DAY)
    model = ScriptedModel()

    run(store, model)

    assert (model.requests, len(keyword_rows(store))) == ([], 2)


def test_a_classified_question_is_not_sent_again(store: SqlQuestionStore) -> None:
    """Only what is missing costs money."""
    add_messages(store, "가", "나")
    add_keyword_row(store, "가")
    model = ScriptedModel()

    run(store, model)

    assert model.texts == ["나"]


def test_a_long_text_is_sent_short_and_stored_whole(store: SqlQuestionStore) -> None:
    """The prompt has a limit; the row does not."""
    text = "긴" * 5_000
    add_messages(store, text)
    model = ScriptedModel()

    run(store, model)

    assert (len(model.texts[0]), classified(store)) == (PROMPT_CHARS, [text])


@pytest.mark.parametrize("page", [1, 3, 7])
def test_every_question_is_settled_however_the_pages_fall(
    store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    """Repeats of a text may lie on one page or on two, before or after its answer came."""
    monkeypatch.setattr(store_module, "PAGE_QUESTIONS", page)
    for day in (DAY, NEXT_DAY):
        add_messages(store, *texts(20), *(f" {text}" for text in texts(20)), at=day)
    model = ScriptedModel(batch_size=4)

    job = run(store, model)

    assert sorted(model.texts) == texts(20)
    assert [row.missing for row in store.coverage(BOTH_DAYS)] == [0, 0]
    assert [tally.processed for tally in job.tallies.values()] == [40, 40]


@pytest.mark.parametrize(("call", "turn"), [("known_answers", 3), ("claim", 2)])
def test_an_answer_that_arrives_while_the_next_page_is_sorted_is_used(
    store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch, call: str, turn: int
) -> None:
    """The look-up was too early to find it, and the text is not waited for any more: it would be paid for twice."""
    monkeypatch.setattr(store_module, "PAGE_QUESTIONS", 2)
    add_messages(store, "전학 절차", "가", at=DAY)
    add_messages(store, "전학 절차", "나", at=NEXT_DAY)
    sorting, settled = Event(), Event()
    really, calls = getattr(store, call), 0

    def slow(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        found = really(*args)
        if calls == turn:
            sorting.set()
            assert settled.wait(10)
        return found

    class AnsweringMeanwhile(ScriptedModel):
        async def ask(self, texts: Sequence[str], *, room: int = 1, briefly: bool = False, **more: Any) -> Reply:
            if texts == ["전학 절차"]:
                assert await asyncio.to_thread(sorting.wait, 10)
            return await super().ask(texts, room=room, **more)

    monkeypatch.setattr(store, call, slow)
    model = AnsweringMeanwhile(batch_size=1)

    run(store, model, progressed=lambda tally: settled.set() if tally.processed == 2 else None)

    assert sorted(model.texts) == ["가", "나", "전학 절차"]
    assert len(keyword_rows(store)) == 4


def test_nothing_is_waited_for_at_the_end(store: SqlQuestionStore) -> None:
    """What stays in the books of a run that goes on for days would fill the memory."""
    add_messages(store, *texts(30), at=DAY)
    add_messages(store, *texts(30), at=NEXT_DAY)
    poison = texts(30)[5]

    job = run(store, ScriptedModel(bad_for(poison)))

    held = held_by(job, but_for=(job.store, job.model))
    assert [thing for thing in held if isinstance(thing, (Ask, Batch, Question)) or thing in texts(30)] == []
    assert {share_key(text) for text in texts(30)} & {thing for thing in held if isinstance(thing, bytes)} == {
        share_key(poison)
    }
    assert all(tally.outstanding == 0 for tally in job.tallies.values())


def test_a_period_without_questions_sends_nothing(store: SqlQuestionStore) -> None:
    """A holiday."""
    finished: list[date] = []
    model = ScriptedModel()

    run(store, model, day_finished=lambda tally: finished.append(tally.day))

    assert (model.requests, finished) == ([], [DAY, NEXT_DAY])


# -- bad answers ------------------------------------------------------------------------------------------------------


def test_the_good_answers_of_a_bad_reply_are_kept(store: SqlQuestionStore) -> None:
    """They are paid for; only the one that is bad is asked again."""
    add_messages(store, *texts(10))
    poison = texts(10)[4]
    model = ScriptedModel(in_turn(bad_for(poison)))

    run(store, model)

    assert model.requests == [texts(10), [poison]]
    assert classified(store) == texts(10)


def test_a_reply_of_garbage_is_asked_again_as_it_was(store: SqlQuestionStore) -> None:
    """Most of them are the model's bad moment: halving would make one more request of it each time."""
    add_messages(store, *texts(8))
    model = ScriptedModel(in_turn(GARBAGE))

    run(store, model)

    assert model.requests == [texts(8), texts(8)]
    assert classified(store) == texts(8)


def test_a_second_reply_of_garbage_is_asked_again_in_halves(store: SqlQuestionStore) -> None:
    """One text may spoil it for all; halving finds it."""
    add_messages(store, *texts(8))
    model = ScriptedModel(in_turn(GARBAGE, GARBAGE))

    run(store, model)

    assert model.requests == [texts(8), texts(8), texts(8)[:4], texts(8)[4:]]
    assert classified(store) == texts(8)


def test_a_text_is_quarantined_only_after_it_was_asked_alone_as_often_as_allowed(store: SqlQuestionStore) -> None:
    """A model has bad moments; one bad answer is no verdict."""
    add_messages(store, *texts(10))
    poison = texts(10)[4]
    model = ScriptedModel(bad_for(poison))

    job = run(store, model)

    assert model.requests == [texts(10)] + [[poison]] * TRIES_ALONE
    assert set(store.quarantined([share_key(poison)])) == {share_key(poison)}
    assert (job.tallies[DAY].failed, job.tallies[DAY].quarantined) == (1, 1)


def test_a_good_answer_at_the_last_try_counts(store: SqlQuestionStore) -> None:
    """Otherwise the tries would be one fewer than promised."""
    add_messages(store, *texts(2))
    poison = texts(2)[1]
    model = ScriptedModel(in_turn(*[bad_for(poison)] * TRIES_ALONE))

    run(store, model)

    assert (classified(store), store.quarantined([share_key(poison)])) == (texts(2), {})


def test_a_quarantined_text_keeps_why_and_the_last_reply(store: SqlQuestionStore) -> None:
    """A person decides about it, and has nothing else to go by."""
    add_messages(store, *texts(2))
    poison = texts(2)[1]
    script = lambda asked: GARBAGE if asked == [poison] else bad_for(poison)(asked)  # noqa: E731

    run(store, ScriptedModel(script))

    (aside,) = store.quarantined([share_key(poison)]).values()
    assert aside == make_quarantined(poison, reason="not_json", tries=TRIES_ALONE, last_reply="{garbage")


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"id": 0, "keywords": []}, "keyword_count"),
        ({"id": 0, "keywords": [{"keyword": " ", "category": "기타"}]}, "keyword_blank"),
        ({"id": 0, "keywords": [{"keyword": "가", "category": "없는 분류"}]}, "category"),
        ({"id": 7, "keywords": [{"keyword": "가", "category": "기타"}]}, "id_missing"),
    ],
)
def test_no_answer_that_fails_a_check_is_ever_written(store: SqlQuestionStore, entry: Any, reason: str) -> None:
    """Nothing stands in the table that HCX did not say, or that the screens cannot show."""
    add_messages(store, "독", "약")
    script = lambda asked: replied({"answers": [entry]}) if asked == ["독"] else bad_for("독")(asked)  # noqa: E731

    job = run(store, ScriptedModel(script))

    assert (classified(store), job.tallies[DAY].reasons) == (["약"], {reason: 1})


def test_a_truncated_answer_gets_more_room_once(store: SqlQuestionStore) -> None:
    """The cap was too small for this batch; if twice is not enough, it is the batch."""
    add_messages(store, *texts(4))
    model = ScriptedModel(in_turn(TRUNCATED, TRUNCATED))

    run(store, model)

    assert list(zip(map(len, model.requests), model.rooms, strict=True)) == [(4, 1), (4, 2), (2, 2), (2, 2)]
    assert classified(store) == texts(4)


def cut_after(number: int) -> Callable[[list[str]], Reply]:
    """A script whose answer is cut off after so many questions."""
    return lambda asked: replied(answers_of(*asked[:number]), truncated=True)


def test_texts_whose_answers_were_cut_off_are_asked_again_with_fresh_ones(store: SqlQuestionStore) -> None:
    """The cap was too small, and has been raised; a request of their own would cost the whole prompt once more."""
    add_messages(store, *texts(13))
    model = ScriptedModel(in_turn(cut_after(6)), at_once=1)

    run(store, model)

    assert model.requests == [texts(10), texts(13)[6:]]
    assert model.rooms == [1, 1]
    assert classified(store) == texts(13)


def test_a_text_that_is_cut_off_again_gets_more_room_in_smaller_company(store: SqlQuestionStore) -> None:
    """It is this text's answer that is long."""
    add_messages(store, *texts(10))
    model = ScriptedModel(in_turn(cut_after(6), cut_after(0), cut_after(3)), at_once=1)

    job = run(store, model)

    assert [request[0] for request in model.requests[:2]] == [texts(10)[0], texts(10)[6]]
    assert max(model.rooms) == 2
    assert (classified(store), job.tallies[DAY].failed) == (texts(10), 0)


@pytest.mark.parametrize(("limit", "again"), [(10, 10), (12, 12), (20, 13)])
def test_a_text_that_was_cut_off_counts_once_against_the_limit(store: SqlQuestionStore, limit: int, again: int) -> None:
    """The limit is about texts, and each that was sent is brought to its end."""
    add_messages(store, *texts(13))
    model = ScriptedModel(in_turn(cut_after(6)), at_once=1)

    job = run(store, model, limit=limit)

    assert model.requests == [texts(10), texts(again)[6:]]
    assert (job.asked, classified(store)) == (again, texts(again))
    assert job.end.stopped == ("limit" if again < 13 else None)


def test_a_text_whose_answer_is_always_truncated_is_quarantined_in_the_end(store: SqlQuestionStore) -> None:
    """More room for ever would be a run without an end."""
    add_messages(store, "끝없음", "보통")
    script = lambda asked: TRUNCATED if "끝없음" in asked else all_good(asked)  # noqa: E731

    job = run(store, ScriptedModel(script))

    assert (classified(store), job.tallies[DAY].reasons) == (["보통"], {"truncated": 1})


def test_a_refused_text_is_found_in_few_requests(store: SqlQuestionStore) -> None:
    """One forbidden text refuses the whole request: halving finds it in log2 steps, not one by one."""
    add_messages(store, *texts(64))
    poison = texts(64)[37]
    model = ScriptedModel(refusing(poison), batch_size=64)

    run(store, model)

    assert len(model.requests) <= 2 * math.log2(64) + 1
    assert classified(store) == sorted(set(texts(64)) - {poison})
    assert open_texts(store) == []


@pytest.mark.parametrize("size", [8, 16, 64])
def test_a_text_that_breaks_every_reply_costs_few_requests_and_no_neighbours(
    store: SqlQuestionStore, size: int
) -> None:
    """Each level of the halving is asked twice, and the text alone as often as allowed."""
    add_messages(store, *texts(size))
    poison = texts(size)[size // 3]
    script = lambda asked: GARBAGE if poison in asked else all_good(asked)  # noqa: E731
    model = ScriptedModel(script, batch_size=size)

    run(store, model)

    assert len(model.requests) <= 2 + 3 * math.log2(size) + TRIES_ALONE
    assert classified(store) == sorted(set(texts(size)) - {poison})
    assert set(store.quarantined([share_key(poison)])) == {share_key(poison)}


def test_texts_left_out_of_several_replies_are_asked_again_together(store: SqlQuestionStore) -> None:
    """Alone, each would cost the whole prompt."""
    add_messages(store, *texts(40))
    left_out = texts(40)[3::10]
    model = ScriptedModel(in_turn(*[bad_for(*left_out)] * 4))

    run(store, model)

    assert [sorted(request) for request in model.requests[4:]] == [left_out]
    assert classified(store) == texts(40)


def test_a_refused_text_is_not_asked_a_second_time_alone(store: SqlQuestionStore) -> None:
    """A refusal is definite."""
    add_messages(store, *texts(4))
    poison = texts(4)[0]
    model = ScriptedModel(refusing(poison))

    run(store, model)

    assert model.requests.count([poison]) == 1
    assert store.quarantined([share_key(poison)])[share_key(poison)].reason == "HTTP 400 40005"


def test_two_refused_texts_in_one_request_are_both_found(store: SqlQuestionStore) -> None:
    """Halving must not stop at the first."""
    add_messages(store, *texts(16))
    poison = {texts(16)[3], texts(16)[12]}

    run(store, ScriptedModel(refusing(*poison), batch_size=16))

    assert classified(store) == sorted(set(texts(16)) - poison)


def test_a_quarantined_text_in_another_spelling_is_not_sent(store: SqlQuestionStore) -> None:
    """HCX would see the same text again."""
    add_messages(store, " 독  약 ", "보통")
    store.quarantine([make_quarantined("독 약")], VERSION)
    model = ScriptedModel()

    job = run(store, model)

    assert (model.texts, store.coverage(BOTH_DAYS)[0].quarantined) == (["보통"], 1)
    assert (job.tallies[DAY].failed, job.tallies[DAY].quarantined) == (1, 1)


def test_every_spelling_of_a_refused_text_is_quarantined(store: SqlQuestionStore) -> None:
    """Each is a question of its own in the counts."""
    add_messages(store, "독 약", "독  약", "보통")

    run(store, ScriptedModel(refusing("독 약")))

    row = store.coverage(BOTH_DAYS)[0]
    assert (row.quarantined, row.open) == (2, 0)


def test_a_refused_text_of_two_days_fails_on_both_and_is_sent_once(store: SqlQuestionStore) -> None:
    """The second day must not wait for an answer that will never come."""
    add_messages(store, "독", "가", at=DAY)
    add_messages(store, "독", "나", at=NEXT_DAY)
    model = ScriptedModel(refusing("독"))

    job = run(store, model)

    assert [tally.failed for tally in job.tallies.values()] == [1, 1]
    assert model.requests.count(["독"]) == 1


def test_half_a_surrogate_pair_in_a_keyword_does_not_end_the_run(store: SqlQuestionStore) -> None:
    """It is legal JSON and no UTF-8: a database cannot store it."""
    add_messages(store, "가", "나")
    document = {"answers": [good_entry(0, "전학 \ud83d"), good_entry(1)]}

    run(store, ScriptedModel(in_turn(replied(document))))

    assert sorted(classified(store)) == ["가", "나"]


# -- an ill model -----------------------------------------------------------------------------------------------------


def test_a_model_that_answers_nothing_usable_stops_the_run(store: SqlQuestionStore) -> None:
    """Thousands of paid requests would come to nothing."""
    add_messages(store, *texts(500))
    model = ScriptedModel(lambda asked: GARBAGE, batch_size=1)

    job = run(store, model)

    assert job.end.stopped == "failing"
    assert len(model.requests) <= FRUITLESS_REPLIES + 2 * model.worth_asking


@pytest.mark.parametrize("number", [1, 5, 100])
def test_a_model_that_answers_nothing_usable_quarantines_nothing(store: SqlQuestionStore, number: int) -> None:
    """The verdicts are about the model, not the texts: they stay missing and open."""
    add_messages(store, *texts(number))

    job = run(store, ScriptedModel(lambda asked: GARBAGE, batch_size=1))

    assert (classified(store), open_texts(store)) == ([], texts(number))
    assert (job.end.stopped, job.tallies[DAY].quarantined) == ("failing", 0)


def test_a_model_that_refuses_everything_quarantines_nothing(store: SqlQuestionStore) -> None:
    """A filter gone mad is no reason to give up a day's questions."""
    add_messages(store, *texts(30))

    job = run(store, ScriptedModel(lambda asked: ContentRefused("40005", "")))

    assert (job.end.stopped, open_texts(store)) == ("failing", texts(30))


def test_a_model_is_well_when_it_can_answer_an_example(store: SqlQuestionStore) -> None:
    """A day may consist of forbidden texts only; they are quarantined then."""
    add_messages(store, *texts(3))
    model = ScriptedModel(refusing(*texts(3)))

    job = run(store, model)

    assert model.requests[-1] == [PROBE]
    assert (job.end.stopped, open_texts(store), job.tallies[DAY].quarantined) == (None, [], 3)


def test_many_bad_texts_in_a_row_do_not_stop_a_model_that_is_well(store: SqlQuestionStore) -> None:
    """Somebody pastes the same nonsense a hundred times."""
    add_messages(store, *texts(60))
    add_messages(store, "보통", at=NEXT_DAY)

    job = run(store, ScriptedModel(refusing(*texts(60)), batch_size=1))

    assert (job.end.stopped, classified(store), job.tallies[DAY].quarantined) == (None, ["보통"], 60)


def test_a_verdict_of_a_run_with_good_answers_is_kept(store: SqlQuestionStore) -> None:
    """The model has shown that it can answer; no question is asked about it."""
    add_messages(store, "독", "보통")
    model = ScriptedModel(refusing("독"), batch_size=1)

    run(store, model)

    assert PROBE not in model.texts
    assert set(store.quarantined([share_key("독")])) == {share_key("독")}


def test_requests_that_keep_failing_stop_the_run(store: SqlQuestionStore) -> None:
    """The client has retried each of them for minutes already."""
    add_messages(store, *texts(500))
    model = ScriptedModel(lambda asked: FAILING, batch_size=1)

    job = run(store, model)

    assert (job.end.stopped, open_texts(store)) == ("failing", texts(500))
    assert len(model.requests) <= HOPELESS_REQUESTS + model.worth_asking


def test_a_request_that_failed_once_stays_missing_and_the_rest_goes_on(store: SqlQuestionStore) -> None:
    """One bad minute of the network is no reason to stop, nor to quarantine anything."""
    add_messages(store, *texts(5))
    script = lambda asked: FAILING if asked == [texts(5)[2]] else all_good(asked)  # noqa: E731

    job = run(store, ScriptedModel(script, batch_size=1))

    assert (job.end.stopped, open_texts(store)) == (None, [texts(5)[2]])
    assert job.tallies[DAY].reasons == {"HTTP 500": 1}


def test_a_text_that_failed_for_one_day_is_not_tried_again_for_the_next(
    store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every try has cost minutes of retries; the next run is there for it."""
    monkeypatch.setattr(store_module, "PAGE_QUESTIONS", 1)
    add_messages(store, "보통", at=DAY, times=2)
    add_messages(store, "독", at=DAY)
    add_messages(store, "독", at=NEXT_DAY)
    model = ScriptedModel(lambda asked: FAILING if asked == ["독"] else all_good(asked), batch_size=1)

    job = run(store, model)

    assert model.requests == [["보통"], ["독"]]
    assert [tally.failed for tally in job.tallies.values()] == [1, 1]


# -- a text that does not get through, or a way that lets nothing through ---------------------------------------------


def stopping(failing: Callable[[], Exception], *poison: str) -> Callable[[list[str]], Reply | Exception]:
    """A script in which no request with one of these texts gets through."""
    return lambda asked: failing() if set(asked) & set(poison) else all_good(asked)


@pytest.mark.parametrize("failing", SUSPECTS)
@pytest.mark.parametrize("at_once", [1, 32])
def test_a_text_that_does_not_get_through_is_found_and_quarantined(
    store: SqlQuestionStore, failing: Callable[[], Exception], at_once: int
) -> None:
    """Its neighbours and the rest of the run have nothing to do with it."""
    add_messages(store, *texts(40))
    poison = texts(40)[17]

    job = run(store, ScriptedModel(stopping(failing, poison), at_once=at_once))

    assert (job.end.fatal, job.end.stopped) == (None, None)
    assert classified(store) == [text for text in texts(40) if text != poison]
    assert (job.tallies[DAY].quarantined, open_texts(store)) == (1, [])
    assert store.quarantined([share_key(poison)])[share_key(poison)].reason == str(failing())


@pytest.mark.parametrize("failing", SUSPECTS)
def test_a_run_of_one_text_that_does_not_get_through_asks_a_known_one(
    store: SqlQuestionStore, failing: Callable[[], Exception]
) -> None:
    """Nothing else of the run could show that the way is open."""
    add_messages(store, "독")
    model = ScriptedModel(stopping(failing, "독"))

    job = run(store, model)

    assert (job.end.fatal, job.end.stopped, job.tallies[DAY].quarantined) == (None, None, 1)
    assert [PROBE] in model.requests
    # Seen to be open between the tries, because what stands on the way has moods.
    assert model.requests.count(["독"]) == TRIES_ALONE
    assert model.requests.index([PROBE]) < len(model.requests) - 2


@pytest.mark.parametrize("failing", [blocked, cut_off])
@pytest.mark.parametrize("number", [1, 500])
def test_a_way_that_lets_nothing_through_ends_the_run(
    store: SqlQuestionStore, failing: Callable[[], Exception], number: int
) -> None:
    """The proxy or the network: no text is to blame, and thousands of requests would tell nothing new."""
    add_messages(store, *texts(number))
    model = ScriptedModel(lambda asked: failing(), batch_size=1)

    job = run(store, model)

    assert isinstance(job.end.fatal, HcxUnreachable)
    assert job.end.fatal.key == ("hcx.blocked" if failing is blocked else "hcx.unreachable")
    assert (open_texts(store), job.tallies[DAY].quarantined) == (texts(number), 0)
    assert len(model.requests) <= model.worth_asking + TRIES_KNOWN_QUESTION


def test_the_end_names_who_answered_and_the_proxy(store: SqlQuestionStore) -> None:
    """The one line that the operator reads at night."""
    add_messages(store, "가")

    job = run(store, ScriptedModel(lambda asked: blocked("HTTP 407, a page")))

    assert "HTTP 407, a page" in str(job.end.fatal)
    assert "by the proxy p:1" in str(job.end.fatal)


def test_a_model_that_breaks_down_on_everything_stops_the_run_as_failing(store: SqlQuestionStore) -> None:
    """It was reached; its exit code says that it gives no answers."""
    add_messages(store, *texts(100))

    job = run(store, ScriptedModel(lambda asked: broke_down()))

    assert (job.end.stopped, job.end.fatal, open_texts(store)) == ("failing", None, texts(100))


def test_a_way_that_closes_in_the_middle_ends_the_run_and_keeps_what_was_answered(store: SqlQuestionStore) -> None:
    """A proxy's password that lapses at midnight is no text's doing, though others have passed before."""
    add_messages(store, *texts(40))

    job = run(store, ScriptedModel(in_turn(all_good, all_good, *[lambda asked: blocked()] * 1_000), at_once=1))

    assert isinstance(job.end.fatal, HcxUnreachable)
    assert (classified(store), job.tallies[DAY].quarantined) == (texts(20), 0)
    assert open_texts(store) == texts(40)[20:]


def test_what_was_asked_before_the_way_was_found_closed_is_counted_as_failed(store: SqlQuestionStore) -> None:
    """With its reason: "0 failed" would hide it."""
    add_messages(store, *texts(3))

    job = run(store, ScriptedModel(lambda asked: blocked()))

    assert job.tallies[DAY].reasons == {"HTTP 403, a page": 3}


def test_an_example_that_a_firewall_takes_for_an_attack_is_not_the_last_word(store: SqlQuestionStore) -> None:
    """The known question of the next category is asked."""
    add_messages(store, "독", "보통", "무난")
    model = ScriptedModel(stopping(blocked, "독", PROBE), at_once=1)

    job = run(store, model)

    assert (job.end.fatal, classified(store), job.tallies[DAY].quarantined) == (None, ["무난", "보통"], 1)


def test_a_denial_behind_a_blocked_text_is_a_denial(store: SqlQuestionStore) -> None:
    """HCX itself says that the key is refused; the firewall is beside the point."""
    add_messages(store, "독", "보통")

    job = run(store, ScriptedModel(lambda asked: blocked() if "독" in asked else DENIED, batch_size=1, at_once=1))

    assert (job.end.fatal, open_texts(store)) == (DENIED, ["독", "보통"])


def test_a_budget_that_leaves_no_known_question_quarantines_nothing(store: SqlQuestionStore) -> None:
    """Whether it is the text or the way is not known then."""
    add_messages(store, "독")

    job = run(store, ScriptedModel(in_turn(blocked(), BudgetReached("budget"))))

    assert (job.end.stopped, open_texts(store)) == ("budget", ["독"])


def test_many_blocked_texts_among_others_do_not_end_the_run(store: SqlQuestionStore) -> None:
    """Three in a row once ended it."""
    poison = texts(60)[::3]
    add_messages(store, *texts(60))

    job = run(store, ScriptedModel(stopping(cut_off, *poison), batch_size=5, at_once=2))

    assert (job.end.fatal, job.end.stopped, job.tallies[DAY].quarantined) == (None, None, 20)
    assert classified(store) == [text for text in texts(60) if text not in poison]


def test_a_way_with_moods_quarantines_no_text(store: SqlQuestionStore) -> None:
    """One of three proxies refuses all that it gets, whatever is asked."""
    add_messages(store, *texts(60))
    moods = random.Random(7)
    script = lambda asked: blocked() if moods.random() < 0.33 else all_good(asked)  # noqa: E731

    job = run(store, ScriptedModel(script, batch_size=4, at_once=2))

    assert (job.end.fatal, job.end.stopped, classified(store)) == (None, None, texts(60))


# -- ends -------------------------------------------------------------------------------------------------------------


def test_a_limit_sends_so_many_texts_the_most_asked_first(store: SqlQuestionStore) -> None:
    """A first look at a large table costs what one wants it to cost."""
    add_messages(store, *texts(9))
    add_messages(store, "잦은", at=NEXT_DAY, times=3)
    model = ScriptedModel(batch_size=2)

    job = run(store, model, limit=3)

    assert (len(model.texts), model.texts[0], job.asked, job.end.stopped) == (3, "잦은", 3, "limit")


def test_repeats_do_not_count_against_the_limit(store: SqlQuestionStore) -> None:
    """The limit is about questions, not about attempts."""
    add_messages(store, *texts(5))

    job = run(store, ScriptedModel(in_turn(GARBAGE)), limit=4)

    assert (classified(store), job.asked) == (texts(4), 4)


def test_a_limit_that_is_not_reached_stops_nothing(store: SqlQuestionStore) -> None:
    """The summary must not say that something was left out."""
    add_messages(store, *texts(3))

    assert run(store, ScriptedModel(), limit=4).end.stopped is None


@pytest.mark.parametrize("batch_size", [1, 3, 10])
def test_a_limit_that_is_just_enough_stops_nothing(store: SqlQuestionStore, batch_size: int) -> None:
    """Everything is done; saying otherwise would make somebody run it again."""
    add_messages(store, *texts(3))

    assert run(store, ScriptedModel(batch_size=batch_size), limit=3).end.stopped is None


def test_known_answers_are_used_beyond_the_limit(store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is about what is sent; a known answer is not."""
    monkeypatch.setattr(store_module, "PAGE_QUESTIONS", 2)
    add_messages(store, *texts(4), at=DAY)
    add_messages(store, *texts(2), at=NEXT_DAY)

    job = run(store, ScriptedModel(batch_size=1), limit=4)

    assert (job.end.stopped, open_texts(store)) == (None, [])


@pytest.mark.parametrize("which", ["budget", "budget_krw"])
def test_a_budget_stops_the_run_and_keeps_what_was_answered(store: SqlQuestionStore, which: str) -> None:
    """Nobody is charged more than they said."""
    add_messages(store, *texts(6))
    model = ScriptedModel(in_turn(all_good, *[BudgetReached(which)] * 3), batch_size=2)

    job = run(store, model)

    assert (job.end.stopped, classified(store)) == (which, texts(2))


def test_a_budget_that_ends_before_any_good_answer_quarantines_nothing(store: SqlQuestionStore) -> None:
    """Whether the model could answer at all was never found out."""
    add_messages(store, *texts(2))
    outcomes = [ContentRefused("40005", ""), *[BudgetReached("budget")] * 3]

    job = run(store, ScriptedModel(in_turn(*outcomes), batch_size=1))

    assert (job.end.stopped, open_texts(store)) == ("budget", texts(2))


def test_a_denial_ends_the_run_at_once(store: SqlQuestionStore) -> None:
    """A wrong key does not become right; every further request would be one more log line."""
    add_messages(store, *texts(500))
    model = ScriptedModel(lambda asked: DENIED, batch_size=1)

    job = run(store, model)

    assert (job.end.fatal, open_texts(store)) == (DENIED, texts(500))
    assert len(model.requests) <= model.worth_asking


def test_what_was_answered_before_a_denial_is_kept(store: SqlQuestionStore) -> None:
    """The key may expire in the middle of a run."""
    add_messages(store, *texts(6))
    model = ScriptedModel(in_turn(all_good, *[DENIED] * 5), batch_size=2)

    job = run(store, model)

    assert (job.end.fatal, classified(store)) == (DENIED, texts(2))


def test_the_days_finished_before_a_denial_are_reported_and_no_others(store: SqlQuestionStore) -> None:
    """An unfinished day must not be shown as done."""
    add_messages(store, *texts(2), at=DAY)
    add_messages(store, "다음날", at=NEXT_DAY)
    finished: list[date] = []
    script = lambda asked: DENIED if "다음날" in asked else all_good(asked)  # noqa: E731

    run(store, ScriptedModel(script, batch_size=1), day_finished=lambda tally: finished.append(tally.day))

    assert finished == [DAY]


def test_a_lost_connection_ends_the_run(store: SqlQuestionStore) -> None:
    """Its exit code says that running again later can help."""
    add_messages(store, *texts(100))

    job = run(store, ScriptedModel(lambda asked: UNREACHABLE, batch_size=1))

    assert isinstance(job.end.fatal, HcxUnreachable)
    assert (open_texts(store), job.end.stopped) == (texts(100), None)


def test_a_lost_connection_ends_also_a_run_of_one_request(store: SqlQuestionStore) -> None:
    """There is no second request that could show it."""
    add_messages(store, "가")

    job = run(store, ScriptedModel(lambda asked: UNREACHABLE))

    assert isinstance(job.end.fatal, HcxUnreachable)


def test_a_database_that_fails_ends_the_run_and_keeps_what_was_saved(
    store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asking on without being able to write would be money for nothing."""
    add_messages(store, *texts(200))
    really_save, saved = store.save, 0

    def save_twice(*args: Any, **options: Any) -> Mapping[Question, str]:
        nonlocal saved
        saved += 1
        if saved > 2:
            raise DatabaseError("database.refused", url="-", reason="gone")
        return really_save(*args, **options)

    monkeypatch.setattr(store, "save", save_twice)
    model = ScriptedModel(at_once=1)

    with pytest.raises(DatabaseError):
        run(store, model)

    assert (classified(store), len(model.requests)) == (texts(20), 3)


def test_a_day_is_finished_before_the_next_is_asked_about(
    store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first day shows in the UI while the last is still to come."""
    monkeypatch.setattr(store_module, "PAGE_QUESTIONS", 1)
    add_messages(store, *texts(2), at=DAY)
    add_messages(store, "다음날", at=NEXT_DAY)
    story: list[Any] = []
    first_day = asyncio.Event()

    class PatientModel(ScriptedModel):
        async def ask(self, texts: Sequence[str], **more: Any) -> Reply:
            # Written beside other requests: how soon is for the machine to say.
            if list(texts) == ["다음날"]:
                await asyncio.wait_for(first_day.wait(), 60)
            return await super().ask(texts, **more)

    def script(asked: list[str]) -> Reply:
        story.append(asked)
        return all_good(asked)

    def finished(tally: DayTally) -> None:
        story.append((tally.day, tally.processed))
        first_day.set()

    run(store, PatientModel(script, batch_size=1), day_finished=finished)

    assert story == [["질문 000"], ["질문 001"], (DAY, 2), ["다음날"], (NEXT_DAY, 1)]


def test_each_day_is_finished_once(store: SqlQuestionStore) -> None:
    """Each end of a day is a materialization."""
    add_messages(store, *texts(40), at=DAY)
    add_messages(store, *texts(40), at=NEXT_DAY)
    finished: list[date] = []

    run(store, ScriptedModel(batch_size=3), day_finished=lambda tally: finished.append(tally.day))

    assert sorted(finished) == [DAY, NEXT_DAY]


def test_a_day_is_told_about_with_every_step(store: SqlQuestionStore) -> None:
    """The progress bar moves."""
    add_messages(store, *texts(7))
    done: list[int] = []

    run(store, ScriptedModel(batch_size=2), progressed=lambda tally: done.append(tally.done))

    assert done == list(range(1, 8))


def test_what_is_done_includes_what_was_done_before(store: SqlQuestionStore) -> None:
    """A resumed day does not start at nought."""
    add_messages(store, *texts(3))
    save(store, make_question(texts(3)[0]))

    job = run(store, ScriptedModel())

    assert (job.tallies[DAY].done, job.tallies[DAY].processed) == (3, 2)


def test_an_interrupted_run_is_continued_by_the_next(store: SqlQuestionStore) -> None:
    """Stopping is always safe."""
    add_messages(store, *texts(20))
    run(store, ScriptedModel(in_turn(all_good, *[DENIED] * 9), batch_size=4))
    model = ScriptedModel(batch_size=4)

    run(store, model)

    assert (sorted(model.texts), classified(store)) == (texts(20)[4:], texts(20))


# -- what it used -----------------------------------------------------------------------------------------------------


def noted(store: SqlQuestionStore) -> dict[date, Usage]:
    """What `keyword_usage` holds of this run, by day of the questions."""
    columns = ", ".join(field.name for field in fields(Usage))
    rows = query(store.engine, f"SELECT day, {columns} FROM keyword_usage WHERE run_id = '{RUN_ID}'")
    return {date.fromisoformat(str(day)): Usage(*map(int, numbers)) for day, *numbers in rows}


TROUBLES: dict[str, Script] = {
    "none": all_good,
    "left out": bad_for("질문 003", "질문 017"),
    "refused": refusing("질문 003"),
    "garbage": in_turn(GARBAGE, GARBAGE, GARBAGE),
    "cut off": in_turn(cut_after(3), cut_after(0)),
    "failing once": in_turn(FAILING),
    "failing": lambda asked: FAILING,
    "ill": lambda asked: GARBAGE,
    "refusing all": lambda asked: ContentRefused("40005", ""),
    "budget": in_turn(all_good, GARBAGE, BudgetReached("budget")),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_was_used_is_laid_on_days_and_noted_to_the_last_token(store: SqlQuestionStore, trouble: str) -> None:
    """The bill is checked against it; a failed request may cost as much as one that brought answers."""
    add_messages(store, *texts(25), at=DAY)
    add_messages(store, *texts(40)[20:], at=NEXT_DAY)
    model = ScriptedModel(TROUBLES[trouble], at_once=3)

    job = run(store, model)

    by_day = {tally.day: tally.usage for tally in job.tallies.values() if tally.usage != Usage()}
    assert sum(by_day.values(), Usage()) == model.usage
    assert noted(store) == by_day


def test_a_request_is_laid_on_the_days_of_its_texts(store: SqlQuestionStore) -> None:
    """Tokens in proportion; the request itself on the day that most of it was for."""
    add_messages(store, *texts(4), at=DAY)
    add_messages(store, *texts(5)[3:], at=NEXT_DAY)

    run(store, ScriptedModel())

    assert noted(store) == {
        DAY: Usage(requests=1, prompt=8, completion=0, reserved=8),
        NEXT_DAY: Usage(prompt=2, completion=1, reserved=3),
    }


def test_what_a_run_used_is_noted_with_its_price(store: SqlQuestionStore) -> None:
    """The budget of the day is kept by it."""
    add_messages(store, *texts(20))

    run(store, ScriptedModel(in_turn(GARBAGE)))

    assert store.spent_krw(BATCH_TIME.date(), not_by="another run") == 3 * 2.0
