"""The commands in front of a service's own tables: what they refuse, and whose messages they classify."""

import pytest
import sqlalchemy as sa

from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.mariadb import MySQLServer
from keyword_assets_tests.world import DAY, NEXT_DAY, execute, written

CHATS = "CREATE TABLE chattings (chatting_pk INT PRIMARY KEY, input_text TEXT, created_at DATETIME)"
ROWS = (
    "CREATE TABLE admin_chat_keywords (query_text TEXT, keyword VARCHAR(100), category_id INT, query_count INT, "
    "created_at DATETIME, batch_created_at DATETIME)"
)


@pytest.fixture
def server(cli: CommandLine, monkeypatch: pytest.MonkeyPatch, mysql_url: str) -> CommandLine:
    """The command line in front of a server's database without any table."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", mysql_url)
    return cli


def _definitions(mysql_server: MySQLServer, mysql_url: str) -> dict[str, str]:
    name = sa.make_url(mysql_url).database
    tables = [row[0] for row in mysql_server.execute(f"SHOW TABLES FROM {name}")]
    return {table: mysql_server.execute(f"SHOW CREATE TABLE {name}.{table}")[0][1] for table in tables}


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (CHATS.replace("TEXT", "BLOB"), ("chattings", "input_text", "BLOB", "KEYWORDS_TABLE_")),
        (CHATS.replace("DATETIME", "BIGINT"), ("chattings", "created_at", "BIGINT", "KEYWORDS_STORED_TIMEZONE")),
        (f"{ROWS} ENGINE=MyISAM", ("admin_chat_keywords", "MyISAM", "ENGINE=InnoDB")),
        (ROWS.replace("query_count", "how_often"), ("admin_chat_keywords", "query_count", "KEYWORDS_COLUMN_")),
    ],
    ids=["bytes", "seconds", "no transactions", "another name"],
)
def test_what_cannot_be_served_is_refused_by_every_command(
    server: CommandLine,
    mysql_server: MySQLServer,
    mysql_url: str,
    hcx: SimulatorServer,
    statement: str,
    named: tuple[str, ...],
) -> None:
    """In one line, with exit code 2; before an upgrade, and after somebody changed his table."""
    execute(statement)
    before = _definitions(mysql_server, mysql_url)

    told = [
        server("db", "upgrade", "--lang", "en"),
        server("db", "upgrade", "--dry-run", "--lang", "en"),
        server("db", "upgrade", "--dry-run", "--json", "--lang", "en"),
    ]

    for outcome in told:
        assert (outcome.code, outcome.out) == (2, "")
        assert [part for part in named if part not in outcome.complaint] == []
    dedupe = server("db", "upgrade", "--dedupe", "--lang", "en")
    assert (dedupe.code, dedupe.out) == (2, "")
    assert named[0] in dedupe.complaint
    doctor = server("doctor", "--json", "--lang", "en")
    (fault,) = [found["message"] for found in doctor.document["checks"] if found["name"] == "schema"]
    assert (doctor.code, [part for part in named if part not in fault]) == (2, [])
    assert _definitions(mysql_server, mysql_url) == before

    table = named[0] if named[0] in before else ""
    execute(f"RENAME TABLE {table} TO aside")
    assert server("db", "upgrade").code == 0
    execute(f"DROP TABLE {table}")
    execute(f"RENAME TABLE aside TO {table}")
    upgraded = _definitions(mysql_server, mysql_url)

    for command in (["check", DAY, DAY], ["complete", DAY, DAY], ["db", "upgrade"]):
        outcome = server(*command, "--lang", "en")
        assert (outcome.code, outcome.out) == (2, "")
        assert [part for part in named if part not in outcome.complaint] == []
    assert server("doctor", "--json").code == 2
    assert _definitions(mysql_server, mysql_url) == upgraded
    assert hcx.stats.snapshot.questions == 0


def test_nothing_of_another_room_day_or_year_is_classified_or_paid_for(
    server: CommandLine, hcx: SimulatorServer
) -> None:
    """Numbers begin anew in each room."""
    execute(
        "CREATE TABLE chattings (room_id INT, chatting_pk INT, input_text TEXT, created_at DATETIME, "
        "PRIMARY KEY (room_id, chatting_pk), KEY (created_at))"
    )
    execute(
        "INSERT INTO chattings VALUES (1, 1, '환불 방법', '2025-06-11 09:00:00'), "
        "(1, 2, '배송 조회', '2025-06-11 09:01:00'), (2, 1, '비밀번호 분실', '2025-06-12 09:00:00'), "
        "(3, 1, '가입 방법', '2024-06-11 09:05:00'), (4, 1, '환불 방법', '2025-06-11 23:59:59')"
    )
    assert server("db", "upgrade").code == 0

    outcome = server("complete", DAY, DAY, "--json")

    assert outcome.code == 0
    assert {text for text, _, _ in written()} == {"환불 방법", "배송 조회"}
    total = outcome.document["check"]["total"]
    assert (total["messages"], total["questions"], total["classified"]) == (3, 2, 2)
    assert server("check", DAY, NEXT_DAY, "--json").document["total"]["missing"] == 1
    assert hcx.stats.snapshot.questions == 2


@pytest.mark.parametrize("kept_by", ["MyISAM", "MEMORY"])
def test_messages_without_transactions_are_completed(server: CommandLine, kept_by: str) -> None:
    """They are only read."""
    execute(f"{CHATS.replace('TEXT', 'VARCHAR(99)')} ENGINE={kept_by}")
    execute("INSERT INTO chattings VALUES (1, '환불 방법', '2025-06-11 09:00:00'), (2, ' ', '2025-06-11 09:00:00')")
    assert server("db", "upgrade").code == 0

    assert server("complete", DAY, DAY, "--json").code == 0

    checked = server("check", DAY, DAY, "--json")
    assert (checked.code, checked.document["total"]["classified"], checked.document["total"]["missing"]) == (0, 1, 0)


def test_times_stored_in_utc_make_days_in_seoul(server: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """`complete`, `check` and the report have the same messages of a day."""
    monkeypatch.setenv("KEYWORDS_STORED_TIMEZONE", "UTC")
    execute(CHATS)
    execute(
        "INSERT INTO chattings VALUES (1, '어제', '2025-06-10 14:59:59'), (2, '처음', '2025-06-10 15:00:00'), "
        "(3, '끝', '2025-06-11 14:59:59'), (4, '내일', '2025-06-11 15:00:00')"
    )
    assert server("db", "upgrade").code == 0

    assert server("complete", DAY, DAY, "--json").code == 0

    assert {text for text, _, _ in written()} == {"처음", "끝"}
    totals = server("check", DAY, NEXT_DAY, "--json").document["total"]
    assert (totals["messages"], totals["classified"], totals["missing"]) == (3, 2, 1)


def test_tables_of_another_schema_are_known_to_every_command(
    server: CommandLine, mysql_server: MySQLServer, mysql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the look beforehand to the last check, by the name in the settings."""
    other = f"{sa.make_url(mysql_url).database}-서비스"
    mysql_server.create_database(other)
    try:
        mysql_server.execute(CHATS.replace("TABLE chattings", f"TABLE `{other}`.`chat log`"))
        mysql_server.execute(f"INSERT INTO `{other}`.`chat log` VALUES (1, '환불 방법', '2025-06-11 09:00:00')")
        monkeypatch.setenv("KEYWORDS_TABLE_CHATTINGS", f"{other}.chat log")
        monkeypatch.setenv("KEYWORDS_TABLE_ADMIN_CHAT_KEYWORDS", f"{other}.키워드")

        shown = server("db", "upgrade", "--dry-run")
        assert f"CREATE TABLE `{other}`.`키워드`" in shown.out
        assert f"ON `{other}`.`chat log`" in shown.out
        assert "CREATE TABLE chattings" not in shown.out
        assert server("db", "upgrade").code == 0
        assert server("complete", DAY, DAY, "--json").code == 0
        assert server("check", DAY, DAY, "--json").document["total"]["classified"] == 1
        assert mysql_server.execute(f"SELECT COUNT(DISTINCT query_text) FROM `{other}`.`키워드`") == [(1,)]
        checks = {found["name"]: found for found in server("doctor", "--json").document["checks"]}
        assert checks["schema"]["ok"]
        assert f"`{other}`.`chat log`" in checks["index"]["message"]
    finally:
        mysql_server.drop_database(other)
