"""Writes settings into the `.env` that they are read from: other lines stay, and only its owner can read it."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from dotenv import set_key

from keyword_assets.core.errors import InputError

_MODE = 0o600


def write_settings(file: Path, values: Mapping[str, str]) -> None:
    """Set these in the file, each in the place that it has there, or at the end; the file is made if it is not there.

    Raises:
        InputError: it is a link or somebody else's, or cannot be written.
    """
    try:
        _keep_private(file)
        for name, value in values.items():
            # Each time as a new file that takes the place of the old one.
            set_key(file, name, value, quote_mode="auto")
    except OSError as error:
        raise InputError("file.unwritable", file=file, reason=error.strerror or error) from error


def _keep_private(file: Path) -> None:
    """Make sure that what is written there is for its owner alone, before it is.

    Raises:
        InputError: it is a link, has a second name, or is no plain file of ours.
        OSError: its rights cannot be changed.
    """
    try:
        found = os.lstat(file)
    except FileNotFoundError:
        return
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_nlink != 1:
        raise InputError("init.not_ours", file=file)
    if found.st_mode & 0o777 != _MODE:
        file.chmod(_MODE)
