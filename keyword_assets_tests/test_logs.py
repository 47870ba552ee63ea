"""Logs: what libraries write may quote a chat, a reply or a server."""

import io
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
