"""Which files a report becomes, and how they get to their places."""

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from keyword_assets import own_files
from keyword_assets.core.errors import InputError
from keyword_assets.core.reporting.report import ReportSource
from keyword_assets.core.texts import say
from keyword_assets.reports import charts
from keyword_assets.reports.csv_files import write_csv
from keyword_assets.reports.page import render_page
from keyword_assets.reports.report import Report
from keyword_assets.reports.tables import COLUMNS, tables_of
from keyword_assets.reports.workbook import write_workbook

FORMATS = ("html", "xlsx", "csv", "png")
# Those that hold the long lists.
LISTING = ("xlsx", "csv")


@dataclass(frozen=True)
class Written:
    """A file that is there now; `replaced` if another was in its place."""

    path: Path
    replaced: bool

    @property
    def kilobytes(self) -> int:
        """Its size, rounded up."""
        return -(-self.path.stat().st_size // 1024)


@dataclass(frozen=True)
class Result:
    """The files of a report, and what had to be cut, in words."""

    files: Sequence[Written]
    cuts: Sequence[str]


def names_of(stem: str, formats: Sequence[str]) -> list[str]:
    """The names of the files that a report becomes in these formats."""
    parts = {
        "html": [f"{stem}.html"],
        "xlsx": [f"{stem}.xlsx"],
        "csv": [f"{stem}_{table}.csv" for table in COLUMNS],
        "png": [f"{stem}_{chart}.png" for chart in charts.CHARTS],
    }
    return [name for kind in FORMATS if kind in formats for name in parts[kind]]


def prepare(folder: Path, stem: str, formats: Sequence[str], *, overwrite: bool) -> None:
    """Make the folder, and refuse before anything is counted what would be refused afterwards.

    Raises:
        InputError: a file is there already, the folder cannot be made or written to, or there is no font for pictures.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # By trying: permissions say nothing of a disk that is mounted read-only.
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise InputError("report.unwritable", path=folder, reason=error.strerror) from error
    for name in names_of(stem, formats):
        path = folder / name
        # A link is something, wherever it leads.
        if path.is_dir() or (os.path.lexists(path) and not overwrite):
            raise InputError("report.exists", path=path)
    if "png" in formats:
        charts.require_font()


def write_report(
    report: Report, source: ReportSource, folder: Path, stem: str, formats: Sequence[str], *, listed: int
) -> Result:
    """Write the report; a file takes its place only when it is whole.

    Args:
        report: what it says.
        source: where the long lists are read from.
        folder: where the files go; see `prepare`.
        stem: the beginning of their names.
        formats: some of `FORMATS`.
        listed: where the source's lists of questions end.

    Raises:
        InputError: a file cannot be written, or there is no font for pictures.
    """
    files: list[Written] = []
    cuts: list[str] = []

    def put(name: str, write: Callable[[Path], object]) -> None:
        files.append(place(folder / name, write))

    if "html" in formats:
        page = render_page(report)
        put(f"{stem}.html", lambda path: path.write_text(page, encoding="utf-8", errors="replace"))
    if "xlsx" in formats:
        put(f"{stem}.xlsx", lambda path: cuts.extend(write_workbook(report, tables_of(report, source), path)))
    if "csv" in formats:
        for table in tables_of(report, source):
            put(f"{stem}_{table.name}.csv", lambda path, table=table: write_csv(table, path))  # type: ignore[misc]
    if "png" in formats:
        for chart in charts.drawable(report):
            drawn = charts.png(chart, report)
            put(f"{stem}_{chart}.png", lambda path, drawn=drawn: path.write_bytes(drawn))  # type: ignore[misc]
    if set(LISTING) & set(formats):
        cuts += _ends(report, source, listed)
    return Result(files, cuts)


def _ends(report: Report, source: ReportSource, listed: int) -> list[str]:
    """What is told of lists that the source has cut."""
    cut = []
    if report.total.missing > listed:
        cut.append(say("report.list_cut", table=say("report.missing"), rows=listed))
    # The texts of the period are not counted apart; there are at most as many as questions of its days.
    if report.total.questions >= listed and sum(1 for _ in source.questions()) == listed:
        cut.append(say("report.list_cut", table=say("report.asked"), rows=listed))
    return cut


def place(path: Path, write: Callable[[Path], object]) -> Written:
    """Have a file written, which takes its place only when it is whole.

    Raises:
        InputError: it cannot be written.
    """
    replaced = os.path.lexists(path)
    try:
        with own_files.replacing(path) as unfinished:
            write(unfinished)
    except OSError as error:
        raise InputError("report.unwritable", path=path, reason=error.strerror or str(error)) from error
    return Written(path, replaced)
