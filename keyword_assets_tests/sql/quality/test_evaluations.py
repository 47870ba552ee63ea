"""What is kept of evaluations, on both databases: by configuration, once, and apart from everything else."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest

from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Answer, Keyword, Quarantined
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.quality.evaluations import EVALUATION_DAY, Asking, Configuration, Judged
from keyword_assets.core.quality.golden import GoldenQuestion, GoldenSet
from keyword_assets.core.questions import share_key
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.evaluations import Evaluations, EvaluationStore, Round
from keyword_assets_tests.builders import BATCH_TIME, VERSION, execute, query

TAXONOMY = load_taxonomy()
GOLDEN = GoldenSet("golden.csv", tuple(GoldenQuestion(text, "전학, 편입") for text in ("가", "나", "다", "라")))
BASE = Configuration("HCX-007", None, None, None, VERSION)
OTHER = replace(BASE, batch_size=1)
PERIOD = Period.of(EVALUATION_DAY)
TRANSFER: Answer = (Keyword("기타 질문", TAXONOMY.catch_all.id), Keyword("전학", 5))


def clock() -> object:
    return BATCH_TIME


def opened(
    store: SqlQuestionStore,
    configuration: Configuration = BASE,
    attempt: int = 1,
    askings: Mapping[str, Asking] | None = None,
    golden: GoldenSet = GOLDEN,
) -> EvaluationStore:
    return EvaluationStore(store, Round(configuration, TAXONOMY, golden.questions, attempt), clock, askings or {})


def answer(evaluated: EvaluationStore, *texts: str) -> None:
    learned = {share_key(text): TRANSFER for text in texts}
    evaluated.save([], learned=learned, version=VERSION, batch_created_at=BATCH_TIME)


def open_texts(evaluated: EvaluationStore) -> list[str]:
    return [question.text for page in evaluated.open_questions(PERIOD, most_asked_first=False) for question in page]


def judged(store: SqlQuestionStore, configuration: Configuration = BASE, repeats: int = 1) -> dict[str, Judged]:
    found = Evaluations(store, clock).judged(configuration.identity, GOLDEN.questions, repeats)
    return {one.question.text: one for one in found}


def finished(store: SqlQuestionStore, configuration: Configuration = BASE, golden: GoldenSet = GOLDEN) -> int:
    """An evaluation that came to its end with what is kept."""
    evaluations = Evaluations(store, clock)
    number = evaluations.begin(configuration, golden)
    rows = evaluations.judged(configuration.identity, golden.questions, 1)
    evaluations.end(number, rows, Usage(requests=2, prompt=100, completion=50, reserved=300), 0.375, 1.5)
    return number


def test_what_is_answered_is_open_no_more(store: SqlQuestionStore) -> None:
    answer(opened(store), "가", "다")

    assert sorted(open_texts(opened(store))) == ["나", "라"]
    (day,) = opened(store).coverage(PERIOD)
    assert (day.questions, day.classified) == (4, 2)


def test_another_configuration_and_another_round_begin_anew(store: SqlQuestionStore) -> None:
    answer(opened(store), "가", "나", "다", "라")

    assert len(open_texts(opened(store, OTHER))) == 4
    assert len(open_texts(opened(store, attempt=2))) == 4


def test_each_round_has_an_order_of_its_own_and_keeps_it(store: SqlQuestionStore) -> None:
    orders = [open_texts(opened(store, attempt=attempt)) for attempt in range(1, 9)]

    assert orders == [open_texts(opened(store, attempt=attempt)) for attempt in range(1, 9)]
    assert len({tuple(order) for order in orders}) > 1


def test_an_answer_comes_back_with_its_category_and_how_it_was_asked(store: SqlQuestionStore) -> None:
    asking = Asking(3, 10, 61.5, 12.25, 0.125)
    answer(opened(store, askings={"가": asking}), "가")

    (given,) = judged(store)["가"].given

    assert (given.category, given.keywords, given.reason, given.asking) == (
        "전학, 편입",
        ("기타 질문", "전학"),
        None,
        asking,
    )


def test_a_question_without_a_valid_answer_is_kept_as_one(store: SqlQuestionStore) -> None:
    evaluated = opened(store)
    evaluated.quarantine([Quarantined("나", share_key("나"), "keyword_blank", 3, "{}")], VERSION)

    (given,) = judged(store)["나"].given

    assert (given.category, given.keywords, given.reason) == (None, (), "keyword_blank")
    assert "나" not in open_texts(evaluated)
    assert list(evaluated.quarantined([share_key("나"), share_key("가")])) == [share_key("나")]


def test_what_is_kept_stays_as_it_was_first(store: SqlQuestionStore) -> None:
    """A reply of a process that was taken for dead may come late."""
    answer(opened(store), "가")
    opened(store).save(
        [], learned={share_key("가"): (Keyword("급식", 3),)}, version=VERSION, batch_created_at=BATCH_TIME
    )

    assert judged(store)["가"].category == "전학, 편입"


def test_only_the_rounds_that_are_asked_for_are_read(store: SqlQuestionStore) -> None:
    for attempt in (1, 2, 3):
        answer(opened(store, attempt=attempt), "가")

    assert [len(judged(store, repeats=repeats)["가"].given) for repeats in (1, 2, 5)] == [1, 2, 3]


@contextmanager
def two_at_work(store: SqlQuestionStore) -> Iterator[tuple[EvaluationStore, EvaluationStore]]:
    one, other = opened(store), opened(store)
    with one.at_work(PERIOD), other.at_work(PERIOD):
        yield one, other


def test_two_evaluations_at_once_share_the_asking(store: SqlQuestionStore) -> None:
    """Both would pay for it."""
    keys = [share_key(question.text) for question in GOLDEN.questions]
    with two_at_work(store) as (one, other):
        assert one.claim(keys[:2], VERSION) == set(keys[:2])
        assert other.claim(keys, VERSION) == set(keys[2:])
        assert other.asked_by_others(keys, VERSION) == set(keys[:2])
        answer(one, "가")
        assert other.asked_by_others(keys, VERSION) == {keys[1]}
        assert set(other.known_answers(keys, VERSION)) == {keys[0]}


def test_claims_of_runs_and_of_other_configurations_are_apart(store: SqlQuestionStore) -> None:
    """A day's run asks about the same text at the same time, and each needs its own answer."""
    key = share_key("가")
    with two_at_work(store) as (one, _), opened(store, OTHER).at_work(PERIOD), store.at_work(PERIOD):
        assert one.claim([key], VERSION) == {key}
        assert opened(store, OTHER).claim([key], VERSION) == {key}
        assert store.claim([key], VERSION) == {key}


