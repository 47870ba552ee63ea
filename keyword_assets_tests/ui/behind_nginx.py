"""The attacks of `attacks.py` in Chromium against the set-ups in which people run the UI, and should not run it.

Needs nginx, and ports 80, 443 and 8443 of two loopback addresses, so it is no part of the suite; by hand, as root:

    apt-get install nginx-light && .venv/bin/pytest -s keyword_assets_tests/ui/behind_nginx.py

nginx runs with the configuration that docs/security.md shows, but for paths and addresses, and for the one line without
which the guard stands alone. Where there is a log-in, the browser has logged in and sends it along with whatever a page
of others has it send.
"""

import base64
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bcrypt
import httpx
import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException

from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.conftest import clean
from keyword_assets_tests.services import PATIENCE, Services, free_ports
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
from keyword_assets_tests.ui.conftest import ROOT, Page, start_browser
from keyword_assets_tests.ui.healing import settings_of

NAME = "keywords.school.kr"
SIBLING = "other.school.kr"
REBOUND = "rebound.test"
OURS, THEIRS = "127.0.0.2", "127.0.0.3"
USERS = {"kim": "secret-7", "lee": "긴 암호 8"}
KIM = ("kim", USERS["kim"])
COOKIE = "c0ffee"
DAY = "2025-06-12"
TWO_DAYS = ("2025-06-13", "2025-06-14")

# As other browsers do, and this one did: a log-in goes along with what pages of any site ask for, and http stays http.
_GENEROUS = ("disable-features=SplitAuthCacheByNetworkIsolationKey,HttpsUpgrades", "disable-popup-blocking")


@dataclass(frozen=True)
class SetUp:
    """One way to run the UI."""

    name: str
    bare: bool = False
    """Dagster's own webserver in place of ours."""
    nginx: bool = False
    login_at: str = ""
    """`us`, `proxy`, `cookie` (as proxies with a page of their own to log in by do), or nowhere."""
    settings: tuple[str, ...] = ()
    """Of the log-in: KEYWORDS_WEB_…, as docs/ui.md says."""
    dev: bool = False


MAKE_DEV = SetUp("make dev", dev=True)
NGINX_AND_OURS = SetUp(
    "nginx + ours, log-in at ours", nginx=True, login_at="us", settings=("HOSTS", "USERS", "PROXIES")
)
SET_UPS = (
    SetUp("bare dagster-webserver", bare=True),
    MAKE_DEV,
    SetUp("ours, plain http, log-in at ours", login_at="us", settings=("HOSTS", "USERS")),
    SetUp("nginx + bare dagster-webserver, log-in at nginx", bare=True, nginx=True, login_at="proxy"),
    NGINX_AND_OURS,
    SetUp("nginx + ours, log-in at nginx", nginx=True, login_at="proxy", settings=("HOSTS", "PROXIES")),
    SetUp("nginx + bare dagster-webserver, cookie of nginx's", bare=True, nginx=True, login_at="cookie"),
    SetUp("nginx + ours, cookie of nginx's", nginx=True, login_at="cookie", settings=("HOSTS", "PROXIES")),
)


@dataclass
class Running:
    """A set-up that answers."""

    setup: SetUp
    url: str
    services: Services
    folder: Path
    certificate: str

    def send(
        self, method: str, path: str, auth: tuple[str, str] | None = KIM, visitor: str = "127.0.0.1", **more: Any
    ) -> httpx.Response:
        """A request of a program, from one of this machine's addresses."""
        headers = more.pop("headers", {})
        url = self.url.replace(NAME, OURS if self.setup.nginx else "127.0.0.1")
        host = self.url.partition("://")[2]
        transport = httpx.HTTPTransport(verify=False, local_address=visitor)
        with httpx.Client(transport=transport, timeout=PATIENCE) as client:
            return client.request(
                method,
                f"{url}{path}",
                headers={"Host": host, **({"Cookie": f"login={COOKIE}"} if auth else {}), **headers},
                auth=_encoded(auth) if auth and self.setup.login_at else None,
                extensions={"sni_hostname": NAME},
                **more,
            )

    def ask(self, query: str, **variables: Any) -> Any:
        """The data of a GraphQL answer."""
        answer = self.send("POST", "/graphql", json={"query": query, "variables": variables})
        assert answer.status_code == 200, answer.text
        assert "errors" not in answer.json(), answer.json()
        return answer.json()["data"]


