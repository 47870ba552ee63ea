"""Which MySQL server Dagster's tables of this home were on: what stands in its place, empty, is not given any."""

import os
from contextlib import suppress
from pathlib import Path

from keyword_assets import own_files
from keyword_assets.sql.database.engine import redacted

# Holds the address at which the tables were.
_SIGN = ".dagster-tables"
_MOST_BYTES = 4096


def had_tables(url: str) -> bool:
    """Whether there were tables at this address."""
    sign = _sign()
    return sign is not None and own_files.read(sign, _MOST_BYTES) == redacted(url).encode()


def note_tables(url: str) -> None:
    """Remember that there are tables at this address."""
    sign = _sign()
    if sign is None or had_tables(url):
        return
    # A home that may not be written to remembers nothing: its tables are made anew with a warning, as at first.
    with suppress(OSError), own_files.replacing(sign) as unfinished:
        unfinished.write_text(redacted(url), encoding="utf-8")


def allow_new_tables(home: Path) -> None:
    """Have the next who opens the instance make its tables where there are none, whatever was there before."""
    (home / _SIGN).unlink(missing_ok=True)


def _sign() -> Path | None:
    home = os.environ.get("DAGSTER_HOME")
    return Path(home) / _SIGN if home else None
