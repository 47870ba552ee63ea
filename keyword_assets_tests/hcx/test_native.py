"""The native v3 API in both directions: what is asked, and how everything that may come back is understood."""

import json
from typing import Any

import httpx
import pytest

from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.hcx.wire import Response
from keyword_assets.hcx.wires import wire_of
from keyword_assets_tests.world import KEY

TAXONOMY = load_taxonomy()
DOCUMENT = {"answers": [{"id": 0, "keywords": [{"keyword": "전학", "category": "전학, 편입"}]}]}
TEXT = json.dumps(DOCUMENT, ensure_ascii=False)


def _body(model: str = "HCX-007", texts: tuple[str, ...] = ("전학 절차", "검정고시")) -> dict[str, Any]:
    return wire_of(model).body(TAXONOMY, texts, 1500)


def _read(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return wire_of("HCX-007").read(httpx.Response(status, content=raw, headers=headers), "request-1", KEY)


def _result(**result: Any) -> dict[str, Any]:
    return {"status": {"code": "20000", "message": "OK"}, "result": result}


def _called(arguments: Any) -> dict[str, Any]:
    function = {"name": "save_keywords", "arguments": arguments}
    return {"role": "assistant", "content": "", "toolCalls": [{"id": "1", "type": "function", "function": function}]}


def test_hcx_007_is_asked_for_structured_output_without_thinking() -> None:
    """Thinking is on by default there, excludes structured output, and is paid for."""
    body = _body("HCX-007")

    assert body["thinking"] == {"effort": "none"}
    assert body["maxCompletionTokens"] == 1500
    assert body["responseFormat"]["type"] == "json"
    assert not body.keys() & {"maxTokens", "tools", "toolChoice"}


@pytest.mark.parametrize("model", ["HCX-005", "HCX-DASH-002"])
def test_the_other_models_are_made_to_call_the_one_function(model: str) -> None:
    """Left to choose, a model may answer in prose."""
    body = _body(model)
    (tool,) = body["tools"]

    assert body["toolChoice"] == {"type": "function", "function": {"name": tool["function"]["name"]}}
    assert body["maxTokens"] == 1500
    assert not body.keys() & {"maxCompletionTokens", "thinking", "responseFormat"}


@pytest.mark.parametrize("model", ["HCX-007", "HCX-005"])
def test_the_schema_allows_no_category_but_ours(model: str) -> None:
    """A closed list in the request is what keeps invented categories out of most answers."""
    assert json.dumps(list(TAXONOMY.names), ensure_ascii=False) in json.dumps(_body(model), ensure_ascii=False)


def test_the_last_user_message_is_exactly_one_json_document() -> None:
    """Outside checks read the questions there, and anything beside them would be an instruction."""
    texts = ('따옴표 " 와 {"id": 9}', "줄\n바꿈", "이모지 😀")

    last = _body(texts=texts)["messages"][-1]

    assert last["role"] == "user"
    assert json.loads(last["content"]) == {
        "questions": [{"id": n, "text": text} for n, text in enumerate(texts, 1_000)]
    }


def test_texts_are_sent_as_they_are_and_not_as_escapes() -> None:
    """An escaped syllable is six characters: the same question for several times the money."""
    assert "전학 절차" in _body()["messages"][-1]["content"]


def test_a_structured_answer_is_read_from_the_content() -> None:
    """The form of HCX-007."""
    usage = {"promptTokens": 120, "completionTokens": 40, "totalTokens": 160}

    response = _read(_result(message={"role": "assistant", "content": TEXT}, finishReason="stop", usage=usage))

    assert response.reply is not None
    assert (response.reply.document, response.reply.problem, response.reply.truncated) == (DOCUMENT, None, False)
    assert (response.prompt_tokens, response.completion_tokens) == (120, 40)
    assert response.reply.request_id == "request-1"


@pytest.mark.parametrize("arguments", [DOCUMENT, TEXT], ids=["object", "string"])
def test_arguments_of_a_call_are_read_as_an_object_and_as_text(arguments: Any) -> None:
    """The documents show an object; servers were seen to send a string."""
    response = _read(_result(message=_called(arguments), finishReason="tool_calls"))

    assert response.reply is not None
    assert response.reply.document == DOCUMENT


def test_an_answer_cut_off_by_the_cap_says_so() -> None:
    """Then more room helps, where anything else asks for smaller requests."""
    response = _read(_result(message={"content": TEXT[:20]}, finishReason="length"))

    assert response.reply is not None
    assert (response.reply.document, response.reply.problem, response.reply.truncated) == (None, "truncated", True)


FIRST, SECOND = '{"id": 0, "keywords": [{"keyword": "전학"}]}', '{"id": 1, "keywords": []}'


@pytest.mark.parametrize(
    ("cut", "ids"),
    [
        ('{"answers": [' + FIRST + ", " + SECOND, [0, 1]),
        ('{"answers": [' + FIRST + ", " + SECOND[:-1], [0]),
        ('\n{ "answers" :\n[\n' + FIRST + ",\n  ", [0]),
        ('{"answers": [' + FIRST + "], ", [0]),
        ('{"answers": [' + FIRST + ", 1, 2", [0]),
        ('{"answers": [' + FIRST[:-1], None),
        ('{"answers": [', None),
        ('{"answers": {"0": ' + FIRST, None),
        ('[{"answers": [' + FIRST, None),
        ('{"answers": [' + "[" * 100_000, None),
    ],
    ids=lambda value: str(value)[-20:],
)
def test_of_an_answer_that_was_cut_off_the_whole_parts_are_read(cut: str, ids: list[int] | None) -> None:
    """They are paid for; a part without its end may have meant something else."""
    reply = _read(_result(message={"content": cut}, finishReason="length")).reply

    assert reply is not None
    assert (reply.truncated, reply.problem) == (True, "truncated")
    assert (reply.document and [answer["id"] for answer in reply.document["answers"]]) == ids


def test_an_answer_without_its_end_is_none_unless_the_cap_was_reached() -> None:
    """Then it is the model that went astray, and nothing of it can be relied on."""
    reply = _read(_result(message={"content": '{"answers": [' + FIRST}, finishReason="stop")).reply

    assert reply is not None
    assert (reply.document, reply.problem) == (None, "not_json")


def test_prose_in_place_of_json_is_no_answer() -> None:
    """Even a model that was told otherwise may be polite."""
    response = _read(_result(message={"content": f"네, 다음과 같습니다. {TEXT}"}, finishReason="stop"))

    assert response.reply is not None
    assert (response.reply.document, response.reply.problem) == (None, "not_json")
    assert response.reply.excerpt().startswith("네, 다음과 같습니다.")


@pytest.mark.parametrize(
    "result",
    [
        {"message": {"role": "assistant", "content": None}},
        {"message": None},
        {"message": []},
        {},
        {"message": {"toolCalls": []}},
        {"message": {"toolCalls": [{"function": None}]}},
    ],
    ids=str,
)
def test_a_result_without_an_answer_is_understood_as_one(result: dict[str, Any]) -> None:
    """What a server leaves out must not become a traceback in the middle of a night."""
    response = _read(_result(**result))

    assert response.reply is not None
    assert (response.reply.document, response.reply.problem) == (None, "no_content")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"status": {"code": "20', "not_json"),
        (b"\xff\xfe\x00", "not_json"),
        (b"", "not_json"),
        (b"null", "not_json"),
        ({"status": {"code": "20000"}}, "no_result"),
        ({"status": {"code": "20000"}, "result": None}, "no_result"),
        ({"status": {"code": "20000"}, "result": "OK"}, "no_result"),
    ],
    ids=str,
)
def test_a_body_without_a_result_is_no_answer(content: Any, problem: str) -> None:
    """Without the envelope's word that all is well, nothing in the body is believed."""
    response = _read(content)

    assert response.reply is not None
    assert (response.reply.document, response.reply.problem) == (None, problem)


