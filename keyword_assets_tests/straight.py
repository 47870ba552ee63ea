"""What a run does under the settings in force, and no run: Dagster's part of it costs ten times as much as ours.

For tests that go through many faults, which differ in what we make of them, and for what has been before a test begins.
That commands and Dagster's runs tell of it as they should is proved with some of them, by the tests of those.
"""

import asyncio
from dataclasses import dataclass
from datetime import date

from keyword_assets import privacy
from keyword_assets.clients import client_for_run
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.classifying.pipeline import classify_period
from keyword_assets.core.errors import HcxError
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.runs import RunResult
from keyword_assets.in_force import taxonomy_in_force
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.opening import open_store
from keyword_assets_tests.world import DAY


@dataclass(frozen=True)
class Done:
    """What was done, what ended it early, and the days as they were counted afterwards."""

    result: RunResult
    fatal: HcxError | None
    days: list[DayCoverage]

    @property
    def day(self) -> DayCoverage:
        """The only one."""
        (day,) = self.days
        return day


def basic(first: str = DAY, last: str = "", *, limit: int | None = None) -> Done:
    """What is open of the days is asked for once.

    Args:
        first: the first day.
        last: the last day, if there are several.
        limit: so many questions at most.
    """
    settings, period = Settings.from_env(), _period(first, last)
    with open_store(settings) as store:
        result, fatal = asyncio.run(_classified(settings, store, period, limit))
    with open_store(settings, look_only=True) as store:
        return Done(result, fatal, store.coverage(period))


def complete(first: str = DAY, last: str = "") -> Done:
    """The same, and once more where something is left and nothing has stopped it."""
    done = basic(first, last)
    if done.fatal or done.result.stopped or not any(day.open for day in done.days):
        return done
    again = basic(first, last)
    return Done(done.result + again.result, again.fatal, again.days)


def quarantined() -> list[tuple[str, str]]:
    """The text and the reason of each question that is quarantined."""
    with open_store(Settings.from_env(), look_only=True) as store:
        return [(question.text, entry.reason) for question, entry, _ in store.quarantined_questions(_period(DAY))]


async def _classified(
    settings: Settings, store: SqlQuestionStore, period: Period, limit: int | None
) -> tuple[RunResult, HcxError | None]:
    taxonomy, run_id = taxonomy_in_force(settings), "straight"
    async with client_for_run(settings, taxonomy, store, run_id) as model:
        return await classify_period(
            period,
            model=model,
            store=store,
            taxonomy=taxonomy,
            price=settings.hcx.price,
            run_id=run_id,
            batch_created_at=settings.now().replace(microsecond=0),
            limit=limit,
            day_limit=store.day_limit,
            mask=privacy.sent(settings.mask),
            now=settings.now,
        )


def _period(first: str, last: str = "") -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last or first))
