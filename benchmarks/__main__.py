"""`make bench`: run the benchmarks named on the command line, or all but the long ones."""

import json
import os
import platform
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.counts import counts, counts_full, counts_largest
from benchmarks.database import database, database_full
from benchmarks.doubtful import doubtful
from benchmarks.growth import growth, growth_full
from benchmarks.healing import healing
from benchmarks.mutants import mutants, mutants_again, mutants_second
from benchmarks.privacy import privacy
from benchmarks.quota import quota, quota_full, quota_server
from benchmarks.report import report
from benchmarks.scaling import scaling, scaling_large
from benchmarks.start import start
from benchmarks.tick import tick
from benchmarks.turns import turns
from benchmarks.writing import writing

RESULTS = Path(__file__).parent / "results"
BENCHMARKS: dict[str, Callable[[], dict[str, Any]]] = {
    "quota": quota,
    "database": database,
    "counts": counts,
    "report": report,
    "privacy": privacy,
    "doubtful": doubtful,
    "tick": tick,
    "start": start,
    "quota-full": quota_full,
    "quota-server": quota_server,
    "database-full": database_full,
    "counts-full": counts_full,
    "counts-largest": counts_largest,
    "growth": growth,
    "growth-full": growth_full,
    "healing": healing,
    "writing": writing,
    "turns": turns,
    "scaling": scaling,
    "scaling-large": scaling_large,
    "mutants": mutants,
    "mutants-second": mutants_second,
    "mutants-again": mutants_again,
}
# These take long, and are run only when they are named.
LONG = (
    "quota-full",
    "quota-server",
    "database-full",
    "counts-full",
    "counts-largest",
    "growth-full",
    "healing",
    "mutants",
    "mutants-second",
    "mutants-again",
    "scaling",
    "scaling-large",
)


def main(names: list[str]) -> int:
    """Run benchmarks and write `results/NAME.json`."""
    for name in names or [name for name in BENCHMARKS if name not in LONG]:
        if name not in BENCHMARKS:
            print(f"unknown benchmark {name!r}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
            return 2
        print(f"{name} …", flush=True)
        figures = {
            "command": f"make bench ARGS={name}",
            "measured": _now(),
            "machine": _machine(),
            **BENCHMARKS[name](),
        }
        text = json.dumps(figures, ensure_ascii=False, indent=2)
        print(text)
        # What we test with by default has the plain name.
        of = "" if "MariaDB" in figures.get("server", "MariaDB") else "-mysql"
        (RESULTS / f"{name}{of}.json").write_text(text + "\n", encoding="utf-8")
    return 0


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="minutes")


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
