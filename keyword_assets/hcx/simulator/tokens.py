"""A deterministic stand-in for the hosted models' tokenizer, which is not public.

A token is two syllables of Hangul, four Latin letters, three digits, two punctuation marks, or a line break with the
indentation after it, and never goes across their borders; a Korean text comes to a token per 1.5 syllables or so. Other
blanks belong to the word beside them, and whatever is left is a token a character. Only the order of magnitude is meant
to be right.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

MESSAGE_OVERHEAD = 4
_IMAGE_TOKENS = 1_000
# The same system message and schema come with every request. Long texts stay out, so that the cache stays small.
_LONG = 20_000

_TOKEN = re.compile(r"[\uac00-\ud7a3]{1,2}|[A-Za-z]{1,4}|[0-9]{1,3}|[!-/:-@\[-`{-~]{1,2}|\n\s*|\S")


def count_text(text: str) -> int:
    """The tokens of a text."""
    return _count_short(text) if len(text) <= _LONG else _count(text)


def _count(text: str) -> int:
    return len(_TOKEN.findall(text))


_count_short = lru_cache(maxsize=1024)(_count)


def clip(text: str, limit: int) -> str:
    """The beginning of a text that is `limit` tokens, or all of it."""
    if limit <= 0:
        return ""
    last = next(islice(_TOKEN.finditer(text), limit - 1, None), None)
    return text[: last.end()] if last else text


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
