"""Modules loaded without looking for garbage: nearly all that loading makes stays, and looking is slow."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Look for garbage again when what is within has been loaded, in what is made from then on."""
    before = len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        # What was loaded before has been kept out already, and garbage that came since should not be.
        if len(sys.modules) > before:
            gc.freeze()
        gc.enable()
