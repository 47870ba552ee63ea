"""Open alerts, and the notices that have yet to reach their channels.

Deciding what to say, remembering that it was said and putting it into the outbox are one transaction. Delivery comes
later, message by message, and may take days: whoever waits for a channel holds up nobody else.
"""

import json
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets import own_files
from keyword_assets.core.alerting.alerts import KINDS, Alert, Condition, Decision, Notice
from keyword_assets.core.texts import say
from keyword_assets.sql.database.dialects import database_clock, epoch_seconds
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, writing

log = logging.getLogger(__name__)

# A row that is no alert: when the last digest was due.
_DIGEST = "digest"
# Longer than any delivery takes: until then nobody else delivers the same message.
LEASE_SECONDS = 300.0
# After a delivery that failed: a minute, two, four and so on; a channel that is down for days is tried six times a day.
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 60.0, 4 * 3600.0
GIVE_UP_AFTER = timedelta(days=3)
_TITLE_CHARS = 255
# Several times what we write, whatever a row holds.
_BODY_CHARS, _MOST_FILES = 20_000, 20


@dataclass(frozen=True)
class Due:
    """A message to be delivered to a channel now; `tries` were made before.

    It comes from a table that others may write to: its files are names of reports, and its words are anybody's.
    """

    message_id: int
    channel: bytes
    notice: Notice
    tries: int


