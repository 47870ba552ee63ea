"""`db upgrade` in front of somebody's live database."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
import sqlalchemy as sa

from keyword_assets.sql.schema.migrate import HEAD
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.cli.processes import as_client
from keyword_assets_tests.mariadb import MySQLServer
from keyword_assets_tests.world import CHANGING, contents, execute

TEXTS = ("가", "가", "가", "나")


def _old_script(key: str = "pk INTEGER PRIMARY KEY, ") -> None:
    """Tables and leftovers of the old script: a row three times, one without a message, an unknown category."""
    execute("CREATE TABLE chattings (chatting_pk INTEGER PRIMARY KEY, input_text TEXT, created_at DATETIME)")
    execute("CREATE TABLE admin_categories (category_id INTEGER PRIMARY KEY, category_name VARCHAR(50))")
    execute(
        f"CREATE TABLE admin_chat_keywords ({key}query_text TEXT, keyword VARCHAR(100), category_id INTEGER, "
        "query_count INTEGER, created_at DATETIME, batch_created_at DATETIME)"
    )
    execute("INSERT INTO chattings VALUES (1, '가', '2025-06-11 09:00:00')")
    execute("INSERT INTO admin_categories VALUES (1, '학교폭력')")
    for number, text in enumerate(TEXTS, 1):
        first, category = f"{number}, " if key else "", 1 if text == "가" else 77
        execute(
            f"INSERT INTO admin_chat_keywords VALUES ({first}'{text}', '전학', {category}, {number}, "
            "'2025-06-11 00:00:00', '2025-06-12 01:00:00')"
        )


@pytest.fixture(autouse=True)
def _nothing_there(settings_in_force: None, tmp_path: Path) -> None:
    """Each test makes the database that it is about."""
    (tmp_path / "keywords.db").unlink()


@pytest.fixture(params=["sqlite", "mysql"])
def old(request: pytest.FixtureRequest, cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line in front of the old script's database, once of each kind."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", request.getfixturevalue(f"{request.param}_url"))
    _old_script()
    return cli


@pytest.fixture
def old_mysql(cli: CommandLine, monkeypatch: pytest.MonkeyPatch, mysql_url: str) -> CommandLine:
    """The same on MariaDB alone."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", mysql_url)
    _old_script()
    return cli


# -- told beforehand --------------------------------------------------------------------------------------------------


def test_a_dry_run_tells_what_it_takes_what_it_locks_and_what_it_found(old_mysql: CommandLine) -> None:
    """One look is enough to decide; nothing is changed by looking."""
    before = contents()

    outcome = old_mysql("db", "upgrade", "--dry-run", "--lang", "en")

    assert (outcome.code, outcome.err, contents()) == (0, "", before)
    assert "-- At once. Locks no table in use.\nCREATE TABLE keyword_answers (" in outcome.out
    assert "An estimated " not in outcome.out
    statements = [line for line in outcome.out.splitlines() if not line.startswith("-- ")]
    for table in ("chattings", "admin_categories", "admin_chat_keywords"):
        assert not any(f" {table} " in f"{line} " for line in statements)
    for finding in (
        "chattings.created_at has no index. The administrator can make it: CREATE INDEX ",
        "admin_chat_keywords.created_at has no index",
        "CREATE INDEX ix_keyword_text ON admin_chat_keywords (query_text(64), created_at)",
        "1 times the same day, text, keyword and category more than once: 2 rows too many",
        "1 keyword rows whose question is not among the day's messages",
        "2 rows whose query_count is not the number of messages",
        "1 rows with a category id that admin_categories does not have (1 ids)",
    ):
        assert finding in outcome.out


def test_the_whole_output_can_be_given_to_the_client(old_mysql: CommandLine) -> None:
    """What is no statement is a remark."""
    out = old_mysql("db", "upgrade", "--dry-run").out

    statements = [part for part in out.split(";\n") if part.strip()]
    assert all(line.startswith("-- ") for line in statements[-1].splitlines() if line)


