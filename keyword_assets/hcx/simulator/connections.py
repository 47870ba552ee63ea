"""What arrives over a connection, and how to break one."""

import json
import socket
import struct
from typing import Any

from starlette.requests import ClientDisconnect, Request

from keyword_assets.hcx.simulator.envelope import Refusal
from keyword_assets.hcx.simulator.settings import SimulatorSettings

# Linger on, for zero seconds: closing sends RST instead of FIN.
_LINGER_ZERO = struct.pack("ii", 1, 0)


def authenticate(request: Request, settings: SimulatorSettings) -> str:
    """The key that came with a request.

    Raises:
        Refusal: there is none, or it is not let in.
    """
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    key = key.strip()
    if not scheme or (scheme.lower() == "bearer" and not key):
        raise Refusal("40100")
    if scheme.lower() != "bearer":
        raise Refusal("40102")
    if key in settings.denied_keys:
        raise Refusal("40170")
    if settings.api_keys is not None and key not in settings.api_keys:
        raise Refusal("40104")
    return key


async def read_body(request: Request, most_bytes: int) -> dict[str, Any]:
    """The JSON object that a request carries.

    Raises:
        Refusal: the body is of another type, too large, or not a JSON object.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal("41500")
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most_bytes:
        raise Refusal("41300")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most_bytes:
                raise Refusal("41300")
    except ClientDisconnect as gone:
        raise Refusal("40000") from gone
    return parse_object(bytes(body))


def parse_object(body: bytes) -> dict[str, Any]:
    """The JSON object in these bytes, in text that can be written as UTF-8 again.

    Raises:
        Refusal: it is something else.
    """
    try:
        document = json.loads(body)
        # A lone half of a surrogate pair is a JSON string, but no text.
        if b"\\u" in body:
            json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Refusal("40000") from error
    if not isinstance(document, dict):
        raise Refusal("40000")
    return document


def drop(request: Request, *, reset: bool) -> None:
    """Close a request's connection without a response, as a reset (RST) or as an ordinary end (FIN).

    ASGI has no word for this; uvicorn's transport is reached through the request's own `receive`, which is a method of
    the object that holds it.
    """
    transport = request.receive.__self__.transport  # type: ignore[attr-defined]
    if reset:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    transport.abort()
