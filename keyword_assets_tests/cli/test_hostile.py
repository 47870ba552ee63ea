"""After a server that meant harm, the next run with an honest one comes to its end, and nobody has to delete a row."""

import os
from pathlib import Path

import pytest

from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.hcx.hostile import LIES, HostileServer
from keyword_assets_tests.world import DAY, KEY, Chats, questions

# Waits and sizes of which each alone stopped runs, or filled disks.
STOPPERS = ("full for 30 years", "a message of 20 MB", "a content of 20 MB", "a number of 5,000 digits")


@pytest.fixture(autouse=True)
def _as_published(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The published quota, in a short window."""
    for name, value in {"QPM": 60, "TPM": 60_000, "QUOTA_WINDOW_SECONDS": 0.5, "MAX_WAIT_SECONDS": 1}.items():
        monkeypatch.setenv(f"HCX_{name}", str(value))


def _quota(cli: CommandLine, *arguments: str) -> str:
    shown = cli("quota", *arguments, "--lang", "en")
    assert shown.code == 0
    return shown.out


@pytest.mark.parametrize("database", ["sqlite", "on_mysql"])
def test_a_run_over_nothing_but_lies_is_complete_and_so_is_the_next(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest, database: str,
) -> None:  # fmt: skip
    """Impossible numbers are told, shown and forgotten on request; none is booked, and none is learned."""
    if database == "on_mysql":
        request.getfixturevalue(database)
    chats.add(*questions(len(LIES)))
    monkeypatch.setenv("HCX_BATCH_SIZE", "1")
    with HostileServer(*LIES, behind=hcx.url) as server:
        monkeypatch.setenv("HCX_BASE_URL", server.url)
        lied_to = cli("basic", DAY, DAY, "--json")
        shown, looked = _quota(cli, "show"), cli("doctor", "--json", "--lang", "en").document
        document = cli("quota", "show", "--json").document
        forgotten = cli("quota", "reset", "--json").document
        after = cli("quota", "show", "--json").document
    monkeypatch.setenv("HCX_BASE_URL", hcx.url)
    monkeypatch.delenv("HCX_BATCH_SIZE")
    chats.add(*(f"{text}, 그리고 또" for text in questions(10)))
    honest = cli("complete", DAY, DAY, "--json")

    assert (lied_to.code, lied_to.document["check"]["coverage"]) == (0, 1.0)
    assert lied_to.document["cost_krw"] < 5 * len(LIES)
    assert "limit-requests = " in shown
    assert "promptTokens = " in shown
    (learned,) = document["learned"]
    assert {"promptTokens", "completionTokens", "limit-tokens"} <= learned["disbelieved"].keys()
    assert any("promptTokens" in check["message"] for check in looked["checks"] if check["name"] == "quota")
    assert document["spent_today"]["requests"] == after["spent_today"]["requests"] == len(LIES)
    assert (forgotten, after["learned"]) == ({"closings": 0, "sizes": 1}, [])
    assert (honest.code, honest.document["check"]["coverage"]) == (0, 1.0)
    assert honest.document["requests"] == 1
    assert KEY not in f"{shown}{document}{lied_to.err}"


@pytest.mark.parametrize("name", STOPPERS)
def test_after_a_reply_that_stopped_all_runs_an_honest_server_is_asked_to_the_end(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """And what the first run left behind on the disk is small."""
    chats.add(*questions(4))
    before = _bytes(tmp_path)
    monkeypatch.setenv("HCX_MAX_RETRIES", "0")
    with HostileServer(name, behind=hcx.url) as server:
        monkeypatch.setenv("HCX_BASE_URL", server.url)
        first = cli("basic", DAY, DAY, "--json")
        left = _bytes(tmp_path) - before
        monkeypatch.setenv("HCX_BASE_URL", hcx.url)
        second = cli("complete", DAY, DAY, "--json")

    assert first.code in (3, 4)
    assert len(first.err) < 50_000
    assert left < 4_000_000
    assert second.document["check"]["coverage"] == 1.0


def _bytes(folder: Path) -> int:
    return sum(os.path.getsize(file) for file in folder.rglob("*") if file.is_file())
