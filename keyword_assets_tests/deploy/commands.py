"""Programs that are started and waited for, by all parts of the test."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TOP = Path(__file__).parents[2]
# Of a command that failed; the last lines tell most.
_SAID_CHARS = 6000


def run(*command: str, **how: Any) -> str:
    """The output of a command, which has to succeed.

    Raises:
        RuntimeError: it did not; with the ends of what it said.
    """
    done = subprocess.run(command, capture_output=True, text=True, check=False, **how)
    if done.returncode:
        said = f"{done.stdout[-_SAID_CHARS:]}{done.stderr[-_SAID_CHARS:]}"
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
        time.sleep(0.3)
    raise TimeoutError(f"waited {seconds:.0f} s in vain for {what}") from trouble


def say(line: str) -> None:
    """Tell whoever looks on how far it is."""
    print(f"{time.strftime('%T')} {line}", file=sys.stderr, flush=True)
