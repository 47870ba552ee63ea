"""The page of reviewers in headless Chromium, served by the command itself: keys, two reviewers, reloads, a phone."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.quality.reviewing import Doubtful, ReviewItem
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.doubtful import offer
from keyword_assets.sql.quality.review_items import ReviewItems
from keyword_assets_tests.builders import DAY, add_keyword_row, make_store
from keyword_assets_tests.conftest import clean
from keyword_assets_tests.ui.conftest import HEIGHT, PATIENCE, SCREENSHOTS, WIDTH, resize, start_browser

TAXONOMY = load_taxonomy()
QUESTIONS = (
    "전학 가려면 서류를 무엇부터 떼야 하나요?",
    "급식 신청은 어디에서 하나요",
    "생활기록부 발급을 인터넷으로 할 수 있나요?",
    "검정고시 접수 기간이 언제까지인지 알려 주세요",
    "고등학교 입학 전형 일정이 궁금합니다",
)
KEYWORDS = ("전학 서류", "급식 신청", "생활기록부 발급", "검정고시 접수", "입학 전형")
REVIEWS = 100
# Enough for all tests of this file: each takes the next ones.
ITEMS = REVIEWS + 30
# What a browser calls the keys, whatever stands on them.
KEYS = {"a": "KeyA", "s": "KeyS", "x": "KeyX", "w": "KeyW", "2": "Digit2", "3": "Digit3"}


@dataclass(frozen=True)
class Served:
    """The command at work, over a doubtful list."""

    url: str
    token: str
    store: SqlQuestionStore
    items: ReviewItems

    def said(self, reviewer: str) -> list[ReviewItem]:
        """What a reviewer has said, the newest first."""
        return self.items.last(None, reviewer, ITEMS)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page on a port of its own."""
    folder = tmp_path_factory.mktemp("review")
    url = f"sqlite:///{folder / 'keywords.db'}"
    store = make_store(url)
    items = ReviewItems(store.engine, store.tables)
    offer(store.engine, store.tables, list(_doubtful(store)))
    environment = clean(os.environ) | {"KEYWORDS_DATABASE_URL": url}
    command = ["env", "--default-signal=INT,TERM", sys.executable, "-m", "keyword_assets", "review", "--port", "0"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stderr=log)
    try:
        address = _wait(lambda: re.search(r"(http://\S+/)\?token=(\S+)", (folder / "log").read_text()), process.poll)
        yield Served(address[1], address[2], store, items)
    finally:
        process.terminate()
        told = (folder / "log").read_text(errors="replace")
        assert process.wait(PATIENCE) == 0, told
        assert "Traceback" not in told
        store.engine.dispose()


def _doubtful(store: SqlQuestionStore) -> Iterator[Doubtful]:
    store.sync_categories(TAXONOMY)
    for number in range(ITEMS):
        text, keyword = (of[number % len(QUESTIONS)] for of in (QUESTIONS, KEYWORDS))
        # Not the second nor the third: those are what is chosen by a key.
        category = TAXONOMY.categories[3 + number % 5].id
        add_keyword_row(store, f"{text} ({number})", keyword=keyword, category_id=category)
        answer = f'[["{keyword}", {category}]]'
        yield Doubtful(
            DAY, f"{text} ({number})", 1 + number % 7, answer, 1 - number / 1_000, "작은 모델은 다른 분류로 봅니다"
        )


def _wait(what: Callable[[], Any], ended: Callable[[], Any] = lambda: None) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not (found := what()):
        assert ended() is None
        assert time.monotonic() < deadline
        # To be asked costs a browser more than what it is asked about.
        time.sleep(0.1)
    return found


