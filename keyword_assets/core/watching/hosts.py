"""What Dagster's storage tells of its daemon, schedules, sensors and runs; times are local wall-clock times."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SCHEDULE, SENSOR = "SCHEDULE", "SENSOR"
# A part of the daemon says twice a minute that it lives; after so long without, it is as good as dead.
SILENT_MINUTES = 5
# Those that a person looks for first; as long as Dagster knows nothing of them, a setting says whether they are on.
OFF_AT_FIRST = {"daily_keywords_schedule": SCHEDULE, "coverage_backfill_sensor": SENSOR}
# Others depend on the instance's configuration, and leave their last sign behind when they are switched off.
_PARTS = ("SCHEDULER", "SENSOR")


@dataclass(frozen=True)
class Instigator:
    """A schedule or a sensor that somebody or something has turned on or off.

    `last_status` and `last_at` are those of its last tick. `cron` is of schedules.
    """

    name: str
    kind: str
    is_on: bool
    cron: str | None = None
    last_status: str | None = None
    last_at: datetime | None = None


@dataclass(frozen=True)
class HostedRun:
    """A run that has not ended, as Dagster has it."""

    run_id: str
    job: str
    status: str
    since: datetime


@dataclass(frozen=True)
class Hosted:
    """All that is known of Dagster; `heartbeats` are the last signs of life of the daemon's parts."""

    heartbeats: Mapping[str, datetime]
    instigators: Sequence[Instigator]
    runs: Sequence[HostedRun]

    @property
    def daemon_seen_at(self) -> datetime | None:
        """When the daemon gave its last sign of life; None where it never did."""
        return max(self.heartbeats.values(), default=None)

    def silent(self, now: datetime, within: timedelta) -> list[str]:
        """The parts of the daemon that every daemon has and that gave no sign of life lately."""
        return [name for name in _PARTS if name not in self.heartbeats or now - self.heartbeats[name] > within]

    def known_and_at_first(self, switched_on: Container[str]) -> list[Instigator]:
        """The schedules and sensors that Dagster knows, and those it does not yet that a person looks for first.

        Args:
            switched_on: the names of those that are on without anybody's turning them on.
        """
        known = {one.name for one in self.instigators}
        at_first = [Instigator(name, kind, name in switched_on) for name, kind in OFF_AT_FIRST.items()]
        return [*self.instigators, *(one for one in at_first if one.name not in known)]

    @property
    def queued(self) -> list[HostedRun]:
        """The runs that wait for their turn."""
        return [run for run in self.runs if run.status == "QUEUED"]
