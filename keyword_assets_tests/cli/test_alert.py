"""`alert test` and what `doctor` says of channels."""

from collections.abc import Iterator

import pytest

from keyword_assets_tests.channels import PASSWORD, TOKEN, Mailbox, Webhook
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.world import DAY


@pytest.fixture
def channels(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Webhook, Mailbox]]:
    """A webhook and a mailbox in the setting."""
    with Webhook() as webhook, Mailbox() as mailbox:
        monkeypatch.setenv("KEYWORDS_ALERT_URLS", f"{webhook.json_url} {mailbox.url}")
        yield webhook, mailbox


def test_each_channel_gets_a_test_message(cli: CommandLine, channels: tuple[Webhook, Mailbox]) -> None:
    """And is said to have got it."""
    webhook, mailbox = channels

    outcome = cli("alert", "test")

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "보냄: 1. JSON\n보냄: 2. E-Mail\n"
    assert [title for title, _ in webhook.messages] == ["[keyword_assets] 시험 알림"]
    assert str(mailbox.kept.messages[0]["Subject"]) == "[keyword_assets] 시험 알림"


def test_a_channel_that_does_not_take_it_is_named_and_the_others_tried(
    cli: CommandLine, channels: tuple[Webhook, Mailbox]
) -> None:
    """The exit code is that of a service that did not serve us."""
    webhook, mailbox = channels
    webhook.status = 404

    outcome = cli("alert", "test", "--lang", "en")

    assert outcome.code == 4
    assert outcome.out == "not delivered: 1. JSON: refused with HTTP 404\ndelivered: 2. E-Mail\n"
    assert TOKEN not in outcome.out + outcome.err
    assert len(mailbox.kept.messages) == 1


def test_without_a_channel_there_is_nothing_to_test(cli: CommandLine) -> None:
    """The setting is named."""
    outcome = cli("alert", "test")

    assert outcome.code == 2
    assert "KEYWORDS_ALERT_URLS" in outcome.err


def test_doctor_says_how_many_channels_there_are_and_of_what_kinds(
    cli: CommandLine, channels: tuple[Webhook, Mailbox]
) -> None:
    """And sends nothing, and shows no secret."""
    cli("check", DAY, DAY)

    outcome = cli("doctor")

    assert outcome.code == 0
    assert "채널 2개: JSON, E-Mail" in outcome.story
    assert channels[0].requests == []
    assert TOKEN not in outcome.out + outcome.err
    assert PASSWORD not in outcome.out + outcome.err


def test_doctor_says_where_reports_go(
    cli: CommandLine, channels: tuple[Webhook, Mailbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If not where alerts go."""
    cli("check", DAY, DAY)
    monkeypatch.setenv("KEYWORDS_REPORT_URLS", channels[1].url)

    outcome = cli("doctor")

    assert "보고서는 채널 1개로: E-Mail" in outcome.story
    assert PASSWORD not in outcome.out + outcome.err


def test_doctor_says_that_there_is_no_channel(cli: CommandLine) -> None:
    """That is allowed."""
    cli("check", DAY, DAY)

    outcome = cli("doctor")

    assert outcome.code == 0
    assert "알림을 보낼 곳이 없음" in outcome.story


def test_doctor_finds_a_channel_of_no_known_kind(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the code location fails to load because of it."""
    cli("check", DAY, DAY)
    monkeypatch.setenv("KEYWORDS_ALERT_URLS", f"slak://{TOKEN}")

    outcome = cli("doctor", "--json")

    assert outcome.code == 2
    (fault,) = [check for check in outcome.document["checks"] if not check["ok"]]
    assert fault["name"] == "alerts"
    assert "KEYWORDS_ALERT_URLS의 1번째" in fault["message"]
    assert TOKEN not in outcome.out + outcome.err
