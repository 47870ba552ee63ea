"""How several run workers share one account: at a quota, and with none in the way until the cores are full.

Each worker is a process of its own with its own days on one database, as runs of a backfill have them; they begin
together. The simulator, which counts what it admits, and the database server are processes beside them. What is
admitted is measured as in the quota's benchmark, over two windows and the beginning of a third; no sizes are learned
beforehand.

Without a quota each worker has as many questions as any other, so that twice as many workers ought to take as long as
half as many. Replies take as long as ten questions take a real model: a worker alone then waits for most of the time,
and the cores are filled by the number of workers. It takes half a minute until as many requests are open as may be, so
each has questions for longer than that.
"""

import multiprocessing
import os
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from benchmarks import cores, ledger
from benchmarks.measure import OwnProcess, in_own_process
from benchmarks.questions import source
from benchmarks.quota import NO_QUOTA, enough, shares, side_by_side
from benchmarks.runs import Run, fill_database, repeated, run
from benchmarks.servers import about, database_on, own_names, server
from benchmarks.simulated import Simulator, simulator
from keyword_assets.core.quota.limits import Limits
from keyword_assets_tests.mariadb import MySQLServer

WORKERS = (1, 2, 4)
# Days that 1, 2 and 4 workers share evenly.
DAYS = 8
SMALL, LARGE = Limits(600, 600_000, 60), Limits(6_000, 6_000_000, 60)
WINDOWS = 2
LATENCY_SECONDS, LONG_LATENCY_SECONDS = 0.3, 4.0
QUESTIONS_A_WORKER = 12_000
# As long as processes may take to load on a busy machine.
_LOADING_SECONDS = 300


@dataclass(frozen=True)
class Account:
    """What workers share: a quota, questions a request (None for the default), and how long replies take.

    So many windows are measured.
    """

    limits: Limits
    batch: int | None
    latency: float
    windows: int = WINDOWS


def scaling() -> dict[str, Any]:
    """600 requests and 600,000 tokens a minute, all cases at once; then no quota, one after the other."""
    with server() as host:
        said = _said(host)
        accounts = [Account(SMALL, batch, LATENCY_SECONDS) for batch in (None, 1)]
        ten, one = side_by_side(*(lambda account=account: _at_once(host, account) for account in accounts))
        return said | {"quota": ten, "quota_one_a_request": one, "no_quota": _no_quota(host)} | _load("end")


def scaling_large() -> dict[str, Any]:
    """6,000 requests and 6,000,000 tokens a minute, one question a request: that needs the machine for itself.

    One case after the other, so that each is as short as one window and what is needed of the next: five minutes.
    """
    account = Account(LARGE, 1, LATENCY_SECONDS, windows=1)
    with server() as host:
        said = _said(host, account.windows)
        figures = {_name(workers): at_quota(host, account, workers) for workers in WORKERS}
        return said | {"quota_one_a_request": _told(account) | figures} | _load("end")


def _said(host: MySQLServer, windows: int = WINDOWS) -> dict[str, Any]:
    names = own_names()
    with database_on(host, names("about")) as url:
        of_server = about(url)
    return {
        "what": "1, 2 and 4 run workers on one account, against the simulator over loopback HTTP, on a server",
        "questions_from": source(),
        "share": f"of the limit b · min(Q, T / (P + b·q)), at the worst moment to stop, not before {windows} x 60 s",
        **of_server,
        **_load("start"),
    }


def _load(when: str) -> dict[str, list[float]]:
    return {f"load_average_at_{when}": [round(number, 1) for number in os.getloadavg()]}


def _told(account: Account) -> dict[str, Any]:
    limits = account.limits
    quota = f"{limits.requests} requests and {limits.tokens} tokens in {limits.window:g} s"
    return {"quota": quota, "latency": account.latency}


def _name(workers: int) -> str:
    return f"workers_{workers}"


# -- at a quota -------------------------------------------------------------------------------------------------------


def _at_once(host: MySQLServer, account: Account) -> dict[str, Any]:
    """Where the quota holds workers back they mostly wait, so that all cases can go side by side."""
    figures = side_by_side(*(lambda workers=workers: at_quota(host, account, workers) for workers in WORKERS))
    return _told(account) | dict(zip(map(_name, WORKERS), figures, strict=True))


