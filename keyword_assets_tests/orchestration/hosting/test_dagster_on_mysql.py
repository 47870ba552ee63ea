"""Dagster's own storage on a MySQL server: how an instance gets there, and what its 64 KB columns would lose."""

import json
import logging
import os
import shutil
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa
import yaml
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import GrpcServerTarget
from dagster._daemon.sensor import execute_sensor_iteration

from keyword_assets.cli.main import run
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import DatabaseError, InputError
from keyword_assets.orchestration.hosting.home import prepare_home
from keyword_assets.orchestration.hosting.instance import open_instance
from keyword_assets.orchestration.mysql_storage import CONNECT_SECONDS, READ_SECONDS, RETRY_SECONDS, MySQLStorage
from keyword_assets.sql.schema.dagster_tables import COLUMNS
from keyword_assets_tests.conftest import clean
from keyword_assets_tests.copies import COMMANDS
from keyword_assets_tests.mariadb import PASSWORD, MySQLServer
from keyword_assets_tests.nursery import shared
from keyword_assets_tests.services import LISTENING, PATIENCE, Services, apart, free_ports, running
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats, answers_to, questions, written

REQUESTS = 20
# What a sensor of somebody's project may look like on the day it is switched on: with less said in each, it is some
# hundred requests that are too many.
SENSOR = f"""
import dagster as dg

@dg.op
def nothing(): ...

@dg.job
def small_job():
    nothing()

@dg.sensor(job=small_job, default_status=dg.DefaultSensorStatus.RUNNING)
def many():
    return [dg.RunRequest(run_key=str(n), tags={{"texts": "x" * 4_000}}) for n in range({REQUESTS})]

defs = dg.Definitions(jobs=[small_job], sensors=[many])
"""


