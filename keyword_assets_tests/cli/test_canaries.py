"""Secrets in every place where a setting can have one, and all that commands and runs leave behind looked through."""

import json
import logging
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import dagster as dg
import pytest
import sqlalchemy as sa

from keyword_assets.configuration.settings import Settings
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.hosting.instance import open_instance
from keyword_assets.orchestration.jobs.asset_jobs import JOB
from keyword_assets.orchestration.sensors import alert_sensor as alerts
from keyword_assets_tests.channels import Webhook
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.cli.processes import wait_until
from keyword_assets_tests.mariadb import MySQLServer
from keyword_assets_tests.world import DAY, Chats

MARK = "c4n4ryc4n4ry"
# What a URL has to spell in another way, so that both spellings are looked for.
PASSWORD = f"p@ss/{MARK}"


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """Takes alerts."""
    with Webhook() as made:
        yield made


@pytest.fixture
def secrets_everywhere(
    cli: CommandLine,
    mysql_server: MySQLServer,
    mysql_url: str,
    hcx: SimulatorServer,
    webhook: Webhook,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[str]:
    """Good values with the mark wherever a value has room for a secret; the name of the MySQL account."""
    # The server is shared.
    account = f"{MARK}{uuid.uuid4().hex[:8]}"
    database = sa.make_url(mysql_url).database
    for statement in (
        f"CREATE USER '{account}'@'%' IDENTIFIED BY '{PASSWORD}'",
        f"GRANT ALL ON `{database}`.* TO '{account}'@'%'",
    ):
        mysql_server.execute(statement)
    port = sa.make_url(mysql_url).port
    values = {
        "HCX_API_KEY": f"nv-{MARK}",
        "HCX_BASE_URL": hcx.url,
        "KEYWORDS_DATABASE_URL": (
            f"mysql+mysqlconnector://{account}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/{database}"
            f"?init_command=SET+@a='{MARK}'"
        ),
        "KEYWORDS_ALERT_URLS": f"json://{MARK}:{MARK}@127.0.0.1:{webhook.port}/{MARK}?+X-Token={MARK}",
        "KEYWORDS_REPORT_URLS": f"json://127.0.0.1:{webhook.port}/{MARK}",
        "HTTPS_PROXY": f"http://me:{MARK}@127.0.0.1:9",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    yield account
    mysql_server.execute(f"DROP USER '{account}'@'%'")


def _files(folder: Path) -> list[Path]:
    """Those that have the mark in them."""
    return [path for path in folder.rglob("*") if path.is_file() and MARK.encode() in path.read_bytes()]


def _rows(url: str) -> list[str]:
    """The tables that have the mark in them."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            tables = sa.inspect(connection).get_table_names()
            return [
                table for table in tables if MARK in str(connection.execute(sa.text(f"SELECT * FROM `{table}`")).all())
            ]
    finally:
        engine.dispose()


def _bodies(webhook: Webhook) -> str:
    return json.dumps([posted for _, posted in webhook.requests], ensure_ascii=False)


# Each with the exit code that it ends with; `complete` leaves one question that HCX refuses.
COMMANDS: list[tuple[tuple[str, ...], int]] = [
    (("db", "upgrade", "--dry-run"), 0),
    (("db", "upgrade"), 0),
    (("load-chats", "chats.csv"), 0),
    (("check", DAY, DAY), 3),
    (("basic", DAY, DAY, "--dry-run"), 0),
    (("complete", DAY, DAY, "--json"), 3),
    (("quarantine", "list", DAY, DAY), 0),
    (("report", DAY, DAY, "--out", "reports", "--format", "html,csv", "--email"), 3),
    (("alert", "test"), 0),
    (("doctor",), 0),
    (("doctor", "--json"), 0),
    (("db", "prune", "--dry-run"), 0),
    (("db", "remove", "--dry-run"), 0),
]


def test_no_command_leaves_a_secret_anywhere(
    secrets_everywhere: str,
    cli: CommandLine,
    hcx: SimulatorServer,
    webhook: Webhook,
    mysql_url: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """On the console, in logs of every level, reports, messages, our tables, and all that Dagster keeps."""
    (tmp_path / "chats.csv").write_text(
        f"chatting_pk,input_text,created_at\n1,전학 절차가 궁금해요,{DAY} 10:00:00\n2,급식 메뉴,{DAY} 11:00:00\n"
    )
    hcx.faults.add(Fault("error", code="40003", times=1))
    said = []
    caplog.set_level(logging.DEBUG)
    codes = []
    for command, _ in COMMANDS:
        outcome = cli(*command)
        said += [(command, text) for text in (outcome.out, outcome.err) if MARK in text]
        codes.append((command, outcome.code, outcome.err[-300:]) if outcome.code == 1 else None)

    assert [code for code in codes if code] == []
    assert said == []
    assert [record.getMessage() for record in caplog.records if MARK in record.getMessage()] == []
    assert webhook.requests
    assert MARK not in _bodies(webhook)
    assert _files(tmp_path) == []
    assert _rows(mysql_url) == []


def test_an_outage_is_told_with_the_host_alone(
    secrets_everywhere: str,
    cli: CommandLine,
    webhook: Webhook,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The channel is read by many, and the address of a database is where its account stands."""
    assert cli("db", "upgrade").code == 0
    lost = re.sub(r"@127.0.0.1:\d+", "@127.0.0.1:1", os.environ["KEYWORDS_DATABASE_URL"])
    refused = os.environ["KEYWORDS_DATABASE_URL"].replace(quote(PASSWORD, safe=""), f"wrong{MARK}")
    said = ""
    for url in (lost, refused):
        monkeypatch.setenv("KEYWORDS_DATABASE_URL", url)
        outcome = cli("check", DAY, DAY)
        said += outcome.out + outcome.err
        assert outcome.code == 4
        monkeypatch.setattr(alerts, "_OUTAGE_TOLD_AFTER", alerts._OUTAGE_TOLD_AFTER * 0)
        settings = Settings.from_env()
        defs = build_defs(settings)
        with open_instance(settings) as instance:
            context = dg.build_sensor_context(
                instance=instance, definitions=defs, resources={"database": defs.resources["database"]}
            )
            with context:
                said += str(defs.resolve_sensor_def("alert_sensor").evaluate_tick(context))
            job = defs.resolve_job_def(JOB)
            assert not job.execute_in_process(instance=instance, partition_key=DAY, raise_on_error=False).success

    assert "127.0.0.1" in _bodies(webhook)
    assert "mysqlconnector" not in _bodies(webhook)
    assert MARK not in _bodies(webhook)
    assert MARK not in said
    assert _files(tmp_path) == []


def test_no_secret_stands_in_a_command_line(
    secrets_everywhere: str, cli: CommandLine, chats: Chats, hcx: SimulatorServer
) -> None:
    """Everybody on the machine can read those of every process."""
    assert cli("db", "upgrade").code == 0
    chats.add("전학 절차가 궁금해요")
    hcx.faults.add(Fault("slow", seconds=20))
    with subprocess.Popen([sys.executable, "-m", "keyword_assets", "complete", DAY, DAY]) as child:
        wait_until(lambda: hcx.faults.struck.get("slow") or child.poll() is not None)
        assert child.poll() is None
        lines = []
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                lines.append(entry.read_bytes())
            except OSError:
                continue
        child.terminate()

    assert [line for line in lines if MARK.encode() in line] == []
