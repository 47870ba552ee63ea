"""A report on its way from the run through the outbox to people, over real servers on loopback."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import dagster as dg
import openpyxl
import pytest
import sqlalchemy as sa

from keyword_assets.configuration.settings import Settings
from keyword_assets.notify.channels import report_channels
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.assets.keys import KEYWORD_REPORT
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.opening import open_store
from keyword_assets.sql.schema.migrate import upgrade
from keyword_assets_tests.channels import PASSWORD, TOKEN, Mailbox, Webhook
from keyword_assets_tests.world import DAY, NEXT_DAY, TODAY, Chats, Clock, execute

STEM = "keyword-report_2025-05-15_2025-06-11"

Tick = Callable[[], str]


@pytest.fixture(autouse=True)
def _clock(clock: Clock) -> None:
    """It stands at TODAY."""


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """The one channel there is, of reports only."""
    with Mailbox() as server:
        monkeypatch.setenv("KEYWORDS_REPORT_URLS", server.url)
        yield server


@pytest.fixture
def tick(instance: dg.DagsterInstance) -> Tick:
    """Evaluates alert_sensor; returns what it says it did."""

    def evaluate() -> str:
        defs = build_defs(Settings.from_env())
        with dg.build_sensor_context(
            instance=instance, definitions=defs, resources={"database": defs.resources["database"]}
        ) as context:
            return defs.resolve_sensor_def("alert_sensor").evaluate_tick(context).skip_message or ""

    return evaluate


def _materialize(instance: dg.DagsterInstance, *, deliver: bool | None = True) -> dg.ExecuteInProcessResult:
    options = {} if deliver is None else {"deliver": deliver}
    return (
        build_defs(Settings.from_env())
        .resolve_implicit_global_asset_job_def()
        .execute_in_process(
            instance=instance,
            asset_selection=[KEYWORD_REPORT],
            partition_key=DAY,
            run_config={"ops": {"keyword_report": {"config": options}}},
            raise_on_error=False,
        )
    )


def _said(result: dg.ExecuteInProcessResult) -> object:
    (event,) = result.get_asset_materialization_events()
    found = event.materialization.metadata.get("delivery")
    return found.value if found else None


def _body(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _files(mail: EmailMessage) -> dict[str, bytes]:
    return {str(part.get_filename()): part.get_payload(decode=True) for part in mail.iter_attachments()}  # type: ignore[misc]


def _due_again() -> None:
    execute("UPDATE keyword_outbox SET next_try = 0")


@pytest.mark.parametrize("database", ["sqlite", "mysql"])
def test_a_run_posts_the_report_and_the_sensor_delivers_it(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tick: Tick,
    instance: dg.DagsterInstance,
    mailbox: Mailbox,
    database: str,
) -> None:
    """Once, with the files as they were written, and a link to the day's report."""
    if database == "mysql":
        url = request.getfixturevalue("mysql_url")
        monkeypatch.setenv("KEYWORDS_DATABASE_URL", url)
        engine = make_engine(url)
        upgrade(engine, DEFAULT_NAMES)
        engine.dispose()
    monkeypatch.setenv("KEYWORDS_UI_URL", "http://dagster.school.example:3000/")
    Chats().add("전학 절차", "검정고시")

    result = _materialize(instance)
    assert (result.success, mailbox.kept.messages) == (True, [])
    said = [tick(), tick()]

    assert "보냄 1건, 아직 못 보냄 0건" in said[0]
    assert "보냄 0건, 아직 못 보냄 0건" in said[1]
    assert "채널 1곳" in str(_said(result))
    (mail,) = mailbox.kept.messages
    assert str(mail["Subject"]).startswith("[keyword_assets] 채팅 키워드 보고서 2025-05-15 ~ 2025-06-11: 누락 2개")
    assert (
        _body(mail)
        .splitlines()[-1]
        .endswith("http://dagster.school.example:3000/assets/keyword_report?view=partitions&partition=2025-06-11")
    )
    files = _files(mail)
    assert "검정고시" in files[f"{STEM}.html"].decode("utf-8")
    assert openpyxl.load_workbook(io.BytesIO(files[f"{STEM}.xlsx"]))["날짜별"].max_row == 29


