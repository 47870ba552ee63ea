"""`few-shot`, `taxonomy suggest` and `evaluate --from-reviews`: from reviews to a measured change."""

import stat
from pathlib import Path
from typing import Any

import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.classifying.answers import read_pairs
from keyword_assets.core.models.questions import Keyword
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.slips import Slips
from keyword_assets.quality.reviewing import Reviewing
from keyword_assets.sql.opening import open_store
from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.cli.test_evaluate import write
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats, questions

TEXTS = questions(40)
CHOOSE = ("few-shot", "choose", "--size", "4")


@pytest.fixture
def confused(cli: CommandLine, chats: Chats, hcx: SimulatorServer) -> Any:
    """Forty answers, many of them under the category 기타, that somebody has judged and put right, all but one.

    The simulator learns all that it is shown.
    """
    names = {"전학, 편입": "기타", "입학 관련": "기타", "학교폭력": "기타"}
    hcx.slips = Slips(rate=0.5, pairs={right: {wrong: 1.0} for right, wrong in names.items()}, taught=1.0)
    chats.add(*TEXTS)
    assert straight.complete().day.missing == 0
    assert cli("audit", "draw", DAY, DAY, "--size", "40", "--seed", "1").code == 0
    settings, wrong = Settings.from_env(), 0
    with open_store(settings) as store:
        reviewing = Reviewing.of(settings, store)
        for item in reviewing.items.all(1):
            right = reviewing.taxonomy.id_of(hcx.right_category(item.text))
            assert right is not None
            pairs = read_pairs(item.answer)
            if item.text == TEXTS[0]:
                reviewing.judge(item.id, "unsure", "김")
            elif pairs[0][1] == right:
                reviewing.judge(item.id, "right", "김")
            else:
                wrong += 1
                answer = tuple(Keyword(word, right) for word, _ in pairs)
                reviewing.judge(item.id, "wrong", "김", right_answer=answer)
        reviewing.finish()
    assert wrong > 4
    return wrong


def test_examples_are_chosen_once_and_measured_on_what_they_do_not_give_away(
    cli: CommandLine, confused: int, hcx: SimulatorServer, tmp_path: Path
) -> None:
    """A set that moved with each correction would be a classifier of its own, and be paid for, every day."""
    chosen = cli(*CHOOSE, "--json").document
    path = Path(chosen["file"])
    before = path.read_bytes()

    assert (chosen["confused"], len(chosen["examples"])) == (confused, 4)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert cli(*CHOOSE).code == 2
    assert cli(*CHOOSE, "--overwrite").code == 0
    assert path.read_bytes() == before
    assert cli("few-shot", "show", "--json").document["examples"] == chosen["examples"]

    golden = write(tmp_path / "golden.csv", [(text, hcx.right_category(text)) for text in TEXTS])
    asked_before = len(hcx.stats.records)
    found = cli("evaluate", golden, "--few-shot", "4", "--against", "--few-shot", "0", "--json").document

    asked = {text for record in hcx.stats.records[asked_before:] for text in record.texts}
    assert asked == set(TEXTS) - {one["text"] for one in chosen["examples"]}
    assert (found["n"], found["against"]["n"], found["golden"]["left_out"]["shown"]) == (36, 36, 4)
    assert (found["configuration"]["few_shot"], found["against"]["configuration"]["few_shot"]) == (4, 0)
    assert found["against"]["difference"] > 0
    assert "예 4개" in cli("evaluate", golden, "--few-shot", "4").story


def test_what_examples_cost_is_told_beforehand_and_kept_answers_are_not_theirs(
    cli: CommandLine, confused: int, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats.add(*TEXTS[:20], day=NEXT_DAY)
    without = cli("complete", NEXT_DAY, NEXT_DAY, "--dry-run", "--json").document
    monkeypatch.setenv("KEYWORDS_FEW_SHOT", "4")

    first = cli("complete", NEXT_DAY, NEXT_DAY, "--dry-run", "--json")
    planned = first.document
    shown = cli("complete", NEXT_DAY, NEXT_DAY, "--dry-run").story

    assert "few_shot" not in without
    assert "예 4개를 골라" in first.err
    assert (without["texts"], planned["few_shot"]["examples"]) == (0, 4)
    # What a person has corrected is never sent.
    assert 0 < planned["texts"] < 20
    assert planned["few_shot"]["tokens_a_request"] > 100
    assert 0 < planned["few_shot"]["cost_krw"] < planned["cost_krw"]
    assert "모델에 보이는 예" in shown


def test_examples_that_nobody_can_choose_are_asked_for(
    cli: CommandLine, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats.add(*TEXTS[:1])
    assert cli(*CHOOSE).code == 2
    monkeypatch.setenv("KEYWORDS_FEW_SHOT", "4")

    outcome = cli("basic", DAY, DAY)

    assert outcome.code == 2
    assert "먼저 검토하거나 KEYWORDS_FEW_SHOT을 지워" in outcome.err


def test_golden_questions_come_from_reviews_and_measure_better_descriptions(
    cli: CommandLine, confused: int, hcx: SimulatorServer, tmp_path: Path
) -> None:
    """What people have corrected is right, and never what the model is said to have answered."""
    reviews, path = ("--from-reviews", DAY, DAY), str(tmp_path / "candidate.yaml")
    received = hcx.stats.snapshot.received

    found = cli("taxonomy", "suggest", DAY, "--out", path, "--json").document
    written = cli("taxonomy", "suggest").out

    assert hcx.stats.snapshot.received == received
    assert 0 < sum(one["count"] for one in found["confusions"]) <= confused
    assert written == Path(path).read_text(encoding="utf-8")

    found = cli("evaluate", *reviews, "--taxonomy", path, "--against", "--json").document
    now = cli("evaluate", *reviews, "--json").document

    assert (now["n"], now["accuracy"]) == (39, (39 - confused) / 39)
    assert now["golden"]["from_reviews"]
    assert now["golden"]["left_out"] == {"shown": 0, "unsure": 1, "skipped": 0, "wrong": 0, "gone": 0}
    assert found["configuration"]["version"] != found["against"]["configuration"]["version"]
    assert found["against"]["difference"] == pytest.approx(found["accuracy"] - now["accuracy"])
    assert found["accuracy"] > now["accuracy"]
    assert "지금의 분류기가 조금 유리" in cli("evaluate", "--from-reviews", DAY).story


@pytest.mark.parametrize("words", [(), ("golden.csv", "--from-reviews", DAY)])
def test_either_a_file_or_reviews(cli: CommandLine, words: tuple[str, ...]) -> None:
    assert cli("evaluate", *words).code == 2
