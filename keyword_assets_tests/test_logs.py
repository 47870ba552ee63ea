"""Logs: what libraries write may quote a chat, a reply or a server."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from keyword_assets import logs
from keyword_assets.core.foreign import has_unseen

FOREIGN = "전학\x1b]0;제목\x07\x9b31m\u202e거꾸로\u200b\x00"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a logger that knows nothing of us writes."""
    before, stream = logging.getLogRecordFactory(), io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("\x1b[31m%(message)s\x1b[0m"))
    logger = logging.getLogger("a library")
    logger.addHandler(handler)
    logs.make_visible()
    yield stream
    logging.setLogRecordFactory(before)
    logger.removeHandler(handler)


def test_a_message_and_the_error_below_it_are_visible(written: io.StringIO) -> None:
    """In the lines that they have; colours of the formatter's own stay."""
    try:
        raise ValueError(FOREIGN)
    except ValueError:
        logging.getLogger("a library").error("%s 그리고\n%r", FOREIGN, [FOREIGN], exc_info=True)

    first, second, *traceback = written.getvalue().removesuffix("\n").split("\n")
    assert first.startswith("\x1b[31m전학\\u001b]0;제목")
    assert second.endswith("\x1b[0m")
    assert traceback[-1].startswith("ValueError: 전학\\u001b")
    assert not any(
        has_unseen(line.replace("\x1b[31m", "").replace("\x1b[0m", "")) for line in (first, second, *traceback)
    )


def test_as_json_a_record_is_one_object_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """With its error, without what must not be said, and not twice what Dagster writes itself."""
    before, root = logging.getLogRecordFactory(), logging.getLogger()
    logs.make_visible()
    logs.as_json(lambda text: text.replace("비밀", "***"))
    logs.as_json(str)
    try:
        try:
            raise ValueError("비밀\n둘째 줄")
        except ValueError:
            logging.getLogger("a library").error("%s 비밀", FOREIGN, exc_info=True)
        logging.getLogger("dagster.daemon").error("its own")
    finally:
        root.removeHandler(next(handler for handler in root.handlers if handler.name == logs._JSON))
        logging.captureWarnings(False)
        logging.setLogRecordFactory(before)

    (line,) = capsys.readouterr().err.splitlines()
    record = json.loads(line)
    assert record["level"] == "ERROR"
    assert record["logger"] == "a library"
    assert record["message"].endswith("***")
    assert record["exception"].endswith("ValueError: ***\n둘째 줄")
    assert not has_unseen(line)
