"""Real servers on loopback that alerts can be sent to: one of HTTP and one of SMTP, both able to misbehave."""

import email
import email.policy
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

# Long and peculiar, so that it can be looked for wherever a secret might have gone.
TOKEN = "tok3n7c1f09e2b8d64a5fnottobeseen"
PASSWORD = "s3cret-passw0rd-not-to-be-seen"


class Webhook:
    """An HTTP server that keeps what is posted to it, and answers with `status` unless it `hangs`.

    With a `location`, it sends whoever asks on to there.
    """

    def __init__(self) -> None:
        self.status = 200
        self.location: str | None = None
        self.hangs = False
        self.requests: list[tuple[str, Any]] = []
        self.tries = 0
        self._awake = threading.Event()
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                webhook.tries += 1
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if webhook.hangs:
                    webhook._awake.wait(60)
                    self.close_connection = True
                    return
                if webhook.status == 200:
                    webhook.requests.append((self.path, _read(body)))
                said = f"no {TOKEN}".encode() if webhook.status != 200 else b"ok"
                self.send_response(webhook.status)
                if webhook.location is not None:
                    self.send_header("Location", webhook.location)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def json_url(self) -> str:
        """The URL of a generic webhook, with a secret in its path."""
        return f"json://127.0.0.1:{self.port}/hooks/{TOKEN}"

    @property
    def chat_url(self) -> str:
        """The URL of a chat that is spoken to as Slack is: Mattermost."""
        return f"mmost://127.0.0.1:{self.port}/{TOKEN}"

    @property
    def messages(self) -> list[tuple[str, str]]:
        """Title and body of what came to the generic webhook."""
        return [(posted["title"], posted["message"]) for _, posted in self.requests]

    def __enter__(self) -> "Webhook":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._awake.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode()


class _Keeping:
    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refuses = False
        self.knows_not: set[str] = set()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.knows_not:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuses:
            return f"451 4.3.2 not now {PASSWORD}"
        assert isinstance(envelope.content, bytes)
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        self.messages.append(parsed)
        self.recipients += envelope.rcpt_tos
        return "250 OK"


class Mailbox:
    """An SMTP server that takes one password, and keeps the messages it takes: those of up to so many bytes."""

    def __init__(self, most_bytes: int = 33_554_432) -> None:
        self.kept = _Keeping()
        self._controller = Controller(
            self.kept,
            hostname="127.0.0.1",
            port=free_port(),
            authenticator=_authenticate,
            auth_require_tls=False,
            data_size_limit=most_bytes,
        )

    @property
    def url(self) -> str:
        """The URL of a recipient there."""
        return self.url_to("kim")

    def url_to(self, *names: str) -> str:
        """The URL of these recipients there."""
        server = f"alerts:{PASSWORD}@127.0.0.1:{self._controller.port}"
        to = ",".join(f"{name}@school.example" for name in names)
        return f"mailto://{server}?mode=insecure&from=keywords@school.example&to={to}"

    def __enter__(self) -> "Mailbox":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword
) -> AuthResult:
    return AuthResult(success=login.password == PASSWORD.encode())


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def dripping() -> Iterator[str]:
    """The URL of a webhook whose answer comes line by line and never ends."""
    done = threading.Event()

    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not done.wait(0.2):
                connection.sendall(b"X-More: yes\r\n")

    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        yield f"json://127.0.0.1:{server.getsockname()[1]}/{TOKEN}"
        done.set()
        thread.join()
