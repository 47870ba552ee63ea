"""What a whole run is handed: tests, compiled as each worker would have done it for itself, and in which order."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keyword_assets_tests.compiled import compile_tests
from keyword_assets_tests.conftest import FIRST

_FILES = {
    "conftest.py": "import pytest\n\n\n@pytest.fixture\ndef word():\n    return '전학'\n",
    "words.py": "WORDS = ['전학']\n",
    "test_words.py": "from words import WORDS\n\n\ndef test_it(word):\n    assert [word] == WORDS\n",
}


@pytest.fixture
def tests(tmp_path: Path) -> Path:
    """A folder of tests, compiled."""
    for name, text in _FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    compile_tests(tmp_path)
    return tmp_path


def _passes(folder: Path) -> bool:
    """Whether pytest passes; it compiles what is not compiled."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", folder, folder]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=60).returncode == 0


def _compiled(folder: Path) -> dict[str, tuple[int, bytes]]:
    """What stands in files of which name, and which files they are: one that was written anew is another."""
    return {path.name: (path.stat().st_ino, path.read_bytes()) for path in folder.rglob("*.pyc")}


def test_pytest_takes_it_and_compiles_nothing_itself(tests: Path) -> None:
    """Asserts tell what they compared, so that test files are others than Python compiles."""
    before = _compiled(tests)

    assert _passes(tests)
    assert len(before) == len(_FILES)
    assert _compiled(tests) == before


def test_only_what_has_changed_is_compiled_again(tests: Path) -> None:
    """A test that has changed is run as it is now."""
    before = _compiled(tests)
    (tests / "test_words.py").write_text(_FILES["test_words.py"].replace("==", "!="), encoding="utf-8")

    compile_tests(tests)
    now = _compiled(tests)

    assert [name.partition(".")[0] for name, what in now.items() if what != before[name]] == ["test_words"]
    assert not _passes(tests)


def test_what_cannot_be_compiled_is_left_to_pytest(tests: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It tells of it once, and of all others that they pass."""
    (tests / "test_broken.py").write_text("def", encoding="utf-8")
    (tests / "broken.py").write_text("def", encoding="utf-8")

    compile_tests(tests)

    assert capfd.readouterr() == ("", "")
    assert not _passes(tests)


def test_the_files_that_are_handed_out_first_are_there() -> None:
    """One that has moved would begin last, and be waited for."""
    paths = [path.as_posix() for path in Path(__file__).parent.rglob("*.py")]

    assert [part for part in FIRST if not any(part in path for path in paths)] == []
