"""A run whose event loop is held up by its own work alone, and not by what the interpreter does beside it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undisturbed() -> Iterator[None]:
    """While it lasts, the garbage collector leaves alone what is there already.

    To look through all that libraries have loaded takes it a tenth of a second each time, and more where Dagster is
    loaded; no thread does anything meanwhile.
    """
    if gc.get_freeze_count():
        # Somebody has seen to it, and would find all of it thawed afterwards.
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
