"""What reviewers do on the page, and what becomes of it in the database."""

import re
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from httpx import Response

from keyword_assets.core import texts
from keyword_assets.core.errors import DatabaseError, InputError
from keyword_assets.core.models.questions import Keyword
from keyword_assets.core.quality.reviewing import ReviewItem
from keyword_assets.core.questions import unmasked
from keyword_assets_tests.builders import add_keyword_row, keyword_rows
from keyword_assets_tests.web.review.conftest import Browser, MakeWorld, World, hidden, posted_again, typed

PATIENCE = 60
HOSTILE = "\u202e<script>harm()</script>\0'\"&{{ range(3) }}" + "가" * 100_000


@pytest.fixture(autouse=True)
def _korean() -> Iterator[None]:
    yield
    texts.use("ko")


def trouble(page: Response) -> str:
    """What a page complains of."""
    found = re.search(r'<p class="trouble"[^>]*>([^<]*)</p>', page.text)
    return found[1] if found else ""


def rows_become(world: World, *pairs: tuple[str, int]) -> None:
    """Rows follow in the background."""
    deadline = time.monotonic() + PATIENCE
    while [row[1:3] for row in keyword_rows(world.store)] != list(pairs):
        assert time.monotonic() < deadline, keyword_rows(world.store)
        time.sleep(0.01)


# -- judging ----------------------------------------------------------------------------------------------------------


def test_a_right_category_corrects_the_answer_on_both_databases(make_world: MakeWorld, database_url: str) -> None:
    """Its rows follow by themselves, and come back when the reviewer thinks better of it."""
    world = make_world(database_url)
    world.offer("전학 절차", "급식")
    kim = world.browser("김")

    after = kim.judge("category:2", note="편입입니다")

    item = world.item("전학 절차")
    assert (item.verdict, item.reviewer, item.note) == ("wrong", "김", "편입입니다")
    assert (item.category_right, item.keywords_right, item.right_answer) == (False, True, '[["전학 절차", 2]]')
    assert "급식" in after.text
    assert "방금: 틀림, 전학 절차" in after.text
    rows_become(world, ("전학 절차", 1), ("전학 절차", 2))

    back = kim.undo(after)

    assert back.url.path == f"/items/{item.id}"
    assert world.item("전학 절차").verdict is None
    rows_become(world, ("전학 절차", 1), ("전학 절차", 1))


SAID = {
    "right": ("right", True, True),
    "wrong": ("wrong", False, False),
    "wrong_category": ("wrong", False, True),
    "wrong_keywords": ("wrong", True, False),
    "unsure": ("unsure", None, None),
    "skipped": ("skipped", None, None),
}


def test_each_button_says_what_stands_on_it(world: World) -> None:
    world.offer(*SAID)
    kim = world.browser()

    for action in SAID:
        kim.judge(action)

    items = world.items.all(None)
    assert {item.text: (item.verdict, item.category_right, item.keywords_right) for item in items} == SAID
    assert {item.right_answer for item in items} == {None}


def test_the_same_form_posted_again_judges_nothing_else(world: World) -> None:
    """As by two clicks, or a reload after the network failed. What is another verdict is told, and not taken."""
    world.offer("하나", "둘", "셋")
    kim = world.browser()
    page = kim.get("/queues/doubtful/next")
    kim.press(page, "right")

    again = kim.press(page, "right")
    other = kim.press(page, "wrong")

    assert [one.status_code for one in again.history] == [303, 303]
    assert other.status_code == 409
    assert "이미 판정했습니다" in other.text
    assert [item.verdict for item in world.items.all(None)] == ["right", None, None]


def test_undo_goes_back_step_by_step(world: World) -> None:
    """And nobody is given meanwhile what was taken back."""
    world.offer("하나", "둘", "셋")
    kim = world.browser("김")
    page = [kim.judge("right") for _ in range(3)][-1]
    assert "모두 보았습니다" in page.text

    for text in ("셋", "둘", "하나"):
        page = kim.undo(page)
        assert (page.url.path, world.item(text).verdict) == (f"/items/{world.item(text).id}", None)

    assert "방금" not in page.text
    assert world.item("하나").handed_to == "김"


def test_two_reviewers_are_told_of_each_other(world: World) -> None:
    """Whose item it is, and who has judged it; neither writes over what the other has said."""
    world.offer("하나", "둘")
    kim, lee = world.browser("김"), world.browser("이")
    first, second = kim.get("/queues/doubtful/next"), lee.get("/queues/doubtful/next")
    assert first.url != second.url

    seen = lee.get(first.url.path)
    refused = lee.press(second, "right", path=first.url.path)
    assert "김이(가) 지금 보고 있습니다" in seen.text
    assert (refused.status_code, world.item("하나").verdict) == (409, None)
    end = lee.press(second, "right")
    assert "남은 1개는 다른 검토자가 보고 있습니다" in end.text
    assert "10분" in end.text
    kim.press(first, "unsure")

    refused = lee.press(second, "wrong", path=first.url.path)
    undone = lee.client.post(f"{first.url.path}/undo", data=hidden(second))
    assert {refused.status_code, undone.status_code} == {409}
    assert "김이(가) 이미 판정했습니다" in undone.text
    assert (world.item("하나").reviewer, world.item("하나").verdict) == ("김", "unsure")


