"""`make deploy-test`: the whole of deploy/ from nothing, used through its proxy, and harmed part by part.

A backfill of 90 days in four runs, each a container, on one account of HCX (the simulator with a quota). While it goes
on, a run, the daemon, the code server and the database are killed one after the other, and a run is cut off the network
for a minute. In the end each day has to stand at 100.0 %. What was paid, what was refused, and how long each part took
to be well again stands in benchmarks/results/deploy.json.

Needs root, podman with runc, podman-compose, Chromium; without BASE (a Debian 12 image) also debootstrap.
"""

import json
import os
import platform
import signal
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from keyword_assets_tests.deploy.faults import Faults
from keyword_assets_tests.deploy.login import try_log_ins, try_reports, try_review
from keyword_assets_tests.deploy.oidc import try_oidc
from keyword_assets_tests.deploy.stack import TOP, Stack, build, prepare, until
from keyword_assets_tests.deploy.units import try_units
from keyword_assets_tests.deploy.visit import visiting

RESULTS = TOP / "benchmarks" / "results" / "deploy.json"
USERS = {
    "kim": ("engineer-7-secret", ("engineers",)),
    "park": ("manager-8-secret", ("managers",)),
    "choi": ("reviewer-9-secret", ("reviewers",)),
    "lee": ("nobody-1-secret", ("guests",)),
}
QPM, TPM = 240, 6_000_000
QUESTIONS_A_DAY = int(os.environ.get("QUESTIONS_A_DAY", "130"))
# 90 days in four ranges with an empty day between them: a backfill makes a run of each.
RANGES = (23, 22, 23, 22)
ZONE = "Asia/Seoul"
# Containers that say themselves whether they are well.
CHECKED = ("database", "code", "daemon", "engineers", "managers", "review", "simulator")


def main() -> int:
    """Run it all; 0 if everything ended as it has to."""
    # Whoever stops it leaves nothing behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    begun = time.monotonic()
    ranges = days(datetime.now(ZoneInfo(ZONE)).date())
    figures: dict[str, Any] = {"machine": f"{os.cpu_count()} cores, {platform.platform()}", "quota": {"qpm": QPM}}
    figures["load"] = [_load()]
    settings = {
        "HCX_BASE_URL": "http://simulator:8400",
        "KEYWORDS_ALLOW_PLAIN_HTTP": "true",
        "HCX_QPM": str(QPM),
        "HCX_TPM": str(TPM),
        "KEYWORDS_START_DATE": ranges[0][0].isoformat(),
        "KEYWORDS_LOOK_BACK_DAYS": "0",
        # More than the default: with three runs of a quarter at work, the days of the fourth would wait for their turn.
        "KEYWORDS_BACKFILL_DAYS_A_TICK": "90",
    }
    with tempfile.TemporaryDirectory(prefix="keyword-assets-deploy-") as folder:
        prepare(Path(folder))
        build()
        figures["seconds"] = {"build": _since(begun)}
        figures["exposure of systemd units"] = try_units(Path(folder) / "system")
        stack = Stack(Path(folder), USERS, settings)
        stack.set_up()
        try:
            _use(stack, Path(folder), ranges, figures)
        except BaseException:
            print(stack.logs(), file=sys.stderr)
            raise
        finally:
            stack.down()
    figures["seconds"]["all"] = _since(begun)
    _keep(figures)
    print(json.dumps(figures, indent=2, ensure_ascii=False))
    return _judge(figures)