def test_programs_get_the_same_as_one_document(old: CommandLine) -> None:
    """For those who take over a hundred databases."""
    outcome = old("db", "upgrade", "--dry-run", "--json")

    document = outcome.document
    assert (outcome.code, outcome.err, document["dry_run"]) == (0, "", True)
    assert {"sql", "table", "rows", "bytes", "estimated_seconds", "locks"} == set(document["statements"][0])
    assert document["found"]["duplicates"] == {"groups": 1, "surplus": 2}
    assert [document["found"][name] for name in ("without_question", "wrong_counts")] == [1, 2]
    assert [(index["table"], index["column"], index["advised"]) for index in document["found"]["missing_indexes"]] == [
        ("chattings", "created_at", False),
        ("admin_chat_keywords", "created_at", False),
        ("admin_chat_keywords", "query_text", True),
    ]
    assert json.dumps(contents(), default=str) == json.dumps(contents(), default=str)


def test_a_dry_run_of_a_file_that_is_not_there_makes_none(cli: CommandLine, tmp_path: Path) -> None:
    """Looking changes nothing."""
    outcome = cli("db", "upgrade", "--dry-run", "--json")

    assert outcome.code == 0
    assert outcome.document["found"]["duplicates"] is None
    assert not (tmp_path / "keywords.db").exists()


def test_nothing_to_do_is_said_and_rows_are_still_looked_at(old: CommandLine) -> None:
    """Leftovers do not go away with an upgrade."""
    assert old("db", "upgrade", "--json").document == {"dry_run": False, "changed": True, "removed": 0, "file": None}

    outcome = old("db", "upgrade", "--dry-run")

    assert "이미 최신입니다" in outcome.out
    assert "남는 행 2개" in outcome.out


# -- duplicates -------------------------------------------------------------------------------------------------------


def test_duplicates_are_removed_when_told_to(old: CommandLine, tmp_path: Path) -> None:
    """And not otherwise; the file is named."""
    told = old("db", "upgrade", "--dry-run", "--dedupe")
    old("db", "upgrade")
    assert len(contents()["admin_chat_keywords"]) == 4

    outcome = old("db", "upgrade", "--dedupe", "--dump", "removed.csv")

    assert "지울 행 2개" in told.out
    assert (outcome.code, "2개를 지웠습니다" in outcome.out, "removed.csv" in outcome.out) == (0, True, True)
    assert sorted(row[0] for row in contents()["admin_chat_keywords"]) == [1, 4]
    assert len((tmp_path / "removed.csv").read_text(encoding="utf-8").splitlines()) == 3
    assert "중복 행이 없습니다" in old("db", "upgrade", "--dedupe").out


def test_the_file_gets_a_name_of_its_own(old: CommandLine, tmp_path: Path) -> None:
    """By the time, in the working folder."""
    outcome = old("db", "upgrade", "--dedupe", "--json")

    (file,) = tmp_path.glob("keyword-duplicates-*.csv")
    assert outcome.document == {"dry_run": False, "changed": True, "removed": 2, "file": file.name}
    assert file.stat().st_mode & 0o077 == 0


def test_whoever_stops_it_is_told_where_the_rows_are(old: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may be needed before the next run."""
    with monkeypatch.context() as patch:
        patch.setattr("keyword_assets.sql.schema.dedupe._Remover._delete", Mock(side_effect=KeyboardInterrupt))
        outcome = old("db", "upgrade", "--dedupe", "--dump", "removed.csv")

    assert (outcome.code, "removed.csv" in outcome.err) == (130, True)
    assert len(contents()["admin_chat_keywords"]) == 4
    assert old("db", "upgrade", "--dedupe", "--json").document["removed"] == 2


def test_a_refusal_comes_before_any_change(cli: CommandLine, monkeypatch: pytest.MonkeyPatch, mysql_url: str) -> None:
    """Exit code 2 means that nothing was changed."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", mysql_url)
    _old_script(key="")
    execute("ALTER TABLE admin_chat_keywords ADD COLUMN score FLOAT")
    before = contents()

    outcome = cli("db", "upgrade", "--dedupe")

    assert (outcome.code, contents()) == (2, before)
    assert "score float" in outcome.complaint


def test_a_dump_without_dedupe_is_a_mistake(cli: CommandLine) -> None:
    """Somebody expected something to be removed."""
    assert cli("db", "upgrade", "--dump", "x.csv").code == 2


# -- without the right to alter tables --------------------------------------------------------------------------------


