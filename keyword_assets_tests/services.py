"""Dagster's processes as people start them, together or apart; whatever they started ends with them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from keyword_assets_tests.copies import DEV, SERVICES
from keyword_assets_tests.nursery import Copy, shared

# Longer than anything takes on a busy machine with two cores; nobody waits that long unless something is broken.
PATIENCE = 150
# How long a process may take to end in good order before it is killed.
_POLITE_SECONDS = 30
# Reads the groups that are begun (+) and over (-); at the end of its input it kills those that are left.
_WATCHER = """
groups=" "
while read -r line; do
  case $line in
    +*) groups="$groups${line#+} " ;;
    -*) groups="${groups%% "${line#-}" *} ${groups#* "${line#-}" }" ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
exit 0
"""
LOCATION = "keyword_assets"
# What a code server says when it does.
LISTENING = "Started Dagster code server"
SENSOR = "coverage_backfill_sensor"

_SENSOR_SELECTOR = {
    "repositoryLocationName": LOCATION,
    "repositoryName": "__repository__",
    "sensorName": SENSOR,
}
_RUNS = """
query Runs($filter: RunsFilter) {
  runsOrError(filter: $filter) { ... on Runs { results { runId status startTime endTime tags { key value } } } }
}
"""
_BACKFILLS = """
query Backfills { partitionBackfillsOrError { ... on PartitionBackfills { results { id status tags { key value } } } } }
"""
_LAUNCH = """
mutation Launch($tags: [ExecutionTag!]!, $location: String!) {
  launchRun(executionParams: {
    selector: {
      repositoryLocationName: $location, repositoryName: "__repository__", jobName: "daily_keywords_job"
    }
    executionMetadata: {tags: $tags}
  }) { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } }
}
"""
_START_SENSOR = """
mutation Start($sensor: SensorSelector!) { startSensor(sensorSelector: $sensor) { __typename } }
"""
_SET_CURSOR = """
mutation Cursor($sensor: SensorSelector!, $cursor: String) {
  setSensorCursor(sensorSelector: $sensor, cursor: $cursor) { __typename }
}
"""
_RELOAD = """
mutation Reload($location: String!) {
  reloadRepositoryLocation(repositoryLocationName: $location) {
    ... on WorkspaceLocationEntry { locationOrLoadError { __typename } }
  }
}
"""
_TERMINATE = """
mutation Terminate($id: String!) {
  terminateRun(runId: $id) { __typename ... on PythonError { message } ... on TerminateRunFailure { message } }
}
"""


class Services:
    """Processes of one Dagster instance, by name, and its GraphQL.

    Args:
        folder: where they run and log.
        environment: what they see.
        commands: name → module and its arguments.
        port: of the webserver.
    """

    def __init__(
        self, folder: Path, environment: Mapping[str, str], commands: Mapping[str, list[str]], port: int
    ) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        self._environment = environment
        self.commands = commands
        self._running: dict[str, subprocess.Popen[bytes] | Copy] = {}
        # Ends when we do, however we do, and takes along what is written to it.
        self._watcher = subprocess.Popen(
            ["sh", "-c", _WATCHER], stdin=subprocess.PIPE, start_new_session=True, text=True, bufsize=1
        )

    def start(self, *names: str) -> None:
        """Start these; returns at once."""
        for name in names:
            self._running[name] = self._started(name, *self.commands[name])
            self._tell_watcher(f"+{self._running[name].pid}")

    def _started(self, name: str, module: str, *arguments: str) -> subprocess.Popen[bytes] | Copy:
        log = self.log(name)
        if module in SERVICES:
            return shared().serve(module, arguments, folder=self.folder, environment=self._environment, log=log)
        with log.open("ab") as output:
            return subprocess.Popen(
                # From a background process they would inherit "ignore", and could not be stopped politely.
                ["env", "--default-signal=INT,TERM", sys.executable, "-m", module, *arguments],
                cwd=self.folder,
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # A group of its own, so that whatever it started can be ended with it.
                start_new_session=True,
            )

    def log(self, name: str) -> Path:
        """What the process has said."""
        return self.folder / f"{name}.log"

    def send(self, name: str, number: signal.Signals) -> None:
        """Send a signal to the process alone."""
        self._running[name].send_signal(number)

    def send_to_all(self, name: str, number: signal.Signals) -> None:
        """Send a signal to the process and all that it started, as a terminal does with Ctrl-C."""
        os.killpg(self._running[name].pid, number)

    def wait(self, name: str) -> int:
        """The exit code of a process that is about to end."""
        return self._running.pop(name).wait(PATIENCE)

    def ended(self) -> set[str]:
        """Those that were ended and not started since."""
        return self.commands.keys() - self._running.keys()

    def kill(self, name: str) -> None:
        """kill -9 the process and all that it started, at once: what a host does that loses its power."""
        process = self._running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._tell_watcher(f"-{process.pid}")

    def end(self) -> None:
        """End them all, politely first."""
        for process in self._running.values():
            process.terminate()
        deadline = time.monotonic() + _POLITE_SECONDS
        for name, process in list(self._running.items()):
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0, deadline - time.monotonic()))
            self.kill(name)
        assert self._watcher.stdin is not None
        self._watcher.stdin.close()
        self._watcher.wait()

    def _tell_watcher(self, line: str) -> None:
        assert self._watcher.stdin is not None
        self._watcher.stdin.write(f"{line}\n")

    def until(self, what: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """Wait for something that they bring about while they live; returns it."""
        begun = time.monotonic()
        deadline = begun + seconds
        while True:
            with suppress(httpx.TransportError):
                if found := what():
                    return found
            ended = {name: p.returncode for name, p in self._running.items() if p.poll() is not None}
            assert not ended, f"{ended}\n{self.logs()}"
            assert time.monotonic() < deadline, f"in vain\n{self.logs()}"
            # What takes its time is not asked for at once: each question costs those that are waited for.
            time.sleep(min(1, max(0.2, (time.monotonic() - begun) / 10)))

    def until_they_answer(self) -> None:
        """Wait until the webserver serves the code location.

        One that it could not reach counts as loaded, too, with an error in its place until it looks again.
        """
        query = (
            "query { workspaceOrError { ... on Workspace { "
            "locationEntries { loadStatus locationOrLoadError { __typename } } } } }"
        )
        there = [{"loadStatus": "LOADED", "locationOrLoadError": {"__typename": "RepositoryLocation"}}]
        self.until(lambda: self.ask(query)["workspaceOrError"]["locationEntries"] == there)

    def logs(self, most: int = 6_000) -> str:
        """The ends of all logs."""
        return "\n".join(
            f"--- {log.stem}\n{log.read_text(encoding='utf-8', errors='replace')[-most:]}"
            for log in sorted(self.folder.glob("*.log"))
        )

    # -- GraphQL ------------------------------------------------------------------------------------------------------

    def ask(self, query: str, **variables: Any) -> Any:
        """The data of an answer."""
        # The machine's proxy knows nothing of loopback addresses; nor are certificates read for them.
        with httpx.Client(trust_env=False, verify=False, timeout=PATIENCE) as client:
            answer = client.post(f"{self.url}/graphql", json={"query": query, "variables": variables}).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def runs(self, **tags: str) -> list[dict[str, Any]]:
        """The runs with these `dagster/` tags, newest first, each with its own tags as a dictionary."""
        wanted = [{"key": f"dagster/{name}", "value": value} for name, value in tags.items()]
        return [_with_tags(run) for run in self.ask(_RUNS, filter={"tags": wanted})["runsOrError"]["results"]]

    def run(self, run_id: str) -> dict[str, Any]:
        """One run."""
        (run,) = self.ask(_RUNS, filter={"runIds": [run_id]})["runsOrError"]["results"]
        return _with_tags(run)

    def backfills(self) -> list[dict[str, Any]]:
        """The backfills, newest first, each with its tags as a dictionary."""
        return [_with_tags(one) for one in self.ask(_BACKFILLS)["partitionBackfillsOrError"]["results"]]

    def launch(self, day: str) -> str:
        """Ask for a run of the job over a day, as the launchpad does; returns its id."""
        tags = [{"key": "dagster/partition", "value": day}]
        launched = self.ask(_LAUNCH, tags=tags, location=LOCATION)["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return str(launched["run"]["runId"])

    def terminate(self, run_id: str) -> str:
        """Ask for a run to be stopped, as the UI's button does; returns the kind of answer."""
        return str(self.ask(_TERMINATE, id=run_id)["terminateRun"]["__typename"])

    def reload(self) -> bool:
        """Have the webserver look at the code location anew, as its button in the UI does; whether it is there."""
        entry = self.ask(_RELOAD, location=LOCATION)["reloadRepositoryLocation"]
        return bool(entry == {"locationOrLoadError": {"__typename": "RepositoryLocation"}})

    def turn_the_sensor_on(self) -> None:
        """As its switch in the UI does."""
        assert self.ask(_START_SENSOR, sensor=_SENSOR_SELECTOR)["startSensor"]["__typename"] == "Sensor"

    def make_the_sensor_forget(self) -> None:
        """Reset its cursor, as its page in the UI allows: it waits for no pause then."""
        answer = self.ask(_SET_CURSOR, sensor=_SENSOR_SELECTOR, cursor="")
        assert answer["setSensorCursor"]["__typename"] == "Sensor"


