"""`dagster dev` with our webserver in place of Dagster's, for `make dev`.

All else is Dagster's: its options, the code server that both share, and the order in which they stop.
"""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import dagster._cli.dev as dagsters

from keyword_assets.configuration.settings import Settings
from keyword_assets.orchestration.hosting.ended import ended_by
from keyword_assets.web.door import door_of

_OURS = {"dagster_webserver": "keyword_assets.orchestration.hosting.webserver", "dagster._daemon": "dagster._daemon"}


def _starting_ours(start: Callable[..., Any]) -> Callable[..., Any]:
    def starting(parts: Sequence[str], **how: Any) -> Any:
        # A module that is in no row is one that we have never looked at; it does not start.
        python, flag, module, *arguments = parts
        return start([python, flag, _OURS[module], *arguments], **how)

    return starting


def main(arguments: list[str]) -> int:
    """Run until it is stopped; returns the exit code."""
    return ended_by(lambda: _run(arguments))


def _run(arguments: list[str]) -> None:
    options = dagsters.dev_command.make_context("dagster dev", list(arguments), resilient_parsing=True).params
    # Told here; else Dagster would tell five seconds later that its webserver had ended.
    door_of(Settings.from_env(), options.get("host") or "127.0.0.1")
    theirs: Any = dagsters
    theirs.open_ipc_subprocess = _starting_ours(theirs.open_ipc_subprocess)
    dagsters.dev_command.main(arguments, prog_name="dagster dev")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
