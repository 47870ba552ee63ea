"""Whole commands under an administrator's defaults, by a user who is none: they do what they always do."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.cli.conftest import CommandLine, Outcome
from keyword_assets_tests.cli.processes import as_client
from keyword_assets_tests.mariadb import MySQLServer, OrdinaryUser
from keyword_assets_tests.session_variables import HARMFUL, changeable_server, defaults, is_mariadb, ours_on
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats, questions, written

SECRET = "hunter2"
POISON = "받아들일 수 없는 질문"
TEXTS = [
    *questions(12),
    "AI 교과서",
    "ai 교과서",
    "a\\'b\"c\\\\d%e`f || NULL",
    "끝 😀",
    "빈칸",
    "빈칸  ",
    "긴 질문 " * 2_000,
]
# What differs between two runs that do the same.
PASSING = (
    "seconds",
    "batch_created_at",
    "quarantined_at",
    "run_id",
    "detail",
    "files",
    "since",
    "message",
    "requests",
    "tokens",
    "usage",
    "cost_krw",
)

Deeds = dict[str, Any]


@pytest.fixture(scope="module")
def server() -> Iterator[MySQLServer]:
    """A server whose defaults these tests change."""
    with changeable_server() as server:
        yield server


class Worker:
    """Does all that the commands do, in a new database, as an ordinary user."""

    def __init__(self, server: MySQLServer, cli: CommandLine, hcx: SimulatorServer, patch: pytest.MonkeyPatch) -> None:
        self._server, self._cli, self._hcx, self._patch = server, cli, hcx, patch

    def work(self, **values: int | float | str) -> Deeds:
        """What came of it under these defaults; none for the server's own."""
        self._hcx.reset()
        self._hcx.faults.add(Fault("error", code="40005", text=POISON))
        with OrdinaryUser(self._server, SECRET) as user:
            self._patch.setenv("KEYWORDS_DATABASE_URL", user.url)
            if not values:
                return self._deeds(user)
            with defaults(self._server, **values):
                return self._deeds(user)

    def _deeds(self, user: OrdinaryUser) -> Deeds:
        commands = [
            ("complete", DAY, NEXT_DAY),
            ("check", DAY, NEXT_DAY),
            ("quarantine", "list", DAY, NEXT_DAY),
            ("report", DAY, NEXT_DAY, "--format", "csv", "--out", user.name),
            ("db", "upgrade", "--dedupe", "--dump", f"{user.name}.csv"),
            ("doctor",),
        ]
        first = self._told(user, "db", "upgrade")
        chats = Chats()
        chats.add(*TEXTS, POISON, None, " ", times=2)
        chats.add(*questions(5), day=NEXT_DAY)
        self._as_an_old_script(user)
        told = [first, *(self._told(user, *command) for command in commands)]
        return {
            "told": told,
            "reports": {path.name: path.read_text("utf-8-sig") for path in sorted(Path(user.name).glob("*.csv"))},
            "removed": Path(f"{user.name}.csv").read_text("utf-8").count("\n"),
            "rows": written(),
            "tables": tables_of(self._server, user.name),
        }

    def _told(self, user: OrdinaryUser, *command: str) -> tuple[str, int, Any]:
        outcome: Outcome = self._cli(*command, "--json")
        assert outcome.out, outcome.err
        # Each test has a folder and a database of its own.
        said = outcome.out.replace(user.name, "the database").replace(str(Path.cwd()), "the folder")
        return command[0], outcome.code, _lasting(json.loads(said))

    def _as_an_old_script(self, user: OrdinaryUser) -> None:
        """A question has rows already, the same one twice, and they count its messages wrongly."""
        self._server.execute(
            f"INSERT INTO `{user.name}`.admin_chat_keywords "
            "(query_text, keyword, category_id, query_count, created_at, batch_created_at) "
            f"SELECT '{TEXTS[0]}', '낱말', 1, 99, '{DAY}', '{DAY}' FROM (SELECT 1 UNION ALL SELECT 2) twice"
        )


