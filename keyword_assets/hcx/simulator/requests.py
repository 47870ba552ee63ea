"""Reads a chat request the way the service does: what it asks for, or the refusal of its first fault."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from keyword_assets.configuration.hcx_models import ModelFacts
from keyword_assets.hcx.simulator.envelope import Refusal, invalid
from keyword_assets.hcx.simulator.messages import check_messages, last_user_text
from keyword_assets.hcx.simulator.models import DEFAULT_EFFORT, EFFORT_CAPS, MIN_CAP_WITH_TOOLS
from keyword_assets.hcx.simulator.schemas import check_schema
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets.hcx.simulator.tokens import count_input

_CAP_FIELDS = ("maxTokens", "maxCompletionTokens")
# Of HCX-005 and HCX-DASH-002 when a request names none; older documents said 100.
_DEFAULT_CAP = 512
_SEED_MAX = 2**32 - 1


class DocumentQuestion(NamedTuple):
    """One question of the document in the last user message."""

    id: int
    text: str


@dataclass(frozen=True)
class ChatRequest:
    """A request that will be served: `cap` is the output cap in effect, `effort` is `none` without thinking."""

    model: ModelFacts
    body: Mapping[str, Any]
    effort: str
    cap: int
    input_tokens: int
    text: str
    questions: tuple[DocumentQuestion, ...]

    @property
    def charge(self) -> int:
        """The tokens that the quota is charged."""
        return self.input_tokens + self.cap

    @property
    def texts(self) -> tuple[str, ...]:
        """What is asked: the questions' texts, or else the last user message."""
        return tuple(question.text for question in self.questions) or (self.text,)


def read_chat(model: ModelFacts, body: Mapping[str, Any], settings: SimulatorSettings) -> ChatRequest:
    """The request in this body.

    Raises:
        Refusal: the body breaks a rule of the API or of the model.
    """
    _check_features(model, body, settings)
    check_messages(model, body)
    _check_ranges(body)
    effort = _effort(model, body)
    _check_exclusions(body, effort)
    cap = _cap(model, body, effort)
    input_tokens = count_input(body, settings.token_drift)
    if input_tokens + cap > model.context_tokens:
        raise Refusal("40003")
    text = last_user_text(body["messages"])
    return ChatRequest(model, body, effort, cap, input_tokens, text, _questions(text))


def _check_features(model: ModelFacts, body: Mapping[str, Any], settings: SimulatorSettings) -> None:
    if "responseFormat" in body:
        check_response_format(model, body["responseFormat"], settings.strict_schema)
    if "tools" in body:
        check_tools(body["tools"])
    if "toolChoice" in body:
        _check_tool_choice(body)
    if "thinking" in body and not model.thinks:
        raise Refusal("40009")


def check_response_format(model: ModelFacts, given: object, strict: bool) -> None:
    """Refuse a response format that the model or the API does not know."""
    if not model.structured:
        raise Refusal("40009")
    if not isinstance(given, Mapping):
        raise invalid("responseFormat")
    if given.get("type") != "json":
        raise invalid("responseFormat.type")
    check_schema(given.get("schema"), strict)


def check_tools(given: object) -> None:
    """Refuse tools that are not a list of described functions."""
    if not isinstance(given, list) or not given:
        raise invalid("tools")
    for tool in given:
        function = tool.get("function") if isinstance(tool, Mapping) and tool.get("type") == "function" else None
        if not isinstance(function, Mapping):
            raise invalid("tools")
        described = all(isinstance(function.get(name), str) and function[name] for name in ("name", "description"))
        if not described or not isinstance(function.get("parameters", {}), Mapping):
            raise invalid("tools")


def _check_tool_choice(body: Mapping[str, Any]) -> None:
    choice = body["toolChoice"]
    if choice in ("auto", "none"):
        return
    names = [tool["function"]["name"] for tool in body.get("tools", [])]
    function = choice.get("function") if isinstance(choice, Mapping) and choice.get("type") == "function" else None
    if not isinstance(function, Mapping) or function.get("name") not in names:
        raise invalid("toolChoice")


def _number(value: object, low: float, high: float, *, above: bool = False, whole: bool = False) -> bool:
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        return False
    return low <= value <= high and not (above and value == low)


def _check_ranges(body: Mapping[str, Any]) -> None:
    stop = body.get("stop", [])
    fits = {
        "topP": _number(body.get("topP", 0.8), 0, 1, above=True),
        "topK": _number(body.get("topK", 0), 0, 128, whole=True),
        "temperature": _number(body.get("temperature", 0.5), 0, 1),
        "repetitionPenalty": _number(body.get("repetitionPenalty", 1.1), 0, 2, above=True),
        "seed": _number(body.get("seed", 0), 0, _SEED_MAX, whole=True),
        "includeAiFilters": isinstance(body.get("includeAiFilters", False), bool),
        "stop": isinstance(stop, list) and all(isinstance(word, str) for word in stop),
    }
    for name, good in fits.items():
        if not good:
            raise invalid(name)


def _effort(model: ModelFacts, body: Mapping[str, Any]) -> str:
    if not model.thinks:
        return "none"
    thinking = body.get("thinking", {})
    effort = thinking.get("effort", DEFAULT_EFFORT) if isinstance(thinking, Mapping) else None
    if not isinstance(effort, str) or effort not in EFFORT_CAPS:
        raise invalid("thinking")
    return effort


def _check_exclusions(body: Mapping[str, Any], effort: str) -> None:
    if effort != "none":
        for name in ("tools", "responseFormat", "stop"):
            if body.get(name):
                raise invalid(name, "thinking")
    if body.get("tools") and body.get("responseFormat"):
        raise invalid("tools", "responseFormat")


def _cap(model: ModelFacts, body: Mapping[str, Any], effort: str) -> int:
    given = [name for name in _CAP_FIELDS if name in body]
    if len(given) > 1:
        raise invalid(*given)
    if given and given[0] != model.cap_name:
        raise invalid(given[0])
    least = MIN_CAP_WITH_TOOLS if body.get("tools") else 1
    if not given:
        return max(least, EFFORT_CAPS[effort] if model.thinks else _DEFAULT_CAP)
    cap = body[model.cap_name]
    if not _number(cap, least, model.output_tokens, whole=True):
        raise invalid(model.cap_name)
    return int(cap)


def _questions(text: str) -> tuple[DocumentQuestion, ...]:
    """The questions of a user message that is one JSON document of questions; none if it is anything else."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    entries = document.get("questions") if isinstance(document, Mapping) else None
    if not isinstance(entries, list) or not all(_is_question(entry) for entry in entries):
        return ()
    return tuple(DocumentQuestion(entry["id"], _whole(entry["text"])) for entry in entries)


def _whole(text: str) -> str:
    """The text without lone halves of surrogate pairs, which JSON allows and UTF-8 does not."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _is_question(entry: object) -> bool:
    if not isinstance(entry, Mapping):
        return False
    return type(entry.get("id")) is int and isinstance(entry.get("text"), str)
