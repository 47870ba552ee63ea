"""The native v3 API in both directions: what a request looks like, and what a response says."""

import email.utils
import html
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from keyword_assets import addresses
from keyword_assets.configuration.hcx_models import MODELS
from keyword_assets.core.classifying.prompts import answer_schema, system_message, user_message
from keyword_assets.core.classifying.tokens import estimate_tokens
from keyword_assets.core.foreign import visible
from keyword_assets.core.ports import Reply
from keyword_assets.core.questions import Mask, unmasked
from keyword_assets.core.quota.limits import Meters
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say
from keyword_assets.hcx.codes import is_code
from keyword_assets.hcx.exchange import Unanswered

_TOOL = "save_keywords"
_MASK = b"***"
# What of an answer is kept to explain why it could not be used.
_EXCERPT_CHARS = 500
# Of what a server says for itself: enough to recognise it, and together with the rest within a column of 255.
_MESSAGE_CHARS, _PAGE_CHARS = 160, 80
# Of a page, so much is searched for its words; and of any words, so much is masked before they are cut. What the first
# cut may have gone through, a key or an address, is not longer than the last number.
_PAGE_SEARCHED, _MASKED_CHARS, _CUT_THROUGH = 20_000, 2_000, 300
# Of an answer, so much is looked at to estimate its tokens; and of one that was cut off, so many answers are read.
_ESTIMATED_CHARS, _MOST_ANSWERS = 20_000, 1_000
# No meter of any account needs more digits, and Python refuses to read numbers of several thousand.
_MOST_DIGITS = 15


def is_local(base_url: str) -> bool:
    """Whether the server is on this machine: then the environment's proxy, meant for the world outside, is not used."""
    parts = addresses.split(base_url)
    return parts is not None and addresses.is_this_machine(parts.hostname)


def proxy_of(base_url: str) -> str | None:
    """Host and port of the proxy that the environment puts before the server, never its user or password; or None."""
    try:
        url = urlsplit(base_url)
        host = url.hostname or ""
        if is_local(base_url) or proxy_bypass(host):
            return None
        proxies = getproxies()
        proxy = proxies.get(url.scheme) or proxies.get("all") or ""
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    except ValueError:
        # A malformed address; httpx has its own words for it.
        return None


def way_to(base_url: str) -> str:
    """How our requests reach the server, to be added to what is wrong with the way."""
    proxy = proxy_of(base_url)
    return say("hcx.by_proxy", proxy=proxy) if proxy else say("hcx.without_proxy")


def path_of(model: str) -> str:
    """The path of the chat endpoint."""
    return f"/v3/chat-completions/{model}"


def request_body(
    model: str, taxonomy: Taxonomy, texts: Sequence[str], cap: int, ids: Sequence[int] | None = None
) -> dict[str, Any]:
    """The JSON body that asks about these texts, under these ids, with an output cap of so many tokens.

    Without ids it is one to be measured.
    """
    facts = MODELS[model]
    body: dict[str, Any] = {
        "messages": [
            {"role": "system", "content": system_message(taxonomy)},
            {"role": "user", "content": user_message(texts, ids)},
        ],
        # As repeatable as it gets: the same question should find the same keywords tomorrow.
        "temperature": 0.0,
        facts.cap_name: cap,
    }
    schema = answer_schema(taxonomy)
    if facts.thinks:
        body["thinking"] = {"effort": "none"}
    if facts.structured:
        body["responseFormat"] = {"type": "json", "schema": schema}
    else:
        function = {"name": _TOOL, "description": "질문별 키워드와 분류를 저장한다", "parameters": schema}
        body |= {
            "tools": [{"type": "function", "function": function}],
            "toolChoice": {"type": "function", "function": {"name": _TOOL}},
        }
    return body


@dataclass(frozen=True)
class Response:
    """What a response says: an error (`code` other than 20000), or a reply.

    A `page` is what somebody else than HCX answered in its place, by its title or first words; there is no code then.
    """

    http_status: int
    code: str | None
    message: str
    reply: Reply | None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    reset_seconds: float | None = None
    meters: Meters | None = None
    page: str | None = None
    written: int = 0
    """Our own estimate of the answer's tokens."""
    doubted: Mapping[str, object] = field(default_factory=dict)
    """What stood where a number of tokens should have been, and cannot be one."""

    @property
    def reason(self) -> str:
        """An error in one line: `HTTP 429 42901 Too many requests`."""
        if self.page is not None:
            return say("hcx.page", status=self.http_status, page=self.page)
        return " ".join(str(part) for part in ("HTTP", self.http_status, self.code, self.message) if part)