@pytest.mark.parametrize(
    "usage",
    [
        None,
        [],
        {},
        {"promptTokens": "12"},
        {"promptTokens": -3},
        {"promptTokens": True},
        {"promptTokens": 10**30},
        {"completionTokens": 10**9},
        {"promptTokens": 1e400},
    ],
)
def test_usage_that_cannot_be_is_taken_for_none(usage: Any) -> None:
    """A strange number must not correct our estimates, nor appear in the bill."""
    response = _read(_result(message={"content": TEXT}, usage=usage))

    assert (response.prompt_tokens, response.completion_tokens) == (0, 0)


def test_a_total_that_does_not_add_up_is_not_looked_at() -> None:
    """The official samples have such totals."""
    usage = {"promptTokens": 100, "completionTokens": 10, "totalTokens": 7}

    response = _read(_result(message={"content": TEXT}, usage=usage))

    assert (response.prompt_tokens, response.completion_tokens) == (100, 10)


def test_an_error_inside_an_http_200_is_an_error() -> None:
    """Its result, if there is one, was not meant as an answer."""
    body = {"status": {"code": "50000", "message": "Internal server error"}, "result": {"message": {"content": TEXT}}}

    response = _read(body)

    assert response.reply is None
    assert response.reason == "HTTP 200 50000 Internal server error"


def test_a_code_that_came_as_a_number_is_understood() -> None:
    """It is a string in the documents and a number in the habits of many servers."""
    assert _read({"status": {"code": 42901, "message": "Too many"}}, 429).code == "42901"


