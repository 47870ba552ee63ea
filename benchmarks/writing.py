"""How fast a run is where the quota is not in the way: on a server, by one process and by two, and on SQLite.

Four weeks of questions, a simulator in a process of its own that answers after 50 ms, and a database server: all on the
same cores. What the server did is told by its own counters, those of the benchmark's own few look-ups included: how
often and how long one waited for another's rows, and where it keeps count of that (MySQL) how long a commit took, and
how much of that the disk. `cpu_s_…` is who had the cores meanwhile: where none is unused, no second process can help.
"""

import os
import tempfile
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from benchmarks.cores import listening_at, watched
from benchmarks.measure import OwnProcess, in_own_process
from benchmarks.questions import source
from benchmarks.quota import NO_QUOTA
from benchmarks.runs import Run, fill_database, in_folder, repeated, run
from benchmarks.servers import about, database_on, own_names, server
from benchmarks.simulated import Simulator, simulator
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.transactions import reading
from keyword_assets_tests.mariadb import MySQLServer

QUESTIONS, DAYS = 12_838, 28
LATENCY_SECONDS = 0.05
_COUNTERS = ("Questions", "Com_commit", "Com_insert", "Com_select", "Com_update", "Com_delete", "Connections")
_WAITS = ("Innodb_row_lock_waits", "Innodb_row_lock_time")
# Picoseconds of all commits, and of what was waited for the disk, on both of MySQL's logs.
_COMMITS = {
    "commit_ms": "SELECT SUM(sum_timer_wait) FROM"
    " performance_schema.events_statements_summary_global_by_event_name WHERE event_name = 'statement/sql/commit'",
    "disk_ms": "SELECT SUM(sum_timer_misc) FROM performance_schema.file_summary_by_event_name"
    " WHERE event_name IN ('wait/io/file/innodb/innodb_log_file', 'wait/io/file/sql/binlog')",
}


def writing() -> dict[str, Any]:
    """Runs of one process and of two on the server, and of one on SQLite."""
    load = os.getloadavg()
    names = own_names()
    with server() as host, simulator(latency_seconds=LATENCY_SECONDS) as answers:
        # It takes time to make an answer up: all that are measured meet a simulator that has each at hand.
        _on_sqlite(answers)
        one = _on_server(host, answers, names("one"), 1)
        two = _on_server(host, answers, names("two"), 2)
        with database_on(host, names("about")) as url:
            of_server = about(url)
        sqlite = _on_sqlite(answers)
    return {
        "what": "our client over loopback HTTP against the simulator, no quota in the way",
        "questions_from": source(),
        "questions": QUESTIONS,
        "days": DAYS,
        "latency": LATENCY_SECONDS,
        "load_average_at_start": [round(number, 1) for number in load],
        "load_average_at_end": [round(number, 1) for number in os.getloadavg()],
        **of_server,
        "one_process": one,
        "two_processes": two,
        "two_by_one": round(two["questions_a_minute"] / one["questions_a_minute"], 2),
        "sqlite": sqlite,
    }


def _job(answers: Simulator, url: str, name: str) -> Run:
    return Run(answers.url, f"nv-bench-{name}", NO_QUOTA, QUESTIONS, database=url, days=DAYS, filled=True, run_id=name)


def _on_server(host: MySQLServer, answers: Simulator, name: str, processes: int) -> dict[str, Any]:
    with database_on(host, name) as url:
        jobs = [_job(answers, url, f"{name}-{number}") for number in range(processes)]
        in_own_process(fill_database, url, jobs[0].period, 0, QUESTIONS)
        before = _counters(url)
        with watched({"server": listening_at(sa.make_url(url).port or 3306), "simulator": answers.pid}) as cores:
            results = _together(jobs)
        after = _counters(url)
    requests = sum(result["requests"] for result in results)
    more = {counter: after[counter] - before[counter] for counter in after}
    return {
        **_figures(results),
        "sent_twice": repeated([record for job in jobs for record in answers.records(job.key)]),
        **{f"sql_{counter.lower()}_a_request": round(more[counter] / requests, 2) for counter in _COUNTERS},
        **{counter.lower(): more[counter] for counter in _WAITS},
        **{name: round(more[name] / 1e9 / more["Com_commit"], 1) for name in _COMMITS if more[name]},
        **cores.figures(sum(result["cpu_seconds"] for result in results)),
    }


def _on_sqlite(answers: Simulator) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        job = _job(answers, in_folder(folder), "sqlite")
        in_own_process(fill_database, job.database, job.period, 0, QUESTIONS)
        return _figures(_together([job]))


def _together(jobs: Sequence[Run]) -> list[dict[str, Any]]:
    processes = [OwnProcess(run, job) for job in jobs]
    return [process.result() for process in processes]


def _figures(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """All of them together; of delays the longest."""
    seconds = max(result["began"] + result["run_seconds"] for result in results) - min(r["began"] for r in results)
    requests, processed = (sum(result[name] for result in results) for name in ("requests", "processed"))
    least_and_most: dict[str, Callable[..., Any]] = {
        "coverage": min,
        "cpu_ms_a_question": max,
        "reply_to_commit_ms_p50": max,
        "reply_to_commit_ms_p99": max,
        "loop_blocked_ms_most": max,
        "peak_mb": max,
    }
    return {
        "seconds": round(seconds, 1),
        "questions_a_minute": round(processed / seconds * 60),
        "requests": requests,
        "questions_a_request": round(processed / requests, 1),
        **{name: of(result[name] for result in results) for name, of in least_and_most.items()},
    }


def _counters(url: str) -> dict[str, int]:
    engine = make_engine(url)
    with reading(engine) as connection:
        found = dict(connection.execute(sa.text("SHOW GLOBAL STATUS")).tuples().all())
        counted = {name: connection.execute(sa.text(look)).scalar() for name, look in _COMMITS.items()}
    engine.dispose()
    return {name: int(found[name]) for name in (*_COUNTERS, *_WAITS)} | {n: int(t or 0) for n, t in counted.items()}
