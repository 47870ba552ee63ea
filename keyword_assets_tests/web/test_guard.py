"""The guard: what people and programs send passes, what pages of others have a browser send does not."""

from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyword_assets.orchestration.hosting.guarded import guarded
from keyword_assets.web.door import Door
from keyword_assets_tests.web.asking import JSON, ask, page

APP = guarded(page, Door())
OWN = "http://127.0.0.1:3000"
BROWSER = {"origin": OWN, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"}
LINK = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
HTML = {"accept": "text/html,*/*"}


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("GET", "/", {}),
        ("HEAD", "/runs", {}),
        ("GET", "/", {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}),
        ("GET", "/runs/abc?x=1", LINK),
        ("GET", "/assets/graphql", LINK),
        ("GET", "/static/x.js", BROWSER),
        ("GET", "/", {"host": "localhost:3000"}),
        ("GET", "/", {"host": "LOCALHOST"}),
        ("GET", "/", {"host": "[::1]:3000"}),
        ("GET", "/graphql", HTML),
        ("POST", "/graphql", JSON),
        ("POST", "/graphql", {**JSON, **BROWSER}),
        ("POST", "/graphql", {"content-type": "Application/JSON; charset=utf-8"}),
        ("POST", "/graphql", {**JSON, "host": "localhost", "origin": "http://localhost:80"}),
        ("POST", "/graphql", {**JSON, "host": "localhost:443", "origin": "https://localhost"}),
        # A proxy that speaks https with the browser; one that does not, which says nothing or so.
        (
            "POST",
            "/graphql",
            {**JSON, "host": "localhost", "origin": "https://localhost", "x-forwarded-proto": "https"},
        ),
        ("POST", "/graphql", {**JSON, "host": "localhost", "origin": "https://localhost"}),
        ("POST", "/graphql", {**JSON, "host": "localhost", "origin": "http://localhost", "x-forwarded-proto": "http"}),
        ("WS", "/graphql", {"origin": OWN}),
        ("WS", "/graphql", {}),
        ("POST", "/report_asset_materialization/x", JSON),
        ("GET", "/server_info", {}),
    ],
)
def test_people_and_programs_pass(method: str, target: str, headers: dict[str, str]) -> None:
    """A browser on the UI, somebody who follows a link from a message, and curl."""
    assert ask(APP, method, target, headers).status in (200, 101)


@pytest.mark.parametrize(
    ("method", "target", "headers", "status"),
    [
        # DNS rebinding, and what is no name at all.
        ("GET", "/", {"host": "stranger.test:3000"}, 421),
        ("POST", "/graphql", {**JSON, "host": "stranger.test", "origin": "http://stranger.test"}, 421),
        ("WS", "/graphql", {"host": "stranger.test:3000", "origin": "http://stranger.test:3000"}, 403),
        ("GET", "/", {"host": "0.0.0.0:3000"}, 421),
        ("GET", "/", {"host": "192.0.2.2:3000"}, 421),
        ("GET", "/", {"host": "127.0.0.1.stranger.test"}, 421),
        ("GET", "/", {"host": "localhost."}, 421),
        ("GET", "/", {"host": "user@localhost"}, 421),
        ("GET", "/", {"host": "localhost:3000, stranger.test"}, 421),
        ("GET", "/", {"host": ""}, 421),
        ("GET", "/", [("host", "localhost"), ("host", "stranger.test")], 421),
        # Pages of another site, of another port, and those that hide where they are from.
        ("POST", "/graphql", {**JSON, "origin": "http://stranger.test"}, 403),
        ("POST", "/graphql", {**JSON, "origin": "http://127.0.0.1:8000"}, 403),
        ("POST", "/graphql", {**JSON, "origin": "http://localhost:3000"}, 403),
        ("POST", "/graphql", {**JSON, "origin": "null"}, 403),
        ("POST", "/graphql", {**JSON, "origin": "file://"}, 403),
        ("POST", "/graphql", {**JSON, "origin": f"{OWN}.stranger.test"}, 403),
        ("POST", "/graphql", {**JSON, "origin": f"ftp{OWN[4:]}"}, 403),
        ("POST", "/graphql", [*JSON.items(), ("origin", OWN), ("origin", "http://stranger.test")], 403),
        ("GET", "/logs/x.err", {"origin": "http://stranger.test"}, 403),
        ("WS", "/graphql", {"origin": "http://stranger.test"}, 403),
        ("WS", "/graphql", {"origin": "null"}, 403),
        # A page by the server's name that somebody in the network has served without TLS.
        ("POST", "/graphql", {**JSON, "origin": OWN, "x-forwarded-proto": "https"}, 403),
        ("WS", "/graphql", {"origin": OWN, "x-forwarded-proto": "https"}, 403),
        ("WS", "/graphql", {"origin": OWN, "x-forwarded-proto": "HTTPS, http"}, 403),
        ("GET", "/", [("origin", OWN), ("x-forwarded-proto", "http"), ("x-forwarded-proto", "https")], 403),
        ("WS", "/graphql", {"sec-fetch-site": "cross-site"}, 403),
        # What sends no Origin.
        ("GET", "/", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}, 403),
        ("GET", "/", {**LINK, "sec-fetch-dest": "iframe"}, 403),
        ("GET", "/", {**LINK, "sec-fetch-site": "same-site", "sec-fetch-dest": "embed"}, 403),
        ("GET", "/graphql", {**HTML, **LINK}, 403),
        ("GET", "/download_debug/x", LINK, 403),
        ("GET", "/logs/x.err", LINK, 403),
        ("GET", "/notebook?path=/tmp/x.ipynb", LINK, 403),
        ("GET", "//graphql", LINK, 403),
        ("POST", "/runs", {**JSON, **LINK}, 403),
        # What a form can send, and mutations by GET from wherever.
        ("POST", "/graphql?query=x", {}, 415),
        ("POST", "/graphql", {"content-type": "text/plain"}, 415),
        ("POST", "/graphql", {"content-type": "text/plain; application/json"}, 415),
        ("POST", "/graphql", {"content-type": "text/plain, application/json"}, 415),
        ("POST", "/graphql", {"content-type": "application/x-www-form-urlencoded"}, 415),
        ("POST", "/graphql", {"content-type": "multipart/form-data; boundary=application/json"}, 415),
        ("POST", "/graphql", {"content-type": "application/graphql"}, 415),
        ("POST", "/report_asset_materialization/x", {}, 415),
        ("POST", "/report_asset_check/x", {"content-type": "text/plain"}, 415),
        ("GET", "/graphql?query=mutation", {}, 405),
        ("GET", "/graphql/?query=mutation", {}, 405),
        ("GET", "/graphql", {"accept": "*/*"}, 405),
        ("GET", "/graphql?query=mutation", HTML, 405),
        ("OPTIONS", "/graphql", {"access-control-request-method": "POST"}, 405),
        ("PUT", "/graphql?query=x", JSON, 405),
        ("DELETE", "/", {}, 405),
    ],
)
def test_what_others_have_a_browser_send_does_not(method: str, target: str, headers: Any, status: int) -> None:
    """Whichever way it is sent."""
    answer = ask(APP, method, target, headers)

    assert (answer.status, answer.body == b"page") == (status, False)