class Window:
    """A reviewer's."""

    def __init__(self, driver: webdriver.Chrome, served: Served, reviewer: str, url: str) -> None:
        self.driver, self.served, self.reviewer, self.url = driver, served, reviewer, url
        self._handle = self._left = driver.current_window_handle

    def beside(self, reviewer: str) -> "Window":
        """Another one's. By another name of the server, a browser has other cookies and knows of none of the first."""
        self.driver.switch_to.new_window("window")
        window = Window(self.driver, self.served, reviewer, self.url.replace("127.0.0.1", "localhost"))
        window._left = self._handle
        return window

    def look(self) -> None:
        """From now on, what is done is done here."""
        self.driver.switch_to.window(self._handle)

    def close(self) -> None:
        """Be back at the one that this was opened from."""
        self.driver.close()
        self.driver.switch_to.window(self._left)

    def begin(self) -> None:
        """From the printed address to the first question."""
        self.driver.get(f"{self.url}?token={self.served.token}")
        field = self.driver.find_element(By.ID, "reviewer")
        field.clear()
        field.send_keys(self.reviewer)
        self.one("button.main").click()
        _wait(lambda: "/items/" in self.driver.current_url)

    def one(self, css: str) -> WebElement:
        """The element that there is one of."""
        (found,) = self.driver.find_elements(By.CSS_SELECTOR, css)
        return found

    @property
    def item(self) -> int:
        """The number of the item that is shown."""
        return int(self.driver.current_url.rpartition("/")[2])

    @property
    def text(self) -> str:
        """All that stands on the page."""
        return self.driver.find_element(By.TAG_NAME, "body").text

    def press(self, key: str) -> None:
        """A key, wherever the focus is, and what comes of it."""
        before = self.driver.current_url
        ActionChains(self.driver).send_keys(key).perform()
        _wait(lambda: self.driver.current_url != before)

    def key_event(self, **event: Any) -> None:
        """A key as a browser tells of it under another layout, or within a composition."""
        self.driver.execute_script(
            "document.body.dispatchEvent(new KeyboardEvent('keydown', arguments[0]))",
            {"bubbles": True, "cancelable": True, **event},
        )

    def complaints(self) -> list[Any]:
        """What the browser had to say of the page, and where else the page has asked for something."""
        script = "return performance.getEntries().map((entry) => entry.name).filter((name) => name.startsWith('http'))"
        strange = [name for name in self.driver.execute_script(script) if not name.startswith(self.url)]
        return [*self.driver.get_log("browser"), *strange]


