"""The units of deploy/systemd, read by systemd itself on a system where what they name is there."""

import re
from pathlib import Path

from keyword_assets_tests.deploy.commands import TOP, run

# Out of 10, where 0 is best; what is left is that they may reach the network.
WORST = 1.5


def try_units(folder: Path) -> dict[str, float]:
    """Service → its exposure, by `systemd-analyze security`.

    Raises:
        RuntimeError: systemd finds a fault in one of them.
    """
    units = sorted((TOP / "deploy" / "systemd").glob("keyword-assets*"))
    for program in ("entrypoint", "bin/keyword-assets", "bin/dagster", "bin/dagster-daemon"):
        file = folder / "opt/keyword-assets" / program
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(0o755)
    home = folder / "etc/systemd/system"
    home.mkdir(parents=True)
    # systemd's own, which each unit hangs on.
    for target in Path("/lib/systemd/system").glob("*.target"):
        (home / target.name).write_text(target.read_text(encoding="utf-8"), encoding="utf-8")
    for unit in units:
        (home / unit.name).write_text(unit.read_text(encoding="utf-8"), encoding="utf-8")
    run("systemd-analyze", "verify", f"--root={folder}", "--man=no", *(unit.name for unit in units))
    return {unit.stem: _exposure(unit) for unit in units if unit.suffix == ".service"}


def _exposure(unit: Path) -> float:
    said = run("systemd-analyze", "security", "--offline=true", f"--threshold={round(WORST * 10)}", str(unit))
    (found,) = re.findall(r"Overall exposure level for .*: (\d+\.\d)", said)
    return float(found)
