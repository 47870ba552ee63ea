"""The exit codes of the contract that no error carries."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keyword_assets.core.models.coverage import DayCoverage

TOLD = (
    "종료 코드: 0 완료, 1 예상하지 못한 오류, 2 잘못된 입력, 3 누락 남음, 4 HCX 또는 DB에 연결할 수 없음, 130 중단."
    "\n\n/ Exit codes: 0 done, 1 unexpected error, 2 bad input, 3 gaps remain, "
    "4 HCX or the database cannot be reached, 130 interrupted."
)
"""What each of them means, for help pages."""

DONE, UNEXPECTED, BAD_INPUT, GAPS, INTERRUPTED = 0, 1, 2, 3, 130


def exit_code_of(rows: "Sequence[DayCoverage]") -> int:
    """Whether every question of these days is classified."""
    return DONE if all(row.missing == 0 for row in rows) else GAPS
