"""The ways in which a good answer document can be spoiled. Each works on a copy made by `spoil`."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

# These spoil the answers of single questions.
QUESTION_KINDS = frozenset(
    {
        "missing_id",
        "double_id",
        "foreign_id",
        "unknown_category",
        "blank_keyword",
        "long_keyword",
        "too_many_keywords",
        "no_keywords",
    }
)
# These spoil the answer as a whole; the first two after it has become text.
ANSWER_KINDS = frozenset({"truncated", "not_json", "wrong_shape", "no_answers"})

UNKNOWN_CATEGORY = "세상에 없는 분류"
LONG_KEYWORD_CHARS = 101
TOO_MANY_KEYWORDS = 4

Answer = dict[str, Any]


def spoil(document: dict[str, Any], corruptions: Sequence[tuple[str, tuple[int, ...]]]) -> dict[str, Any]:
    """The document with these corruptions, which name kinds and the places of the questions they spoil."""
    if not corruptions:
        return document
    answers = copy.deepcopy(document["answers"])
    # The places are those of the untouched answers, so that one corruption does not move another's victim.
    spoiled: list[list[Answer]] = [[answer] for answer in answers]
    for kind, places in corruptions:
        if kind in _BY_QUESTION:
            for place in places:
                spoiled[place] = _BY_QUESTION[kind](spoiled[place])
    kinds = {kind for kind, _ in corruptions}
    answers = [answer for group in spoiled for answer in group]
    if "wrong_shape" in kinds:
        return {"answers": {str(answer["id"]): answer["keywords"] for answer in answers}}
    return {} if "no_answers" in kinds else {"answers": answers}


def break_json(text: str) -> str:
    """A JSON text that is none any more, the way a chatty model breaks it."""
    return f"네, 분류 결과는 다음과 같습니다.\n{text.removesuffix('}')}"


def _missing(group: list[Answer]) -> list[Answer]:
    return []


def _double(group: list[Answer]) -> list[Answer]:
    return group + copy.deepcopy(group)


def _foreign(group: list[Answer]) -> list[Answer]:
    return [answer | {"id": answer["id"] + 100_000} for answer in group]


def _first_keyword(change: dict[str, str]) -> Callable[[list[Answer]], list[Answer]]:
    def spoil_first(group: list[Answer]) -> list[Answer]:
        return [
            answer | {"keywords": [keyword | change for keyword in answer["keywords"][:1]] + answer["keywords"][1:]}
            for answer in group
        ]

    return spoil_first


def _too_many(group: list[Answer]) -> list[Answer]:
    return [answer | {"keywords": _pad(answer["keywords"])} for answer in group]


def _pad(keywords: list[dict[str, str]]) -> list[dict[str, str]]:
    first = keywords[0] if keywords else {"keyword": "키워드", "category": UNKNOWN_CATEGORY}
    extra = [first | {"keyword": f"{first['keyword'][:90]} {n}"} for n in range(1, TOO_MANY_KEYWORDS)]
    return (keywords + extra)[:TOO_MANY_KEYWORDS]


def _no_keywords(group: list[Answer]) -> list[Answer]:
    return [answer | {"keywords": []} for answer in group]


_BY_QUESTION: dict[str, Callable[[list[Answer]], list[Answer]]] = {
    "missing_id": _missing,
    "double_id": _double,
    "foreign_id": _foreign,
    "unknown_category": _first_keyword({"category": UNKNOWN_CATEGORY}),
    "blank_keyword": _first_keyword({"keyword": "  "}),
    "long_keyword": _first_keyword({"keyword": ("가나다라마바사아자차" * 11)[:LONG_KEYWORD_CHARS]}),
    "too_many_keywords": _too_many,
    "no_keywords": _no_keywords,
}
