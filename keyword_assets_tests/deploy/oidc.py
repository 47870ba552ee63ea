"""The office's own log-in in place of passwords: a provider of OpenID Connect that runs here, asked by the proxy."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By

from keyword_assets_tests.deploy.commands import until
from keyword_assets_tests.deploy.login import get
from keyword_assets_tests.deploy.stack import Stack
from keyword_assets_tests.deploy.visit import ENGINEERS, REVIEW, Visit, visiting

# Where the containers see this machine; the browser goes there, too.
_HERE, _PORT = "10.89.77.1", 19400
_ISSUER = f"http://{_HERE}:{_PORT}"
_CONFIGURATION = f"""
OIDCProviderMetadataURL {_ISSUER}/.well-known/openid-configuration
OIDCClientID keyword-assets
OIDCClientSecret none-needed
OIDCScope "openid profile"
OIDCRemoteUserClaim sub
"""


@contextmanager
def trying_oidc(stack: Stack, folder: Path, told: list[str]) -> Iterator[Visit]:
    """An engineer who has logged in there. The proxy is made anew for it, so all who came by passwords are out.

    What was tried, and came out as it has to, is told.
    """
    secret = stack.folder / "secrets" / "oidc"
    secret.write_text(secret.read_text() + _CONFIGURATION)
    stack.set_in_env("KEYWORDS_LOGIN", "oidc")
    stack.anew("proxy")
    with _provider(stack):
        # Who has not logged in is led to the provider, and a program is told so without a way there.
        until("the proxy", lambda: get(stack, "ENGINEERS", None).status_code == 401)
        led = get(stack, "ENGINEERS", None, headers={"Sec-Fetch-Mode": "navigate"})
        assert led.headers["Location"].startswith(_ISSUER), led.headers
        for header in ("X-Forwarded-User", "OIDC_CLAIM_groups", "OIDC-CLAIM-groups", "REMOTE_USER"):
            assert get(stack, "ENGINEERS", None, headers={header: "engineers"}).status_code == 401
        told.append("led to the provider")
        with _visitor(folder, "park", ENGINEERS) as manager:
            assert "Forbidden" in manager.text(), manager.text()
        told.append("a manager is refused at the engineers' UI")
        with _visitor(folder, "choi", REVIEW) as reviewer:
            assert "choi" in reviewer.text(), reviewer.text()
        told.append("a reviewer under his name")
        with _visitor(folder, "kim", ENGINEERS) as engineer:
            until("the UI", engineer.serves)
            told.append("an engineer at the UI")
            engineer.shoot("deploy-oidc.png", "runs")
            yield engineer


@contextmanager
def _provider(stack: Stack) -> Iterator[None]:
    users = [json.dumps({"sub": name, "groups": list(groups)}) for name, (_, groups) in stack.users.items()]
    options = [part for user in users for part in ("--user-claims", user)]
    command = [sys.executable, "-m", "oidc_provider_mock", "--host", _HERE, "--port", str(_PORT), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        configuration = f"{_ISSUER}/.well-known/openid-configuration"
        until("the provider", lambda: httpx.get(configuration, trust_env=False).status_code == 200, 60)
        yield
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _visitor(folder: Path, name: str, url: str) -> Iterator[Visit]:
    """Somebody who says who he is at the provider's page."""
    with visiting(folder, None, f"{name}-oidc", url) as visit:
        with suppress(WebDriverException):
            visit.driver.get(url)
        until("the provider's page", lambda: visit.driver.current_url.startswith(_ISSUER), 60)
        visit.driver.find_element(By.NAME, "sub").send_keys(name)
        visit.driver.find_element(By.XPATH, "//button[text()='Authorize']").click()
        until("to be led back", lambda: visit.driver.current_url.startswith(url), 60)
        yield visit
