"""`doctor` looks at everything a run needs, and names for each fault what to do about it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from dagster._daemon.types import DaemonHeartbeat

from keyword_assets.configuration.settings import Settings
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets.orchestration.hosting.instance import open_instance
from keyword_assets_tests.cli.conftest import CommandLine, Outcome
from keyword_assets_tests.world import DAY, KEY, Chats, Clock, contents, execute, questions

TABLES = ["rights", "index", "tables", "without_day"]
ALL = ["settings", "taxonomy", "database", "schema", *TABLES, "hcx", "quota", "prices", "budget", "alerts", "dagster"]


@pytest.fixture
def healthy(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """A machine on which a run would do, and cannot cost more than somebody meant."""
    monkeypatch.setenv("HCX_DAILY_BUDGET_KRW", "1000")
    cli("check", DAY, DAY)
    return cli


def _faults(outcome: Outcome) -> dict[str, str]:
    return {check["name"]: check["message"] for check in outcome.document["checks"] if not check["ok"]}


def test_a_healthy_machine_is_said_to_be_one(healthy: CommandLine) -> None:
    """All looked at, in the order in which a run needs them."""
    outcome = healthy("doctor", "--json")

    assert outcome.code == 0
    assert outcome.document["ok"] is True
    assert [check["name"] for check in outcome.document["checks"]] == ALL


def test_people_see_a_line_for_each_thing(healthy: CommandLine) -> None:
    """The quota in force is among them, because it decides how long a run takes."""
    outcome = healthy("doctor")

    assert outcome.out.count("✔") == len(ALL)
    assert "0.05초에 요청 1,000회, 토큰 10,000,000개" in outcome.story


@pytest.mark.parametrize(("batch", "advised"), [("16", False), ("17", True), ("100", True)])
def test_more_questions_in_a_request_than_is_good_for_them_is_said(
    healthy: CommandLine, monkeypatch: pytest.MonkeyPatch, batch: str, advised: bool
) -> None:
    """It is allowed; but whoever sets it should know what it costs in quality."""
    monkeypatch.setenv("HCX_BATCH_SIZE", batch)

    outcome = healthy("doctor")

    assert outcome.code == 0
    assert (f"HCX_BATCH_SIZE {batch}은(는) 권장 상한 16보다 큽니다" in outcome.story) is advised


def test_doctor_asks_hcx_nothing_that_costs_money(healthy: CommandLine, hcx: SimulatorServer) -> None:
    """It is run as often as somebody is in doubt."""
    healthy("doctor")

    assert hcx.stats.snapshot.received == 0


def test_doctor_shows_no_secret(healthy: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its output is what people paste into a ticket."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", "mysql+mysqlconnector://me:s3cret@127.0.0.1:1/chats")

    outcome = healthy("doctor")

    assert KEY not in outcome.out + outcome.err
    assert "s3cret" not in outcome.out + outcome.err


def test_a_wrong_setting_is_the_only_finding(healthy: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else can be looked at before it is mended."""
    monkeypatch.setenv("HCX_QPM", "many")

    outcome = healthy("doctor", "--json")

    assert outcome.code == 2
    assert list(_faults(outcome)) == ["settings"]