def test_an_evaluation_is_found_by_its_number_once_it_has_ended(store: SqlQuestionStore) -> None:
    evaluations = Evaluations(store, clock)
    begun = evaluations.begin(BASE, GOLDEN)
    answer(opened(store), "가", "나")
    ended = finished(store)

    found = evaluations.find(ended)

    assert evaluations.find(begun) is None
    assert found is not None
    assert (found.configuration, found.golden_name) == (BASE, "golden.csv")
    assert (found.questions, found.answered, found.right, found.usage.requests) == (2, 2, 2, 2)
    assert (found.cost_krw, found.seconds, found.in_force_at) == (0.375, 1.5, None)


def test_the_newest_is_one_of_the_whole_set_under_the_same_configuration(store: SqlQuestionStore) -> None:
    evaluations = Evaluations(store, clock)
    answer(opened(store), "가", "나")
    finished(store)
    assert evaluations.newest(BASE, GOLDEN) is None

    answer(opened(store), "다", "라")
    whole = finished(store)
    answer(opened(store, OTHER), "가", "나", "다", "라")
    finished(store, OTHER)

    found = evaluations.newest(BASE, GOLDEN)
    assert found is not None
    assert found.id == whole
    assert evaluations.newest(BASE, replace(GOLDEN, questions=GOLDEN.questions[:2])) is None


def test_before_a_version_comes_the_last_other_one_that_was_in_force(store: SqlQuestionStore) -> None:
    evaluations = Evaluations(store, clock)
    first, second = replace(BASE, version="1" * 16), replace(BASE, version="2" * 16)
    numbers = [finished(store, configuration) for configuration in (first, second, BASE)]
    assert evaluations.in_force_before(VERSION, GOLDEN) is None

    for number in numbers[:2]:
        evaluations.put_in_force(number)

    found = evaluations.in_force_before(VERSION, GOLDEN)
    assert found is not None
    assert found.id in numbers[:2]
    assert found.in_force_at == BATCH_TIME
    before_second = evaluations.in_force_before("2" * 16, GOLDEN)
    assert before_second is not None
    assert before_second.id == numbers[0]


def test_nothing_of_the_days_is_touched(store: SqlQuestionStore) -> None:
    answer(opened(store), "가", "나", "다", "라")
    opened(store).sync_categories(TAXONOMY)
    finished(store)

    for table in ("admin_chat_keywords", "admin_categories", "keyword_answers", "keyword_quarantine"):
        assert query(store.engine, f"SELECT * FROM {table}") == []


@pytest.mark.parametrize("text", ["😀 " * 300, "가" * 5_000, "\u200b?"])
def test_any_text_can_be_a_golden_question(store: SqlQuestionStore, text: str) -> None:
    golden = GoldenSet("golden.csv", (GoldenQuestion(text, "기타"),))
    evaluated = opened(store, golden=golden)
    answer(evaluated, text)

    assert open_texts(evaluated) == []
    assert len(Evaluations(store, clock).judged(BASE.identity, golden.questions, 1)) == 1


@pytest.mark.parametrize("stored", ["", "{", "3", '[["전학"]]', '[[3, 5], ["전학", 5]]'])
def test_rows_of_others_end_nothing(store: SqlQuestionStore, stored: str) -> None:
    """They are told as what they say, as far as that is anything."""
    answer(opened(store), "가")
    number = finished(store)
    execute(store.engine, f"UPDATE keyword_evaluation_answers SET answer = '{stored}'")
    execute(store.engine, f"UPDATE keyword_evaluations SET details = '{stored}'")

    assert set(judged(store)["가"].given[0].keywords) <= {"전학"}
    assert Evaluations(store, clock).find(number) is None
