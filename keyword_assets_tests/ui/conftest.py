"""The real `make dev` over the real demo, in a folder of its own, and a headless Chromium to look at it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from keyword_assets_tests.conftest import clean
from keyword_assets_tests.ui.attacks import STRANGER

pytest.register_assert_rewrite("keyword_assets_tests.ui.healing")

ROOT = Path(__file__).parents[2]
# Read before any test runs, because the environment is cleaned for each of them.
SCREENSHOTS = os.environ.get("KEYWORDS_SCREENSHOTS")
WIDTH, HEIGHT = 1400, 900
# Longer than anything takes on a busy machine with two cores; nobody waits that long unless something is broken.
PATIENCE = 150
# Side by side, four assets are drawn too small for their checks to show. GraphQL's errors come with status 200.
_BEFORE_EACH_PAGE = """
localStorage.setItem("asset-graph-direction", '"vertical"');
window.errorsSeen = [];
window.liveMessages = 0;
window.WebSocket = class extends window.WebSocket {
  constructor(...how) { super(...how); this.addEventListener("message", () => { window.liveMessages += 1; }); }
};
const plainFetch = window.fetch;
window.fetch = async (...request) => {
  const response = await plainFetch(...request);
  if (String(request[0]).includes("graphql")) {
    response.clone().json().then((body) => body.errors && window.errorsSeen.push(...body.errors)).catch(() => {});
  }
  return response;
};
"""


# To load the UI takes longer than to show a page of it. In between it shows that of a run that does not exist: nothing
# of the page before is left then to be taken for the one that is asked for.
_NOWHERE, _NOTHING_THERE = "runs/nowhere", "No run found"
_FOLLOW = """
const [nowhere, nothing, address, done] = arguments;
const follow = (path) => {
  history.pushState(null, "", path);
  window.dispatchEvent(new PopStateEvent("popstate", {state: null}));
};
const leave = () => {
  if (!document.body.innerText.includes(nothing)) { setTimeout(leave, 20); return; }
  window.errorsSeen = [];
  window.liveMessages = 0;
  follow(address);
  done(true);
};
if (document.getElementById("root")?.childElementCount) { follow(nowhere); leave(); } else { done(false); }
"""
# To be asked costs a page: Selenium brings a script of its own along for each question, which looks at each element,
# and a page of Dagster's had as much to do with that as with itself. A browser knows what it shows.
_TEXT = "return document.body.innerText"
# Each of the texts stands in something that takes up room: Dagster measures texts where nobody sees them.
_SEEN = """
const seen = (element, text) => {
  if (!(element.innerText || "").includes(text)) return false;
  const within = [...element.children].filter((child) => (child.innerText || "").includes(text));
  if (within.length) return within.some((child) => seen(child, text));
  const {width, height} = element.getBoundingClientRect();
  return width > 0 && height > 0;
};
return arguments[0].every((text) => seen(document.body, text));
"""
_SHOWN = """
const found = document.evaluate(arguments[0], document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
const elements = Array.from({length: found.snapshotLength}, (_, number) => found.snapshotItem(number));
return elements.filter((element) => {
  const {width, height} = element.getBoundingClientRect();
  return width > 0 && height > 0 && element.checkVisibility({opacityProperty: true, visibilityProperty: true});
});
"""


@dataclass(frozen=True)
class Dev:
    """A running `make dev`."""

    url: str
    folder: Path
    log: Path

    def ask(self, query: str, **variables: Any) -> Any:
        """The data of a GraphQL answer."""
        # The machine's proxy knows nothing of loopback addresses; nor are certificates read for them.
        with httpx.Client(trust_env=False, verify=False, timeout=PATIENCE) as client:
            answer = client.post(f"{self.url}/graphql", json={"query": query, "variables": variables}).json()
        assert "errors" not in answer, answer
        return answer["data"]


class Page:
    """What a person does with the UI: go somewhere, look for something, click, type."""

    def __init__(self, driver: webdriver.Chrome, url: str, pictures: Path) -> None:
        self._driver = driver
        self._url = url
        self._pictures = pictures
        self._errors: list[str] = []
        driver.set_script_timeout(PATIENCE)
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _BEFORE_EACH_PAGE})

    def go(self, path: str, **query: str) -> None:
        """Open a page of the UI: as its own links do where it is open already, and from outside where it is not."""
        self._note_errors()
        address = f"{self._url}/{path}?{urlencode(query)}"
        if not self._driver.execute_async_script(_FOLLOW, f"{self._url}/{_NOWHERE}", _NOTHING_THERE, address):
            self._driver.get(address)

    def leave(self) -> None:
        """Look at nothing for a while: an open page asks the server and draws itself anew without an end."""
        self._note_errors()
        self._driver.get(f"{self._url}/server_info")

    def follow(self, page: str, address: str) -> None:
        """Open a page of somebody else's, and follow a link from there."""
        self._note_errors()
        self._driver.get(page)
        link = "const a = document.createElement('a'); a.href = arguments[0]; document.body.append(a); a.click()"
        self._driver.execute_script(link, address)

    def text(self) -> str:
        """All that can be read on the page."""
        return str(self._driver.execute_script(_TEXT))

    def see(self, *texts: str) -> None:
        """Wait until all of these can be read."""
        self.until(lambda: bool(self._driver.execute_script(_SEEN, texts)), f"{texts} on the page")

    def click(self, label: str) -> None:
        """Click the last thing that is labelled so: dialogs and inner tabs come after what they lie upon."""

        def clicked() -> bool:
            (*_, element) = self._shown(f"//*[normalize-space(text())='{label}']") or [None]
            if element is None:
                return False
            element.click()
            return True

        self.until(clicked, f"'{label}' to click")

    def download(self, folder: Path) -> str:
        """Click "Download", and read the file that comes of it into this empty folder."""
        how = {"behavior": "allow", "downloadPath": str(folder), "eventsEnabled": False}
        self._driver.execute_cdp_cmd("Browser.setDownloadBehavior", how)
        self.click("Download")

        def whole() -> list[Path]:
            # One that is still coming has another ending.
            return [file for file in folder.iterdir() if file.suffix not in (".crdownload", ".tmp")]

        self.until(lambda: bool(whole()), "a file")
        (file,) = whole()
        return file.read_text(encoding="utf-8")

    def live(self) -> bool:
        """Whether something has come by the page's WebSocket."""
        return int(self._driver.execute_script("return window.liveMessages")) > 0

    def switch_on(self) -> None:
        """Turn the page's one switch on."""
        path = "//input[@type='checkbox']"

        def clicked() -> bool:
            for box in (boxes := self._driver.find_elements(By.XPATH, path)):
                # The box itself is not shown; what is drawn in its place takes a person's click.
                self._driver.execute_script("arguments[0].click()", box)
            return len(boxes) == 1

        def on() -> bool:
            (box,) = self._driver.find_elements(By.XPATH, path) or [None]
            return box is not None and box.is_selected() and box.is_enabled()

        self.until(clicked, "a switch")
        self.until(on, "the switch to be on")

    def type_into(self, placeholder: str, text: str) -> None:
        """Fill the field that shows this while it is empty, and leave it."""
        path = f"//input[contains(@placeholder, '{placeholder}')]"
        self._one_shown(path, f"the field '{placeholder}'").send_keys(text, "\t")

    def number(self, name: str) -> float:
        """The number next to this name in a table of metadata."""
        path = f"//tr[normalize-space(*[1])='{name}']/*[2]"
        return float(self._one_shown(path, f"a number called {name}").get_property("innerText").replace(",", ""))

    def count(self, css: str) -> int:
        """How many elements match."""
        return len(self._driver.find_elements(By.CSS_SELECTOR, css))

    def scroll_to(self, label: str) -> None:
        """Bring it to the top of the window."""
        element = self._one_shown(f"//*[normalize-space(text())='{label}']", f"'{label}' to scroll to")
        self._driver.execute_script("arguments[0].scrollIntoView({block: 'start'})", element)

    @contextmanager
    def elsewhere(self) -> Iterator[webdriver.Chrome]:
        """Another window of this browser, without anything of ours in its pages; what it complains of is not ours."""
        self.leave()
        own = self._driver.current_window_handle
        self._driver.switch_to.new_window("window")
        try:
            yield self._driver
        finally:
            self._driver.close()
            self._driver.switch_to.window(own)
            self._driver.get_log("browser")

    @contextmanager
    def in_a_window_of(self, height: int) -> Iterator[None]:
        """While this lasts, the window is so high."""
        resize(self._driver, WIDTH, height)
        try:
            yield
        finally:
            resize(self._driver, WIDTH, HEIGHT)

    def shoot(self, name: str) -> None:
        """Take a picture for the documents when nothing moves any more; on a busy machine that may be never."""
        if not SCREENSHOTS:
            return
        pictures = [b""]

        def settled() -> bool:
            pictures.append(self._driver.get_screenshot_as_png())
            return pictures[-1] == pictures[-2]

        self.until(settled, "the page at rest")
        (self._pictures / name).write_bytes(pictures[-1])

    def errors(self) -> list[str]:
        """What has gone wrong in the pages since the last call, as the browser and the server have it."""
        self._note_errors()
        errors, self._errors = self._errors, []
        return errors

    def _note_errors(self) -> None:
        log = self._driver.get_log("browser")
        self._errors += [str(entry["message"]) for entry in log if entry["level"] == "SEVERE"]
        # An empty first page has no such list.
        seen = self._driver.execute_script("return window.errorsSeen || []")
        self._errors += [json.dumps(error, ensure_ascii=False) for error in seen]

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for it; elements that React replaces meanwhile are looked for again."""

        def holds(_: object) -> bool:
            with suppress(WebDriverException):
                return condition()
            return False

        try:
            WebDriverWait(self._driver, PATIENCE, poll_frequency=0.2).until(holds)
        except WebDriverException:
            self._driver.save_screenshot(str(self._pictures / "failed.png"))
            pytest.fail(f"Waited in vain for {what}; see {self._pictures / 'failed.png'}\n{self.text()}")

    def _one_shown(self, path: str, what: str) -> WebElement:
        """The last of those that are shown, as soon as there is one."""
        self.until(lambda: bool(self._shown(path)), what)
        return self._shown(path)[-1]

    def _shown(self, path: str) -> list[WebElement]:
        return list(self._driver.execute_script(_SHOWN, path))


@pytest.fixture(scope="module")
def chromium() -> tuple[str, str]:
    """The browser and its driver. Without them nobody has seen the UI work, so that is a failure, not a skip."""
    programs = shutil.which("chromium"), shutil.which("chromedriver")
    if None in programs:
        pytest.fail(
            "The UI's tests need Chromium and its driver. "
            "Debian: sudo apt-get install chromium chromium-driver fonts-noto-cjk",
            pytrace=False,
        )
    return str(programs[0]), str(programs[1])


@pytest.fixture(scope="module")
def dev(chromium: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    """`make demo`, then `make dev`; every process ends with the tests."""
    folder = tmp_path_factory.mktemp("dev")
    shutil.copy(ROOT / "workspace.yaml", folder)
    _run(folder, "keyword_assets.cli.commands.demo")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "dev.log"
    with _running(folder, log, "--port", str(port)) as process:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process, log)
        yield Dev(url, folder, log)


def start_browser(programs: tuple[str, str], profile: Path, *more: str) -> webdriver.Chrome:
    """A browser window of `WIDTH` times `HEIGHT` that asks for nothing by itself."""
    options = webdriver.ChromeOptions()
    options.binary_location, driver_path = programs
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for name in (
        "headless=new",
        # Chromium's sandbox does not work for root, nor in many containers.
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "disable-dev-shm-usage",
        "no-first-run",
        "no-proxy-server",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        "hide-scrollbars",
        f"user-data-dir={profile}",
        *more,
    ):
        options.add_argument(f"--{name}")
    driver = webdriver.Chrome(options, webdriver.ChromeService(driver_path))
    resize(driver, WIDTH, HEIGHT)
    return driver


def resize(driver: webdriver.Chrome, width: int, height: int) -> None:
    """Give the page this size; the window's would include a frame that is not there."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


@pytest.fixture(scope="module")
def page(chromium: tuple[str, str], dev: Dev, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A browser window; for the browser a stranger's name is one of this machine, and his page may open others."""
    names = f"host-resolver-rules=MAP {STRANGER} 127.0.0.1"
    with browser(chromium, dev.url, tmp_path_factory, names, "disable-popup-blocking") as window:
        yield window


@contextmanager
def browser(chromium: tuple[str, str], url: str, folders: pytest.TempPathFactory, *more: str) -> Iterator[Page]:
    """A window of a Chromium of its own."""
    pictures = Path(SCREENSHOTS) if SCREENSHOTS else folders.mktemp("screenshots")
    pictures.mkdir(parents=True, exist_ok=True)
    driver = start_browser(chromium, folders.mktemp("chromium"), *more)
    try:
        yield Page(driver, url, pictures)
    finally:
        driver.quit()


def _environment() -> dict[str, str]:
    return clean(os.environ) | {"DAGSTER_DISABLE_TELEMETRY": "1"}


def _run(folder: Path, module: str) -> None:
    command = [sys.executable, "-m", module]
    done = subprocess.run(command, cwd=folder, env=_environment(), capture_output=True, text=True, timeout=2 * PATIENCE)
    if done.returncode:
        pytest.fail(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}", pytrace=False)


@contextmanager
def _running(folder: Path, log: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "keyword_assets.cli.commands.dev", *arguments]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # A group of its own, so that whatever it started can be ended with it.
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=30)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 2 * PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(f"{url}/server_info", trust_env=False, verify=False).is_success:
                return
        time.sleep(0.2)
    pytest.fail(f"`make dev` does not answer on {url}:\n{log.read_text(errors='replace')}", pytrace=False)
