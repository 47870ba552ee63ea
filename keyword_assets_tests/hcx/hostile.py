"""A server that means harm: real HTTP on loopback, which plays one of a list of named replies to every request.

What a reply needs of an honest answer it takes from a simulator behind it, and changes: a lie is told best beside a
truth. `LIES` come with good answers; `HOSTILE` are all replies, by name.
"""

import gzip
import json
import socket
import socketserver
import threading
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from functools import cache, lru_cache
from http.client import HTTPConnection
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

_MB = 1 << 20
_PIECE = 64 * 1024
_JSON = {"Content-Type": "application/json"}
# Between two bytes of a reply that trickles in.
_TRICKLE_SECONDS = 0.02


class Talk:
    """One request that was read, and the connection on which to answer."""

    def __init__(self, connection: socket.socket, server: "HostileServer", head: bytes, body: bytes) -> None:
        self._connection = connection
        self._server = server
        self.path = head.split(b" ", 2)[1].decode("ascii")
        self.headers = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:] if ": " in line)
        self.body = body

    def send(self, data: bytes) -> None:
        """These bytes, as they are."""
        # In pieces, so that it is known how much was taken before somebody had enough.
        for begin in range(0, len(data), _PIECE):
            self._connection.sendall(data[begin : begin + _PIECE])
            self._server.sent += _PIECE

    def pause(self, seconds: float = _TRICKLE_SECONDS) -> None:
        """Let time pass, unless the server is to end."""
        if self._server.ending.wait(seconds):
            raise ConnectionAbortedError

    def http(
        self, body: bytes, status: str = "200 OK", headers: Mapping[str, str] = _JSON, *, length: int | None = None
    ) -> None:
        """A whole response."""
        said = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        length = len(body) if length is None else length
        self.send(f"HTTP/1.1 {status}\r\n{said}Content-Length: {length}\r\nConnection: close\r\n\r\n".encode("latin-1"))
        self.send(body)

    def chunk(self, data: bytes) -> None:
        """One chunk of a chunked body."""
        self.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def honest(self) -> tuple[dict[str, str], Any]:
        """Headers and document of the simulator's answer to this request."""
        key = {name: value for name, value in self.headers.items() if name.lower() == "authorization"}
        # The standard library's client, which is made in no time.
        connection = HTTPConnection(urlsplit(self._server.behind).netloc, timeout=30)
        with closing(connection):
            connection.request("POST", self.path, self.body, {**_JSON, **key})
            answer = connection.getresponse()
            headers = {name: value for name, value in answer.getheaders() if name.startswith("x-")}
            return headers, json.loads(answer.read())


Play = Callable[[Talk], None]


