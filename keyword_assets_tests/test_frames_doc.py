"""docs/frames.md: its code runs over the demo's data and prints what the page shows, in both languages."""

import contextlib
import io
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from keyword_assets.cli.main import run
from keyword_assets.configuration.settings import Settings
from keyword_assets.core import texts
from keyword_assets.demo import DEMO_END, DEMO_START, demo_messages
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.sql.loading.messages import insert_messages
from keyword_assets.sql.opening import open_store
from keyword_assets_tests.test_frames import FRAMES, told_dtypes
from keyword_assets_tests.world import environment

DOCS = Path(__file__).parent.parent / "docs"
ENGLISH, KOREAN = PAGES = ("frames.md", "frames.ko.md")
each_page = pytest.mark.parametrize("page", PAGES)


def _blocks(page: str) -> list[tuple[str, str]]:
    """The kind and the text of each piece of code or output."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", (DOCS / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)


@pytest.fixture
def demo(
    sqlite_url: str, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[None]:
    """The demo's chats, of which all but a few of the last day are classified."""
    for name, value in environment(sqlite_url, hcx.url).items():
        monkeypatch.setenv(name, value)
    with open_store(Settings.from_env(), create=True) as store:
        insert_messages(store.engine, store.tables, demo_messages())
    run(["basic", str(DEMO_START), "2025-06-13", "--json"])
    run(["basic", str(DEMO_END), str(DEMO_END), "--limit", "60", "--json"])
    capsys.readouterr()
    # What the page sets holds for the process.
    with pd.option_context("display.unicode.east_asian_width", False, "display.width", 80, "display.max_columns", 0):
        yield
    texts.use("ko")


def test_the_code_prints_what_the_page_shows(demo: None) -> None:
    """It is copied into notebooks; what it prints is what the reader expects to see."""
    blocks, names, shown = _blocks(ENGLISH), dict[str, Any](), []
    for (kind, code), (next_kind, _) in pairwise([*blocks, ("", "")]):
        if kind == "python":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(code, ENGLISH, "exec"), names)
            if next_kind == "text":
                shown.append("\n".join(line.rstrip() for line in printed.getvalue().splitlines()) + "\n")

    assert shown == [text for kind, text in blocks if kind == "text"]


def test_both_languages_have_the_same_code_and_output() -> None:
    """One of them is run; comments are as the page's language."""
    english, korean = ([re.sub(r"#.*", "", text) for _, text in _blocks(page)] for page in PAGES)

    assert english == korean


@each_page
def test_the_table_tells_the_columns_of_each_frame(page: str) -> None:
    """Dtypes are looked up there."""
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", (DOCS / page).read_text("utf-8"), re.MULTILINE))
    shown = {
        name: {
            column: part.rsplit(" ", 1)[1] for part in columns.split(" · ") for column in re.findall(r"`(\w+)`", part)
        }
        for name, columns in rows.items()
    }

    assert shown == {name: told_dtypes(name) for name in FRAMES}
