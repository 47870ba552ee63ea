"""The last gate before the database."""

import random
from typing import Any

import pytest

from keyword_assets.core.classifying.answers import MAX_KEYWORD_CHARS, check_answers, read_stored, stored_form
from keyword_assets.core.models.questions import Keyword
from keyword_assets_tests.builders import CATEGORIES, answers_of, good_entry, make_taxonomy

TAXONOMY = make_taxonomy()


def entry(*keywords: Any, identifier: Any = 0) -> dict[str, Any]:
    """An answer with these keywords."""
    return {"id": identifier, "keywords": list(keywords)}


def pair(keyword: Any = "전학", category: Any = CATEGORIES[0]) -> dict[str, Any]:
    """One keyword of an answer."""
    return {"keyword": keyword, "category": category}


def verdict(*entries: Any, asked: int = 1) -> dict[int, str]:
    """What is wrong with these answers."""
    return check_answers({"answers": list(entries)}, range(asked), TAXONOMY).bad


def test_a_good_answer_is_taken_with_the_categorys_id() -> None:
    """The table holds ids; HCX says names."""
    checked = check_answers({"answers": [entry(pair("서류", CATEGORIES[2]), pair("전학"))]}, range(1), TAXONOMY)

    assert checked.good == {0: (Keyword("서류", 3), Keyword("전학", 1))}
    assert checked.bad == {}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_one_to_three_keywords_are_taken(number: int) -> None:
    """As the screens have room for."""
    assert verdict(entry(*(pair(f"낱말 {n}") for n in range(number)))) == {}


def test_the_order_of_answers_does_not_matter() -> None:
    """An answer belongs to its id."""
    checked = check_answers({"answers": [good_entry(1, "둘"), good_entry(0, "하나")]}, range(2), TAXONOMY)

    assert {number: answer[0].keyword for number, answer in checked.good.items()} == {0: "하나", 1: "둘"}


def test_outer_blanks_of_a_keyword_are_cut_off() -> None:
    """They would make two keywords of one on the screens."""
    assert check_answers({"answers": [entry(pair(" 전학\n"))]}, range(1), TAXONOMY).good == {0: (Keyword("전학", 1),)}


def test_a_keyword_said_twice_is_written_once() -> None:
    """It would be counted twice on the screens."""
    assert check_answers({"answers": [entry(pair(), pair(" 전학"))]}, range(1), TAXONOMY).good == {
        0: (Keyword("전학", 1),)
    }


def test_a_keyword_under_two_categories_is_two() -> None:
    """A row is a question, a keyword and a category."""
    answer = check_answers({"answers": [entry(pair(), pair(category=CATEGORIES[1]))]}, range(1), TAXONOMY).good[0]

    assert answer == (Keyword("전학", 1), Keyword("전학", 2))


def test_a_keyword_of_exactly_the_columns_width_is_taken() -> None:
    """Characters count, not bytes."""
    assert verdict(entry(pair("😀" * MAX_KEYWORD_CHARS))) == {}