@pytest.fixture
def modest_url(mysql_server: MySQLServer, mysql_url: str) -> Iterator[str]:
    """The database under an account that may only read and write rows."""
    account, database = f"modest_{uuid.uuid4().hex[:12]}", sa.make_url(mysql_url).database
    mysql_server._execute(f"CREATE USER '{account}'@'%' IDENTIFIED BY 'modest'")
    # The servers' account may do anything but GRANT.
    mysql_server._execute(
        "INSERT INTO mysql.db (Host, Db, User, Select_priv, Insert_priv, Update_priv, Delete_priv) "
        f"VALUES ('%', '{database}', '{account}', 'Y', 'Y', 'Y', 'Y')"
    )
    mysql_server._execute("FLUSH PRIVILEGES")
    yield sa.make_url(mysql_url).set(username=account, password="modest").render_as_string(hide_password=False)
    mysql_server._execute(f"DROP USER '{account}'@'%'")


@pytest.mark.parametrize("existing", [False, True], ids=["empty", "old"])
def test_who_may_not_alter_tables_gets_a_file_for_the_administrator(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, mysql_url: str, modest_url: str, existing: bool
) -> None:
    """The usual case in a company; what the administrator runs is complete, and the account works afterwards."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", mysql_url)
    if existing:
        _old_script()
    before = contents()
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", modest_url)

    refused = cli("db", "upgrade")

    script = Path(f"keyword-assets-upgrade-{HEAD}.sql")
    assert (refused.code, refused.out, contents()) == (4, "", before)
    assert script.name in refused.complaint
    assert "denied" in refused.complaint
    assert "modest:" not in refused.err + script.read_text(encoding="utf-8")
    as_client(mysql_url, script)
    assert "이미 최신입니다" in cli("db", "upgrade").out
    assert {check["name"]: check["ok"] for check in cli("doctor", "--json").document["checks"]}["schema"]
    assert contents()["keyword_schema_version"] == [(HEAD,)]
    assert cli("check", "2025-06-11", "2025-06-11").code == 0


def test_the_file_can_be_had_beforehand(
    old_mysql: CommandLine, monkeypatch: pytest.MonkeyPatch, mysql_url: str, modest_url: str
) -> None:
    """Some know that they may not; and a later file takes the place of an earlier one."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", modest_url)

    outcome = old_mysql("db", "upgrade", "--dry-run", "--sql", "for-the-dba.sql", "--json")
    again = old_mysql("db", "upgrade", "--dry-run", "--sql", "for-the-dba.sql")

    assert (outcome.code, outcome.document["file"], again.code) == (0, "for-the-dba.sql", 0)
    as_client(mysql_url, Path("for-the-dba.sql"))
    assert old_mysql("db", "upgrade", "--json").document["changed"] is False


def test_what_was_begun_by_another_is_left_out_of_the_file(
    old_mysql: CommandLine, monkeypatch: pytest.MonkeyPatch, mysql_url: str, modest_url: str
) -> None:
    """The first script was interrupted: the second has what is left.

    At a few places; what is left at each is in the tests of the upgrade itself.
    """
    old_mysql("db", "upgrade", "--dry-run", "--sql", "first.sql")
    statements = Path("first.sql").read_text(encoding="utf-8").split(";\n")
    for done in range(2, len(statements) - 1, 6):
        Path("half.sql").write_text(";\n".join(statements[:done]) + ";\n", encoding="utf-8")
        as_client(mysql_url, Path("half.sql"))
        monkeypatch.setenv("KEYWORDS_DATABASE_URL", modest_url)
        refused = old_mysql("db", "upgrade").code == 4
        monkeypatch.setenv("KEYWORDS_DATABASE_URL", mysql_url)
        # Where rows alone were left, the account could do it.
        assert refused == any(word in left for left in statements[done:] for word in ("CREATE ", "ALTER "))
        if refused:
            as_client(mysql_url, Path(f"keyword-assets-upgrade-{HEAD}.sql"))
        assert old_mysql("db", "upgrade", "--json").document["changed"] is False
        for table in {*contents(), *CHANGING}:
            execute(f"DROP TABLE IF EXISTS {table}")
        _old_script()


