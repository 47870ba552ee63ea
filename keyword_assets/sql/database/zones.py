"""The time zone in which a server shows instants."""

from datetime import datetime
from typing import Any
from weakref import WeakSet
from zoneinfo import ZoneInfo

from sqlalchemy import event
from sqlalchemy.engine import Engine

from keyword_assets.core.errors import DatabaseError, InputError
from keyword_assets.sql.database.transactions import reading

# What a server says to the name of a zone where its tables of zones were not loaded.
_UNKNOWN_TIME_ZONE = 1298

_zoned: WeakSet[Engine] = WeakSet()


def use_time_zone(engine: Engine, zone: ZoneInfo) -> None:
    """Have the server show instants (TIMESTAMP) to us as the clocks of a zone do, whatever its own zone.

    What the URL says about it (`time_zone`) stays.

    Raises:
        InputError: the zone has no fixed difference to UTC, and the server does not know it by its name.
        DatabaseError: the database cannot be reached.
    """
    if engine in _zoned or "time_zone" in engine.url.query:
        return
    statement = f"SET SESSION time_zone = '{fixed_offset(zone) or zone.key}'"
    try:
        with reading(engine) as connection:
            connection.exec_driver_sql(statement)
    except DatabaseError as error:
        if getattr(getattr(error.__cause__, "orig", None), "errno", None) == _UNKNOWN_TIME_ZONE:
            raise InputError("database.no_time_zones", zone=zone.key) from error
        raise

    @event.listens_for(engine, "connect")
    def set_zone(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.close()

    _zoned.add(engine)
    # Those that are open have another zone.
    engine.dispose()


def fixed_offset(zone: ZoneInfo) -> str | None:
    """The zone's difference to UTC as `+09:00`, if it has been the same since 2000 and stays so; None otherwise."""
    months = (datetime(year, month, 1, tzinfo=zone) for year in range(2000, 2038) for month in range(1, 13))
    offsets = {month.isoformat()[-len("+00:00") :] for month in months}
    return offsets.pop() if len(offsets) == 1 else None
