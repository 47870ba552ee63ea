"""`report --email`: to real servers on loopback, the mail parsed and its files opened."""

import io
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from keyword_assets_tests import straight
from keyword_assets_tests.channels import PASSWORD, TOKEN, Mailbox, Webhook, free_port
from keyword_assets_tests.cli.conftest import CommandLine, Once
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats, contents

STEM = f"keyword-report_{DAY}_{NEXT_DAY}"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """The one channel of reports; alerts go elsewhere, where nothing listens."""
    with Mailbox() as server:
        monkeypatch.setenv("KEYWORDS_REPORT_URLS", server.url)
        monkeypatch.setenv("KEYWORDS_ALERT_URLS", f"json://127.0.0.1:{free_port()}/{TOKEN}")
        yield server


@pytest.fixture
def classified(cli: CommandLine, chats: Chats, once: Once) -> None:
    """Two days of which every question is classified."""

    def classify() -> None:
        chats.add("전학 절차", "검정고시 접수", day=DAY, times=3)
        chats.add("전학 절차", None, day=NEXT_DAY)
        assert [day.missing for day in straight.basic(DAY, NEXT_DAY).days] == [0, 0]

    once(classify)


def _files(mail: EmailMessage) -> dict[str, bytes]:
    return {str(part.get_filename()): part.get_payload(decode=True) for part in mail.iter_attachments()}  # type: ignore[misc]


