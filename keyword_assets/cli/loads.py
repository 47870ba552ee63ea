"""Modules loaded without looking for garbage in between: nearly all that loading makes stays, and looking is slow."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Look for garbage again when what is within has been loaded."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
