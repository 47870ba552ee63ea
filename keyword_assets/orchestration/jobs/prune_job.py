"""prune_job: old rows of our tables, and old events and ticks of Dagster's, removed in small steps."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.texts import say
from keyword_assets.orchestration.hosting.pruning import prune_instance
from keyword_assets.orchestration.resources import DatabaseResource
from keyword_assets.orchestration.running.failing import told_in_words
from keyword_assets.orchestration.running.run_tags import launcher_of, refuse_tags
from keyword_assets.sql.prune import prune

JOB = "prune_job"


def prune_job(settings: Settings) -> dg.JobDefinition:
    """The job under these settings."""

    # Without a schema Dagster would take any configuration, and drop it.
    @dg.op(name="prune", config_schema={}, description=say("prune.op", days=settings.keep_days))
    def prune_op(context: dg.OpExecutionContext, database: DatabaseResource) -> None:
        with told_in_words():
            refuse_tags(context.run, launcher_of(context.instance))
            now = settings.now()
            with database.open() as store:
                removed = prune(store.engine, store.tables, now, settings.keep_days)
            before = datetime.now(UTC) - timedelta(days=settings.keep_days)
            removed |= prune_instance(context.instance, before)
        context.log.info(say("prune.removed", rows=", ".join(f"{table} {rows:,}" for table, rows in removed.items())))

    @dg.job(name=JOB, description=say("prune.job"))
    def job() -> None:
        prune_op()

    return job
