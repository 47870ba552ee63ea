"""Tags of a run that would change what only the settings may say: anybody who may launch a run may write tags.

Dagster obeys some of its tags before our code is asked: `dagster/max_runtime` lifts the six hours of `dagster.yaml`,
those about retries multiply the budget of a run, and launchers of containers take image, environment and volumes from
theirs. A run that carries one ends before anything is opened. That is in time for all but the containers', where it
only shows that their launcher must be told to take none.

Some launchers note in tags what they have started, in place of whatever stood there: these are theirs.
"""

from collections.abc import Mapping

import dagster as dg
from dagster._core.storage.tags import (
    DOCKER_IMAGE_TAG,
    MAX_RETRIES_TAG,
    MAX_RUNTIME_SECONDS_TAG,
    RETRY_ON_ASSET_OR_OP_FAILURE_TAG,
    RETRY_STRATEGY_TAG,
    RUN_ISOLATION_TAG,
)

from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible

REFUSED = frozenset(
    {
        DOCKER_IMAGE_TAG,
        MAX_RETRIES_TAG,
        MAX_RUNTIME_SECONDS_TAG,
        # The same under its older name.
        "dagster/max_runtime_seconds",
        RETRY_ON_ASSET_OR_OP_FAILURE_TAG,
        RETRY_STRATEGY_TAG,
        RUN_ISOLATION_TAG,
    }
)
# What launchers and executors of containers and queues read.
REFUSED_PREFIXES = ("dagster-k8s/", "dagster-celery", "dagster-docker/", "docker/", "ecs/")
# Launcher → what it writes.
_NOTED: Mapping[str, frozenset[str]] = {
    "DockerRunLauncher": frozenset({DOCKER_IMAGE_TAG, "docker/container_id"}),
    "K8sRunLauncher": frozenset({DOCKER_IMAGE_TAG}),
}
_NAME_CHARS = 60


def launcher_of(instance: dg.DagsterInstance) -> str:
    """The class of its launcher of runs, from what is configured: none is made.

    That of Kubernetes wants a token of the cluster, and the pods of runs have none.
    """
    configured = None if instance.is_ephemeral else instance.get_ref().run_launcher_data
    return configured.class_name if configured else type(instance.run_launcher).__name__


def refuse_tags(run: dg.DagsterRun, launcher: str) -> None:
    """Do nothing, or end the run.

    Args:
        run: with its tags.
        launcher: the class of the instance's launcher of runs.

    Raises:
        InputError: it carries a tag that would change what only the settings may say.
    """
    written = run.tags.keys() - _NOTED.get(launcher, frozenset())
    found = sorted(tag for tag in written if tag in REFUSED or tag.startswith(REFUSED_PREFIXES))
    if found:
        raise InputError("run.tags", tags=", ".join(visible(tag, _NAME_CHARS) for tag in found))
