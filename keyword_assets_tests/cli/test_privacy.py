"""Where personal data in questions shows up on the way through a run, by the setting KEYWORDS_MASK."""

import logging
from pathlib import Path

import pytest

from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.world import DAY, Chats, keyword_rows, questions

PHONE, EMAIL = "010-8642-9753", "privacy.test@naver.com"
OTHER_PHONE = "010-2468-1357"
PRIVATE = f"{PHONE}인데 {EMAIL}으로 전학 서류를 받을 수 있나요"
SECRETS = (PHONE, EMAIL, "8642-9753", "86429753", "privacy.test")


def dagster_files(folder: Path) -> bytes:
    """All that Dagster keeps: events, logs, what its pages show."""
    return b"".join(path.read_bytes() for path in (folder / ".keyword_assets" / "dagster").rglob("*") if path.is_file())


def asked(hcx: SimulatorServer) -> str:
    """Everything that the simulated HCX was sent."""
    return "\n".join(text for record in hcx.stats.records for text in record.texts)


def test_nothing_personal_is_sent_where_that_is_set(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text in the tables stays as it is; the answer cannot repeat what was not sent."""
    monkeypatch.setenv("KEYWORDS_MASK", "sent")
    chats.add(PRIVATE, PRIVATE.replace(PHONE, OTHER_PHONE), *questions(3))

    assert cli("complete", DAY, DAY, "--json").code == 0

    assert "[전화번호]인데 [이메일]으로 전학" in asked(hcx)
    assert not [secret for secret in (*SECRETS, OTHER_PHONE) if secret in asked(hcx)]
    rows = keyword_rows()
    assert {PRIVATE, PRIVATE.replace(PHONE, OTHER_PHONE)} < {row["query_text"] for row in rows}
    assert not [row for row in rows if any(secret in row["keyword"] for secret in SECRETS)]
    # The two differ in a number only, and were asked once.
    assert asked(hcx).count("전학 서류") == 1


def test_the_dry_run_reckons_with_what_is_sent(cli: CommandLine, chats: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that become the same are one request's worth."""
    chats.add(PRIVATE, PRIVATE.replace(PHONE, OTHER_PHONE))
    before = cli("complete", DAY, DAY, "--dry-run", "--json").document
    monkeypatch.setenv("KEYWORDS_MASK", "sent")

    assert (before["texts"], cli("complete", DAY, DAY, "--dry-run", "--json").document["texts"]) == (2, 1)


def test_answers_to_unmasked_texts_are_not_reused(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may hold what is to be hidden; others are reused as ever."""
    chats.add(PRIVATE, *questions(3))
    straight.complete()
    hcx.reset()
    monkeypatch.setenv("KEYWORDS_MASK", "sent")
    chats.add(PRIVATE, *questions(3), day="2025-06-12")

    assert cli("complete", "2025-06-12", "2025-06-12", "--json").document["reused"] == 3
    assert asked(hcx) == PRIVATE.replace(PHONE, "[전화번호]").replace(EMAIL, "[이메일]")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("error", code="40005", message=f"refused: {PRIVATE}", text=PHONE),
        Fault("error", code="50000", message=f"broken by {PRIVATE}", text=PHONE),
        Fault("unknown_category", text=PHONE),
        Fault("error", code="40104", message=f"denied: {PRIVATE}", text=PHONE),
    ],
    ids=["refused", "failing", "unusable", "denied"],
)
def test_no_screen_log_or_page_shows_it_when_things_go_wrong(
    cli: CommandLine,
    chats: Chats,
    hcx: SimulatorServer,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    fault: Fault,
) -> None:
    """Servers repeat what they refuse, and the table of missing questions shows what was asked."""
    caplog.set_level(logging.DEBUG)
    chats.add(*questions(3), PRIVATE)
    hcx.faults.add(fault)

    said = [
        cli(*command, *option)
        for command in (("complete", DAY, DAY), ("quarantine", "list", DAY, DAY), ("check", DAY, DAY))
        for option in ((), ("--json",))
    ]

    assert PHONE in asked(hcx)
    shown = "".join(outcome.out + outcome.err for outcome in said) + caplog.text
    assert not [secret for secret in SECRETS if secret in shown]
    assert not [secret for secret in SECRETS if secret.encode() in dagster_files(tmp_path)]


def test_the_table_of_missing_questions_is_masked(
    cli: CommandLine, chats: Chats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a limit of none, all are missing and the most asked are shown in the UI."""
    chats.add(PRIVATE)
    cli("complete", DAY, DAY, "--limit", "0")
    masked = dagster_files(tmp_path)
    monkeypatch.setenv("KEYWORDS_MASK", "none")
    cli("complete", DAY, DAY, "--limit", "0")

    assert b"8642-9753" not in masked
    assert b"8642-9753" in dagster_files(tmp_path)


def test_the_quarantine_is_shown_masked_unless_nothing_is(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has to see the whole text says so."""
    chats.add(*questions(2), PRIVATE)
    hcx.faults.add(Fault("error", code="40005", text=PHONE))
    straight.complete()

    (entry,) = cli("quarantine", "list", DAY, DAY, "--json").document["quarantined"]
    story = cli("quarantine", "list", DAY, DAY).story
    monkeypatch.setenv("KEYWORDS_MASK", "none")
    (whole,) = cli("quarantine", "list", DAY, DAY, "--json").document["quarantined"]

    assert entry["text"] == "[전화번호]인데 [이메일]으로 전학 서류를 받을 수 있나요"
    assert "[전화번호]인데 [이메일]으로" in story
    assert whole["text"] == PRIVATE


def test_a_wrong_value_of_the_setting_is_refused(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistyped one must not mean that nothing is masked."""
    monkeypatch.setenv("KEYWORDS_MASK", "send")

    outcome = cli("check", DAY, DAY)

    assert (outcome.code, "KEYWORDS_MASK" in outcome.complaint) == (2, True)
