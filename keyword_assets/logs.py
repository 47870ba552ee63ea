"""What is logged in our processes, by whichever library, holds nothing that a terminal obeys or that hides."""

import logging
import traceback
from collections.abc import Callable
from typing import Any

from keyword_assets.core.foreign import visible_lines

_JSON = "keyword_assets.json"
_DAGSTERS = ("dagster", "dagster-webserver")


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


def as_json(scrubbed: Callable[[str], str]) -> None:
    """From now on one JSON object a line on stderr, for all loggers of this process.

    Those of Dagster's have a handler of their own, and `--log-format json` for it.

    Args:
        scrubbed: takes out of a text what must not be said.
    """
    # Only where somebody wants it.
    from pythonjsonlogger.json import JsonFormatter

    class Formatter(JsonFormatter):
        def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
            return {name: scrubbed(value) if isinstance(value, str) else value for name, value in log_data.items()}

    root = logging.getLogger()
    if is_json():
        return
    handler = logging.StreamHandler()
    handler.name = _JSON
    handler.addFilter(lambda record: record.name.partition(".")[0] not in _DAGSTERS)
    fields = {"asctime": "time", "levelname": "level", "name": "logger", "exc_info": "exception"}
    handler.setFormatter(
        Formatter(
            "{asctime}{levelname}{name}{message}",
            style="{",
            datefmt="%Y-%m-%dT%H:%M:%S%z",
            rename_fields=fields,
            json_ensure_ascii=False,
        )
    )
    root.addHandler(handler)
    # Which would be written as text.
    logging.captureWarnings(True)


def is_json() -> bool:
    """Whether `as_json` was called."""
    return any(handler.name == _JSON for handler in logging.getLogger().handlers)