def test_the_paths_below_a_prefix_are_known_too() -> None:
    """Dagster's `--path-prefix`."""
    app = guarded(page, Door(), "/dagster")

    assert ask(app, "GET", "/dagster/graphql?query=x", {}).status == 405
    assert ask(app, "GET", "/dagster/logs/x", LINK).status == 403
    assert ask(app, "GET", "/dagster/runs", LINK).status == 200


def test_every_answer_keeps_others_from_framing_and_embedding_it() -> None:
    """And what the page behind says itself stays."""
    for answer in (ask(APP), ask(APP, "GET", "/", {"host": "stranger.test"})):
        assert answer.all("x-frame-options") == ["SAMEORIGIN"]
        assert "frame-ancestors 'self'" in answer.all("content-security-policy")
        assert answer.all("cross-origin-resource-policy") == ["same-origin"]
        assert answer.all("access-control-allow-origin") == []
    assert "object-src 'none'" in ask(APP).all("content-security-policy")
    assert ask(APP).all("referrer-policy") == ["no-referrer"]


def test_a_refusal_shows_foreign_text_as_it_is() -> None:
    """No markup, no escapes, one line."""
    answer = ask(APP, "POST", "/graphql", {**JSON, "origin": "http://\x1b[31m<script>"})

    assert b"\x1b" not in answer.body
    assert answer.all("content-type") == ["text/plain; charset=utf-8"]
    assert "nosniff" in answer.all("x-content-type-options")


PROXIED = guarded(page, Door(names=frozenset({"keywords.school.kr"}), proxies=(ip_network("10.0.0.0/30"),)))


@pytest.mark.parametrize(
    ("peer", "target", "status"),
    [
        ("10.0.0.2", "/", 200),
        ("::ffff:10.0.0.2", "/", 200),
        ("10.0.0.9", "/", 403),
        ("127.0.0.1", "/", 403),
        ("127.0.0.1", "/server_info", 200),
        ("10.0.0.9", "/server_info", 403),
        ("", "/", 403),
    ],
)
def test_behind_a_proxy_nobody_comes_in_beside_it(peer: str, target: str, status: int) -> None:
    """The address is that of the connection; headers about it are anybody's."""
    headers = {"host": "keywords.school.kr", "x-forwarded-for": "10.0.0.2", "origin": "https://keywords.school.kr"}

    if peer == "127.0.0.1":
        del headers["x-forwarded-for"]
    assert ask(PROXIED, "GET", target, headers, peer=peer).status == status


@pytest.mark.parametrize("name", ["x-forwarded-for", "x-forwarded-proto", "x-real-ip", "forwarded", "via"])
def test_what_a_proxy_of_this_machine_passes_on_does_not_ask_for_health(name: str) -> None:
    """It comes from this machine's address, and yet from anybody."""
    headers = {"host": "keywords.school.kr", name: "192.0.2.9"}

    assert ask(PROXIED, "GET", "/server_info", headers, peer="127.0.0.1").status == 403


@given(st.dictionaries(st.sampled_from(["host", "origin", "content-type", "sec-fetch-site"]), st.text(max_size=60)))
def test_nothing_that_a_header_can_hold_breaks_it(headers: dict[str, str]) -> None:
    """It answers, and lets nothing pass that does not say JSON."""
    assert ask(APP, "POST", "/graphql", headers).status in (403, 415, 421)
