"""The tables of a report."""

from keyword_assets import tabular
from keyword_assets.core.reporting.report import AskedQuestion
from keyword_assets.reports.tables import COLUMNS, cells, tables_of
from keyword_assets_tests.reports.making import HOSTILE, START, make


def test_the_longest_list_has_the_cells_that_its_frame_would_have() -> None:
    """It is the one table that is made without frames."""
    bare = AskedQuestion("아직 답이 없음", 1, 1, START)
    several = [AskedQuestion(text, 9, 2, START, (text, "둘"), (1, 2, 99)) for text in HOSTILE]
    report, source = make(questions=[*several, bare])

    (asked,) = (table for table in tables_of(report, source) if table.name == "asked")

    frame = tabular.texts(source.questions(), source.category_names())
    assert list(asked.rows) == list(cells(frame, COLUMNS["asked"]))
