"""Compiles what tests are in, once for all workers, while what they import is being loaded.

In a fresh clone each worker would do it for itself, all at the same time: a twentieth of a whole run. Test files are
compiled as pytest does it, with its own functions.
"""

import compileall
import sys
from contextlib import suppress
from pathlib import Path

from _pytest.assertion import rewrite

_TESTS = Path(__file__).parent


def compile_tests(folder: Path) -> None:
    """Compile all in this folder that is not compiled yet, or not as it is now, as whoever imports it would.

    What cannot be compiled is left to pytest, which tells of it.
    """
    for path in sorted(folder.rglob("*.py"), key=_turn):
        if _is_rewritten(path):
            with suppress(SyntaxError):
                _rewrite(path)
        else:
            compileall.compile_file(path, quiet=2)


def _is_rewritten(path: Path) -> bool:
    return path.stem == "conftest" or path.stem.startswith("test_")


def _turn(path: Path) -> tuple[bool, Path]:
    """What others import comes first; then as workers find their tests."""
    return path.stem.startswith("test_"), path


def _rewrite(path: Path) -> None:
    cached = rewrite.get_cache_dir(path) / (path.stem + rewrite.PYC_TAIL)
    if rewrite._read_pyc(path, cached) is None and rewrite.try_makedirs(cached.parent):
        # Of a configuration it asks whether plugins are told of each assertion, which none of ours is.
        source_hash, code = rewrite._rewrite_test(path, None)  # type: ignore[arg-type]
        rewrite._write_pyc(None, code, source_hash, cached)  # type: ignore[arg-type]


if __name__ == "__main__" and not sys.dont_write_bytecode:
    compile_tests(_TESTS)
