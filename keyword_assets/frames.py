"""What `check` and the report count, as pandas frames: for analysts and their notebooks.

    from keyword_assets import frames

    frames.coverage("2025-06-11", "2025-06-14")

Days are `datetime.date` or `"YYYY-MM-DD"`, both inclusive. The settings are those of the commands, read anew by each
call: the environment, `.env` in the working folder or in `KEYWORDS_HOME`. Nothing is changed and nothing is sent. All
adding up is done in the database; texts and keywords come masked, unless `KEYWORDS_MASK=none`.

Frames have the dtypes that are told with them, also those of days without anything: `datetime64[us]` for days and times
(local, without a zone), `string` for texts, `int64`, `Int64` and `float64`. With `chunk_rows` a long one comes in
frames of so many rows, and memory stays the same however many there are; one that would be empty comes as one frame.

Whatever goes wrong is a `KeywordAssetsError` that says so in words: an `InputError` for days or settings that cannot
be used and for a database that is not there, a `DatabaseError` for one that cannot be reached.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any, overload

import pandas as pd

from keyword_assets import privacy, tabular
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.days import parse_period, require_countable
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.period import Period
from keyword_assets.core.reporting.report import EARLIEST_DAY
from keyword_assets.sql.opening import open_store
from keyword_assets.sql.reporting.report import SqlReportSource

Day = date | str
# Of the pieces that a frame is put together from where it is asked for in one.
_PIECE_ROWS = 50_000


def coverage(start: Day, end: Day) -> pd.DataFrame:
    """Each day of the period, as `check` counts it.

    day (datetime64[us]); messages, blank, questions, classified, missing, quarantined (int64); waiting (Int64; NA
    unless KEYWORDS_MOST_NEW_TEXTS_A_DAY is set); coverage (float64; of 1, rounded down to three decimals, 1.0 of a day
    without questions).
    """
    with _source(start, end) as source:
        return tabular.coverage(source.coverage(source.period))


@overload
def questions(start: Day, end: Day, *, chunk_rows: None = None) -> pd.DataFrame: ...
@overload
def questions(start: Day, end: Day, *, chunk_rows: int) -> Iterator[pd.DataFrame]: ...
def questions(start: Day, end: Day, *, chunk_rows: int | None = None) -> pd.DataFrame | Iterator[pd.DataFrame]:
    """Each question of the period, that is each text of a day: by day, and the most asked first.

    day (datetime64[us]); text (string); messages (int64; of that day with this text); classified (bool); categories,
    keywords (string; several are joined by " · ", NA where there is none).
    """
    with _source(start, end) as source:
        found = partial(tabular.questions, names=source.category_names())
        return _long(found, source.questions_by_day, chunk_rows)


@overload
def keywords(start: Day, end: Day, *, chunk_rows: None = None) -> pd.DataFrame: ...
@overload
def keywords(start: Day, end: Day, *, chunk_rows: int) -> Iterator[pd.DataFrame]: ...
def keywords(start: Day, end: Day, *, chunk_rows: int | None = None) -> pd.DataFrame | Iterator[pd.DataFrame]:
    """Each keyword of the period, the most asked first, against as many days just before.

    keyword (string); questions, messages, messages_before (int64); change (float64; NaN where there was nothing
    before); notability (float64; the change in standard deviations of what chance alone would do); new, rising (bool;
    as the report calls them).
    """
    with _source(start, end) as source:
        return _long(tabular.keywords, source.keywords, chunk_rows)


def categories(start: Day, end: Day) -> pd.DataFrame:
    """Each day and category that has questions; a question with several categories counts in each.

    day (datetime64[us]); category_id (int64); category (string); questions, messages (int64).
    """
    with _source(start, end) as source:
        return tabular.categories(source.category_days(source.period), source.category_names())


@overload
def missing(start: Day, end: Day, *, chunk_rows: None = None) -> pd.DataFrame: ...
@overload
def missing(start: Day, end: Day, *, chunk_rows: int) -> Iterator[pd.DataFrame]: ...
def missing(start: Day, end: Day, *, chunk_rows: int | None = None) -> pd.DataFrame | Iterator[pd.DataFrame]:
    """Each question of the period without keywords, the most asked first.

    day (datetime64[us]); text (string); messages (int64); reason (string; why it is in quarantine, NA while it waits);
    tries (int64); since (datetime64[us]; when it was first reported missing, NaT if it was not yet).
    """
    with _source(start, end) as source:
        return _long(tabular.missing, source.missing, chunk_rows)


def usage(start: Day, end: Day) -> pd.DataFrame:
    """What the questions of each day took of each model, whenever they were sent.

    day (datetime64[us]); model (string); requests, retries, possibly_twice, prompt, completion, reserved (int64; the
    last three are tokens); cost_krw (float64; without VAT).
    """
    with _source(start, end) as source:
        return tabular.usage(source.spent())


@contextmanager
def _source(start: Day, end: Day) -> Iterator[SqlReportSource]:
    """What is counted of the period under the settings of this moment."""
    settings = Settings.from_env()
    period = _period(start, end, settings.now().date())
    with open_store(settings, look_only=True, about=period) as store:
        yield SqlReportSource(store, period, listed=None, mask=privacy.shown(settings.mask))


def _period(start: Day, end: Day, today: date) -> Period:
    period = parse_period(_text_of(start), _text_of(end), lambda: today)
    require_countable(period, today)
    if period.start < EARLIEST_DAY:
        raise InputError("frames.too_early", start=period.start, first=EARLIEST_DAY)
    return period


def _text_of(day: Any) -> str:
    """A day as it would be typed; of a datetime, or pandas' Timestamp, its day."""
    return str(day).partition(" ")[0] if isinstance(day, date) else str(day)


def _long(
    made: Callable[[Iterable[Any]], pd.DataFrame], read: Callable[[], Iterable[Any]], chunk_rows: int | None
) -> pd.DataFrame | Iterator[pd.DataFrame]:
    """What is read, in one piece or in chunks; from the database at once, however slowly it is gone through."""
    if chunk_rows is None:
        return pd.concat(tabular.in_chunks(made, read(), _PIECE_ROWS), ignore_index=True)
    if chunk_rows < 1:
        raise InputError("frames.chunk_rows", value=chunk_rows)
    return tabular.in_chunks(made, read(), chunk_rows)