def read_response(
    response: httpx.Response,
    request_id: str,
    secret: str,
    mask: Mask = unmasked,
    most_tokens: int = 1_000_000,
    *,
    cut: bool = False,
) -> Response:
    """Understand a response whatever it contains; never raises on what a server sent.

    The secret is masked before anything else: servers do echo what they refuse, and their words are kept and shown.
    For the same reason `mask` hides the personal data in them, and does so before they are shortened. Token counts
    above `most_tokens` are not believed. Of a response that was `cut` because it went on and on, only the status and
    the first words count.
    """
    content = response.content.replace(secret.encode(), _MASK) if secret else response.content
    hide = hiding(secret, mask)
    document = None if cut else _parsed(content)
    status = document.get("status") if isinstance(document, Mapping) else None
    code, message = _code_and_message(status, hide)
    reset = seconds_until_reset(response.headers)
    if not is_code(code) and (not response.is_success or document is not None or _is_page(response, content)):
        page = _page(response, content, hide)
        return Response(response.status_code, None, "", None, reset_seconds=reset, page=page)
    if code is not None and code != "20000":
        return Response(response.status_code, code, message, None, reset_seconds=reset)
    result = document.get("result") if isinstance(document, Mapping) else None
    if code is None or not isinstance(result, Mapping):
        problem = "too_long" if cut else "not_json" if document is None else "no_result"
        excerpt = words(content[: 4 * _MASKED_CHARS].decode("utf-8", "replace"), _EXCERPT_CHARS, hide)
        return Response(response.status_code, code, message, Reply(None, problem, False, excerpt, request_id))
    # Totals are not trusted: official samples do not add up.
    usage = result.get("usage")
    bill = usage if isinstance(usage, Mapping) else {}
    counts = {name: _count(bill, name, most_tokens) for name in ("promptTokens", "completionTokens")}
    reply, written = _reply(result, request_id, hide, secret)
    return Response(
        response.status_code,
        code,
        message,
        reply,
        counts["promptTokens"] or 0,
        counts["completionTokens"] or 0,
        meters=read_meters(response.headers),
        written=written,
        doubted={name: bill[name] for name, count in counts.items() if count is None},
    )


def _parsed(content: str | bytes) -> Any:
    """The JSON document, or None: also of one that is nested too deeply, or has a number of thousands of digits."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _code_and_message(status: Any, hide: Mask) -> tuple[str | None, str]:
    if not isinstance(status, Mapping):
        return None, ""
    code, message = status.get("code"), status.get("message")
    number = isinstance(code, int) and not isinstance(code, bool) and 0 <= code < 100_000
    return (
        code if isinstance(code, str) else str(code) if number else None,
        words(message, _MESSAGE_CHARS, hide) if isinstance(message, str) else "",
    )


def _is_page(response: httpx.Response, content: bytes) -> bool:
    """Whether a body that is no JSON was meant to be read by a person: an answer of HCX that was garbled is not."""
    kind = response.headers.get("content-type", "")
    return content.lstrip()[:1] == b"<" or (bool(kind) and "json" not in kind.lower())


_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style)\b[^<>]*>.*?(</\1\s*>|\Z)|<[^<>]*>", re.IGNORECASE | re.DOTALL)


def _page(response: httpx.Response, content: bytes, hide: Mask) -> str:
    """What kind of page it is: its title or its first words; without any, where it leads or what its status means."""
    text = content[:_PAGE_SEARCHED].decode("utf-8", "replace")
    title = _TITLE.search(text)
    said = (title and title.group(1).strip()) or _UNSEEN.sub(" ", text).strip()
    said = said or _host_of(response.headers.get("location", "")[:_PAGE_SEARCHED])
    said = said or httpx.codes.get_reason_phrase(response.status_code)
    return words(html.unescape(said), _PAGE_CHARS, hide)


def _host_of(location: str) -> str:
    """Where a redirect leads: its host alone, because the rest may hold what was sent."""
    try:
        host = urlsplit(location).hostname
    except ValueError:
        return ""
    return f"-> {host}" if host else ""


def hiding(secret: str, mask: Mask) -> Mask:
    """What takes the secret and personal data out of a server's words."""
    return lambda text: mask(text.replace(secret, _MASK.decode()) if secret else text)


