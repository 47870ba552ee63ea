"""What Dagster has been told of days, so that a run that had nothing to do with a day need not tell it again."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import dagster as dg
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from keyword_assets.core.coverage.checks import Verdict
from keyword_assets.core.models.coverage import COUNTED, ROW_FAULTS, DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.orchestration.assets.checks import CHECKS, GOLDEN
from keyword_assets.orchestration.assets.keys import MISSING_DATA_REPORT

# On the last materialization that is made of a day: what all of them said of it.
FACTS_TAG = "keyword_assets/facts"
# Of the 64 that a tag may have.
_TAG_CHARS = 32
_PASSED = {AssetCheckExecutionRecordStatus.SUCCEEDED: True, AssetCheckExecutionRecordStatus.FAILED: False}


def facts_of(row: DayCoverage, code_version: str, floor: float) -> str:
    """What is told of a day, but for the verdicts, as a tag's value: its numbers, and what they are judged by."""
    numbers = [getattr(row, name) for name in (*COUNTED, *ROW_FAULTS, "waiting")]
    return hashlib.sha256(repr((numbers, code_version, floor)).encode()).hexdigest()[:_TAG_CHARS]


@dataclass(frozen=True)
class Told:
    """What the UI shows of days by now.

    `facts` are those of the newest materializations, `verdicts` whether each check has passed at its newest evaluation,
    as long as that is about the newest materialization: a check that was only planned since then is not in it.
    """

    facts: Mapping[str, str]
    verdicts: Mapping[str, Mapping[str, bool]]

    @classmethod
    def of(cls, instance: dg.DagsterInstance, period: Period) -> "Told":
        """Ask the instance."""
        facts = _facts(instance, [day.isoformat() for day in period.days()])
        # Of a day of which nothing was told, nobody asks for verdicts; and to find them takes a query for each check.
        return cls(facts, _verdicts(instance, list(facts)) if facts else {})

    def is_whole(self, day: date) -> bool:
        """Whether everything that is told of each day was told of this one, whatever it was."""
        partition = day.isoformat()
        return partition in self.facts and self.verdicts.get(partition, {}).keys() >= CHECKS.keys()

    def holds(self, day: date, facts: str, verdicts: Iterable[Verdict]) -> bool:
        """Whether it was this."""
        return self.facts.get(day.isoformat()) == facts and all(self.has(day, verdict) for verdict in verdicts)

    def has(self, day: date, verdict: Verdict) -> bool:
        """Whether a check was told of to have ended so."""
        return self.verdicts.get(day.isoformat(), {}).get(verdict.check) is verdict.passed


def _facts(instance: dg.DagsterInstance, days: Collection[str]) -> dict[str, str]:
    newest = instance.event_log_storage.get_latest_storage_id_by_partition(
        MISSING_DATA_REPORT, dg.DagsterEventType.ASSET_MATERIALIZATION, set(days)
    )
    if not newest:
        return {}
    records = instance.fetch_materializations(
        dg.AssetRecordsFilter(asset_key=MISSING_DATA_REPORT, storage_ids=list(newest.values())), limit=len(newest)
    ).records
    told = (record.asset_materialization for record in records)
    return {
        event.partition: event.tags[FACTS_TAG]
        for event in told
        if event is not None and event.partition is not None and event.tags and FACTS_TAG in event.tags
    }


def _verdicts(instance: dg.DagsterInstance, days: Collection[str]) -> dict[str, dict[str, bool]]:
    verdicts: dict[str, dict[str, bool]] = {}
    for found in instance.event_log_storage.get_asset_check_partition_info(
        [*CHECKS.values(), *GOLDEN.values()], partition_keys=list(days)
    ):
        passed = _PASSED.get(found.latest_execution_status)
        if found.partition_key is not None and passed is not None and found.is_current:
            verdicts.setdefault(found.partition_key, {})[found.check_key.name] = passed
    return verdicts
