"""What a run does under the settings in force, and no run: Dagster's part of it costs ten times as much as ours.

For tests that go through many faults, which differ in what we make of them. That commands and Dagster's runs tell of it
as they should is proved with some of them, by the tests of those.
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
    """What was done, what ended it early, and the day as it was counted afterwards."""

    result: RunResult
    fatal: HcxError | None
    day: DayCoverage


def basic() -> Done:
    """What is open of the first day is asked for once."""
    settings = Settings.from_env()
    with open_store(settings) as store:
        result, fatal = asyncio.run(_classified(settings, store))
    with open_store(settings, look_only=True) as store:
        (day,) = store.coverage(_period())
    return Done(result, fatal, day)


def complete() -> Done:
    """The same, and once more where something is left and nothing has stopped it."""
    done = basic()
    if done.fatal or done.result.stopped or not done.day.open:
        return done
    again = basic()
    return Done(done.result + again.result, again.fatal, again.day)


def quarantined() -> list[tuple[str, str]]:
    """The text and the reason of each question that is quarantined."""
    with open_store(Settings.from_env(), look_only=True) as store:
        return [(question.text, entry.reason) for question, entry, _ in store.quarantined_questions(_period())]


async def _classified(settings: Settings, store: SqlQuestionStore) -> tuple[RunResult, HcxError | None]:
    taxonomy, run_id = taxonomy_in_force(settings), "straight"
    async with client_for_run(settings, taxonomy, store, run_id) as model:
        return await classify_period(
            _period(),
            model=model,
            store=store,
            taxonomy=taxonomy,
            price=settings.hcx.price,
            run_id=run_id,
            batch_created_at=settings.now().replace(microsecond=0),
            day_limit=store.day_limit,
            mask=privacy.sent(settings.mask),
            now=settings.now,
        )


def _period() -> Period:
    return Period.of(date.fromisoformat(DAY))
