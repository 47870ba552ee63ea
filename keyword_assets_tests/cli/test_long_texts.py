"""Texts of a megabyte, and a server that takes less at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from keyword_assets.core.questions import PROMPT_CHARS, prompt_text
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.cli.processes import sent
from keyword_assets_tests.mariadb import PrivateMariaDB
from keyword_assets_tests.world import (
    DAY,
    Chats,
    answers_to,
    contents,
    keyword_rows,
    questions,
    written,
)

MEGABYTE = 1_048_576
# More than a megabyte each in UTF-8, and different from each other in one letter or blank only.
LONG = (
    "전학 " + "가" * 400_000,
    "전학 " + "가" * 400_000 + " ",
    "전학 " + "가" * 200_000 + "나" + "가" * 199_999,
    "검정고시 " + "ab" * 600_000,
    "검정고시 " + "ab" * 599_999 + "aB",
    # Each of these takes twice its bytes on the way to a server.
    "졸업증명서\n" + "'\"\\" * 400_000,
)
BLANK = " \n\u3000\u200b" * 200_000
# What is written of a text here must be no word of another, so that a fault can be told to strike it alone.
TOO_LARGE = "끝없는 이야기 " + "다" * 350_000
# Each fits into a packet of a megabyte once, and not twice.
LARGE = tuple(f"{number}번째 긴 이야기 " + "라" * 200_000 for number in range(6))
SHORT = questions(5)


def test_a_megabyte_is_a_question_like_any_other(
    cli: CommandLine,
    chats: Chats,
    hcx: SimulatorServer,
    monkeypatch: pytest.MonkeyPatch,
    database_url: str,
) -> None:
    """People paste whole documents. HCX sees both ends of one; what is stored and counted is all of it."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", database_url)
    assert cli("db", "upgrade").code == 0
    chats.add(*LONG, BLANK, BLANK + "x", times=2)

    first = cli("complete", DAY, DAY, "--json")
    asked = sent(hcx)
    stored = contents()
    hcx.reset()
    second = cli("complete", DAY, DAY, "--json")

    texts = {*LONG, BLANK + "x"}
    total = first.document["check"]["total"]
    assert first.code == 0, first.err
    assert (total["messages"], total["blank"], total["questions"], total["classified"]) == (16, 2, 7, 7)
    assert written() == answers_to(texts)
    assert {row["query_count"] for row in keyword_rows()} == {2}
    assert set(asked) == {prompt_text(text) for text in texts}
    assert max(map(len, asked)) == PROMPT_CHARS
    assert (second.code, second.document["requests"], contents()) == (0, 0, stored)


def test_a_megabyte_is_loaded_from_a_file(cli: CommandLine, monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    """All of it, and not a second time."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", database_url)
    assert cli("db", "upgrade").code == 0
    _file(*LONG)

    first, second = (cli("load-chats", "chats.csv", "--json") for _ in range(2))

    assert (first.document["loaded"], second.document["loaded"]) == (6, 0)
    assert {row[1] for row in contents()["chattings"]} == set(LONG)


@pytest.fixture(scope="module")
def server() -> Iterator[PrivateMariaDB]:
    """A server of our own, whose settings may be changed."""
    with PrivateMariaDB() as server:
        yield server


class Packets:
    """What the server takes at once."""

    def __init__(self, server: PrivateMariaDB) -> None:
        self._server = server

    def limit(self, size: int) -> None:
        """Take at most so many bytes from whoever connects from now on."""
        self._server.execute(f"SET GLOBAL max_allowed_packet = {size}")


@pytest.fixture
def packets(
    cli: CommandLine,
    chats: Chats,
    server: PrivateMariaDB,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Packets]:
    """A server that holds long texts and now takes a megabyte at once; its database is in force."""
    packets = Packets(server)
    packets.limit(16 * MEGABYTE)
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", server.create_database("long_texts"))
    assert cli("db", "upgrade").code == 0
    chats.add(*LARGE, TOO_LARGE, *SHORT)
    packets.limit(MEGABYTE)
    yield packets
    packets.limit(16 * MEGABYTE)
    server.drop_database("long_texts")


def test_a_text_larger_than_the_servers_packets_costs_only_itself(
    cli: CommandLine, packets: Packets, hcx: SimulatorServer
) -> None:
    """A server hangs up on whoever sends more: the others must get their rows, and nothing be paid for again."""
    first = cli("complete", DAY, DAY, "--json")
    stored, asked = written(), sent(hcx)
    hcx.reset()
    second = cli("complete", DAY, DAY)
    packets.limit(16 * MEGABYTE)
    third = cli("complete", DAY, DAY, "--json")

    others = [*LARGE, *SHORT]
    assert (first.code, first.document["processed"], first.document["failed"]) == (3, len(others), 1)
    assert stored == answers_to(others)
    assert set(asked.values()) == {1}
    assert second.code == 3
    assert "max_allowed_packet(1,048,576바이트)" in second.story
    assert (third.code, third.document["requests"], third.document["reused"]) == (0, 0, 1)
    assert hcx.stats.snapshot.received == 0
    assert written() == answers_to([*others, TOO_LARGE])


def test_a_refused_text_larger_than_the_servers_packets_costs_only_itself(
    cli: CommandLine, packets: Packets, hcx: SimulatorServer, caplog: pytest.LogCaptureFixture
) -> None:
    """It cannot even be quarantined; that must not end every run before the others had their turn."""
    hcx.faults.add(Fault("error", code="40005", text="끝없는"))
    hcx.faults.add(Fault("error", code="40005", text="3번째 긴"))

    first = cli("complete", DAY, DAY, "--json", "--lang", "en")
    listed = cli("quarantine", "list", DAY, DAY, "--json")
    hcx.faults.clear()
    packets.limit(16 * MEGABYTE)
    again = cli("quarantine", "retry", DAY, DAY, "--json")
    last = cli("complete", DAY, DAY, "--json")

    total = first.document["check"]["total"]
    assert (first.code, total["missing"], total["quarantined"]) == (3, 2, 1)
    assert "The quarantine did not take a question" in caplog.text
    assert LARGE[3][:20] in listed.out
    assert (again.code, last.code) == (0, 0)
    assert written() == answers_to([*LARGE, TOO_LARGE, *SHORT])


def test_a_line_larger_than_the_servers_packets_is_named(cli: CommandLine, packets: Packets) -> None:
    """Lines that are too many for one packet together are not."""
    before = contents()
    _file(*LARGE, TOO_LARGE)
    refused = cli("load-chats", "chats.csv")
    after = contents()
    _file(*LARGE)
    loaded = cli("load-chats", "chats.csv", "--json")

    assert (refused.code, refused.out, after) == (2, "", before)
    assert "chats.csv 8번째 줄" in refused.err
    assert "max_allowed_packet(1,048,576바이트)" in refused.err
    assert (loaded.code, loaded.document["loaded"]) == (0, len(LARGE))


def _file(*texts: str) -> None:
    """A CSV file with these messages, under keys that no other message has."""
    lines = (
        f'{number},"{text.replace(chr(34), chr(34) * 2)}",{DAY} 09:00:00\n' for number, text in enumerate(texts, 500)
    )
    Path("chats.csv").write_text("chatting_pk,input_text,created_at\n" + "".join(lines), encoding="utf-8", newline="")
