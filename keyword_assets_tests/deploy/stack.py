"""The containers of deploy/compose.yaml on this machine, by podman: built, started, entered, killed, cut off, removed.

Whatever the machine needs to reach its package registries (a configuration of pip's, certificates, folders that it
names) is lent to the build by mounts, and is in no image.
"""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TOP = Path(__file__).parents[2]
NAME = "keywords.school.kr"
PROJECT = "keyword-assets-test"
BASE = "localhost/keyword-assets-base:bookworm"
IMAGES = {
    "localhost/keyword-assets:test": "deploy/Containerfile",
    "localhost/keyword-assets-proxy:test": "deploy/proxy/Containerfile",
    "localhost/keyword-assets-database:test": "deploy/test/Containerfile",
}
PORTS = {"HTTP": 18080, "MANAGERS": 18443, "ENGINEERS": 18444, "REVIEW": 18445}
# Folders in pip's configuration: by a URL, as indexes are named, or by a path.
_PLACES = re.compile(r"(file://)?(/[A-Za-z0-9._/-]+)")
_CONFIGURED = Path("/etc/containers/containers.conf")
_LIMITS = {"nofile": resource.RLIMIT_NOFILE, "nproc": resource.RLIMIT_NPROC}
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
# Without a registry: Debian's own, as for the base of the test.
_DEBIAN = ["--variant=minbase", "--include=ca-certificates,python3,python3-venv", "bookworm"]


def run(*command: str, **how: Any) -> str:
    """The output of a command, which has to succeed."""
    done = subprocess.run(command, capture_output=True, text=True, **how)
    if done.returncode:
        said = done.stdout[-2000:] + done.stderr[-4000:]
        raise RuntimeError(f"{' '.join(command)[:300]} ended with {done.returncode}\n{said}")
    return done.stdout


def until(what: str, condition: Callable[[], Any], seconds: float = 240) -> float:
    """Seconds until it holds; a condition that cannot be asked meanwhile does not hold.

    Raises:
        TimeoutError: it did not come to hold.
    """
    begun, trouble = time.monotonic(), None
    while time.monotonic() < begun + seconds:
        try:
            if condition():
                return round(time.monotonic() - begun, 1)
        except Exception as error:  # Whatever is being killed may fail in any way; the last one is told.
            trouble = error
        time.sleep(0.5)
    raise TimeoutError(f"waited {seconds:.0f} s in vain for {what}") from trouble


# -- images -----------------------------------------------------------------------------------------------------------


def prepare(folder: Path) -> None:
    """Have podman use runc within the limits of this process, where the machine says nothing else of it."""
    if not _CONFIGURED.exists():
        limits = "".join(f'"{name}={_limit(number)}",' for name, number in _LIMITS.items())
        settings = folder / "containers.conf"
        settings.write_text(f'[containers]\ndefault_ulimits=[{limits}]\n[engine]\nruntime="runc"\n', encoding="utf-8")
        os.environ["CONTAINERS_CONF"] = str(settings)


def _limit(number: int) -> str:
    soft, hard = resource.getrlimit(number)
    return f"{min(4096, hard) if soft == resource.RLIM_INFINITY else min(4096, soft)}"


def build() -> None:
    """Build the images, from `BASE` of the environment or a Debian that debootstrap makes."""
    base = os.environ.get("BASE") or _debian()
    for image, file in IMAGES.items():
        _say(f"building {image} from {base} ...")
        options = ["--format", "docker", "--network", "host", "--build-arg", f"BASE={base}", *_lent()]
        run("podman", "build", *options, "-t", image, "-f", str(TOP / file), str(TOP))


def _debian() -> str:
    if subprocess.run(["podman", "image", "exists", BASE], check=False).returncode:
        _say("making a Debian by debootstrap ...")
        with _root(Path("/var/tmp/keyword-assets-base")) as root:
            run("debootstrap", *_DEBIAN, str(root))
            run("sh", "-c", f"tar -C {root} --exclude=./proc --exclude=./sys -c . | podman import - {BASE}")
    return BASE


def _lent() -> list[str]:
    """Mounts for the build alone."""
    configured = run("pip", "config", "list") if shutil.which("pip") else ""
    named = _PLACES.findall(configured)
    # An index of files leads to packages beside it.
    folders = {Path(place).parent if is_index else Path(place) for is_index, place in named}
    paths = [Path("/etc/pip.conf"), _CERTIFICATES, *sorted(folders)]
    return [part for path in paths if path.exists() for part in ("-v", f"{path}:{path}:ro")]


@contextmanager
def _root(path: Path) -> Iterator[Path]:
    """A folder for a system, removed in the end.

    Raises:
        RuntimeError: something of this machine is mounted there; it is left alone.
    """
    path.mkdir()
    try:
        yield path
    finally:
        # debootstrap mounts /proc while it is at work, and an interrupted one leaves it so.
        for mounted in ("proc", "sys"):
            subprocess.run(["umount", "-q", str(path / mounted)], check=False)
        if str(path) in Path("/proc/self/mounts").read_text(encoding="utf-8"):
            raise RuntimeError(f"something is mounted in {path}; unmount it and remove the folder")
        shutil.rmtree(path)


