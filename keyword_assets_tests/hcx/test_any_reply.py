"""Whatever a server may reply: it is understood or not, and never ends a run by surprise."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyword_assets.core.classifying.answers import check_answers
from keyword_assets.core.classifying.sizing import Sizer, is_usable, limits_in, notes_in
from keyword_assets.core.quota.limits import Limits, MeterReading, credible
from keyword_assets.hcx.headers import read_meters
from keyword_assets.hcx.wire import Response
from keyword_assets.hcx.wires import wire_of
from keyword_assets.hcx.words import hiding, words
from keyword_assets_tests.hcx.asking import TAXONOMY, hcx_at
from keyword_assets_tests.properties import ANYTHING, SCALARS, TEXTS, in_json, instead, modestly
from keyword_assets_tests.world import KEY

ANSWERS = {"answers": [{"id": 0, "keywords": [{"keyword": "전학 절차", "category": TAXONOMY.names[0]}]}]}
REPLY = {
    "status": {"code": "20000", "message": "OK"},
    "result": {
        "message": {"role": "assistant", "content": json.dumps(ANSWERS), "toolCalls": []},
        "finishReason": "length",
        "usage": {"promptTokens": 300, "completionTokens": 40, "totalTokens": 340},
    },
}
COUNTS = {"messages": [{"role": "user", "content": [{"type": "text", "count": 3}]}], "tools": {"count": 4}}
HEADERS = st.sampled_from(
    ["retry-after", "content-type", "location", *(f"x-ratelimit-{w}-{m}" for w in ("limit", "remaining", "reset")
     for m in ("requests", "tokens"))]
)  # fmt: skip
VALUES = st.binary(max_size=40).map(lambda raw: raw.replace(b"\r", b"").replace(b"\n", b"")) | TEXTS.map(
    lambda text: " ".join(text.split()).encode("utf-8", "surrogatepass")
)


WIRE = wire_of("HCX-007")
LIMITS = hcx_at("http://127.0.0.1:1", tokens=60_000, requests=60).size_limits


def _read(content: bytes, status: int = 200, headers: list[tuple[bytes, bytes]] | None = None) -> Response:
    return WIRE.read(httpx.Response(status, headers=headers or [], content=content), "request-1", KEY)


def _is_bounded(response: Response) -> bool:
    excerpt = response.reply.excerpt() if response.reply else ""
    return (
        len(response.reason) < 600
        and len(excerpt) <= 500
        and 0 <= response.prompt_tokens <= 1_000_000
        and 0 <= response.completion_tokens <= 1_000_000
        and f"{response.reason}{excerpt}".isprintable()
    )


@modestly
@given(instead(REPLY) | ANYTHING, st.sampled_from([101, 200, 204, 206, 304, 307, 400, 401, 429, 500, 599, 999]))
def test_a_reply_with_anything_at_any_place_is_read(document: Any, status: int) -> None:
    """And what of it is kept is short, and fit to be shown."""
    response = _read(in_json(document), status)

    assert _is_bounded(response)
    if response.reply is not None:
        check_answers(response.reply.document, (0, 1), TAXONOMY)


@modestly
@given(
    st.binary(max_size=300)
    | st.lists(st.sampled_from([b"[", b"{", b'"a":', b"\\u", b"\xff", b"1", b"<", b","])).map(b"".join)
)
def test_bytes_that_are_no_json_are_read(content: bytes) -> None:
    """A server need not speak JSON at all."""
    assert _is_bounded(_read(content))


@modestly
@given(st.lists(st.tuples(HEADERS.map(str.encode), VALUES), max_size=6))
def test_headers_of_any_bytes_are_read(headers: list[tuple[bytes, bytes]]) -> None:
    """A wait is a number of seconds that can be waited for, and a meter a number that can be counted."""
    response = _read(in_json(REPLY), 429, headers)
    meters = read_meters(httpx.Headers(headers))

    assert response.reset_seconds is None or 0 < response.reset_seconds <= 365 * 86_400
    assert meters is None or all(n is None or 0 <= n < 10**15 for n in vars(meters).values())


@modestly
@given(instead(ANSWERS) | ANYTHING)
def test_an_answer_document_of_any_form_is_judged(document: Any) -> None:
    """Each question has one verdict."""
    checked = check_answers(document, (0, 1, 2), TAXONOMY)

    assert sorted([*checked.good, *checked.bad]) == [0, 1, 2]


@modestly
@given(instead(COUNTS) | ANYTHING)
def test_a_count_of_any_form_is_a_number_or_an_error_of_a_known_kind(result: Any) -> None:
    """`count_input` passes over those."""
    try:
        counted = WIRE.count({"result": result})
    except (KeyError, TypeError, ValueError):
        return

    assert 0 <= counted <= 10**9


@modestly
@given(instead({"answer": [40.0, 100.0, 30.0], "ratio": [1.0, 0.01, 9.0], "limits": {"requests": 9}, "doubted": {}}))
def test_a_row_of_learned_sizes_with_anything_in_it_sizes_requests(document: Any) -> None:
    """Other programs and older versions write into tables too; requests keep a size that can be sent."""
    learned = json.dumps(document)
    fresh, sized = Sizer(TAXONOMY, LIMITS), Sizer(TAXONOMY, LIMITS, learned)

    assert 0 < sized.least <= 6 * fresh.least
    assert sized.batch_size(["전학 절차"] * 10) >= 1
    assert is_usable(sized.dump())
    assert limits_in(learned) is None or notes_in(learned) is not None


@modestly
@given(SCALARS | st.binary(max_size=20))
def test_a_row_of_learned_sizes_of_any_type_is_as_good_as_none(value: Any) -> None:
    """A column of SQLite holds values of any type."""
    assert not is_usable(value)
    assert (limits_in(value), notes_in(value)) == (None, {})


NUMBERS = st.none() | st.integers(min_value=0, max_value=10**15)


@modestly
@given(st.builds(MeterReading, NUMBERS, NUMBERS, NUMBERS, NUMBERS))
def test_a_limit_that_is_believed_lets_something_pass(meters: MeterReading) -> None:
    """What was allowed a moment ago is not forbidden by a number, and a number beyond all accounts is none."""
    given_limits, allowed = Limits(60, 60_000, 60), Limits(10, 20_000, 60)

    believed, doubted = credible(meters, given_limits, allowed)

    assert believed.limit_requests is None or 5 <= believed.limit_requests <= 60_000
    assert believed.limit_tokens is None or 10_000 <= believed.limit_tokens <= 60_000_000
    assert (believed == meters) is not bool(doubted)


@pytest.mark.parametrize("text", ["x" * 1_980 + KEY, "x" * 1_999 + KEY, "y" * 100 + KEY + "z" * 5_000, KEY * 400])
def test_a_key_at_the_edge_of_what_is_looked_at_is_hidden(text: str) -> None:
    """A text is cut before it is masked, and half a key is a key to whoever knows the rest."""
    shown = words(text, 5_000, hiding(KEY, str))

    assert KEY[:8] not in shown