def test_a_row_of_the_outbox_sends_no_other_file_and_calls_nobody(
    monkeypatch: pytest.MonkeyPatch, tick: Tick, chats: Chats, mailbox: Mailbox, tmp_path: Path
) -> None:
    """The database is shared: a row was enough to have any file of the machine sent, and any words said."""
    monkeypatch.setenv("KEYWORDS_UI_URL", "http://dagster.school.example:3000")
    settings = Settings.from_env()
    secret, report = tmp_path / ".env", f"{STEM}.html"
    secret.write_text("HCX_API_KEY=nv-secret")
    settings.reports.mkdir(parents=True)
    (settings.reports / report).symlink_to(secret)
    (settings.reports / f"{STEM}.xlsx").write_bytes(b"a workbook")
    ours = "http://dagster.school.example:3000/runs/7c1f09e2-b8d6"
    body = f"<!channel> [눌러](http://harm.example)\n  {ours}\n  http://dagster.school.example:3000/graphql?query=x"
    row = {"title": "@everyone", "body": body, "written_at": TODAY, "tries": 0, "next_try": 0, "last_error": ""}
    attached = ["/etc/passwd", str(secret), "/proc/self/environ", "../.env", report, f"/elsewhere/{STEM}.xlsx"]
    with open_store(settings, create=True) as store, store.engine.begin() as connection:
        (channel,) = report_channels(settings)
        values = {**row, "channel": channel.identity, "attachments": json.dumps(attached)}
        connection.execute(sa.insert(store.tables.outbox).values(**values))

    assert "보냄 1건" in tick()

    (mail,) = mailbox.kept.messages
    assert _files(mail) == {f"{STEM}.xlsx": b"a workbook"}
    assert "nv-secret" not in mail.as_string()
    assert mail["Subject"] == "＠everyone"
    said = _body(mail).splitlines()
    assert said[:3] == [
        "＜!channel＞ ［눌러］(http：／／harm．example)",
        f"  {ours}",
        "  http：／／dagster．school．example：3000/graphql?query=x",
    ]


@pytest.mark.parametrize("deliver", [None, False])
def test_a_run_that_is_not_told_to_sends_nothing(
    tick: Tick, instance: dg.DagsterInstance, chats: Chats, mailbox: Mailbox, deliver: bool | None
) -> None:
    """Whoever materializes the asset wants to look at it first."""
    chats.add("전학 절차")
    result = _materialize(instance, deliver=deliver)
    tick()

    assert (result.success, _said(result), mailbox.kept.messages) == (True, None, [])


