"""A MariaDB or MySQL server that tests and benchmarks start for themselves and throw away.

`PrivateMariaDB` runs the server found on this machine with its own data directory, port and socket; nothing that is
already running is touched. `MySQLServer` is what the two kinds, ours and one named by URL, have in common.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import mysql.connector
import sqlalchemy as sa
from mysql.connector.abstracts import MySQLConnectionAbstract

USER = PASSWORD = "keyword"
# Read before any test runs, because the environment is cleaned for each of them.
GIVEN_PROGRAM = os.environ.get("KEYWORDS_TEST_MYSQLD")
PROGRAMS = ("mariadbd", "mysqld")
# Debian keeps servers out of an ordinary user's PATH.
MORE_PATHS = ("/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/local/mysql/bin")
# Linux refuses the path of a socket from 108 bytes on, macOS from 104.
MAX_SOCKET_PATH = 103
START_SECONDS = 60
STOP_SECONDS = 30

ABSENT = (
    "No MariaDB or MySQL server on this machine (looked for mariadbd and mysqld). "
    "Debian: apt-get install mariadb-server-core mariadb-client-core. "
    "Or name a server that may create databases: KEYWORDS_TEST_MYSQL_URL=mysql+mysqlconnector://user:password@host/"
)

# Small, and quick rather than durable against a power cut; a killed server still recovers what was committed.
COMMON_OPTIONS = (
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_general_ci",
    "--innodb-buffer-pool-size=64M",
    "--innodb-flush-log-at-trx-commit=2",
    "--max-connections=200",
    "--performance-schema=OFF",
)
MARIADB_OPTIONS = ("--innodb-log-file-size=16M",)
# The last two: MySQL takes no file from a client, and neither reads nor writes one, unless it is told so; MariaDB does.
MYSQL_OPTIONS = ("--innodb-redo-log-capacity=16M", "--mysqlx=OFF", "--local-infile=ON", "--secure-file-priv=")

# Data folders of servers that have not worked yet, by program: to copy one takes a tenth of making it. Each goes with
# the server that it was made for.
NEW: dict[str, Path] = {}

# Waits for a line or the end of its input. The end without a line means that whoever started the server is gone, even
# by SIGKILL: then the server and its data go too.
WATCHER = 'read -r line && exit 0; kill -9 "$1" 2>/dev/null; rm -rf "$2"'


class ServerError(Exception):
    """The private server is not installed, could not be started, or stopped by itself."""


def find_program() -> str:
    """The path of the database server's program; raises ServerError with what to do when there is none.

    KEYWORDS_TEST_MYSQLD names one to use instead of what is found, such as a MySQL where there is a MariaDB, too.
    """
    if GIVEN_PROGRAM is not None:
        if found := shutil.which(GIVEN_PROGRAM):
            return found
        raise ServerError(f"KEYWORDS_TEST_MYSQLD: {GIVEN_PROGRAM} is no program")
    path = os.pathsep.join([os.environ.get("PATH", ""), *MORE_PATHS])
    for name in PROGRAMS:
        if found := shutil.which(name, path=path):
            return found
    raise ServerError(ABSENT)


class MySQLServer:
    """A running server, by the URL of a user who may create databases."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url

    def url(self, database: str | None = None) -> str:
        """The SQLAlchemy URL of one database on this server."""
        url = sa.make_url(self.server_url)
        return url.set(database=database or url.database).render_as_string(hide_password=False)

    def create_database(self, name: str, collation: str = "utf8mb4_general_ci") -> str:
        """Create an empty utf8mb4 database and return its URL.

        The default collation takes `A` for `a` and one emoji for another, as the databases we must work with do.
        """
        self._execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4 COLLATE {collation}")
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database and all that is in it, also when a failed test left connections open to it."""
        self._execute(f"DROP DATABASE IF EXISTS `{name}`", closing_connections_to=name)

    def execute(self, statement: str) -> list[Any]:
        """Run one statement as a user who may do anything; its rows."""
        with self.administrator() as connection:
            result = connection.exec_driver_sql(statement)
            return list(result.all()) if result.returns_rows else []

    @contextmanager
    def administrator(self) -> Iterator[sa.Connection]:
        """A connection of a user who may do anything; each statement is a transaction."""
        engine = sa.create_engine(self.server_url, poolclass=sa.NullPool)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    def _execute(self, statement: str, closing_connections_to: str | None = None) -> None:
        with self.administrator() as connection:
            if closing_connections_to:
                # A forgotten transaction would hold a lock on its tables and make the DROP wait for a very long time.
                # MySQL's information_schema breaks off where another connection's statement holds binary values.
                for row in connection.exec_driver_sql("SHOW PROCESSLIST").all():
                    if row.db == closing_connections_to:
                        _kill(connection, row.Id)
            connection.exec_driver_sql(statement)


class PrivateMariaDB(MySQLServer):
    """A server of our own on 127.0.0.1, usable as a context manager.

    Args:
        options: further options for the server, such as `--innodb-buffer-pool-size=1G` for a benchmark.
        program: the server's program, when it should not be looked for.
    """

    def __init__(self, options: Sequence[str] = (), program: str | None = None) -> None:
        super().__init__("")
        self._program = program or find_program()
        self.is_mariadb = "MariaDB" in _output_of([self._program, "--version"])
        self._options = options
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None
        self.port = 0

    def __enter__(self) -> "PrivateMariaDB":
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def start(self) -> None:
        """Initialise a new data directory and start the server on a free port."""
        if self._folder is not None:
            raise ServerError("already started; restart() brings a killed server back")
        self._folder = _short_temporary_folder()
        try:
            self._initialise()
            self.port = _free_port()
            self.server_url = f"mysql+mysqlconnector://{USER}:{PASSWORD}@127.0.0.1:{self.port}"
            self._launch()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Shut the server down and remove its data; does nothing when it is not started."""
        self._halt()
        if self._folder is not None:
            if NEW.get(self._program) == self._folder / "new":
                del NEW[self._program]
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def kill9(self) -> None:
        """Kill the server as a crash would; its data stay, and restart() recovers them."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._dismiss_watcher()

    def freeze(self) -> None:
        """Stop the server in its tracks: it neither answers nor goes away, like one behind a network that was cut."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the server go on from where it was."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def halt(self) -> None:
        """Shut the server down in order; its data stay, and restart() brings it back."""
        self._halt()

    def restart(self) -> None:
        """Start the server again on the same data and port, after an orderly stop unless it is already dead."""
        self._halt()
        self._launch()

    def replace(self) -> None:
        """Put a new server in this one's place: on the same port, with nothing of what the old one knew."""
        self.kill9()
        for name in ("data", "tmp"):
            shutil.rmtree(self.folder / name)
        self._initialise()
        self._launch()

    @property
    def folder(self) -> Path:
        """Where the data directory, the socket and the log are."""
        if self._folder is None:
            raise ServerError("not started")
        return self._folder

    @property
    def _places(self) -> list[str]:
        """The options that say where the server keeps its files.

        Temporary tables too: a MariaDB that starts removes all that it finds in a folder shared with another.
        """
        return [f"--datadir={self.folder / 'data'}", f"--tmpdir={self.folder / 'tmp'}"]

    def _initialise(self) -> None:
        (self.folder / "tmp").mkdir()
        if self._program in NEW:
            shutil.copytree(NEW[self._program], self.folder / "data")
        else:
            self._install()
            new = self.folder / "new"
            # But for that by which a MySQL server knows itself from others; it makes one where there is none.
            shutil.copytree(self.folder / "data", new, ignore=shutil.ignore_patterns("auto.cnf"))
            NEW[self._program] = new
        (self.folder / "init.sql").write_text(
            f"CREATE USER IF NOT EXISTS '{USER}'@'%' IDENTIFIED BY '{PASSWORD}';\n"
            f"GRANT ALL ON *.* TO '{USER}'@'%' WITH GRANT OPTION;\n"
        )

    def _install(self) -> None:
        if self.is_mariadb:
            # Beside the server, or on PATH: Debian has the server in sbin and this in bin.
            beside = Path(self._program).with_name("mariadb-install-db")
            install = str(beside) if beside.exists() else "mariadb-install-db"
            # --force: also where a machine cannot look up its own name, as in some containers; it forces nothing else.
            account = ["--auth-root-authentication-method=normal", "--skip-test-db", "--force"]
            self._run([install, "--no-defaults", *self._places, *account, *MARIADB_OPTIONS, *_user_option()])
        else:
            insecure = ["--no-defaults", "--initialize-insecure"]
            self._run([self._program, *insecure, *self._places, *MYSQL_OPTIONS, *_user_option()])

    def _run(self, command: list[str]) -> None:
        with (self.folder / "install.log").open("wb") as log:
            try:
                code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False).returncode
            except FileNotFoundError as error:
                raise ServerError(f"{command[0]} is missing. {ABSENT}") from error
        if code != 0:
            raise ServerError(f"{command[0]} failed with exit code {code}:\n{_excerpt(self.folder / 'install.log')}")

    def _launch(self) -> None:
        command = [
            self._program,
            "--no-defaults",
            *self._places,
            f"--port={self.port}",
            f"--socket={self.folder / 's'}",
            f"--pid-file={self.folder / 'pid'}",
            f"--log-error={self.folder / 'error.log'}",
            f"--init-file={self.folder / 'init.sql'}",
            *COMMON_OPTIONS,
            *(MARIADB_OPTIONS if self.is_mariadb else MYSQL_OPTIONS),
            *_user_option(),
            *self._options,
        ]
        # In its own session: Ctrl-C in the terminal is for us, and we stop the server after the tests let go of it.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._watcher = subprocess.Popen(
            ["sh", "-c", WATCHER, "watcher", str(self._process.pid), str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._wait_until_reachable()

    def _wait_until_reachable(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise ServerError(f"the server stopped at once:\n{_excerpt(self.folder / 'error.log')}")
            try:
                mysql.connector.connect(host="127.0.0.1", port=self.port, user=USER, password=PASSWORD).close()
                return
            except mysql.connector.Error:
                time.sleep(0.05)
        raise ServerError(f"not reachable after {START_SECONDS} s:\n{_excerpt(self.folder / 'error.log')}")

    def _halt(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        self._dismiss_watcher()

    def _dismiss_watcher(self) -> None:
        if self._watcher is not None:
            self._watcher.communicate(b"stopped\n")
            self._watcher = None


class OrdinaryUser:
    """A user with every right on a new database and none on the server, as in production; usable as a context manager.

    Args:
        server: the server; its limit of connections is changed for a while by `all_connections_taken`.
        password: the user's.
    """

    def __init__(self, server: MySQLServer, password: str) -> None:
        self._server = server
        self._password = password
        self._taken: list[MySQLConnectionAbstract] = []
        # An administrator's connection from before there was no way in any more.
        self._inside: sa.Connection | None = None
        self.name = f"keyword_{uuid.uuid4().hex[:16]}"
        self.url = ""

    def __enter__(self) -> "OrdinaryUser":
        self.create()
        return self

    def create(self) -> None:
        """Make the user and the database, which a new server in place of the old one lacks."""
        self._server.create_database(self.name)
        self._server.execute(f"CREATE USER '{self.name}'@'%' IDENTIFIED BY '{self._password}'")
        self._server.execute(f"GRANT ALL ON `{self.name}`.* TO '{self.name}'@'%'")
        url = sa.make_url(self._server.url(self.name)).set(username=self.name, password=self._password)
        self.url = url.render_as_string(hide_password=False)

    def __exit__(self, *exc_info: object) -> None:
        self.let_go()
        self._server.drop_database(self.name)
        self._server.execute(f"DROP USER '{self.name}'@'%'")

    def connect(self) -> MySQLConnectionAbstract:
        """A connection of another program under the same name."""
        url = sa.make_url(self.url)
        connection = mysql.connector.connect(
            host=url.host,
            port=url.port or 3306,
            user=url.username,
            password=url.password,
            database=url.database,
            collation="utf8mb4_bin",
        )
        assert isinstance(connection, MySQLConnectionAbstract)
        return connection

    def kill_connections(self) -> None:
        """End all connections under this name, but for those that `all_connections_taken` has taken."""
        taken = {connection.connection_id for connection in self._taken}
        with nullcontext(self._inside) if self._inside else self._server.administrator() as connection:
            for row in connection.exec_driver_sql("SHOW PROCESSLIST").all():
                if row.User == self.name and row.Id not in taken:
                    _kill(connection, row.Id)

    def somebody_waits_for_a_lock(self) -> bool:
        """Whether a transaction on the server waits for another."""
        waiting = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
        return bool(self._server.execute(waiting)[0][0])

    @contextmanager
    def all_connections_taken(self) -> Iterator[None]:
        """Open as many connections as the server takes; until then, or until `let_go`, it takes no more."""
        with self._server.administrator() as connection:
            self._inside = connection
            before = connection.exec_driver_sql("SELECT @@GLOBAL.max_connections").scalar_one()
            # The least that MariaDB can be set to.
            connection.exec_driver_sql("SET GLOBAL max_connections = 10")
            try:
                self.take_more()
                yield
            finally:
                connection.exec_driver_sql(f"SET GLOBAL max_connections = {before}")
                self._inside = None
                self.let_go()

    def take_more(self) -> None:
        """Take the connections that have come free."""
        with suppress(mysql.connector.Error):
            while True:
                self._taken.append(self.connect())

    def let_go(self) -> None:
        """Close the connections taken."""
        while self._taken:
            self._taken.pop().close()


def _kill(connection: sa.Connection, connection_id: int) -> None:
    """End one client's connection; it may have ended by itself in the meantime."""
    try:
        connection.exec_driver_sql(f"KILL {connection_id}")
    except sa.exc.DBAPIError as error:
        if getattr(error.orig, "errno", None) != mysql.connector.errorcode.ER_NO_SUCH_THREAD:
            raise


def _user_option() -> list[str]:
    """The server refuses to run as root unless it is told so."""
    return ["--user=root"] if os.geteuid() == 0 else []


def _short_temporary_folder() -> Path:
    """A new folder with a path short enough for a socket."""
    folder = tempfile.mkdtemp(prefix="keyword-mysql-")
    if len(os.fsencode(folder)) + len("/s") > MAX_SOCKET_PATH:
        os.rmdir(folder)
        folder = tempfile.mkdtemp(prefix="keyword-mysql-", dir="/tmp")
    return Path(folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _output_of(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL).stdout


def _excerpt(log: Path, most: int = 30) -> str:
    """Both ends of a log: an installation says at the beginning what went wrong, a server at the end."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else ["(no log)"]
    return "\n".join(lines if len(lines) <= most else [*lines[: most // 2], "...", *lines[-most // 2 :]])