def _with_tags(one: dict[str, Any]) -> dict[str, Any]:
    return one | {"tags": {tag["key"]: tag["value"] for tag in one["tags"]}}


def together(folder: Path, environment: Mapping[str, str]) -> Services:
    """`make dev`: one process, which starts the others."""
    (port,) = free_ports(1)
    return Services(folder, environment, {"dev": [DEV, "--port", str(port)]}, port)


def apart(folder: Path, environment: Mapping[str, str]) -> Services:
    """Code location, webserver and daemon on their own, as on several machines."""
    code_port, web_port = free_ports(2)
    workspace = folder / "workspace.yaml"
    workspace.write_text(
        f"load_from: [{{grpc_server: {{host: 127.0.0.1, port: {code_port}, location_name: {LOCATION}}}}}]"
    )
    module = ["--module-name", "keyword_assets.definitions", "--location-name", LOCATION]
    commands = {
        "code": ["dagster", "api", "grpc", *module, "--host", "127.0.0.1", "--port", str(code_port)],
        "web": ["dagster_webserver", "-h", "127.0.0.1", "-p", str(web_port), "-w", str(workspace)],
        "daemon": ["dagster._daemon", "run", "--workspace", str(workspace)],
    }
    return Services(folder, environment, commands, web_port)


@contextmanager
def running(services: Services) -> Iterator[Services]:
    """All of them, from when they answer; ended with whatever they started."""
    try:
        if "code" in services.commands:
            # Who starts before it takes it for broken, and fails what is queued until he looks again.
            services.start("code")
            services.until(lambda: LISTENING in services.logs())
        services.start(*services.ended())
        services.until_they_answer()
        yield services
    finally:
        services.end()


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
