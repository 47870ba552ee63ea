"""Messages on their way to real servers on loopback, and the secrets that must not be seen on the way."""

import logging
import time
from collections.abc import Iterator

import pytest

from keyword_assets import notify
from keyword_assets.core import texts
from keyword_assets.core.alerts import Message
from keyword_assets.core.errors import InputError
from keyword_assets.notify import NotDelivered, open_channels
from keyword_assets_tests.channels import PASSWORD, TOKEN, Mailbox, Webhook, dripping, free_port

MESSAGE = Message(
    "[keyword_assets] 누락이 남아 있음: 2025-06-11", "- 2025-06-11: 누락 3개\n\n할 일:\n  keyword-assets <doctor>"
)


@pytest.fixture(autouse=True)
def _korean() -> None:
    texts.use("ko")


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """An HTTP server."""
    with Webhook() as server:
        yield server


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """An SMTP server."""
    with Mailbox() as server:
        yield server


def _send(url: str) -> None:
    (channel,) = open_channels([url])
    channel.send(MESSAGE)


def test_a_webhook_gets_title_and_body(webhook: Webhook) -> None:
    """Line breaks and Korean as they are."""
    _send(webhook.json_url)

    assert webhook.messages == [(MESSAGE.title, MESSAGE.body)]
    ((path, _),) = webhook.requests
    assert path == f"/hooks/{TOKEN}"


def test_a_chat_gets_one_text(webhook: Webhook) -> None:
    """Mattermost and its like take what Slack takes."""
    _send(webhook.chat_url)

    ((path, posted),) = webhook.requests
    assert path == f"/hooks/{TOKEN}"
    assert MESSAGE.title in str(posted)
    assert "누락 3개" in str(posted)


def test_a_mail_reaches_each_recipient_and_can_be_read(mailbox: Mailbox) -> None:
    """Subject and body in Korean, with the lines where they belong."""
    _send(mailbox.url)

    assert sorted(mailbox.kept.recipients) == ["kim@school.example", "lee@school.example"]
    mail = mailbox.kept.messages[0]
    assert mail["Subject"] == MESSAGE.title
    assert "keywords@school.example" in mail["From"]
    body = mail.get_body(("html", "plain"))
    assert body is not None
    assert body.get_content().splitlines() == MESSAGE.body.splitlines()
    assert "apprise" not in mail.as_string().lower()


@pytest.mark.parametrize(
    ("status", "reason"), [(403, "HTTP 403로 거부됨"), (503, "HTTP 503로 거부됨"), (302, "HTTP 302로 거부됨")]
)
def test_a_refusal_is_told_with_its_status(webhook: Webhook, status: int, reason: str) -> None:
    """A wrong token looks different from a server that is ill."""
    webhook.status = status

    with pytest.raises(NotDelivered, match=reason):
        _send(webhook.json_url)


def test_a_server_that_is_not_there_is_told() -> None:
    """At once, for nothing listens."""
    with pytest.raises(NotDelivered, match="연결되지 않거나 거부됨"):
        _send(f"json://127.0.0.1:{free_port()}/{TOKEN}")


def test_a_mail_server_that_refuses_is_told(mailbox: Mailbox) -> None:
    """The same as any other."""
    mailbox.kept.refuses = True

    with pytest.raises(NotDelivered, match="연결되지 않거나 거부됨"):
        _send(mailbox.url)


@pytest.mark.parametrize("wish", ["", "?rto=300&cto=300&retry=10&wait=60"], ids=["as it is", "asking for more"])
def test_a_server_that_hangs_is_left_after_some_seconds(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch, wish: str
) -> None:
    """Whatever the URL asks for: a tick of the sensor is cut off after a minute."""
    webhook.hangs = True
    monkeypatch.setattr(notify, "TIMEOUT_SECONDS", 0.5)
    began = time.monotonic()

    with pytest.raises(NotDelivered):
        _send(webhook.json_url + wish)

    assert time.monotonic() - began < 3
    assert webhook.tries == 1


def test_a_server_that_drips_is_left_when_the_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time-out between two signs of life would end it."""
    monkeypatch.setattr(notify, "DELIVERY_SECONDS", 1.0)
    began = time.monotonic()

    with dripping() as url, pytest.raises(NotDelivered, match="1초 안에 응답이 없음"):
        _send(url)

    assert time.monotonic() - began < 3


def test_a_failure_counts_as_one_whatever_the_url_says(webhook: Webhook) -> None:
    """`optional=yes` would make apprise call it a success."""
    webhook.status = 500

    with pytest.raises(NotDelivered):
        _send(webhook.json_url + "?optional=yes")


@pytest.mark.parametrize("url", [f"slak://{TOKEN}", f"slack://{TOKEN}", f"json://u:{PASSWORD}@"])
def test_a_url_that_cannot_be_used_is_named_by_its_place(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """It is a secret, also where it is wrong."""
    caplog.set_level(logging.DEBUG)

    with pytest.raises(InputError) as refused:
        open_channels(["json://127.0.0.1/", url])

    assert "KEYWORDS_ALERT_URLS의 2번째" in str(refused.value)
    assert TOKEN not in str(refused.value) + caplog.text
    assert PASSWORD not in str(refused.value) + caplog.text


def test_no_part_of_a_url_is_logged_or_told(
    webhook: Webhook, mailbox: Mailbox, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whether it arrives, is refused or hangs, and however talkative the logging is."""
    caplog.set_level(logging.DEBUG)
    webhook.status, mailbox.kept.refuses = 403, True
    told = []
    for url in (
        webhook.json_url,
        webhook.chat_url,
        mailbox.url,
        f"json://u:{PASSWORD}@127.0.0.1:{free_port()}/{TOKEN}",
    ):
        (channel,) = open_channels([url])
        with pytest.raises(NotDelivered) as failed:
            channel.send(MESSAGE)
        told.append(f"{failed.value} {failed.value.__cause__} {channel.name}")
    webhook.status, mailbox.kept.refuses = 200, False
    _send(webhook.json_url)
    _send(mailbox.url)

    out, err = capfd.readouterr()
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("mail.")]
    said = "\n".join([*ours, *told, out, err])
    assert TOKEN not in said
    assert PASSWORD not in said
    assert "hooks" not in said


def test_a_channel_that_is_named_twice_is_one(webhook: Webhook) -> None:
    """Nobody wants each message twice."""
    channels = open_channels([webhook.json_url, webhook.json_url, webhook.chat_url])

    assert [channel.name for channel in channels] == ["1. JSON", "3. Mattermost"]
