"""`make deploy-test`: the whole of deploy/ from nothing, used through its proxy, and harmed part by part.

A backfill of 90 days in four runs, each a container, on one account of HCX (the simulator with a quota). While it goes
on, a run, the daemon, the code server and the database are killed one after the other, and a run is cut off the network
for a minute. In the end each day has to stand at 100.0 %. What was paid, what was refused, and how long each part took
to be well again stands in benchmarks/results/deploy.json.

Needs root, podman with runc, podman-compose, Chromium; without BASE (a Debian 12 image) also mmdebstrap. With the
argument `try` it tells alone whether this machine can run a container; with `stop` it does what stopping.py says, with
`systemd` what booted.py says, with `upgrade REVISION` what upgrade.py says.
"""

import json
import os
import platform
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from keyword_assets_tests.deploy.booted import try_units_at_work
from keyword_assets_tests.deploy.commands import TOP, say, until
from keyword_assets_tests.deploy.faults import Faults
from keyword_assets_tests.deploy.images import build, prepare, try_container
from keyword_assets_tests.deploy.login import try_guesses, try_log_ins, try_reports, try_review, until_answered
from keyword_assets_tests.deploy.oidc import trying_oidc
from keyword_assets_tests.deploy.stack import Stack
from keyword_assets_tests.deploy.stopping import try_stop
from keyword_assets_tests.deploy.units import try_units
from keyword_assets_tests.deploy.upgrade import try_upgrade
from keyword_assets_tests.deploy.visit import visiting
from keyword_assets_tests.deploy.work import IN_FLIGHT, QPM, RANGES, USERS, Days, begin, check, paid

RESULTS = TOP / "benchmarks" / "results" / "deploy.json"
# Containers that say themselves whether they are well.
CHECKED = ("database", "code", "daemon", "engineers", "managers", "review", "simulator")


def main(arguments: list[str]) -> int:
    """Run what is asked for; 0 if everything ended as it has to."""
    # Whoever stops it leaves nothing behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="keyword-assets-deploy-") as folder:
        prepare(Path(folder))
        if arguments == ["try"]:
            return _try()
        if arguments == ["systemd"]:
            return try_units_at_work()
        if arguments == ["stop"]:
            return try_stop(Path(folder))
        if arguments[:1] == ["upgrade"]:
            return try_upgrade(Path(folder), *arguments[1:])
        return _all(Path(folder))


def _try() -> int:
    try:
        try_container()
    except (OSError, RuntimeError) as error:
        # In one line, for whoever shows no more than that.
        print(" ".join(str(error).split()), file=sys.stderr)
        return 1
    return 0


def _all(folder: Path) -> int:
    begun = time.monotonic()
    figures: dict[str, Any] = {"machine": f"{os.cpu_count()} cores, {platform.platform()}", "quota": {"qpm": QPM}}
    figures["load"] = [_load()]
    build()
    figures["seconds"] = {"build": _since(begun)}
    figures["exposure of systemd units"] = try_units(folder / "system")
    days = Days()
    stack = Stack(folder, USERS, days.settings())
    stack.set_up()
    try:
        _use(stack, folder, days, figures)
    except BaseException:
        say(f"so far: {json.dumps(figures, ensure_ascii=False)}\n{stack.logs()}")
        raise
    finally:
        stack.down()
    figures["seconds"]["all"] = _since(begun)
    RESULTS.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(figures, indent=2, ensure_ascii=False))
    return _judge(figures)


def _use(stack: Stack, folder: Path, days: Days, figures: dict[str, Any]) -> None:
    seconds = figures["seconds"]
    begun = time.monotonic()
    stack.up()
    until_answered(stack)
    say("all started")
    with visiting(folder, USERS["kim"][0], "kim") as engineer:
        until("the UI, with its code location", engineer.serves)
        seconds["up, from nothing to the UI"] = _since(begun)
        begun = time.monotonic()
        begin(stack, engineer, days)
        figures["containers of runs"] = len(stack.runs())
        seconds["four runs at work"] = _since(begun)
        faults = Faults(stack, engineer)
        figures["recovery"] = faults.all()
        seconds["four runs at work, and all faults over"] = _since(begun)
        figures["load"].append(_load())
        engineer.shoot("deploy-runs.png", "runs")
    # While the runs go on to their ends; before, all that takes its time would leave the faults less to harm.
    figures["log-in"] = try_log_ins(stack, folder)
    figures["healthy, seconds it took to say so"] = {service: stack.is_healthy(service) for service in CHECKED}
    stack.inside("code", "keyword-assets", "audit", "draw", f"{days.first}", f"{days.last}", "--size", "20")
    try_review(stack, folder)
    try_reports(stack)
    figures["log-in"]["guesses"] = try_guesses(stack)
    tried: list[str] = []
    with trying_oidc(stack, folder, tried) as engineer:
        figures["log-in"]["by OpenID Connect"] = tried
        say(f"by OpenID Connect: {tried}")
        until("every day at 100.0 %", lambda: check(stack, days)["coverage"] == 1, 480)
        seconds["90 days, and all that was tried meanwhile"] = _since(begun)
        figures["recovery"]["a run is cut off the network for a minute"]["it went on"] = faults.went_on(engineer)
        until("all runs ended", lambda: not stack.runs())
        engineer.shoot("deploy-days.png", "assets/missing_data_report")
    figures["check"] = check(stack, days)
    figures["hcx"] = paid(stack, figures["check"]["total"]["questions"])
    figures["others can read"] = _readable(stack)
    order = ("proxy", "review", "managers", "engineers", "daemon", "code", "database")
    figures["stopped, with seconds and exit code"] = {service: stack.stop(service) for service in order}
    figures["load"].append(_load())


def _readable(stack: Stack) -> list[str]:
    """Files of ours in the volumes that others than their owner can read."""
    found = stack.inside("code", "find", "/var/lib/keyword-assets", "-type", "f", "-perm", "/077")
    # The instance's configuration is the administrator's, and has no secret.
    return [path for path in found.split() if not path.endswith("dagster/dagster.yaml")]


def _judge(figures: dict[str, Any]) -> int:
    faults = {
        "a day is not complete": figures["check"]["coverage"] != 1,
        "a run was in no container of its own": figures["containers of runs"] != len(RANGES),
        "the quota was exceeded": figures["hcx"]["refused for the quota"],
        "others can read our files": figures["others can read"],
        # 137: by force, when its time was up.
        "a container did not end in order": 137
        in {code for _, code in figures["stopped, with seconds and exit code"].values()},
        "more was paid twice than was in flight": figures["hcx"]["asked more than once"] > IN_FLIGHT,
    }
    for fault in (name for name, there in faults.items() if there):
        print(f"FAILED: {fault}", file=sys.stderr)
    return int(any(faults.values()))


def _load() -> float:
    return round(os.getloadavg()[0], 1)


def _since(moment: float) -> float:
    return round(time.monotonic() - moment, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
