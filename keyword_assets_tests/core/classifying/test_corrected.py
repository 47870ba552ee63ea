"""A run and what people have answered: it is written, and its text is never sent."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from keyword_assets.core.classifying.plan import plan_period
from keyword_assets.core.classifying.sizing import Sizer
from keyword_assets.core.models.questions import Keyword, Quarantined
from keyword_assets.core.ports.model import Reply
from keyword_assets.core.questions import share_key
from keyword_assets.sql.classifying.sent_texts import SentTexts
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets_tests.builders import (
    BATCH_TIME,
    BOTH_DAYS,
    DAY,
    NEXT_DAY,
    PRICE,
    VERSION,
    add_messages,
    coverage_of,
    keyword_rows,
    make_answer,
    make_taxonomy,
    query,
)
from keyword_assets_tests.core.classifying.test_classify import run, texts
from keyword_assets_tests.fakes import ScriptedModel, all_good
from keyword_assets_tests.hcx.asking import hcx_at

TEXT = "질문 000"
OURS = (Keyword("사람의 말", 2),)


def correct(store: SqlQuestionStore, text: str = TEXT, answer: Any = OURS) -> None:
    assert store.people.correct(text, answer, "김 선생").outcome == "taken"


def said(store: SqlQuestionStore, text: str = TEXT) -> set[tuple[str, int]]:
    return {(row[1], row[2]) for row in keyword_rows(store) if row[0] == text}


@pytest.mark.parametrize("version", [VERSION, "another model"])
@pytest.mark.parametrize("reclassify", [False, True])
def test_a_corrected_text_is_written_and_never_sent(store: SqlQuestionStore, version: str, reclassify: bool) -> None:
    """Under whatever model, also where it has an answer of the model's, or is to be classified anew."""
    add_messages(store, *texts(5))
    add_messages(store, TEXT, f" {TEXT}", at=NEXT_DAY)
    correct(store)
    model = ScriptedModel()
    model.version = version

    job = run(store, model, reclassify=reclassify)

    assert sorted(model.texts) == texts(5)[1:]
    assert said(store) == said(store, f" {TEXT}") == {("사람의 말", 2)}
    assert job.tallies[NEXT_DAY].processed == job.tallies[NEXT_DAY].reused == 2
    assert coverage_of(store).missing == coverage_of(store, NEXT_DAY).missing == 0


def test_classifying_anew_leaves_a_corrected_text_as_it_is(store: SqlQuestionStore) -> None:
    add_messages(store, *texts(3))
    run(store, ScriptedModel())
    correct(store)
    store.finish_corrections(VERSION, make_taxonomy())
    before = keyword_rows(store)
    model = ScriptedModel()
    model.version = "another model"

    job = run(store, model, reclassify=True)

    assert sorted(model.texts) == texts(3)[1:]
    assert keyword_rows(store) == before
    assert job.tallies[DAY].skipped == 3


def test_what_is_corrected_while_it_waits_for_its_turn_is_not_sent(store: SqlQuestionStore) -> None:
    """It was read, and claimed, an hour ago; the quota is small. From then on it is nobody's to ask."""
    add_messages(store, *texts(9))
    later = [texts(9)[4], texts(9)[8]]
    claimed: set[bytes] = set()

    def script(asked: list[str]) -> Reply:
        if asked == texts(9)[:3]:
            for text in later:
                correct(store, text)
        claimed.clear()
        claimed.update(bytes(key) for (key,) in query(store.engine, "SELECT share_key FROM keyword_claims"))
        return all_good(asked)

    model = ScriptedModel(script, batch_size=3, at_once=1)
    job = run(store, model)

    assert sorted(model.texts) == [text for text in texts(9) if text not in later]
    assert claimed == {share_key(text) for text in texts(9)[6:8]}
    assert said(store, later[0]) == said(store, later[1]) == {("사람의 말", 2)}
    assert (job.tallies[DAY].processed, job.tallies[DAY].reused, job.tallies[DAY].failed) == (9, 2, 0)


