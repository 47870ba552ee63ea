"""The asset checks, each on the asset it is about: how they are declared, and how a verdict becomes an event.

All are evaluated day by day in the step that counts the day, and none blocks anything.
"""

import warnings
from collections.abc import Collection, Mapping

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,
)

from keyword_assets.core.coverage import checks
from keyword_assets.core.coverage.checks import Verdict
from keyword_assets.core.texts import say
from keyword_assets.orchestration.assets.keys import CLASSIFIED_KEYWORDS

CHECKS: Mapping[str, dg.AssetCheckKey] = {
    name: dg.AssetCheckKey(dg.AssetKey(check.about.value), name) for name, check in checks.CHECKS.items()
}
# Only where a golden set is configured; about the classifier of the run, and told of each of its days.
GOLDEN_SET_HOLDS = "golden_set_holds"
GOLDEN: Mapping[str, dg.AssetCheckKey] = {GOLDEN_SET_HOLDS: dg.AssetCheckKey(CLASSIFIED_KEYWORDS, GOLDEN_SET_HOLDS)}


def check_specs(partitions: dg.PartitionsDefinition[str], *, golden: bool) -> list[dg.AssetCheckSpec]:
    """Every check, by day; that of the golden set only if there is one."""
    with warnings.catch_warnings():
        # Partitioned checks are a preview in this pinned version; a test holds what we rely on.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return [
            dg.AssetCheckSpec(
                name,
                asset=key.asset_key,
                partitions_def=partitions,
                description=say(f"check.{name}.promise"),
            )
            for name, key in {**CHECKS, **(GOLDEN if golden else {})}.items()
        ]


def evaluations(
    instance: dg.DagsterInstance, partition: str, verdicts: Collection[Verdict]
) -> list[dg.AssetCheckEvaluation]:
    """The verdicts on a day, each tied to its materialization: without the tie the UI calls the partition "Missing"."""
    keys = {**CHECKS, **GOLDEN}
    targets = {asset: _newest(instance, asset, partition) for asset in {keys[one.check].asset_key for one in verdicts}}
    return [_evaluation(keys[one.check], partition, one, targets[keys[one.check].asset_key]) for one in verdicts]


def _newest(
    instance: dg.DagsterInstance, asset: dg.AssetKey, partition: str
) -> AssetCheckEvaluationTargetMaterializationData | None:
    records = instance.fetch_materializations(
        dg.AssetRecordsFilter(asset_key=asset, asset_partitions=[partition]), limit=1
    ).records
    return next(
        (
            AssetCheckEvaluationTargetMaterializationData(
                storage_id=record.storage_id, run_id=record.run_id, timestamp=record.timestamp
            )
            for record in records
        ),
        None,
    )


def _evaluation(
    key: dg.AssetCheckKey,
    partition: str,
    verdict: Verdict,
    target: AssetCheckEvaluationTargetMaterializationData | None,
) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=verdict.passed,
        severity=dg.AssetCheckSeverity.ERROR if verdict.severe else dg.AssetCheckSeverity.WARN,
        partition=partition,
        description=verdict.finding,
        metadata={**verdict.numbers, **({"what_to_do": verdict.todo} if verdict.todo else {})},
        target_materialization_data=target,
    )
