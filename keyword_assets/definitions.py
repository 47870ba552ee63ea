"""The code location."""

import os

from keyword_assets import logs
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.sources import secrets
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.hosting.batches import store_in_batches
from keyword_assets.orchestration.hosting.run_logs import write_json

logs.make_visible()
_settings = Settings.from_env()
if _settings.log_format == "json":
    logs.as_json(secrets().scrubbed)
    write_json()
# This is the code location's own process, and the runs that it starts inherit it: logs, events, reports.
os.umask(_settings.umask)
store_in_batches()
defs = build_defs(_settings)
