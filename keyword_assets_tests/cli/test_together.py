"""Processes of different Dagster instances on one database: they share the quota and the texts."""

from collections import Counter

import pytest

from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.cli.conftest import Process
from keyword_assets_tests.cli.processes import at_work, finish, sent, wait_until
from keyword_assets_tests.world import DAY, Chats, answers_to, keyword_rows, questions

# More than one page, so that there is something for each of two processes.
TEXTS = questions(620)


@pytest.mark.parametrize("kind", ["sqlite", "mysql"])
def test_two_processes_share_the_work_and_pay_once(
    request: pytest.FixtureRequest, process: Process, other_home: str, metered: SimulatorServer, kind: str
) -> None:
    """The night's run on the server and somebody's laptop: no text twice, no refusal, no row twice."""
    if kind == "mysql":
        request.getfixturevalue("on_mysql")
    Chats().add(*TEXTS)

    first = process("complete", DAY, DAY, "--json")
    second = process("complete", DAY, DAY, "--json", DAGSTER_HOME=other_home)
    wait_until(lambda: at_work() == 2, first, second)
    metered.faults.clear()
    (one, one_said), (two, two_said) = finish(first), finish(second)
    rows = [(row["query_text"], row["keyword"], row["category_id"]) for row in keyword_rows()]

    assert [document["check"]["coverage"] for document in (one, two)] == [1.0, 1.0]
    assert sent(metered) == Counter(TEXTS)
    assert set(metered.stats.snapshot.by_status) == {"200"}
    assert len(rows) == len(set(rows))
    assert set(rows) == answers_to(TEXTS)
    assert one["requests"] + two["requests"] == metered.stats.snapshot.received
    assert min(one["requests"], two["requests"]) > 0
    assert sum(document["processed"] - document["reused"] for document in (one, two)) == len(TEXTS)
    # Whoever was ready first waited for the other, and said for whom.
    waited = [
        (said, other.pid) for said, other in ((one_said, second), (two_said, first)) if "다른 실행이 이미" in said
    ]
    assert waited
    assert all(f"프로세스 {pid}" in said for said, pid in waited)
