"""`make deploy-test ARGS=systemd`: the units of deploy/systemd under a systemd that is at work, with all they forbid.

install.sh is run while the image is made. Then the target is started, a run is at work on 90 days, each service is
killed, all are stopped while a run is at work, and started again. All has to end in order, and the days complete.
"""

import json
import time
from functools import partial
from typing import Any

from keyword_assets_tests.deploy.commands import say, until
from keyword_assets_tests.deploy.machine import Machine
from keyword_assets_tests.deploy.work import IN_FLIGHT, Days, check, paid

# Service → where somebody listens once it is at work again; the daemon is asked.
PLACES = {
    "code": "/run/keyword-assets/code.sock",
    "webserver": "3000",
    "managers": "3001",
    "review": "8410",
    "daemon": "",
}
_DAEMON = ("keyword-assets", "status", "--health", "daemon")
# Longer than anything takes on a machine that is busy with other things.
_PATIENCE = 900


def try_units_at_work() -> int:
    """Run it; 0 if all was well."""
    days = Days()
    machine = Machine(days.settings() | {"KEYWORDS_SWITCHED_ON": "coverage_backfill_sensor"})
    try:
        machine.start()
        figures = _use(machine, days)
    except BaseException:
        say(machine.log())
        raise
    finally:
        machine.remove()
    print(json.dumps(figures, indent=2, ensure_ascii=False), flush=True)
    return _judge(figures)


def _use(machine: Machine, days: Days) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    begun = time.monotonic()
    machine.execute("systemctl", "enable", "--now", "keyword-assets.target")
    for unit in PLACES:
        until(f"{unit} to serve", partial(_serves, machine, unit), _PATIENCE)
    figures["up after"] = round(time.monotonic() - begun, 1)
    say(machine.inside("", "keyword-assets", "load-chats", "-", text=days.messages()))
    until("answers to be written", machine.rows, _PATIENCE)
    figures["at work again after a kill"] = {unit: _kill(machine, unit) for unit in PLACES}
    rows = machine.rows()
    until("answers to be written by another run", lambda: machine.rows() > rows, _PATIENCE)
    of_before = set(machine.runs())
    figures["stopped within"] = machine.stop()
    figures["ended"] = {unit: machine.state(unit) for unit in PLACES}
    figures["runs when all were stopped"] = sorted(machine.runs().values())
    machine.execute("systemctl", "start", "keyword-assets.target")
    until("every day at 100.0 %", lambda: check(machine, days)["coverage"] == 1, _PATIENCE)
    figures["runs in the end"] = sorted(status for one, status in machine.runs().items() if one not in of_before)
    figures["check"] = check(machine, days)
    figures["hcx"] = paid(machine, figures["check"]["total"]["questions"])
    figures["forbidden"] = machine.forbidden()
    return figures


def _serves(machine: Machine, unit: str) -> bool:
    if PLACES[unit]:
        return machine.is_served(PLACES[unit])
    return bool(machine.inside("", *_DAEMON))


def _kill(machine: Machine, unit: str) -> float:
    killed = machine.kill(unit)
    begun = time.monotonic()
    until(f"{unit} to be another", lambda: machine.state(unit)["MainPID"] not in (killed, "0"), _PATIENCE)
    until(f"{unit} to serve", partial(_serves, machine, unit), _PATIENCE)
    seconds = round(time.monotonic() - begun, 1)
    say(f"{unit}: at work again after {seconds} s")
    return seconds


def _judge(figures: dict[str, Any]) -> int:
    faults = {
        "a day is not complete": figures["check"]["coverage"] != 1,
        "a service did not end in order": any(
            (state["Result"], state["ExecMainStatus"]) != ("success", "0") for state in figures["ended"].values()
        ),
        "a run was at work when all were stopped": {"STARTED", "STARTING"} & set(figures["runs when all were stopped"]),
        "no run ended as one that was told to": "CANCELED" not in figures["runs when all were stopped"],
        "a unit forbids what is needed": figures["forbidden"],
        "more was paid twice than was in flight": figures["hcx"]["asked more than once"] > IN_FLIGHT,
        "the quota was exceeded": figures["hcx"]["refused for the quota"],
    }
    for fault in (name for name, there in faults.items() if there):
        say(f"FAILED: {fault}")
    return int(any(faults.values()))
