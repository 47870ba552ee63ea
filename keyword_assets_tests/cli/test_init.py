"""`init`: from a database of one's own to its settings, asked on a terminal or told by options."""

import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from keyword_assets.configuration.settings import Settings
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.sql.schema.migrate import HEAD
from keyword_assets_tests.channels import TOKEN, Webhook
from keyword_assets_tests.cli.conftest import CommandLine, Process
from keyword_assets_tests.cli.processes import as_client
from keyword_assets_tests.cli.terminal import Terminal
from keyword_assets_tests.mariadb import MySQLServer
from keyword_assets_tests.world import DAY, KEY, NEXT_DAY, execute

PHONE = "010-1234-5678"
TEXTS = (
    "전학 절차가 궁금해요",
    "급식 식단표",
    f"{PHONE} 로 연락 주세요",
    "\x1b[2J\x1b]0;mine\x07화면",
    "돌봄교실 자리",
)
# Names and types other than ours, three ways: each beside tables that are something else.
KOREAN = (
    "CREATE TABLE 회원 (회원번호 INTEGER PRIMARY KEY, 이름 VARCHAR(30), 가입일시 DATETIME)",
    "CREATE TABLE 문의내역 (일련번호 INTEGER PRIMARY KEY, 회원번호 INTEGER, 문의내용 TEXT, 답변내용 TEXT, "
    "등록일시 DATETIME NOT NULL, 수정일시 DATETIME)",
    "CREATE INDEX ix_등록 ON 문의내역 (등록일시)",
)
TYPES = (
    "CREATE TABLE chat_room (room_id INTEGER PRIMARY KEY, room_name VARCHAR(50), created_at DATETIME)",
    "CREATE TABLE tb_chat_msg (msg_id CHAR(36) PRIMARY KEY, room_id INTEGER, user_msg VARCHAR(2000), bot_msg TEXT, "
    "reg_dt TIMESTAMP NOT NULL, upd_dt TIMESTAMP NULL)",
)
VIEW = (
    "CREATE TABLE archive (a BIGINT, who VARCHAR(10), b VARCHAR(500), c DATETIME)",
    "CREATE VIEW 질문 AS SELECT a AS 번호, b AS 내용, c AS 일시 FROM archive WHERE who = 'user'",
)
# The table to fill, its columns for key, text and time, and those that are read.
SCHEMAS = {
    "korean": (
        KOREAN,
        "문의내역",
        ("일련번호", "문의내용", "등록일시"),
        ("문의내역", "일련번호", "문의내용", "등록일시"),
    ),
    "types": (TYPES, "tb_chat_msg", ("msg_id", "user_msg", "reg_dt"), ("tb_chat_msg", "msg_id", "user_msg", "reg_dt")),
    "view": (VIEW, "archive", ("a", "b", "c"), ("질문", "번호", "내용", "일시")),
}