BAD = {
    "no keywords": (entry(), "keyword_count"),
    "four keywords": (entry(pair("1"), pair("2"), pair("3"), pair("4")), "keyword_count"),
    "keywords that are no list": ({"id": 0, "keywords": "전학"}, "keyword_count"),
    "keywords in a mapping": ({"id": 0, "keywords": pair()}, "keyword_count"),
    "keywords left out": ({"id": 0}, "keyword_count"),
    "a keyword without category": (entry({"keyword": "전학"}), "category"),
    "a bare keyword": (entry("전학"), "shape"),
    "a null": (entry(None), "shape"),
    "an empty keyword": (entry(pair("")), "keyword_blank"),
    "a blank keyword": (entry(pair(" \u200b\u3000")), "keyword_blank"),
    "a keyword that is a number": (entry(pair(7)), "keyword_blank"),
    "a keyword that is null": (entry(pair(None)), "keyword_blank"),
    "a keyword one too long": (entry(pair("가" * (MAX_KEYWORD_CHARS + 1))), "keyword_long"),
    "half a surrogate pair": (entry(pair("전학 \ud83d")), "keyword_not_text"),
    "an escape sequence": (entry(pair("전학\x1b[2J")), "keyword_unseen"),
    "a line break": (entry(pair("전학\n절차")), "keyword_unseen"),
    "a tab": (entry(pair("전학\t절차")), "keyword_unseen"),
    "a control character of the upper half": (entry(pair("전학\x9b31m")), "keyword_unseen"),
    "a nul": (entry(pair("전학\x00")), "keyword_unseen"),
    "a bidirectional override": (entry(pair("전학\u202e차절")), "keyword_unseen"),
    "a zero-width blank": (entry(pair("전\u200b학")), "keyword_unseen"),
    "a line separator": (entry(pair("전학\u2028절차")), "keyword_unseen"),
    "a byte order mark": (entry(pair("\ufeff전학")), "keyword_unseen"),
    "a soft hyphen": (entry(pair("전\u00ad학")), "keyword_unseen"),
    "tag characters": (entry(pair("전학\U000e0069\U000e0064")), "keyword_unseen"),
    "a Hangul filler": (entry(pair("전\u3164학")), "keyword_unseen"),
    "a joiner between letters": (entry(pair("전\u200d학")), "keyword_unseen"),
    "one bad of two": (entry(pair("전학"), pair("전\u200b학")), "keyword_unseen"),
    "an unknown category": (entry(pair(category="없는 분류")), "category"),
    "a category in other letters": (entry(pair(category="전학,편입")), "category"),
    "a category with a blank": (entry(pair(category=CATEGORIES[0] + " ")), "category"),
    "a category by its id": (entry(pair(category=1)), "category"),
    "a category that is a list": (entry(pair(category=[CATEGORIES[0]])), "category"),
    "one bad of three": (entry(pair("1"), pair("2"), pair("3", "없는 분류")), "category"),
    "an id in a string": (entry(pair(), identifier="0"), "id_missing"),
    "an id that is false": (entry(pair(), identifier=False), "id_missing"),
    "an id with a fraction": (entry(pair(), identifier=0.0), "id_missing"),
    "an id that is null": (entry(pair(), identifier=None), "id_missing"),
    "an id that is a list": (entry(pair(), identifier=[0]), "id_missing"),
    "an id of nobody": (entry(pair(), identifier=1), "id_missing"),
    "a negative id": (entry(pair(), identifier=-1), "id_missing"),
    "no id": ({"keywords": [pair()]}, "id_missing"),
    "an answer that is a string": ("전학", "id_missing"),
    "an answer that is a list": ([0, [pair()]], "id_missing"),
}


@pytest.mark.parametrize(("answer", "reason"), BAD.values(), ids=BAD.keys())
def test_an_answer_with_a_fault_is_not_taken(answer: Any, reason: str) -> None:
    """Nothing is guessed: what is not right is asked again."""
    assert verdict(answer) == {0: reason}


@pytest.mark.parametrize(("answer", "reason"), BAD.values(), ids=BAD.keys())
def test_the_good_answers_beside_a_fault_are_kept(answer: Any, reason: str) -> None:
    """They are paid for."""
    document = {"answers": [good_entry(2), answer, good_entry(3)]}

    assert set(check_answers(document, range(4), TAXONOMY).good) >= {2, 3}


def test_an_id_answered_twice_is_not_taken_even_if_both_agree() -> None:
    """An answer too many means that another question's was given under this id."""
    assert verdict(good_entry(0), good_entry(0)) == {0: "id_twice"}


def test_a_true_beside_the_id_one_is_not_a_second_answer() -> None:
    """To Python, True is 1; to JSON it is not."""
    assert verdict(good_entry(0), good_entry(1), good_entry(True), asked=2) == {}


def test_answers_to_what_nobody_asked_are_left_out() -> None:
    """There is no question to write them for."""
    checked = check_answers({"answers": [good_entry(0), good_entry(7), good_entry(-1)]}, range(1), TAXONOMY)

    assert (set(checked.good), checked.bad) == ({0}, {})


def test_every_id_asked_is_either_good_or_bad() -> None:
    """A question in neither would be forgotten, in both asked again though answered."""
    document = {"answers": [good_entry(1), good_entry(1), good_entry(2), entry(identifier=3), good_entry(9)]}

    checked = check_answers(document, range(5), TAXONOMY)

    assert (set(checked.good), set(checked.bad)) == ({2}, {0, 1, 3, 4})


@pytest.mark.parametrize(
    "document",
    [
        None,
        True,
        0,
        1.5,
        "",
        "answers",
        [],
        {},
        [answers_of("가")],
        {"answers": None},
        {"answers": {}},
        {"Answers": []},
    ],
    ids=repr,
)
def test_a_document_of_another_shape_answers_nothing(document: Any) -> None:
    """Models answer with anything."""
    assert check_answers(document, range(2), TAXONOMY).bad == {0: "shape", 1: "shape"}


def _any_json(dice: random.Random, depth: int = 4) -> Any:
    """A JSON value, with the words of a good answer strewn in."""
    leaves = [
        None,
        True,
        False,
        0,
        1,
        2,
        -1,
        10**30,
        1.5,
        "",
        " ",
        "전학",
        CATEGORIES[0],
        "기타",
        "\ud83d",
        float("nan"),
    ]
    kind = dice.random()
    if depth == 0 or kind < 0.3:
        return dice.choice(leaves)
    if kind < 0.6:
        return [_any_json(dice, depth - 1) for _ in range(dice.randrange(4))]
    keys = ("answers", "id", "keywords", "keyword", "category", "x")
    return {key: _any_json(dice, depth - 1) for key in dice.sample(keys, dice.randrange(5))}


