"""The simulator's streamed answers."""

import json
from typing import Any

import httpx
import pytest

from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets_tests.hcx.simulating import calling, chat, connect, plain, structured

STREAM = {"Accept": "text/event-stream"}


def events(response: httpx.Response) -> list[tuple[str, Any]]:
    """The kinds and data of the events, read as the SSE standard says."""
    found = []
    for block in response.text.strip().split("\n\n"):
        fields = dict(line.split(":", 1) for line in block.splitlines())
        found.append((fields["event"].strip(), json.loads(fields["data"])))
    return found


def test_a_streamed_text_comes_in_pieces_and_then_as_a_whole(client: httpx.Client) -> None:
    """Adding the whole to the pieces, which doubles the answer, is the commonest mistake of stream readers."""
    *tokens, (kind, result), signal = events(chat(client, structured("전학 절차"), headers=STREAM))

    assert {name for name, _ in tokens} == {"token"}
    assert (kind, signal) == ("result", ("signal", {"data": "[DONE]"}))
    assert "".join(data["message"]["content"] for _, data in tokens) == result["message"]["content"]
    assert result["finishReason"] == "stop"
    assert result["usage"]["completionTokens"] > 0
    assert tokens[0][1]["usage"] is None


def test_a_streamed_tool_call_is_put_together_from_partial_json(client: httpx.Client) -> None:
    """Only the first piece has the call's id and name."""
    *tokens, (_, result), _ = events(chat(client, calling("전학 절차"), "HCX-005", headers=STREAM))

    calls = [data["message"]["toolCalls"][0] for _, data in tokens]
    (whole,) = result["message"]["toolCalls"]
    assert (calls[0]["id"], calls[0]["function"]) == (whole["id"], {"name": "save_answers"})
    assert json.loads("".join(call["function"]["partialJson"] for call in calls[1:])) == whole["function"]["arguments"]


@pytest.mark.parametrize("as_event", [False, True])
def test_a_refused_stream_is_an_http_error_or_an_error_event(as_event: bool) -> None:
    """Which of the two the real service does is unknown, so that a reader has to take both."""
    settings = SimulatorSettings(
        stream_errors_as_events=as_event, stream_space_after_colon=True, stream_done_signal=False
    )
    with SimulatorServer(settings) as server, connect(server.url) as client:
        response = chat(client, plain(), "HCX-008", headers=STREAM)

    error = {"status": {"code": "40080", "message": "Model not found"}}
    if as_event:
        assert (response.status_code, events(response)) == (200, [("error", error)])
        assert "event: error" in response.text
    else:
        assert (response.status_code, response.json()) == (400, error | {"result": None})
