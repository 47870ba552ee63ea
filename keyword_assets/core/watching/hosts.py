"""What Dagster's storage tells of its daemon, schedules, sensors and runs; times are local wall-clock times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SCHEDULE, SENSOR = "SCHEDULE", "SENSOR"
# A part of the daemon says twice a minute that it lives; after so long without, it is as good as dead.
SILENT_MINUTES = 5
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

    @property
    def queued(self) -> list[HostedRun]:
        """The runs that wait for their turn."""
        return [run for run in self.runs if run.status == "QUEUED"]