@pytest.mark.parametrize("seed", range(5))
def test_no_json_value_makes_the_check_fail(seed: int) -> None:
    """What a model sends must never end a run; and every question gets a verdict."""
    dice = random.Random(seed)
    for _ in range(1_000):
        document = {"answers": [_any_json(dice) for _ in range(3)]} if dice.random() < 0.7 else _any_json(dice, 6)

        checked = check_answers(document, range(3), TAXONOMY)

        assert sorted([*checked.good, *checked.bad]) == [0, 1, 2]


@pytest.mark.parametrize(
    "keyword",
    [
        "👨\u200d👩\u200d👧 가족",
        "❤️ 사랑",
        "🇰🇷",
        "👍🏽",
        "전학 (편입)",
        "café",
        "ﾊﾝｶｸ",
        "\u1112\u1161\u11ab",
        "🫨 진동",
        "\U0001faef 새것",
    ],
    ids=ascii,
)
def test_whatever_can_be_seen_is_a_keyword(keyword: str) -> None:
    """Emoji of several parts and of tomorrow, other scripts, letters in parts."""
    assert check_answers({"answers": [entry(pair(keyword))]}, range(1), TAXONOMY).good == {0: (Keyword(keyword, 1),)}


@pytest.mark.parametrize("blank", ["\u00a0", "\u3000", "\u2009", "\u202f"], ids=ascii)
def test_a_blank_of_another_width_is_a_plain_one(blank: str) -> None:
    """On the screens they cannot be told apart, and would be two keywords."""
    good = check_answers({"answers": [entry(pair(f"전학{blank}절차"))]}, range(1), TAXONOMY).good

    assert good == {0: (Keyword("전학 절차", 1),)}


def test_an_answer_belongs_to_the_id_it_was_asked_under() -> None:
    """Places are nobody's ids any more."""
    document = {"answers": [good_entry(0, "남의 것"), good_entry(7_301, "둘"), good_entry(1_042, "하나")]}

    checked = check_answers(document, [1_042, 7_301, 5_555], TAXONOMY)

    assert {place: answer[0].keyword for place, answer in checked.good.items()} == {0: "하나", 1: "둘"}
    assert checked.bad == {2: "id_missing"}


def test_what_is_kept_can_be_read_again() -> None:
    """Else every answer would be paid for twice."""
    answer = (Keyword('전학 "절차" 😀', 2), Keyword("서류", 3))

    assert read_stored(stored_form(answer), TAXONOMY) == answer


UNFIT = {
    "no JSON": ("{", "not_json"),
    "nothing": ("", "not_json"),
    "bytes that are no text": (b"\xff", "not_json"),
    "no value at all": (None, "not_json"),
    "too deep": ("[" * 100_000, "not_json"),
    "a null": ("null", "shape"),
    "a number": ("7", "shape"),
    "an object": ('{"전학": 1}', "shape"),
    "no pairs": ("[]", "keyword_count"),
    "four pairs": ('[["1", 1], ["2", 1], ["3", 1], ["4", 1]]', "keyword_count"),
    "a bare keyword": ('["전학"]', "shape"),
    "a pair of three": ('[["전학", 1, 1]]', "shape"),
    "a blank keyword of no category": ('[["", 999]]', "keyword_blank"),
    "a category of another taxonomy": ('[["전학", 999]]', "category"),
    "a category by its name": ('[["전학", "기타"]]', "category"),
    "a category that is true": ('[["전학", true]]', "category"),
    "a category with a fraction": ('[["전학", 1.0]]', "category"),
    "a category of many digits": ('[["전학", 1' + "0" * 400 + "]]", "category"),
    "a category of too many digits": ('[["전학", ' + "9" * 5_000 + "]]", "not_json"),
    "a category that is a list": ('[["전학", [1]]]', "category"),
    "a keyword that is a number": ("[[7, 1]]", "keyword_blank"),
    "a keyword too long": (f'[["{"가" * 101}", 1]]', "keyword_long"),
    "a keyword that hides": ('[["전\\u202e학", 1]]', "keyword_unseen"),
    "half a surrogate pair": ('[["전학\\ud83d", 1]]', "keyword_not_text"),
}


@pytest.mark.parametrize(("stored", "reason"), UNFIT.values(), ids=UNFIT.keys())
def test_what_was_kept_has_to_pass_as_well(stored: Any, reason: str) -> None:
    """The table stands in a database that others write to."""
    assert read_stored(stored, TAXONOMY) == reason
