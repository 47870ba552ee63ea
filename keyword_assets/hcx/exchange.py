"""One request and its response, from a server that is not trusted: bounded in bytes, in bytes unpacked, and in time.

httpx by itself bounds none of them: a response is read to its end however long that is, a few hundred kilobytes of gzip
become a gigabyte, and its time-outs count from byte to byte. Heads are bounded by h11, at 100 KB.
"""

import asyncio
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx

# An answer about ten questions is a few kilobytes.
MOST_BYTES = 1 << 20
# How zlib is told what is packed how; `deflate` without its header is not seen any more.
_PACKINGS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
# Those were about the body on the wire, and not about what we hand on.
_OF_THE_WIRE = (b"content-encoding", b"content-length", b"transfer-encoding")


class Received(NamedTuple):
    """A response that was read and unpacked; `cut` when there was more of it than is read."""

    response: httpx.Response
    cut: bool


class Unanswered(Exception):
    """No response came, or none that is HTTP. The cause says why; `name` and `words` are for people, once masked."""

    def __init__(self, error: Exception) -> None:
        super().__init__(type(error).__name__)
        self.name = type(error).__name__
        self.words = str(error)
        self.silent = isinstance(error, (httpx.ReadTimeout, TimeoutError))
        # Whether the request may have reached the server, whatever became of the answer.
        self.connected = not isinstance(
            error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
        )


async def post(
    http: httpx.AsyncClient, path: str, document: Any, *, seconds: float, headers: Mapping[str, str] | None = None
) -> Received:
    """Send a document and read the response, all of it within so many seconds.

    Raises:
        Unanswered: whatever kept a response from coming.
    """
    # What is not packed cannot be a bomb; a gateway may pack all the same.
    asked = {"Accept-Encoding": "identity", **(headers or {})}
    request = http.build_request("POST", path, json=document, headers=asked)
    try:
        async with asyncio.timeout(seconds):
            answer = await http.send(request, stream=True)
            try:
                content, cut = await _read(answer)
            finally:
                await answer.aclose()
    # TLS that breaks in the middle is an OSError; a Content-Length that is no number a ValueError.
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
        raise Unanswered(error) from error
    kept = [(name, value) for name, value in answer.headers.raw if name.lower() not in _OF_THE_WIRE]
    return Received(httpx.Response(answer.status_code, headers=kept, content=content, request=request), cut)


async def _read(answer: httpx.Response) -> tuple[bytes, bool]:
    """The body, unpacked, and whether there was more of it."""
    unpacker = _unpacker(answer.headers.get("content-encoding", ""))
    content, came = bytearray(), 0
    async for raw in answer.aiter_raw():
        came += len(raw)
        content += raw if unpacker is None else _unpacked(unpacker, raw, MOST_BYTES + 1 - len(content))
        if max(came, len(content)) > MOST_BYTES:
            return bytes(content[:MOST_BYTES]), True
        if unpacker is not None and unpacker.eof:
            break
    return bytes(content), False


def _unpacker(encoding: str) -> Any:
    """What unpacks a body; None where it is not packed.

    Raises:
        httpx.DecodingError: nobody asked for such a packing.
    """
    packings = [part for part in encoding.lower().replace(" ", "").split(",") if part not in ("", "identity")]
    if not packings:
        return None
    if len(packings) > 1 or packings[0] not in _PACKINGS:
        raise httpx.DecodingError(f"Content-Encoding: {encoding[:100]}")
    return zlib.decompressobj(_PACKINGS[packings[0]])


def _unpacked(unpacker: Any, raw: bytes, most: int) -> bytes:
    try:
        return bytes(unpacker.decompress(raw, most))
    except zlib.error as error:
        raise httpx.DecodingError(str(error)) from error
