"""The report's page in a headless Chromium: drawn, dark and light, quiet, and harmless whatever a chat contains."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from selenium import webdriver
from selenium.webdriver.common.by import By

from keyword_assets.cli.main import run
from keyword_assets.configuration.settings import Settings
from keyword_assets.demo import demo_messages
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.reports.charts import CHARTS
from keyword_assets.reports.page import render_page
from keyword_assets.reports.report import Report
from keyword_assets.sql.loading.messages import insert_messages
from keyword_assets.sql.opening import open_store
from keyword_assets_tests.reports.making import HOSTILE, WITHOUT_DAY, make
from keyword_assets_tests.ui.conftest import HEIGHT, SCREENSHOTS, WIDTH, resize, start_browser
from keyword_assets_tests.world import environment

SCHEMES = {"light": (255, 255, 255), "dark": (15, 20, 26)}


@pytest.fixture(scope="module")
def driver(chromium: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A browser window that notes what is asked of the network."""
    started = start_browser(chromium, tmp_path_factory.mktemp("chromium"))
    started.execute_cdp_cmd("Network.enable", {})
    yield started
    started.quit()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the tests' report, which they only look at: to draw its charts takes a second."""
    return _put(make(without_day=WITHOUT_DAY)[0], tmp_path_factory.mktemp("report") / "report.html")


def _put(report: Report, path: Path) -> Path:
    path.write_text(render_page(report), encoding="utf-8")
    return path


def _open(driver: webdriver.Chrome, path: Path, scheme: str = "light") -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    driver.get(path.as_uri())


def _shot(driver: webdriver.Chrome) -> Image.Image:
    return Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")


def _contrast(driver: webdriver.Chrome, css: str) -> float:
    """Between an element's text and the page, as the browser has computed both."""
    script = """
      const light = (color) => color.match(/[\\d.]+/g).slice(0, 3).map(Number).map((part) => part / 255)
        .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
      const element = document.querySelector(arguments[0]), style = getComputedStyle(element);
      const ink = light(element.closest("svg") ? style.fill : style.color);
      const paper = light(getComputedStyle(document.body).backgroundColor);
      return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    """
    return float(driver.execute_script(script, css))


def test_every_chart_is_drawn(driver: webdriver.Chrome, hostile: Path) -> None:
    """Large enough to be read, with marks and letters in it."""
    _open(driver, hostile)

    drawn = driver.find_elements(By.CSS_SELECTOR, "figure svg")
    assert len(drawn) == len(CHARTS)
    for chart in drawn:
        assert chart.size["width"] > 300
        assert chart.size["height"] > 100
        assert len(chart.find_elements(By.CSS_SELECTOR, "path, rect")) > 5
        assert len([text for text in chart.find_elements(By.CSS_SELECTOR, "text") if text.text]) > 5


def test_a_heading_is_broken_between_words_only(driver: webdriver.Chrome, hostile: Path) -> None:
    """Korean may be broken anywhere, and a narrow column did so: one syllable on each line."""
    _open(driver, hostile)

    broken = driver.execute_script("""
      const lines = (node, from, to) => {
        const range = document.createRange();
        range.setStart(node, from);
        range.setEnd(node, to);
        return new Set([...range.getClientRects()].map((box) => box.top)).size;
      };
      return [...document.querySelectorAll("th")].map((heading) => heading.firstChild).flatMap((text) =>
        [...text.data.matchAll(/\\S+/g)].filter((word) => lines(text, word.index, word.index + word[0].length) > 1)
          .map((word) => word[0]));
    """)
    assert broken == []


