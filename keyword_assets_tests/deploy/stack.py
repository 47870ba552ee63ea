"""The containers of deploy/compose.yaml on this machine, by podman: started, entered, killed, cut off, removed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from keyword_assets_tests.deploy.commands import TOP, run, until
from keyword_assets_tests.deploy.images import APP, DATABASE, PROXY

NAME = "keywords.school.kr"
PROJECT = "keyword-assets-test"
# Podman's name server is away for a moment whenever a container comes or goes; how often it is asked.
_NO_NAMES, _LOOK_UPS = "Temporary failure in name resolution", 20
PORTS = {"HTTP": 18080, "MANAGERS": 18443, "ENGINEERS": 18444, "REVIEW": 18445}


def remove_all() -> None:
    """Remove the containers, volumes and networks of the test, whichever time left them."""
    of_runs = run("podman", "ps", "-aq", "--filter", "label=dagster/run_id", "--filter", f"network={PROJECT}_back")
    names = run("podman", "ps", "-aq", "--filter", f"name={PROJECT}_")
    for container in (*of_runs.split(), *names.split()):
        until(f"{container} to be removed", partial(_removed, container), 60)
    for kind in ("volume", "network"):
        listed = run("podman", kind, "ls", "--format", "{{.Name}}").split()
        for name in (name for name in listed if name.startswith(f"{PROJECT}_")):
            run("podman", kind, "rm", "-f", name)


def _removed(container: str) -> bool:
    # Fails where it ends by itself at the moment in which it is killed.
    run("podman", "rm", "-f", "-t", "5", "--ignore", container)
    return True


class Stack:
    """The containers, from a copy of deploy/.

    Args:
        folder: for the copy, the secrets, and what the engine serves.
        users: name → password and groups.
        settings: what stands in its .env beside what every test has.
        runs_apart: whether each run has a container of its own, or all are in the code server's.
    """

    def __init__(
        self,
        folder: Path,
        users: dict[str, tuple[str, tuple[str, ...]]],
        settings: dict[str, str],
        *,
        runs_apart: bool = True,
    ) -> None:
        self.folder = folder / "deploy"
        self.users = users
        self._settings = settings
        self._files = ["compose.yaml"]
        if runs_apart:
            self._files.append("compose.docker-runs.yaml")
            self._settings = {"KEYWORDS_DAGSTER_YAML": "dagster.docker-runs.yaml"} | settings
        self._socket = folder / "podman.sock"
        self._engine_log = folder / "podman.log"
        self._engine: subprocess.Popen[bytes] | None = None

    def set_up(self) -> None:
        """As an administrator does it: set-up.sh, .env, users."""
        shutil.copytree(TOP / "deploy", self.folder)
        run(str(self.folder / "set-up.sh"), NAME, env={**os.environ, "HCX_API_KEY": "nv-simulated-key"})
        lines = {
            "KEYWORDS_IMAGE": APP,
            "KEYWORDS_PROXY_IMAGE": PROXY,
            "KEYWORDS_DATABASE_IMAGE": DATABASE,
            "KEYWORDS_ENGINE_SOCKET": str(self._socket),
            **{f"KEYWORDS_PORT_{name}": str(port) for name, port in PORTS.items()},
            **self._settings,
        }
        for name, value in lines.items():
            self.set_in_env(name, value)
        runs = self.folder / "dagster.docker-runs.yaml"
        runs.write_text(runs.read_text().replace("keyword-assets_", f"{PROJECT}_"))
        secrets = self.folder / "secrets"
        hashes = [self._hash(name, password) for name, (password, _) in self.users.items()]
        self._write(secrets / "users", "".join(hashes))
        groups = {group for _, groups in self.users.values() for group in groups}
        members = {group: [name for name, (_, groups) in self.users.items() if group in groups] for group in groups}
        self._write(secrets / "groups", "".join(f"{group}: {' '.join(names)}\n" for group, names in members.items()))

    def _hash(self, name: str, password: str) -> str:
        command = ["podman", "run", "--rm", "--network", "none", "-i", PROXY, "htpasswd", "-niBC", "12", name]
        return run(*command, input=password).strip() + "\n"

    @staticmethod
    def _write(file: Path, text: str) -> None:
        # Of the user within the containers, as set-up.sh has left it.
        file.write_text(text)

    def up(self) -> None:
        """Start the engine's API and everything."""
        remove_all()
        command = ["podman", "system", "service", "--time=0", f"unix://{self._socket}"]
        with self._engine_log.open("w") as log:
            self._engine = subprocess.Popen(command, stdout=log, stderr=log)
        until("the engine's socket", self._socket.exists, 30)
        # The daemon is of another user and, in its container, of the socket's group.
        self._socket.chmod(0o660)
        self.compose("run", "--rm", "-T", "upgrade")
        self.compose("up", "-d")

    def add_file(self, name: str, text: str) -> None:
        """Have compose read one more, after the others."""
        (self.folder / name).write_text(text, encoding="utf-8")
        self._files.append(name)

    def set_in_env(self, name: str, value: str) -> None:
        """What a setting is from now on, for what is made anew."""
        with (self.folder / ".env").open("a", encoding="utf-8") as file:
            file.write(f"{name}={value}\n")

    def anew(self, service: str) -> None:
        """Make a container anew, from what the files say now."""
        self.compose("stop", service)
        run("podman", "rm", self.full(service))
        self.compose("up", "-d", "--no-deps", service)

    def down(self) -> None:
        """Remove it with its data, and end what the engine serves."""
        remove_all()
        if self._engine is not None:
            self._engine.terminate()
            self._engine.wait()

    def compose(self, *arguments: str) -> str:
        """podman-compose, with one container a run and the simulator."""
        files = [part for name in self._files for part in ("-f", name)]
        profiles = ["--profile", "upgrade"] if "upgrade" in arguments else ["--profile", "simulator"]
        program = shutil.which("podman-compose", path=f"{sys.prefix}/bin:{os.environ['PATH']}")
        assert program is not None, "pip install 'podman-compose>=1.3'"
        return run(program, "--in-pod", "false", "-p", PROJECT, *files, *profiles, *arguments, cwd=self.folder)

    # -- containers ---------------------------------------------------------------------------------------------------

    def inside(self, service: str, *command: str, text: str | None = None) -> str:
        """The output of a command within a service's container."""
        entry = "/opt/keyword-assets/entrypoint"
        for _ in range(_LOOK_UPS):
            try:
                return run("podman", "exec", "-i", f"{PROJECT}_{service}_1", entry, *command, input=text)
            except RuntimeError as error:
                if _NO_NAMES not in str(error):
                    raise
                trouble = error
                time.sleep(2)
        raise trouble

    def rows(self) -> int:
        """How many keywords are written."""
        return int(self.value("SELECT COUNT(*) FROM admin_chat_keywords"))

    def value(self, statement: str) -> str:
        """What a statement finds, asked at the database itself."""
        command = 'mariadb -h 127.0.0.1 -u keywords -p"$(cat "$MYSQL_PASSWORD_FILE")" -N -e "$0" "$MYSQL_DATABASE"'
        return run("podman", "exec", self.full("database"), "sh", "-c", command, statement).strip()

    def runs(self) -> dict[str, str]:
        """The containers of runs that are at work: id → run id."""
        listed = run("podman", "ps", "--filter", "label=dagster/run_id", "--format", "json")
        return {one["Id"]: one["Labels"]["dagster/run_id"] for one in json.loads(listed)}

    def kill(self, container: str) -> None:
        """End its first process as a crash or the kernel does; the engine was not asked, and starts it again or not."""
        pid = int(run("podman", "inspect", "--format", "{{.State.Pid}}", self.full(container)))
        os.kill(pid, signal.SIGKILL)

    def stop(self, service: str) -> tuple[float, int]:
        """Ask it to end, as an upgrade does; how many seconds it took, and its exit code."""
        begun = time.monotonic()
        run("podman", "stop", "-t", "60", self.full(service))
        code = int(run("podman", "inspect", "--format", "{{.State.ExitCode}}", self.full(service)))
        return round(time.monotonic() - begun, 1), code

    def is_healthy(self, service: str) -> float:
        """Have it say whether it is well, as the engine asks; how many seconds it took.

        Raises:
            RuntimeError: it is not.
        """
        begun = time.monotonic()
        run("podman", "healthcheck", "run", self.full(service))
        return round(time.monotonic() - begun, 1)

    def cut(self, container: str) -> None:
        """Take it off its network."""
        run("podman", "network", "disconnect", "-f", f"{PROJECT}_back", container)

    def mend(self, container: str) -> None:
        """Put it back."""
        run("podman", "network", "connect", f"{PROJECT}_back", container)

    @staticmethod
    def full(container: str) -> str:
        """The name of a service's container; an id stays as it is."""
        return container if len(container) == 64 else f"{PROJECT}_{container}_1"

    def logs(self, most: int = 30) -> str:
        """The ends of all logs."""
        names = run("podman", "ps", "-a", "--filter", f"name={PROJECT}", "--format", "{{.Names}}").split()
        engine = self._engine_log.read_text().splitlines() if self._engine_log.exists() else []
        logs = {"the engine": "\n".join(engine[-most:]), **{name: _log(name, most) for name in names}}
        return "\n".join(f"--- {name}\n{log}" for name, log in logs.items())


def _log(name: str, most: int) -> str:
    done = subprocess.run(["podman", "logs", "--tail", str(most), name], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
