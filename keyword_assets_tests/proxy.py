"""A way to a server of one's own that loses answers or falls silent, as networks do."""

import random
import socket
import threading
from contextlib import suppress

from keyword_assets_tests.listening import Listening


class Proxy(Listening):
    """Passes everything between clients and a server, until it loses answers, or says nothing any more."""

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._to_lose, self._share = 0, 1.0
        self._chance = random.Random(12)
        self.lost = 0
        self.connections = 0
        self._speaking = threading.Event()
        self._speaking.set()
        super().__init__()

    def lose_commit_answers(self, times: int = 1) -> None:
        """Let the next commits through to the server, and break the connection in place of each answer."""
        self._to_lose, self._share = times, 1.0

    def lose_many_commit_answers(self) -> None:
        """The same of every third commit or so, now these and now those, until told otherwise."""
        self._to_lose, self._share = 1_000_000, 0.35

    def fall_silent(self) -> None:
        """Pass nothing any more, as a firewall that drops everything; who connects is let in and hears nothing."""
        self._speaking.clear()

    def speak(self) -> None:
        """Pass on what has been waiting, and everything after it."""
        self._speaking.set()

    def abandon(self) -> None:
        """Those that are connected now hear nothing ever again; who comes from now on is served as ever."""
        for_good = self._speaking
        self._speaking = threading.Event()
        self._speaking.set()
        for_good.clear()

    def lead_to(self, port: int) -> None:
        """Who connects from now on comes to another server; those who are connected stay where they are."""
        self._server_port = port

    def _serve(self, client: socket.socket) -> None:
        speaking = self._speaking
        self.connections += 1
        try:
            server = socket.create_connection(("127.0.0.1", self._server_port))
        except ConnectionRefusedError:
            # As a balancer does while there is none to lead to.
            client.close()
            return
        losing = threading.Event()
        back = threading.Thread(target=self._pass_back, args=(server, client, losing, speaking), daemon=True)
        back.start()
        with suppress(OSError):
            while (data := client.recv(65_536)) and speaking.wait():
                if self._to_lose and _is_commit(data) and self._chance.random() < self._share:
                    self._to_lose -= 1
                    losing.set()
                server.sendall(data)
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        back.join()
        server.close()
        client.close()

    def _pass_back(
        self, server: socket.socket, client: socket.socket, losing: threading.Event, speaking: threading.Event
    ) -> None:
        with suppress(OSError):
            while (data := server.recv(65_536)) and speaking.wait():
                if losing.is_set():
                    self.lost += 1
                    break
                client.sendall(data)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


def _is_commit(data: bytes) -> bool:
    """A MySQL server, not MariaDB, is told the statement's attributes first, of which there are none."""
    return data[4:5] == b"\x03" and data[5:].removeprefix(b"\x00\x01").upper() == b"COMMIT"