def test_a_missing_key_is_found(healthy: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a new machine this is the first thing to do."""
    monkeypatch.delenv("HCX_API_KEY")

    outcome = healthy("doctor", "--json")

    assert outcome.code == 2
    assert "HCX_API_KEY가 없습니다" in _faults(outcome)["hcx"]


def test_a_key_that_is_refused_is_found(healthy: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the night's run finds it."""
    with SimulatorServer(SimulatorSettings(api_keys=frozenset({"nv-another"}))) as server:
        monkeypatch.setenv("HCX_BASE_URL", server.url)

        outcome = healthy("doctor", "--json")

    assert outcome.code == 4
    assert "40104" in _faults(outcome)["hcx"]


def test_a_model_that_was_retired_is_found(healthy: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """NAVER retires models; the message names ours."""
    with SimulatorServer(SimulatorSettings(retired_models=frozenset({"HCX-007"}))) as server:
        monkeypatch.setenv("HCX_BASE_URL", server.url)

        outcome = healthy("doctor", "--json")

    assert outcome.code == 4
    assert "HCX-007" in _faults(outcome)["hcx"]


def test_an_hcx_out_of_reach_is_found(healthy: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies and firewalls are the usual reason."""
    monkeypatch.setenv("HCX_BASE_URL", "http://127.0.0.1:1")

    outcome = healthy("doctor", "--json")

    assert outcome.code == 4
    assert "HCX에 연결할 수 없습니다" in _faults(outcome)["hcx"]


def test_a_database_out_of_reach_is_found_and_the_rest_still_looked_at(
    healthy: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One visit should find all faults."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", "mysql+mysqlconnector://me:pw@127.0.0.1:1/chats")

    outcome = healthy("doctor", "--json")

    assert outcome.code == 4
    assert list(_faults(outcome)) == ["database"]
    assert [check["name"] for check in outcome.document["checks"]][-6:] == [
        "hcx",
        "quota",
        "prices",
        "budget",
        "alerts",
        "dagster",
    ]


def test_a_server_database_without_our_tables_is_found(
    healthy: CommandLine, monkeypatch: pytest.MonkeyPatch, mysql_url: str
) -> None:
    """And not set up on the way: looking changes nothing."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", mysql_url)

    outcome = healthy("doctor", "--json")

    assert outcome.code == 2
    assert "keyword-assets db upgrade" in _faults(outcome)["schema"]
    assert contents() == {}


def test_a_column_that_goes_by_another_name_is_found(healthy: CommandLine) -> None:
    """The tables are the customer's; the message says which setting tells us their names."""
    execute("ALTER TABLE chattings RENAME COLUMN input_text TO body")

    outcome = healthy("doctor", "--json")

    assert outcome.code == 2
    assert "input_text" in _faults(outcome)["schema"]
    assert "KEYWORDS_COLUMN_" in _faults(outcome)["schema"]


def test_a_missing_index_is_found(healthy: CommandLine) -> None:
    """Without it every count reads the whole table, which shows only when the table has grown."""
    execute("DROP INDEX ix_chattings_created_at")

    outcome = healthy("doctor", "--json")

    assert outcome.code == 2
    assert "CREATE INDEX" in _faults(outcome)["index"]


def test_examples_that_nobody_has_chosen_are_found_once(healthy: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is about requests would end at them."""
    monkeypatch.setenv("KEYWORDS_FEW_SHOT", "8")

    outcome = healthy("doctor", "--json")

    assert outcome.code == 2
    assert _faults(outcome).keys() == {"shots"}
    assert "few-shot choose" in _faults(outcome)["shots"]


def test_a_taxonomy_that_cannot_be_used_is_found(
    healthy: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """YAML is easily broken by hand."""
    (tmp_path / "mine.yaml").write_text("categories: [", encoding="utf-8")
    monkeypatch.setenv("KEYWORDS_TAXONOMY", "mine.yaml")

    outcome = healthy("doctor", "--json")

    assert outcome.code == 2
    assert "mine.yaml" in _faults(outcome)["taxonomy"]


def test_a_dagster_home_that_cannot_be_made_is_found(healthy: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in the way, a disk without write access: said before a run needs it."""
    Path("occupied").write_text("", encoding="utf-8")
    monkeypatch.setenv("DAGSTER_HOME", "occupied/dagster")

    outcome = healthy("doctor", "--json")

    assert outcome.code == 2
    assert "DAGSTER_HOME" in _faults(outcome)["dagster"]


def test_a_trouble_of_chat_completions_alone_is_not_doctors_concern(healthy: CommandLine, hcx: SimulatorServer) -> None:
    """It asks the token counter; what it promises is that the key and the model are accepted."""
    hcx.faults.add(Fault("error"))

    assert healthy("doctor").code == 0


def _of_the_daemon(outcome: Outcome) -> dict[str, tuple[bool, str]]:
    checks = {check["name"]: check for check in outcome.document["checks"]}
    assert outcome.code == 0
    return {
        name: (checks[name]["warning"], checks[name]["message"]) for name in ("daemon", "heartbeat") if name in checks
    }


def test_what_is_on_without_a_daemon_is_warned_of(healthy: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it happens, and as nothing fails either, nobody would be told; nor that the whole machine is gone."""
    off = _of_the_daemon(healthy("doctor", "--json", "--lang", "en"))
    monkeypatch.setenv("KEYWORDS_SWITCHED_ON", "daily_keywords_schedule")
    never = _of_the_daemon(healthy("doctor", "--json", "--lang", "en"))
    settings = Settings.from_env()
    with open_instance(settings) as instance:
        for part in ("SENSOR", "SCHEDULER"):
            at = settings.now().replace(tzinfo=settings.timezone).timestamp()
            instance.add_daemon_heartbeat(DaemonHeartbeat(at, part, "id", []))
    monkeypatch.setenv("KEYWORDS_HEARTBEAT_URL", "https://hc.example/uuid")
    alive = _of_the_daemon(healthy("doctor", "--json", "--lang", "en"))

    assert off == {}
    assert [warned for warned, _ in never.values()] == [True, True]
    assert "the daemon has never run" in never["daemon"][1]
    assert "daily_keywords_schedule" in never["daemon"][1]
    assert "KEYWORDS_HEARTBEAT_URL" in never["heartbeat"][1]
    assert alive.keys() == {"daemon"}
    assert alive["daemon"][0] is False
    assert "the daemon lives" in alive["daemon"][1]


def _budget(outcome: Outcome) -> tuple[bool, str]:
    (found,) = [check for check in outcome.document["checks"] if check["name"] == "budget"]
    assert found["ok"]
    return found["warning"], found["message"]


def test_a_day_without_a_limit_to_its_cost_is_warned_of(
    healthy: CommandLine, clock: Clock, monkeypatch: pytest.MonkeyPatch, chats: Chats
) -> None:
    """With a value to set: one supposed as long as no usual day is known, and then that of three usual days."""
    assert _budget(healthy("doctor", "--json")) == (False, "하루 최대 1,000원 (HCX_DAILY_BUDGET_KRW)")

    monkeypatch.delenv("HCX_DAILY_BUDGET_KRW")
    unknown = _budget(healthy("doctor", "--json"))
    supposed = re.search(r"새 질문이 1,000개라면 .* HCX_DAILY_BUDGET_KRW=(\d+) ", unknown[1])
    assert unknown[0]
    assert supposed
    # A million of such questions were seen to cost 298,000 KRW; before the first run, sizes are estimated generously.
    assert 3 * 298 <= int(supposed[1]) <= 6 * 298

    clock.tick = timedelta()
    for day in range(10, 20):
        chats.add(*questions(20), day=f"2025-06-{day}")
    healthy("complete", "2025-06-10", "2025-06-19")
    warned, message = _budget(healthy("doctor", "--json", "--lang", "en"))
    assert warned
    assert re.search(r"Three usual days of 20 new questions come to HCX_DAILY_BUDGET_KRW=\d+$", message)


def test_no_budget_is_warned_of_also_where_no_value_can_be_told(
    healthy: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What keeps it from being told is among the faults already."""
    monkeypatch.delenv("HCX_DAILY_BUDGET_KRW")
    monkeypatch.setenv("KEYWORDS_TAXONOMY", "nowhere.yaml")

    outcome = healthy("doctor", "--json")

    assert "taxonomy" in _faults(outcome)
    assert _budget(outcome)[0]
    assert "HCX_DAILY_BUDGET_KRW=" not in _budget(outcome)[1]
