"""Who had the cores while something was measured: seconds of processor by process, and what was left of them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
# In /proc/stat: idle, and waiting for a disk.
_UNUSED = slice(3, 5)


@dataclass
class Cores:
    """Seconds of processor by name, once the `with` block of `watched` has ended."""

    seconds: dict[str, float] = field(default_factory=dict)
    others: float = 0.0
    """What was neither used by those who are named nor left over."""
    unused: float = 0.0

    def figures(self, ours: float) -> dict[str, float]:
        """With what our own processes say that they used, which have ended by now."""
        used = {"ours": ours, **self.seconds}
        rounded = {f"cpu_s_{name}": round(seconds, 1) for name, seconds in used.items()}
        others = max(0.0, self.others - ours)
        return {**rounded, "cpu_s_others": round(others, 1), "cpu_s_unused": round(self.unused, 1)}


@contextmanager
def watched(processes: Mapping[str, int | None]) -> Iterator[Cores]:
    """Watch processes, by name, that live longer than the `with` block; None for one that is on another machine."""
    cores, here = Cores(), {name: pid for name, pid in processes.items() if pid is not None}
    began = {name: _used(pid) for name, pid in here.items()}
    busy, unused = _machine()
    yield cores
    busy_after, unused_after = _machine()
    cores.seconds = {name: _used(pid) - began[name] for name, pid in here.items()}
    cores.others = busy_after - busy - sum(cores.seconds.values())
    cores.unused = unused_after - unused


def listening_at(port: int) -> int | None:
    """The process on this machine that listens there, by its command line; None if it does not say so."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            said = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--port={port}".encode() in said:
            return int(folder.name)
    return None


def _used(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _machine() -> tuple[float, float]:
    first, *_ = Path("/proc/stat").read_text().splitlines()
    ticks = [int(number) for number in first.split()[1:]]
    unused = sum(ticks[_UNUSED])
    return (sum(ticks) - unused) / _TICK, unused / _TICK
