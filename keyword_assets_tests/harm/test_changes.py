"""Owners change their tables after `db upgrade` as they did before it."""

import pytest

from keyword_assets_tests.harm.kinds import Kind
from keyword_assets_tests.harm.matrix import CHANGED_KINDS, run_changes
from keyword_assets_tests.mariadb import MySQLServer


# The others take half a minute each: `python -m keyword_assets_tests.harm --changes` goes through them all.
@pytest.mark.parametrize("kind", CHANGED_KINDS[:2], ids=str)
def test_owners_change_their_tables(mysql_server: MySQLServer, kind: Kind) -> None:
    """Columns, keys, character sets, partitions, engines, names: each ALTER ends as it did, and so do the tables."""
    result = run_changes(mysql_server, kind)

    assert result.writes > 90
    assert not result.refused
    assert not result.wrongs
    assert not result.differences, "\n".join([result.summary(), *map(str, result.differences[:10])])
