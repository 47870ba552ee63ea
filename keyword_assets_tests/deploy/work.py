"""What the containers are given to do, and what comes of it: 90 days in four runs."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from keyword_assets_tests.deploy.commands import say, until
from keyword_assets_tests.deploy.login import until_answered
from keyword_assets_tests.deploy.stack import Stack
from keyword_assets_tests.deploy.visit import Visit, visiting

USERS = {
    "kim": ("engineer-7-secret", ("engineers",)),
    "park": ("manager-8-secret", ("managers",)),
    "choi": ("reviewer-9-secret", ("reviewers",)),
    "lee": ("nobody-1-secret", ("guests",)),
}
QPM, TPM = 400, 6_000_000
QUESTIONS_A_DAY = int(os.environ.get("QUESTIONS_A_DAY", "130"))
# 90 days in four ranges with an empty day between them: a backfill makes a run of each.
RANGES = (23, 22, 23, 22)
ZONE = "Asia/Seoul"
# Of the run that dies and of the one that is cut off: a tenth of what a window gives may be in flight at once when it
# comes free (`core/quota/width.py`), in requests of ten questions.
IN_FLIGHT = 2 * 10 * (2 + QPM // 10)


class Days:
    """Those of each range, up to yesterday."""

    def __init__(self) -> None:
        today = datetime.now(ZoneInfo(ZONE)).date()
        first = today - timedelta(days=sum(RANGES) + len(RANGES) - 1)
        self.ranges: list[list[date]] = []
        for length in RANGES:
            self.ranges.append([first + timedelta(days=number) for number in range(length)])
            first += timedelta(days=length + 1)
        self.first, self.last = self.ranges[0][0], self.ranges[-1][-1]

    def all(self) -> list[date]:
        """Each of them, in their order."""
        return [day for one in self.ranges for day in one]

    def settings(self) -> dict[str, str]:
        """What stands in .env for them, and for the simulator as HCX."""
        return {
            "HCX_BASE_URL": "http://simulator:8400",
            "KEYWORDS_ALLOW_PLAIN_HTTP": "true",
            "HCX_QPM": str(QPM),
            "HCX_TPM": str(TPM),
            "KEYWORDS_START_DATE": self.first.isoformat(),
            "KEYWORDS_LOOK_BACK_DAYS": "0",
            # More than the default: with three runs of a quarter at work, the days of the fourth would wait.
            "KEYWORDS_BACKFILL_DAYS_A_TICK": "90",
        }

    def messages(self) -> str:
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
        for day in self.all():
            for number in range(QUESTIONS_A_DAY):
                text = f"{day:%m월 %d일} {number}번 {topics[number % len(topics)]} 알려 주세요"
                lines.append(f"{len(lines)},{text},{day} {8 + number % 12:02}:{number % 60:02}:00")
        return "\n".join(lines) + "\n"


def begin(stack: Stack, engineer: Visit, days: Days) -> None:
    """Load the messages and have all days done in one backfill; returns when its runs are at work."""
    say(stack.inside("code", "keyword-assets", "load-chats", "-", text=days.messages()))
    engineer.start_sensor()
    engineer.backfill([day.isoformat() for day in days.all()])
    until("four runs at work", lambda: [*engineer.statuses().values()].count("STARTED") == len(RANGES))


@contextmanager
def at_work(stack: Stack, folder: Path, days: Days) -> Iterator[Visit]:
    """An engineer at the UI of all that has just been started, while four runs are at work and write their answers."""
    stack.up()
    until_answered(stack, "ENGINEERS")
    with visiting(folder, USERS["kim"][0], "kim") as engineer:
        until("the UI", engineer.serves)
        begin(stack, engineer, days)
        until("answers to be written", stack.rows)
        yield engineer


def check(stack: Stack, days: Days) -> dict[str, Any]:
    """How far they are: coverage and total, as `keyword-assets check` counts them."""
    # Ends with 3 as long as gaps remain.
    command = f"keyword-assets check {days.first} {days.last} --json || [ $? = 3 ]"
    found = json.loads(stack.inside("engineers", "sh", "-c", command))
    return {name: found[name] for name in ("coverage", "total")}


def paid(stack: Stack, questions: int) -> dict[str, Any]:
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
