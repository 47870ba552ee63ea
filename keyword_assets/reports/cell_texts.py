"""Texts as a cell of a sheet has them."""

import re

from keyword_assets.core.foreign import visible_lines

# Excel's limit of a cell, in UTF-16 units.
MOST_UNITS = 32_767


def cell_text(text: str) -> str:
    """A text as a cell has it."""
    return fitting(visible_lines(text))


def fitting(text: str) -> str:
    """The text, cut where it does not fit a cell; Excel counts an emoji as two."""
    if len(text) * 2 <= MOST_UNITS or len(text.encode("utf-16-le")) // 2 <= MOST_UNITS:
        return text
    kept = text.encode("utf-16-le")[: (MOST_UNITS - 1) * 2].decode("utf-16-le", "ignore")
    return re.sub(r"\s+$", "", kept) + "…"
