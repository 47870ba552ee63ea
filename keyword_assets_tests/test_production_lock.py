"""What of the lock file an image gets."""

import runpy
import tomllib
from pathlib import Path

TOP = Path(__file__).parent.parent
_FILE = runpy.run_path(str(TOP / "deploy" / "production_lock.py"))


def test_an_image_gets_what_the_project_needs_and_none_of_developments_tools() -> None:
    """One that is missing is found out when the image is built; one too many by nobody."""
    entries = _FILE["entries_of"]((TOP / "requirements.lock").read_text(encoding="utf-8"))
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    names = _FILE["needed"](entries, [_FILE["_normal"](one) for one in project["dependencies"]])

    assert {"dagster", "grpcio", "pandas", "numpy", "starlette", "anyio"} <= names
    assert not {"pytest", "selenium", "mypy", "ruff", "scipy", "podman-compose"} & names
    assert all("--hash=sha256:" in entry for _, entry in entries)
