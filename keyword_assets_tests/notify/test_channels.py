"""Messages on their way to real servers on loopback, and the secrets that must not be seen on the way."""

import base64
import json
import logging
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote_plus

import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.core import texts
from keyword_assets.core.alerting.alerts import Notice
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import defused
from keyword_assets.notify import channels, services
from keyword_assets.notify.channels import Channel, NotDelivered, alert_channels, open_channels, report_channels
from keyword_assets_tests.channels import PASSWORD, TOKEN, Mailbox, Webhook, dripping, free_port

MESSAGE = Notice(
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


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A page of 30 bytes and a table of 600,000, in a folder that somebody has named."""
    folder = tmp_path / "주간 보고"
    folder.mkdir()
    page, table = folder / "keyword-report_2025-06-11.html", folder / "table.csv"
    page.write_bytes("<p>처리율 99.9 %</p>".encode())
    table.write_bytes(bytes(range(250)) * 2_400)
    return page, table


def _body(mail: EmailMessage) -> str:
    body = mail.get_body(("html", "plain"))
    assert body is not None
    return str(body.get_content())


def _attached(mail: EmailMessage) -> dict[str | None, bytes]:
    return {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}  # type: ignore[misc]


def _channel(url: str, most_mb: int = 10) -> Channel:
    (channel,) = open_channels([url], "KEYWORDS_REPORT_URLS", most_mb)
    return channel


def _send(url: str) -> None:
    _channel(url).send(MESSAGE)


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
    channels = open_channels([mailbox.url_to("kim", "lee")], "KEYWORDS_ALERT_URLS", 10)
    for channel in channels:
        channel.send(MESSAGE)

    assert [channel.name for channel in channels] == ["1-1. E-Mail", "1-2. E-Mail"]
    assert mailbox.kept.recipients == ["kim@school.example", "lee@school.example"]
    mail = mailbox.kept.messages[0]
    assert mail["Subject"] == MESSAGE.title
    assert "keywords@school.example" in mail["From"]
    body = mail.get_body(("html", "plain"))
    assert body is not None
    assert body.get_content().splitlines() == MESSAGE.body.splitlines()
    assert "apprise" not in mail.as_string().lower()


def test_an_address_that_is_refused_keeps_no_other_from_its_mail(mailbox: Mailbox) -> None:
    """Somebody has left: the others would get each message again with every new try."""
    mailbox.kept.knows_not.add("lee@school.example")
    kim, lee = open_channels([mailbox.url_to("kim", "lee")], "KEYWORDS_ALERT_URLS", 10)

    kim.send(MESSAGE)
    with pytest.raises(NotDelivered):
        lee.send(MESSAGE)

    assert kim.identity != lee.identity
    assert mailbox.kept.recipients == ["kim@school.example"]


def test_copies_go_with_the_first_mail_only(mailbox: Mailbox) -> None:
    """Once to each of them."""
    for channel in open_channels([mailbox.url_to("kim", "lee") + "&cc=park@school.example"], "KEYWORDS_ALERT_URLS", 10):
        channel.send(MESSAGE)

    assert sorted(mailbox.kept.recipients) == ["kim@school.example", "lee@school.example", "park@school.example"]


@pytest.mark.parametrize(
    ("status", "reason"), [(403, "HTTP 403로 거부됨"), (503, "HTTP 503로 거부됨"), (302, "따라가지 않습니다")]
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
    monkeypatch.setattr(services, "TIMEOUT_SECONDS", 0.5)
    began = time.monotonic()

    with pytest.raises(NotDelivered):
        _send(webhook.json_url + wish)

    assert time.monotonic() - began < 3
    assert webhook.tries == 1


def test_a_server_that_drips_is_left_when_the_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time-out between two signs of life would end it."""
    monkeypatch.setattr(channels, "DELIVERY_SECONDS", 1.0)
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
        open_channels(["json://127.0.0.1/", url], "KEYWORDS_REPORT_URLS", 10)

    assert "KEYWORDS_REPORT_URLS의 2번째" in str(refused.value)
    assert TOKEN not in str(refused.value) + caplog.text
    assert PASSWORD not in str(refused.value) + caplog.text


@pytest.mark.parametrize("with_files", [False, True])
def test_no_part_of_a_url_is_logged_or_told(
    webhook: Webhook,
    mailbox: Mailbox,
    files: tuple[Path, Path],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    with_files: bool,
) -> None:
    """Whether it arrives, is refused or hangs, and however talkative the logging is."""
    message = replace(MESSAGE, attachments=files) if with_files else MESSAGE
    caplog.set_level(logging.DEBUG)
    webhook.status, mailbox.kept.refuses = 403, True
    told = []
    for url in (
        webhook.json_url,
        webhook.chat_url,
        mailbox.url,
        f"json://u:{PASSWORD}@127.0.0.1:{free_port()}/{TOKEN}",
    ):
        channel = _channel(url)
        with pytest.raises(NotDelivered) as failed:
            channel.send(message)
        told.append(f"{failed.value} {failed.value.__cause__} {channel.name}")
    webhook.status, mailbox.kept.refuses = 200, False
    _channel(webhook.json_url).send(message)
    _channel(mailbox.url).send(message)

    out, err = capfd.readouterr()
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("mail.")]
    said = "\n".join([*ours, *told, out, err])
    assert TOKEN not in said
    assert PASSWORD not in said
    assert "hooks" not in said


