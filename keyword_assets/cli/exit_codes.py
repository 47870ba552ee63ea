"""The exit codes of the contract that no error carries."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keyword_assets.core.models.coverage import DayCoverage

DONE, UNEXPECTED, BAD_INPUT, GAPS, INTERRUPTED = 0, 1, 2, 3, 130


def exit_code_of(rows: "Sequence[DayCoverage]") -> int:
    """Whether every question of these days is classified."""
    return DONE if all(row.missing == 0 for row in rows) else GAPS
