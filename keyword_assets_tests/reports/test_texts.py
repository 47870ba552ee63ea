"""The pages' templates say only texts that exist, and no text of reports is left over."""

import re
from pathlib import Path

import keyword_assets
from keyword_assets.core.texts import TEXTS
from keyword_assets.reports.charts import CHARTS
from keyword_assets.reports.tables import COLUMNS, tables_of
from keyword_assets_tests.reports.making import make

PACKAGE = Path(keyword_assets.__file__).parent
TEMPLATE = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.joinpath("resources").glob("*.jinja"))


def test_the_templates_say_texts_that_exist() -> None:
    """The search for keys in the source does not see a template."""
    said = set(re.findall(r'say\("([a-z_.]+)"[,)]', TEMPLATE))

    assert len(said) > 15
    assert said <= set(TEXTS)


def test_every_text_of_a_report_is_used() -> None:
    """In the source, in the template, or as the title of a table."""
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py") if path.parent.name != "wording"
    )
    said = set(re.findall(r"""["'](report\.[a-z_]+)["']""", source + TEMPLATE))
    said |= {f"report.{table}" for table in COLUMNS}
    said |= {f"report.next_{key}" for key in ("nothing", "run", "raise", "retry")}

    assert [key for key in TEXTS if key.startswith("report.") and key not in said] == []


def test_the_names_of_files_are_those_of_the_tables() -> None:
    """Whether a file is there already is looked at before any table is made."""
    report, source = make()

    assert tuple(table.name for table in tables_of(report, source)) == tuple(COLUMNS)


def test_every_chart_has_its_place_on_the_page() -> None:
    """One that is drawn and not shown is drawn in vain."""
    assert set(re.findall(r'figure\("([a-z]+)"', TEMPLATE)) == set(CHARTS)