def test_a_channel_that_is_named_twice_is_one(webhook: Webhook) -> None:
    """Nobody wants each message twice."""
    channels = open_channels([webhook.json_url, webhook.json_url, webhook.chat_url], "KEYWORDS_ALERT_URLS", 10)

    assert [channel.name for channel in channels] == ["1. JSON", "3. Mattermost"]


# -- files ------------------------------------------------------------------------------------------------------------


def test_a_mail_carries_the_files_as_they_are(mailbox: Mailbox, files: tuple[Path, Path]) -> None:
    """Byte for byte, under their own names."""
    sent = _channel(mailbox.url).send(replace(MESSAGE, attachments=files))

    assert sent == files
    (mail,) = mailbox.kept.messages
    assert mail["Subject"] == MESSAGE.title
    assert _body(mail).splitlines() == MESSAGE.body.splitlines()
    assert _attached(mail) == {path.name: path.read_bytes() for path in files}


def test_a_webhook_gets_the_files_too(webhook: Webhook, files: tuple[Path, Path]) -> None:
    """In its document, encoded."""
    _channel(webhook.json_url).send(replace(MESSAGE, attachments=files))

    ((_, posted),) = webhook.requests
    found = {part["filename"]: base64.b64decode(part["base64"]) for part in posted["attachments"]}
    assert found == {path.name: path.read_bytes() for path in files}
    assert posted["message"] == MESSAGE.body


@pytest.mark.parametrize(("most_mb", "number"), [(0, 0), (1, 1), (2, 2)])
def test_files_beyond_the_limit_are_named_with_their_place(
    mailbox: Mailbox, tmp_path: Path, most_mb: int, number: int
) -> None:
    """Each of 730,000 bytes has 999,007 as it travels: a second one in the same mail is too much for a megabyte."""
    files = tuple(tmp_path / f"{n}.xlsx" for n in range(2))
    for path in files:
        path.write_bytes(b"x" * 730_000)

    sent = _channel(mailbox.url, most_mb).send(replace(MESSAGE, attachments=files))

    mail = mailbox.kept.messages[0]
    assert sent == files[:number]
    assert list(_attached(mail)) == [path.name for path in sent]
    for path in files[number:]:
        assert f"- {path} (0.8 MB)" in _body(mail)
    assert ("KEYWORDS_REPORT_ATTACH_MB" in _body(mail)) == (number < 2)


def test_a_small_file_goes_along_though_a_larger_one_before_it_did_not_fit(mailbox: Mailbox, tmp_path: Path) -> None:
    """The page is worth having without the workbook."""
    large, small = tmp_path / "large.xlsx", tmp_path / "small.html"
    large.write_bytes(b"x" * 2_000_000)
    small.write_text("small")

    assert _channel(mailbox.url, 1).send(replace(MESSAGE, attachments=(large, small))) == (small,)
    assert f"- {large} (2.0 MB)" in _body(mailbox.kept.messages[0])


def test_what_is_attached_stays_within_the_limit_as_it_travels(mailbox: Mailbox, tmp_path: Path) -> None:
    """The encoded part of the mail, line breaks and all: a file of the largest size that is let through."""
    path = tmp_path / "largest.bin"
    path.write_bytes(b"x" * 730_767)

    assert _channel(mailbox.url, 1).send(replace(MESSAGE, attachments=(path,))) == (path,)
    (part,) = mailbox.kept.messages[0].iter_attachments()
    assert 999_900 < len(str(part.get_payload())) <= 1_000_000


