"""Everything that our own tables tell of a moment, cheaply: small tables, kept numbers, and counts by an index.

The user's messages are never read. Of keyword rows, those of the days that somebody is at are counted, as long as the
days are small enough for that to take no more than a moment.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.alerting.alerts import EndedRun
from keyword_assets.core.coverage.history import Gap
from keyword_assets.core.models.coverage import COUNTED, DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.core.outcomes import Outcome
from keyword_assets.core.watching.snapshot import KnownDay, Process, QuotaNow, Snapshot, Spent
from keyword_assets.sql.alerting.ended_runs import EndedRuns
from keyword_assets.sql.classifying.sent_texts import SentTexts
from keyword_assets.sql.classifying.workers import is_alive
from keyword_assets.sql.coverage.day_book import DayBook
from keyword_assets.sql.coverage.queries import texts_with_rows
from keyword_assets.sql.database.engine import Limits, make_engine
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.database.tables import Tables, made_once
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.opening import require_database, stored_days
from keyword_assets.sql.quota.book import account_of
from keyword_assets.sql.quota.known import KnownQuotas
from keyword_assets.sql.schema.migrate import require_schema

# In seconds: whoever looks is soon told that nothing comes.
IMPATIENT = Limits(connect=3, silence=5, kept=1, more=1)
# Questions of all days at work together, up to which their rows are counted at each look: a fifth of a second.
_COUNTED_LIVE = 100_000
_ENDED_SINCE, _ENDED_MOST = timedelta(days=1), 10_000
_ONE = 1


@contextmanager
def opened_to_look(settings: Settings) -> Iterator[Engine]:
    """The settings' database, for who looks and does not wait; its connections are closed at the end.

    Raises:
        InputError: there is nothing at the address, or the schema is not in place.
        DatabaseError: the database cannot be reached.
    """
    require_database(settings)
    engine = make_engine(settings.database_url, look_only=True, limits=IMPATIENT)
    try:
        require_schema(engine, _names(settings), look_only=True)
        yield engine
    finally:
        engine.dispose()


def look(settings: Settings, engine: Engine) -> Snapshot:
    """How everything stands now.

    Raises:
        DatabaseError: the database cannot be reached.
    """
    tables = made_once(_names(settings), stored_days(settings))
    return _Look(settings, engine, tables).snapshot()


def _names(settings: Settings) -> Names:
    return Names(settings.table_names, settings.column_names)


@dataclass(frozen=True)
class _Look:
    settings: Settings
    engine: Engine
    tables: Tables

    def snapshot(self) -> Snapshot:
        now, past = self.settings.now(), self._past()
        with reading(self.engine) as connection:
            processes = self._processes(connection)
            days = self._days(connection, past) if past else {}
            days |= self._at_work(connection, days, processes)
            processes = self._with_requests(connection, processes)
            succeeded = self._last_success(connection)
            krw_month = self._krw_since(connection, now.date().replace(day=1))
        runs = EndedRuns(self.engine, self.tables)
        ended, newest = runs.since(now - _ENDED_SINCE, _ENDED_MOST), runs.since(datetime.min, _ONE)
        quota, spent = self._quota(now.date(), krw_month)
        return Snapshot(
            at=now,
            past=past,
            days=self._limited(days, past),
            gaps=self._gaps(days),
            processes=processes,
            quota=quota,
            spent=spent,
            last_success=succeeded,
            last_run=newest[0] if newest else None,
            ended=_by_outcome(ended),
        )

    # -- days ---------------------------------------------------------------------------------------------------------

    def _past(self) -> Period | None:
        first, last = self.settings.start_date, self.settings.last_day()
        return Period(first, last) if first <= last else None

    def _days(self, connection: Connection, past: Period) -> dict[date, KnownDay]:
        table = self.tables.facts
        rows = sa.select(table.c.day, table.c.counted_at, *(table.c[name] for name in COUNTED)).where(
            table.c.day.between(past.start, past.end)
        )
        return {
            row.day: KnownDay(
                DayCoverage(row.day, *(int(getattr(row, name)) for name in COUNTED)), self._local(row.counted_at)
            )
            for row in connection.execute(rows)
        }

    def _local(self, epoch: float) -> datetime:
        return datetime.fromtimestamp(epoch, self.settings.timezone).replace(tzinfo=None)

    def _at_work(
        self, connection: Connection, days: Mapping[date, KnownDay], processes: list[Process]
    ) -> dict[date, KnownDay]:
        """The days that somebody is at, with what is classified of them by now, if they are small enough."""
        busy = sorted({day for process in processes for day in process.days()} & days.keys())
        if not busy or sum(days[day].row.questions for day in busy) > _COUNTED_LIVE:
            return {}
        found = dict.fromkeys(busy, 0)
        for day in busy:
            for _, texts in connection.execute(texts_with_rows(self.tables, Period.of(day))):
                found[day] = int(texts)
        return {day: replace(days[day], classified_now=texts) for day, texts in found.items()}

    def _limited(self, days: Mapping[date, KnownDay], past: Period | None) -> dict[date, KnownDay]:
        """The days with what has to wait for tomorrow, where that has a limit."""
        most = self.settings.most_new_texts_a_day
        if most is None or past is None:
            return dict(days)
        left = SentTexts(self.engine, self.tables, self.settings.now, most).left(past)
        return {day: replace(known, row=known.row.limited(left[day])) for day, known in days.items()}

    def _gaps(self, days: Mapping[date, KnownDay]) -> list[Gap]:
        amiss = [day for day, known in days.items() if known.row.missing]
        if not amiss:
            return []
        gaps = DayBook(self.engine, self.tables, self.settings.now).gaps(Period(min(amiss), max(amiss)))
        return sorted((gap for gap in gaps if gap.closed_at is None), key=lambda gap: (gap.opened_at, gap.day))

    # -- processes and runs -------------------------------------------------------------------------------------------

    def _processes(self, connection: Connection) -> list[Process]:
        """Who is at work: a process that carries a run and is at its days has an entry for each."""
        workers, claims = self.tables.workers, self.tables.claims
        rows = connection.execute(sa.select(workers).where(is_alive(workers)).order_by(workers.c.began_at)).all()
        claimed = (
            sa.select(claims.c.worker_id, sa.func.count())
            .where(claims.c.worker_id.in_([row.worker_id for row in rows]))
            .group_by(claims.c.worker_id)
        )
        asking = {worker: int(texts) for worker, texts in connection.execute(claimed)}
        found: dict[tuple[str, int], Process] = {}
        for row in rows:
            process = found.get((row.host, row.pid)) or Process(row.host, row.pid, row.began_at, (), (), 0)
            period = (Period(row.start_day, row.end_day),) if row.start_day and row.end_day else ()
            found[row.host, row.pid] = replace(
                process,
                periods=(*process.periods, *period),
                runs=(*process.runs, *([row.run_id] if row.run_id else [])),
                asking=process.asking + asking.get(row.worker_id, 0),
            )
        return list(found.values())

    def _with_requests(self, connection: Connection, processes: list[Process]) -> list[Process]:
        """The processes with what their runs have sent, today or in the night before it."""
        table, days = self.tables.usage, [self.settings.now().date() - timedelta(days=back) for back in (0, 1)]
        runs = [run for process in processes for run in process.runs]
        sent = (
            sa.select(table.c.run_id, sa.func.sum(table.c.requests))
            .where(table.c.used_on.in_(days), table.c.run_id.in_(runs))
            .group_by(table.c.run_id)
        )
        requests = {run: int(number) for run, number in connection.execute(sent)} if runs else {}
        return [replace(one, requests=sum(requests.get(run, 0) for run in one.runs)) for one in processes]

    def _last_success(self, connection: Connection) -> datetime | None:
        table = self.tables.runs
        done = sa.select(sa.func.max(table.c.ended_at)).where(table.c.outcome == str(Outcome.DONE))
        found: datetime | None = connection.execute(done).scalar()
        return found

    # -- quota and money ----------------------------------------------------------------------------------------------

    def _krw_since(self, connection: Connection, day: date) -> float:
        table = self.tables.usage
        total = sa.select(sa.func.coalesce(sa.func.sum(table.c.cost_krw), 0)).where(table.c.used_on >= day)
        return float(connection.execute(total).scalar_one())

    def _quota(self, today: date, krw_month: float) -> tuple[QuotaNow, Spent]:
        hcx = self.settings.hcx
        account = account_of(hcx.base_url, hcx.model)
        known = KnownQuotas(self.engine, self.tables, account, hcx.api_key, version="").look(today)
        return (
            QuotaNow(hcx.limits, known.requests, known.tokens, known.waiting, known.closings),
            Spent(known.spent, known.cost_krw, krw_month, hcx.daily_budget_krw),
        )


def _by_outcome(ended: list[EndedRun]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for run in ended:
        counts[run.outcome] = counts.get(run.outcome, 0) + 1
    return counts
