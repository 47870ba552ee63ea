"""What the code location is made of."""

import dagster as dg

from keyword_assets.configuration.settings import Settings
from keyword_assets.in_force import taxonomy_in_force
from keyword_assets.orchestration.assets.answer_quality import answer_quality_asset
from keyword_assets.orchestration.assets.daily_keywords import daily_keywords_assets
from keyword_assets.orchestration.assets.keyword_report import keyword_report_asset
from keyword_assets.orchestration.assets.partitions import daily_partitions
from keyword_assets.orchestration.jobs.asset_jobs import daily_keywords_job, weekly_audit_job, weekly_report_job
from keyword_assets.orchestration.jobs.prune_job import prune_job
from keyword_assets.orchestration.jobs.schedules import (
    daily_keywords_schedule,
    weekly_audit_schedule,
    weekly_prune_schedule,
    weekly_report_schedule,
)
from keyword_assets.orchestration.resources import resources_with
from keyword_assets.orchestration.running.stopping import in_process
from keyword_assets.orchestration.sensors.alert_sensor import alert_sensor
from keyword_assets.orchestration.sensors.coverage_backfill_sensor import coverage_backfill_sensor
from keyword_assets.orchestration.sensors.yesterday_is_present_sensor import yesterday_is_present_sensor


def build_defs(settings: Settings, **resources: object) -> dg.Definitions:
    """The definitions under these settings; `resources` replace those of the same names.

    Raises:
        InputError: the taxonomy or the shots cannot be used.
    """
    taxonomy, pruning = taxonomy_in_force(settings), prune_job(settings)
    return dg.Definitions(
        assets=[
            daily_keywords_assets(settings, taxonomy),
            keyword_report_asset(settings, taxonomy),
            answer_quality_asset(settings),
        ],
        jobs=[daily_keywords_job, weekly_report_job, weekly_audit_job, pruning],
        schedules=[
            daily_keywords_schedule(settings),
            weekly_report_schedule(settings),
            weekly_audit_schedule(settings),
            weekly_prune_schedule(settings, pruning),
        ],
        sensors=[
            coverage_backfill_sensor(settings, daily_partitions(settings)),
            yesterday_is_present_sensor(settings),
            alert_sensor(settings),
        ],
        resources=resources_with(**resources),
        executor=in_process,
    )
