"""What the model says to a request: text, structured output or a tool call, within the output cap."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from keyword_assets.hcx.simulator.brain import MAX_KEYWORDS, Brain
from keyword_assets.hcx.simulator.corruptions import break_json, spoil
from keyword_assets.hcx.simulator.faults import Strike
from keyword_assets.hcx.simulator.lessons import read_lessons
from keyword_assets.hcx.simulator.obedience import Order, obey
from keyword_assets.hcx.simulator.requests import ChatRequest
from keyword_assets.hcx.simulator.schemas import allowed_categories, asks_for_answers, instance, most_keywords
from keyword_assets.hcx.simulator.slips import NO_SLIPS, Asked, Slips
from keyword_assets.hcx.simulator.tokens import clip, count_json, count_text

_CALL_OVERHEAD = 8
# How long the model thinks, by effort.
_THINKING_TOKENS = {"low": 200, "medium": 600, "high": 1500}


@dataclass(frozen=True)
class Completion:
    """A finished turn of the assistant. `tokens` includes the thinking; `call` is the tool's name and arguments."""

    content: str
    finish_reason: str
    tokens: int
    call: tuple[str, Any] | None = None
    thinking: str | None = None
    thinking_tokens: int = 0


@dataclass(frozen=True)
class Mind:
    """What an answer comes from: what is known, which model it is, on which day, what it obeys, how it is wrong."""

    brain: Brain
    model: str
    today: date
    orders: Sequence[Order] = ()
    slips: Slips = NO_SLIPS

    def answers(self, request: ChatRequest, categories: Sequence[str], most: int) -> list[dict[str, Any]]:
        """What it says to the questions of a request."""
        allowed = categories or self.brain.names
        answers, lessons = [], read_lessons(request.body["messages"], allowed)
        for place, (identifier, text) in enumerate(request.questions):
            asked = Asked(place, len(request.questions), identifier, self.model, self.today, lessons)
            answers.append({"id": identifier, "keywords": self._keywords(text, asked, allowed, most)})
        return obey(answers, request.questions, self.orders)

    def _keywords(self, text: str, asked: Asked, allowed: Sequence[str], most: int) -> list[dict[str, str]]:
        keywords = self.brain.answer(text, allowed, most)
        category = self.slips.given(keywords[0]["category"], text, asked, allowed)
        return [{**keyword, "category": category} for keyword in keywords]


def reply_to(request: ChatRequest, strike: Strike, mind: Mind) -> Completion:
    """The answer to a request, spoiled the way the strike does."""
    kinds = {kind for kind, _ in strike.corruptions}
    tool = _tool_to_call(request)
    if tool is not None:
        document = _document(request, tool.get("parameters") or {}, strike, mind)
        return _call(tool["name"], document, kinds, request.cap)
    schema = (request.body.get("responseFormat") or {}).get("schema")
    if schema or request.questions:
        text = json.dumps(_document(request, schema or {}, strike, mind), ensure_ascii=False, indent=2)
    else:
        text = _stop(mind.brain.chat(request.text), request.body.get("stop", []))
    if "not_json" in kinds:
        text = break_json(text)
    if request.effort != "none":
        return _thoughtful(text, request)
    return _capped(text, request.cap, cut="truncated" in kinds)


def _tool_to_call(request: ChatRequest) -> dict[str, Any] | None:
    """The function that is called: the one demanded, or the first that takes answers when questions are asked."""
    choice = request.body.get("toolChoice", "auto")
    if choice == "none" or request.body["messages"][-1]["role"] == "tool":
        return None
    functions: list[dict[str, Any]] = [tool["function"] for tool in request.body.get("tools", [])]
    if choice != "auto":
        return next(function for function in functions if function["name"] == choice["function"]["name"])
    if not request.questions:
        return None
    return next((function for function in functions if asks_for_answers(function.get("parameters") or {})), None)


def _document(request: ChatRequest, schema: dict[str, Any], strike: Strike, mind: Mind) -> Any:
    """The answers to the questions, or anything that keeps the schema when that is not what it is about."""
    if not request.questions or (schema and not asks_for_answers(schema)):
        return instance(schema)
    categories, most = allowed_categories(schema), most_keywords(schema, MAX_KEYWORDS)
    return spoil({"answers": mind.answers(request, categories, most)}, strike.corruptions)


def _call(name: str, arguments: Any, kinds: set[str], cap: int) -> Completion:
    """A call whose arguments do not fit under the cap is no call at all: an object cannot be cut in the middle."""
    tokens = count_json(arguments) + _CALL_OVERHEAD
    if "truncated" in kinds or tokens > cap:
        return Completion("", "length", min(tokens, cap))
    if "not_json" in kinds:
        arguments = break_json(json.dumps(arguments, ensure_ascii=False))
    return Completion("", "tool_calls", tokens, call=(name, arguments))


def _capped(text: str, cap: int, cut: bool = False) -> Completion:
    tokens = count_text(text)
    limit = min(cap, tokens // 2) if cut else cap
    if not cut and tokens <= limit:
        return Completion(text, "stop", tokens)
    return Completion(clip(text, limit), "length", limit)


def _thoughtful(text: str, request: ChatRequest) -> Completion:
    """Thinking comes out of the same cap as the answer, which may then find no room."""
    thinking = f"사용자의 말을 살펴본다: {request.text[:200]}"
    spent = min(_THINKING_TOKENS[request.effort], request.cap)
    reply = _capped(text, request.cap - spent)
    return replace(reply, tokens=reply.tokens + spent, thinking=thinking, thinking_tokens=spent)


def _stop(text: str, words: list[str]) -> str:
    """The text up to the first stop word in it."""
    for word in words:
        if word:
            text = text.split(word, 1)[0]
    return text