def test_what_one_has_said_is_listed_and_can_be_taken_back_there(world: World) -> None:
    world.offer("하나", "둘")
    kim = world.browser()
    kim.judge("wrong", note="모르겠음")

    mine = kim.get("/queues/doubtful/mine")

    assert all(words in mine.text for words in ("하나", "틀림", "모르겠음"))
    assert "둘" not in mine.text
    kim.undo(mine)
    assert world.item("하나").verdict is None


def test_a_queue_is_chosen_and_says_what_it_is_for(world: World) -> None:
    """The doubtful list is not for the estimate. What no audit has is no queue that is done."""
    world.offer("하나", "둘")
    with world.store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE keyword_review_items SET audit_id = 7 WHERE query_text = '둘'"))
    kim = world.browser()

    assert "정확도 추정에는 쓸 수 없습니다" in kim.get("/queues/doubtful/next").text
    assert kim.get("/queues/audit-7/next").text.count("무작위로 뽑은 질문") == 1
    for name in ("audit-0x7", "audit-", "all", f"audit-{10**20}", "audit-8"):
        assert kim.get(f"/queues/{name}/next").status_code == kim.get(f"/queues/{name}/mine").status_code == 404
    for path in (f"/items/{10**30}", "/items/99", "/static/evaluation.html.jinja", "/static/..%2ftaxonomy.yaml", "/x"):
        assert kim.get(path).status_code == 404


# -- keywords ---------------------------------------------------------------------------------------------------------


def editing(browser: Browser, item: ReviewItem, *rows: tuple[str, str, str], **fields: str) -> int:
    """Send rows of (place, keyword, category); the status of what comes back, of the first answer."""
    page = browser.get(f"/items/{item.id}")
    was, keyword, category = ([row[place] for row in rows] for place in range(3))
    answer = browser.press(page, "edit", was=was, keyword=keyword, category=category, **fields)
    return answer.history[0].status_code if answer.history else answer.status_code


MASKED = '[["문의 010-1234-5678", 1], ["전학", 1]]'


def test_a_masked_keyword_that_is_left_as_it_is_keeps_what_it_hides(world: World) -> None:
    """The page never has it, and so cannot give it back."""
    world.offer("전학", answer=MASKED)
    kim, item = world.browser(), world.item("전학")
    page = kim.get(f"/items/{item.id}")
    rows = typed(page)
    assert "1234-5678" not in page.text
    assert rows["keyword"] == ["문의 [전화번호]", "전학", ""]

    for keyword in ("문의 [전화번호]", "문의 [phone number]"):
        assert editing(kim, item, ("", keyword, "1"), ("1", "전학 서류", "1")) == 409
        assert editing(kim, item, ("1", f"{keyword}!", "1")) == 409
    assert world.item("전학").verdict is None
    assert editing(kim, item, ("0", "문의 [전화번호]", "1"), ("1", "전학 서류", "2"), ("", "", "")) == 303

    held = world.store.people.find(["전학"])["전학"]
    assert held.answer == (Keyword("문의 010-1234-5678", 1), Keyword("전학 서류", 2))


def test_without_masking_what_looks_like_a_placeholder_is_a_keyword(make_world: MakeWorld, sqlite_url: str) -> None:
    """It may be what HCX was sent, and has answered."""
    world = make_world(sqlite_url, unmasked)
    world.offer("전학")

    assert editing(world.browser(), world.item("전학"), ("", "[전화번호] 문의", "1")) == 303


REFUSED = (
    (("0", "전학 절차", "1"), "고친 것이 없습니다"),
    (("0", "", "1"), "1~3개"),
    (("0", "전학", ""), "분류표에 없는 분류"),
    (("0", "전학", "99"), "분류표에 없는 분류"),
    (("0", "가" * 101, "1"), "100자"),
    (("0", "=HYPERLINK(1)", "1"), "수식"),
    (("0", "가\u202e나", "1"), "보이지 않거나"),
)


