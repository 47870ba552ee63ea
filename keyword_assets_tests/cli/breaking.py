"""Something breaks in the middle of a command, and what must be true all the same."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.cli.conftest import Outcome
from keyword_assets_tests.cli.processes import sent
from keyword_assets_tests.world import answers_to, contents, keyword_rows, questions

TEXTS = questions(160)
_PATIENCE = 60

Break = Callable[[], object]


@contextmanager
def in_the_middle(hcx: SimulatorServer, break_it: Break) -> Iterator[Future[None]]:
    """Break something while the command in the body has some answers and not all."""

    def when_it_is_time() -> None:
        deadline = time.monotonic() + _PATIENCE
        while sent(hcx).total() < len(TEXTS) // 5:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        break_it()

    with ThreadPoolExecutor() as pool:
        breaking = pool.submit(when_it_is_time)
        yield breaking
        breaking.result()


def everything_is_done_once(outcome: Outcome, hcx: SimulatorServer) -> None:
    """Complete, no row twice, no question paid twice, and every request in the books once."""
    rows = [(row["query_text"], row["keyword"], row["category_id"]) for row in keyword_rows()]
    usage = contents()["keyword_usage"]
    assert outcome.code == 0, outcome.err
    assert outcome.document["check"]["coverage"] == 1.0
    assert len(rows) == len(set(rows))
    assert set(rows) == answers_to(TEXTS)
    assert sent(hcx) == Counter(TEXTS)
    assert sum(row[4] for row in usage) == outcome.document["requests"] == hcx.stats.snapshot.received
