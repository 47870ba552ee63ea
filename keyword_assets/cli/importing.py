"""What became of the lines or rows of a file that was imported: as a document or in words, and as an exit code."""

from dataclasses import dataclass, field
from typing import Literal

import click

from keyword_assets.cli.documents import document
from keyword_assets.cli.exit_codes import BAD_INPUT, DONE, GAPS
from keyword_assets.core.texts import say

# Refused ones that are shown one by one; the JSON has them all.
_SHOWN = 20


@dataclass
class Imported:
    """How many were taken or held already, and where those stand that were refused, with the reason."""

    taken: int = 0
    unchanged: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)

    def tell(self, place: Literal["line", "row"], name: str, *, as_json: bool) -> int:
        """Show it; returns the exit code.

        Args:
            place: what is refused: a line of corrections, or a row of a review workbook.
            name: of the file.
            as_json: whether as the contract's document.
        """
        self.refused.sort()
        if as_json:
            refused = [{place: at, "reason": reason} for at, reason in self.refused]
            document({"taken": self.taken, "unchanged": self.unchanged, "refused": refused})
        else:
            self._show(place, name)
        if self.refused:
            return GAPS if self.taken else BAD_INPUT
        return DONE

    def _show(self, place: Literal["line", "row"], name: str) -> None:
        for at, reason in self.refused[:_SHOWN]:
            click.echo(say(f"import.{place}", file=name, at=at, reason=reason), err=True)
        counts = {"taken": self.taken, "unchanged": self.unchanged, "refused": len(self.refused)}
        click.echo(say(f"import.{place}s", **counts), err=bool(self.refused))