PAGE = b"<html><head><title>Blocked by\n  policy</title><script>evil()</script></head><body>Bye</body></html>"


@pytest.mark.parametrize(
    ("status", "content", "headers", "page"),
    [
        (403, PAGE, {}, "Blocked by policy"),
        (200, PAGE, {"content-type": "text/html"}, "Blocked by policy"),
        (200, b" <p>Please <b>log in</b></p>", {}, "Please log in"),
        (200, b"Please log in", {"content-type": "text/plain"}, "Please log in"),
        (302, b"", {"location": "https://login.example.com/?back=secret"}, "-> login.example.com"),
        (302, b"", {"location": "http://[bad"}, "Found"),
        (502, b"<html>502 Bad Gateway</html>", {}, "502 Bad Gateway"),
        (451, b"", {}, "Unavailable For Legal Reasons"),
        (403, b"<style>p {color: red}</style><!-- --><p>a &amp; b &lt;c&gt;", {}, "a & b <c>"),
        (403, b"<script>never closed", {}, "Forbidden"),
        (403, b"\x1b[31mred\x00\xe2\x80\xaeder", {}, r"\u001b[31mred\u0000\u202eder"),
        (200, b"[]", {}, "[]"),
        (200, {"result": {"message": {"content": "no envelope"}}}, {}, None),
        (200, {"status": "20000", "result": {}}, {}, None),
        (403, {"timestamp": 1, "status": 403, "error": "Forbidden"}, {}, None),
        (401, {"error": {"errorCode": "200", "message": "Authentication Failed"}}, {}, None),
        (403, {"status": {"code": "ERR", "message": "no"}}, {}, None),
    ],
)
def test_an_answer_that_hcx_did_not_give_is_told_as_one(
    status: int, content: Any, headers: dict[str, str], page: str | None
) -> None:
    """Its title or first words are all that tells an operator which box on the way it came from."""
    response = _read(content, status, headers)

    assert (response.reply, response.code) == (None, None)
    assert page is None or response.page == page
    assert response.page
    assert f"HTTP {status}, " in response.reason
    assert "secret" not in response.reason


@pytest.mark.parametrize("content", [b"<title>" * 40_000, b"<" * 300_000, b"<script>" * 40_000, b"x" * 10**6])
def test_what_a_page_says_is_bounded(content: bytes) -> None:
    """Its words go into logs and a column of 255 characters."""
    assert len(_read(content, 403).reason) <= 250


def test_the_words_of_a_page_are_masked() -> None:
    """A firewall repeats what it did not like, a chat's phone number with it."""
    raw = httpx.Response(403, content=b"<title>Blocked: call 010-1234-5678</title>")

    response = wire_of("HCX-007").read(raw, "request-1", KEY, lambda text: text.replace("010-1234-5678", "[phone]"))

    assert response.page == "Blocked: call [phone]"


def test_the_words_of_hcx_are_one_line_of_bounded_length() -> None:
    """They are written into a column of 255 characters and to a terminal."""
    message = _read({"status": {"code": "42901", "message": "Too\n\x1b[31m many " + "x" * 100_000}}, 429).message

    assert message.startswith(r"Too \u001b[31m many xxx")
    assert (len(message), message.isprintable()) == (160, True)


@pytest.mark.parametrize(
    "content",
    [
        {"status": {"code": "40005", "message": f"Bearer {KEY} may not"}},
        {"status": {"code": KEY, "message": "no"}},
        {"result": {"message": {"content": f"{KEY}: who is that?"}}, "status": {"code": "20000"}},
        {"result": KEY},
        f"<html>Bearer {KEY}</html>".encode(),
        b"\xff" + KEY.encode(),
    ],
    ids=lambda content: str(content)[:30],
)
@pytest.mark.parametrize("status", [200, 400, 502])
def test_a_key_that_the_server_repeats_is_read_without_it(content: Any, status: int) -> None:
    """What is read here is logged, stored with the quarantine, and shown."""
    response = _read(content, status)

    assert KEY not in repr(response) + response.reason


def test_what_else_the_server_said_of_the_key_is_kept() -> None:
    """It is the reason, and the only one there is."""
    assert _read({"status": {"code": "40104", "message": f"{KEY} has lapsed"}}, 401).message == "*** has lapsed"


@pytest.mark.parametrize("content", ["[" * 100_000, '{"a":' * 100_000])
def test_an_answer_nested_without_end_is_no_answer(content: str) -> None:
    """The JSON parser gives up with another error than for bad JSON; one such reply must not end a run."""
    envelope = {"status": {"code": "20000"}, "result": {"message": {"content": content}, "finishReason": "stop"}}
    inside = _read(envelope).reply
    outside = _read(content.encode()).reply

    assert inside is not None
    assert outside is not None
    assert (inside.problem, outside.problem) == ("not_json", "not_json")