def _encoded(auth: tuple[str, str]) -> tuple[bytes, bytes]:
    return auth[0].encode(), auth[1].encode()


def configuration(document: str = "docs/security.md") -> str:
    """What the documentation tells people to give nginx."""
    found = re.search(r"```nginx\n(.*?)```", (ROOT / document).read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo's data, to be copied."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(ROOT / "workspace.yaml", folder)
    command = [sys.executable, "-m", "keyword_assets.cli.commands.demo"]
    subprocess.run(command, cwd=folder, env=_environment(), check=True, capture_output=True)
    return folder


def _environment() -> dict[str, str]:
    return clean(os.environ) | {"DAGSTER_DISABLE_TELEMETRY": "1"}


@pytest.fixture(params=SET_UPS, ids=lambda setup: setup.name)
def running(
    request: pytest.FixtureRequest, demo: Path, tmp_path: Path, strangers: tuple[int, list[str]]
) -> Iterator[Running]:
    """Each set-up, with the demo's data of its own."""
    with started(request.param, demo, tmp_path / "w", strangers[0]) as found:
        yield found


@pytest.fixture
def strangers() -> Iterator[tuple[int, list[str]]]:
    """Somebody else's server."""
    with strangers_page() as found:
        yield found


@contextmanager
def started(
    setup: SetUp, demo: Path, folder: Path, strangers_port: int, hcx: SimulatorServer | None = None
) -> Iterator[Running]:
    """The set-up, from when it answers; with an HCX, runs are executed. Ended with whatever it started."""
    shutil.copytree(demo, folder)
    users = folder / "users.htpasswd"
    lines = [f"{name}:{bcrypt.hashpw(word.encode(), bcrypt.gensalt(6)).decode()}" for name, word in USERS.items()]
    users.write_text("\n".join(lines).replace("$2b$", "$2y$") + "\n")
    # On this machine nginx stands for another, which has an address of its own.
    values = {"HOSTS": NAME, "USERS": str(users), "PROXIES": "127.0.0.1" if setup.login_at == "us" else THEIRS}
    environment = _environment() | {
        "DAGSTER_HOME": str(folder / ".keyword_assets" / "dagster"),
        "KEYWORDS_START_DATE": "2025-06-01",
        "KEYWORDS_END_DATE": "2025-06-30",
        **{f"KEYWORDS_WEB_{name}": values[name] for name in setup.settings},
        **(settings_of(f"sqlite:///{folder}/.keyword_assets/keywords.db", hcx) if hcx else {}),
    }
    (port,) = free_ports(1)
    command = (
        ["keyword_assets.cli.commands.dev", "--port", str(port)]
        if setup.dev
        else ["dagster_webserver", "-p", str(port)]
        if setup.bare
        else ["keyword_assets", "webserver", "-p", str(port)]
    )
    daemon = {"daemon": ["dagster._daemon", "run"]} if hcx and not setup.dev else {}
    services = Services(folder, environment, {"web": command, **daemon}, port)
    certificate = ""
    nginx = None
    name = NAME if setup.login_at else "127.0.0.1"
    url = f"https://{name}" if setup.nginx else f"http://{name}:{port}"
    try:
        if setup.nginx:
            certificate, nginx = _nginx(setup, folder, port, strangers_port, users)
        services.start(*services.commands)
        found = Running(setup, url, services, folder, certificate)
        _until_it_answers(found)
        yield found
    finally:
        services.end()
        if nginx is not None:
            nginx.terminate()
            nginx.wait()


def _until_it_answers(running: Running) -> None:
    query = "{ workspaceOrError { ... on Workspace { locationEntries { loadStatus } } } }"

    def answers() -> bool:
        answer = running.send("POST", "/graphql", json={"query": query})
        return answer.status_code == 200 and '"LOADED"' in answer.text

    running.services.until(answers)


def _nginx(
    setup: SetUp, folder: Path, port: int, strangers_port: int, users: Path
) -> tuple[str, subprocess.Popen[bytes]]:
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    names = ",".join(f"DNS:{name}" for name in (NAME, SIBLING, STRANGER, REBOUND))
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName={names}"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    public = subprocess.run(
        ["openssl", "x509", "-in", str(certificate), "-pubkey", "-noout"], check=True, capture_output=True
    )
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-outform", "der"], input=public.stdout, check=True, capture_output=True
    )
    site = configuration()
    # The browser would have been told never to show a page by that name without TLS; here the guard stands alone.
    (hsts,) = re.findall(r" *add_header Strict-Transport-Security .*\n", site)
    site = site.replace(hsts, "")
    if setup.login_at == "proxy":
        site = site.replace("#auth_basic", "auth_basic").replace("#proxy_set_header Auth", "proxy_set_header Auth")
    for said, here in {
        "/etc/nginx/keywords.pem": str(certificate),
        "/etc/nginx/keywords.key": str(key),
        "/etc/nginx/users.htpasswd": str(users),
        "listen 443": f"listen {OURS}:443",
        "listen 80": f"listen {OURS}:80",
        "127.0.0.1:3000": f"127.0.0.1:{port}",
    }.items():
        assert said in site, said
        site = site.replace(said, here)
    if setup.login_at == "cookie":
        site = site.replace(
            "        proxy_pass", f"        if ($cookie_login != {COOKIE}) {{ return 401; }}\n        proxy_pass"
        )
    if setup.login_at != "us":
        # It stands for another machine.
        site = site.replace("proxy_http_version", f"proxy_bind {THEIRS};\n        proxy_http_version")
    pages = f"""
        server {{
            listen {THEIRS}:80; listen {THEIRS}:443 ssl; listen {OURS}:8443 ssl;
            ssl_certificate {certificate}; ssl_certificate_key {key};
            location / {{ proxy_pass http://127.0.0.1:{strangers_port}; }}
        }}"""
    whole = folder / "nginx.conf"
    whole.write_text(
        f"""pid {folder}/nginx.pid; error_log {folder}/nginx-error.log; daemon off; user root;
events {{}}
http {{
    log_format seen '$request_method|$uri|$status|$http_origin|$http_sec_fetch_site|'
                    '$http_authorization$http_cookie|$http_upgrade';
    access_log {folder}/nginx-access.log seen;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
{site}
{pages}
}}
"""
    )
    process = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(whole), "-e", str(folder / "e")])
    return base64.b64encode(hashlib.sha256(der.stdout).digest()).decode(), process


