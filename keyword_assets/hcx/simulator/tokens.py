"""A deterministic stand-in for the hosted models' tokenizer, which is not public.

Three syllables of Hangul make two tokens, four Latin letters or three digits one, two adjacent punctuation marks one, a
line break with its indentation one; other blanks belong to the word beside them. Anything else counts as a token a
character, and emoji as two. Only the orders of magnitude are meant to be right.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

MESSAGE_OVERHEAD = 4
_IMAGE_TOKENS = 1_000

_PIECE = re.compile(
    r"(?P<hangul>[\uac00-\ud7a3]+)|(?P<latin>[A-Za-z]+)|(?P<digits>[0-9]+)|(?P<line>\s*\n\s*)|(?P<blank>\s+)"
    r"|(?P<mark>[!-/:-@\[-`{-~]+)|(?P<wide>[\U00010000-\U0010ffff])|(?P<other>.)",
    re.DOTALL,
)
# Characters of a kind that fit into a number of tokens: hangul 3 into 2, latin 4 into 1, …
_RATIO = {"hangul": (3, 2), "latin": (4, 1), "digits": (3, 1), "mark": (2, 1)}
_FLAT = {"line": 1, "blank": 0, "wide": 2, "other": 1}


def _cost(kind: str, length: int) -> int:
    if kind in _FLAT:
        return _FLAT[kind]
    characters, tokens = _RATIO[kind]
    return -(-length * tokens // characters)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    for match in _PIECE.finditer(text):
        yield match.lastgroup or "other", match.group()


def count_text(text: str) -> int:
    """The tokens of a text."""
    return _count_short(text) if len(text) <= _LONG else _count(text)


def _count(text: str) -> int:
    return sum(_cost(kind, len(piece)) for kind, piece in _pieces(text))


# The same system message and schema come with every request. Long texts stay out, so that the cache stays small.
_LONG = 20_000
_count_short = lru_cache(maxsize=1024)(_count)


def clip(text: str, limit: int) -> str:
    """The longest beginning of a text that is no more than `limit` tokens."""
    kept: list[str] = []
    for kind, piece in _pieces(text):
        cost = _cost(kind, len(piece))
        if cost <= limit:
            kept.append(piece)
            limit -= cost
            continue
        if kind in _RATIO:
            characters, tokens = _RATIO[kind]
            kept.append(piece[: limit * characters // tokens])
        break
    return "".join(kept)


def count_json(document: object) -> int:
    """The tokens of a document as it is given to the model: compact JSON."""
    return count_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")))


def count_message(message: Mapping[str, Any]) -> list[int]:
    """The tokens of a message, part by part; what a message costs beside its text is laid on its first part."""
    content = message.get("content") or ""
    parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
    counts = [count_text(part["text"]) if part["type"] == "text" else _IMAGE_TOKENS for part in parts]
    counts[0] += MESSAGE_OVERHEAD
    if message.get("toolCalls"):
        counts[0] += count_json(message["toolCalls"])
    return counts


def count_extras(body: Mapping[str, Any]) -> dict[str, int]:
    """The tokens of what a request carries beside its messages."""
    extras: dict[str, int] = {}
    if body.get("tools"):
        extras["tools"] = count_json(body["tools"])
    if body.get("responseFormat"):
        extras["responseFormat"] = count_json(body["responseFormat"].get("schema", {}))
    return extras


def count_input(body: Mapping[str, Any], drift: float = 1.0) -> int:
    """The input tokens that a chat request is billed for; without drift, the sum of what the tokenizer tells."""
    counted = sum(sum(count_message(message)) for message in body["messages"]) + sum(count_extras(body).values())
    return round(counted * drift)
