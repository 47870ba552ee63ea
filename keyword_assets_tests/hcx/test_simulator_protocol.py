"""The simulator speaks CLOVA Studio's v3 API: what it answers, and what it refuses and how."""

import json
import time
from typing import Any

import httpx
import pytest

from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets_tests.hcx.simulating import (
    answers,
    calling,
    chat,
    connect,
    content,
    plain,
    refused,
    schema,
    structured,
)

MODELS = ("HCX-007", "HCX-005", "HCX-DASH-002")
QUESTION = "전학 절차가 어떻게 되나요?"


def test_a_structured_output_is_a_json_text_within_the_content(client: httpx.Client) -> None:
    """The client has to parse the content itself, and samples of the real service are pretty-printed."""
    response = chat(client, structured(QUESTION, "검정고시 접수 기간"))

    result = response.json()["result"]
    assert (response.status_code, response.json()["status"]) == (200, {"code": "20000", "message": "OK"})
    assert (result["message"]["role"], result["finishReason"]) == ("assistant", "stop")
    assert "\n" in result["message"]["content"]
    assert answers(response) == [
        {"id": 0, "keywords": [{"keyword": "전학 절차", "category": "전학, 편입"}]},
        {"id": 1, "keywords": [{"keyword": "검정고시 접수 기간", "category": "검정고시"}]},
    ]


@pytest.mark.parametrize("model", ["HCX-005", "HCX-DASH-002"])
def test_a_tool_call_has_its_arguments_as_an_object_and_no_content(client: httpx.Client, model: str) -> None:
    """In the native dialect arguments are no string, and a client must not parse them twice."""
    result = chat(client, calling(QUESTION), model).json()["result"]

    (call,) = result["message"]["toolCalls"]
    assert (result["finishReason"], result["message"]["content"]) == ("tool_calls", "")
    assert (call["type"], call["function"]["name"]) == ("function", "save_answers")
    assert call["id"].startswith("call_")
    assert len(call["id"]) == len("call_") + 24
    assert call["function"]["arguments"] == {
        "answers": [{"id": 0, "keywords": [{"keyword": "전학 절차", "category": "전학, 편입"}]}]
    }


def test_hcx_007_calls_tools_when_it_does_not_think(client: httpx.Client) -> None:
    """Thinking is on by default, so a client has to switch it off by name."""
    body = calling(QUESTION, maxTokens=None, maxCompletionTokens=2048)

    assert chat(client, body | {"thinking": {"effort": "none"}}).json()["result"]["finishReason"] == "tool_calls"
    assert refused(chat(client, body)) == (400, "40001", "Invalid parameter: tools, thinking")


def test_usage_creation_time_and_seed_come_with_every_answer(client: httpx.Client) -> None:
    """Cost and pacing are counted from the usage of each answer."""
    result = chat(client, structured(QUESTION, seed=7)).json()["result"]

    usage = result["usage"]
    assert usage["totalTokens"] == usage["promptTokens"] + usage["completionTokens"]
    assert min(usage.values()) > 0
    assert result["seed"] == 7
    assert abs(result["created"] / 1000 - time.time()) < 60


@pytest.mark.parametrize("model", MODELS)
def test_a_message_that_is_no_document_of_questions_gets_plain_text(client: httpx.Client, model: str) -> None:
    """`doctor` tries a key with a short message, and any model must answer it."""
    cap = {"maxCompletionTokens": 4000} if model == "HCX-007" else {"maxTokens": 100}

    assert "전학 절차" in content(chat(client, plain(**cap), model))


def test_a_thinking_model_shows_its_thinking_and_bills_it(client: httpx.Client) -> None:
    """Thinking is paid for as output, and takes its room from the cap."""
    result = chat(client, plain()).json()["result"]
    starved = chat(client, plain(maxCompletionTokens=50)).json()["result"]

    thinking = result["usage"]["completionTokensDetails"]["thinkingTokens"]
    assert result["message"]["thinkingContent"]
    assert 0 < thinking < result["usage"]["completionTokens"]
    assert (starved["finishReason"], starved["message"]["content"]) == ("length", "")


def test_an_answer_longer_than_the_cap_is_cut_off(client: httpx.Client) -> None:
    """A client that parses what is left would lose questions without noticing."""
    result = chat(client, structured(QUESTION, maxCompletionTokens=20)).json()["result"]

    assert (result["finishReason"], result["usage"]["completionTokens"]) == ("length", 20)
    assert result["message"]["content"].startswith("{")
    with pytest.raises(json.JSONDecodeError):
        json.loads(result["message"]["content"])


