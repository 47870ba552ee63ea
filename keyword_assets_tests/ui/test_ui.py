"""The UI works: seen in a browser, over the demo's data."""

import re
import sqlite3
import time
from pathlib import Path

import pytest

from keyword_assets.core.coverage.checks import CHECKS
from keyword_assets.demo import DEMO_START, demo_messages
from keyword_assets_tests.ui.attacks import (
    STRANGER,
    attack,
    attempts,
    hostile_config,
    is_shown_in_a_frame,
    mutations,
    state,
    strangers_page,
)
from keyword_assets_tests.ui.conftest import PATIENCE, Dev, Page

ASSETS = ("unique_chats", "classified_keywords", "missing_data_report")
DEMO_DAYS = sorted({at.date().isoformat() for _, _, at in demo_messages()})
# 216 questions, with the longest and the strangest texts among them.
DAY = DEMO_DAYS[1]
JUNE = f"[{DEMO_START:%Y-%m}-01...{DEMO_START:%Y-%m}-30]"
ENDED = ("SUCCESS", "FAILURE", "CANCELED")

RUNS_OF_A_DAY = """
query Runs($day: String!) {
  runsOrError(filter: {tags: [{key: "dagster/partition", value: $day}]}) { ... on Runs { results { runId status } } }
}
"""


EVENTS = """
query Events($run: ID!) {
  runOrError(runId: $run) { ... on Run { eventConnection { events { ... on LogsCapturedEvent { fileKey } } } } }
}
"""


@pytest.fixture(autouse=True)
def flawless_page(page: Page) -> object:
    """No test may leave an error in the browser's console or in the server's answers."""
    yield
    assert page.errors() == []


ABOUT = """
query About {
  assetNodes(assetKeys: [{path: "classified_keywords"}]) {
    description kinds groupName tags { key value } owners { ... on TeamAssetOwner { team } }
    metadataEntries { label ... on TableSchemaMetadataEntry { schema { columns { name description } } } }
  }
}
"""
VERDICTS = """
query Verdicts($asset: AssetKeyInput!, $check: String!) {
  assetCheckExecutions(assetKey: $asset, checkName: $check, limit: 100) {
    status evaluation { success partition description }
  }
}
"""


def test_the_lineage_shows_the_assets_and_that_their_checks_have_passed(page: Page, dev: Dev) -> None:
    """It is the first thing that one looks at, and no form for a newsletter lies upon it."""
    with page.in_a_window_of(1150):
        page.go("asset-groups")
        page.see(*ASSETS, "keyword_report", "5 / 5 Passed", "3 / 3 Passed")

        page.shoot("asset-graph.png")
    assert "Join the Dagster community" not in page.text()
    assert dev.ask("{ shouldShowNux }") == {"shouldShowNux": False}


@pytest.mark.parametrize("asset", ASSETS)
def test_each_asset_has_the_days_of_the_demo(page: Page, asset: str) -> None:
    """What the command line did is in the UI, day by day."""
    page.go(f"assets/{asset}", view="partitions", default_range=JUNE, partition=DAY)

    page.see("30 Partitions Selected", f"Materialized ({len(DEMO_DAYS)})", "Failed (0)", *DEMO_DAYS)
    assert page.number("questions") > 0


def test_the_numbers_are_plotted_over_the_days(page: Page) -> None:
    """A day that falls out of line is seen at a glance."""
    page.go("assets/classified_keywords", view="overview")
    page.click("Plots")
    page.see("questions", "classified", "missing", "coverage", "Partition")
    page.until(lambda: page.count("canvas") >= 4, "the plots")

    page.scroll_to("Metadata")
    page.shoot("asset-plots.png")


