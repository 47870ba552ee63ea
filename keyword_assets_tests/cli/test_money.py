"""What a run may spend, what it says it has spent, and at which prices."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine, Outcome, Process
from keyword_assets_tests.world import DAY, NEXT_DAY, TODAY, Chats, Clock, contents, keyword_rows, questions

PRICES = "as_of: 2026-01-31\nmodels:\n  HCX-007: {input_per_1k: 1000, output_per_1k: 2000}\n"


@pytest.fixture
def small_requests(chats: Chats, monkeypatch: pytest.MonkeyPatch) -> Chats:
    """Forty questions in eight requests of a day, which cost about two won each, one after the other."""
    chats.add(*questions(40))
    for name, value in {"BATCH_SIZE": 5, "QPM": 1, "QUOTA_WINDOW_SECONDS": 0.001}.items():
        monkeypatch.setenv(f"HCX_{name}", str(value))
    return chats


def _spent() -> float:
    return float(sum(row[-1] for row in contents()["keyword_usage"]))


# -- budgets ---------------------------------------------------------------------------------------------------


def test_a_days_budget_stops_the_run_until_it_is_raised(
    cli: CommandLine, small_requests: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A schedule that is restarted by hand five times a day must not spend it five times."""
    monkeypatch.setenv("HCX_DAILY_BUDGET_KRW", "8")

    first = cli("complete", DAY, DAY, "--json")
    requests = hcx.stats.snapshot.received
    again, told = cli("complete", DAY, DAY, "--json"), cli("missing", DAY, DAY)
    after = hcx.stats.snapshot.received
    monkeypatch.setenv("HCX_DAILY_BUDGET_KRW", "1,000")
    raised = straight.complete()

    assert (first.code, first.document["stopped"]) == (3, "budget_krw")
    assert 0 < first.document["processed"] < 40
    assert 0 < first.document["cost_krw"] <= 8
    assert (again.code, again.document["stopped"], again.document["requests"]) == (3, "budget_krw", 0)
    assert "HCX_DAILY_BUDGET_KRW" in told.story
    assert after == requests
    assert (raised.day.missing, raised.result.stopped) == (0, None)