def words(text: str, most: int, hide: Mask) -> str:
    """Foreign words in one line that can be shown: what is to be hidden is, and the line is cut.

    The text is cut twice: before hiding, which takes time, and after it. Between the two some is left over, because
    what the first cut goes through is not recognised any more.
    """
    hidden = hide(text[:_MASKED_CHARS])
    if len(text) > _MASKED_CHARS:
        hidden = hidden[:-_CUT_THROUGH] or "…"
    return visible(hidden, most)


def silence(error: Unanswered, hide: Mask) -> str:
    """Why no response came: a parser's words quote what a server sent in place of one."""
    return words(f"{error.name} {error.words}", _MESSAGE_CHARS, hide)


def _reply(result: Mapping[str, Any], request_id: str, hide: Mask, secret: str) -> tuple[Reply, int]:
    """The reply, and our own estimate of its tokens."""
    message = result.get("message")
    message = message if isinstance(message, Mapping) else {}
    truncated = result.get("finishReason") == "length"
    raw = _arguments(message)
    if raw is None:
        raw = message.get("content")
    if raw is None:
        return Reply(None, "truncated" if truncated else "no_content", truncated, "", request_id), 0
    text = raw if isinstance(raw, str) else _text_of(raw)
    excerpt, written = words(text, _EXCERPT_CHARS, hide), _estimate(text)
    document = _parsed(raw) if isinstance(raw, str) else raw
    problem = None
    if document is None:
        document = _whole_answers(raw) if truncated and isinstance(raw, str) else None
        problem = "truncated" if truncated else "not_json"
    if secret and document is not None and secret in _text_of(document):
        # Spelled with escapes, so that it was not seen before.
        document, problem = None, "not_json"
    return Reply(document, problem, truncated, excerpt, request_id), written


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


def _arguments(message: Mapping[str, Any]) -> Any:
    """The arguments of the tool call, an object by the documents and a string on some servers; None without a call."""
    calls = message.get("toolCalls")
    call = calls[0] if isinstance(calls, list) and calls else None
    function = call.get("function") if isinstance(call, Mapping) else None
    return function.get("arguments") if isinstance(function, Mapping) else None


def _count(usage: Mapping[str, Any], name: str, most: int) -> int | None:
    """A number of tokens: 0 where none is given, None where it cannot be one."""
    value = usage.get(name)
    if value is None:
        return 0
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most else None


def read_meters(headers: Mapping[str, str]) -> Meters | None:
    """What `x-ratelimit-limit-*` and `-remaining-*` say, or None when they say nothing.

    A meter whose reset is negative is not believed: that is how the service was seen to speak when its books were not
    in order.
    """
    read: dict[str, int | None] = {}
    for meter in ("requests", "tokens"):
        reset = _seconds(headers.get(f"x-ratelimit-reset-{meter}", ""))
        for what in ("limit", "remaining"):
            text = headers.get(f"x-ratelimit-{what}-{meter}", "").strip()
            number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
            read[f"{what}_{meter}"] = int(text) if number and (reset is None or reset >= 0) else None
    meters = Meters(**read)
    return None if meters == Meters() else meters


_DURATION = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?\s*", re.ASCII)
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, None: 1.0}
# Whatever is said beyond it: a year, so that it can be shown and added to the time of day.
_LONGEST_RESET = 365 * 86_400.0
# Such a date has 29.
_DATE_CHARS = 60


def seconds_until_reset(headers: Mapping[str, str]) -> float | None:
    """How long until the fuller meter is free again, from `x-ratelimit-reset-*` or `Retry-After`; a year at most.

    The values come as `42s`, `2.5s`, `1m30s` or a bare number, `Retry-After` also as a date. A negative one says
    nothing (they are seen together with nothing remaining), so it counts as absent.
    """
    resets = [_seconds(headers.get(f"x-ratelimit-reset-{meter}", "")) for meter in ("requests", "tokens")]
    after = headers.get("retry-after", "")
    resets += [_seconds(after), _seconds_until(after)]
    said = [seconds for seconds in resets if seconds is not None and seconds > 0]
    return min(max(said), _LONGEST_RESET) if said else None


def _seconds(text: str) -> float | None:
    parts = list(_DURATION.finditer(text))
    if not parts or "".join(part.group(0) for part in parts) != text:
        return None
    return sum(float(part.group(1)) * _UNITS[part.group(2)] for part in parts)


def _seconds_until(date: str) -> float | None:
    """From now until a date of HTTP's kind (`Wed, 21 Oct 2025 07:28:00 GMT`)."""
    if len(date) > _DATE_CHARS:
        return None
    try:
        return email.utils.parsedate_to_datetime(date).timestamp() - time.time()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
