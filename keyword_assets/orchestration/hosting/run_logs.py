"""What a run writes on stderr beside its events, as JSON.

Dagster has a logger for that, but takes it from the configuration of each run alone; whoever launches one in the UI, a
sensor or a backfill gives none.
"""

from typing import Any

import dagster as dg
import dagster._loggers as dagsters


def write_json() -> None:
    """Have the runs of this process use Dagster's JSON logger."""
    theirs: Any = dagsters
    theirs.colored_console_logger = dg.json_console_logger