def pages_of(running: Running, port: int) -> list[tuple[str, str]]:
    """Pages of others, each with the address by which it attacks."""
    if not running.setup.nginx:
        own = running.url.rpartition(":")[2]
        rebound = f"http://{REBOUND}:{own}"
        return [
            (f"http://{STRANGER}:{port}/", running.url),
            (f"http://localhost:{port}/", running.url),
            (f"http://{STRANGER}:{port}/", rebound),
            (f"{rebound}/", rebound),
        ]
    return [
        # Another site, with and without TLS; a neighbour in the same domain; another port of the same name; the same
        # name without TLS, as whoever sits in the network can serve it; the server under a name of the stranger's.
        (f"https://{STRANGER}/", running.url),
        (f"http://{STRANGER}/", running.url),
        (f"https://{SIBLING}/", running.url),
        (f"https://{NAME}:8443/", running.url),
        (f"http://{NAME}/", running.url),
        (f"https://{STRANGER}/", f"https://{REBOUND}"),
        (f"https://{REBOUND}/", f"https://{REBOUND}"),
        (f"http://{REBOUND}/", f"http://{REBOUND}"),
    ]


def _resolving(running: Running) -> str:
    server = OURS if running.setup.nginx else "127.0.0.1"
    others = THEIRS if running.setup.nginx else "127.0.0.1"
    rules = [f"MAP {STRANGER} {others}", f"MAP {SIBLING} {others}", f"MAP {REBOUND} {server}"]
    rules += [f"MAP {NAME}:80 {THEIRS}:80"] if running.setup.nginx else []
    return "host-resolver-rules=" + ", ".join([*rules, f"MAP {NAME} {server}"])