def test_a_tool_call_longer_than_the_cap_does_not_happen(client: httpx.Client) -> None:
    """An object cannot be cut in the middle: there is neither content nor call."""
    result = chat(client, calling(*[QUESTION] * 60, maxTokens=1024), "HCX-005").json()["result"]

    assert (result["finishReason"], result["usage"]["completionTokens"]) == ("length", 1024)
    assert result["message"] == {"role": "assistant", "content": ""}


def test_any_other_schema_is_filled_in(client: httpx.Client) -> None:
    """The simulator must not know only the one schema that our client happens to send today."""
    form = {
        "type": "object",
        "properties": {"late": {"type": "boolean"}, "tone": {"type": "string", "enum": ["positive", "negative"]}},
    }

    reply = content(chat(client, structured(QUESTION, responseFormat={"type": "json", "schema": form})))

    assert json.loads(reply) == {"late": True, "tone": "positive"}


def test_the_key_kind_prefixes_of_older_clients_still_work(client: httpx.Client) -> None:
    """Public code still calls /testapp and /serviceapp."""
    for prefix in ("/testapp", "/serviceapp"):
        response = client.post(f"{prefix}/v3/chat-completions/HCX-007", json=structured(QUESTION))

        assert response.status_code == 200


# What is wrong with the request, to whom it is sent, and the code and message that come back.
REFUSALS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "maxTokens to HCX-007": (
        structured(QUESTION, maxTokens=100, maxCompletionTokens=None),
        "HCX-007",
        "40001",
        "Invalid parameter: maxTokens",
    ),
    "maxCompletionTokens to HCX-005": (
        plain(maxCompletionTokens=100),
        "HCX-005",
        "40001",
        "Invalid parameter: maxCompletionTokens",
    ),
    "both caps": (
        plain(maxTokens=100, maxCompletionTokens=100),
        "HCX-007",
        "40001",
        "Invalid parameter: maxTokens, maxCompletionTokens",
    ),
    "cap of nothing": (plain(maxTokens=0), "HCX-005", "40001", "Invalid parameter: maxTokens"),
    "cap above the model's": (plain(maxTokens=4097), "HCX-DASH-002", "40001", "Invalid parameter: maxTokens"),
    "cap below what tools need": (calling(maxTokens=1023), "HCX-005", "40001", "Invalid parameter: maxTokens"),
    "schema while thinking": (
        structured(QUESTION, thinking=None),
        "HCX-007",
        "40001",
        "Invalid parameter: responseFormat, thinking",
    ),
    "stop while thinking": (plain(stop=["."]), "HCX-007", "40001", "Invalid parameter: stop, thinking"),
    "schema and tools": (
        structured(QUESTION, tools=calling()["tools"]),
        "HCX-007",
        "40001",
        "Invalid parameter: tools, responseFormat",
    ),
    "schema to HCX-005": (
        plain(responseFormat={"type": "json", "schema": schema()}),
        "HCX-005",
        "40009",
        "Unsupported function",
    ),
    "thinking to HCX-005": (plain(thinking={"effort": "low"}), "HCX-005", "40009", "Unsupported function"),
    "another kind of format": (
        structured(QUESTION, responseFormat={"type": "json_schema", "schema": schema()}),
        "HCX-007",
        "40001",
        "Invalid parameter: responseFormat.type",
    ),
    "pattern in the schema": (
        structured(
            QUESTION,
            responseFormat={
                "type": "json",
                "schema": {"type": "object", "properties": {"a": {"type": "string", "pattern": "a+"}}},
            },
        ),
        "HCX-007",
        "40055",
        "Invalid response format schema",
    ),
    "temperature above one": (plain(temperature=1.1), "HCX-005", "40001", "Invalid parameter: temperature"),
    "topP of zero": (plain(topP=0), "HCX-005", "40001", "Invalid parameter: topP"),
    "topK above 128": (plain(topK=129), "HCX-005", "40001", "Invalid parameter: topK"),
    "repetitionPenalty": (plain(repetitionPenalty=2.1), "HCX-005", "40001", "Invalid parameter: repetitionPenalty"),
    "seed too large": (plain(seed=2**32), "HCX-005", "40001", "Invalid parameter: seed"),
    "seed is a fraction": (plain(seed=1.5), "HCX-005", "40001", "Invalid parameter: seed"),
    "unknown effort": (plain(thinking={"effort": "max"}), "HCX-007", "40001", "Invalid parameter: thinking"),
    "tool that is not offered": (
        calling(toolChoice={"type": "function", "function": {"name": "other"}}),
        "HCX-005",
        "40001",
        "Invalid parameter: toolChoice",
    ),
    "tool without description": (
        calling(tools=[{"type": "function", "function": {"name": "save_answers"}}], toolChoice=None),
        "HCX-005",
        "40001",
        "Invalid parameter: tools",
    ),
    "no messages": ({"messages": []}, "HCX-005", "40001", "Invalid parameter: messages"),
    "two system messages": (
        {"messages": [{"role": "system", "content": "a"}] * 2 + [{"role": "user", "content": "b"}]},
        "HCX-005",
        "40001",
        "Invalid parameter: messages",
    ),
    "null as content": (
        {"messages": [{"role": "user", "content": None}]},
        "HCX-005",
        "40001",
        "Invalid parameter: messages",
    ),
    "empty text": (plain(""), "HCX-005", "40004", "Text empty"),
    "image to a text model": (
        {"messages": [{"role": "user", "content": [{"type": "image_url", "imageUrl": {"url": "http://x/y.png"}}]}]},
        "HCX-007",
        "40009",
        "Unsupported input format",
    ),
    "longer than the context": (plain("가나다라 " * 20_000), "HCX-DASH-002", "40003", "Context length exceeded"),
    "unknown model": (plain(), "HCX-008", "40080", "Model not found"),
    "model of the old API": (plain(), "HCX-003", "40084", "Unsupported API for model"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_request_that_breaks_a_rule_is_refused_with_the_rules_code(client: httpx.Client, case: str) -> None:
    """A client that works here must not be refused by the real service for its form."""
    body, model, code, message = REFUSALS[case]

    assert refused(chat(client, body, model)) == (400, code, message)


def test_a_property_may_be_called_pattern(client: httpx.Client) -> None:
    """Only the keyword is unsupported, not the word."""
    form = {"type": "object", "properties": {"pattern": {"type": "string"}}}

    assert chat(client, structured("가", responseFormat={"type": "json", "schema": form})).status_code == 200


def test_a_v3_model_is_not_served_by_the_v1_path(client: httpx.Client) -> None:
    """A base URL with a version too much is a common mistake."""
    response = client.post("/v1/chat-completions/HCX-007", json=plain())

    assert refused(response) == (400, "40084", "Unsupported API for model")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_is_not_found(client: httpx.Client, method: str) -> None:
    """A wrong base URL has to be told apart from a wrong key."""
    assert refused(client.request(method, "/v3/chat-completion/HCX-007")) == (404, "40400", "Not found")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"messages": "\\ud800"}', b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_a_bad_request(client: httpx.Client, body: bytes) -> None:
    """Nothing that can be sent may make the simulator itself fail."""
    response = client.post("/v3/chat-completions/HCX-007", content=body, headers={"Content-Type": "application/json"})

    assert refused(response) == (400, "40000", "Bad request")


