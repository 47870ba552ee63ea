"""How events reach a storage that is not ours: in a cluster, Dagster's own for PostgreSQL."""

from collections.abc import Sequence

import dagster as dg
import pytest
from dagster._core.events.log import EventLogEntry

from keyword_assets.orchestration.assets.events import log_together

_KEY = dg.AssetKey("a")
_CHECKS = [dg.AssetCheckKey(_KEY, name) for name in ("one", "two")]


@dg.asset(key=_KEY)
def _two_days_and_two_checks(context: dg.AssetExecutionContext) -> None:
    log_together(context, [dg.AssetMaterialization(_KEY, metadata={"day": day}) for day in (1, 2)])
    log_together(context, [dg.AssetCheckEvaluation(check.asset_key, check.name, passed=True) for check in _CHECKS])


def test_a_storage_of_dagsters_gets_no_check_in_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dagster's for PostgreSQL refuses a batch with one, and says so on the console for each day."""
    monkeypatch.setenv("DAGSTER_EVENT_BATCH_SIZE", "500")
    with dg.DagsterInstance.ephemeral() as instance:
        batches: list[list[dg.DagsterEventType]] = []
        storage = instance.event_log_storage
        store = storage.store_event_batch

        def noted(events: Sequence[EventLogEntry]) -> None:
            batches.append([event.get_dagster_event().event_type for event in events])
            store(events)

        monkeypatch.setattr(storage, "store_event_batch", noted)
        assert dg.materialize([_two_days_and_two_checks], instance=instance).success

        evaluated = [bool(storage.get_asset_check_execution_history(check, limit=9)) for check in _CHECKS]

    assert [dg.DagsterEventType.ASSET_MATERIALIZATION] * 2 in batches
    assert not any(dg.DagsterEventType.ASSET_CHECK_EVALUATION in kinds for kinds in batches)
    assert evaluated == [True, True]
