"""The servers' own command line clients, as other programs and administrators use them."""

import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

# Programs of another server, such as `chroot /srv/mysql`; read before any test runs.
GIVEN_PREFIX = os.environ.get("KEYWORDS_TEST_CLIENTS")
ABSENT = (
    "No client of MariaDB or MySQL on this machine (looked for mariadb with mariadb-dump, and mysql with mysqldump). "
    "Debian: apt-get install mariadb-client"
)
_OF_MYSQL = ("--set-gtid-purged=OFF",)


@dataclass(frozen=True)
class Clients:
    """A client and its dump program."""

    client: tuple[str, ...]
    dumper: tuple[str, ...]
    # MySQL's program otherwise puts into a dump what the whole server has done, and the same server refuses that.
    dump_options: tuple[str, ...] = ()

    @property
    def is_mariadb(self) -> bool:
        """Whether these are MariaDB's."""
        return not self.dump_options

    def run(self, url: str, script: str, *options: str, charset: str = "utf8mb4") -> str:
        """Feed a script to the client, which goes on after an error; all that it says, in order."""
        command = [*self.client, *_login(url), f"--default-character-set={charset}", *options]
        # Each answer is written at once: errors stand where they belong.
        command += ["--batch", "--force", "--unbuffered", "--show-warnings", _database(url)]
        encoding = {"euckr": "euc_kr", "latin1": "latin-1"}.get(charset, "utf-8")
        done = subprocess.run(
            command,
            input=script.encode(encoding, "replace"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        return done.stdout.decode(encoding, "backslashreplace").replace(_database(url), "db")

    def dump(self, url: str, *options: str) -> str:
        """A dump of one database; fails when the program complains."""
        command = [*self.dumper, *_login(url), "--skip-comments", *self.dump_options, *options]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape")

    def restore(self, url: str, dump: str) -> None:
        """Run a dump; fails at the first statement that the server refuses."""
        command = [*self.client, *_login(url), "--default-character-set=utf8mb4", _database(url)]
        done = subprocess.run(command, input=dump.encode("utf-8", "surrogateescape"), capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()


def _login(url: str) -> list[str]:
    """Nothing of the machine's option files, but who and where."""
    parsed = sa.make_url(url)
    return [
        "--no-defaults",
        "--protocol=TCP",
        f"--host={parsed.host}",
        f"--port={parsed.port or 3306}",
        f"--user={parsed.username}",
        f"--password={parsed.password}",
    ]


def _database(url: str) -> str:
    return str(sa.make_url(url).database)


def find_clients() -> list[Clients]:
    """The clients on this machine, each program once; what KEYWORDS_TEST_CLIENTS gives before them.

    Raises:
        FileNotFoundError: there are none.
    """
    found = []
    if GIVEN_PREFIX:
        prefix = tuple(shlex.split(GIVEN_PREFIX))
        found.append(Clients((*prefix, "mysql"), (*prefix, "mysqldump"), _OF_MYSQL))
    seen: set[Path] = set()
    for names in (("mariadb", "mariadb-dump"), ("mysql", "mysqldump")):
        paths = [path for name in names if (path := shutil.which(name))]
        # The one's programs may be links to the other's.
        if len(paths) == len(names) and Path(paths[0]).resolve() not in seen:
            seen.add(Path(paths[0]).resolve())
            is_mariadb = "maria" in Path(paths[1]).resolve().name
            found.append(Clients((paths[0],), (paths[1],), () if is_mariadb else _OF_MYSQL))
    if not found:
        raise FileNotFoundError(ABSENT)
    return found
