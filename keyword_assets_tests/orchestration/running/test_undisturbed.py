"""What the interpreter leaves undone while a run is on."""

import gc

import pytest

from keyword_assets.orchestration.running.interrupts import run_interruptible


def test_a_run_is_not_held_up_by_the_collector_and_leaves_it_as_it_was() -> None:
    """A process may do something else afterwards, as a notebook does."""
    before, seen = gc.get_freeze_count(), []

    async def work() -> None:
        seen.append(gc.get_freeze_count())
        raise ValueError("it failed")

    with pytest.raises(ValueError, match="it failed"):
        run_interruptible(work())

    assert seen[0] > before + 10_000
    assert gc.get_freeze_count() == before
