"""basic, missing and complete: every question classified once, paid for once, and told truly."""

from datetime import datetime

import pytest

from keyword_assets.configuration.prices import price_of
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.world import (
    DAY,
    NEXT_DAY,
    TODAY,
    Chats,
    answers_to,
    contents,
    execute,
    keyword_rows,
    questions,
    written,
)


def _asked(hcx: SimulatorServer) -> list[str]:
    return [text for record in hcx.stats.records for text in record.texts]


def test_complete_classifies_every_question_and_says_so(cli: CommandLine, chats: Chats) -> None:
    """The one command that an operator has to remember ends with the one sentence that matters."""
    chats.add(*questions(12))
    chats.add("")

    outcome = cli("complete", DAY, DAY)

    assert outcome.code == 0
    assert "[1] 기본 배치" in outcome.story
    assert "처리 12개 (재사용 0개) · 건너뜀 0개 · 실패 0개" in outcome.story
    assert "[2] 처리율 확인" in outcome.story
    assert "[3] 누락 데이터 처리" in outcome.story
    assert "검증: 남은 누락 0개" in outcome.story
    assert "전체 합계 (이번에 처리) 12개" in outcome.story
    assert "100.0 % — 고유 질문 12개가 모두 처리되었습니다." in outcome.story


def test_the_json_document_of_a_run_holds_what_it_did(cli: CommandLine, chats: Chats, hcx: SimulatorServer) -> None:
    """Monitoring reads money and gaps out of it; stdout carries nothing else."""
    chats.add(*questions(3), questions(1)[0] + " ")

    outcome = cli("complete", DAY, NEXT_DAY, "--json")
    document = outcome.document
    (record,) = hcx.stats.records

    assert outcome.code == 0
    assert {name: document[name] for name in document if name not in ("seconds", "check", "stopped", "usage")} == {
        "start": DAY,
        "end": NEXT_DAY,
        "mode": "complete",
        "processed": 4,
        "reused": 1,
        "skipped": 0,
        "failed": 0,
        "quarantined": 0,
        "requests": 1,
        "retries": 0,
        "tokens": {
            "prompt": record.prompt_tokens,
            "completion": record.completion_tokens,
            "reserved": document["tokens"]["reserved"],
        },
        "possibly_paid_twice": 0,
        "cost_krw": round((record.prompt_tokens * 1.25 + record.completion_tokens * 5) / 1000, 2),
        "model": "HCX-007",
        "price_as_of": price_of("HCX-007").as_of.isoformat(),
    }
    assert [(day["date"], day["requests"]) for day in document["usage"]] == [(DAY, 1)]
    assert document["tokens"]["reserved"] >= record.charged
    assert isinstance(document["seconds"], float)
    assert document["check"] == cli("check", DAY, NEXT_DAY, "--json").document


@pytest.mark.parametrize("mode", ["basic", "missing"])
def test_a_single_step_tells_its_mode(cli: CommandLine, chats: Chats, mode: str) -> None:
    """basic and missing give the same document as complete, under their own names."""
    chats.add("전학 절차")

    document = cli(mode, DAY, DAY, "--json").document

    assert (document["mode"], document["processed"], document["check"]["coverage"]) == (mode, 1, 1.0)


def test_the_rows_are_what_hcx_answered(chats: Chats) -> None:
    """The admin screens show these rows as facts about what people ask."""
    texts = questions(25)
    chats.add(*texts)

    straight.complete()

    assert written() == answers_to(texts)


