"""What may load what, as seen from a process that has just done its work."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
HEAVY = ("apprise", "dagster", "pandas", "starlette", "uvicorn", "kiwipiepy")
PROBE = """
import json, sys
from keyword_assets.cli.main import run
code = run(sys.argv[2:])
loaded = [name for name in json.loads(sys.argv[1]) if name in sys.modules]
sys.stderr.write("\\n" + json.dumps([code, loaded]))
"""


def _loaded_by(*arguments: str, of: tuple[str, ...] = HEAVY) -> tuple[int, list[str]]:
    answer = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(of), *arguments],
        capture_output=True,
        text=True,
        env=os.environ.copy(),
        check=True,
    )
    code, loaded = json.loads(answer.stderr.splitlines()[-1])
    return code, loaded


@pytest.fixture
def database(new_database: Path, tmp_path: Path) -> None:
    """A database where commands look for one, with its schema and nothing in it."""
    folder = tmp_path / ".keyword_assets"
    folder.mkdir()
    shutil.copy(new_database, folder / "keywords.db")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--help",), 0),
        (("complete", "--help"), 0),
        (("check", "2025-06-11", "2025-06-14"), 0),
        (("quarantine", "list", "2025-06-11", "2025-06-14"), 0),
        (("status",), 0),
        (("complete", "2025-06-14", "2025-06-11"), 2),
        (("complete", "2025-06-11", "2025-06-14"), 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_that_runs_nothing_loads_neither_dagster_nor_the_simulator(
    arguments: tuple[str, ...], code: int
) -> None:
    """Loading them takes seconds; who only looks or mistypes should not wait."""
    assert _loaded_by(*arguments) == (code, [])


def test_the_list_of_commands_is_shown_without_what_any_of_them_needs() -> None:
    """Loading a database's library takes longer than Python itself."""
    needed = (*HEAVY, "alembic", "dotenv", "httpx", "jinja2", "rich", "sqlalchemy", "tenacity", "yaml")
    ours = ("keyword_assets.configuration", "keyword_assets.core.wording", "keyword_assets.sql")

    assert _loaded_by("--help", of=(*needed, *ours)) == (0, [])


@pytest.mark.usefixtures("database")
def test_days_are_counted_without_what_sends_reads_files_or_masks() -> None:
    """`check` is what people run while they wait."""
    needless = (*HEAVY, "alembic", "httpx", "jinja2", "mysql.connector", "phonenumbers", "yaml", "keyword_assets.hcx")

    assert _loaded_by("check", "2025-06-11", "2025-06-14", of=needless) == (0, [])


def _loaded_with(module: str) -> list[str]:
    script = "import importlib, json, sys; importlib.import_module(sys.argv[1]); print(json.dumps([*sys.modules]))"
    answer = subprocess.run([sys.executable, "-c", script, module], capture_output=True, text=True, check=True)
    return sorted({name.partition(".")[0] for name in json.loads(answer.stdout.splitlines()[-1])} & {*HEAVY})


def test_frames_load_pandas_and_nothing_else_that_is_slow() -> None:
    """A notebook needs no Dagster and no server."""
    assert _loaded_with("keyword_assets.frames") == ["pandas"]


def test_the_code_location_is_loaded_without_pandas() -> None:
    """Every process of every run loads it, and one of them in a day writes a report."""
    assert "pandas" not in _loaded_with("keyword_assets.definitions")


def test_the_core_loads_nothing_but_the_standard_library() -> None:
    """Its rules can be read, tested and moved without anything else."""
    script = (
        "import sys; before = set(sys.modules); import keyword_assets.core.classifying.pipeline; "
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names))"
    )

    answer = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True, cwd=TOP)

    assert answer.stdout.strip() == "['keyword_assets']"


def test_the_imports_keep_to_the_layers() -> None:
    """The arrows that setup.cfg draws, checked here too so that a test run alone finds a breach."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]

    answer = subprocess.run(command, capture_output=True, text=True, check=False, cwd=TOP)

    assert answer.returncode == 0, answer.stdout


def test_the_package_can_be_run_as_a_module() -> None:
    """`python -m keyword_assets` works where the script is not on the PATH."""
    answer = subprocess.run(
        [sys.executable, "-m", "keyword_assets", "--help"], capture_output=True, text=True, check=True
    )

    assert answer.stdout.startswith("Usage: keyword-assets")