def test_a_channel_that_takes_no_files_is_told_where_they_are(webhook: Webhook, files: tuple[Path, Path]) -> None:
    """The summary arrives all the same."""
    assert _channel(webhook.chat_url).send(replace(MESSAGE, attachments=files)) == ()

    ((_, posted),) = webhook.requests
    assert "이 채널에는 파일을 첨부할 수 없습니다" in str(posted)
    assert all(str(path) in str(posted) for path in files)


def test_slacks_incoming_webhooks_are_known_to_take_no_files() -> None:
    """They would drop them without a word."""
    hook, bot = ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#c", "slack://xoxb-1234-1234-4ddbc191d40e/#c")

    assert not services.takes_files(_channel(hook).service)
    assert services.takes_files(_channel(bot).service)


def test_a_server_that_takes_less_than_we_may_send_gets_the_message_alone(files: tuple[Path, Path]) -> None:
    """Its own limit is known to it only; a report that never arrived would be worse."""
    with Mailbox(most_bytes=100_000) as mailbox:
        sent = _channel(mailbox.url).send(replace(MESSAGE, attachments=files))

    assert sent == ()
    (mail,) = mailbox.kept.messages
    assert "첨부를 받지 않아" in _body(mail)
    assert f"- {files[1]} (0.6 MB)" in _body(mail)


def test_a_file_that_is_gone_is_said_to_be(mailbox: Mailbox, files: tuple[Path, Path]) -> None:
    """Cleaned away meanwhile, or on another machine."""
    page, table = files
    page.unlink()

    assert _channel(mailbox.url).send(replace(MESSAGE, attachments=files)) == (table,)
    assert list(_attached(mailbox.kept.messages[0])) == ["table.csv"]
    assert "첨부하지 못한 파일: keyword-report_2025-06-11.html" in _body(mailbox.kept.messages[0])


def test_many_files_are_not_all_named(webhook: Webhook, tmp_path: Path) -> None:
    """A chat takes some 2,000 characters."""
    files = tuple(tmp_path / f"{n}.csv" for n in range(12))
    for path in files:
        path.write_text("x")

    _channel(webhook.chat_url).send(replace(MESSAGE, attachments=files))

    ((_, posted),) = webhook.requests
    assert sum(str(path) in str(posted) for path in files) == 4
    assert "그 밖에 8개" in str(posted)


def test_files_have_more_time_than_words(webhook: Webhook, files: tuple[Path, Path]) -> None:
    """A socket's time-out counts for all that is written at once: a line of 5 Mbit/s takes 10 MB in 16 s."""
    channel = _channel(webhook.json_url)
    seen: list[tuple[float, float]] = []
    send = channel.service.send
    channel.service.send = lambda **given: seen.append(channel.service.request_timeout) or send(**given)

    channel.send(replace(MESSAGE, attachments=files))
    channel.send(MESSAGE)

    assert seen == [(20.0, 20.0), (4.0, 4.0)]