def test_the_rows_carry_the_day_the_count_and_the_beginning_of_the_run(cli: CommandLine, chats: Chats) -> None:
    """`query_count` ranks the questions; `batch_created_at` tells the runs apart, so it is one value a run."""
    chats.add("전학 절차", times=3)
    chats.add("검정고시", "검정고시", "졸업증명서")
    chats.add("전학 절차", day=NEXT_DAY)

    cli("complete", DAY, NEXT_DAY, "--json")
    rows = keyword_rows()

    assert {(row["query_text"], row["created_at"], row["query_count"]) for row in rows} == {
        ("전학 절차", datetime(2025, 6, 11), 3),
        ("검정고시", datetime(2025, 6, 11), 2),
        ("졸업증명서", datetime(2025, 6, 11), 1),
        ("전학 절차", datetime(2025, 6, 12), 1),
    }
    assert {row["batch_created_at"] for row in rows} == {TODAY}


def test_no_row_is_there_twice(chats: Chats, hcx: SimulatorServer) -> None:
    """A doubled row doubles a keyword's rank."""
    chats.add(*questions(20), *questions(20))
    hcx.faults.add(Fault("truncated", times=1), Fault("double_id", times=2))

    straight.complete()
    rows = [(row["created_at"], row["query_text"], row["keyword"], row["category_id"]) for row in keyword_rows()]

    assert len(rows) == len(set(rows))


def test_a_second_run_sends_nothing_and_writes_nothing(cli: CommandLine, chats: Chats, hcx: SimulatorServer) -> None:
    """The command is run again whenever somebody is in doubt; doubt must not cost money."""
    chats.add(*questions(15))
    cli("complete", DAY, DAY, "--json")
    before, sent = contents(), hcx.stats.snapshot.received

    outcome = cli("complete", DAY, DAY, "--json")

    assert outcome.code == 0
    assert (outcome.document["processed"], outcome.document["skipped"]) == (0, 15)
    assert contents() == before
    assert hcx.stats.snapshot.received == sent


def test_a_text_asked_on_two_days_is_sent_once(cli: CommandLine, chats: Chats, hcx: SimulatorServer) -> None:
    """The popular questions come back every day; an answer given once is used for all of them."""
    chats.add("전학 절차", "검정고시")
    straight.basic()
    chats.add("전학 절차", "졸업증명서", day=NEXT_DAY)

    document = cli("basic", NEXT_DAY, NEXT_DAY, "--json").document

    assert sorted(_asked(hcx)) == ["검정고시", "전학 절차", "졸업증명서"]
    assert (document["processed"], document["reused"]) == (2, 1)


