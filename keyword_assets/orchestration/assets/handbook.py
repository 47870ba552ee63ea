"""How operators do what alerts advise: the commands to type, and the pages of the Dagster UI to look at."""

import re
from dataclasses import dataclass
from datetime import date

import dagster as dg

from keyword_assets.orchestration.assets.keys import MISSING_DATA_REPORT

# A run's name is read from a table, and becomes a part of a link.
_RUN_ID = re.compile(r"[\w-]+", re.ASCII)
# The pages that `Handbook` links to.
_PAGES = r"(?:runs/[\w-]+|assets/\w+\?view=partitions&partition=\d{4}-\d\d-\d\d)"
_NO_PAGE = re.compile(r"(?!)")


@dataclass(frozen=True)
class Handbook:
    """The remedies of `core.alerting`.

    Args:
        ui_url: where the Dagster UI is, if that is known.
    """

    ui_url: str | None

    def look_over(self) -> str:
        """Look at settings, database and account."""
        return "keyword-assets doctor"

    def classify(self, start: date, end: date) -> str:
        """Classify what is missing in these days."""
        return f"keyword-assets complete {start} {end}"

    def estimate(self, start: date, end: date) -> str:
        """See what that would cost."""
        return f"{self.classify(start, end)} --dry-run"

    def report(self, start: date, end: date) -> str:
        """Write the report of these days again, and send it."""
        return f"keyword-assets report {start} {end} --email"

    def quarantined(self, start: date, end: date) -> str:
        """See which questions are quarantined, and why."""
        return f"keyword-assets quarantine list {start} {end}"

    def page_of_day(self, day: date | str, asset: dg.AssetKey = MISSING_DATA_REPORT) -> str | None:
        """Where the UI shows a day of an asset."""
        page = f"assets/{asset.to_user_string()}?view=partitions&partition={day}"
        return f"{self.ui_url}/{page}" if self.ui_url else None

    def page_of_run(self, run_id: str) -> str | None:
        """Where the UI shows a run; None also for what is no run's name."""
        return f"{self.ui_url}/runs/{run_id}" if self.ui_url and _RUN_ID.fullmatch(run_id) else None

    @property
    def links(self) -> re.Pattern[str]:
        """What begins like a link to one of these pages."""
        return re.compile(f"{re.escape(self.ui_url)}/{_PAGES}", re.ASCII) if self.ui_url else _NO_PAGE