def test_what_may_not_be_written_is_told_and_what_was_typed_stays(world: World) -> None:
    world.offer("전학")
    kim = world.browser()
    page = kim.get("/queues/doubtful/next")

    for (was, keyword, category), said in REFUSED:
        answer = kim.press(page, "edit", was=was, keyword=keyword, category=category, note="내 메모")

        assert (answer.status_code, said in trouble(answer)) == (409, True)
        assert typed(answer)["keyword"][0] == keyword
        assert "내 메모" in answer.text
    assert (kim.press(page, "no such").status_code, kim.press(page, "right", note="가" * 2_001).status_code) == (
        409,
        409,
    )
    assert world.item("전학").verdict is None


def test_a_correction_that_was_not_seen_is_shown_and_stands(world: World) -> None:
    """Somebody has answered while this one was thinking; with it before his eyes he may still say otherwise."""
    world.offer("전학")
    kim = world.browser("김")
    page = kim.get("/queues/doubtful/next")
    others = world.store.people.correct("전학", (Keyword("편입", 2),), "이", "서류를 봄").holds

    refused = kim.press(page, "category:3")
    assert (refused.status_code, world.item("전학").verdict) == (409, None)
    assert "서류를 봄" in refused.text
    assert typed(refused)["keyword"][0] == "편입"
    kim.press(refused, "category:3")

    held = world.store.people.find(["전학"])["전학"]
    assert held.id != others.id
    assert held.answer == (Keyword("편입", 3),)


def test_who_says_what_was_corrected_already_does_not_take_that_back_with_his_verdict(world: World) -> None:
    """It is somebody else's."""
    world.offer("전학")
    others = world.store.people.correct("전학", (Keyword("편입", 2),), "이").holds
    kim = world.browser("김")

    assert editing(kim, world.item("전학"), ("0", "편입", "2"), seen=str(others.id)) == 303
    kim.undo(kim.get(f"/items/{world.item('전학').id}"))

    assert world.item("전학").verdict is None
    assert world.store.people.find(["전학"])["전학"].id == others.id


# -- texts ------------------------------------------------------------------------------------------------------------


def test_hostile_texts_are_inert_and_bounded(world: World) -> None:
    """In whichever place of the page they stand."""
    world.offer(HOSTILE, answer='[["<b>굵게</b>\\u202e", 1], ["전학 절차", 77]]')
    add_keyword_row(world.store, "이웃 <i>질문</i>", keyword="전학 절차")
    kim = world.browser('<img src="x">')

    page = kim.get(f"/items/{world.item(HOSTILE).id}").text

    for tag in ("<script>harm", "<b>", "<i>", '<img src="x">', "range(0, 3)", "\u202e", "\0"):
        assert tag not in page
    for shown in (
        "&lt;script&gt;harm()",
        "\\u202e",
        "\\u0000",
        "&lt;b&gt;굵게",
        "이웃 &lt;i&gt;",
        "#77",
        "{{ range(3) }}",
    ):
        assert shown in page
    assert 4_000 < page.count("가") < 5_500
    assert f"{len(HOSTILE):,}자" in page


def test_the_page_speaks_english_where_the_process_does(world: World) -> None:
    world.offer("전학")
    texts.use("en")

    page = world.browser().get("/queues/doubtful/next").text

    assert '<html lang="en">' in page
    assert "Right" in page


# -- trouble ----------------------------------------------------------------------------------------------------------


def test_a_database_that_fails_loses_no_verdict(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was posted is offered once more, and is taken when the database is back."""
    world.offer("전학")
    kim = world.browser()
    page = kim.get("/queues/doubtful/next")

    def away(*_: object, **__: object) -> None:
        raise DatabaseError("database.busy", url="mysql", reason="gone away")

    with monkeypatch.context() as patch:
        patch.setattr(world.desk, "judge", away)
        failed = kim.press(page, "category:2", note='메모 "하나"')
    assert failed.status_code == 503
    assert "Traceback" not in failed.text
    kim.client.post(str(page.url.path), data=posted_again(failed))

    item = world.item("전학")
    assert (item.right_answer, item.note) == ('[["전학 절차", 2]]', '메모 "하나"')


def test_rows_that_could_not_be_replaced_are_told_of(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """On every page, until it has worked."""
    world.offer("하나", "둘")
    kim = world.browser()
    monkeypatch.setattr(world.desk, "trouble", lambda: "연결이 끊겼습니다")

    assert "연결이 끊겼습니다" in kim.judge("right").text


def test_a_name_that_nobody_has_is_asked_for_again(world: World) -> None:
    world.offer("전학")
    client, token = world.opened()
    page = client.get(f"/?token={token}")

    for name in ("", " ", "가\u202e", "가" * 101):
        refused = client.post("/start", data={**hidden(page), "reviewer": name, "queue": "doubtful"})
        assert (refused.status_code, "이름" in refused.text) == (422, True)
    assert client.get("/queues/doubtful/next").url.path == "/"
    with pytest.raises(InputError):
        world.items.get(99)