def test_a_day_is_materialized_with_a_few_clicks(page: Page, dev: Dev, tmp_path: Path) -> None:
    """Somebody deleted the keywords of a day; the UI is where one mends it."""
    with sqlite3.connect(dev.folder / ".keyword_assets" / "keywords.db") as database:
        of_the_day = f"FROM admin_chat_keywords WHERE created_at LIKE '{DAY}%'"
        (questions,) = database.execute(f"SELECT count(DISTINCT query_text) {of_the_day}").fetchone()
        database.execute(f"DELETE {of_the_day}")
    database.close()

    page.go("asset-groups")
    page.click("Materialize all…")
    page.type_into("ex: ", DAY)
    page.click("Launch 1 run")
    run_id, status = _outcome(dev)

    assert status == "SUCCESS"
    page.go(f"runs/{run_id}")
    page.see("Success", f"partition: {DAY}", "RUN_SUCCESS", f"{DAY}: 고유 질문 {questions}개, 처리 {questions}개")
    assert page.live()
    page.go(f"runs/{run_id}", logType="stderr", logFileKey=_key_of_the_log(dev, run_id))
    assert f"{DAY}: 고유 질문 {questions}개, 처리 {questions}개" in page.download(tmp_path)
    page.go("assets/classified_keywords", view="partitions", default_range=JUNE, partition=DAY)
    page.see(run_id[:8])
    assert _numbers(page) == (questions, questions, 0, 1.0)


def test_the_definitions_are_loaded_anew_with_a_click(page: Page) -> None:
    """After an update, or a change of the taxonomy."""
    page.go("asset-groups")
    page.click("Reload definitions")

    page.see("Definitions reloaded")


def test_the_check_tells_for_each_day_that_it_is_complete(page: Page, dev: Dev) -> None:
    """The check is the product's promise; "Missing" or a grey bar would say that nobody looked."""
    page.go("assets/missing_data_report", view="checks", checkDetail="coverage_is_complete")
    # The check has tabs of its own, below the asset's.
    page.see("Execution history", "About")
    page.click("Partitions")
    page.type_into("Filter by partition", DAY[:-1])
    page.click(DAY)
    page.see("10 Partitions Selected", f"Passed ({len(DEMO_DAYS)})", f"{DAY}: 모든 질문이 처리되었습니다.")

    questions, classified, missing, coverage = _numbers(page)
    assert (classified, missing, coverage) == (questions, 0, 1.0)
    page.shoot("check.png")


def test_an_asset_says_what_it_is_whose_and_of_what(page: Page, dev: Dev) -> None:
    """Who opens it for the first time should not need the README."""
    (asset,) = dev.ask(ABOUT)["assetNodes"]
    page.go("assets/classified_keywords", view="overview")
    page.see("질문의 키워드와 분류.", "keyword-assets", "Python", "SQLite", "query_text", "질문, 바이트 그대로")

    assert "**" not in asset["description"]
    assert asset["groupName"] == "daily_keywords"
    assert asset["owners"] == [{"team": "keyword-assets"}]
    assert {"key": "keyword_assets/sends", "value": "hcx"} in asset["tags"]
    schemas = [entry["schema"]["columns"] for entry in asset["metadataEntries"] if "schema" in entry]
    columns = [column["name"] for schema in schemas for column in schema]
    assert "keyword" in columns


@pytest.mark.parametrize(("asset", "check"), [(check.about.value, name) for name, check in CHECKS.items()])
def test_every_check_has_a_verdict_on_each_day(dev: Dev, asset: str, check: str) -> None:
    """A check that stays "Missing" or "In progress" for a day looks as if something had gone wrong."""
    found = dev.ask(VERDICTS, asset={"path": [asset]}, check=check)["assetCheckExecutions"]

    assert {execution["status"] for execution in found} == {"SUCCEEDED"}
    assert {execution["evaluation"]["partition"] for execution in found} == set(DEMO_DAYS)


def test_the_report_of_a_day_is_shown_in_words(page: Page) -> None:
    """The summary is rendered, with its links to the checks."""
    page.go("assets/missing_data_report", view="partitions", default_range=JUNE, partition=DAY)

    page.click("[Show Markdown]")
    page.see(f"{DAY} · 처리율 100.0 %", "누락이 없어 할 일이 없습니다.", "no_orphan_rows")


