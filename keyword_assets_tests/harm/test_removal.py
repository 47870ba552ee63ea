"""`db remove`, and an upgrade from a version that added columns, leave the tables as their owner made them."""

import pytest

from keyword_assets_tests.harm.kinds import Kind
from keyword_assets_tests.harm.matrix import compare_all
from keyword_assets_tests.harm.sessions import Session
from keyword_assets_tests.harm.twins import BAD_INPUT, Twins, command
from keyword_assets_tests.mariadb import MySQLServer

KINDS = (
    Kind(extra="triggers"),
    Kind(time="timestamp_now", key="none", text="latin1", partitions="by_key", rows="no_key"),
    Kind(engine="MyISAM", rows="own_columns", extra="generated"),
    Kind(extra="view", rows="timestamp"),
    Kind(extra="parent", time="date", key="composite"),
)
# What versions up to revision 0006 added to the user's tables; the pattern was longer.
OLD_COLUMNS = (
    "ALTER TABLE admin_chat_keywords ADD COLUMN keyword_text_hash BINARY(32) "
    "AS (unhex(sha2(convert(query_text using utf8mb4), 256))) VIRTUAL INVISIBLE",
    "ALTER TABLE chattings ADD COLUMN keyword_day DATE AS (CAST(created_at AS DATE)) VIRTUAL INVISIBLE, "
    "ADD COLUMN keyword_text_hash BINARY(32) AS (CASE WHEN input_text REGEXP '[^\\\\x{0}-\\\\x{20}]' "
    "THEN unhex(sha2(convert(input_text using utf8mb4), 256)) END) VIRTUAL INVISIBLE",
    "ALTER TABLE chattings ADD INDEX ix_keyword_day (keyword_day, keyword_text_hash)",
    "ALTER TABLE admin_chat_keywords ADD COLUMN keyword_day DATE AS (CAST(created_at AS DATE)) VIRTUAL INVISIBLE",
    "ALTER TABLE admin_chat_keywords ADD INDEX ix_keyword_day (keyword_day, keyword_text_hash, query_count)",
)
# By names that we have used.
OWNERS_OWN = (
    "ALTER TABLE admin_chat_keywords ADD INDEX ix_keyword_text (keyword), ADD INDEX ix_keyword_day (category_id)",
    "ALTER TABLE chattings ADD COLUMN keyword_day INT, ADD INDEX ix_keyword_text_hash (room_id)",
    "ALTER TABLE chattings ADD INDEX ix_chattings_created_at (created_at)",
    "CREATE TABLE keyword_notes (note VARCHAR(20))",
    "CREATE TABLE keywords (keyword VARCHAR(20))",
)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_remove_leaves_what_was_there(mysql_server: MySQLServer, kind: Kind) -> None:
    """Shown first; without its flag the answers stay, with it the database is byte for byte what it was."""
    with Twins(mysql_server, kind) as twins:
        was = twins.after.world()
        assert twins.upgrade()[0].code == 0
        upgraded = twins.after.world()

        for arguments in (["--dry-run"], ["--dry-run", "--tables"]):
            assert command(twins.after.url, "db", "remove", *arguments).code == 0
            assert twins.after.world() == upgraded

        assert command(twins.after.url, "db", "remove").code == 0
        assert twins.after.world() == upgraded

        assert command(twins.after.url, "db", "remove", "--tables").code == 0
        assert twins.after.world() == was

        # Nothing is left that a second time, or a new beginning, would stumble over.
        assert command(twins.after.url, "db", "remove", "--tables").code == 0
        assert twins.upgrade()[0].code == 0
        assert twins.after.world().keys() == upgraded.keys()


def test_remove_is_no_harm_to_writers(mysql_server: MySQLServer) -> None:
    """Every write ends as it did before we came."""
    with Twins(mysql_server, KINDS[0]) as twins:
        twins.upgrade()
        command(twins.after.url, "db", "remove", "--tables")

        assert compare_all(twins, [Session(), Session(mode="no_backslash_lax")]) == []


def test_remove_of_what_is_not_there(mysql_server: MySQLServer) -> None:
    """A database that was never upgraded, or whose upgrade was refused."""
    for kind in (Kind(), Kind(time="bigint", extra="empty")):
        with Twins(mysql_server, kind) as twins:
            was = twins.after.world()

            for arguments in ([], ["--tables"]):
                assert command(twins.after.url, "db", "remove", *arguments).code in (0, BAD_INPUT)
                assert twins.after.world() == was


def test_remove_and_upgrade_leave_the_owners_own_by_our_names(mysql_server: MySQLServer) -> None:
    """An index, a column or a table that the owner made is his, whatever it is called."""
    with Twins(mysql_server, Kind()) as twins:
        for side in twins.sides:
            side.owner.must(*OWNERS_OWN)
            side.remember_columns()
        was = twins.after.world()
        ended, wrongs = twins.upgrade()

        assert (ended.code, wrongs) == (0, [])

        for arguments in ([], ["--tables"]):
            assert command(twins.after.url, "db", "remove", *arguments).code == 0
            now = twins.after.world()
            assert {name: now.get(name) for name in was} == was


@pytest.mark.parametrize("kind", [KINDS[0], Kind(key="by_time", partitions="by_day", rows="no_key")], ids=str)
@pytest.mark.parametrize("arguments", [("upgrade",), ("remove",), ("remove", "--tables")], ids=" ".join)
def test_columns_of_earlier_versions_go(mysql_server: MySQLServer, kind: Kind, arguments: tuple[str, ...]) -> None:
    """From a database that an earlier version has upgraded; then every write ends as before."""
    with Twins(mysql_server, kind) as twins:
        was = twins.after.world()
        twins.upgrade()
        twins.after.owner.must(*OLD_COLUMNS, "UPDATE keyword_schema_version SET version_num = '0006'")
        ended = command(twins.after.url, "db", *arguments)

        assert ended.code == 0, ended.said
        now = twins.after.world()
        assert {name: now.get(name) for name in was} == was
        assert compare_all(twins, [Session(), Session(mode="no_backslash_lax")]) == []


@pytest.mark.parametrize("kind", [Kind(extra="triggers"), Kind(extra="view", rows="no_key")], ids=str)
def test_tables_in_another_schema_stay_as_they_are(
    mysql_server: MySQLServer, mysql_url: str, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    """Ours are made in the database of the URL, and nothing at all in the owner's."""
    with Twins(mysql_server, kind) as twins:
        for table in ("chattings", "admin_categories", "admin_chat_keywords"):
            monkeypatch.setenv(f"KEYWORDS_TABLE_{table.upper()}", f"{twins.after.name}.{table}")
        was = twins.after.world()

        for arguments in (["upgrade", "--dry-run"], ["upgrade"], ["remove"], ["remove", "--tables"]):
            ended = command(mysql_url, "db", *arguments)
            assert ended.code == 0, ended.said
            assert twins.after.world() == was
