"""The files for a cluster agree with each other and with the product; no cluster is needed for that."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyword_assets.configuration.settings import SETTING_NAMES

_ROOT = Path(__file__).parents[2]
_FOLDER = _ROOT / "deploy" / "kubernetes"
_MANIFESTS = ("settings.yaml", "web.yaml", "upgrade.yaml")
# Of the proxy and of Dagster's chart.
_OTHERS = {"KEYWORDS_NAME", "KEYWORDS_LOGIN", "KEYWORDS_OIDC_CLAIM", "DAGSTER_PG_PASSWORD"}
# Of Dagster's daemon.
_OTHERS |= {"DAGSTER_BACKFILL_RETRY_DEFINITION_CHANGED_ERROR"}


def _documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((_FOLDER / name).read_text("utf-8")))


def _walk(value: object) -> Iterator[dict[str, Any]]:
    """Every mapping in it."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _walk(one)


def _code_server() -> dict[str, Any]:
    server: dict[str, Any] = _documents("values.yaml")[0]["dagster-user-deployments"]["deployments"][0]
    return server


def _pod_of_runs() -> dict[str, Any]:
    """With the names that the chart has for other pods."""
    launcher = _documents("values.yaml")[0]["runLauncher"]["config"]["k8sRunLauncher"]
    described = launcher["runK8sConfig"]
    return launcher | {
        "name": "run",
        "env": described["containerConfig"]["env"],
        "podSecurityContext": described["podSpecConfig"]["securityContext"],
        "automountServiceAccountToken": described["podSpecConfig"]["automountServiceAccountToken"],
    }


def _of_compose(service: str) -> dict[str, Any]:
    described: dict[str, Any] = yaml.safe_load((_ROOT / "deploy" / "compose.yaml").read_text("utf-8"))["services"]
    return described[service]


def _containers() -> list[dict[str, Any]]:
    deployed = [_code_server(), _pod_of_runs(), _documents("values.yaml")[0]["dagsterDaemon"]]
    return deployed + [one for name in _MANIFESTS for one in _walk(_documents(name)) if "image" in one]


def test_every_setting_is_one_that_is_read() -> None:
    """A name with a slip in it would be no error in a cluster."""
    names = set(_documents("settings.yaml")[0]["data"])
    variables = {one["name"] for container in _containers() for one in container.get("env", [])}
    of_the_proxy = {name for name in variables if name.startswith(("KEYWORDS_PORT_", "KEYWORDS_MAN", "KEYWORDS_ENG"))}

    assert names <= set(SETTING_NAMES)
    known = {*SETTING_NAMES, *_OTHERS, *of_the_proxy, "KEYWORDS_REVIEW"}
    assert {name.removesuffix("_FILE") for name in variables} <= known


def test_no_secret_is_a_variable_or_a_text() -> None:
    for container in _containers():
        for one in container.get("env", []):
            assert one["name"] not in {"HCX_API_KEY", "KEYWORDS_DATABASE_URL"}
    assert not [one for name in _MANIFESTS for one in _documents(name) if one["kind"] == "Secret"]


@pytest.mark.parametrize("container", _containers(), ids=lambda one: str(one.get("name", "daemon")))
def test_a_container_can_do_little(container: dict[str, Any]) -> None:
    allowed = container["securityContext"]

    assert allowed["readOnlyRootFilesystem"]
    assert not allowed["allowPrivilegeEscalation"]
    assert allowed["capabilities"] == {"drop": ["ALL"]}
    assert "memory" in container["resources"]["limits"]


def test_a_run_is_what_its_code_server_is_without_a_way_into_the_cluster() -> None:
    """The chart would hand a run part of the code server's: without its security, so that no secret could be read."""
    server, run = _code_server(), _pod_of_runs()

    assert not server["includeConfigInLaunchedRuns"]["enabled"]
    for part in ("env", "envConfigMaps", "volumes", "volumeMounts", "securityContext", "podSecurityContext"):
        assert run[part] == server[part]
    assert run["automountServiceAccountToken"] is False


@pytest.mark.parametrize("server", ["managers", "engineers", "review"])
def test_a_server_is_told_what_that_of_the_containers_is_told(server: str) -> None:
    """But where it listens: in the pod on loopback, each with a port of its own."""
    (args,) = [one["args"] for one in _walk(_documents("web.yaml")) if one.get("name") == server and "args" in one]

    def without_places(words: list[str]) -> list[str]:
        places = ("--host", "--port", "--workspace")
        return [word for word, before in zip(words, ["", *words], strict=False) if not {word, before} & {*places}]

    assert without_places(args) == without_places(_of_compose(server)["command"])


def test_the_daemon_is_told_what_that_of_the_containers_is_told() -> None:
    daemon = {one["name"]: one["value"] for one in _documents("values.yaml")[0]["dagsterDaemon"]["env"]}
    variables = _of_compose("daemon")["environment"].items() - _of_compose("code")["environment"].items()

    assert variables
    assert daemon.items() >= variables


def test_where_the_ui_is_is_known_to_all_that_tell_people() -> None:
    assert "KEYWORDS_UI_URL" in _documents("settings.yaml")[0]["data"]
    assert "KEYWORDS_UI_URL" in _of_compose("code")["environment"]


def test_each_mount_is_of_a_volume() -> None:
    pods = [_code_server(), _pod_of_runs(), _documents("values.yaml")[0]["dagsterDaemon"]]
    pods += [one for name in _MANIFESTS for one in _walk(_documents(name)) if "volumes" in one]
    for pod in pods:
        volumes = {one["name"] for one in pod["volumes"]}
        mounts = {mount["name"] for one in _walk(pod) for mount in one.get("volumeMounts", ())}
        assert mounts == volumes


def test_all_images_are_of_one_version() -> None:
    images = {one["image"] for one in _containers() if isinstance(one.get("image"), str)}
    tags = {one["image"]["tag"] for one in _containers() if isinstance(one.get("image"), dict)}

    assert {image.rpartition(":")[2] for image in images} == tags


def test_the_lock_has_what_is_asked_for_and_the_dagster_of_the_project() -> None:
    asked = [line for line in (_FOLDER / "requirements.in").read_text("utf-8").splitlines() if "==" in line]
    lock = (_FOLDER / "requirements.lock").read_text("utf-8")
    of_the_project = (_ROOT / "requirements.lock").read_text("utf-8")
    dagster = next(line for line in of_the_project.splitlines() if line.startswith("dagster=="))

    assert all(f"\n{line} " in lock for line in asked)
    assert f"\n{dagster}" in lock
