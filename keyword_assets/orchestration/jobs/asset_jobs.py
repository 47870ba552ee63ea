"""The jobs over assets.

daily_keywords_job: the three assets for one day or a range of days. weekly_report_job: the report about a day.
weekly_audit_job: an audit of the week, and what the newest tells.
"""

import dagster as dg

from keyword_assets.core.texts import say
from keyword_assets.orchestration.assets.keys import (
    ANSWER_QUALITY,
    CLASSIFIED_KEYWORDS,
    KEYWORD_REPORT,
    MISSING_DATA_REPORT,
    UNIQUE_CHATS,
)

JOB, REPORT_JOB, AUDIT_JOB = "daily_keywords_job", "weekly_report_job", "weekly_audit_job"

daily_keywords_job = dg.define_asset_job(
    JOB,
    selection=[UNIQUE_CHATS, CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT],
    description=say("job.description"),
)

weekly_report_job = dg.define_asset_job(
    REPORT_JOB,
    selection=[KEYWORD_REPORT],
    config={"ops": {KEYWORD_REPORT.to_user_string(): {"config": {"deliver": True}}}},
    description=say("delivery.job"),
)

weekly_audit_job = dg.define_asset_job(
    AUDIT_JOB,
    selection=[ANSWER_QUALITY],
    config={"ops": {ANSWER_QUALITY.to_user_string(): {"config": {"draw": True}}}},
    description=say("audit.job"),
)


def is_from_asset_page(run: dg.DagsterRun) -> bool:
    """Whether the run was launched for assets rather than for a job: Dagster then gives it a job of its own."""
    return run.job_name.startswith("__ASSET_JOB")
