"""daily_keywords_job: the three assets for one day or a range of days."""

import dagster as dg

from keyword_assets.core.texts import say
from keyword_assets.orchestration.keys import CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT, UNIQUE_CHATS

JOB = "daily_keywords_job"

daily_keywords_job = dg.define_asset_job(
    JOB,
    selection=[UNIQUE_CHATS, CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT],
    description=say("job.description"),
)
