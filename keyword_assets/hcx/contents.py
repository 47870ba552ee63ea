"""What the model wrote, read as far as it can be: whatever API it came by, it is one JSON document."""

import json
import re
from functools import partial
from typing import Any

from keyword_assets.core.classifying.tokens import estimate_tokens
from keyword_assets.core.ports.model import Reply
from keyword_assets.core.questions import Mask
from keyword_assets.hcx.words import words

# What of an answer is kept to explain why it could not be used.
EXCERPT_CHARS = 500
# Of an answer, so much is looked at to estimate its tokens; and of one that was cut off, so many answers are read.
_ESTIMATED_CHARS, _MOST_ANSWERS = 20_000, 1_000


def reply_of(raw: Any, request_id: str, hide: Mask, secret: str, *, truncated: bool) -> tuple[Reply, int]:
    """The reply, and our own estimate of its tokens.

    Args:
        raw: text, a document that was not made text, or None where nothing was written.
        request_id: of the request that it answers.
        hide: what hides what must not be shown.
        secret: the key.
        truncated: the output cap was reached.
    """
    if raw is None:
        return Reply(None, "truncated" if truncated else "no_content", truncated, str, request_id), 0
    text = raw if isinstance(raw, str) else _text_of(raw)
    document = parsed(raw) if isinstance(raw, str) else raw
    problem = None
    if document is None:
        document = _whole_answers(raw) if truncated and isinstance(raw, str) else None
        problem = "truncated" if truncated else "not_json"
    if secret and document is not None and secret in _text_of(document):
        # Spelled with escapes, so that it was not seen before.
        document, problem = None, "not_json"
    return Reply(document, problem, truncated, partial(words, text, EXCERPT_CHARS, hide), request_id), _estimate(text)


def parsed(content: str | bytes) -> Any:
    """The JSON document, or None: also of one that is nested too deeply, or has a number of thousands of digits."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _text_of(document: Any) -> str:
    try:
        return json.dumps(document, ensure_ascii=False)
    except (ValueError, RecursionError):
        return ""


def _estimate(text: str) -> int:
    """Tokens of an answer; of one that is absurdly long, by its beginning."""
    sample = text[:_ESTIMATED_CHARS]
    return estimate_tokens(sample) * len(text) // max(1, len(sample))


_ANSWERS_BEGIN = re.compile(r'\s*\{\s*"answers"\s*:\s*\[')
_SEPARATOR = re.compile(r"[\s,]*")


def _whole_answers(raw: str) -> dict[str, Any] | None:
    """The answers that were complete when the output cap cut the document off; None when there is none."""
    if (begin := _ANSWERS_BEGIN.match(raw)) is None:
        return None
    decoder, at = json.JSONDecoder(), begin.end()
    answers: list[Any] = []
    while len(answers) < _MOST_ANSWERS and (separator := _SEPARATOR.match(raw, at)):
        try:
            answer, at = decoder.raw_decode(raw, separator.end())
        except (ValueError, RecursionError):
            break
        answers.append(answer)
    # A bare number at the cut may have lost its end; an object has its closing brace.
    whole = [answer for answer in answers if isinstance(answer, dict) and isinstance(answer.get("id"), int)]
    ids = [answer["id"] for answer in whole]
    # Where ids come twice, the second one of the last may be what was cut off.
    return {"answers": whole} if whole and len(set(ids)) == len(ids) else None