def test_what_is_corrected_while_its_request_waits_is_not_sent_with_it(store: SqlQuestionStore) -> None:
    """The others of the request are."""
    add_messages(store, *texts(4))

    class WaitingModel(ScriptedModel):
        async def ask(self, texts: Sequence[str], **more: Any) -> Reply:
            if TEXT in texts:
                await asyncio.to_thread(correct, store)
            return await super().ask(texts, **more)

    model = WaitingModel()
    job = run(store, model)

    assert model.requests == [texts(4)[1:]]
    assert said(store) == {("사람의 말", 2)}
    assert job.tallies[DAY].processed == 4


def test_what_is_corrected_while_it_is_being_asked_is_written(store: SqlQuestionStore) -> None:
    """The reply comes back, was paid for, and does not win."""
    add_messages(store, *texts(3))

    class AskedModel(ScriptedModel):
        async def ask(self, texts: Sequence[str], **more: Any) -> Reply:
            reply = await super().ask(texts, **more)
            await asyncio.to_thread(correct, store)
            return reply

    run(store, AskedModel())

    assert said(store) == {("사람의 말", 2)}
    assert share_key(TEXT) in store.known_answers([share_key(TEXT)], VERSION)


def test_a_place_of_the_days_limit_is_given_back(store: SqlQuestionStore) -> None:
    """It was taken for a text that was then not sent."""
    add_messages(store, *texts(6))
    limit = SentTexts(store.engine, store.tables, lambda: BATCH_TIME, 6)

    def script(asked: list[str]) -> Reply:
        if asked == texts(6)[:3]:
            correct(store, texts(6)[5])
        return all_good(asked)

    run(store, ScriptedModel(script, batch_size=3, at_once=1), day_limit=limit)

    assert limit.left(BOTH_DAYS)[DAY] == 1


def test_a_corrected_text_comes_out_of_quarantine_and_is_written(store: SqlQuestionStore) -> None:
    add_messages(store, TEXT)
    store.quarantine([Quarantined(TEXT, share_key(TEXT), "not_json", 3, "{")], VERSION)
    correct(store)
    model = ScriptedModel()

    run(store, model)

    assert model.texts == []
    assert (coverage_of(store).missing, coverage_of(store).quarantined) == (0, 0)


def test_a_correction_whose_category_is_no_more_stays_a_gap_and_is_told(
    store: SqlQuestionStore, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody but a person may answer what a person has answered."""
    add_messages(store, *texts(2))
    correct(store, answer=make_answer("사람의 말", category_id=77))
    model = ScriptedModel()

    job = run(store, model)

    assert model.texts == texts(2)[1:]
    assert said(store) == set()
    assert job.tallies[DAY].reasons == {"corrected": 1}
    assert "사람이 고친 답을 지금은 쓸 수 없습니다" in caplog.text


def test_a_correction_that_is_withdrawn_just_now_leaves_the_question_open(store: SqlQuestionStore) -> None:
    add_messages(store, TEXT)
    correct(store)
    really = store.corrections

    def seen_and_withdrawn(asked: Any) -> Any:
        found = really(asked)
        for one in store.people.all():
            store.people.withdraw(one.id, "이 선생")
        return found

    store.corrections = seen_and_withdrawn  # type: ignore[method-assign]
    job = run(store, ScriptedModel())

    assert said(store) == set()
    assert job.tallies[DAY].reasons == {"withdrawn": 1}


def test_a_plan_sends_no_corrected_text(store: SqlQuestionStore) -> None:
    add_messages(store, *texts(4))
    correct(store)

    sizer = Sizer(make_taxonomy(), hcx_at("http://nowhere").size_limits)
    plan = plan_period(BOTH_DAYS, store=store, sizer=sizer, version=VERSION, price=PRICE, limit=None)

    assert (plan.questions, plan.texts, plan.reused) == (4, 3, 1)
