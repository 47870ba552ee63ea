"""Has rows follow what reviewers say, in a thread of its own: nobody waits for it."""

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.texts import say

log = logging.getLogger(__name__)

# What is said within it shares one pass over all rows.
_PAUSE_SECONDS = 2.0
# So many times as long as a pass has taken, none is begun.
_LEFT_TO_OTHERS = 9
# A pass may take minutes. What is left of it is done by the next run, or the next page.
_LEAVING_SECONDS = 5.0


class Finishing:
    """Calls `finish` some time after each `wake`, once for all of them, for as long as the `with` block lasts.

    Args:
        finish: replaces what is left of rows; can be interrupted, and called again.
        pause: seconds between two calls at least.
    """

    def __init__(self, finish: Callable[[], None], pause: float = _PAUSE_SECONDS) -> None:
        self._finish = finish
        self._pause = pause
        self._wanted = threading.Event()
        self._leaving = threading.Event()
        self._trouble: str | None = None
        self._thread = threading.Thread(target=self._work, name="finishing", daemon=True)

    def wake(self) -> None:
        """There may be rows to replace."""
        self._wanted.set()

    @property
    def trouble(self) -> str | None:
        """Why the last call failed; None where it did not. The next one tries again."""
        return self._trouble

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving.set()
        self.wake()
        self._thread.join(_LEAVING_SECONDS)

    def _work(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            began = time.monotonic()
            self._trouble = self._tried()
            if self._leaving.is_set():
                return
            # All rows are looked through for it: most of the time the database is left to others.
            self._leaving.wait(max(self._pause, _LEFT_TO_OTHERS * (time.monotonic() - began)))

    def _tried(self) -> str | None:
        """Why it failed; None where it did not."""
        try:
            self._finish()
        except KeywordAssetsError as error:
            log.warning(say("review.unfinished", reason=error))
            return str(error)
        except Exception as error:
            # It would end the thread, and nothing would be tried again.
            log.exception(say("review.unfinished", reason=type(error).__name__))
            return type(error).__name__
        return None
