"""`make deploy-test ARGS=stop`: the code server is stopped while four runs are at work in its container.

As an upgrade and a restart of the machine do it, where runs have no containers of their own. All has to end in order
and in time, the runs as ended, and nothing may be paid twice but what was in flight.
"""

import json
import time
from pathlib import Path
from typing import Any

from keyword_assets_tests.deploy.commands import say, until
from keyword_assets_tests.deploy.images import build
from keyword_assets_tests.deploy.stack import Stack
from keyword_assets_tests.deploy.work import IN_FLIGHT, USERS, Days, at_work, check, paid

# As they end by themselves, or because they were told to; never as failures, of which people would be told.
_ENDED = {"SUCCESS", "CANCELED"}


def try_stop(folder: Path) -> int:
    """Run it; 0 if it was so."""
    build()
    days = Days()
    stack = Stack(folder, USERS, days.settings(), runs_apart=False)
    stack.set_up()
    try:
        figures = _use(stack, folder, days)
    except BaseException:
        say(stack.logs())
        raise
    finally:
        stack.down()
    print(json.dumps(figures, indent=2, ensure_ascii=False), flush=True)
    ended = set(figures["runs"].values()) <= _ENDED and figures["exit code"] != 137
    return int(not ended or figures["check"]["coverage"] != 1 or figures["hcx"]["asked more than once"] > IN_FLIGHT)


def _use(stack: Stack, folder: Path, days: Days) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    with at_work(stack, folder, days) as engineer:
        figures["seconds"], figures["exit code"] = stack.stop("code")
        figures["rows then"] = stack.rows()
        figures["runs"] = engineer.statuses()
        begun = time.monotonic()
        stack.compose("start", "code")
        until("every day at 100.0 %", lambda: check(stack, days)["coverage"] == 1, 480)
        figures["complete after"] = round(time.monotonic() - begun, 1)
    figures["check"] = check(stack, days)
    figures["hcx"] = paid(stack, figures["check"]["total"]["questions"])
    return figures
