"""Golden questions from a file or a pipe."""

from pathlib import Path

from keyword_assets.core.quality.golden import GoldenSet, read_golden
from keyword_assets.sql.loading.files import opened


def golden_set(path: Path, encoding: str | None = None, *, may_be_said: bool = True) -> GoldenSet:
    """The golden set in a CSV file; `-` is standard input. Its encoding is UTF-8 where nothing is said, or may be said.

    Raises:
        InputError: it cannot be read, or is none.
    """
    with opened(path, encoding, may_be_said=may_be_said) as file, file.read() as text:
        return read_golden(text, file.name)
