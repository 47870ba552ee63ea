"""Files that people name to have something written to them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from keyword_assets import own_files
from keyword_assets.core.errors import InputError


def require_free(path: Path, *, overwrite: bool) -> None:
    """Make sure that nothing is lost by writing there.

    Raises:
        InputError: a file is there, and is not to be replaced.
    """
    # A link is something, wherever it leads.
    if os.path.lexists(path) and (path.is_dir() or not overwrite):
        raise InputError("file.there", file=path)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file that only its owner can read, and that takes the place of the named one as a whole; see `own_files`.

    Raises:
        InputError: it cannot be written.
    """
    try:
        with own_files.replacing(path) as unfinished:
            yield unfinished
    except OSError as error:
        raise InputError("file.unwritable", file=path, reason=error.strerror or error) from error


def write_text(path: Path, text: str) -> None:
    """Write such a file, and the folders that it is to lie in.

    Raises:
        InputError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("file.unwritable", file=path, reason=error.strerror or error) from error
    with replacing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
