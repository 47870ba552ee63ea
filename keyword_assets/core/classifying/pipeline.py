"""The job over a period, as the assets run it: categories in step, questions classified, counts refreshed."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from keyword_assets.core.classifying.classify import Classification
from keyword_assets.core.classifying.telling import Teller
from keyword_assets.core.errors import HcxError
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.runs import DayTally, RunResult
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.money import Price, cost_krw
from keyword_assets.core.ports.model import KeywordModel
from keyword_assets.core.ports.store import DayLimit, QuestionStore
from keyword_assets.core.ports.watcher import NOBODY, RunWatcher
from keyword_assets.core.questions import Mask, unmasked
from keyword_assets.core.taxonomy import Taxonomy


async def classify_period(
    period: Period,
    *,
    model: KeywordModel,
    store: QuestionStore,
    taxonomy: Taxonomy,
    price: Price,
    run_id: str,
    batch_created_at: datetime,
    limit: int | None = None,
    day_limit: DayLimit | None = None,
    mask: Mask = unmasked,
    reclassify: bool = False,
    watcher: RunWatcher = NOBODY,
    now: Callable[[], datetime] = datetime.now,
) -> tuple[RunResult, HcxError | None]:
    """Classify every open question of the period that can be.

    With `reclassify`, classified ones count as open: those whose rows say something else than the answer under the
    model's version are written anew. Until there is such an answer their rows stay.

    Returns:
        What the run did, and the denial or lost connection that ended it, if one did. Finished work is written in
        either case.

    Raises:
        InputError: `admin_categories` contradicts the taxonomy; nothing was sent.
        DatabaseError: the database failed; what was written before stays.
    """
    began = time.monotonic()
    used_before = model.usage
    await asyncio.to_thread(store.sync_categories, taxonomy)
    await asyncio.to_thread(store.finish_corrections, model.version, taxonomy)
    before = await asyncio.to_thread(store.coverage, period)
    for row in before:
        if row.miscounted:
            await asyncio.to_thread(store.refresh_counts, row.day)
    if reclassify:
        before = [replace(row, classified=0) for row in before]
    teller = Teller()
    teller.tell(watcher.began, before)
    model.when_held(
        lambda closing: teller.tell(watcher.held, now() + timedelta(seconds=closing.seconds), closing.reason)
    )

    def finished(tally: DayTally) -> None:
        (after,) = store.recount(Period.of(tally.day))
        watcher.day_finished(tally, after)

    job = Classification(
        before,
        model,
        store,
        taxonomy,
        batch_created_at,
        run_id,
        price,
        limit=limit,
        day_limit=day_limit,
        reclassify=reclassify,
        mask=mask,
        day_finished=lambda tally: teller.tell(finished, tally.copy()),
        progressed=lambda tally: teller.tell(watcher.progressed, tally.copy()),
        elsewhere=lambda texts, workers: teller.tell(watcher.elsewhere, texts, workers),
    )
    with store.at_work(period):
        await teller.beside(job.run())
    used = model.usage - used_before
    return _result(job, used, price, batch_created_at, time.monotonic() - began), job.end.fatal


def _result(job: Classification, used: Usage, price: Price, began: datetime, seconds: float) -> RunResult:
    tallies = job.tallies.values()
    return RunResult(
        began=began,
        processed=sum(t.processed for t in tallies),
        reused=sum(t.reused for t in tallies),
        skipped=sum(t.before.classified + t.skipped for t in tallies),
        failed=sum(t.failed for t in tallies),
        quarantined=sum(t.quarantined for t in tallies),
        asked=job.asked,
        usage=used,
        cost_krw=cost_krw(used, price),
        model=price.model,
        seconds=seconds,
        stopped=job.end.stopped,
        quota_refused=job.end.quota_refused,
        by_day={tally.day: tally.usage for tally in tallies if tally.usage != Usage()},
        reasons=dict(sum((Counter(t.reasons) for t in tallies), Counter())),
    )
