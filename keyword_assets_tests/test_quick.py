"""What `make quick` chooses, and that nothing is started by what it has chosen."""

import os
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).parent.parent
# The first names what it starts. The others hide it from whoever reads their code, and one of them its failure, too.
HIDING = """
import importlib
import subprocess
from contextlib import suppress

def test_that_can_be_seen():
    subprocess.run(["true"])

def test_that_is_refused():
    importlib.import_module("subprocess").run(["true"])

def test_that_says_nothing_of_it():
    with suppress(RuntimeError):
        importlib.import_module("os").system("true")

def test_that_starts_nothing():
    assert True
"""


def _pytest(*arguments: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *arguments]
    # Whatever whoever runs the suite has pytest do besides is not asked for here.
    environment = {**os.environ, "PYTHONPATH": str(TOP), "PYTEST_ADDOPTS": ""}
    return subprocess.run(command, cwd=TOP, env=environment, capture_output=True, text=True).stdout


def _collected(*arguments: str) -> set[str]:
    return {line for line in _pytest("--collect-only", *arguments).splitlines() if "::" in line}


def test_what_needs_a_server_is_left_out_and_all_else_is_there() -> None:
    """One kind of database of two, one test of a file: what a test uses decides, not where it stands."""
    files = [
        f"keyword_assets_tests/{name}.py"
        for name in (
            "sql/coverage/test_categories",
            "sql/database/test_dialects",
            "core/classifying/test_intake",
            "hcx/test_probe",
            "test_supply",
        )
    ]
    everything, quick = _collected(*files), _collected("--quick", *files)
    left_out = everything - quick

    assert quick < everything
    assert not [name for name in quick if "mysql" in name]
    assert [name for name in quick if "[sqlite" in name]
    # The simulator by its fixture, and a process in a program of the project.
    assert [name for name in left_out if "hcx/test_probe" in name]
    assert (
        "keyword_assets_tests/test_supply.py::test_the_bill_of_materials_names_what_is_shipped_and_not_what_development_needs"
        in left_out
    )
    assert "keyword_assets_tests/test_supply.py::test_every_package_of_the_lock_file_has_hashes" in quick


def test_what_is_started_all_the_same_is_refused_and_fails_its_test(tmp_path: Path) -> None:
    """Else the first server would come in unnoticed, and the tests be quick no more."""
    file = tmp_path / "test_hiding.py"
    file.write_text(HIDING)

    told = _pytest("-c", str(TOP / "pyproject.toml"), "-p", "keyword_assets_tests.conftest", "--quick", str(file))

    assert "RuntimeError: not in `make quick`: subprocess.Popen" in told
    assert "ERROR at teardown of test_that_says_nothing_of_it" in told
    assert "1 failed, 2 passed, 1 deselected, 2 errors" in told
