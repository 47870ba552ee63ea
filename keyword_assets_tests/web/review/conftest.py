"""The page of reviewers over a real database, without a server; `Browser` stands in for one that runs no script."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from itertools import count
from typing import Any

import pytest
from httpx import Response
from starlette.testclient import TestClient

from keyword_assets import privacy
from keyword_assets.core.quality.reviewing import Doubtful, ReviewItem
from keyword_assets.core.questions import Mask
from keyword_assets.quality.desk import ReviewDesk
from keyword_assets.quality.finishing import Finishing
from keyword_assets.quality.reviewing import Reviewing
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.audits import Audits
from keyword_assets.sql.quality.doubtful import offer
from keyword_assets.sql.quality.judging import Judging
from keyword_assets.sql.quality.review_items import ReviewItems
from keyword_assets.web.door import Door
from keyword_assets.web.review.app import review_app
from keyword_assets_tests.builders import (
    BATCH_TIME,
    DAY,
    VERSION,
    add_keyword_row,
    add_messages,
    make_store,
    make_taxonomy,
)

URL = "http://127.0.0.1:8410"
COOKIE = "keyword_review_8410"


@dataclass
class Browser:
    """A client with its cookies; it sends what forms on a page hold, and what a browser says of itself."""

    client: TestClient

    def get(self, path: str, **how: Any) -> Response:
        """A page."""
        return self.client.get(path, **how)

    def press(self, page: Response, action: str, path: str = "", **fields: Any) -> Response:
        """A button of the form that a page has, with what was typed."""
        form = hidden(page) | {"action": action, **fields}
        return self.client.post(path or str(page.url.path), data=form, headers={"origin": URL})

    def judge(self, action: str, **fields: Any) -> Response:
        """A button on the next item."""
        return self.press(self.get("/queues/doubtful/next"), action, **fields)

    def undo(self, page: Response) -> Response:
        """The first such button on a page."""
        path = re.search(r'action="(/items/\d+/undo)"', page.text)
        assert path is not None
        return self.client.post(path[1], data=hidden(page), headers={"origin": URL})


def hidden(page: Response) -> dict[str, Any]:
    """The hidden fields of a page's forms, each once."""
    found = re.findall(r'<input type="hidden" name="(key|seen)" value="([^"]*)">', page.text)
    return {name: unescape(value) for name, value in found}


def posted_again(page: Response) -> dict[str, str]:
    """The fields of a form that was not taken, which its page offers to send once more."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text)
    return {name: unescape(value) for name, value in found}


def typed(page: Response) -> dict[str, list[str]]:
    """What stands in the fields of keywords."""
    rows = {
        "was": r'name="was" value="([^"]*)"',
        "keyword": r'name="keyword" value="([^"]*)"',
    }
    found = {name: [unescape(value) for value in re.findall(rule, page.text)] for name, rule in rows.items()}
    selects = re.findall(r'<select[^>]*name="category">(.*?)</select>', page.text, re.DOTALL)
    chosen = [re.search(r'value="(\d+)" selected', select) for select in selects]
    return {**found, "category": ["" if one is None else one[1] for one in chosen]}


@dataclass
class World:
    """The page, and what stands behind it."""

    store: SqlQuestionStore
    items: ReviewItems
    desk: ReviewDesk
    door: Door = field(default_factory=Door)
    reviewer: str | None = None

    def offer(self, *texts: str, answer: str = '[["전학 절차", 1]]') -> None:
        """Put texts on the doubtful list, the most doubtful first, with rows that say their answer."""
        for text in texts:
            add_messages(self.store, text)
            add_keyword_row(self.store, text, keyword="전학 절차", category_id=1)
        offer(
            self.store.engine,
            self.store.tables,
            [Doubtful(DAY, text, 2, answer, 1 - at / 100, "드문 낱말") for at, text in enumerate(texts)],
        )

    def opened(self) -> tuple[TestClient, str | None]:
        """A browser that has not been at the page, and the token of its address."""
        app, token = review_app(self.desk, self.door, first=None, reviewer=self.reviewer, cookie=COOKIE)
        return TestClient(app, URL, client=("127.0.0.1", 50_000)), token

    def browser(self, reviewer: str = "김") -> Browser:
        """One that a reviewer has begun with."""
        client, token = self.opened()
        page = client.get("/" if token is None else f"/?token={token}")
        client.post("/start", data={**hidden(page), "reviewer": reviewer, "queue": "doubtful"})
        return Browser(client)

    def item(self, text: str) -> ReviewItem:
        """The item of a text."""
        (found,) = [item for item in self.items.all(None) if item.text == text]
        return found


MakeWorld = Callable[..., World]


@pytest.fixture
def make_world() -> Iterator[MakeWorld]:
    """Worlds over a database at a URL."""
    until = ExitStack()

    def made(url: str, mask: Mask = privacy.mask) -> World:
        store = make_store(url)
        until.callback(store.engine.dispose)
        taxonomy = make_taxonomy()
        store.sync_categories(taxonomy)
        ticks = count()

        def now() -> datetime:
            return BATCH_TIME + timedelta(seconds=next(ticks))

        items = ReviewItems(store.engine, store.tables)
        judging = Judging(store.engine, store.tables, items, now)
        reviewing = Reviewing(store, items, judging, taxonomy, VERSION)
        finishing = until.enter_context(Finishing(reviewing.finish, pause=0.01))
        audits = Audits(store.engine, store.tables, now)
        return World(store, items, ReviewDesk(store, reviewing, audits, finishing, mask, 600))

    with until:
        yield made


@pytest.fixture
def world(make_world: MakeWorld, sqlite_url: str) -> World:
    """One on SQLite."""
    return make_world(sqlite_url)
