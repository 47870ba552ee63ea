"""What every test stands on: a clean environment, and databases of its own.

One private MariaDB serves the whole session. With pytest-xdist the controller starts it and tells each worker its URL;
without, the first test that asks for it does. KEYWORDS_TEST_MYSQL_URL names another server to use instead,
and KEYWORDS_TEST_MYSQLD another program for the private ones, also for those that tests start to kill them.
"""

import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis  # noqa: F401 -- asks what refers to the generators that it manages, before anything is frozen
import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.core import texts
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests import compiled, mariadb, nursery, once
from keyword_assets_tests.builders import make_store
from keyword_assets_tests.mariadb import MySQLServer, PrivateMariaDB, ServerError
from keyword_assets_tests.quick import Watch, is_quick
from keyword_assets_tests.world import Clock

# Read before any test runs, because the environment is cleaned for each of them.
GIVEN_URL = os.environ.get("KEYWORDS_TEST_MYSQL_URL")
FOREIGN_SETTINGS = ("KEYWORDS_", "HCX_", "DAGSTER_")

# Databases of tests wait for a disk more than for anything else, and none of them has to outlive a power cut. What a
# whole run has in files at any time, with room to spare.
_MEMORY = Path("/dev/shm")
_MEMORY_BYTES = 6 * 1024**3
if "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _MEMORY_BYTES:
    # For the processes that tests start, too, and for pytest-xdist's workers.
    os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)

# What each Python does first that a test starts: look at `sitecustomize` there.
_AT_START = str(Path(__file__).with_name("at_start"))
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (_AT_START, os.environ.get("PYTHONPATH"))))

_server_key = pytest.StashKey[MySQLServer]()
_fault_key = pytest.StashKey[str]()
_nursery_key = pytest.StashKey[ExitStack]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a pytest-xdist worker which server to use, or why there is none."""
    # Whoever hands out tests finds none.
    gc.freeze()
    gc.enable()
    try:
        node.workerinput["mysql_url"] = _session_server(node.config).server_url
    except ServerError as fault:
        node.workerinput["mysql_fault"] = str(fault)
    node.workerinput["mysql_new"] = {program: str(folder) for program, folder in mariadb.NEW.items()}
    node.workerinput["nursery"] = nursery.OF_ALL


def pytest_configure(config: pytest.Config) -> None:
    """Private servers of a worker begin as the session's did, and its processes come from the same nursery."""
    told: dict[str, dict[str, str]] = getattr(config, "workerinput", {})
    mariadb.NEW.update({program: Path(folder) for program, folder in told.get("mysql_new", {}).items()})
    nursery.OF_ALL.update(told.get("nursery", {}))
    # A part of the tests is through before what any of them needs is loaded, and two workers load no more than that.
    if len(config.getoption("tx", None) or ()) > 2 and config.args_source is config.ArgsSource.TESTPATHS:
        _load_once_for_all_workers(config)


def _load_once_for_all_workers(config: pytest.Config) -> None:
    stack = config.stash[_nursery_key] = ExitStack()
    # Ctrl-C is not meant for it; nobody waits for it longer than for the tests.
    compiling = subprocess.Popen([sys.executable, "-m", compiled.__name__], start_new_session=True)
    stack.enter_context(compiling)
    stack.callback(compiling.terminate)
    begun = stack.enter_context(nursery.opened(workers=True))
    nursery.OF_ALL.update(begun.place)
    config.option.tx = [f"{spec}//python={begun.python}" if spec == "popen" else spec for spec in config.option.tx]


# Long files, in the order in which a worker that has done with one is given another. Those that wait most of their time
# (for Dagster's loops, for what is silent) come among those that keep a core busy: too many of them at once would leave
# the cores idle, and one that began last would be waited for.
FIRST = (
    *("test_crashes.py", "test_mysql_storage.py", "schema/test_users_tables.py", "test_writes.py", "cli/test_mysql.py"),
    *("test_counted_days.py", "test_session_variables.py", "test_migrate.py", "test_healing_embedded.py"),
    *("assets/test_checks.py", "cli/test_faults.py", "test_estimates.py", "test_surroundings.py", "ui/test_ui.py"),
    *("test_review_page.py", "test_report_delivery.py", "test_healing_on_mysql.py", "test_classifying.py"),
    *("test_coverage_backfill_sensor.py", "test_evaluate.py", "test_firewall.py", "test_docs_commands.py"),
    *("test_corrections_together.py", "hcx/test_quota.py", "test_long_texts.py", "test_report_page.py"),
    *("test_killed.py", "hcx/test_hostile.py", "test_removal.py", "test_day_limit.py", "test_interrupted.py"),
    *("test_changes.py", "test_daemon.py", "test_init.py", "tests/test_privacy.py", "test_database_faults.py"),
    *("test_money.py", "test_replicas.py", "test_dagster_on_mysql.py", "database/test_faults.py", "test_channels.py"),
    *("test_alert_sensor.py", "test_together.py", "/ui/", "/harm/", "test_governor.py", "test_supply.py"),
)


def _place(path: Path) -> int:
    """Of a file among those that are handed out."""
    return next((place for place, part in enumerate(FIRST) if part in path.as_posix()), len(FIRST))


# Most of what is loaded stays. To look through it for garbage again and again took a quarter of the tests' time: nobody
# looks until all tests are found, and then at what came since, in larger portions.
_GARBAGE = (5_000, 10, 50)
gc.disable()