def test_without_a_channel_the_run_succeeds_and_says_so(
    instance: dg.DagsterInstance, chats: Chats, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The files are worth having; in the log and beside the files stands what is lacking."""
    chats.add("전학 절차")

    result = _materialize(instance)

    assert result.success
    assert "KEYWORDS_REPORT_URLS" in str(_said(result))
    (warning,) = [line for line in capfd.readouterr().err.splitlines() if " WARNING " in line]
    assert "KEYWORDS_REPORT_URLS" in warning
    assert (tmp_path / ".keyword_assets" / "reports" / f"{STEM}.html").exists()


def test_a_channel_that_is_down_gets_the_report_when_it_is_back(
    tick: Tick, instance: dg.DagsterInstance, chats: Chats, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    """The run has long ended well; nothing of the secret is in what is logged."""
    chats.add("전학 절차")
    mailbox.kept.refuses = True

    assert _materialize(instance).success
    assert "보냄 0건, 아직 못 보냄 1건" in tick()
    assert "KEYWORDS_REPORT_URLS의 채널 1. E-Mail" in caplog.text
    mailbox.kept.refuses = False
    assert "보냄 0건, 아직 못 보냄 1건" in tick()
    _due_again()
    assert "보냄 1건, 아직 못 보냄 0건" in tick()

    assert list(_files(mailbox.kept.messages[0])) == [f"{STEM}.html", f"{STEM}.xlsx"]
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("mail.")]
    assert PASSWORD not in "\n".join(ours)


def test_a_file_that_is_gone_by_then_is_said_to_be(
    tick: Tick, instance: dg.DagsterInstance, chats: Chats, mailbox: Mailbox, tmp_path: Path
) -> None:
    """The rest arrives."""
    chats.add("전학 절차")
    _materialize(instance)
    (tmp_path / ".keyword_assets" / "reports" / f"{STEM}.html").unlink()

    tick()

    mail = mailbox.kept.messages[0]
    assert list(_files(mail)) == [f"{STEM}.xlsx"]
    assert f"첨부하지 못한 파일: {STEM}.html" in _body(mail)


def test_files_beyond_the_limit_are_named_with_their_place(
    tick: Tick, instance: dg.DagsterInstance, chats: Chats, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever folder the daemon works in."""
    monkeypatch.setenv("KEYWORDS_REPORT_ATTACH_MB", "0")
    chats.add("전학 절차")
    _materialize(instance)
    tick()

    mail = mailbox.kept.messages[0]
    folder = Settings.from_env().reports.resolve()
    assert _files(mail) == {}
    assert f"- {folder / STEM}.html (" in _body(mail)


def test_alerts_and_reports_go_to_their_own_channels(
    tick: Tick, instance: dg.DagsterInstance, chats: Chats, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A manager asked for a report a week, not for each rejected key; and the one on call not for reports."""
    with Webhook() as webhook:
        monkeypatch.setenv("KEYWORDS_ALERT_URLS", webhook.json_url)
        monkeypatch.setenv("KEYWORDS_ALERT_GRACE_HOURS", "0")
        chats.add("전학 절차")
        _materialize(instance)
        tick()
        tick()

    assert [title for title, _ in webhook.messages] == ["[keyword_assets] 누락이 남아 있음: 2025-06-11"]
    assert ["보고서" in str(mail["Subject"]) for mail in mailbox.kept.messages] == [True]


def test_alerts_begin_when_there_is_a_channel_for_them(
    tick: Tick, chats: Chats, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is amiss while only reports have a channel is not remembered as told."""
    monkeypatch.setenv("KEYWORDS_ALERT_GRACE_HOURS", "0")
    chats.add("전학 절차")
    tick()
    with Webhook() as webhook:
        monkeypatch.setenv("KEYWORDS_ALERT_URLS", webhook.json_url)
        tick()

    assert (len(webhook.messages), mailbox.kept.messages) == (1, [])


def test_messages_of_one_channel_keep_their_order(
    tick: Tick, instance: dg.DagsterInstance, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A channel of alerts that gets reports too."""
    with Webhook() as webhook:
        monkeypatch.setenv("KEYWORDS_ALERT_URLS", webhook.json_url)
        monkeypatch.setenv("KEYWORDS_ALERT_GRACE_HOURS", "0")
        webhook.status = 503
        chats.add("전학 절차")
        tick()
        _materialize(instance)
        chats.add("전학 절차", day=NEXT_DAY)
        tick()
        webhook.status = 200
        _due_again()
        tick()

    assert [title.split(":")[0].split()[1] for title, _ in webhook.messages] == ["누락이", "채팅", "누락이"]
    assert TOKEN not in str(webhook.messages)


def test_reports_alone_turn_the_sensor_on(mailbox: Mailbox) -> None:
    """Who would otherwise deliver them."""
    sensor = build_defs(Settings.from_env()).resolve_sensor_def("alert_sensor")

    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING


@pytest.mark.parametrize("alerts", ["", "json://127.0.0.1:9/"], ids=["alone", "beside alerts"])
def test_a_report_channel_of_no_known_kind_is_told_when_the_code_is_loaded(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, alerts: str
) -> None:
    """Not on the first Monday, and not by a tick that sends no alerts either; and without the secret."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("KEYWORDS_ALERT_URLS", alerts)
    monkeypatch.setenv("KEYWORDS_REPORT_URLS", f"slak://{TOKEN}")

    with pytest.raises(Exception, match="KEYWORDS_REPORT_URLS의 1번째") as refused:
        build_defs(Settings.from_env())

    assert TOKEN not in str(refused.value) + caplog.text


def test_the_weekly_job_delivers_without_being_told(
    tick: Tick, instance: dg.DagsterInstance, chats: Chats, mailbox: Mailbox
) -> None:
    """Launched by its schedule, or by hand."""
    chats.add("전학 절차")
    job = build_defs(Settings.from_env()).resolve_job_def("weekly_report_job")

    assert job.execute_in_process(instance=instance, partition_key=DAY).success
    tick()

    assert len(mailbox.kept.messages) == 1
