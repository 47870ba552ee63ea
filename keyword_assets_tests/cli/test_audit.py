"""A sample is drawn, judged, and told of."""

from collections.abc import Callable
from typing import Any

import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.quality.sampling import ASSUMED_ACCURACY
from keyword_assets.sql.opening import open_store
from keyword_assets.sql.quality.judging import Judging
from keyword_assets.sql.quality.review_items import ReviewItems
from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine, Once
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats, contents, execute, questions

# Of forty questions, each asked so often on the first day; ten of them once on the second, too.
TIMES = 3
DRAW = ("audit", "draw", DAY, NEXT_DAY)
Judge = Callable[..., None]


@pytest.fixture
def classified(cli: CommandLine, chats: Chats, once: Once) -> None:
    """Two days, of which every question has an answer."""

    def classify() -> None:
        chats.add(*questions(40), times=TIMES)
        chats.add(*questions(10), day=NEXT_DAY)
        assert [day.missing for day in straight.complete(DAY, NEXT_DAY).days] == [0, 0]

    once(classify)


@pytest.fixture
def judge() -> Judge:
    """Somebody judges an audit: the first `skipped` are skipped, the next `wrong` are wrong in their keywords."""

    def work(audit: int = 1, wrong: int = 0, skipped: int = 0) -> None:
        settings = Settings.from_env()
        catch_all = load_taxonomy(settings.taxonomy).catch_all.id
        with open_store(settings) as store:
            items = ReviewItems(store.engine, store.tables)
            judging = Judging(store.engine, store.tables, items, settings.now)
            for place, item in enumerate(items.all(audit)):
                verdict = "skipped" if place < skipped else "wrong" if place < skipped + wrong else "right"
                said = {"category_right": True} if verdict == "wrong" else {}
                judging.judge(item.id, verdict, "김", catch_all=catch_all, **said)  # type: ignore[arg-type]

    return work


def test_a_sample_is_drawn_and_told_of(cli: CommandLine, classified: None) -> None:
    told = cli(*DRAW, "--size", "20", "--json")

    assert told.code == 0
    assert told.document == {
        "audit": 1,
        "population": {"questions": 50, "messages": 40 * TIMES + 10},
        "sample": 20,
        "expected_margin": told.document["expected_margin"],
    }
    assert 0.05 < told.document["expected_margin"] < 0.2


@pytest.mark.parametrize("by", ["questions", "messages"])
def test_the_same_seed_draws_the_same_sample(cli: CommandLine, classified: None, by: str) -> None:
    for _ in range(2):
        assert cli(*DRAW, "--size", "12", "--seed", "5", "--by", by, "--json").code == 0

    items = contents()["keyword_review_items"]
    drawn = [sorted(row[2:] for row in items if row[1] == audit) for audit in (1, 2)]
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == 12


def test_a_margin_says_how_many_are_drawn(cli: CommandLine, classified: None) -> None:
    narrow, wide = (cli(*DRAW, "--margin", margin, "--json").document for margin in ("0.08", "0.15"))

    assert narrow["expected_margin"] <= 0.08
    assert wide["expected_margin"] <= 0.15
    assert wide["sample"] < narrow["sample"] < 50


def test_nothing_is_known_before_anybody_has_judged(cli: CommandLine, classified: None) -> None:
    cli(*DRAW, "--size", "20")
    told = cli("audit", "show", "--json").document

    assert (told["sample"], told["judged"], told["skipped"]) == (20, 0, 0)
    assert told["category"] == {"accuracy": None, "low": 0.0, "high": 1.0}
    assert "잠정" in cli("audit", "show").story


def test_what_was_judged_is_told_with_its_interval_and_what_was_skipped(
    cli: CommandLine, classified: None, judge: Judge
) -> None:
    """Category and keywords apart: the wrong ones are wrong in their keywords alone."""
    # Of another sample, all that is wrong may be what is rare.
    cli(*DRAW, "--size", "50", "--seed", "5")
    judge(wrong=5, skipped=4)
    told = cli("audit", "show", "1", "--json").document

    assert set(told) == {"audit", "sample", "judged", "skipped", "category", "keywords", "categories"}
    assert (told["audit"], told["sample"], told["judged"], told["skipped"]) == (1, 50, 46, 4)
    assert told["category"]["accuracy"] == 1
    assert told["keywords"]["low"] < told["keywords"]["accuracy"] < told["keywords"]["high"]
    assert 0.8 < told["keywords"]["accuracy"] < 0.95
    assert sum(row["n"] for row in told["categories"]) == 46
    assert all(set(row) == {"category", "n", "accuracy", "low", "high"} for row in told["categories"])


