"""What a run writes on stderr, as JSON."""

import json

import dagster as dg
import dagster._loggers as dagsters
import pytest

from keyword_assets.orchestration.hosting import run_logs


def test_a_run_without_a_configuration_writes_json(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """As one from a schedule has none; the one place where Dagster chooses is still where it was."""
    # Put back in the end.
    monkeypatch.setattr(dagsters, "colored_console_logger", dagsters.colored_console_logger)
    run_logs.write_json()

    @dg.job
    def small() -> None:
        @dg.op
        def says(context: dg.OpExecutionContext) -> None:
            context.log.warning("어제\n끝")

        says()

    assert small.execute_in_process().success

    records = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert "어제\n끝" in [record["msg"].rpartition(" - ")[2] for record in records]