def test_another_content_type_is_refused(client: httpx.Client) -> None:
    """httpx sends no content type of its own with raw bytes."""
    response = client.post("/v3/chat-completions/HCX-007", content=json.dumps(plain()))

    assert refused(response) == (415, "41500", "MediaType error")


def test_too_large_a_body_is_refused() -> None:
    """With and without a declared length, so that the whole body never has to be in memory."""
    with SimulatorServer(SimulatorSettings(max_body_bytes=1000)) as server, connect(server.url) as client:
        headers = {"Content-Type": "application/json"}
        declared = chat(client, plain("가" * 1000))
        streamed = client.post("/v3/chat-completions/HCX-007", content=(b" " * 600 for _ in range(2)), headers=headers)

    assert refused(declared) == refused(streamed) == (413, "41300", "Request body size exceeded")


def test_only_known_keys_are_let_in() -> None:
    """A wrong key, a key without subscription and no key at all are mended in different ways."""
    settings = SimulatorSettings(api_keys=frozenset({"nv-good", "nv-new"}), denied_keys=frozenset({"nv-new"}))
    with SimulatorServer(settings) as server, connect(server.url, "nv-good") as client:

        def tried(authorization: str | None) -> tuple[int, str]:
            headers = {} if authorization is None else {"Authorization": authorization}
            response = httpx.post(
                f"{server.url}/v3/chat-completions/HCX-005", json=plain(), headers=headers, trust_env=False
            )
            return refused(response)[:2]

        assert chat(client, plain(), "HCX-005").status_code == 200
        assert tried("Bearer nv-bad") == (401, "40104")
        assert tried("Bearer nv-new") == (401, "40170")
        assert tried("Basic nv-good") == (401, "40102")
        assert tried(None) == tried("Bearer") == (401, "40100")


