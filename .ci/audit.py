"""Known vulnerabilities of what the lock file names, by pip-audit; `make check` runs it.

    python .ci/audit.py [LOCK_FILE] [options of pip-audit]

Ends with 1 if there is one that `.ci/accepted-vulnerabilities` does not name. Where no advisory database answers, which
is so on machines without a way out, it says that nothing was audited, and ends with 0: a commit must not depend on it.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
LOCK = FOLDER.parent / "requirements.lock"
# One id a line, and after it the reason why it does not concern us.
ACCEPTED = FOLDER / "accepted-vulnerabilities"
# Each of two tries; a database that is out of reach is known after that.
_TIMEOUT_SECONDS = "5"


def main(arguments: list[str]) -> int:
    """Audit a lock file and tell what was found."""
    named = arguments[:1] if arguments and not arguments[0].startswith("-") else []
    lock, options = Path(named[0]) if named else LOCK, arguments[len(named) :]
    if not _answers(lock, options):
        print("audit: no advisory database answers from here; nothing was audited.")
        return 0
    found = _audit(lock, options)
    if found is None:
        print("audit: the advisory database stopped answering; nothing was audited.")
        return 0
    return _tell(found)


def _answers(lock: Path, options: list[str]) -> bool:
    """Whether the advisory database knows the first package of the lock file; asking for all takes long to fail."""
    first, *rest = lock.read_text("utf-8").splitlines()
    lines = [first]
    for line in rest if first.endswith("\\") else []:
        lines.append(line)
        if not line.endswith("\\"):
            break
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(folder, "first.txt")
        alone.write_text("\n".join(lines) + "\n", "utf-8")
        found = _audit(alone, options)
    return found is not None and any("skip_reason" not in package for package in found)


def _audit(lock: Path, options: list[str]) -> list[dict[str, Any]] | None:
    """What pip-audit says of each package, or None where it could not ask."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner=off"]
    command += ["--timeout", _TIMEOUT_SECONDS, "--format", "json", "-r", str(lock), *options]
    ended = subprocess.run(command, capture_output=True, text=True)
    try:
        packages: list[dict[str, Any]] = json.loads(ended.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None
    return packages


def _tell(packages: list[dict[str, Any]]) -> int:
    accepted = _accepted()
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    open_ones = 0
    for package in packages:
        for vulnerability in package.get("vulns", []):
            names = {vulnerability["id"], *vulnerability.get("aliases", [])}
            if names & accepted:
                continue
            open_ones += 1
            fixed = ", ".join(vulnerability.get("fix_versions", [])) or "no version yet"
            print(f"audit: {package['name']} {package['version']}: {vulnerability['id']}, mended in {fixed}")
    print(f"audit: {len(packages) - len(skipped)} packages, {open_ones} open vulnerabilities.")
    if skipped:
        print(f"audit: not known to the database, so not audited: {', '.join(skipped)}")
    return 1 if open_ones else 0


def _accepted() -> set[str]:
    lines = ACCEPTED.read_text("utf-8").splitlines()
    return {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
