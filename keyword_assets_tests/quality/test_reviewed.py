"""What people have said of the answers in a database, from verdicts and corrections as they stand there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from keyword_assets import privacy
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.classifying.answers import stored_form
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.quality.golden import GoldenSet
from keyword_assets.core.quality.reviewing import Doubtful
from keyword_assets.core.quality.shots import choose
from keyword_assets.quality.auditing import Auditing
from keyword_assets.quality.reviewed import Reviews
from keyword_assets.quality.reviewing import Reviewing
from keyword_assets.quality.sampling import Goal
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.doubtful import offer
from keyword_assets_tests.builders import (
    BATCH_TIME,
    BOTH_DAYS,
    DAY,
    NEXT_DAY,
    VERSION,
    add_messages,
    execute,
    make_question,
    make_store,
)

TAXONOMY = load_taxonomy()
TRANSFER, ENTRY, ELSE = ("전학, 편입", "입학 관련", "기타")
TEXTS = ("전학 서류", "전학 절차", "편입 시험", "급식 식단", "특성화고 전학", "입학 통지서")


def said(category: str, *keywords: str) -> Answer:
    number = TAXONOMY.id_of(category)
    assert number is not None
    return tuple(Keyword(keyword, number) for keyword in keywords)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({}, tmp_path)


@pytest.fixture
def store(database_url: str, settings: Settings) -> Iterator[SqlQuestionStore]:
    """Six questions, one of them on two days, all of them answered as being about entering a school."""
    made = make_store(database_url)
    store = SqlQuestionStore(made.engine, made.tables, settings.now)
    add_messages(store, *TEXTS)
    add_messages(store, TEXTS[0], at=NEXT_DAY)
    questions = [*map(make_question, TEXTS), make_question(TEXTS[0], NEXT_DAY)]
    answers = [(question, said(ENTRY, question.text)) for question in questions]
    store.save(answers, learned={}, version=VERSION, batch_created_at=BATCH_TIME)
    yield store
    store.engine.dispose()


@pytest.fixture
def reviewing(settings: Settings, store: SqlQuestionStore) -> Reviewing:
    """An audit of all of the first day, judged in every way."""
    audit = Auditing.of(settings, store).draw(Period.of(DAY), "questions", Goal(len(TEXTS), None), 1)
    reviewing = Reviewing.of(settings, store)
    by_text = {item.text: item.id for item in reviewing.items.all(audit.id)}
    reviewing.judge(by_text["입학 통지서"], "right", "김")
    reviewing.judge(by_text["전학 서류"], "wrong", "김", right_answer=said(TRANSFER, "전학 서류"))
    reviewing.judge(by_text["전학 절차"], "wrong", "김")
    reviewing.judge(by_text["편입 시험"], "unsure", "김")
    reviewing.judge(by_text["급식 식단"], "skipped", "김")
    reviewing.judge(by_text["특성화고 전학"], "wrong", "김", category_right=True, keywords_right=False)
    reviewing.finish()
    return reviewing


def categories(golden: GoldenSet) -> dict[str, str]:
    return {question.text: question.category for question in golden.questions}


def test_golden_questions_are_what_audits_have_judged(
    settings: Settings, store: SqlQuestionStore, reviewing: Reviewing
) -> None:
    golden = Reviews(settings, store).golden(Period.of(DAY))

    assert categories(golden) == {"입학 통지서": ENTRY, "전학 서류": TRANSFER, "특성화고 전학": ENTRY}
    assert golden.left_out == {"unsure": 1, "skipped": 1, "wrong": 1, "gone": 0}


def test_a_correction_says_what_a_verdict_left_open_and_beats_an_older_one(
    settings: Settings, store: SqlQuestionStore, reviewing: Reviewing
) -> None:
    store.people.correct("전학  절차", said(TRANSFER, "전학"), "이")
    store.people.correct("입학 통지서", said(ELSE, "통지서"), "이")

    golden = Reviews(settings, store).golden(Period.of(DAY))

    assert categories(golden) == {
        "입학 통지서": ELSE,
        "전학 서류": TRANSFER,
        "전학  절차": TRANSFER,
        "특성화고 전학": ENTRY,
    }


def test_a_right_answer_that_was_withdrawn_teaches_nothing(
    settings: Settings, store: SqlQuestionStore, reviewing: Reviewing
) -> None:
    """The verdict stays: that the answer is wrong is said by itself."""
    (held,) = store.people.all()
    store.people.withdraw(held.id, "이")
    reviews = Reviews(settings, store)

    golden = reviews.golden(Period.of(DAY))

    assert categories(golden) == {"입학 통지서": ENTRY, "특성화고 전학": ENTRY}
    assert golden.left_out["wrong"] == 2
    assert not choose(reviews.all(), reviews.taxonomy, privacy.mask_in_korean, most=8, tokens=600).candidates


def test_doubtful_answers_and_other_days_are_no_golden_questions(
    settings: Settings, store: SqlQuestionStore, reviewing: Reviewing
) -> None:
    """They were not drawn at random."""
    offer(
        store.engine, store.tables, [Doubtful(NEXT_DAY, "급식 식단", 1, stored_form(said(ENTRY, "급식")), 0.9, "드묾")]
    )
    (item,) = reviewing.items.all(None)
    reviewing.judge(item.id, "wrong", "김", right_answer=said(ELSE, "급식 식단"))
    reviews = Reviews(settings, store)

    assert len(reviews.golden(BOTH_DAYS).questions) == 4
    assert "급식 식단" in categories(reviews.golden(BOTH_DAYS))
    with pytest.raises(InputError):
        reviews.golden(Period.of(NEXT_DAY))


def test_what_is_shown_comes_from_verdicts_and_corrections_with_what_stood_there_before(
    settings: Settings, store: SqlQuestionStore, reviewing: Reviewing
) -> None:
    store.people.correct("편입 시험", said(TRANSFER, "편입 시험"), "이")
    reviewing.finish()
    reviews = Reviews(settings, store)

    found = choose(reviews.all(), reviews.taxonomy, privacy.mask_in_korean, most=8, tokens=600)

    assert [shot.text for shot in found.shots] == ["전학 서류", "편입 시험"]
    assert {candidate.pair for candidate in found.candidates} == {(ENTRY, TRANSFER)}


def test_a_period_is_that_of_the_questions(settings: Settings, store: SqlQuestionStore, reviewing: Reviewing) -> None:
    """The corrected text was asked on both days."""
    reviews = Reviews(settings, store)

    assert [one.text for one in reviews.all(Period.of(NEXT_DAY))] == ["전학 서류"]
    assert len(reviews.all(Period.of(DAY))) == len(reviews.all()) == len(TEXTS)


def test_an_audit_tells_how_many_of_its_answers_have_changed(
    settings: Settings, store: SqlQuestionStore, reviewing: Reviewing
) -> None:
    auditing = Auditing.of(settings, store)
    audit = auditing.audits.get()
    before = auditing.changed(audit)
    execute(store.engine, "DELETE FROM admin_chat_keywords WHERE query_text = '급식 식단'")

    # What was corrected by the verdict itself, then also what is gone.
    assert (before, auditing.changed(audit)) == (1, 2)