# -- the whole --------------------------------------------------------------------------------------------------------


def remove_all() -> None:
    """Remove the containers, volumes and networks of the test, whichever run left them."""
    of_runs = run("podman", "ps", "-aq", "--filter", "label=dagster/run_id", "--filter", f"network={PROJECT}_back")
    names = run("podman", "ps", "-aq", "--filter", f"name={PROJECT}_")
    for container in (*of_runs.split(), *names.split()):
        run("podman", "rm", "-f", "-t", "5", "--ignore", container)
    for kind in ("volume", "network"):
        listed = run("podman", kind, "ls", "--format", "{{.Name}}").split()
        for name in (name for name in listed if name.startswith(f"{PROJECT}_")):
            run("podman", kind, "rm", "-f", name)


class Stack:
    """The containers, from a copy of deploy/.

    Args:
        folder: for the copy, the secrets, and what the engine serves.
        users: name → password and groups.
        settings: what stands in its .env beside what every test has.
    """

    def __init__(self, folder: Path, users: dict[str, tuple[str, tuple[str, ...]]], settings: dict[str, str]) -> None:
        self.folder = folder / "deploy"
        self.users = users
        self._settings = settings
        self._socket = folder / "podman.sock"
        self._engine: subprocess.Popen[bytes] | None = None

    def set_up(self) -> None:
        """As an administrator does it: set-up.sh, .env, users."""
        shutil.copytree(TOP / "deploy", self.folder)
        run(str(self.folder / "set-up.sh"), NAME, env={**os.environ, "HCX_API_KEY": "nv-simulated-key"})
        image, proxy, database = IMAGES
        lines = {
            "KEYWORDS_IMAGE": image,
            "KEYWORDS_PROXY_IMAGE": proxy,
            "KEYWORDS_DATABASE_IMAGE": database,
            "KEYWORDS_DAGSTER_YAML": "dagster.docker-runs.yaml",
            "KEYWORDS_ENGINE_SOCKET": str(self._socket),
            **{f"KEYWORDS_PORT_{name}": str(port) for name, port in PORTS.items()},
            **self._settings,
        }
        with (self.folder / ".env").open("a") as file:
            file.writelines(f"{name}={value}\n" for name, value in lines.items())
        runs = self.folder / "dagster.docker-runs.yaml"
        runs.write_text(runs.read_text().replace("keyword-assets_", f"{PROJECT}_"))
        secrets = self.folder / "secrets"
        hashes = [self._hash(name, password) for name, (password, _) in self.users.items()]
        self._write(secrets / "users", "".join(hashes))
        groups = {group for _, groups in self.users.values() for group in groups}
        members = {group: [name for name, (_, groups) in self.users.items() if group in groups] for group in groups}
        self._write(secrets / "groups", "".join(f"{group}: {' '.join(names)}\n" for group, names in members.items()))

    def _hash(self, name: str, password: str) -> str:
        command = ["podman", "run", "--rm", "--network", "none", "-i", list(IMAGES)[1], "htpasswd", "-niBC", "12", name]
        return run(*command, input=password).strip() + "\n"

    @staticmethod
    def _write(file: Path, text: str) -> None:
        # Of the user within the containers, as set-up.sh has left it.
        file.write_text(text)

    def up(self) -> None:
        """Start the engine's API and everything."""
        remove_all()
        self._engine = subprocess.Popen(["podman", "system", "service", "--time=0", f"unix://{self._socket}"])
        until("the engine's socket", self._socket.exists, 30)
        # The daemon is of another user and, in its container, of the socket's group.
        self._socket.chmod(0o660)
        self.compose("run", "--rm", "-T", "upgrade")
        self.compose("up", "-d")

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
        files = ["-f", "compose.yaml", "-f", "compose.docker-runs.yaml"]
        profiles = ["--profile", "upgrade"] if "upgrade" in arguments else ["--profile", "simulator"]
        program = shutil.which("podman-compose", path=f"{sys.prefix}/bin:{os.environ['PATH']}")
        assert program is not None, "pip install 'podman-compose>=1.3'"
        return run(program, "--in-pod", "false", "-p", PROJECT, *files, *profiles, *arguments, cwd=self.folder)

    # -- containers ---------------------------------------------------------------------------------------------------

    def inside(self, service: str, *command: str, text: str | None = None) -> str:
        """The output of a command within a service's container."""
        entry = "/opt/keyword-assets/entrypoint"
        return run("podman", "exec", "-i", f"{PROJECT}_{service}_1", entry, *command, input=text)

    def rows(self) -> int:
        """How many keywords are written; asked at the database itself."""
        command = 'mariadb -h 127.0.0.1 -u keywords -p"$(cat "$MYSQL_PASSWORD_FILE")" -N -e "$0" "$MYSQL_DATABASE"'
        counted = "SELECT COUNT(*) FROM admin_chat_keywords"
        return int(run("podman", "exec", self.full("database"), "sh", "-c", command, counted))

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
        return "\n".join(f"--- {name}\n{_log(name, most)}" for name in names)


def _log(name: str, most: int) -> str:
    done = subprocess.run(["podman", "logs", "--tail", str(most), name], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
