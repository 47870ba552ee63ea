"""Golden questions from a file or a pipe."""

from pathlib import Path

from keyword_assets.core.quality.golden import GoldenSet, read_golden
from keyword_assets.sql.loading.files import opened


def golden_set(path: Path) -> GoldenSet:
    """The golden set in a CSV file; `-` is standard input.

    Raises:
        InputError: it cannot be read, or is none.
    """
    with opened(path) as file, file.read() as text:
        return read_golden(text, file.name)