def at_quota(host: MySQLServer, account: Account, workers: int) -> dict[str, Any]:
    """So many workers on an account of their own."""
    limits = account.limits
    last = enough(limits, account.batch, account.windows)
    with simulator(
        qpm=limits.requests,
        tpm=limits.tokens,
        window_seconds=limits.window,
        latency_seconds=account.latency,
    ) as answers:
        found = _together(host, answers, account, workers, last)
    return shares(found.records, limits, account.windows) | found.figures()


def _no_quota(host: MySQLServer) -> dict[str, Any]:
    account = Account(NO_QUOTA, None, LONG_LATENCY_SECONDS)
    figures = {}
    with simulator(latency_seconds=account.latency) as answers:
        for workers in WORKERS:
            found = _together(host, answers, account, workers, workers * QUESTIONS_A_WORKER)
            figures[_name(workers)] = {
                "questions_a_minute": round(found.questions / found.seconds * 60)
            } | found.figures()
            answers.reset()
    alone = figures[_name(1)]["questions_a_minute"]
    of_linear = {f"{n}_of_linear": round(figures[_name(n)]["questions_a_minute"] / alone / n, 2) for n in WORKERS[1:]}
    return {"latency": account.latency, **figures, **of_linear}


# -- workers ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Together:
    """What workers did together, by their own account and by the simulator's; processor time by who used it."""

    results: Sequence[dict[str, Any]]
    records: Sequence[dict[str, Any]]
    beside: cores.Cores

    @property
    def seconds(self) -> float:
        """From the first that began to the last that ended."""
        return float(max(r["ended"] for r in self.results) - min(r["began"] for r in self.results))

    @property
    def questions(self) -> int:
        """Classified by all."""
        return sum(result["processed"] for result in self.results)

    def figures(self) -> dict[str, Any]:
        """Of processor time, how many cores it makes, and milliseconds a question; unused is what nobody wanted."""
        used = {"workers": sum(result["cpu_seconds"] for result in self.results), **self.beside.seconds}
        ledgers = [result["ledger"] for result in self.results]
        requests = sum(result["requests"] for result in self.results)
        return {
            "seconds": round(self.seconds, 1),
            "questions": self.questions,
            "requests": requests,
            "requests_by_each": [result["requests"] for result in self.results],
            "refused_429": sum(record["status"] == 429 for record in self.records),
            "sent_twice": repeated(self.records),
            "coverage": min(result["coverage"] for result in self.results),
            **{f"{who}_cores": round(seconds / self.seconds, 2) for who, seconds in used.items()},
            "unused_cores": round(self.beside.unused / self.seconds, 2),
            **{f"{who}_ms_a_question": round(seconds * 1000 / self.questions, 2) for who, seconds in used.items()},
            "ledger_a_request": {
                name: round(sum(of[name] for of in ledgers) / requests, 2)
                for name in ("calls", "statements", "wall_ms", "cpu_ms")
            },
            "ledger_call_ms_p99": max(of["call_ms_p99"] for of in ledgers),
        }


def _together(host: MySQLServer, answers: Simulator, account: Account, workers: int, last: int) -> Together:
    """So many workers, each with its days of the questions up to the last."""
    all_days = Run(answers.url, "nv-bench-scaling", account.limits, last, batch=account.batch, days=DAYS, filled=True)
    with database_on(host, own_names()("scaling")) as url, ExitStack() as stack:
        in_own_process(fill_database, url, all_days.period, 0, last)
        days = DAYS // workers
        jobs = [
            replace(all_days, database=url, day=all_days.day + timedelta(days=n * days), days=days, run_id=f"run-{n}")
            for n in range(workers)
        ]
        ready = multiprocessing.get_context("spawn").Barrier(workers + 1)
        stack.callback(ready.abort)
        processes = [OwnProcess(worker, job, ready) for job in jobs]
        ready.wait(_LOADING_SECONDS)
        beside = {"simulator": answers.pid, "server": cores.listening_at(sa.make_url(url).port or 3306)}
        with cores.watched(beside) as used:
            results = [process.result() for process in processes]
        records = answers.records(all_days.key)
    return Together(results, records, used)


def worker(job: Run, ready: Any) -> dict[str, Any]:
    """A run worker, which begins when all of them are loaded."""
    ready.wait(_LOADING_SECONDS)
    loaded = time.process_time()
    with ledger.watched() as listening:
        figures = run(job)
    used = time.process_time() - loaded
    return figures | {"ended": time.time(), "cpu_seconds": used, "ledger": listening.figures()}
