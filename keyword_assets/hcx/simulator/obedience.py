"""A model that does what a question tells it to: to see what becomes of the questions beside that one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keyword_assets.hcx.simulator.requests import DocumentQuestion

Answers = list[dict[str, Any]]


@dataclass(frozen=True)
class Order:
    """What the model does once a question of a request holds a text.

    Args:
        text: the question that is obeyed, or a part of it.
        to: whom the order is about, one of `WHOM`.
        keyword: what they are answered.
        category: under which category; "" leaves them theirs.
        how: `replace`, `append` (one keyword more), `prolong` (behind their own), `category` (their own keywords).
        about: for `to="about"`, what the question of a victim holds.
    """

    text: str
    to: str = "all"
    keyword: str = ""
    category: str = ""
    how: str = "replace"
    about: str = ""


def obey(answers: Answers, questions: Sequence[DocumentQuestion], orders: Sequence[Order]) -> Answers:
    """The answers as they are after every order that stands in a question of the request."""
    for order in orders:
        for speaker, question in enumerate(questions):
            if order.text in question.text:
                answers = _obeyed(answers, questions, order, speaker)
    return answers


def _obeyed(answers: Answers, questions: Sequence[DocumentQuestion], order: Order, speaker: int) -> Answers:
    victims = WHOM[order.to](questions, order, speaker)
    done = [
        {**answer, "keywords": _HOW[order.how](answer["keywords"], order)} if place in victims else answer
        for place, answer in enumerate(answers)
    ]
    if order.to == "told":
        # Ids that were told, whether or not anybody has asked about them.
        there = {answer["id"] for answer in done}
        done += [{"id": told, "keywords": [_keyword(order)]} for told in range(10) if told not in there]
    return done


def _keyword(order: Order, own: Mapping[str, str] | None = None) -> dict[str, str]:
    return {"keyword": order.keyword, "category": order.category or (own or {}).get("category", "기타")}


Keywords = list[dict[str, str]]
_HOW: Mapping[str, Callable[[Keywords, Order], Keywords]] = {
    "replace": lambda own, order: [_keyword(order, own[0])],
    "append": lambda own, order: [*own[:2], _keyword(order, own[0])],
    "prolong": lambda own, order: [{**own[0], "keyword": f"{own[0]['keyword']} {order.keyword}"[:100]}, *own[1:]],
    "category": lambda own, order: [{**keyword, "category": order.category} for keyword in own],
}
WHOM: Mapping[str, Callable[[Sequence[DocumentQuestion], Order, int], set[int]]] = {
    "all": lambda questions, order, speaker: set(range(len(questions))),
    "others": lambda questions, order, speaker: set(range(len(questions))) - {speaker},
    "next": lambda questions, order, speaker: {speaker + 1},
    "first": lambda questions, order, speaker: {0},
    "half": lambda questions, order, speaker: set(range(0, len(questions), 2)),
    # By the ids as they are in the request, if they are those that were told; and as if they were places.
    "told": lambda questions, order, speaker: {place for place, one in enumerate(questions) if one.id < 10},
    "places": lambda questions, order, speaker: set(range(10)),
    "about": lambda questions, order, speaker: {n for n, one in enumerate(questions) if order.about in one.text},
}