def test_a_server_that_hangs_over_files_is_asked_once_more_without_them(
    webhook: Webhook, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And then left: a tick of the sensor is cut off after a minute."""
    webhook.hangs = True
    monkeypatch.setattr(channels, "FILES_TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr(services, "TIMEOUT_SECONDS", 0.5)

    with pytest.raises(NotDelivered):
        _channel(webhook.json_url).send(replace(MESSAGE, attachments=files))

    assert webhook.tries == 2


def test_reports_go_where_alerts_go_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """One setting is enough to begin with."""
    monkeypatch.setenv("KEYWORDS_ALERT_URLS", "json://alerts.example")
    alone = Settings.from_env()
    monkeypatch.setenv("KEYWORDS_REPORT_URLS", "xml://reports.example")
    both = Settings.from_env()

    assert report_channels(alone)[0].identity == alert_channels(alone)[0].identity
    assert [(channel.setting, channel.name) for channel in report_channels(both)] == [
        ("KEYWORDS_REPORT_URLS", "1. XML")
    ]
    assert [channel.name for channel in alert_channels(both)] == ["1. JSON"]


# -- where it may go, and what it may do there ------------------------------------------------------------------------

KINDS = {
    "json": "json://{server}/hooks/{token}?redirect=yes",
    "xml": "xml://{server}/hooks/{token}?redirect=yes",
    "form": "form://{server}/hooks/{token}?redirect=yes",
    "mattermost": "mmost://{server}/{token}?redirect=yes",
    "ntfy": "ntfy://{server}/{token}?redirect=yes",
    "gotify": "gotify://{server}/{token}?redirect=yes",
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/?redirect=yes",
    "discord": "discord://123456789012345678/{token}?redirect=yes",
    "telegram": "tgram://123456789:alphanumeric_ABCDEFGHIJKLMNOPQRSTUVWX/12315544?redirect=yes",
}


def _kind(monkeypatch: pytest.MonkeyPatch, kind: str, webhook: Webhook) -> Channel:
    """The channel, its service's own server in the place of one that stands elsewhere."""
    from apprise.plugins.discord import NotifyDiscord
    from apprise.plugins.slack import NotifySlack
    from apprise.plugins.telegram import NotifyTelegram

    server = f"127.0.0.1:{webhook.port}"
    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://{server}/services")
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://{server}/webhooks")
    monkeypatch.setattr(NotifyTelegram, "notify_url", f"http://{server}/bot")
    return _channel(KINDS[kind].format(server=server, token=TOKEN))


@pytest.mark.parametrize("status", [301, 307, 308])
@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_sends_a_message_elsewhere(
    monkeypatch: pytest.MonkeyPatch, webhook: Webhook, kind: str, status: int
) -> None:
    """307 and 308 would take text and token along; whatever the URL says about it."""
    channel = _kind(monkeypatch, kind, webhook)
    with Webhook() as elsewhere:
        webhook.status, webhook.location = status, f"http://localhost:{elsewhere.port}/taken/{TOKEN}"

        with pytest.raises(NotDelivered):
            channel.send(MESSAGE)

        assert (webhook.tries > 0, elsewhere.tries) == (True, 0)


FOREIGN = (
    "<!channel> @everyone @here <@U123> <@&77> #general [눌러](http://harm.example/a) www.harm.example a@harm.example "
    "<http://harm.example|여기> **굵게** _기울임_ `코드` ![x](https://harm.example/x.png) <b>굵게</b> &lt;b&gt; "
    "javascript:x"
)
# What is active of it in the words of some channel.
_CALLS = (
    "<!",
    "@everyone",
    "@here",
    "<@",
    "#general",
    "](",
    "://harm",
    "harm.example",
    "**",
    "`",
    "<b>굵",
    "&lt;b",
    "t:x",
)


@pytest.mark.parametrize("kind", [*KINDS, "mail"])
def test_foreign_words_do_nothing_in_any_channel(
    monkeypatch: pytest.MonkeyPatch, webhook: Webhook, mailbox: Mailbox, kind: str
) -> None:
    """As apprise puts them for each kind, over HTTP and SMTP; what people read is still there."""
    message = Notice("[keyword_assets] 시험", f"1. {defused(FOREIGN)} (3번)")
    if kind == "mail":
        _send_to(mailbox.url, message)
        _send_to(f"{mailbox.url}&format=html", message)
        said = "".join(
            str(part.get_content())
            for mail in mailbox.kept.messages
            for part in mail.walk()
            if part.get_content_maintype() == "text"
        )
        assert "&nbsp;" in said
    else:
        _kind(monkeypatch, kind, webhook).send(message)
        said = unquote_plus(json.dumps(webhook.requests, ensure_ascii=False))

    assert [call for call in _CALLS if call in said] == []
    for word in ("everyone", "눌러", "굵게", "코드", "여기"):
        assert word in said


def _send_to(url: str, message: Notice) -> None:
    _channel(url).send(message)


@pytest.mark.parametrize("kind", ["symlink", "hard link", "pipe"])
def test_only_files_of_ours_are_attached(mailbox: Mailbox, tmp_path: Path, kind: str) -> None:
    """What lies under a report's name may have been put there by another user; the message goes without it."""
    secret, path = tmp_path / ".env", tmp_path / "keyword-report_2025-05-15_2025-06-11.html"
    secret.write_text("HCX_API_KEY=nv-secret")
    if kind == "symlink":
        path.symlink_to(secret)
    elif kind == "hard link":
        os.link(secret, path)
    else:
        os.mkfifo(path)

    assert _channel(mailbox.url).send(replace(MESSAGE, attachments=(path,))) == ()
    (mail,) = mailbox.kept.messages
    assert "nv-secret" not in mail.as_string()
    assert path.name in _body(mail)