def test_the_next_day_has_a_budget_of_its_own(
    small_requests: Chats, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a budget a day, and the gap closes day by day."""
    monkeypatch.setenv("HCX_DAILY_BUDGET_KRW", "8")
    straight.complete()
    clock.now += timedelta(days=1)

    done = straight.complete()

    assert done.result.processed > 0
    assert {row[0] for row in contents()["keyword_usage"]} == {str(TODAY.date()), str(TODAY.date() + timedelta(days=1))}


def test_a_days_budget_of_nothing_sends_nothing(
    cli: CommandLine, small_requests: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0 is a budget, not the absence of one."""
    monkeypatch.setenv("HCX_DAILY_BUDGET_KRW", "0")

    outcome = cli("complete", DAY, DAY)

    assert (outcome.code, hcx.stats.snapshot.received, keyword_rows()) == (3, 0, [])
    assert "오늘의 예산 HCX_DAILY_BUDGET_KRW에 이르러 멈췄습니다" in outcome.story


def test_two_runs_share_the_days_budget(
    process: Process,
    other_home: str,
    chats: Chats,
    hcx: SimulatorServer,
    small_requests: Chats,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever comes second finds what is left, not a purse of their own."""
    monkeypatch.setenv("HCX_DAILY_BUDGET_KRW", "8")
    children = [process("complete", DAY, DAY, "--json", DAGSTER_HOME=home) for home in ("", other_home)]
    for child in children:
        child.communicate(timeout=60)

    assert [child.returncode for child in children] == [3, 3]
    assert 0 < _spent() <= 8
    assert _spent() == pytest.approx(
        sum(r.prompt_tokens * 1.25 + r.completion_tokens * 5 for r in hcx.stats.records) / 1000, abs=0.01
    )


# -- what it cost ---------------------------------------------------------------------------------------------------


def test_each_day_has_its_own_line_and_all_add_up(cli: CommandLine, chats: Chats, hcx: SimulatorServer) -> None:
    """Requests are shared by days; every won has to be on one of them."""
    chats.add(*questions(14), day=DAY)
    chats.add(*[f"{text}, 다음 날" for text in questions(9)], day=NEXT_DAY)

    document = cli("complete", DAY, NEXT_DAY, "--json").document
    days = document["usage"]

    def total(name: str) -> Any:
        return sum(day[name] for day in days)

    assert [day["date"] for day in days] == [DAY, NEXT_DAY]
    assert all(day["prompt"] > 0 and day["completion"] > 0 for day in days)
    assert {name: total(name) for name in ("prompt", "completion", "reserved")} == document["tokens"]
    assert total("requests") == document["requests"] == hcx.stats.snapshot.received
    assert total("cost_krw") == pytest.approx(document["cost_krw"], abs=0.01)
    assert _spent() == pytest.approx(document["cost_krw"], abs=0.01)


def test_the_summary_shows_cost_model_and_date_and_a_line_a_day(cli: CommandLine, chats: Chats) -> None:
    """It is what goes into the monthly report."""
    chats.add(*questions(5), day=DAY)
    chats.add(*questions(9)[5:], day=NEXT_DAY)

    story = cli("complete", DAY, NEXT_DAY).story

    assert "원 (HCX-007, 2026-" in story
    assert "날짜별 비용" in story
    for day in (DAY, NEXT_DAY):
        assert [line for line in story.split("날짜별 비용")[1].split("최종 요약")[0].split("원") if day in line]


def test_the_tries_of_a_run_that_failed_are_on_the_bill_too(chats: Chats, hcx: SimulatorServer) -> None:
    """A run that brought nothing has not cost nothing."""
    chats.add(*questions(5))
    hcx.faults.add(Fault("not_json"))

    result = straight.basic().result
    kept = contents()["keyword_usage"]

    assert result.processed == 0
    assert result.cost_krw > 0
    assert sum(row[-1] for row in kept) == pytest.approx(result.cost_krw, abs=0.01)
    assert sum(row[4] for row in kept) == result.usage.requests == hcx.stats.snapshot.received


def test_a_lost_answer_is_told_as_possibly_paid_twice(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bill may be higher than the sum of the answers; nobody should have to find that out alone."""
    chats.add(*questions(5))
    monkeypatch.setenv("HCX_TIMEOUT_SECONDS", "0.5")
    hcx.faults.add(Fault("hang", seconds=5, times=1))

    told = cli("basic", DAY, DAY)
    chats.add("또 하나의 질문")
    hcx.faults.add(Fault("reset", times=1))
    document = cli("basic", DAY, DAY, "--json").document

    assert (told.code, document["possibly_paid_twice"]) == (0, 1)
    assert "두 번 과금됐을 수 있는 요청 1회" in told.story


# -- prices ---------------------------------------------------------------------------------------------------


def test_prices_of_ones_own_are_used_and_dated(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the bill, the budget, the forecast and the summary alike."""
    Path("mine.yaml").write_text(PRICES, encoding="utf-8")
    monkeypatch.setenv("HCX_PRICES", "mine.yaml")
    chats.add(*questions(5))

    told = cli("complete", DAY, DAY, "--dry-run", "--json").document
    document = cli("complete", DAY, DAY, "--json").document
    (record,) = hcx.stats.records

    assert document["cost_krw"] == record.prompt_tokens + 2 * record.completion_tokens
    assert (told["price_as_of"], document["price_as_of"]) == ("2026-01-31", "2026-01-31")
    assert told["cost_krw"] > 500


@pytest.mark.parametrize("command", [["complete"], ["basic", "--dry-run"]], ids=" ".join)
@pytest.mark.parametrize(
    "text", [None, "models: [", PRICES.replace("HCX-007", "HCX-005")], ids=["no file", "broken", "without the model"]
)
def test_prices_that_cannot_be_used_are_named_before_anything_is_sent(
    cli: CommandLine,
    chats: Chats,
    hcx: SimulatorServer,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    text: str | None,
) -> None:
    """A run that cannot tell what it costs should not begin."""
    if text is not None:
        Path("mine.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("HCX_PRICES", "mine.yaml")
    chats.add(*questions(5))
    before = contents()

    name, *options = command
    outcome: Outcome = cli(name, DAY, DAY, *options, "--json")

    assert (outcome.code, outcome.out) == (2, "")
    assert "HCX_PRICES" in outcome.complaint
    assert "mine.yaml" in outcome.complaint
    assert contents() == before
    assert hcx.stats.snapshot.received == 0