@pytest.fixture(scope="module")
def made(mysql_server: MySQLServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder and a database in which our own `prepare_home` and Dagster have set up an instance."""
    name = f"dagster_test_{uuid.uuid4().hex[:12]}"
    url = mysql_server.create_database(name)
    home = tmp_path_factory.mktemp("dagster-mysql")
    try:
        with pytest.MonkeyPatch.context() as patch:
            _use(patch, home, url)
            with open_instance(Settings.from_env()):
                pass
        yield home, url
    finally:
        mysql_server.drop_database(name)


@pytest.fixture
def home(made: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """That instance is the one in force; nothing has run there, and its columns are as wide as Dagster makes them."""
    _use(monkeypatch, *made)
    for table in ("runs", "event_logs", "asset_keys", "asset_check_executions", "job_ticks", "instigators"):
        _execute(f"DELETE FROM {table}")
    for table, column in COLUMNS:
        _execute(f"ALTER TABLE `{table}` MODIFY `{column}` TEXT")
    return made[0]


@pytest.fixture
def wide(home: Path) -> Path:
    """The same, upgraded."""
    assert run(["db", "upgrade", "--dagster"]) == 0
    return home


def _use(patch: pytest.MonkeyPatch, home: Path, url: str) -> None:
    patch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
    patch.setenv("DAGSTER_HOME", str(home))
    patch.setenv("DAGSTER_MYSQL_URL", url)


def _execute(statement: str) -> list[tuple[Any, ...]]:
    engine = sa.create_engine(os.environ["DAGSTER_MYSQL_URL"], poolclass=sa.NullPool)
    with engine.begin() as connection:
        result = connection.execute(sa.text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []


def _types() -> dict[str, tuple[str, str]]:
    """The type of each text column of the instance's tables, and whether it may be NULL."""
    rows = _execute(
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
        "WHERE table_schema = DATABASE() AND data_type LIKE '%text'"
    )
    return {f"{table}.{column}": (kind, nullable) for table, column, kind, nullable in rows}


def _configuration(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


# -- the configuration ------------------------------------------------------------------------------------------------


def test_a_new_home_is_configured_for_the_server_and_otherwise_as_the_embedded_one(made: tuple[Path, str]) -> None:
    """Pools, monitoring and the rest do not depend on where runs are kept; and the file holds no password."""
    home, _ = made

    configured = _configuration(home / "dagster.yaml")
    storage = configured.pop("storage")["custom"]
    assert (storage["module"], storage["class"]) == (MySQLStorage.__module__, MySQLStorage.__name__)
    assert storage["config"] == {
        "mysql_url": {"env": "DAGSTER_MYSQL_URL"},
        "connect_seconds": CONNECT_SECONDS,
        "read_seconds": READ_SECONDS,
        "retry_seconds": RETRY_SECONDS,
    }
    assert configured == yaml.safe_load((resources.files("keyword_assets") / "resources" / "dagster.yaml").read_text())


def test_a_configuration_that_is_there_is_refused_rather_than_rewritten(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, new_dagster_home: Path
) -> None:
    """Neither may the variable be ignored silently, nor somebody's configuration be replaced."""
    home = Path(shutil.copytree(new_dagster_home, tmp_path / "theirs"))
    before = (home / "dagster.yaml").read_bytes()
    _use(monkeypatch, home, "mysql+mysqlconnector://me:pw@127.0.0.1:1/dagster")

    with pytest.raises(
        InputError, match=r"storage: \{custom: \{module: .*, config: \{mysql_url: \{env: DAGSTER_MYSQL_URL\}\}\}\}"
    ):
        prepare_home(Settings.from_env())
    assert (home / "dagster.yaml").read_bytes() == before


def test_a_storage_that_somebody_chose_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """They may have reasons, and another variable for them."""
    (tmp_path / "dagster.yaml").write_text("storage: {sqlite: {base_dir: /tmp}}")
    _use(monkeypatch, tmp_path, "mysql+mysqlconnector://me:pw@127.0.0.1:1/dagster")

    assert prepare_home(Settings.from_env()).server is None


def test_a_server_that_is_named_in_parts_is_found_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Dagster's other way to say it; a password may hold what a URL cannot."""
    parts = "{username: me, password: {env: THEIR_PASSWORD}, hostname: db, db_name: dagster}"
    (tmp_path / "dagster.yaml").write_text(f"storage: {{mysql: {{mysql_db: {parts}}}}}")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("THEIR_PASSWORD", "p@ss/word")

    assert prepare_home(Settings.from_env()).server == "mysql+mysqlconnector://***@db:3306/dagster"


def test_the_working_folders_own_instance_stays_embedded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The demo runs there, and has no business on a server; doctor says so to whoever expected otherwise."""
    monkeypatch.setenv("DAGSTER_MYSQL_URL", "mysql+mysqlconnector://me:pw@127.0.0.1:1/dagster")

    home = prepare_home(Settings.from_env())
    run(["doctor"])

    assert "storage" not in _configuration(home.path / "dagster.yaml")
    assert "DAGSTER_MYSQL_URL은 쓰이지 않습니다" in " ".join(capsys.readouterr().out.replace("│", " ").split())


def test_the_server_may_be_named_in_the_env_file(
    made: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """That is where the other settings are; runs that went to files in silence would be missed in the UI."""
    home, url = made
    # For Dagster, which is told by our command; and so that it is forgotten after the test.
    monkeypatch.setenv("DAGSTER_MYSQL_URL", "")
    monkeypatch.delenv("DAGSTER_MYSQL_URL")
    (tmp_path / ".env").write_text(f"DAGSTER_HOME={home}\nDAGSTER_MYSQL_URL={url}\n")

    with open_instance(Settings.from_env()) as instance:
        storage = type(instance.event_log_storage).__name__

    assert storage == "EventLogStorage"
    assert "password" not in repr(Settings.from_env())


def test_a_configuration_without_its_variable_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new shell, a cron job: the most likely thing to be forgotten."""
    monkeypatch.setenv("DAGSTER_MYSQL_URL", " ")

    with pytest.raises(InputError, match="DAGSTER_MYSQL_URL") as error, open_instance(Settings.from_env()):
        pass
    assert error.value.key == "dagster.unset"


@pytest.mark.parametrize("url", ["somewhere", "postgresql://me:s3cret@host/dagster"])
def test_a_url_that_is_none_is_told_under_its_own_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str
) -> None:
    """There are two databases in the settings; the message names the one that is wrong, and no password."""
    _use(monkeypatch, tmp_path / "new", url)

    with pytest.raises(InputError, match="DAGSTER_MYSQL_URL") as error, open_instance(Settings.from_env()):
        pass
    assert "s3cret" not in str(error.value)


def test_a_server_out_of_reach_ends_a_command_as_the_other_database_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 4, one line, no password."""
    _use(monkeypatch, tmp_path / "new", "mysql+mysqlconnector://me:s3cret@127.0.0.1:1/dagster")

    assert run(["complete", DAY, DAY]) == 4
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert "DAGSTER_MYSQL_URL" in said[0]
    assert "s3cret" not in said[0]


def test_a_server_that_fails_under_dagster_is_told_too(home: Path) -> None:
    """Dagster's storage has errors of SQLAlchemy; none may pass for a fault of ours."""
    with (
        pytest.raises(DatabaseError, match="no_such_table") as error,
        open_instance(Settings.from_env()) as instance,
        instance.run_storage.connect() as connection,  # type: ignore[attr-defined]
    ):
        connection.execute(sa.text("SELECT * FROM no_such_table"))
    assert f":{PASSWORD}@" not in str(error.value)


# -- db upgrade --dagster ---------------------------------------------------------------------------------------------


def test_upgrade_shows_its_statements_and_changes_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For whoever has to ask somebody else to run them."""
    before = _types()

    assert run(["db", "upgrade", "--dagster", "--dry-run"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == len(COLUMNS)
    assert all(line.startswith("ALTER TABLE `") and " LONGTEXT " in line and line.endswith(";") for line in shown)
    assert _types() == before


def test_upgrade_widens_what_is_narrow_and_nothing_else(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whether NULL is allowed stays; other columns stay; the second time there is nothing to do."""
    _execute("ALTER TABLE kvs MODIFY value TEXT NOT NULL")
    _execute("ALTER TABLE runs MODIFY run_body MEDIUMTEXT")
    before = _types()

    assert run(["db", "upgrade", "--dagster"]) == 0
    assert "칸 7개를 LONGTEXT로 넓혔습니다" in capsys.readouterr().out
    changed = {name: kind for name, kind in _types().items() if kind != before[name]}
    names = {f"{table}.{column}" for table, column in COLUMNS} - {"runs.run_body"}
    assert changed == {name: ("longtext", "NO" if name == "kvs.value" else "YES") for name in names}

    assert run(["db", "upgrade", "--dagster"]) == 0
    assert "할 일이 없습니다" in capsys.readouterr().out


def test_upgrade_of_an_empty_database_has_dagster_make_its_tables_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mysql_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that one command sets an instance up; and its dry run does not."""
    _use(monkeypatch, tmp_path / "new", mysql_url)

    assert run(["db", "upgrade", "--dagster", "--dry-run"]) == 0
    assert "Dagster의 표가 아직 없습니다" in capsys.readouterr().out
    assert _types() == {}

    assert run(["db", "upgrade", "--dagster"]) == 0
    assert "칸 8개를" in capsys.readouterr().out
    assert {_types()[f"{table}.{column}"] for table, column in COLUMNS} == {("longtext", "YES")}


def test_one_upgrade_makes_our_tables_and_dagsters(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mysql_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a service does before each start; the document has stdout for itself."""
    _use(monkeypatch, tmp_path / "new", mysql_url)
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", f"sqlite:///{tmp_path / 'ours.db'}")

    assert run(["db", "upgrade", "--with-dagster", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["changed"]
    assert "칸 8개를" in said.err
    assert {_types()[f"{table}.{column}"] for table, column in COLUMNS} == {("longtext", "YES")}

    assert run(["db", "upgrade", "--with-dagster"]) == 0
    assert capsys.readouterr().out.count("할 일이 없습니다") == 2


def test_the_upgrade_of_dagsters_tables_alone_has_a_document_too(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever asks for one parses what comes."""
    assert run(["db", "upgrade", "--dagster", "--dry-run", "--json"]) == 0
    assert "LONGTEXT" in json.loads(capsys.readouterr().out)["dagster"]


def test_upgrade_of_an_embedded_instance_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """SQLite has no such limit; whoever asks for this has another instance in mind."""
    assert run(["db", "upgrade", "--dagster"]) == 2
    assert "MySQL에 있지 않아" in capsys.readouterr().err
    assert not (tmp_path / ".keyword_assets" / "dagster").exists()


def test_doctor_finds_narrow_columns_and_names_the_command(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing else tells: a tick that was lost shows as skipped."""
    narrow = _doctor(capsys)
    run(["db", "upgrade", "--dagster"])
    capsys.readouterr()
    widened = _doctor(capsys)

    assert not narrow["ok"]
    assert "job_ticks.tick_body" in narrow["message"]
    assert "keyword-assets db upgrade --dagster" in narrow["message"]
    assert widened["ok"]
    assert "mysql+mysqlconnector://***@" in widened["message"]


def test_dagsters_own_storage_goes_on_working_and_doctor_shows_the_lines_for_ours(
    wide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A configuration from before is nobody's to rewrite; that it waits for ever has to be said."""
    (tmp_path / "dagster.yaml").write_text("storage: {mysql: {mysql_url: {env: DAGSTER_MYSQL_URL}}}")
    ours = _doctor(capsys)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    theirs = _doctor(capsys)

    assert ours["ok"]
    assert theirs["ok"]
    assert ("MySQLStorage" in theirs["message"], "retention" in theirs["message"]) == (True, True)
    assert ("MySQLStorage" in ours["message"], "retention" in ours["message"]) == (False, False)


def _doctor(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    run(["doctor", "--json"])
    (found,) = [check for check in json.loads(capsys.readouterr().out)["checks"] if check["name"] == "dagster"]
    return dict(found)


# -- what does not fit ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def port_of_sensor(made: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where a code server offers somebody's sensor."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "many.py").write_text(SENSOR, encoding="utf-8")
    (port,) = free_ports(1)
    command = ["dagster", "api", "grpc", "--python-file", "many.py", "--host", "127.0.0.1", "--port", str(port)]
    home, url = made
    environment = clean(os.environ) | {"DAGSTER_HOME": str(home), "DAGSTER_MYSQL_URL": url}
    services = Services(folder, environment, {"code": command}, port)
    try:
        services.start("code")
        services.until(lambda: LISTENING in services.logs())
        yield port
    finally:
        services.end()


def _tick(port: int) -> tuple[int, str]:
    """One turn of Dagster's sensor daemon: how many runs it made, and what went wrong."""
    # Each time as if nobody had ever asked it.
    target = GrpcServerTarget("127.0.0.1", port, socket=None, location_name=uuid.uuid4().hex)
    with (
        open_instance(Settings.from_env()) as instance,
        WorkspaceProcessContext(instance, target) as workspace,
        ThreadPoolExecutor(4) as submitters,
    ):
        before = instance.get_runs_count()
        turn = execute_sensor_iteration(workspace, logging.getLogger("sensor"), None, submitters)
        errors = [str(error.message) for error in turn if error]
        return instance.get_runs_count() - before, " ".join(errors)


def test_a_tick_of_64_kb_of_requests_is_lost_on_narrow_columns(home: Path, port_of_sensor: int) -> None:
    """What the widening is for. Should Dagster mend this itself, this test says so."""
    made, error = _tick(port_of_sensor)

    assert made == 0
    assert "Data too long for column 'tick_body'" in error


def test_a_tick_of_64_kb_of_requests_makes_all_their_runs_on_wide_ones(wide: Path, port_of_sensor: int) -> None:
    """And says so in its record."""
    made, error = _tick(port_of_sensor)

    assert (made, error) == (REQUESTS, "")
    ((size,),) = _execute("SELECT MAX(LENGTH(tick_body)) FROM job_ticks")
    assert size > 65_535


def _check_with_large_metadata() -> dg.ExecuteInProcessResult:
    @dg.asset
    def thing() -> None: ...

    @dg.asset_check(asset=thing)
    def is_described() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=True, metadata={"description": "x" * 70_000})

    with open_instance(Settings.from_env()) as instance:
        return dg.materialize([thing, is_described], instance=instance, raise_on_error=False)


def test_a_check_with_70_kb_of_metadata_fails_on_narrow_columns(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It passed; what fails is to write that down."""
    assert not _check_with_large_metadata().success
    assert "Data too long for column 'evaluation_event'" in capfd.readouterr().err


def test_a_check_with_70_kb_of_metadata_passes_on_wide_ones(wide: Path) -> None:
    """And its metadata are there to be read."""
    result = _check_with_large_metadata()

    assert result.success
    ((size,),) = _execute("SELECT MAX(LENGTH(evaluation_event)) FROM asset_check_executions")
    assert size > 70_000


# -- webserver, daemon and code location ------------------------------------------------------------------------------


def test_a_day_is_run_by_processes_that_share_nothing_but_the_server(
    wide: Path, chats: Chats, monkeypatch: pytest.MonkeyPatch, mysql_url: str, tmp_path: Path
) -> None:
    """As on several machines: asked for in one, taken up in the next, done in the third, beside a command."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", mysql_url)
    assert run(["db", "upgrade"]) == 0
    chats.add(*questions(5))
    chats.add(*questions(3), day=NEXT_DAY)
    period, log = [NEXT_DAY, NEXT_DAY], tmp_path / "command.log"
    command = shared().serve(COMMANDS, ["complete", *period], folder=tmp_path, environment=os.environ, log=log)
    with running(apart(tmp_path, os.environ)) as services:
        run_id = services.launch(DAY)
        ended = services.until(lambda: {"SUCCESS", "FAILURE"} & {services.run(run_id)["status"]})
        code_of_command = command.wait(PATIENCE)

    assert (ended, code_of_command) == ({"SUCCESS"}, 0)
    assert written() == answers_to(questions(5))
    with open_instance(Settings.from_env()) as instance:
        for key in ("unique_chats", "classified_keywords", "missing_data_report"):
            assert instance.get_materialized_partitions(dg.AssetKey(key)) == {DAY, NEXT_DAY}