def tables_of(server: MySQLServer, database: str) -> dict[str, str]:
    """Each table as the server describes it."""
    with server.administrator() as connection:
        names = sa.inspect(connection).get_table_names(schema=database)
        described = {
            name: connection.exec_driver_sql(f"SHOW CREATE TABLE `{database}`.`{name}`").one()[1] for name in names
        }
    return {name: re.sub(r" AUTO_INCREMENT=\d+", "", text) for name, text in described.items()}


def _lasting(document: Any) -> Any:
    if isinstance(document, dict):
        return {key: _lasting(value) for key, value in document.items() if key not in PASSING}
    return [_lasting(part) for part in document] if isinstance(document, list) else document


@pytest.fixture
def worker(server: MySQLServer, cli: CommandLine, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch) -> Worker:
    """The one who does it."""
    return Worker(server, cli, hcx, monkeypatch)


@pytest.fixture(scope="module")
def usual() -> Deeds:
    """What comes of it under the server's own defaults; filled by the first test."""
    return {}


# Each of these alone broke off a command or changed what came of it.
ALONE = (
    "sql_mode",
    "sql_select_limit",
    "completion_type",
    "use_secondary_engine",
    "sql_safe_updates",
    "max_execution_time",
    "max_statement_time",
    "default_storage_engine",
    "alter_algorithm",
    "sql_quote_show_create",
)


@pytest.mark.parametrize("names", [*((name,) for name in ALONE), tuple(HARMFUL)], ids=[*ALONE, "all"])
def test_defaults_of_an_administrator_change_nothing(
    server: MySQLServer, worker: Worker, usual: Deeds, names: tuple[str, ...]
) -> None:
    """They are meant for a website, or for people at a prompt; we do the same under each, and under all at once."""
    values = {name: HARMFUL[name] for name in names if name in ours_on(server)}
    if not values:
        pytest.skip("for other servers")
    usual |= usual or worker.work()

    assert worker.work(**values) == usual


def test_what_an_ordinary_user_may_not_set_changes_nothing(server: MySQLServer, worker: Worker, usual: Deeds) -> None:
    """There our statements must do with either value: every table of ours has a key, none a row that is too long."""
    if is_mariadb(server):
        pytest.skip("MariaDB has no such variables")
    names = {"sql_require_primary_key": 1, "sql_generate_invisible_primary_key": 1, "innodb_strict_mode": 0}
    before = {name: server.execute(f"SELECT @@GLOBAL.{name}")[0][0] for name in names}
    usual |= usual or worker.work()
    try:
        for name, value in names.items():
            server.execute(f"SET GLOBAL {name} = {value}")
        deeds = worker.work()
    finally:
        for name, value in before.items():
            server.execute(f"SET GLOBAL {name} = {value}")

    assert deeds == usual


def test_an_upgrade_that_the_administrator_runs_comes_to_the_same(
    server: MySQLServer, cli: CommandLine, worker: Worker, usual: Deeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is read by his client, under his own defaults."""
    usual |= usual or worker.work()
    harmful = {"sql_mode": "'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'", "default_storage_engine": "MyISAM", "autocommit": 0}
    before = {name: server.execute(f"SELECT @@GLOBAL.{name}")[0][0] for name in harmful}
    with OrdinaryUser(server, SECRET) as user:
        monkeypatch.setenv("KEYWORDS_DATABASE_URL", user.url)
        cli("db", "upgrade", "--dry-run", "--sql", "for-the-dba.sql")
        try:
            for name, value in harmful.items():
                server.execute(f"SET GLOBAL {name} = {value}")
            as_client(server.url(user.name), Path("for-the-dba.sql"))
        finally:
            for name, value in before.items():
                server.execute(
                    f"SET GLOBAL {name} = '{value}'" if name == "sql_mode" else f"SET GLOBAL {name} = {value}"
                )

        assert cli("db", "upgrade", "--json").document["changed"] is False
        assert tables_of(server, user.name) == usual["tables"]