def test_people_read_progress_figures_and_what_was_left_out(cli: CommandLine, classified: None, judge: Judge) -> None:
    cli(*DRAW, "--size", "20", "--seed", "9")
    judge(skipped=3)
    told = cli("audit", "show", "--lang", "en").story

    assert "Of 20: 17 judged, 0 could not be judged, 3 skipped, 0 open" in told
    assert "seed 9" in told
    assert "100.0 %" in told
    assert "What was not judged" in told


def test_a_source_that_changed_since_changes_nothing_of_an_audit(
    cli: CommandLine, chats: Chats, classified: None, judge: Judge
) -> None:
    """Late messages, deleted rows and answers written anew: the sample is of what there was."""
    cli(*DRAW, "--size", "30", "--by", "messages", "--seed", "1")
    judge(wrong=6)
    before = cli("audit", "show", "--json").document
    chats.add(*questions(20), times=50)
    execute("DELETE FROM admin_chat_keywords WHERE keyword LIKE '%'")

    assert cli("audit", "show", "--json").document == before
    assert "30개 가운데 30개는 지금 다른 답이거나" in cli("audit", "show").story


def test_a_deleted_question_can_still_be_judged(cli: CommandLine, classified: None, judge: Judge) -> None:
    """Its text and its answer were kept when it was drawn."""
    cli(*DRAW, "--size", "50")
    for table in ("admin_chat_keywords", "chattings"):
        execute(f"DELETE FROM {table}")
    judge()

    assert cli("audit", "show", "--json").document["judged"] == 50


def test_the_report_tells_of_a_finished_audit(cli: CommandLine, classified: None, judge: Judge, tmp_path: Any) -> None:
    cli(*DRAW, "--size", "30")
    report = ("report", DAY, NEXT_DAY, "--out", str(tmp_path / "out"), "--format", "html", "--overwrite")
    cli(*report)
    (page,) = (tmp_path / "out").glob("*.html")
    before = page.read_text()
    judge()
    cli(*report)

    assert "감사한 분류 정확도" not in before
    assert "감사 1: 30 / 50" in page.read_text()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((*DRAW, "--size", "5", "--margin", "0.1"), "--margin"),
        (("audit", "draw", "2025-06-15", "2025-06-16", "--size", "5"), "2025-06-15"),
        (("audit", "show"), "audit draw"),
        (("audit", "show", "7"), "7"),
    ],
)
def test_what_cannot_be_done_is_said(
    cli: CommandLine, classified: None, arguments: tuple[str, ...], complaint: str
) -> None:
    told = cli(*arguments)

    assert told.code == 2
    assert complaint in told.complaint


def test_without_statistics_it_is_said_what_to_install(
    cli: CommandLine, classified: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keyword_assets.quality.extra._NEEDED", ("scipy", "no_such_library"))
    told = cli(*DRAW, "--size", "5")

    assert told.code == 2
    assert "keyword-assets[quality]" in told.complaint


def test_the_width_is_told_beforehand_with_what_it_assumes(cli: CommandLine, classified: None) -> None:
    told = cli(*DRAW, "--size", "20", "--lang", "en").story

    assert "20 of 50 answered questions (130 messages) were drawn" in told
    assert f"If the accuracy is {ASSUMED_ACCURACY:.0%}".replace("%", " %") in told


def test_audits_on_mysql_are_as_on_sqlite(cli: CommandLine, on_mysql: None, chats: Chats, judge: Judge) -> None:
    """The seed draws the same questions there: hashes are of texts, not of rows."""
    chats.add(*questions(40), times=TIMES)
    assert straight.complete().day.missing == 0
    assert cli("audit", "draw", DAY, DAY, "--size", "15", "--by", "messages", "--json").document["sample"] == 15
    judge(wrong=2)

    assert cli("audit", "show", "--json").document["judged"] == 15
