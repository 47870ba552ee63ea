"""A person at the proxy, in Chromium: logs in, looks, and does what the UI does."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By

from keyword_assets_tests.deploy.stack import NAME, PORTS
from keyword_assets_tests.services import LOCATION, SENSOR
from keyword_assets_tests.ui.conftest import start_browser

ENGINEERS = f"https://{NAME}:{PORTS['ENGINEERS']}"
MANAGERS = f"https://{NAME}:{PORTS['MANAGERS']}"
REVIEW = f"https://{NAME}:{PORTS['REVIEW']}"

_REPOSITORY = {"repositoryLocationName": LOCATION, "repositoryName": "__repository__"}
# As the page does it, with what the browser sends along by itself.
_FETCH = """
const [body, done] = arguments;
fetch("/graphql", {method: "POST", headers: {"Content-Type": "application/json"}, body: body})
  .then(async (answer) => done({status: answer.status, text: await answer.text()}))
  .catch((error) => done({status: 0, text: String(error)}));
"""
_BACKFILL = """
mutation Launch($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message }
  }
}
"""
_START_SENSOR = """
mutation Start($sensor: SensorSelector!) {
  startSensor(sensorSelector: $sensor) { __typename ... on PythonError { message } }
}
"""
_LOADED = """
query { workspaceOrError { ... on Workspace {
  locationEntries { loadStatus locationOrLoadError { __typename } }
} } }
"""
_RELOAD = """
mutation Reload($location: String!) {
  reloadRepositoryLocation(repositoryLocationName: $location) {
    __typename ... on WorkspaceLocationEntry { locationOrLoadError { __typename } }
  }
}
"""
_RUNS = """
query Runs { runsOrError { ... on Runs { results { runId status } } } }
"""
_DAEMONS = """
query { instance { daemonHealth { allDaemonStatuses { daemonType required healthy lastHeartbeatTime } } } }
"""
_ASSETS = ("unique_chats", "classified_keywords", "missing_data_report")


class Visit:
    """A browser that has logged in at one of the ports."""

    def __init__(self, driver: webdriver.Chrome, url: str, pictures: Path | None) -> None:
        self.driver = driver
        self.url = url
        self._pictures = pictures

    def ask(self, query: str, **variables: Any) -> Any:
        """The data of a GraphQL answer, asked from the page."""
        body = json.dumps({"query": query, "variables": variables})
        answer = self.driver.execute_async_script(_FETCH, body)
        if answer["status"] != 200 or "errors" in json.loads(answer["text"]):
            raise RuntimeError(f"{answer['status']} {answer['text'][:500]}")
        return json.loads(answer["text"])["data"]

    def serves(self) -> bool:
        """Whether the UI is there, with the code location."""
        self.driver.get(f"{self.url}/assets")
        (entry,) = self.ask(_LOADED)["workspaceOrError"]["locationEntries"]
        if entry["locationOrLoadError"]["__typename"] == "RepositoryLocation":
            return True
        self.reload()
        return False

    def reload(self) -> bool:
        """Whether the code server answers a webserver that asks it anew."""
        answer = self.ask(_RELOAD, location=LOCATION)["reloadRepositoryLocation"]
        return answer.get("locationOrLoadError", {}).get("__typename") == "RepositoryLocation"

    def start_sensor(self) -> None:
        """Turn coverage_backfill_sensor on."""
        answer = self.ask(_START_SENSOR, sensor=_REPOSITORY | {"sensorName": SENSOR})
        assert answer["startSensor"]["__typename"] == "Sensor", answer

    def backfill(self, days: list[str]) -> None:
        """Launch one for these days."""
        params = {"assetSelection": [{"path": [name]} for name in _ASSETS], "partitionNames": days}
        answer = self.ask(_BACKFILL, params=params)
        assert answer["launchPartitionBackfill"]["__typename"] == "LaunchBackfillSuccess", answer

    def statuses(self) -> dict[str, str]:
        """Run id → status."""
        return {run["runId"]: run["status"] for run in self.ask(_RUNS)["runsOrError"]["results"]}

    def daemons_are_well_since(self, moment: float) -> bool:
        """Whether all parts of the daemon that are needed have shown themselves since."""
        parts = self.ask(_DAEMONS)["instance"]["daemonHealth"]["allDaemonStatuses"]
        needed = [part for part in parts if part["required"]]
        return all(part["healthy"] and (part["lastHeartbeatTime"] or 0) > moment for part in needed)

    def shoot(self, name: str, path: str) -> None:
        """A picture of a page, where pictures are asked for, once it shows something."""
        if self._pictures is None:
            return
        with suppress(WebDriverException):
            self.driver.get(f"{self.url}/{path}")
            time.sleep(6)
        (self._pictures / name).write_bytes(self.driver.get_screenshot_as_png())

    def text(self) -> str:
        """All that can be read on the page."""
        return self.driver.find_element(By.TAG_NAME, "body").text


@contextmanager
def visiting(folder: Path, password: str | None, name: str, url: str = ENGINEERS) -> Iterator[Visit]:
    """A browser of its own, which has logged in with name and password where there is one."""
    programs = shutil.which("chromium"), shutil.which("chromedriver")
    assert all(programs), "Debian: apt-get install chromium chromium-driver"
    asked = os.environ.get("KEYWORDS_SCREENSHOTS")
    pictures = Path(asked) if asked else None
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
    driver = start_browser(
        (str(programs[0]), str(programs[1])),
        folder / f"chromium-{name}",
        f"host-resolver-rules=MAP {NAME} 127.0.0.1",
        "ignore-certificate-errors",
    )
    try:
        driver.set_script_timeout(60)
        # The browser keeps them for this address, and sends them along from then on.
        if password is not None:
            with suppress(WebDriverException):
                driver.get(url.replace("://", f"://{name}:{password}@"))
        yield Visit(driver, url, pictures)
    finally:
        driver.quit()
