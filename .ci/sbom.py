"""The software bill of materials of what an installation runs: CycloneDX, made by cyclonedx-py from this environment.

    python .ci/sbom.py FILE.json

The environment also holds what only development needs; that is left out, by the dependencies that each package names.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation import make_schemabased_validator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOP = Path(__file__).parent.parent
# Of the optional dependencies; the demo and the tests need all, an office these at most.
EXTRAS = ("simulator", "socks")


def main(arguments: list[str]) -> int:
    """Write the bill."""
    bill = bill_of_materials()
    text = json.dumps(bill, ensure_ascii=False, indent=2) + "\n"
    # Half a minute: the schema is large, and its reader thorough.
    if fault := make_schemabased_validator(OutputFormat.JSON, SchemaVersion.V1_6).validate_str(text):
        print(f"sbom: {fault}", file=sys.stderr)
        return 1
    Path(arguments[0]).write_text(text, "utf-8")
    print(f"sbom: {len(bill['components'])} components in {arguments[0]}")
    return 0


def bill_of_materials() -> dict[str, Any]:
    """The bill as a document of CycloneDX 1.6."""
    project = TOP / "pyproject.toml"
    options = ["--pyproject", str(project), "--output-reproducible", "--no-validate"]
    command = [sys.executable, "-m", "cyclonedx_py", "environment", *options, sys.prefix]
    whole = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return shipped(whole, needed(_asked(tomllib.loads(project.read_text("utf-8"))["project"])))


def needed(asked: Iterable[str]) -> set[str]:
    """The normal names of all that these requirements bring with them here, extras where somebody asks for them."""
    found: set[tuple[str, str]] = set()
    # Each with the extra under which its own requirements are read; the empty one is for those that are always meant.
    open_ones = [(Requirement(one), "") for one in asked]
    while open_ones:
        requirement, extra = open_ones.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for wanted in {"", *requirement.extras}:
            if (name, wanted) not in found:
                found.add((name, wanted))
                open_ones += [(Requirement(one), wanted) for one in distribution(name).requires or []]
    return {name for name, _ in found}


def shipped(bill: dict[str, Any], wanted: set[str]) -> dict[str, Any]:
    """The bill with only the packages of these normal names."""
    components = [part for part in bill["components"] if canonicalize_name(part["name"]) in wanted]
    kept = {part["bom-ref"] for part in components} | {bill["metadata"]["component"]["bom-ref"]}
    dependencies = [
        {"ref": entry["ref"], "dependsOn": [ref for ref in entry.get("dependsOn", []) if ref in kept]}
        for entry in bill["dependencies"]
        if entry["ref"] in kept
    ]
    return bill | {"components": components, "dependencies": dependencies}


def _asked(project: dict[str, Any]) -> list[str]:
    return [*project["dependencies"], *(one for extra in EXTRAS for one in project["optional-dependencies"][extra])]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
