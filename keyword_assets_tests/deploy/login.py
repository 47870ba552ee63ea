"""Who gets in where, and what a visitor may say of himself: asked at the proxy by programs and in Chromium."""

import re
import ssl
from pathlib import Path
from typing import Any

import httpx

from keyword_assets_tests.deploy.commands import until
from keyword_assets_tests.deploy.stack import NAME, PORTS, Stack
from keyword_assets_tests.deploy.visit import ENGINEERS, MANAGERS, REVIEW, visiting

_ORIGINS = {"MANAGERS": MANAGERS, "ENGINEERS": ENGINEERS, "REVIEW": REVIEW}
# Who gets in: names by port.
_ADMITTED = {"MANAGERS": {"kim", "park"}, "ENGINEERS": {"kim"}, "REVIEW": {"kim", "choi"}}
# As httpd.conf has it.
GUESSES = 10
_SECURITY = ("strict-transport-security", "x-content-type-options", "x-frame-options", "content-security-policy")
_LAUNCH = {"query": 'mutation { terminateRun(runId: "none") { __typename } }'}


def try_log_ins(stack: Stack, folder: Path) -> dict[str, Any]:
    """What was tried and came out as it has to."""
    _roles(stack)
    _headers(stack)
    _managers_change_nothing(stack)
    _nobody_goes_round(stack)
    with visiting(folder, stack.users["park"][0], "park", MANAGERS) as manager:
        until("the UI of managers", manager.serves)
        manager.shoot("deploy-managers.png", "assets")
    return {"users and nobody, at three ports": (len(stack.users) + 1) * len(_ADMITTED), "in Chromium": ["kim", "park"]}


def try_reports(stack: Stack) -> None:
    """Managers get the files of reports, which nobody but their owner can read in the volume."""
    folder = "/var/lib/keyword-assets/reports"
    # Ends with 3 as long as gaps remain: on a quick machine the runs have not come to that day yet.
    command = f"keyword-assets report yesterday --format html --out {folder} || [ $? = 3 ]"
    stack.inside("code", "sh", "-c", command)
    (name,) = re.findall(r'href="([^"?/]+\.html)"', get(stack, "MANAGERS", "park", "/reports/").text)
    answer = get(stack, "MANAGERS", "park", f"/reports/{name}")
    assert answer.status_code == 200, answer.status_code
    assert "<html" in answer.text, answer.text[:200]
    assert get(stack, "MANAGERS", "choi", f"/reports/{name}").status_code == 403


def try_review(stack: Stack, folder: Path) -> None:
    """Who reviews is who has logged in, whatever he says of himself."""
    _spoofed(stack)
    with visiting(folder, stack.users["choi"][0], "choi", REVIEW) as reviewer:
        reviewer.shoot("deploy-review.png", "")
        assert "choi" in reviewer.text(), reviewer.text()


def try_guesses(stack: Stack) -> dict[str, Any]:
    """Who guesses passwords is refused with the right one, too.

    Nobody gets in from here after that, until the proxy is made anew.
    """
    guesses = 0
    # As long as each is looked at.
    while (status := get(stack, "ENGINEERS", "kim", password=f"guess-{guesses}").status_code) == 401:
        guesses += 1
        assert guesses <= GUESSES
    assert (guesses, status) == (GUESSES, 429)
    assert get(stack, "MANAGERS", "kim").status_code == 429
    return {"looked at": guesses, "then": status}


def get(stack: Stack, port: str, name: str | None, path: str = "/", **how: Any) -> httpx.Response:
    """A request of a program to the proxy, with the log-in of this user, or another password."""
    context = ssl.create_default_context(cadata=(stack.folder / "secrets" / "tls_certificate").read_text())
    password = how.pop("password", None)
    auth = None if name is None else (name, password or stack.users[name][0])
    headers = {"Host": f"{NAME}:{PORTS[port]}", **how.pop("headers", {})}
    with httpx.Client(verify=context, trust_env=False, timeout=60) as client:
        return client.request(
            how.pop("method", "GET"),
            f"https://127.0.0.1:{PORTS[port]}{path}",
            auth=auth,
            headers=headers,
            extensions={"sni_hostname": NAME},
            **how,
        )


def until_answered(stack: Stack, *ports: str) -> None:
    """Until a program that logs in is answered at these ports, or at all; an earlier browser would send no password."""
    for port in ports or _ADMITTED:
        until(f"port {port}", lambda port=port: get(stack, port, "kim").status_code in (200, 307))


def _roles(stack: Stack) -> None:
    for port, admitted in _ADMITTED.items():
        assert get(stack, port, None).status_code == 401, port
        for name in stack.users:
            status = get(stack, port, name).status_code
            assert (status in (200, 307)) == (name in admitted), (port, name, status)
            assert status in (200, 307, 403), (port, name, status)


def _spoofed(stack: Stack) -> None:
    """Names in headers are those of the proxy, whatever a visitor writes there."""
    for header in ("X-Forwarded-User", "x-forwarded-user", "X_Forwarded_User"):
        page = get(stack, "REVIEW", "choi", headers={header: "kim"}).text
        assert "choi" in page, page
        assert "kim" not in page, page


def _headers(stack: Stack) -> None:
    for port in _ADMITTED:
        answer = get(stack, port, "kim")
        assert all(name in answer.headers for name in _SECURITY), (port, answer.headers)


def _managers_change_nothing(stack: Stack) -> None:
    answer = get(stack, "MANAGERS", "park", "/graphql", method="POST", json=_LAUNCH)
    assert answer.json()["data"]["terminateRun"]["__typename"] == "UnauthorizedError", answer.text


def _nobody_goes_round(stack: Stack) -> None:
    """From this machine and from a container beside them the servers are reached, and let nobody in but the proxy."""
    script = (
        "import sys, urllib.request as u, urllib.error as e\n"
        "r = u.Request(sys.argv[1], headers={'Host': sys.argv[2], 'X-Forwarded-User': 'kim'})\n"
        "try: print(u.urlopen(r, timeout=20).status)\n"
        "except e.HTTPError as error: print(error.code)\n"
    )
    for url in ("http://engineers:3000/", "http://managers:3000/", "http://review:8410/"):
        status = stack.inside("managers", "python3", "-c", script, url, NAME).strip()
        assert status == "403", (url, status)
