"""What is logged in our processes, by whichever library, holds nothing that a terminal obeys or that hides."""

import logging
import traceback

from keyword_assets.core.foreign import visible_lines


class _Record(logging.LogRecord):
    """A record whose message, and the errors under it, can be shown: both may quote a question, a reply or a server."""

    def getMessage(self) -> str:  # noqa: N802 - the standard library's
        """The message."""
        return visible_lines(super().getMessage())


def _record(*args: object, **kwargs: object) -> logging.LogRecord:
    record = _Record(*args, **kwargs)  # type: ignore[arg-type]
    if record.exc_info and record.exc_info[0] is not None:
        # Where a formatter looks before it asks for one of its own.
        record.exc_text = visible_lines("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
    return record


def make_visible() -> None:
    """From now on, for all loggers of this process."""
    logging.setLogRecordFactory(_record)
