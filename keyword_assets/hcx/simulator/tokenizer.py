"""The token counting API. It is not charged to the quota and no fault strikes it."""

from typing import Any

from starlette.requests import Request

from keyword_assets.hcx.simulator.connections import authenticate, read_body
from keyword_assets.hcx.simulator.envelope import invalid
from keyword_assets.hcx.simulator.messages import check_messages
from keyword_assets.hcx.simulator.models import find_model
from keyword_assets.hcx.simulator.requests import check_tools
from keyword_assets.hcx.simulator.schemas import check_schema
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets.hcx.simulator.tokens import count_extras, count_message


async def tokenize(http: Request, settings: SimulatorSettings) -> dict[str, Any]:
    """The `result` of a counting request.

    Raises:
        Refusal: the request breaks a rule.
    """
    authenticate(http, settings)
    model = find_model(http.path_params["model"], settings.retired_models)
    body = await read_body(http, settings.max_body_bytes)
    check_messages(model, body)
    if "tools" in body:
        check_tools(body["tools"])
    if "responseFormat" in body:
        given = body["responseFormat"]
        if not isinstance(given, dict) or given.get("type") != "json":
            raise invalid("responseFormat")
        check_schema(given.get("schema"), settings.strict_schema)
    messages = [_counted(message, settings.bare_token_parts) for message in body["messages"]]
    return {"messages": messages} | {name: {"count": count} for name, count in count_extras(body).items()}


def _counted(message: dict[str, Any], bare: bool) -> dict[str, Any]:
    content = message["content"]
    parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
    counted = [part | {"count": count} for part, count in zip(parts, count_message(message), strict=True)]
    return {"role": message["role"], "content": counted[0] if bare and len(counted) == 1 else counted}
