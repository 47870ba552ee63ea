"""The files of a message: which of them a channel takes, and what is said of the others."""

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from keyword_assets import own_files
from keyword_assets.core.alerting.alerts import Notice
from keyword_assets.core.texts import say

# Files named one by one in a message. Channels take no more than some 2,000 characters.
_FILES_SHOWN = 4
# What mail servers and their limits mean by it.
MB = 1_000_000


def sizes_of(paths: Sequence[Path]) -> dict[Path, int]:
    """The files that are there and ours, with their bytes."""
    return {path: size for path in paths if (size := own_files.size(path)) is not None}


def kind_of(path: Path) -> str:
    """The media type, by the name."""
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def chosen(sizes: Mapping[Path, int], most_mb: int) -> tuple[Path, ...]:
    """In their order, each file that still fits."""
    taken: list[Path] = []
    left = most_mb * MB
    for path, size in sizes.items():
        # Four characters for three bytes, and a line break after 76 of them.
        encoded = -(-size // 3) * 4 * 78 // 76
        if encoded <= left:
            taken.append(path)
            left -= encoded
    return tuple(taken)


def told(message: Notice, files: tuple[Path, ...], sizes: Mapping[Path, int], reason: str, most_mb: int) -> Notice:
    """The message with these of its files; it says where the others are, and why they are not with it."""
    lines = [message.body]
    if there := [path for path in sizes if path not in files]:
        lines += ["", say(f"notify.left_out_{reason}", most=most_mb)]
        # Rounded up to a tenth.
        lines += [say("notify.file", path=path, mb=-(-sizes[path] * 10 // MB) / 10) for path in there[:_FILES_SHOWN]]
        if (more := len(there) - _FILES_SHOWN) > 0:
            lines.append(say("notify.more_files", count=more))
    if gone := [path.name for path in message.attachments if path not in sizes]:
        lines += ["", say("notify.gone", names=", ".join(gone))]
    return replace(message, body="\n".join(lines), attachments=files)