@pytest.fixture(scope="module")
def kim(chromium: tuple[str, str], served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """The browser of a reviewer."""
    driver = start_browser(chromium, tmp_path_factory.mktemp("kim"))
    yield Window(driver, served, "김검토", served.url)
    driver.quit()


@pytest.fixture
def at_an_item(kim: Window) -> Window:
    """With a question before him."""
    kim.begin()
    return kim


def test_the_page_is_what_the_documents_show(at_an_item: Window) -> None:
    """Large and on a phone; on neither does it have to be scrolled sideways, and nothing is too small for a finger."""
    for name, width, height in (("review-page", 1_000, 1_120), ("review-phone", 320, 720)):
        resize(at_an_item.driver, width, height)
        assert at_an_item.driver.execute_script("return document.documentElement.scrollWidth") <= width
        if SCREENSHOTS:
            at_an_item.driver.save_screenshot(str(Path(SCREENSHOTS) / f"{name}.png"))
    controls = at_an_item.driver.find_elements(By.CSS_SELECTOR, "button, a, summary, textarea")
    small = [one.text for one in controls if one.is_displayed() and one.size["height"] < 44]
    resize(at_an_item.driver, WIDTH, HEIGHT)

    assert small == []
    assert at_an_item.complaints() == []


def test_a_hundred_answers_are_reviewed_by_keys_alone(at_an_item: Window) -> None:
    """Each press judges the question that is seen; what is asked in between does not judge any other."""
    begun = len(at_an_item.served.said(at_an_item.reviewer))
    keys = "aaa2asaxw3"
    judged = []
    for number in range(REVIEWS):
        judged.append(at_an_item.item)
        at_an_item.press(keys[number % len(keys)])

    said = at_an_item.served.said(at_an_item.reviewer)
    verdicts = {item.id: item.verdict for item in said}
    expected = {"a": "right", "s": "skipped", "x": "unsure", "w": "wrong", "2": "wrong", "3": "wrong"}
    assert len(said) - begun == REVIEWS == len(set(judged))
    assert [verdicts[item] for item in judged] == [expected[keys[number % len(keys)]] for number in range(REVIEWS)]
    assert at_an_item.complaints() == []
    corrected = [item for item in said if item.right_answer is not None]
    assert len(corrected) == 2 * REVIEWS // len(keys)
    # In the background, and for all of them.
    _wait(lambda: not any(held.pending for held in at_an_item.served.store.people.all()))


def test_a_reload_and_a_step_back_judge_nothing(at_an_item: Window) -> None:
    """Whoever goes back sees what he has said, and may take it back; then back again."""
    first = at_an_item.item
    at_an_item.driver.refresh()
    assert at_an_item.item == first
    at_an_item.press("a")
    second = at_an_item.item
    before = len(at_an_item.served.said(at_an_item.reviewer))

    at_an_item.driver.refresh()
    at_an_item.driver.back()

    assert at_an_item.item == first
    assert at_an_item.driver.find_elements(By.CSS_SELECTOR, "button[value=right]") == []
    assert "김검토" in at_an_item.one("#said").text
    at_an_item.press("a")
    assert at_an_item.item == second
    assert len(at_an_item.served.said(at_an_item.reviewer)) == before

    at_an_item.press("u")
    assert (at_an_item.item, at_an_item.served.items.get(first).verdict) == (first, None)
    at_an_item.press("s")
    assert at_an_item.served.items.get(first).verdict == "skipped"


def test_keys_go_by_their_place_and_not_into_fields(at_an_item: Window) -> None:
    """A Korean layout has other letters on them; a note, a composition and the browser's own keys are none of ours."""
    item = at_an_item.item
    ActionChains(at_an_item.driver).send_keys("n").perform()
    ActionChains(at_an_item.driver).send_keys("awsx23").perform()
    assert at_an_item.one("#note").get_attribute("value") == "awsx23"
    at_an_item.driver.execute_script("document.activeElement.blur()")
    for event in ({"isComposing": True}, {"ctrlKey": True}, {"altKey": True}, {"metaKey": True}, {"repeat": True}):
        at_an_item.key_event(code="KeyA", key="a", **event)
    assert (at_an_item.item, at_an_item.served.items.get(item).verdict) == (item, None)

    at_an_item.key_event(code="KeyA", key="ㅁ")
    _wait(lambda: at_an_item.served.items.get(item).verdict)

    assert at_an_item.served.items.get(item).note == "awsx23"
    assert at_an_item.complaints() == []


def test_two_reviewers_get_different_questions(at_an_item: Window, served: Served) -> None:
    """At the same time, in browsers that share nothing; and who looks at the other's is told whose it is."""
    lee = at_an_item.beside("이검토")
    lee.begin()
    judged: dict[Window, list[int]] = {at_an_item: [], lee: []}
    for _ in range(5):
        for window in judged:
            window.look()
            judged[window].append(window.item)
            window.press("a")
    at_an_item.look()
    item = at_an_item.item
    lee.look()
    assert lee.item != item
    lee.driver.get(f"{lee.url}items/{item}")

    assert "김검토이(가) 지금 보고 있습니다." in lee.text
    assert lee.driver.find_elements(By.CSS_SELECTOR, "button[value=right]") == []
    assert lee.complaints() == []
    lee.close()
    assert not set(judged[at_an_item]) & set(judged[lee])
    for window, items in judged.items():
        assert {served.items.get(number).reviewer for number in items} == {window.reviewer}


def test_the_page_works_without_its_script(at_an_item: Window) -> None:
    """Keys are all that it adds."""
    item = at_an_item.item
    at_an_item.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        at_an_item.driver.refresh()
        at_an_item.one("button[value=right]").click()
        _wait(lambda: at_an_item.item != item)
    finally:
        at_an_item.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})

    assert at_an_item.served.items.get(item).verdict == "right"


# A browser that was asked for the names of things has them ready for each page from then on. So these come last.


def test_keywords_are_edited_and_the_rows_follow(at_an_item: Window) -> None:
    """By keys into the fields, by Enter out of them."""
    item = at_an_item.item
    ActionChains(at_an_item.driver).send_keys("e").perform()
    field = at_an_item.driver.switch_to.active_element
    assert field.accessible_name.startswith("키워드 1")
    field.clear()
    field.send_keys("고친 키워드\n")
    _wait(lambda: at_an_item.item != item)

    judged = at_an_item.served.items.get(item)
    assert (judged.verdict, "고친 키워드" in (judged.right_answer or "")) == ("wrong", True)
    assert (judged.category_right, judged.keywords_right) == (True, False)


def test_a_screen_reader_has_a_name_for_everything(at_an_item: Window) -> None:
    """And begins with the new question, in its language."""
    driver = at_an_item.driver
    at_an_item.driver.execute_script("document.querySelector('details').open = true")
    controls = driver.find_elements(By.CSS_SELECTOR, "button, a, input:not([type=hidden]), select, textarea, summary")

    assert [one.get_attribute("outerHTML") for one in controls if not one.accessible_name] == []
    assert at_an_item.one("html").get_attribute("lang") == "ko"
    assert driver.switch_to.active_element.get_attribute("id") == "question"
    assert [one.tag_name for one in driver.find_elements(By.CSS_SELECTOR, "h1, main, header, nav")] == [
        "header",
        "nav",
        "main",
        "h1",
    ]
