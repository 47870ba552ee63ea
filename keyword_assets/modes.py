"""Who on this machine can read, or change, what is ours."""

import grp
import os
import pwd
import shlex
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# What we make is for its owner alone.
UMASK = 0o077
# A folder that is open is told once; what is looked through is only how far.
_MOST_LOOKED_AT = 2_000


@dataclass(frozen=True)
class Exposure:
    """A file, or a folder with what is in it (`recursive`), that others can read or even change.

    One that was `handed_in` is another user's, or mounted read-only: we cannot change its rights.
    """

    path: Path
    mode: int
    changeable: bool
    recursive: bool
    handed_in: bool = False

    @property
    def remedy(self) -> str:
        """What to type."""
        return f"chmod {'-R ' if self.recursive else ''}go-rwx {shlex.quote(str(self.path))}"


def exposures(paths: Iterable[Path], allowed: int = 0) -> list[Exposure]:
    """What of these files and folders others can read or change; a folder stands for what is in it.

    Args:
        paths: files and folders, there or not.
        allowed: the rights that the settings leave to others on purpose, as of a mode.
    """
    found: dict[Path, Exposure] = {}
    for path in dict.fromkeys(path.absolute() for path in paths):
        if any(parent in found and found[parent].recursive for parent in path.parents):
            continue
        exposure = _exposure(path, allowed)
        if exposure:
            found[path] = exposure
    return list(found.values())


def _exposure(path: Path, allowed: int) -> Exposure | None:
    try:
        status = path.stat()
    except OSError:
        return None
    # No rights of others count where no other comes as far.
    reach = _reach(path.resolve())
    is_folder = stat.S_ISDIR(status.st_mode)
    own = _of_others(status) & reach & 0o66 & ~allowed
    rights = _within(path, reach, ~allowed) if is_folder else own
    if not rights:
        return None
    return Exposure(path, status.st_mode & 0o777, bool(rights & 0o22), is_folder, _is_handed_in(path, status))


def _is_handed_in(path: Path, status: os.stat_result) -> bool:
    return os.geteuid() not in (0, status.st_uid) or bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def _within(folder: Path, reach: int, counts: int) -> int:
    """What others can do with the folder and what is in it, of a bounded part of it."""
    rights = 0
    for number, entry in enumerate(_entries(folder, reach)):
        rights |= entry & counts
        if number >= _MOST_LOOKED_AT or rights & 0o22:
            break
    return rights


def _entries(folder: Path, reach: int) -> Iterator[int]:
    """The rights of others on each file within, as far as the folders on the way to it let them."""
    try:
        status = folder.stat()
        reach &= _spread(_of_others(status))
        yield _of_others(status) & reach & 0o22
        if not reach:
            return
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _entries(Path(entry.path), reach)
                elif entry.is_file(follow_symlinks=False):
                    yield _of_others(entry.stat(follow_symlinks=False)) & reach & 0o66
    except OSError:
        return


def _reach(path: Path) -> int:
    """Of which classes, as bits of a mode, somebody can come to the path: each folder before it lets him through."""
    reach = 0o77
    for parent in path.parents:
        reach &= _spread(parent.stat().st_mode)
    return reach


def _spread(mode: int) -> int:
    """All bits of each class that may enter."""
    return (0o70 if mode & 0o10 else 0) | (0o07 if mode & 0o01 else 0)


def _of_others(status: os.stat_result) -> int:
    mode = status.st_mode & 0o77
    return mode & 0o07 if _is_private(status.st_gid, status.st_uid) else mode


def _is_private(group: int, owner: int) -> bool:
    """Whether a group is its owner's own, as most systems make one for each user."""
    try:
        entry, user = grp.getgrgid(group), pwd.getpwuid(owner)
    except KeyError:
        return False
    return user.pw_gid == group and entry.gr_name == user.pw_name and set(entry.gr_mem) <= {user.pw_name}
