"""keyword_report: files where the settings say, and what the UI is told of them."""

import base64
import io
from functools import partial
from pathlib import Path

import dagster as dg
import openpyxl
import pytest
from PIL import Image

from keyword_assets.configuration.settings import Settings
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.assets.keys import KEYWORD_REPORT
from keyword_assets.reports import charts
from keyword_assets_tests.world import DAY, Chats

STEM = "keyword-report_2025-05-15_2025-06-11"


def _materialize(instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return (
        build_defs(Settings.from_env())
        .resolve_implicit_global_asset_job_def()
        .execute_in_process(
            instance=instance, asset_selection=[KEYWORD_REPORT], partition_key=DAY, raise_on_error=False
        )
    )


def _metadata(result: dg.ExecuteInProcessResult) -> dict[str, object]:
    (event,) = result.get_asset_materialization_events()
    return {name: value.value for name, value in event.materialization.metadata.items()}


def test_the_day_gets_a_page_and_a_workbook_about_four_weeks(
    instance: dg.DagsterInstance, chats: Chats, tmp_path: Path
) -> None:
    """Written again, it replaces its own files: each run tells what is true then."""
    chats.add("전학 절차", "검정고시")
    first, again = _materialize(instance), _materialize(instance)

    folder = tmp_path / ".keyword_assets" / "reports"
    assert (first.success, again.success) == (True, True)
    assert {path.name for path in folder.iterdir()} == {f"{STEM}.html", f"{STEM}.xlsx"}
    assert "검정고시" in (folder / f"{STEM}.html").read_text(encoding="utf-8")
    assert openpyxl.load_workbook(folder / f"{STEM}.xlsx")["날짜별"].max_row == 29
    metadata = _metadata(again)
    assert metadata["page"] == str(folder / f"{STEM}.html")
    assert (metadata["questions"], metadata["missing"], metadata["coverage"]) == (2, 2, 0.0)


def test_the_calendar_is_a_picture_in_the_metadata(instance: dg.DagsterInstance, chats: Chats) -> None:
    """It fits a column of 64 KB, which is what Dagster's tables have on MySQL before they are widened."""
    chats.add("전학 절차")

    text = str(_metadata(_materialize(instance))["calendar"])

    drawn = text.removeprefix("![처리율 달력](data:image/png;base64,").removesuffix(")")
    with Image.open(io.BytesIO(base64.b64decode(drawn))) as picture:
        assert picture.width > 400
    assert len(text) < 50_000


def test_a_machine_without_korean_letters_still_writes_the_files(
    instance: dg.DagsterInstance, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is drawn by whoever opens it."""
    monkeypatch.setattr(charts, "require_font", partial(charts.require_font, ("\u0378", "\u0379")))
    chats.add("전학 절차")

    result = _materialize(instance)

    assert result.success
    assert "calendar" not in _metadata(result)


def test_the_folder_is_a_setting(
    instance: dg.DagsterInstance, chats: Chats, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A share that the office can read, for example."""
    monkeypatch.setenv("KEYWORDS_REPORTS", "share/reports")
    chats.add("전학 절차")

    assert _materialize(instance).success
    assert (tmp_path / "share" / "reports" / f"{STEM}.xlsx").exists()


def test_a_folder_that_cannot_be_written_is_said(
    instance: dg.DagsterInstance, chats: Chats, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In a sentence, not a stack trace."""
    (tmp_path / "a-file").write_text("")
    monkeypatch.setenv("KEYWORDS_REPORTS", "a-file/reports")
    chats.add("전학 절차")

    result = _materialize(instance)

    failure = next(event for event in result.all_events if event.is_step_failure).step_failure_data
    assert "a-file/reports" in str(failure.user_failure_data.description)
