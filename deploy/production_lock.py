"""The lines of requirements.lock that an installation needs, with their hashes; development's tools are left out.

    python3 deploy/production_lock.py EXTRA... [--with PACKAGE] >production.lock

Runs before anything is installed, so with the standard library alone. The lock says of each package who asked for it
("# via"); an extra of a package is not told apart there, so it may let pass one too many, and never one too few.
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VIA = re.compile(r"^    #(?: via)? +([A-Za-z0-9][^\s\[(]*)", re.MULTILINE)


def main(arguments: list[str]) -> int:
    """Print the lines for these extras, and for packages after `--with`."""
    extras, packages = arguments, list[str]()
    if "--with" in arguments:
        place = arguments.index("--with")
        extras, packages = arguments[:place], arguments[place + 1 :]
    project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *(one for extra in extras for one in project["optional-dependencies"][extra])]
    entries = entries_of(Path("requirements.lock").read_text("utf-8"))
    wanted = needed(entries, [_normal(one) for one in (*asked, *packages)])
    print("\n".join(entry for name, entry in entries if name in wanted))
    return 0


def entries_of(lock: str) -> list[tuple[str, str]]:
    """Normal names with their lines, of a lock file as uv writes it; a name may have one for each Python."""
    return [(_normal(entry), entry) for entry in re.split(r"\n(?=[A-Za-z0-9])", lock.strip())]


def needed(entries: Sequence[tuple[str, str]], names: Iterable[str]) -> set[str]:
    """These, and all that they bring with them."""
    brought: dict[str, set[str]] = {}
    for name, entry in entries:
        for parent in _VIA.findall(entry):
            brought.setdefault(_normal(parent), set()).add(name)
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += brought.get(name, ())
    return found


def _normal(requirement: str) -> str:
    match = _NAME.match(requirement)
    assert match is not None, requirement
    return re.sub(r"[-_.]+", "-", match[0]).lower()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