def _log_in(driver: webdriver.Chrome, running: Running) -> None:
    if running.setup.login_at == "cookie":
        more = {"url": running.url, "secure": True, "httpOnly": True, "sameSite": "None"}
        driver.execute_cdp_cmd("Network.setCookie", {"name": "login", "value": COOKIE, **more})
    else:
        driver.get(f"{running.url.replace('://', f'://{KIM[0]}:{KIM[1]}@')}/runs")


def test_no_page_of_others_does_or_reads_anything(
    running: Running, chromium: tuple[str, str], strangers: tuple[int, list[str]], tmp_path: Path
) -> None:
    """But for the set-ups without our guard, where nearly all of it works: so the attacks are real."""
    port, sent = strangers
    before = state(running.ask)
    run_id = before["runsOrError"]["results"][0]["runId"]
    more = [f"ignore-certificate-errors-spki-list={running.certificate}"] if running.certificate else []
    driver = start_browser(chromium, tmp_path / "profile", _resolving(running), *_GENEROUS, *more)
    read: dict[str, list[str]] = {}
    unreached = []
    try:
        if running.setup.login_at:
            _log_in(driver, running)
            driver.get(f"{running.url}/runs")
            assert "initialization-data" in driver.page_source, "logged in"
        for page, server in pages_of(running, port):
            tries = attempts(server, DAY, run_id)
            marked = [(way, base, query.replace('"attack"', f'"attack {page} {base}"')) for way, base, query in tries]
            try:
                driver.get(page)
                if driver.current_url.startswith(page):
                    read[f"{page} → {server}"] = attack(driver, page, marked)
                else:
                    unreached.append((page, f"led to {driver.current_url}"))
            except WebDriverException as error:
                unreached.append((page, str(error.msg).splitlines()[0]))
        framed = is_shown_in_a_frame(driver, pages_of(running, port)[0][0], running.url)
    finally:
        driver.quit()
    after = state(running.ask)
    config = running.ask(mutations("config", DAY, "", hostile_config(f"http://127.0.0.1:{port}"))["launch"])
    _tell(running, before, after, read, framed, unreached, config["launchRun"]["__typename"], sent)

    data = [text for texts in read.values() for text in texts if '"data"' in text or '"runId"' in text]
    assert sent == []
    if running.setup.bare:
        assert after != before
    else:
        assert after == before
        assert (data, framed) == ([], False)


@pytest.mark.parametrize("setup", [MAKE_DEV, NGINX_AND_OURS], ids=lambda setup: setup.name)
def test_what_people_do_works(
    setup: SetUp,
    chromium: tuple[str, str],
    hcx: SimulatorServer,
    demo: Path,
    strangers: tuple[int, list[str]],
    tmp_path: Path,
) -> None:
    """A backfill of two days by clicks, its run watched while it goes on, its raw log, and the definitions anew."""
    # Five questions a request, one after the other: it goes on for a minute.
    hcx.faults.add(Fault("slow", seconds=1))
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    with ExitStack() as stack:
        running = stack.enter_context(started(setup, demo, tmp_path / "w", strangers[0], hcx))
        _forget(running.folder, *TWO_DAYS)
        more = [f"ignore-certificate-errors-spki-list={running.certificate}"] if running.certificate else []
        driver = start_browser(chromium, tmp_path / "profile", _resolving(running), *more)
        stack.callback(driver.quit)
        if setup.login_at:
            _log_in(driver, running)
        page = Page(driver, running.url, tmp_path)

        page.go("asset-groups")
        page.click("Materialize all…")
        page.type_into("ex: ", f"[{TWO_DAYS[0]}...{TWO_DAYS[1]}]")
        page.see("2 partitions")
        page.click("Launch backfill")
        run_id = running.services.until(lambda: _at_work(running))
        page.go(f"runs/{run_id}")
        page.see("Started", "View stdout / stderr")
        # What comes by itself while nobody touches the page: how far it is, and then that it is over.
        page.see("남은 시간", "progress")
        assert page.live()
        page.click("View stdout / stderr")
        page.see("고유 질문 305개 중 305개를 분류합니다", "Download")
        assert "고유 질문 305개" in page.download(downloads)
        hcx.faults.clear()
        page.see("Success")

        page.go("asset-groups")
        page.click("Reload definitions")
        page.see("Definitions reloaded")
        assert page.errors() == []