def pytest_collection_finish() -> None:
    """What has been loaded by now stays to the end, at which Python and pytest look for garbage several times."""
    gc.freeze()
    gc.set_threshold(*_GARBAGE)
    gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--quick` is what `make quick` asks for."""
    parser.addoption("--quick", action="store_true", help="only tests that need no server, browser or process")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long files first, in their order."""
    if config.getoption("quick"):
        quick = {item: is_quick(item) for item in items}
        config.hook.pytest_deselected(items=[item for item in items if not quick[item]])
        items[:] = [item for item in items if quick[item]]
    items.sort(key=lambda item: _place(item.path))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the session's server and nursery, also after Ctrl-C."""
    if stack := config.stash.get(_nursery_key, None):
        stack.close()
    server = config.stash.get(_server_key, None)
    if isinstance(server, PrivateMariaDB):
        server.stop()


def _session_server(config: pytest.Config) -> MySQLServer:
    """The session's one server, started when first asked for; a failure is remembered, not tried again."""
    if _server_key not in config.stash:
        if _fault_key in config.stash:
            raise ServerError(config.stash[_fault_key])
        try:
            config.stash[_server_key] = _server_for(getattr(config, "workerinput", {}))
        except ServerError as fault:
            config.stash[_fault_key] = str(fault)
            raise
    return config.stash[_server_key]


def _server_for(workerinput: dict[str, str]) -> MySQLServer:
    if "mysql_fault" in workerinput:
        raise ServerError(workerinput["mysql_fault"])
    if url := workerinput.get("mysql_url", GIVEN_URL):
        return MySQLServer(url)
    server = PrivateMariaDB()
    server.start()
    return server


@pytest.fixture(scope="session")
def watch() -> Watch:
    """From now on nothing can be started."""
    return Watch()


@pytest.fixture(autouse=True)
def _nothing_is_started(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that `make quick` takes for one that starts nothing, and is not, fails; also if it swallows the error."""
    if not request.config.getoption("quick"):
        yield
        return
    watch: Watch = request.getfixturevalue("watch")
    watch.refused.clear()
    yield
    assert not watch.refused


@pytest.fixture(scope="session", autouse=True)
def usual_interrupts() -> Iterator[None]:
    """A suite in the background ignores Ctrl-C, one under nohup SIGHUP, and so would all processes that tests start."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.getsignal(number) for number in usual}
    for number, handler in usual.items():
        if before[number] is signal.SIG_IGN:
            signal.signal(number, handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(scope="session", autouse=True)
def frozen_not_counted() -> Iterator[None]:
    """A run asks whether anything is frozen, and Python counts all of it one by one: 30 ms of each command."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gc, "get_freeze_count", lambda: 1)
        yield


@pytest.fixture(scope="session", autouse=True)
def read_and_compiled_once() -> Iterator[None]:
    """What each command does anew is done once for all that this process does."""
    with pytest.MonkeyPatch.context() as patch:
        once.patch(patch.setattr)
        yield


def clean(environ: Mapping[str, str]) -> dict[str, str]:
    """An environment without any of our settings."""
    return {name: value for name, value in environ.items() if not name.startswith(FOREIGN_SETTINGS)}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the caller's reaches a test, and no language of another; relative files land in its own folder."""
    texts.use("ko")
    for name in [name for name in os.environ if name.startswith(FOREIGN_SETTINGS)]:
        monkeypatch.delenv(name)
    # The tests' Dagster instances have nothing to report to its makers.
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The one clock of all settings, standing at TODAY."""
    stopped = Clock()
    monkeypatch.setattr(Settings, "now", lambda self: stopped.look())
    return stopped


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A working folder that everybody may look into."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def mysql_server(request: pytest.FixtureRequest) -> MySQLServer:
    """The session's server, shared by all tests: start a PrivateMariaDB of your own to stop or kill one."""
    try:
        return _session_server(request.config)
    except ServerError as fault:
        pytest.fail(str(fault), pytrace=False)


@pytest.fixture
def mysql_url(mysql_server: MySQLServer) -> Iterator[str]:
    """The URL of a new, empty MySQL database, dropped after the test."""
    name = f"keyword_test_{uuid.uuid4().hex[:16]}"
    url = mysql_server.create_database(name)
    yield url
    mysql_server.drop_database(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a new SQLite file."""
    return f"sqlite:///{tmp_path / 'keywords.db'}"


@pytest.fixture(params=["sqlite", "mysql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a new, empty database, once of each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(scope="session")
def new_dagster_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A Dagster instance's folder in which nothing has run yet, to be copied: making one takes longer than a run.

    Whoever opens an instance in this process asks for it.
    """
    # Loaded here, because most tests can do without it and it takes seconds.
    import dagster as dg

    from keyword_assets.orchestration.hosting.instance import open_instance

    home = tmp_path_factory.mktemp("dagster")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
        patch.setenv("DAGSTER_HOME", str(home))
        with open_instance(Settings.from_env()) as instance:
            instance.get_runs_count()
            instance.fetch_run_status_changes(dg.DagsterEventType.RUN_SUCCESS, limit=1)
            instance.all_instigator_state()
    # Dagster was loaded for it, which is as large as all the rest.
    gc.collect()
    gc.freeze()
    with pytest.MonkeyPatch.context() as patch:
        once.patch_dagster(patch.setattr)
        yield home


@pytest.fixture(scope="session")
def hcx_server() -> Iterator[SimulatorServer]:
    """The session's simulated HCX without a quota; tests ask for `hcx`."""
    with SimulatorServer() as server:
        server.warm_up()
        yield server


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with its schema and nothing in it, to be copied where a test wants one that is there."""
    path = tmp_path_factory.mktemp("database") / "keywords.db"
    make_store(f"sqlite:///{path}").engine.dispose()
    return path


@pytest.fixture
def hcx(hcx_server: SimulatorServer) -> SimulatorServer:
    """A simulated HCX on loopback that has seen and suffered nothing yet."""
    hcx_server.reset()
    return hcx_server