def test_a_retired_model_says_so() -> None:
    """The day a model is switched off must be an alarm and not a puzzle."""
    settings = SimulatorSettings(retired_models=frozenset({"HCX-DASH-002"}))
    with SimulatorServer(settings) as server, connect(server.url) as client:
        assert refused(chat(client, plain(), "HCX-DASH-002")) == (400, "40082", "Model fade out")


def test_undocumented_schema_keywords_are_refused_when_strict(client: httpx.Client) -> None:
    """What the real service does with them is unknown, so our client has to pass the strict reading."""
    form = schema() | {"additionalProperties": False}
    body = structured(QUESTION, responseFormat={"type": "json", "schema": form})
    with SimulatorServer(SimulatorSettings(strict_schema=True)) as server, connect(server.url) as strict:
        assert refused(chat(strict, body))[1] == "40055"
        assert chat(strict, structured(QUESTION)).status_code == 200
    assert chat(client, body).status_code == 200


def test_the_tokenizer_counts_what_chat_bills(client: httpx.Client) -> None:
    """A client can calibrate its own estimate with it."""
    body = structured(QUESTION)
    counted = client.post("/v3/api-tools/chat-tokenize/HCX-007", json=body).json()["result"]
    with SimulatorServer(SimulatorSettings(token_drift=1.5)) as server, connect(server.url) as other:
        drifted = chat(other, body).json()["result"]["usage"]["promptTokens"]

    billed = chat(client, body).json()["result"]["usage"]["promptTokens"]
    parts = [part["count"] for message in counted["messages"] for part in message["content"]]
    assert [message["role"] for message in counted["messages"]] == ["system", "user"]
    assert sum(parts) + counted["responseFormat"]["count"] == billed
    assert drifted == round(billed * 1.5)


def test_over_quota_comes_as_a_429_with_its_headers() -> None:
    """These headers, and no Retry-After, are all that a client gets to pace itself by."""
    with SimulatorServer(SimulatorSettings(qpm=1, tpm=9000)) as server, connect(server.url) as client:
        served, over = chat(client, structured(QUESTION)), chat(client, structured(QUESTION))

    names = {f"x-ratelimit-{kind}-{of}" for kind in ("limit", "remaining", "reset") for of in ("requests", "tokens")}
    assert served.status_code == 200
    assert refused(over) == (429, "42901", "Too many requests - rate exceeded")
    assert names <= set(served.headers)
    assert names <= set(over.headers)
    assert (over.headers["x-ratelimit-remaining-requests"], over.headers["x-ratelimit-reset-tokens"]) == ("0", "0s")
    assert "retry-after" not in over.headers
    charge = served.json()["result"]["usage"]["promptTokens"] + 4096
    assert served.headers["x-ratelimit-remaining-tokens"] == str(9000 - charge)


def test_an_unset_cap_is_charged_at_the_models_default() -> None:
    """The quota is charged for what could be written, so leaving the cap out is dear on a thinking model."""
    with SimulatorServer() as server, connect(server.url) as client:
        chat(client, plain())
        chat(client, plain(thinking={"effort": "none"}))
        chat(client, plain(), "HCX-005")

        assert [record.cap for record in server.stats.records] == [5120, 512, 512]


def test_statistics_tell_what_was_asked_but_never_the_key(client: httpx.Client, simulator: SimulatorServer) -> None:
    """Tests count requests with them; whoever reads them must not learn a key."""
    chat(client, structured(QUESTION, "ㅋㅋ"), headers={"X-NCP-CLOVASTUDIO-REQUEST-ID": "request-1"})
    chat(client, plain(), "HCX-008")

    first, second = simulator.stats.records
    told = client.get("/_simulator/stats").json()
    assert (first.request_id, first.status, first.texts, first.ids) == ("request-1", 200, (QUESTION, "ㅋㅋ"), (0, 1))
    assert first.charged == first.prompt_tokens + 4096
    assert (second.status, second.code, second.charged) == (400, "40080", 0)
    assert (told["received"], told["questions"], told["by_status"]) == (2, 2, {"200": 1, "400": 1})
    assert "nv-test" not in json.dumps(told)
    assert "nv-secret" not in repr(SimulatorSettings(api_keys=frozenset({"nv-secret"})))