def test_programs_are_told_apart(demo: Path, strangers: tuple[int, list[str]], tmp_path: Path) -> None:
    """By their log-in and their address, although all of them come by nginx."""
    with started(NGINX_AND_OURS, demo, tmp_path / "w", strangers[0]) as running:

        def status(
            auth: tuple[str, str] | None = KIM, visitor: str = "127.0.0.1", path: str = "/", **headers: str
        ) -> int:
            return running.send("GET", path, auth, visitor=visitor, headers=headers).status_code

        known = [status(user) for user in USERS.items()]
        health = [status(None, path="/server_info", Host=host) for host in (NAME, "127.0.0.1", "localhost")]
        straight = httpx.get(f"{running.services.url}/server_info", trust_env=False).status_code
        guesses = [status(("kim", f"{n}"), "127.0.0.7", **{"X-Forwarded-For": f"192.0.2.{n}"}) for n in range(12)]
        others = [status(("kim", "wrong"), "127.0.0.8"), status(KIM, "127.0.0.7")]

    assert known == [200, 200]
    # By other names nginx passes nothing on.
    assert health == [401, 404, 404]
    assert straight == 200
    assert guesses == [401] * 10 + [429] * 2
    assert others == [401, 200]


def _forget(folder: Path, *days: str) -> None:
    """The keywords of these days and all answers, so that there is something to do."""
    with closing(sqlite3.connect(folder / ".keyword_assets" / "keywords.db")) as database, database:
        for day in days:
            database.execute("DELETE FROM admin_chat_keywords WHERE created_at LIKE ?", [f"{day}%"])
        database.execute("DELETE FROM keyword_answers")


def _at_work(running: Running) -> str | None:
    found = running.ask("{runsOrError(filter: {statuses: [STARTED]}) { ... on Runs { results { runId } } } }")
    return next((str(run["runId"]) for run in found["runsOrError"]["results"]), None)


def _launched(before: Any, after: Any) -> dict[str, Counter[str]]:
    """From where, and by which ways."""
    old = {run["runId"] for run in before["runsOrError"]["results"]}
    launched: dict[str, Counter[str]] = {}
    for run in after["runsOrError"]["results"]:
        tags = [(tag["key"], tag["value"]) for tag in run["tags"] if run["runId"] not in old]
        for key, value in tags:
            if key.startswith("attack"):
                launched.setdefault(key.removeprefix("attack "), Counter())[value] += 1
    return launched


def _tell(
    running: Running,
    before: Any,
    after: Any,
    read: dict[str, list[str]],
    framed: bool,
    unreached: list[tuple[str, str]],
    config: str,
    sent: list[str],
) -> None:
    """For the record: what was launched, changed, read and sent."""
    launched = _launched(before, after)
    print(f"\n=== {running.setup.name}")
    for where, ways in launched.items():
        print(f"launched from {where}: {dict(ways)}")
    if not launched:
        print("launched: nothing")
    changed = {name for name in after if name != "runsOrError" and after[name] != before[name]}
    status = {run["runId"]: run["status"] for run in before["runsOrError"]["results"]}
    again = {run["runId"]: run["status"] for run in after["runsOrError"]["results"] if run["runId"] in status}
    print(f"changed: {changed or 'nothing'}; statuses {'as before' if again == status else 'changed'}")
    for where, texts in read.items():
        data = [text for text in texts if '"data"' in text or "runId" in text]
        print(f"read by {where}: {len(data)} answers with data, {len(texts) - len(data)} refusals")
    print(f"framed: {framed}; hostile run config: {config}; sent to the stranger: {sent}; not reached: {unreached}")
    log = running.folder / "nginx-access.log"
    if log.exists():
        seen: Counter[tuple[str, ...]] = Counter()
        for line in log.read_text().splitlines():
            method, uri, status_, origin, site, authorization, upgrade = line.split("|")
            if origin not in ("-", running.url) or site not in ("-", "none", "same-origin"):
                what = "websocket" if upgrade == "websocket" else method
                seen[what, uri[:12], status_, site, "with log-in" if authorization.strip("-") else "without"] += 1
        for row, count in sorted(seen.items()):
            print("   foreign:", count, *row)
