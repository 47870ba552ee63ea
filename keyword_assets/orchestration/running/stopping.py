"""How a run ends whose process is told to end: with its code server, its container or its machine."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.execution.retries import RetryMode
from dagster._core.executor.in_process import InProcessExecutor

from keyword_assets.core.texts import say


class _Executor(InProcessExecutor):
    """Dagster's own, which takes an end that its UI was not asked for as a failure.

    Only who is told to end gets here: a process that is killed, or breaks, ends as a failure. What was answered is
    written by then, and the days that are left are not for people to see to, but for the sensor.
    """

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[dg.DagsterEvent]:
        """Run the steps, of which Dagster's context and plan say which they are."""
        try:
            yield from super().execute(plan_context, execution_plan)
        except (KeyboardInterrupt, DagsterExecutionInterruptedError):
            instance = plan_context.instance
            run = instance.get_run_by_id(plan_context.run_id)
            if run is not None and run.status is dg.DagsterRunStatus.STARTED:
                # Dagster then ends it as if its UI had been asked.
                instance.report_run_canceling(run, message=say("run.told_to_end"))
            raise


# One process a run: a process a step would cost five seconds of start-up for each day. Its options are ours.
@dg.executor(name="in_process", config_schema={})
def in_process(_context: dg.InitExecutorContext) -> _Executor:
    """All steps in the process of the run, which ends as canceled if it is told to end."""
    return _Executor(RetryMode.ENABLED)
