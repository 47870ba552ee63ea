"""What the interpreter leaves undone while a run is on."""

import gc
from collections.abc import Iterator

# The real one: it has another in its place while tests run.
from gc import get_freeze_count

import pytest

from keyword_assets.orchestration.running.interrupts import run_interruptible


@pytest.fixture
def _thawed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a process of its own: that of the tests has frozen what it loaded."""
    monkeypatch.setattr(gc, "get_freeze_count", get_freeze_count)
    frozen = get_freeze_count()
    gc.unfreeze()
    yield
    if frozen:
        gc.freeze()


async def _frozen() -> int:
    return gc.get_freeze_count()


@pytest.mark.usefixtures("_thawed")
def test_the_collector_leaves_alone_what_was_there_before_a_run() -> None:
    """It would hold up the event loop, and has all of it back afterwards."""
    during = run_interruptible(_frozen())

    assert during > 10_000
    assert gc.get_freeze_count() == 0


@pytest.mark.usefixtures("_thawed")
def test_what_somebody_else_has_frozen_stays_so() -> None:
    """A process that forks its workers has reasons of its own."""
    gc.freeze()

    run_interruptible(_frozen())

    assert gc.get_freeze_count() > 10_000