def _body(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_the_summary_and_the_files_arrive(cli: CommandLine, classified: None, mailbox: Mailbox, tmp_path: Path) -> None:
    """The page with its numbers, the workbook with its cells, the subject in Korean; the files stay, too."""
    outcome = cli("report", DAY, NEXT_DAY, "--email")

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.endswith("보고서 보냄: 1. E-Mail (첨부 2개)\n")
    mail = mailbox.kept.messages[0]
    assert mail["Subject"] == "[keyword_assets] 채팅 키워드 보고서 2025-06-11 ~ 2025-06-12: 모든 질문 분류 완료"
    assert "처리율: 100.0 % (질문 3개 중 3개 분류)" in _body(mail)
    files = _files(mail)
    assert list(files) == [f"{STEM}.html", f"{STEM}.xlsx"]
    assert files == {name: (tmp_path / name).read_bytes() for name in files}
    assert "검정고시 접수" in files[f"{STEM}.html"].decode("utf-8")
    sheet = openpyxl.load_workbook(io.BytesIO(files[f"{STEM}.xlsx"]))["질문"]
    assert (sheet["A2"].value, sheet["B2"].value) == ("전학 절차", 4)


def test_the_formats_that_are_chosen_are_attached(cli: CommandLine, classified: None, mailbox: Mailbox) -> None:
    """Tables for a program, pictures for a slide."""
    assert cli("report", DAY, NEXT_DAY, "--email", "--format", "csv,png").code == 0

    files = _files(mailbox.kept.messages[0])
    assert len(files) == 11
    assert "전학 절차" in files[f"{STEM}_asked.csv"].decode("utf-8-sig")
    assert files[f"{STEM}_calendar.png"].startswith(b"\x89PNG")


def test_a_report_with_gaps_says_so_in_its_subject(cli: CommandLine, chats: Chats, mailbox: Mailbox) -> None:
    """And the exit code stays that of the report."""
    chats.add("전학 절차", "검정고시 접수", day=DAY)

    outcome = cli("report", DAY, NEXT_DAY, "--email", "--format", "html")

    assert outcome.code == 3
    mail = mailbox.kept.messages[0]
    assert str(mail["Subject"]).endswith("누락 2개 (처리율 0.0 %)")
    assert "- 2025-06-11: 누락 2개" in _body(mail)


def test_it_speaks_english_throughout(cli: CommandLine, classified: None, mailbox: Mailbox) -> None:
    """As the files do."""
    outcome = cli("report", DAY, NEXT_DAY, "--email", "--format", "html", "--lang", "en")

    assert "report delivered: 1. E-Mail (1 files attached)" in outcome.out
    assert "every question is classified" in str(mailbox.kept.messages[0]["Subject"])


def test_personal_data_are_masked_in_the_message(
    cli: CommandLine, chats: Chats, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read on phones, and sent on."""
    chats.add("010-1234-5678 전화 상담", day=DAY)
    assert straight.basic().day.missing == 0

    assert cli("report", DAY, DAY, "--email", "--format", "html").code == 0

    mail = mailbox.kept.messages[0]
    assert "1234-5678" not in _body(mail)
    assert "1234-5678" not in _files(mail)[f"keyword-report_{DAY}_{DAY}.html"].decode("utf-8")


def test_a_channel_that_fails_is_named_and_the_others_get_it(
    cli: CommandLine, classified: None, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The exit code is that of a service that did not serve us; the files are there."""
    with Webhook() as webhook:
        webhook.status = 403
        monkeypatch.setenv("KEYWORDS_REPORT_URLS", f"{webhook.json_url} {mailbox.url}")

        outcome = cli("report", DAY, NEXT_DAY, "--email", "--format", "xlsx")

    assert outcome.code == 4
    assert outcome.complaint == "보고서를 보내지 못함: 1. JSON: HTTP 403로 거부됨"
    assert "보고서 보냄: 2. E-Mail (첨부 1개)" in outcome.out
    assert len(mailbox.kept.messages) == 1
    assert (tmp_path / f"{STEM}.xlsx").exists()
    assert TOKEN not in outcome.out + outcome.err
    assert PASSWORD not in outcome.out + outcome.err


def test_the_json_document_says_what_went_where(
    cli: CommandLine, classified: None, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One document, whatever happened."""
    with Webhook() as webhook:
        webhook.status = 503
        monkeypatch.setenv("KEYWORDS_REPORT_URLS", f"{mailbox.url} {webhook.json_url}")

        outcome = cli("report", DAY, NEXT_DAY, "--email", "--json", "--format", "xlsx")

    assert outcome.code == 4
    assert outcome.document["delivered"] == [
        {
            "channel": "1. E-Mail",
            "arrived": True,
            "reason": None,
            "attached": [str(tmp_path / f"{STEM}.xlsx")],
        },
        {"channel": "2. JSON", "arrived": False, "reason": "HTTP 503로 거부됨", "attached": []},
    ]
    assert outcome.document["check"]["coverage"] == 1.0


def test_without_email_nothing_is_sent(cli: CommandLine, classified: None, mailbox: Mailbox) -> None:
    """A setting alone sends nothing."""
    outcome = cli("report", DAY, NEXT_DAY, "--json", "--format", "xlsx")

    assert (outcome.code, outcome.document["delivered"], mailbox.kept.messages) == (0, [], [])


def test_without_a_channel_of_its_own_it_goes_where_alerts_go(
    cli: CommandLine, classified: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One setting is enough to begin with."""
    with Webhook() as webhook:
        monkeypatch.setenv("KEYWORDS_ALERT_URLS", webhook.json_url)

        assert cli("report", DAY, NEXT_DAY, "--email", "--format", "xlsx").code == 0

    assert [part["filename"] for part in webhook.requests[0][1]["attachments"]] == [f"{STEM}.xlsx"]


@pytest.mark.parametrize(
    ("url", "said"),
    [("", "KEYWORDS_REPORT_URLS"), (f"slak://{TOKEN}", "KEYWORDS_REPORT_URLS의 1번째")],
    ids=["no channel", "of no known kind"],
)
def test_what_cannot_be_sent_is_not_written(
    cli: CommandLine, chats: Chats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    """Before anything is counted; the setting is named, and no secret."""
    chats.add("전학 절차", day=DAY)
    monkeypatch.setenv("KEYWORDS_REPORT_URLS", url)
    before = contents()

    outcome = cli("report", DAY, NEXT_DAY, "--email", "--out", "new")

    assert (outcome.code, contents()) == (2, before)
    assert said in outcome.complaint
    assert TOKEN not in outcome.err
    assert not (tmp_path / "new").exists()


def test_large_files_are_named_in_their_place(
    cli: CommandLine, classified: None, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """0: summaries only."""
    monkeypatch.setenv("KEYWORDS_REPORT_ATTACH_MB", "0")

    outcome = cli("report", DAY, NEXT_DAY, "--email", "--out", "보고서", "--format", "xlsx")

    assert "(첨부 0개)" in outcome.out
    mail = mailbox.kept.messages[0]
    assert _files(mail) == {}
    assert f"- {tmp_path / '보고서' / STEM}.xlsx (0." in _body(mail)


def test_a_report_on_mysql_is_sent_too(on_mysql: None, cli: CommandLine, chats: Chats, mailbox: Mailbox) -> None:
    """Where the numbers of real offices are."""
    chats.add("전학 절차", "검정고시 접수", day=DAY, times=3)
    assert straight.basic().day.missing == 0

    assert cli("report", DAY, NEXT_DAY, "--email", "--format", "xlsx").code == 0
    assert "메시지: 6건" in _body(mailbox.kept.messages[0])