def test_the_checks_of_an_asset_are_executed_with_a_click(page: Page, dev: Dev) -> None:
    """The one button for it that Dagster leaves enabled; it names no day, and the newest is looked at."""
    page.go("assets/missing_data_report", view="checks", checkDetail="coverage_is_complete")
    page.click("Execute all")
    page.until(lambda: f"{DEMO_START:%Y-%m}-30" in _verdicts(dev), "the verdict on the newest day")

    assert set(_verdicts(dev).values()) == {True}


def test_no_page_of_others_does_or_reads_anything(page: Page, dev: Dev) -> None:
    """Each way that a browser has, from another site, another port, and the server's own port under another name."""
    page.until(lambda: all(run["status"] in ENDED for run in _runs(dev)), "the end of the runs of other tests")
    before = state(dev.ask)
    run_id = before["runsOrError"]["results"][0]["runId"]
    own = dev.url.rpartition(":")[2]
    rebound = f"http://{STRANGER}:{own}"
    with strangers_page() as (port, sent), page.elsewhere() as driver:
        read = [
            attack(driver, address, attempts(server, DAY, run_id))
            for address, server in (
                (f"http://{STRANGER}:{port}/", dev.url),
                (f"http://localhost:{port}/", dev.url),
                (f"http://{STRANGER}:{port}/", rebound),
                (f"{rebound}/", rebound),
            )
        ]
        framed = is_shown_in_a_frame(driver, f"http://{STRANGER}:{port}/", dev.url)

    assert state(dev.ask) == before
    assert [text for texts in read for text in texts if STRANGER not in text] == [], "but for refusals of its name"
    assert not framed
    assert sent == []


def _runs(dev: Dev) -> list[dict[str, str]]:
    results: list[dict[str, str]] = state(dev.ask)["runsOrError"]["results"]
    return results


def test_a_run_cannot_be_told_where_the_key_goes(dev: Dev) -> None:
    """Not even by who may launch runs."""
    with strangers_page() as (port, sent):
        query = mutations("config", DAY, "", hostile_config(f"http://127.0.0.1:{port}"))["launch"]

        assert dev.ask(query)["launchRun"]["__typename"] == "RunConfigValidationInvalid"
        assert sent == []


def test_a_link_from_elsewhere_leads_to_a_page(page: Page, dev: Dev) -> None:
    """As one in an alert does; and the page's own requests and its WebSocket pass."""
    with strangers_page() as (port, _):
        page.follow(f"http://localhost:{port}/", f"{dev.url}/runs")
        page.see("Runs", "Success")


def test_the_console_of_make_dev_has_no_errors(dev: Dev) -> None:
    """What scrolls by there is read when something is wrong; so nothing may cry wolf."""
    assert re.findall(r".*(?:ERROR|CRITICAL|Traceback).*", dev.log.read_text(encoding="utf-8")) == []


def _verdicts(dev: Dev) -> dict[str, bool]:
    """Whether each day is complete, as the check has it."""
    asset = {"path": ["missing_data_report"]}
    found = dev.ask(VERDICTS, asset=asset, check="coverage_is_complete")["assetCheckExecutions"]
    # What was planned without a day stays in the list, without a verdict.
    said = [one["evaluation"] for one in found if one["evaluation"]]
    return {verdict["partition"]: verdict["success"] for verdict in said}


def _key_of_the_log(dev: Dev, run_id: str) -> str:
    events = dev.ask(EVENTS, run=run_id)["runOrError"]["eventConnection"]["events"]
    (key,) = {event["fileKey"] for event in events if event}
    return str(key)


def _numbers(page: Page) -> tuple[float, ...]:
    return tuple(page.number(name) for name in ("questions", "classified", "missing", "coverage"))


def _outcome(dev: Dev) -> tuple[str, str]:
    """The id and the last status of the day's one run."""
    deadline = time.monotonic() + 2 * PATIENCE
    while time.monotonic() < deadline:
        runs = dev.ask(RUNS_OF_A_DAY, day=DAY)["runsOrError"]["results"]
        if runs and runs[0]["status"] in ENDED:
            assert len(runs) == 1
            return runs[0]["runId"], runs[0]["status"]
        time.sleep(0.3)
    pytest.fail(f"The run of {DAY} has not ended:\n{dev.log.read_text(encoding='utf-8')}", pytrace=False)