def test_a_file_of_somebody_elses_is_not_overwritten(old_mysql: CommandLine) -> None:
    """A wrong name must not cost anything."""
    Path("mine.sql").write_text("SELECT 1;\n", encoding="utf-8")

    outcome = old_mysql("db", "upgrade", "--dry-run", "--sql", "mine.sql")

    assert (outcome.code, Path("mine.sql").read_text(encoding="utf-8")) == (2, "SELECT 1;\n")


def test_a_wrong_password_is_not_taken_for_a_lack_of_rights(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, mysql_url: str, tmp_path: Path
) -> None:
    """There is no file to hand to anybody."""
    wrong = sa.make_url(mysql_url).set(password="wrong").render_as_string(hide_password=False)
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", wrong)

    assert cli("db", "upgrade").code == 4
    assert list(tmp_path.glob("*.sql")) == []


def test_duplicates_can_be_removed_by_an_account_that_may_only_write_rows(
    old_mysql: CommandLine, monkeypatch: pytest.MonkeyPatch, modest_url: str
) -> None:
    """Once the administrator has run the file."""
    old_mysql("db", "upgrade")
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", modest_url)

    assert old_mysql("db", "upgrade", "--dedupe", "--json").document["removed"] == 2


def test_nobody_waits_for_a_table_that_is_in_use(old_mysql: CommandLine, mysql_url: str) -> None:
    """A transaction that somebody left open, and all who would wait behind us: no table of the user's is altered."""
    engine = sa.create_engine(mysql_url)
    with engine.connect() as connection:
        for table in ("chattings", "admin_categories", "admin_chat_keywords"):
            connection.exec_driver_sql(f"SELECT * FROM {table} FOR UPDATE").all()

        outcome = old_mysql("db", "upgrade")
    engine.dispose()

    assert outcome.code == 0


def test_a_table_that_is_in_use_for_long_does_not_hold_up_everybody(
    old_mysql: CommandLine, monkeypatch: pytest.MonkeyPatch, mysql_url: str
) -> None:
    """What an earlier version had added goes by ALTER, and a waiting ALTER makes all others wait behind it."""
    old_mysql("db", "upgrade")
    execute("UPDATE keyword_schema_version SET version_num = '0006'")
    execute(
        "ALTER TABLE admin_chat_keywords ADD COLUMN keyword_day DATE AS (CAST(created_at AS DATE)) VIRTUAL INVISIBLE"
    )
    monkeypatch.setattr("keyword_assets.sql.schema.migrate.LOCK_WAIT_SECONDS", 1)
    engine = sa.create_engine(mysql_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM admin_chat_keywords").all()

        outcome = old_mysql("db", "upgrade")
    engine.dispose()

    assert outcome.code == 4
    assert "1초" in outcome.complaint
    assert old_mysql("db", "upgrade").code == 0


# -- doctor -----------------------------------------------------------------------------------------------------------


def test_doctor_tells_what_is_still_missing(old_mysql: CommandLine) -> None:
    """Before the upgrade, after it, and after somebody dropped something."""

    def faults() -> dict[str, str]:
        checks = old_mysql("doctor", "--json").document["checks"]
        return {check["name"]: check["message"] for check in checks if not check["ok"]}

    before = faults()
    old_mysql("db", "upgrade")
    upgraded = faults()
    execute("CREATE INDEX a ON chattings (created_at)")
    half = faults()
    execute("CREATE INDEX b ON admin_chat_keywords (created_at)")
    execute("ALTER TABLE admin_chat_keywords MODIFY pk INTEGER AUTO_INCREMENT")
    indexed = faults()
    execute("DROP TABLE keyword_sizes")
    dropped = faults()

    assert "CREATE TABLE keyword_" in before["schema"]
    assert "--sql" in before["schema"]
    # The tables are the user's, and so are their indexes.
    assert "CREATE INDEX ix_chattings_created_at ON chattings (created_at)" in upgraded["index"]
    assert "CREATE INDEX ix_admin_chat_keywords_created_at ON admin_chat_keywords" in upgraded["index"]
    assert "chattings.created_at" not in half["index"]
    # No row could be written.
    assert "pk" in upgraded["tables"]
    assert indexed == {}
    assert "CREATE TABLE keyword_sizes" in dropped["index"]