@pytest.fixture
def bare(cli: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandLine:
    """The command line of somebody who has set nothing yet."""
    for name in ("KEYWORDS_DATABASE_URL", "HCX_BASE_URL", "HCX_API_KEY"):
        monkeypatch.delenv(name)
    (tmp_path / "key").write_text(f"{KEY}\n")
    (tmp_path / "key").chmod(0o600)
    return cli


@pytest.fixture
def terminal(bare: CommandLine, process: Process) -> Iterator[list[Terminal]]:
    """Terminals that are hung up at the end."""
    opened: list[Terminal] = []
    yield opened
    for one in opened:
        one.close()


def _make(url: str, schema: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """A service's own tables with some messages of two days; returns what init has to find."""
    statements, table, (key, text, at), found = SCHEMAS[schema]
    with monkeypatch.context() as patch:
        patch.setenv("KEYWORDS_DATABASE_URL", url)
        for statement in statements:
            execute(statement)
        who = ", who" if schema == "view" else ""
        for number, words in enumerate(TEXTS * 2):
            quoted = words.replace("\\", "\\\\")
            day = DAY if number < len(TEXTS) else NEXT_DAY
            value = ", 'user'" if who else ""
            execute(
                f"INSERT INTO {table} ({key}, {text}, {at}{who}) "
                f"VALUES ({number + 1}, '{quoted}', '{day} 09:{number:02}:00'{value})".replace(":", r"\:")
            )
    return found


def _address(url: str) -> list[str]:
    """The options that lead to a database, with its password in a file."""
    parsed = sa.make_url(url)
    if not parsed.host:
        return ["--database-file", str(parsed.database)]
    Path("password").write_text(str(parsed.password))
    return [
        *("--database-host", parsed.host, "--database-port", str(parsed.port or 3306)),
        *("--database-name", str(parsed.database), "--database-user", str(parsed.username)),
        *("--database-password-file", "password"),
    ]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_database_of_ones_own_is_found_looked_at_and_classified(
    bare: CommandLine, hcx: SimulatorServer, database_url: str, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a question, and without a name being told: from nothing to the first answers."""
    monkeypatch.setenv("TZ", "UTC")
    if "sqlite" in database_url:
        database_url = database_url.replace("keywords.db", "service.db")
    table, key, text, at = _make(database_url, schema, monkeypatch)

    told = bare(
        *("init", "--yes", "--lang", "en", "--upgrade", "--schedule", "--hcx-key-file", "key"),
        *("--hcx-base-url", hcx.url, *_address(database_url)),
    )

    assert (told.code, told.err) == (0, ""), told.err
    settings = Settings.from_env()
    assert settings.table_names == {"chattings": table}
    assert list(settings.column_names.values()) == [key, text, at]
    assert (settings.start_date.isoformat(), settings.switched_on) == (DAY, ("daily_keywords_schedule",))
    assert Path(".env").stat().st_mode & 0o777 == 0o600
    # Rows are shown, and nothing in them is obeyed or gives anybody away.
    assert "전학 절차가 궁금해요" in told.out
    assert "[phone number]" in told.out
    assert [part for part in (PHONE, "\x1b", KEY) if part in told.out] == []
    assert f"complete {DAY} {NEXT_DAY} --limit 10" in told.out
    again = bare("init", "--yes", "--lang", "en")
    assert (again.code, again.out.count("done before")) == (0, 5)

    assert bare("complete", DAY, NEXT_DAY, "--limit", "10", "--json").document["check"]["total"]["classified"] == 10


def test_somebody_is_asked_step_by_step_and_goes_on_where_he_left(
    terminal: list[Terminal], process: Process, hcx: SimulatorServer, mysql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a real terminal: a slip is asked about again, Ctrl-C keeps what was answered, and nothing is asked twice."""
    _make(mysql_url, "korean", monkeypatch)
    url = sa.make_url(mysql_url)
    first = Terminal(process, "init")
    terminal.append(first)
    first.answer("SQLite 파일 [server]", "nowhere")
    first.answer("[server]", "server")
    first.answer("[127.0.0.1]")
    first.answer("[3306]", "port")
    first.answer("[3306]", str(url.port))
    first.answer("데이터베이스 이름", str(url.database))
    first.answer("사용자", str(url.username))
    first.answer("암호", "wrong")
    assert "✘" in first.answer("[server]")
    first.answer("[127.0.0.1]")
    first.answer("[3306]", str(url.port))
    first.answer("데이터베이스 이름", str(url.database))
    first.answer("사용자", str(url.username))
    first.answer("암호", str(url.password))
    first.answer("[문의내역]", "회원")
    assert "가입일시" in first.answer("묻는 말이 맞나요?", "아니오")
    first.answer("[문의내역]", "1")
    first.answer("메시지 번호 칸 [일련번호]")
    first.answer("질문 칸 [문의내용]")
    first.answer("시각 칸 [등록일시]")
    shown = first.answer("묻는 말이 맞나요?", "ㅇ")
    assert "급식 식단표" in shown
    assert PHONE not in shown
    first.answer("묻는 말이 맞나요?", "네")
    first.answer("[Asia/Seoul]")
    first.answer("[Asia/Seoul]")
    first.answer(f"[{DAY}]")
    first.leave("지금 만들까요?")

    assert first.end() == 130
    assert "wrong" not in first.screen
    assert ".env" in first.screen.splitlines()[-2]

    with Webhook() as webhook:
        second = Terminal(process, "init", "--lang", "en")
        terminal.append(second)
        assert "done before" in second.answer("Make them now?", "y")
        second.answer("[packaged]", "later")
        second.answer("[https://clovastudio", hcx.url)
        second.answer("[HCX-007]")
        second.answer("API key", KEY)
        second.answer("a day may cost", "5,000")
        second.answer("at 01:10?", "")
        second.answer("by itself?", "n")
        second.answer("URLs of the channels", webhook.json_url)

        assert second.end() == 0
        assert len(webhook.messages) == 1
    assert [part for part in (KEY, TOKEN) if part in second.screen] == []
    assert "Left for later: Taxonomy" in second.screen
    settings = Settings.from_env()
    assert (settings.hcx.api_key, settings.hcx.daily_budget_krw) == (KEY, 5000)
    assert settings.switched_on == ("daily_keywords_schedule",)
    assert settings.alert_urls == (webhook.json_url,)


def test_what_the_environment_says_holds_and_is_not_written_down(
    cli: CommandLine, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret of the environment's stays there; it is told that the next command needs it, too."""
    _execute(sqlite_url, "DELETE FROM admin_categories", monkeypatch)

    outcome = cli("init", "--yes", "--lang", "en", "--stored-timezone", "UTC")

    assert (outcome.code, outcome.err) == (0, "")
    for name in ("KEYWORDS_DATABASE_URL", "HCX_API_KEY", "HCX_BASE_URL"):
        assert f"{name} is set in the environment and was not written" in outcome.out
        assert name not in Path(".env").read_text("utf-8")
    assert Settings.from_env().stored_timezone.key == "UTC"
    assert KEY not in outcome.out


def test_without_a_terminal_there_is_nobody_to_ask(bare: CommandLine) -> None:
    """A script learns of --yes, and nothing is written."""
    outcome = bare("init", "--lang", "en")

    assert outcome.code == 2
    assert "--yes" in outcome.complaint
    assert not os.path.lexists(".env")


@pytest.mark.parametrize(
    ("options", "code", "named"),
    [
        ([], 2, "--database-host"),
        (["--database-file", "none.db"], 2, "none.db"),
        (
            ["--database-host", "127.0.0.1", "--database-port", "9", "--database-name", "d", "--database-user", "u"],
            4,
            "d",
        ),
        (["--again", "everything"], 2, "alerts"),
    ],
    ids=["nothing", "no file", "nobody there", "no such step"],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_written(
    bare: CommandLine, options: list[str], code: int, named: str
) -> None:
    """With the exit code of every other command."""
    outcome = bare("init", "--yes", "--lang", "en", *options)

    assert (outcome.code, named in outcome.err) == (code, True)
    assert not os.path.lexists(".env")


def test_two_tables_that_are_as_likely_are_not_guessed_between(
    bare: CommandLine, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is taken for questions is sent to somebody, and paid for."""
    for table in ("chat_log", "chat_logs"):
        _execute(
            sqlite_url, f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, message TEXT, created_at DATETIME)", monkeypatch
        )

    outcome = bare("init", "--yes", "--lang", "en", "--database-file", "keywords.db")

    assert outcome.code == 2
    assert "chat_log, chat_logs" in outcome.err
    chosen = bare("init", "--yes", "--no-upgrade", "--table", "chat_logs")
    assert chosen.code == 0
    assert Settings.from_env().table_names == {"chattings": "chat_logs"}


def test_categories_of_the_admin_screens_become_a_file_to_describe(
    bare: CommandLine, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With their ids and names, which have to agree; a file that is there is not replaced."""
    _execute(sqlite_url, "CREATE TABLE chats (id INTEGER PRIMARY KEY, message TEXT, created_at DATETIME)", monkeypatch)
    _execute(sqlite_url, "DELETE FROM admin_categories", monkeypatch)
    _execute(sqlite_url, "INSERT INTO admin_categories VALUES (10, '입학'), (20, '급식'), (30, '그밖')", monkeypatch)
    Path("there.yaml").write_text("mine")
    given = ("init", "--yes", "--lang", "en", "--database-file", "keywords.db", "--table", "chats")

    unsaid = bare(*given)
    in_the_way = bare(*given, "--catch-all", "그밖", "--new-taxonomy", "there.yaml")
    done = bare(*given, "--catch-all", "그밖", "--new-taxonomy", "ours.yaml")

    assert (unsaid.code, "--catch-all" in unsaid.err) == (2, True)
    assert (in_the_way.code, Path("there.yaml").read_text()) == (2, "mine")
    assert done.code == 0
    assert "3 categories, catch-all '그밖'" in done.out
    assert "description: ''" in Path("ours.yaml").read_text("utf-8")


def _allow(server: MySQLServer, url: str, account: str, granted: dict[str, str]) -> None:
    """Give the rights, table → rights, on the database of the URL; the servers' account may do anything but GRANT."""
    database = sa.make_url(url).database
    for table, rights in granted.items():
        server.execute(
            "REPLACE INTO mysql.tables_priv (Host, Db, User, Table_name, Grantor, Table_priv) "
            f"VALUES ('%', '{database}', '{account}', '{table}', '', '{rights}')"
        )
    server.execute("FLUSH PRIVILEGES")


@pytest.fixture
def reader(mysql_server: MySQLServer, mysql_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An account that may read the messages, and nothing else; its password is its name."""
    name = f"reader_{uuid.uuid4().hex[:12]}"
    _make(mysql_url, "korean", monkeypatch)
    mysql_server.execute(f"CREATE USER '{name}'@'%' IDENTIFIED BY '{name}'")
    _allow(mysql_server, mysql_url, name, {"문의내역": "SELECT"})
    yield name
    mysql_server.execute(f"DROP USER '{name}'@'%'")


def test_who_may_only_read_the_messages_learns_what_to_ask_the_administrator_for(
    bare: CommandLine, mysql_server: MySQLServer, mysql_url: str, reader: str
) -> None:
    """A server shows him none of our tables, there or not: he gets the statements, and the rights, as a file."""
    url = sa.make_url(mysql_url).set(username=reader, password=reader).render_as_string(hide_password=False)
    given = ("init", "--yes", "--lang", "en", *_address(url))

    later, refused = bare(*given), bare(*given, "--upgrade")

    script = Path(f"keyword-assets-upgrade-{HEAD}.sql")
    assert (later.code, refused.code) == (0, 4)
    assert "keyword-assets db upgrade --dry-run" in later.out
    assert "may not create or alter tables" in refused.err
    assert f"{script}: ask the administrator to run it" in refused.err
    as_client(mysql_url, script)
    granted = re.findall(r"^-- GRANT ([A-Z, ]+) ON `?(\S+?)`? TO …;$", script.read_text("utf-8"), re.MULTILINE)
    _allow(mysql_server, mysql_url, reader, {table: rights.replace(" ", "") for rights, table in granted})
    checks = {check["name"]: check["ok"] for check in bare("doctor", "--json").document["checks"]}
    assert (checks["schema"], checks["rights"]) == (True, True)
    assert "done before" in bare(*given[:2], "--again", "alerts", "--lang", "en").out.partition("[2/6]")[2]


def _execute(url: str, statement: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("KEYWORDS_DATABASE_URL", url)
        execute(statement)
