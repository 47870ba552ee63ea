"""A machine with systemd at work, on which deploy/systemd/install.sh has been run: a container of podman's."""

import json
import subprocess
import time

from keyword_assets_tests.deploy.commands import TOP, run, until
from keyword_assets_tests.deploy.images import DATABASE, SYSTEMD, build_one

NAME = "keyword-assets-test_systemd"
PASSWORD = "only-in-this-test"
_SERVER = f"mysql+mysqlconnector://keywords:{PASSWORD}@127.0.0.1:3306"
_SECRETS = {
    "database_url": f"{_SERVER}/keywords",
    "dagster_url": f"{_SERVER}/dagster",
    "hcx_api_key": "nv-simulated-key",
}
# As the official images of MySQL and MariaDB are told.
_DATABASE = {
    "MYSQL_ROOT_PASSWORD_FILE": "/srv/password",
    "MYSQL_PASSWORD_FILE": "/srv/password",
    "MYSQL_DATABASE": "keywords",
    "MYSQL_USER": "keywords",
}
_RUN = "/opt/keyword-assets/run"


class Machine:
    """It has a database and a simulated HCX of its own, by the name of `simulator`.

    Args:
        settings: what stands in /etc/keyword-assets/settings.
    """

    def __init__(self, settings: dict[str, str]) -> None:
        self._settings = settings

    def start(self) -> None:
        """Boot it, and write what install.sh has asked for; no service of ours is started yet."""
        build_one(DATABASE)
        build_one(SYSTEMD, DATABASE)
        self.remove()
        mounts = ["-v", f"{TOP / 'deploy' / 'database'}:/docker-entrypoint-initdb.d:ro"]
        # What systemd forbids its services it has to be allowed itself.
        rights = ["--systemd=always", "--privileged"]
        run("podman", "run", "-d", "--name", NAME, *rights, "--add-host", "simulator:127.0.0.1", *mounts, SYSTEMD)
        until("systemd", lambda: self.execute("systemctl", "list-units", "--no-legend"))
        self._write("/srv/password", PASSWORD)
        self.execute("chmod", "0444", "/srv/password")
        for name, value in _SECRETS.items():
            self._write(f"/etc/keyword-assets/secrets/{name}", value)
            self.execute("chmod", "0600", f"/etc/keyword-assets/secrets/{name}")
        settings = "".join(f"{name}={value}\n" for name, value in self._settings.items())
        self._write("/etc/keyword-assets/settings", settings)
        self._beside("database", "/entrypoint", uid="mysql", **_DATABASE)
        limits = ("--qpm", self._settings["HCX_QPM"], "--tpm", self._settings["HCX_TPM"])
        self._beside("simulator", "/opt/keyword-assets/bin/keyword-assets", "simulator", "--port", "8400", *limits)
        until("the database", lambda: self.value("SELECT 1") == "1")

    def remove(self) -> None:
        """Switch it off and take it away, whichever time left it."""
        subprocess.run(["podman", "rm", "-f", "-t", "5", NAME], capture_output=True, check=False)

    def _write(self, file: str, text: str) -> None:
        self.execute("sh", "-c", 'cat >"$0"', file, text=text)

    def _beside(self, name: str, *command: str, uid: str = "root", **environment: str) -> None:
        variables = [f"--setenv={key}={value}" for key, value in environment.items()]
        self.execute("systemd-run", f"--unit=test-{name}", f"--uid={uid}", *variables, *command)

    # -- used ---------------------------------------------------------------------------------------------------------

    def execute(self, *command: str, text: str | None = None) -> str:
        """The output of a command of root's."""
        return run("podman", "exec", "-i", NAME, *command, input=text)

    def inside(self, _service: str, *command: str, text: str | None = None) -> str:
        """The output of a command, run as the services are; which of them is all one."""
        return self.execute(_RUN, *command, text=text)

    def value(self, statement: str, database: str = "keywords") -> str:
        """What a statement finds, asked at the database itself."""
        client = ["mariadb", "-h", "127.0.0.1", "-u", "keywords", f"-p{PASSWORD}", "-N", "-e", statement, database]
        return self.execute(*client).strip()

    def rows(self) -> int:
        """How many keywords are written."""
        return int(self.value("SELECT COUNT(*) FROM admin_chat_keywords"))

    def runs(self) -> dict[str, str]:
        """Run id → status, as Dagster knows them."""
        found = self.value("SELECT run_id, status FROM runs", "dagster")
        return dict(line.split("\t") for line in found.splitlines())

    def state(self, unit: str) -> dict[str, str]:
        """What systemd knows of a service of ours."""
        asked = "MainPID,ActiveState,Result,ExecMainStatus,NRestarts"
        said = self.execute("systemctl", "show", "-p", asked, f"keyword-assets-{unit}")
        return dict(line.split("=", 1) for line in said.splitlines())

    def is_served(self, place: str) -> bool:
        """Whether somebody listens at a socket's path or a port.

        Raises:
            RuntimeError: nobody does.
        """
        where = ("AF_UNIX", place) if place.startswith("/") else ("AF_INET", ("127.0.0.1", int(place)))
        script = f"import socket as s; s.socket(s.{where[0]}).connect({where[1]!r})"
        self.execute("python3", "-c", script)
        return True

    def kill(self, unit: str) -> str:
        """End a service's first process as a crash or the kernel does; its number."""
        pid = self.state(unit)["MainPID"]
        self.execute("systemctl", "kill", "--kill-whom=main", "--signal=KILL", f"keyword-assets-{unit}")
        return pid

    def stop(self) -> float:
        """Stop all of ours, as an upgrade does; how many seconds it took."""
        begun = time.monotonic()
        self.execute("systemctl", "stop", "keyword-assets.target")
        return round(time.monotonic() - begun, 1)

    def forbidden(self) -> list[str]:
        """What services were refused that a unit of ours forbids, as far as they have said so."""
        said = self.execute("journalctl", "-o", "json", "--output-fields=MESSAGE", "-u", "keyword-assets-*")
        lines = (json.loads(line)["MESSAGE"] for line in said.splitlines())
        words = ("Operation not permitted", "Permission denied", "Read-only file system", "Bad system call")
        return [line for line in lines if isinstance(line, str) and any(word in line for word in words)]

    def log(self) -> str:
        """The ends of all that was logged."""
        return self.execute("journalctl", "--no-pager", "-n", "80")