def test_the_page_asks_for_nothing_and_complains_of_nothing(driver: webdriver.Chrome, hostile: Path) -> None:
    """It is opened offline, from a mail; and nobody learns that it was."""
    _open(driver, hostile)

    assert driver.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert [entry for entry in driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")] == []


def test_hostile_texts_are_shown_and_do_nothing(driver: webdriver.Chrome, hostile: Path) -> None:
    """A chat may contain anything, and this page is opened by those who may do most."""
    _open(driver, hostile)

    assert driver.execute_script("return window.harmed") is None
    assert driver.find_elements(By.CSS_SELECTOR, "script, img, iframe, object, a, [onerror], [onload]") == []
    shown = driver.find_element(By.TAG_NAME, "body").text
    for text in (
        *HOSTILE[:3],
        HOSTILE[3],
        "{{ 7 * 7 }} {% raw %}",
        "<b>굵은</b> 분류",
        "<i>보기</i>",
        "40000 <Bad request>",
    ):
        assert text in shown, text


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_follows_the_system_and_stays_legible(driver: webdriver.Chrome, hostile: Path, scheme: str) -> None:
    """4.5 is what WCAG asks of text; a chart drawn for paper would vanish in the dark."""
    _open(driver, hostile, scheme)

    assert _shot(driver).getpixel((3, 3)) == SCHEMES[scheme]
    for css in ("h1", ".soft", "td", "th", "figure svg .role-axis-label text"):
        assert _contrast(driver, css) >= 4.5, css


def test_print_is_on_white_whatever_the_screen(driver: webdriver.Chrome, hostile: Path) -> None:
    """Nobody wants a page of black toner; and the charts' ink must not stay white."""
    _open(driver, hostile, "dark")
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": features})

    assert driver.execute_script("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert _contrast(driver, "figure svg .role-axis-label text") >= 4.5
    document: dict[str, Any] = driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert len(document["data"]) > 10_000


def test_the_page_does_not_grow_wider_than_a_phone(driver: webdriver.Chrome, hostile: Path) -> None:
    """Wide tables scroll by themselves."""
    resize(driver, 390, 800)
    _open(driver, hostile)
    width = driver.execute_script("return document.documentElement.scrollWidth")
    resize(driver, WIDTH, HEIGHT)

    assert width <= 390


def test_korean_letters_are_drawn_and_not_boxes(driver: webdriver.Chrome, tmp_path: Path) -> None:
    """Two texts of the same length differ in their pixels only if the letters are really there."""
    report, _ = make()
    shots = []
    for name in ("가나다라", "힣뷁쀍뚫"):
        categories = report.categories.head(1).assign(category=name)
        _open(driver, _put(replace(report, categories=categories), tmp_path / "report.html"))
        for kind in ("text", "td"):
            element = driver.find_element(By.XPATH, f"//*[local-name()='{kind}'][contains(., '{name}')]")
            driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
            shots.append(Image.open(io.BytesIO(element.screenshot_as_png)).convert("L"))

    for first, second in ((shots[0], shots[2]), (shots[1], shots[3])):
        size = (min(first.width, second.width), min(first.height, second.height))
        assert ImageChops.difference(first.crop((0, 0, *size)), second.crop((0, 0, *size))).getbbox() is not None


def test_the_demo_looks_as_the_readme_shows_it(
    driver: webdriver.Chrome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str, hcx: SimulatorServer
) -> None:
    """From the command to the page, over the days of the demo."""
    for name, value in environment(sqlite_url, hcx.url).items():
        monkeypatch.setenv(name, value)
    with open_store(Settings.from_env(), create=True) as store:
        insert_messages(store.engine, store.tables, demo_messages())
    run(["basic", "2025-06-11", "2025-06-13", "--json"])
    run(["basic", "2025-06-14", "2025-06-14", "--limit", "60", "--json"])

    assert run(["report", "2025-06-11", "2025-06-14", "--out", str(tmp_path), "--format", "html"]) == 3
    resize(driver, 1_000, 1_180)
    for scheme in SCHEMES:
        _open(driver, tmp_path / "keyword-report_2025-06-11_2025-06-14.html", scheme)
        assert "2025-06-14" in driver.find_element(By.TAG_NAME, "body").text
        if SCREENSHOTS:
            _shot(driver).save(Path(SCREENSHOTS) / f"report-{scheme}.png")
    resize(driver, WIDTH, HEIGHT)