def test_an_answer_is_not_reused_under_another_model(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another model may judge otherwise; its rows must be its own."""
    chats.add("전학 절차")
    straight.basic()
    chats.add("전학 절차", day=NEXT_DAY)
    monkeypatch.setenv("HCX_MODEL", "HCX-005")

    document = cli("basic", NEXT_DAY, NEXT_DAY, "--json").document

    assert (document["processed"], document["reused"], document["requests"]) == (1, 0, 1)


@pytest.mark.parametrize("model", ["HCX-007", "HCX-005", "HCX-DASH-002"])
def test_every_model_can_do_the_whole_job(
    chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    """They take requests of different forms; the rows are the same."""
    texts = questions(12)
    chats.add(*texts)
    monkeypatch.setenv("HCX_MODEL", model)

    assert straight.complete().day.missing == 0
    assert {record.model for record in hcx.stats.records} == {model}
    assert written() == answers_to(texts)


def test_fifty_new_questions_among_a_thousand_known_take_five_requests(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer
) -> None:
    """The usual night: what is known is known, and what is new goes out in full requests."""
    known, new = questions(1_050)[:1_000], questions(1_050)[1_000:]
    chats.add(*known)
    straight.basic()
    hcx.stats.reset()
    chats.add(*known, *new, day=NEXT_DAY)

    document = cli("complete", NEXT_DAY, NEXT_DAY, "--json").document

    assert (document["processed"], document["reused"]) == (1_050, 1_000)
    assert sorted(_asked(hcx)) == sorted(new)
    assert hcx.stats.snapshot.received <= 5


def test_the_four_commands_one_after_the_other_close_the_gap(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer
) -> None:
    """basic leaves a gap where HCX failed, check shows it, missing sends it and nothing else, complete has no work."""
    chats.add(*questions(3))
    hcx.faults.add(Fault("error"))

    basic, check = cli("basic", DAY, DAY, "--json"), cli("check", DAY, DAY, "--json")
    hcx.faults.clear()
    missing, complete = cli("missing", DAY, DAY, "--json"), cli("complete", DAY, DAY, "--json")

    assert [basic.code, check.code, missing.code, complete.code] == [3, 3, 0, 0]
    assert basic.document["failed"] == 3
    assert check.document["total"]["missing"] == 3
    assert (missing.document["processed"], missing.document["skipped"]) == (3, 0)
    assert (complete.document["processed"], complete.document["skipped"]) == (0, 3)


def test_a_minute_of_trouble_at_hcx_needs_no_second_command(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text whose request failed while others passed is asked again; the summary tells where rows came from."""
    chats.add(*questions(3))
    monkeypatch.setenv("HCX_BATCH_SIZE", "1")
    hcx.faults.add(Fault("error", times=2, text=questions(1)[0]))

    outcome = cli("complete", DAY, DAY)

    assert outcome.code == 0
    assert "기본 배치 3개" in outcome.story
    assert "누락 데이터 0개" in outcome.story
    assert "실패 0개" in outcome.story


@pytest.mark.parametrize("mode", ["basic", "complete", "missing"])
def test_a_limit_sends_the_most_asked_first(cli: CommandLine, chats: Chats, hcx: SimulatorServer, mode: str) -> None:
    """With a small budget, the questions that most people asked should be the ones that get keywords."""
    chats.add("한 번 물은 것", "또 한 번 물은 것")
    chats.add("다섯 번 물은 것", times=5)
    chats.add("세 번 물은 것", times=3, day=NEXT_DAY)

    outcome = cli(mode, DAY, NEXT_DAY, "--limit", "2", "--json")

    assert sorted(_asked(hcx)) == ["다섯 번 물은 것", "세 번 물은 것"]
    assert (outcome.code, outcome.document["stopped"], outcome.document["check"]["total"]["missing"]) == (3, "limit", 2)


def test_a_limit_that_was_reached_is_said(cli: CommandLine, chats: Chats) -> None:
    """Otherwise the gap would look like a failure."""
    chats.add(*questions(3))

    outcome = cli("complete", DAY, DAY, "--limit", "1")

    assert outcome.code == 3
    assert "--limit에 닿아 멈췄습니다" in outcome.story


def test_a_limit_above_what_is_missing_changes_nothing(cli: CommandLine, chats: Chats) -> None:
    """A standing limit in a cron job must not report a stop that never was."""
    chats.add(*questions(3))

    outcome = cli("complete", DAY, DAY, "--limit", "3", "--json")

    assert (outcome.code, outcome.document["stopped"]) == (0, None)


def test_a_limit_of_nothing_sends_nothing(cli: CommandLine, chats: Chats, hcx: SimulatorServer) -> None:
    """A rehearsal on production: all the steps, and no cost."""
    chats.add(*questions(3))

    outcome = cli("complete", DAY, DAY, "--limit", "0", "--json")

    assert (outcome.code, hcx.stats.snapshot.received, keyword_rows()) == (3, 0, [])


def test_the_limit_counts_questions_and_not_tries(chats: Chats, hcx: SimulatorServer) -> None:
    """A reply that has to be asked again must not eat up somebody else's place."""
    chats.add(*questions(4))
    hcx.faults.add(Fault("not_json", times=1))

    done = straight.basic(limit=2)

    assert done.result.processed == 2
    assert len(set(_asked(hcx))) == 2


def test_the_limit_holds_for_both_steps_of_complete_together(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`complete --limit 2` may send two questions, not two in each of its steps."""
    chats.add(*questions(6))
    monkeypatch.setenv("HCX_BATCH_SIZE", "1")
    hcx.faults.add(Fault("error", times=2, text=questions(1)[0]))

    cli("complete", DAY, DAY, "--limit", "2", "--json")

    assert len(set(_asked(hcx))) == 2


def test_a_token_budget_stops_the_run_before_it_is_passed(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The budget is somebody's money; the run stops cleanly and says why."""
    chats.add(*questions(30))
    monkeypatch.setenv("HCX_BATCH_SIZE", "5")
    monkeypatch.setenv("HCX_TOKEN_BUDGET", "5000")

    outcome = cli("complete", DAY, DAY, "--json")

    assert (outcome.code, outcome.document["stopped"]) == (3, "budget")
    assert 0 < hcx.stats.snapshot.tokens_charged <= outcome.document["tokens"]["reserved"] <= 5000
    assert 0 < outcome.document["processed"] < 30


def test_a_token_budget_too_small_for_one_request_sends_nothing(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even the first request may pass it."""
    chats.add(*questions(3))
    monkeypatch.setenv("HCX_TOKEN_BUDGET", "10")

    outcome = cli("complete", DAY, DAY)

    assert (outcome.code, hcx.stats.snapshot.received) == (3, 0)
    assert "HCX_TOKEN_BUDGET에 닿아 멈췄습니다" in outcome.story


def test_the_story_can_be_told_in_english(cli: CommandLine, chats: Chats) -> None:
    """Every line of it, so that no half is left untranslated."""
    chats.add(*questions(2))

    outcome = cli("complete", DAY, DAY, "--lang", "en")

    assert "100.0 %: all 2 unique questions are classified." in outcome.story
    assert "total processed now 2" in outcome.story
    own_words = outcome.out + outcome.err
    assert not [character for character in own_words if "가" <= character <= "힣"]


def test_messages_that_came_late_are_shown_by_check_and_mended_by_complete(cli: CommandLine, chats: Chats) -> None:
    """A chat server that was offline delivers yesterday's messages today; counts and gaps must follow."""
    chats.add("전학 절차")
    straight.complete()
    chats.add("전학 절차", times=4)
    chats.add("검정고시")

    late = cli("check", DAY, DAY, "--json")
    mended = cli("complete", DAY, DAY, "--json")

    assert (late.code, late.document["total"]["missing"], late.document["total"]["messages"]) == (3, 1, 6)
    assert mended.code == 0
    assert {(row["query_text"], row["query_count"]) for row in keyword_rows()} == {("전학 절차", 5), ("검정고시", 1)}


def test_rows_that_somebody_deleted_are_a_gap_again(cli: CommandLine, chats: Chats, hcx: SimulatorServer) -> None:
    """Coverage is counted from the rows, not from what runs remember; and the stored answer costs nothing."""
    chats.add("전학 절차", "검정고시")
    straight.complete()
    execute("DELETE FROM admin_chat_keywords WHERE query_text = '검정고시'")
    sent = hcx.stats.snapshot.received

    gap = cli("check", DAY, DAY, "--json")
    mended = cli("missing", DAY, DAY, "--json")

    assert (gap.code, gap.document["total"]["missing"]) == (3, 1)
    assert (mended.code, mended.document["reused"]) == (0, 1)
    assert hcx.stats.snapshot.received == sent


def test_only_the_days_asked_for_are_touched(cli: CommandLine, chats: Chats) -> None:
    """Somebody may be working on the neighbouring days."""
    chats.add("전학 절차", day=DAY)
    chats.add("검정고시", day=NEXT_DAY)

    cli("complete", NEXT_DAY, NEXT_DAY, "--json")

    assert {row["query_text"] for row in keyword_rows()} == {"검정고시"}


def test_the_categories_come_with_the_first_run(chats: Chats) -> None:
    """The admin screens look up their names there."""
    chats.add("전학 절차")

    straight.complete()

    assert (1, "학교폭력") in contents()["admin_categories"]
    assert len(contents()["admin_categories"]) == 11