class HostileServer:
    """Plays replies to `times` chat requests (None: to all), one after another, and is honest afterwards.

    Args:
        replies: names of `HOSTILE`.
        behind: the URL of a simulator.
        times: how many chat requests are answered so; the token counter is hostile for as long.
    """

    def __init__(self, *replies: str, behind: str, times: int | None = None) -> None:
        self.replies = replies
        self.behind = behind
        self.ending = threading.Event()
        self.requests = 0
        """How many chat requests came."""
        self.sent = 0
        """How many bytes were taken from us."""
        self._times = times
        self._listener = _Listener(("127.0.0.1", 0), _Connection)
        self._listener.hostile = self

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._listener.server_address[1]}"

    def answer(self, talk: Talk) -> None:
        """Answer one request."""
        number = self.requests
        spent = self._times is not None and number >= self._times
        self.requests += "chat-completions" in talk.path
        if spent:
            headers, document = talk.honest()
            talk.http(json.dumps(document).encode(), headers={**_JSON, **headers})
        else:
            HOSTILE[self.replies[number % len(self.replies)]](talk)

    def __enter__(self) -> Self:
        threading.Thread(target=self._listener.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ending.set()
        self._listener.shutdown()
        self._listener.server_close()


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    hostile: HostileServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave in the middle are what most of these replies are for."""


class _Connection(socketserver.BaseRequestHandler):
    request: socket.socket
    server: _Listener

    def handle(self) -> None:
        self.request.settimeout(30)
        with suppress(OSError), self.request.makefile("rb") as reader:
            head = b"".join(iter(reader.readline, b"\r\n"))
            if head.count(b"\r\n") > 1:
                lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                body = reader.read(int(lengths[0].split(b":")[1])) if lengths else b""
                self.server.hostile.answer(Talk(self.request, self.server.hostile, head.rstrip(b"\r\n"), body))


# -- lies beside a good answer ----------------------------------------------------------------------------------------


def _bills(**usage: str) -> Play:
    """A good answer with these numbers in its bill, as they stand in JSON; and the token counter says them, too."""

    def play(talk: Talk) -> None:
        headers, document = talk.honest()
        said = usage.get("promptTokens", "1")
        if "tokenize" in talk.path:
            document["result"]["messages"] = [{"role": "user", "content": [{"type": "text", "count": "@0"}]}]
            document["result"].pop("responseFormat", None)
            document["result"].pop("tools", None)
            talk.http(json.dumps(document).replace('"@0"', said).encode(), headers={**_JSON, **headers})
            return
        document["result"]["usage"] |= {name: f"@{name}" for name in usage}
        body = json.dumps(document)
        for name, value in usage.items():
            body = body.replace(f'"@{name}"', value)
        talk.http(body.encode(), headers={**_JSON, **headers})

    return play


def _with_headers(**headers: str) -> Play:
    """A good answer under other headers."""

    def play(talk: Talk) -> None:
        said, document = talk.honest()
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        talk.http(json.dumps(document).encode(), headers={**_JSON, **said})

    return play


def _meters(requests: str, tokens: str, left: str = "1", reset: str = "30s") -> Play:
    meters = {}
    for meter, limit in (("requests", requests), ("tokens", tokens)):
        meters |= {f"x-ratelimit-limit-{meter}": limit, f"x-ratelimit-remaining-{meter}": left}
        meters[f"x-ratelimit-reset-{meter}"] = reset
    return _with_headers(**meters)


def _changed(change: Callable[[Any], Any]) -> Play:
    """A good answer, and this done to its document."""

    def play(talk: Talk) -> None:
        headers, document = talk.honest()
        talk.http(json.dumps(change(document)).encode(), headers={**_JSON, **headers})

    return play


def _cut_by_word(document: Any) -> Any:
    document["result"]["finishReason"] = "length"
    return document


LIES: dict[str, Play] = {
    "prompt of a billion": _bills(promptTokens="1000000000"),
    "prompt of the whole context": _bills(promptTokens="127999"),
    "prompt of one": _bills(promptTokens="1"),
    "prompt of none": _bills(promptTokens="0"),
    "prompt below nothing": _bills(promptTokens="-5"),
    "prompt of thirty digits": _bills(promptTokens="1" + "0" * 30),
    "prompt of 400 digits": _bills(promptTokens="1" + "0" * 400),
    "prompt that is no number": _bills(promptTokens="NaN"),
    "prompt without end": _bills(promptTokens="1e999"),
    "prompt true": _bills(promptTokens="true"),
    "prompt in words": _bills(promptTokens='"many"'),
    "prompt of a list": _bills(promptTokens="[[1]]"),
    "completion of a billion": _bills(completionTokens="1000000000"),
    "completion of one": _bills(completionTokens="1"),
    "completion of 400 digits": _bills(completionTokens="1" + "0" * 400),
    "completion infinite": _bills(completionTokens="-Infinity"),
    "all numbers absurd": _bills(promptTokens="1e30", completionTokens="{}", totalTokens="null"),
    "limits of one": _meters("1", "1"),
    "limits of none": _meters("0", "0", "0"),
    "limits of 5,000 digits": _meters("9" * 5_000, "9" * 5_000),
    "limits beyond all": _meters("1000000000000000", "999999999999999", "0"),
    "limits below nothing": _meters("-1", "-1", "-1"),
    "limits in superscript": _meters("\u00b2\u00b2", "\u00b2\u00b2\u00b2"),
    "a reset in 400 digits": _meters("60", "60000", "1", "9" * 400 + "h"),
    "served, and come back in 30 years": _with_headers(retry_after="999999999"),
    "whole, and called cut": _changed(_cut_by_word),
}


# -- replies without a good answer ------------------------------------------------------------------------------------


def _body(body: bytes, status: str = "200 OK", **headers: str) -> Play:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda talk: talk.http(body, status, named or _JSON)


def _said(code: Any, message: Any = "no", status: str = "400 Bad Request", **headers: str) -> Play:
    """An error of HCX's form."""
    body = json.dumps({"status": {"code": code, "message": message}, "result": None}).encode()
    return _body(body, status, Content_Type="application/json", **headers)


def _answering(content: str, **result: Any) -> Play:
    """A reply of HCX's form with this content."""
    message = {"message": {"role": "assistant", "content": content}, "finishReason": "stop", **result}
    return _body(json.dumps({"status": {"code": "20000", "message": "OK"}, "result": message}).encode())


def _large(make: Callable[[], Play]) -> Play:
    """A reply that is made when it is played, and kept until another is: together they would be too large."""
    return lambda talk: _made(make)(talk)


@lru_cache(maxsize=1)
def _made(make: Callable[[], Play]) -> Play:
    return make()


def _raw(data: bytes) -> Play:
    return lambda talk: talk.send(data)


def _bomb(encoding: str) -> Play:
    """100 KB that become 100 MB."""

    def play(talk: Talk) -> None:
        talk.http(_packed(encoding), headers={**_JSON, "Content-Encoding": encoding})

    return play


@cache
def _packed(encoding: str, megabytes: int = 100) -> bytes:
    packer = zlib.compressobj(9, wbits=31 if "gzip" in encoding else 15)
    parts = [packer.compress(b" " * _MB) for _ in range(megabytes)]
    packed = b"".join([*parts, packer.flush()])
    return gzip.compress(packed) if encoding == "gzip, gzip" else packed


def _endless(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        talk.chunk(b"01 " * 20_000)


def _trickled(before: bytes) -> Play:
    """The beginning at once, and then a byte now and then, for as long as anybody listens."""

    def play(talk: Talk) -> None:
        talk.send(before)
        while True:
            talk.pause()
            talk.send(b"1")

    return play


def _silent(before: bytes) -> Play:
    def play(talk: Talk) -> None:
        talk.send(before)
        talk.pause(60)

    return play


def _informed_without_end(talk: Talk) -> None:
    while True:
        talk.send(b"HTTP/1.1 102 Processing\r\n\r\n" * 5)
        talk.pause()


def _cut(talk: Talk) -> None:
    headers, document = talk.honest()
    body = json.dumps(document).encode()
    talk.http(body[: len(body) // 2], headers={**_JSON, **headers}, length=len(body))


def _longer_than_said(talk: Talk) -> None:
    headers, document = talk.honest()
    body = json.dumps(document).encode()
    talk.http(body, headers={**_JSON, **headers}, length=len(body) // 2)


def _reset(talk: Talk) -> None:
    talk._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    talk._connection.close()


def _echo(status: str) -> Play:
    """All that was sent, the key in front, once plainly and once in escapes."""

    def play(talk: Talk) -> None:
        key = talk.headers.get("Authorization", "")
        hidden = "".join(f"\\u{ord(char):04x}" for char in key)
        body = f'{{"status": {{"code": "40100", "message": "{key} {hidden}"}}, "result": "{key} {hidden}"}}'
        talk.http(body.encode(), status, {**_JSON, "X-Echo": key})

    return play


def _keyed_status_line(talk: Talk) -> None:
    talk.send(f"HTTP/1.1 2OO {talk.headers.get('Authorization')}\r\n\r\n".encode())


def _ambiguous(talk: Talk) -> None:
    headers, document = talk.honest()
    body = json.dumps(document)
    talk.http((body[:-1] + ', "status": [], "result": {}}').encode(), headers={**_JSON, **headers})


_OK = '{"status": {"code": "20000", "message": "OK"}, "result": '
_NESTED = "[" * 100_000
_CLIENT_HELLO = bytes.fromhex("16030100a5010000a10303") + bytes(160)

OTHERS: dict[str, Play] = {
    # Waits
    "full for 30 years": _said("42901", status="429 Too Many Requests", Retry_After="999999999"),
    "full for 400 digits": _said("42901", status="429 Too Many Requests", Retry_After="9" * 400),
    "full until the year 9999": _said("42901", status="429 X", Retry_After="Fri, 31 Dec 9999 23:59:59 GMT"),
    "full by all headers": _said("42901", status="429 X", x_ratelimit_reset_tokens="9" * 5_000 + "d"),
    "busy for 30 years": _said("42902", status="429 Too Many Requests", Retry_After="999999999"),
    "away for 30 years": _said("50300", status="503 Service Unavailable", Retry_After="999999999"),
    # Sizes
    "a message of 20 MB": _large(lambda: _said("40005", "x" * 20 * _MB)),
    "a content of 20 MB": _large(lambda: _answering("01 " * 7 * _MB)),
    "an answer of 5 MB": _large(
        lambda: _answering(json.dumps({"answers": [{"id": 0, "keywords": [{"keyword": "가" * 5 * _MB}]}]}))
    ),
    "a thousand keywords": _answering(json.dumps({"answers": [{"id": 0, "keywords": [{"keyword": "가"}] * 1_000}]})),
    "a million ids": _large(lambda: _answering(json.dumps({"answers": [{"id": 0, "keywords": []}] * 20_000}))),
    "a page of 20 MB": _large(lambda: _body(b"<title>" * 3 * _MB, "403 Forbidden", Content_Type="text/html")),
    "numbers of 10 MB": _large(lambda: _body(b"01 " * 3 * _MB, "502 Bad Gateway", Content_Type="text/plain")),
    "a body without end": _endless,
    "a bomb of gzip": _bomb("gzip"),
    "a bomb of deflate": _bomb("deflate"),
    "a bomb in a bomb": _bomb("gzip, gzip"),
    "another packing": _body(b"\x8b" * 1_000, Content_Type="application/json", Content_Encoding="br"),
    "packed, and not": _body(b"{}", Content_Type="application/json", Content_Encoding="gzip"),
    # Time
    "a head that trickles": _trickled(b"HTTP/1.1 200 OK\r\nX-Slow: "),
    "a body that trickles": _trickled(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"),
    "a packed body that trickles": _trickled(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + _packed("gzip", 1)),
    "a head, and silence": _silent(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"),
    "interim answers without end": _informed_without_end,
    # Form
    "a code in superscript": _said("\u00b2" * 5),
    "a code of 5,000 digits": _said("4" * 5_000),
    "a code of a number": _said(40005),
    "a code of a nest": _body(f'{{"status": {{"code": {"[" * 900 + "]" * 900}}}}}'.encode(), "400 X"),
    "a message of a nest": _body(f'{{"status": {{"code": "40005", "message": {"[" * 900 + "]" * 900}}}}}'.encode()),
    "a status of a list": _body(b'{"status": ["20000"], "result": {}}'),
    "a number of 5,000 digits": _body(f"{_OK}{'9' * 5_000}}}".encode()),
    "a result of a number": _body(f"{_OK}1e999}}".encode()),
    "a content of a nest": _answering(_NESTED),
    "a nest": _body(_NESTED.encode()),
    "a nest as answer": _body(f'{_OK}{{"message": {{"content": {"[" * 900 + "]" * 900}}}}}}}'.encode()),
    "a nest as id": _answering(f'{{"answers": [{{"id": {"[" * 800 + "]" * 800}}}, {{"id": 0', finishReason="length"),
    "an id of 4,000 digits": _answering(f'{{"answers": [{{"id": {"9" * 4_000}, "keywords": []}}]}}'),
    "half a character": _answering(
        '{"answers": [{"id": 0, "keywords": [{"keyword": "\ud800", "category": "\udfff"}]}]}'
    ),
    "bytes that are no text": _body(b"\xff\xfe\xfa" * 1_000),
    "another charset": _body('{"status": "한글"}'.encode("cp949"), Content_Type="application/json; charset=utf-7"),
    "UTF-16": _body(json.dumps({"status": {"code": "20000"}}).encode("utf-16")),
    "a mark in front": _body(b"\xef\xbb\xbf" + f"{_OK}{{}}}}".encode()),
    "two documents": _body(f"{_OK}{{}}}}{_OK}{{}}}}".encode()),
    "keys that come twice": _ambiguous,
    "nothing": _body(b""),
    "null": _body(b"null"),
    "a number": _body(b"20000"),
    "204": _body(b"", "204 No Content"),
    "206": _body(b'{"status": {"co', "206 Partial Content", Content_Range="bytes 0-14/9999"),
    "304": _body(b"", "304 Not Modified"),
    "status 999": _body(b"?", "999 Whatever"),
    "the key, repeated": _echo("401 Unauthorized"),
    "the key, repeated with 200": _echo("200 OK"),
    # Somebody else
    "a redirect": _body(b"", "307 Temporary Redirect", Location="http://127.0.0.1:9/elsewhere"),
    "a redirect without end": _body(b"", "301 Moved", Location="http://" + "x" * 50_000 + "/"),
    "a redirect to nowhere": _body(b"", "302 Found", Location="http://[::1"),
    "a page": _body(b"<html><title>Log in</title>", Content_Type="text/html"),
    "a page called JSON": _body(b"<html><title>Log in</title>"),
    "JSON called a page": _body(f"{_OK}{{}}}}".encode(), Content_Type="text/html"),
    "words for a terminal": _said("40005", "\x1b]0;owned\x07\x1b[2J\u202e\x00" * 50),
    # No HTTP
    "cut in the middle": _cut,
    "longer than said": _longer_than_said,
    "lengths that differ": _raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\nhello"),
    "a length below nothing": _raw(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
    "a length of 5,000 digits": _raw(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n{}"),
    "a flood of headers": _raw(b"HTTP/1.1 200 OK\r\n" + b"X-Flood: 1234567890\r\n" * 100_000 + b"\r\n"),
    "a header without end": _raw(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 2_000_000),
    "a header of strange bytes": _raw(
        # The connection is not kept, and nobody is to take it for one that is.
        b"HTTP/1.1 200 OK\r\nX: \xff\xfe\r\nRetry-After: \xb2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    ),
    "chunks of garbage": _raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nwhat\r\n"),
    "a chunk of 2**80": _raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 20 + b"\r\n{}"),
    "HTTP/0.9": _raw(b"hello, this is an answer\n"),
    "HTTP/9.9": _raw(b"HTTP/9.9 200 OK\r\n\r\n{}"),
    "the key in the status line": _keyed_status_line,
    "bytes of a TLS handshake": _raw(_CLIENT_HELLO),
    "noise": _raw(bytes(range(256)) * 100),
    "an early end": _raw(b""),
    "a broken connection": _reset,
}

HOSTILE: dict[str, Play] = LIES | OTHERS
WAITING = frozenset(name for name in OTHERS if "trickles" in name or "silence" in name or "interim" in name)
"""Those that come to no end, so that one has to be made."""