class AlertBook:
    """The alerts and the outbox of one database.

    Args:
        engine: the database.
        tables: the tables.
        clock: local wall-clock time.
    """

    def __init__(self, engine: Engine, tables: Tables, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._tables = tables
        self._alerts = tables.alerts
        self._outbox = tables.outbox
        self._clock = clock

    # -- what is open -------------------------------------------------------------------------------------------------

    @repeated
    def open(self) -> list[Alert]:
        """The alerts as the last decision left them."""
        with reading(self._engine) as connection:
            return self._read(connection)[0]

    @repeated
    def settle(
        self, decide: Callable[[list[Alert], datetime | None], Decision], channels: Collection[bytes]
    ) -> Sequence[Notice]:
        """Decide on the alerts there are; remember the decision and put its notices into the outbox, all or nothing.

        Args:
            decide: from the open alerts and the time of the last digest to a decision; may be called more than once.
            channels: who gets them.

        Returns:
            The notices that were put into the outbox.
        """
        with writing_alone(self._engine, self._tables) as connection:
            alerts, digest_at = self._read(connection)
            decision = decide(alerts, digest_at)
            self._remember(connection, alerts, decision.alerts)
            if decision.digest_at != digest_at:
                self._remember_digest(connection, decision.digest_at)
            self._post(connection, decision.notices, channels)
        return decision.notices

    @repeated
    def post(self, notice: Notice, channels: Collection[bytes]) -> None:
        """Put a message into the outbox."""
        with writing(self._engine) as connection:
            self._post(connection, [notice], channels)

    def _post(self, connection: Connection, notices: Iterable[Notice], channels: Iterable[bytes]) -> None:
        now = database_clock(connection)
        rows = [self._row(notice, channel, now) for notice in notices for channel in sorted(channels)]
        if rows:
            connection.execute(sa.insert(self._outbox), rows)

    def _row(self, notice: Notice, channel: bytes, now: float) -> dict[str, Any]:
        # Without their folder: whoever delivers them knows it, and no row is to say where to look.
        names = [path.name for path in notice.attachments]
        return {
            "channel": channel,
            "title": notice.title[:_TITLE_CHARS],
            "body": notice.body,
            "written_at": self._clock(),
            "tries": 0,
            "next_try": now,
            "last_error": "",
            "attachments": json.dumps(names) if names else None,
        }

    def _read(self, connection: Connection) -> tuple[list[Alert], datetime | None]:
        rows = connection.execute(sa.select(self._alerts).order_by(self._alerts.c.subject)).all()
        alerts = [alert for row in rows if row.kind != _DIGEST and (alert := _alert(row)) is not None]
        return alerts, next((row.began_at for row in rows if row.kind == _DIGEST), None)

    def _remember(self, connection: Connection, before: Iterable[Alert], after: Iterable[Alert]) -> None:
        """Write what has changed."""
        table = self._alerts
        old = {alert.condition.subject: alert for alert in before}
        new = {alert.condition.subject: alert for alert in after}
        changed = [alert for subject, alert in new.items() if old.get(subject) != alert]
        stale = [*(old.keys() - new.keys()), *(alert.condition.subject for alert in changed)]
        if stale:
            connection.execute(
                sa.delete(table).where(table.c.subject == sa.bindparam("of_subject")),
                [{"of_subject": subject} for subject in sorted(stale)],
            )
        if changed:
            connection.execute(sa.insert(table), [_values(alert) for alert in changed])

    def _remember_digest(self, connection: Connection, at: datetime | None) -> None:
        table = self._alerts
        connection.execute(sa.delete(table).where(table.c.subject == _DIGEST))
        values = {"subject": _DIGEST, "kind": _DIGEST, "began_at": at, "told_at": at, "details": "{}"}
        connection.execute(sa.insert(table).values(**values))

    # -- the outbox ---------------------------------------------------------------------------------------------------

    @repeated
    def drop_others(self, channels: Collection[bytes]) -> None:
        """Drop the notices for any other channel: it was taken out of the settings."""
        with writing_alone(self._engine, self._tables) as connection:
            connection.execute(sa.delete(self._outbox).where(self._outbox.c.channel.not_in(list(channels))))

    @repeated
    def take(self, channels: Collection[bytes]) -> Due | None:
        """A message that is due on one of the channels; nobody else gets it for a while.

        Only the oldest of each channel: that something is over is not to arrive before that it began.
        """
        outbox = self._outbox
        oldest = (
            sa.select(sa.func.min(outbox.c.message_id))
            .where(outbox.c.channel.in_(list(channels)))
            .group_by(outbox.c.channel)
        )
        with writing_alone(self._engine, self._tables) as connection:
            heads = list(connection.execute(oldest).scalars())
            statement = (
                sa.select(outbox)
                .where(outbox.c.message_id.in_(heads), outbox.c.next_try <= epoch_seconds())
                .order_by(outbox.c.next_try)
            )
            row = connection.execute(statement.limit(1)).first()
            if row is None:
                return None
            lease = sa.update(outbox).where(outbox.c.message_id == row.message_id)
            connection.execute(lease.values(next_try=epoch_seconds() + LEASE_SECONDS))
        notice = Notice(row.title, row.body[:_BODY_CHARS], _files(row.attachments))
        return Due(row.message_id, bytes(row.channel), notice, row.tries)

    @repeated
    def delivered(self, due: Due) -> None:
        """The message has arrived."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(self._outbox).where(self._outbox.c.message_id == due.message_id))

    @repeated
    def failed(self, due: Due, error: str) -> bool:
        """The message has not arrived: try again later, or never; returns whether it will be tried again."""
        outbox = self._outbox
        pause = min(_FIRST_PAUSE_SECONDS * 2**due.tries, _LONGEST_PAUSE_SECONDS)
        this = outbox.c.message_id == due.message_id
        with writing(self._engine) as connection:
            written_at = connection.execute(sa.select(outbox.c.written_at).where(this)).scalar_one_or_none()
            if written_at is None or self._clock() - written_at > GIVE_UP_AFTER:
                connection.execute(sa.delete(outbox).where(this))
                return False
            values = {"tries": due.tries + 1, "next_try": epoch_seconds() + pause, "last_error": error[:_TITLE_CHARS]}
            connection.execute(sa.update(outbox).where(this).values(**values))
        return True

    @repeated
    def undelivered(self) -> int:
        """How many notices have yet to arrive."""
        with reading(self._engine) as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(self._outbox)).scalar_one())


def _values(alert: Alert) -> dict[str, Any]:
    days = [day.isoformat() for day in alert.condition.days]
    details = {**asdict(alert.condition), "days": days, "over": alert.over}
    return {
        "subject": details.pop("subject"),
        "kind": alert.kind,
        "began_at": alert.began_at,
        "told_at": alert.told_at,
        "details": json.dumps(details, ensure_ascii=False),
    }


def _alert(row: Any) -> Alert | None:
    """None for a row that we did not write: it is nobody's alert, and must not keep the others from being told."""
    try:
        details = json.loads(row.details)
        over = bool(details.pop("over"))
        days = tuple(date.fromisoformat(day) for day in details.pop("days"))
        condition = Condition(row.subject, days, **details)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    rush = (condition.questions, condition.usual)
    numbers = (condition.missing, condition.quarantined, condition.coverage, *rush)
    texts = (condition.outcome, condition.reason, condition.run_id)
    ours = days and row.kind in KINDS and all(isinstance(n, int | float) for n in numbers)
    if not ours or not all(isinstance(text, str) for text in texts):
        return None
    return Alert(condition, row.kind, row.began_at, row.told_at, over)


def _files(attachments: str | None) -> tuple[Path, ...]:
    """The names in a row, none of which is more than a name of a report; earlier versions wrote paths."""
    try:
        listed = json.loads(attachments or "[]")
    except (ValueError, RecursionError):
        listed = None
    named = [Path(entry).name for entry in listed if isinstance(entry, str)] if isinstance(listed, list) else []
    files = tuple(Path(name) for name in named[:_MOST_FILES] if own_files.is_report_name(name))
    if attachments is not None and (not isinstance(listed, list) or len(files) < len(listed)):
        log.warning(say("alert.not_our_files"))
    return files
