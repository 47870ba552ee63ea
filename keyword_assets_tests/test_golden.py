"""The golden set of the packaged taxonomy: questions of its own, none of them known from elsewhere in the project."""

import csv
import re
import unicodedata
from collections import Counter
from importlib import resources
from itertools import chain, combinations, product

import pytest

from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.classifying.answers import MAX_KEYWORD_CHARS, MAX_KEYWORDS
from keyword_assets.core.classifying.relevance import is_related, strange_words
from keyword_assets.core.questions import PROMPT_CHARS, is_blank
from keyword_assets.demo import demo_messages
from keyword_assets.privacy import mask

Row = dict[str, str]
SOURCE = resources.files("keyword_assets") / "resources" / "golden.csv"
# From here on two questions are one in other words, and a model that was shown one has been told the other's answer.
TOO_ALIKE = 0.6


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with SOURCE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _keywords(row: Row) -> list[str]:
    return row["keywords"].split("; ")


def _grams(text: str) -> frozenset[str]:
    letters = re.sub(r"[\W_]", "", unicodedata.normalize("NFC", text).casefold()) or text
    return frozenset(letters[at : at + 3] for at in range(max(1, len(letters) - 2)))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= TOO_ALIKE * len(one | other)


def _known_elsewhere() -> set[str]:
    """What the taxonomy gives as examples, and what the demo asks."""
    examples = chain.from_iterable(category.examples for category in load_taxonomy().categories)
    return {*examples, *(text for _, text, _ in demo_messages() if not is_blank(text) and text is not None)}


def test_the_file_is_plain_csv_that_any_program_reads() -> None:
    content = SOURCE.read_bytes()
    assert content.startswith(b"text,category,keywords\n")
    assert content.endswith(b"\n")
    assert b"\r" not in content
    assert unicodedata.is_normalized("NFC", content.decode("utf-8"))


def test_every_row_has_three_fields_and_a_text_that_is_sent_whole(rows: list[Row]) -> None:
    for row in rows:
        assert list(row) == ["text", "category", "keywords"]
        assert not is_blank(row["text"])
        assert row["text"] == row["text"].strip()
        assert len(row["text"]) <= PROMPT_CHARS


def test_there_are_questions_enough_in_every_category_and_in_no_other(rows: list[Row]) -> None:
    """Below 45 the interval of one category's accuracy is wider than what one wants to see."""
    counts = Counter(row["category"] for row in rows)
    assert len(rows) >= 600
    assert set(counts) == set(load_taxonomy().names)
    assert min(counts.values()) >= 45


def test_no_question_is_near_another_of_the_set(rows: list[Row]) -> None:
    grams = {row["text"]: _grams(row["text"]) for row in rows}
    assert len(grams) == len(rows)
    assert [pair for pair in combinations(grams, 2) if _alike(grams[pair[0]], grams[pair[1]])] == []


def test_no_question_is_near_an_example_of_the_taxonomy_or_a_question_of_the_demo(rows: list[Row]) -> None:
    """The simulator answers from the examples; the demo evaluates on what its days have not asked."""
    golden = {row["text"]: _grams(row["text"]) for row in rows}
    known = {text: _grams(text) for text in _known_elsewhere()}
    assert [pair for pair in product(golden, known) if _alike(golden[pair[0]], known[pair[1]])] == []


def test_every_question_has_keywords_as_an_answer_may_have_them(rows: list[Row]) -> None:
    for row in rows:
        keywords = _keywords(row)
        assert 1 <= len(keywords) <= MAX_KEYWORDS, row
        assert len(set(keywords)) == len(keywords), row
        assert all(1 <= len(keyword) <= MAX_KEYWORD_CHARS and keyword == keyword.strip() for keyword in keywords), row


def test_every_keyword_is_made_of_its_questions_own_words(rows: list[Row]) -> None:
    """The model is told to; a rephrasing here would count its right answers as wrong ones."""
    pairs = [(keyword, row["text"]) for row in rows for keyword in _keywords(row)]
    assert [pair for pair in pairs if not is_related(*pair) or strange_words(*pair)] == []


def test_no_question_holds_personal_data(rows: list[Row]) -> None:
    assert [row["text"] for row in rows if mask(row["text"]) != row["text"]] == []
