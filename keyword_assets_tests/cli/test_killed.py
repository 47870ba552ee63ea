"""kill -9 at any moment: what was answered is kept, what was in flight falls to whoever comes next."""

import random
import time

import pytest

from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.cli.conftest import Process
from keyword_assets_tests.cli.processes import answers_kept, at_work, finish, kill, saved, sent, sent_twice, wait_until
from keyword_assets_tests.world import DAY, Chats, answers_to, questions, written

# More than one page, so that there is something for each of two processes.
TEXTS = questions(620)


def test_what_a_killed_process_was_asking_about_falls_to_the_other(
    process: Process, other_home: str, chats: Chats, metered: SimulatorServer
) -> None:
    """Nobody restarts the server in the middle of the night; whoever is left ends at 100 %."""
    chats.add(*TEXTS)

    first = process("complete", DAY, DAY, "--json", hasty=True)
    wait_until(at_work, first)
    second = process("complete", DAY, DAY, "--json", hasty=True, DAGSTER_HOME=other_home)
    wait_until(lambda: at_work() == 2 and answers_kept(), first, second)
    kill(first)
    answered = saved()
    metered.faults.clear()
    document, _ = finish(second)

    assert document["check"]["coverage"] == 1.0
    assert written() == answers_to(TEXTS)
    assert not sent_twice(metered) & answered
    assert set(metered.stats.snapshot.by_status) == {"200"}


@pytest.mark.parametrize(("kind", "seed"), [("sqlite", 0), ("mysql", 1)])
def test_a_process_killed_at_any_moment_has_paid_for_nothing_twice_but_what_was_in_flight(
    request: pytest.FixtureRequest, process: Process, metered: SimulatorServer, kind: str, seed: int
) -> None:
    """What was answered is in the database, whenever the power goes."""
    if kind == "mysql":
        request.getfixturevalue("on_mysql")
    texts = TEXTS[:150]
    Chats().add(*texts)
    metered.faults.clear()

    child = process("complete", DAY, DAY, "--json", hasty=True)
    wait_until(at_work, child)
    time.sleep(random.Random(seed).uniform(0, 0.6))
    kill(child)
    answered, before = saved(), sent(metered)
    document, _ = finish(process("complete", DAY, DAY, "--json", hasty=True))

    assert document["check"]["coverage"] == 1.0
    assert document["skipped"] == len(answered)
    assert sent_twice(metered) <= before.keys() - answered
    assert max(sent(metered).values()) <= 2
    assert written() == answers_to(texts)


def test_after_a_kill_the_next_run_is_at_work_within_half_a_minute(
    process: Process, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the default settings; somebody sits in front of it, waiting."""
    for name in ("QPM", "TPM", "QUOTA_WINDOW_SECONDS", "TIMEOUT_SECONDS"):
        monkeypatch.delenv(f"HCX_{name}")
    texts = questions(60)
    chats.add(*texts)
    hcx.faults.add(Fault("slow", seconds=0.5))

    child = process("complete", DAY, DAY, "--json")
    wait_until(answers_kept, child)
    kill(child)
    hcx.faults.clear()
    killed_at = time.time()
    document, _ = finish(process("complete", DAY, DAY, "--json"))

    assert document["check"]["coverage"] == 1.0
    assert max(record.at for record in hcx.stats.records) - killed_at < 45
    assert written() == answers_to(texts)
