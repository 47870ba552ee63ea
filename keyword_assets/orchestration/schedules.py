"""daily_keywords_schedule: yesterday, early in the morning of the partitions' time zone."""

import dagster as dg

from keyword_assets.orchestration.jobs import daily_keywords_job

# Late enough for stragglers of the day before, early enough to be done when the office opens.
HOUR, MINUTE = 1, 10

daily_keywords_schedule = dg.build_schedule_from_partitioned_job(
    daily_keywords_job, name="daily_keywords_schedule", hour_of_day=HOUR, minute_of_hour=MINUTE
)
