"""The demo's messages and the packaged taxonomy: made-up, but the documentation and the other tests count on them."""

import unicodedata
from collections import Counter
from datetime import date, datetime, time, timedelta
from importlib import resources
from itertools import pairwise
from typing import Any

import pytest
import yaml

from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.questions import PROMPT_CHARS, is_blank, shared_text
from keyword_assets.demo import DEMO_END, DEMO_START, demo_messages

Message = tuple[int, str | None, datetime]
DAYS = [DEMO_START + timedelta(days=number) for number in range((DEMO_END - DEMO_START).days + 1)]
NAMES = (
    "학교폭력",
    "교권보호 (교육활동 보호)",
    "학생 생활",
    "평가(성적) 관련",
    "전학, 편입",
    "입학 관련",
    "검정고시",
    "교원 임용고시 관련",
    "제 증명 관련",
    "정보공개",
    "기타",
)


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    return list(demo_messages())


@pytest.fixture(scope="module")
def document() -> Any:
    source = resources.files("keyword_assets") / "resources" / "demo_questions.yaml"
    return yaml.safe_load(source.read_text(encoding="utf-8"))


def _texts_of(messages: list[Message], day: date) -> list[str]:
    return [text for _, text, at in messages if at.date() == day and text is not None and not is_blank(text)]


def test_the_taxonomy_has_the_eleven_categories_in_order() -> None:
    """The ids and names are in the customer's `admin_categories`: a changed one would orphan what is stored."""
    taxonomy = load_taxonomy()
    assert taxonomy.names == NAMES
    assert [category.id for category in taxonomy.categories] == list(range(1, 12))
    assert taxonomy.catch_all.name == "기타"


def test_descriptions_are_short_and_examples_enough() -> None:
    """Descriptions are paid for with every request; the simulator knows a category only by its examples."""
    for category in load_taxonomy().categories:
        assert len(category.description) <= 30, category.name
        assert 12 <= len(set(category.examples)) == len(category.examples) <= 16, category.name


def test_no_example_stands_in_two_categories() -> None:
    """The simulator could only guess between them."""
    examples = [shared_text(example) for category in load_taxonomy().categories for example in category.examples]
    assert len(set(examples)) == len(examples)


def test_each_category_has_at_least_58_questions_of_readable_length(document: Any) -> None:
    """A category with hardly any questions would look like a fault in the demo's charts."""
    assert list(document["questions"]) == list(range(1, 12))
    for texts in document["questions"].values():
        assert len(texts) >= 58
        assert all(isinstance(text, str) and 3 <= len(text) <= 120 for text in texts)


def test_the_written_questions_are_distinct(document: Any) -> None:
    """A question written twice would make the distinct counts smaller than they look."""
    texts = [" ".join(text.split()) for texts in document["questions"].values() for text in texts]
    assert len(texts) >= 640
    assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_the_questions_are_not_the_taxonomys_examples(document: Any) -> None:
    """Otherwise the simulator would only recognise what it was given."""
    examples = {shared_text(example) for category in load_taxonomy().categories for example in category.examples}
    assert [text for texts in document["questions"].values() for text in texts if shared_text(text) in examples] == []


def test_two_runs_give_the_same_messages(messages: list[Message]) -> None:
    """The documentation quotes the demo's numbers."""
    assert list(demo_messages()) == messages


def test_there_are_about_nine_hundred_messages_on_the_four_days(messages: list[Message]) -> None:
    """Enough for a few hundred requests, little enough for a demo that ends while one watches."""
    assert 850 <= len(messages) <= 950
    per_day = Counter(at.date() for _, _, at in messages)
    assert sorted(per_day) == DAYS
    assert 100 < per_day[DEMO_END] < min(per_day[day] for day in DAYS[:-1])


def test_the_keys_rise_with_the_time(messages: list[Message]) -> None:
    """A live table is filled in that order, and reading by key relies on it."""
    assert all(one[0] < other[0] and one[2] <= other[2] for one, other in pairwise(messages))
    assert all(at.tzinfo is None for _, _, at in messages)


def test_every_written_question_is_asked(messages: list[Message], document: Any) -> None:
    """All categories are then in the demo, with at least 600 different texts."""
    asked = {text for _, text, _ in messages if text is not None and not is_blank(text)}
    assert {text for texts in document["questions"].values() for text in texts} <= asked
    assert len(asked) >= 600


def test_popular_questions_come_back_within_a_day_and_on_other_days(messages: list[Message]) -> None:
    """Asking only once for what is asked often is what the product saves money with."""
    for day in DAYS:
        texts = _texts_of(messages, day)
        assert len(set(texts)) < len(texts)
    total = Counter(text for day in DAYS for text in _texts_of(messages, day))
    (first, most), *_ = total.most_common(1)
    assert most >= 20
    assert all(first in _texts_of(messages, day) for day in DAYS)
    assert sum(len(set(_texts_of(messages, day))) for day in DAYS) > len(total)


def test_blanks_of_every_kind_lie_on_every_day(messages: list[Message]) -> None:
    """Each kind is one that a database or a strip() may take for a question."""
    blanks = [(text, at.date()) for _, text, at in messages if is_blank(text)]
    assert {text for text, _ in blanks} == {None, "", "   ", "\n\t", "\u200b"}
    assert {day for _, day in blanks} == set(DAYS)


def test_every_day_has_questions_at_its_first_and_last_instants_that_are_asked_only_there(
    messages: list[Message],
) -> None:
    """A range that loses an edge must lose a question, or nobody would notice."""
    count = Counter(text for _, text, _ in messages)
    at_instant = {at: text for _, text, at in messages}
    for day in DAYS:
        for edge in (time(0, 0), time(23, 59, 59, 500_000)):
            assert count[at_instant[datetime.combine(day, edge)]] == 1
    last_instants = [text for _, text, at in messages if at.time() == time(23, 59, 59, 999_999)]
    assert [count[text] for text in last_instants] == [1]


def test_times_have_microseconds_and_most_lie_in_office_hours(messages: list[Message]) -> None:
    """Whole seconds would hide a column or a driver that rounds."""
    assert sum(at.microsecond % 1000 != 0 for _, _, at in messages) > 0.95 * len(messages)
    assert sum(9 <= at.hour < 18 for _, _, at in messages) > len(messages) / 2


def test_one_very_long_question_is_asked_once(messages: list[Message], document: Any) -> None:
    """It must be stored whole and sent cut."""
    assert [text for _, text, _ in messages if text and len(text) > PROMPT_CHARS] == [document["long_question"]]
    assert len(document["long_question"]) >= 3_000


@pytest.mark.parametrize(
    "same_to_a_careless_database",
    [
        pytest.param(lambda text: text.rstrip(" "), id="trailing blanks"),
        pytest.param(lambda text: unicodedata.normalize("NFC", text), id="composition"),
        pytest.param(str.lower, id="case"),
        pytest.param(lambda text: "".join(char for char in text if ord(char) < 0x1F000), id="emoji"),
    ],
)
def test_texts_that_a_database_may_confuse_are_asked_on_one_day(
    messages: list[Message], same_to_a_careless_database: Any
) -> None:
    """Each trap must cost a question of the day's distinct count, or it proves nothing."""
    lost = [len(texts) - len({*map(same_to_a_careless_database, texts)}) for texts in _distinct_of_days(messages)]
    assert sum(lost) == 1


def _distinct_of_days(messages: list[Message]) -> list[set[str]]:
    return [set(_texts_of(messages, day)) for day in DAYS]