def _use(stack: Stack, folder: Path, ranges: list[list[date]], figures: dict[str, Any]) -> None:
    seconds = figures["seconds"]
    begun = time.monotonic()
    stack.up()
    with visiting(folder, USERS["kim"][0], "kim") as engineer:
        until("the UI, with its code location", engineer.serves)
        seconds["up, from nothing to the UI"] = _since(begun)
        print(stack.inside("code", "keyword-assets", "load-chats", "-", text=messages(ranges)), file=sys.stderr)
        begun = time.monotonic()
        engineer.start_sensor()
        engineer.backfill([day.isoformat() for one in ranges for day in one])
        # While the runs start.
        figures["log-in"] = try_log_ins(stack, folder)
        until("four runs at work", lambda: [*engineer.statuses().values()].count("STARTED") == len(RANGES))
        figures["containers of runs"] = len(stack.runs())
        seconds["four runs at work"] = _since(begun)
        figures["healthy, seconds it took to say so"] = {service: stack.is_healthy(service) for service in CHECKED}
        figures["recovery"] = Faults(stack, engineer).all()
        figures["load"].append(_load())
        engineer.shoot("deploy-runs.png", "runs")
        # While the runs go on to their ends.
        stack.inside("code", "keyword-assets", "audit", "draw", f"{ranges[0][0]}", f"{ranges[-1][-1]}", "--size", "20")
        try_review(stack, folder)
        try_reports(stack)
        until("every day at 100.0 %", lambda: _check(stack, ranges)["coverage"] == 1, 480)
        seconds["90 days"] = _since(begun)
        until("all runs ended", lambda: not stack.runs())
        engineer.shoot("deploy-days.png", "assets/missing_data_report")
    figures["check"] = {name: _check(stack, ranges)[name] for name in ("coverage", "total")}
    figures["hcx"] = _paid(stack, figures["check"]["total"]["questions"])
    figures["others can read"] = _readable(stack)
    _keep(figures)
    begun = time.monotonic()
    figures["log-in"]["by OpenID Connect"] = try_oidc(stack, folder)
    seconds["OpenID Connect"] = _since(begun)
    order = ("proxy", "review", "managers", "engineers", "daemon", "code", "database")
    figures["stopped, with seconds and exit code"] = {service: stack.stop(service) for service in order}
    figures["load"].append(_load())


def _keep(figures: dict[str, Any]) -> None:
    RESULTS.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", "utf-8")


def days(today: date) -> list[list[date]]:
    """The days of each range, up to yesterday."""
    first = today - timedelta(days=sum(RANGES) + len(RANGES) - 1)
    found = []
    for length in RANGES:
        found.append([first + timedelta(days=number) for number in range(length)])
        first += timedelta(days=length + 1)
    return found


def messages(ranges: list[list[date]]) -> str:
    """A file for `load-chats`: each day the same number of texts that nobody has asked before."""
    topics = (
        "전학 절차",
        "급식 식단",
        "방과후 신청",
        "결석 처리",
        "교복 구입",
        "시험 범위",
        "상담 예약",
        "셔틀버스 시간",
    )
    lines = ["chatting_pk,input_text,created_at"]
    for day in (day for one in ranges for day in one):
        for number in range(QUESTIONS_A_DAY):
            text = f"{day:%m월 %d일} {number}번 {topics[number % len(topics)]} 알려 주세요"
            lines.append(f"{len(lines)},{text},{day} {8 + number % 12:02}:{number % 60:02}:00")
    return "\n".join(lines) + "\n"


def _check(stack: Stack, ranges: list[list[date]]) -> dict[str, Any]:
    # Ends with 3 as long as gaps remain.
    period = f"{ranges[0][0]} {ranges[-1][-1]}"
    answer = stack.inside("engineers", "sh", "-c", f"keyword-assets check {period} --json || [ $? = 3 ]")
    found: dict[str, Any] = json.loads(answer)
    return found


def _paid(stack: Stack, questions: int) -> dict[str, Any]:
    """What the simulator was asked and what it refused; it counts by the window of the quota itself."""
    script = "import urllib.request as u; print(u.urlopen('http://simulator:8400/_simulator/stats').read().decode())"
    stats = json.loads(stack.inside("code", "python3", "-c", script))
    by_status = stats["by_status"]
    return {
        "requests": stats["received"],
        "by_status": by_status,
        "refused for the quota": by_status.get("429", 0),
        "questions asked": stats["questions"],
        "asked more than once": stats["questions"] - questions,
    }


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
        # A run that dies or is cut off has four requests of ten questions in flight at most, and a moment's answers.
        "more was paid twice than was in flight": figures["hcx"]["asked more than once"] > 2 * 4 * 10 * len(RANGES),
    }
    for fault in (name for name, there in faults.items() if there):
        print(f"FAILED: {fault}", file=sys.stderr)
    return int(any(faults.values()))


def _load() -> float:
    return round(os.getloadavg()[0], 1)


def _since(moment: float) -> float:
    return round(time.monotonic() - moment, 1)


if __name__ == "__main__":
    sys.exit(main())
