"""The folder of `DAGSTER_HOME` as our commands find it; what it says of a server is in test_dagster_on_mysql.py."""

from pathlib import Path

import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.orchestration.hosting.home import prepare_home


def test_a_command_goes_by_what_it_has_read_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its parts must not come from two versions of a file that somebody is just editing."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    (tmp_path / "dagster.yaml").write_text("storage: {mysql: {mysql_url: 'mysql+mysqlconnector://me:pw@one/dagster'}}")
    home = prepare_home(Settings.from_env())
    before = home.server
    (tmp_path / "dagster.yaml").write_text("storage: {mysql: {mysql_url: 'mysql+mysqlconnector://me:pw@two/dagster'}}")

    assert home.server == before == "mysql+mysqlconnector://***@one/dagster"
