"""Who gets at the page, and under which name: tokens, cookies, log-ins, and forms that other pages send."""

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import bcrypt
import pytest
from httpx import Response
from starlette.testclient import TestClient

from keyword_assets.web.door import Door
from keyword_assets.web.users import Users
from keyword_assets_tests.web.asking import basic
from keyword_assets_tests.web.review.conftest import COOKIE, URL, World, hidden

LINK = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


@pytest.fixture
def users(tmp_path: Path) -> Users:
    """Kim, by our own log-in."""
    file = tmp_path / "users"
    file.write_text(f"kim:{bcrypt.hashpw(b'secret-7', bcrypt.gensalt(4)).decode()}\n", encoding="utf-8")
    return Users.of(file)


def cookies_of(answer: Response) -> list[str]:
    return answer.headers.get_list("set-cookie")


# -- the token --------------------------------------------------------------------------------------------------------


def test_the_printed_address_opens_the_page_and_the_token_goes(world: World) -> None:
    """Into a cookie that no script reads and no other site sends; in no address after that, nor in a page."""
    world.offer("전학")
    client, token = world.opened()
    assert token is not None

    opened = client.get(f"/?token={token}")

    (first,) = opened.history
    (cookie,) = cookies_of(first)
    assert (first.status_code, first.headers["location"], str(opened.url)) == (303, "/", f"{URL}/")
    assert all(words in cookie for words in (COOKIE, "HttpOnly", "SameSite=strict"))
    assert token not in opened.text + cookie
    assert client.get(f"/items/9?token={token}").history[0].headers["location"] == "/"


def test_nobody_comes_in_without_it(world: World) -> None:
    """Whatever stands in its place, or in the cookie's; nothing of a question is told."""
    world.offer("전학 절차")
    client, _ = world.opened()

    for path in (
        "/",
        "/?token=",
        "/?token=wrong",
        "/?token=%ff%00가",
        "//stranger.test/?token=",
        "/queues/doubtful/next",
    ):
        assert_refused(client.get(path))
    for cookie in ("", "x", "x.y", ".", "가.나"):
        headers = {"cookie": f"{COOKIE}={cookie}".encode()}
        assert_refused(client.get("/", headers=headers))
        assert_refused(client.post("/items/1", headers=headers, data={"action": "right"}))
    assert world.item("전학 절차").verdict is None
    assert client.get("/health").text == "ok"
    assert client.get("/static/review.css").status_code == 200


def assert_refused(answer: Response) -> None:
    assert (answer.status_code, "전학" in answer.text) == (403, False)


def test_a_page_keeps_nothing_and_runs_nothing_of_others(world: World) -> None:
    world.offer("전학")

    for path in ("/", "/queues/doubtful/next", "/items/99", "/static/review.js"):
        headers = world.browser().get(path).headers
        assert headers.get_list("content-security-policy")[0] == POLICY
        assert (headers["cache-control"], headers["x-frame-options"]) == ("no-store", "DENY")
        assert headers["referrer-policy"] == "same-origin"


# -- forms of others --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": URL, "sec-fetch-site": "same-origin"}, 200),
        ({"host": "stranger.test", "origin": "http://stranger.test"}, 421),
        ({"origin": "http://stranger.test"}, 403),
        ({"origin": "http://127.0.0.1:8000"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        (LINK, 403),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/json"}, 415),
        ({"content-type": "multipart/form-data; boundary=x"}, 415),
    ],
)
def test_only_forms_of_the_page_itself_are_taken(world: World, headers: Mapping[str, str], status: int) -> None:
    """Whatever else a page of somebody's has a browser send, cookies and all."""
    world.offer("전학")
    kim = world.browser()
    page = kim.get("/queues/doubtful/next")
    form = {**hidden(page), "action": "right"}

    answer = kim.client.post("/items/1", data=form, headers={**headers})

    assert answer.status_code == status
    assert world.item("전학").verdict == ("right" if status == 200 else None)


def test_a_form_carries_the_secret_of_its_session(world: World) -> None:
    """One of another reviewer's, or none, is refused; so is one that is no form, or has no end."""
    world.offer("전학")
    kim, lee = world.browser("김"), world.browser("이")
    others = hidden(lee.get("/"))["key"]

    for key in ("", "가", others, "0" * 64):
        assert kim.client.post("/items/1", data={"key": key, "action": "right"}).status_code == 403
        assert kim.client.post("/items/1/undo", data={"key": key}).status_code == 403
        assert kim.client.post("/start", data={"key": key, "reviewer": "박"}).status_code == 403
    form = {"content-type": "application/x-www-form-urlencoded"}
    for body, status in ((b"a" * 100_000, 413), (b"%ff=\xff", 400), (b"&a" * 100, 400), (b"action=%ff", 400)):
        assert kim.client.post("/items/1", content=body, headers=form).status_code == status
    assert kim.client.put("/items/1").status_code == 405
    assert world.item("전학").verdict is None


def test_a_link_of_another_site_leads_to_the_page_and_does_nothing(world: World) -> None:
    """As one in a chat; a picture or a frame does not get there."""
    world.offer("전학")
    kim = world.browser()

    assert kim.get("/", headers=LINK).status_code == 200
    assert kim.get("/items/1", headers={**LINK, "sec-fetch-dest": "iframe"}).status_code == 403
    assert kim.get("/static/review.js", headers=LINK).status_code == 403


# -- names ------------------------------------------------------------------------------------------------------------


def begun(client: TestClient, headers: Mapping[str, Any]) -> Response:
    """The first question, of whoever these headers say."""
    page = client.get("/", headers=headers)
    client.post("/start", data={**hidden(page), "reviewer": "somebody", "queue": "doubtful"}, headers=headers)
    return client.get("/queues/doubtful/next", headers=headers)


def test_who_has_logged_in_reviews_under_that_name(world: World, users: Users) -> None:
    """Whatever the page is told."""
    world.offer("전학")
    world.door = Door(users=users)
    client, token = world.opened()
    kim = basic("kim", "secret-7") | {"x-forwarded-user": "lee"}

    assert token is None
    assert client.get("/").status_code == client.get("/", headers=basic("kim", "wrong")).status_code == 401
    page = begun(client, kim)
    client.post("/items/1", data={**hidden(page), "action": "right"}, headers=kim)

    assert world.item("전학").reviewer == "kim"


def test_behind_a_proxy_the_name_is_the_proxys(world: World) -> None:
    """Nobody else gets there to say one; without one the page asks, as it does where nobody logs in."""
    world.offer("전학")
    world.door = Door(proxies=(ip_network("127.0.0.0/30"),))
    client, token = world.opened()

    assert token is None
    assert "검토자: 이" in begun(client, {"x-forwarded-user": "이".encode()}).text
    assert "검토자: somebody" in begun(client, {}).text
    client.cookies.clear()
    by_tls = client.get("/", headers={"x-forwarded-proto": "https"})
    assert all("Secure" in cookie for cookie in cookies_of(by_tls))
    assert client.get("/", headers={"x-forwarded-user": "x" * 101}).status_code == 403
    world.door = Door(proxies=(ip_network("10.0.0.1"),))
    assert world.opened()[0].get("/", headers={"x-forwarded-user": "kim"}).status_code == 403


def test_a_name_given_to_the_command_is_asked_for_no_more(world: World) -> None:
    world.offer("전학")
    world.reviewer = "박"

    page = world.browser("somebody").get("/queues/doubtful/next")

    assert "검토자: 박" in page.text
