"""Files of ours: written so that nobody else's link is followed, read so that nobody else's file is taken for one.

A folder may be open to other users, and a name may come from a table that other programs write to. So a file is made
under a name that was free and then takes its place, where a link is replaced and not followed; and one is read only if
it is a plain file of this user's that lies in the folder itself.
"""

import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_REPORT_NAME = re.compile(r"keyword-report_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d(_[a-z_]+)?\.(html|xlsx|csv|png)", re.ASCII)


def is_report_name(name: str) -> bool:
    """Whether a report of ours may be called so: no path, nothing hidden, and no other kind of file."""
    return _REPORT_NAME.fullmatch(name) is not None


def size(path: Path) -> int | None:
    """The bytes of a file of ours, None for anything else: see `read`."""
    try:
        with _opened(path) as descriptor:
            return os.fstat(descriptor).st_size
    except OSError:
        return None


def read(path: Path, most: int) -> bytes | None:
    """What is in a file of ours of at most so many bytes.

    None for one that is not there, that is a link or has a second name, is no plain file (a pipe would be waited for),
    belongs to another user, cannot be read, or is larger.
    """
    try:
        with _opened(path) as descriptor, open(descriptor, "rb", closefd=False) as file:
            content = file.read(most + 1)
    except OSError:
        return None
    return content if len(content) <= most else None


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(path.name, flags, dir_fd=folder)
    finally:
        os.close(folder)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_nlink != 1:
            raise PermissionError(path)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """The place to write a file at; it takes the place of `path` when it is whole, and is gone when it never was.

    Raises:
        OSError: it cannot be written.
    """
    # A name that nobody can foresee, and nobody else's file or link is opened by it; as readable as any new file here.
    unfinished = path.with_name(f".{path.stem}-{secrets.token_hex(8)}{path.suffix}")
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666))
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
