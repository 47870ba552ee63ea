"""CSV files that Excel in Korea opens by double click, and that carry no formula of a stranger's."""

import csv
import re
from datetime import date, datetime
from pathlib import Path

from keyword_assets.core.foreign import is_formula, visible_lines
from keyword_assets.reports.tables import Cell, Kind, Table

# Where a reader with another idea of separators and lines would begin a new cell.
_BREAK = re.compile(r"([;\t\r\n])")
_DECIMALS = {Kind.SHARE: 3, Kind.CHANGE: 3, Kind.MONEY: 4}


def write_csv(table: Table, path: Path) -> None:
    """Write the table; UTF-8 with a byte order mark, without which Excel takes Korean for another encoding."""
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.heading for column in table.columns])
        for row in table.rows:
            writer.writerow([_shown(cell, column.kind) for cell, column in zip(row, table.columns, strict=True)])


def _shown(cell: Cell, kind: Kind) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return visible_lines(defused(cell))
    return f"{cell:.{_DECIMALS[kind]}f}" if kind in _DECIMALS else str(cell)


def defused(text: str) -> str:
    """The text with an apostrophe before whatever of it a spreadsheet would take for a formula."""
    inner = text.lstrip()
    first, *others = _BREAK.split(inner)
    # Breaks and what stands between them, in turn.
    parts = [part if place % 2 == 0 else _apart(part) for place, part in enumerate(others)]
    return _apart(text.removesuffix(inner) + first, text) + "".join(parts)


def _apart(part: str, text: str | None = None) -> str:
    return f"'{part}" if is_formula(part if text is None else text) else part
