"""How well our client uses HCX's quota, beside one question a request and beside the pacing of the old script.

The simulator runs in a process of its own and is asked over loopback HTTP; each run has a process, a key (an account to
the simulator) and a database of its own: a SQLite file, or one on a server. Runs that a quota holds back go side by
side, for they mostly wait.

The limit of a quota is that of b questions a request, b · min(Q, T / (P + b·q)) in a window, P + b·q being the mean
charge of a full request by the simulator's own records. The share of it that a run reached is measured in two ways:

- `share_of_windows` counts what was admitted in [0, n·W), n whole windows from the first request on. A burst at the
  very beginning of each window is in the first window as in any other. But who falls behind by less than a window in
  all still gets n bursts into n windows, so that this way is blind to a delay shorter than W / n a window.
- `share` therefore takes the worst moment to stop the clock, not before five windows: the least of all quotients of
  what was admitted before a moment by what the limit allows until then. Just before a burst this is the pace that could
  be kept up for ever. Questions a minute and quotients are of this kind.

A question counts with the request that brought its answer: the last one it was asked in.
"""

import statistics
import tempfile
import time
import uuid
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from benchmarks.measure import OwnProcess, in_own_process
from benchmarks.questions import source
from benchmarks.runs import DAY, Run, fill_database, in_folder, repeated, run, run_old
from benchmarks.servers import about, database_on, own_names
from benchmarks.servers import server as database_server
from benchmarks.simulated import Simulator, simulator
from keyword_assets.core.classifying.sizing import DEFAULT_BATCH
from keyword_assets.core.quota.limits import Limits
from keyword_assets.hcx.simulator.faults import Fault

LATENCY_SECONDS = 0.3
# The latency scaled like a window of 60 s that is made 6 s long.
SCALED_LATENCY_SECONDS = 0.03
QUESTIONS, MANY_QUESTIONS = 2_000, 20_000
KNOWN, NEW = 1_050, 50
TEST_KEY, TEST_KEY_SCALED = Limits(60, 60_000, 60), Limits(60, 60_000, 6)
MORE_SCALED, LARGE = Limits(600, 72_600, 6), Limits(6_000, 10_000_000, 60)
BURSTS = Limits(600, 10_000_000, 60)
# Of the two meters the requests would bind first, so that caps need not be tight.
NO_QUOTA = Limits(10**9, 10**15, 60)
BATCHES = {"default": None, "sixteen": 16, "one": 1}

# The windows measured, and what is left out at the end, where a run ends for want of questions.
WINDOWS, _END = 5, 0.2
# About what a request and a question in it are charged: only to choose how many questions are enough.
_A_REQUEST, _A_QUESTION = 350, 66

FAULTS = (
    Fault("error", code="50000"),
    Fault("error", code="42902"),
    Fault("reset"),
    Fault("garbage"),
    Fault("truncated"),
    Fault("missing_id"),
    Fault("double_id"),
    Fault("foreign_id"),
    Fault("unknown_category"),
    Fault("blank_keyword"),
)


Database = Callable[[], AbstractContextManager[str]]
"""An empty database for as long as the `with` block lasts, by its URL."""


def quota() -> dict[str, Any]:
    """All cases on SQLite but the one that takes minutes for itself."""
    return _said("SQLite") | _cases(_file)


def quota_full() -> dict[str, Any]:
    """The same case on SQLite that takes minutes."""
    return _said("SQLite") | _long_cases(_file)


def quota_server() -> dict[str, Any]:
    """All cases on a server but those of five real windows; what needs no whole machine goes beside the bursts.

    Five minutes, on a machine that has nothing else to do.
    """
    with database_server() as host:
        names = own_names()

        def database() -> AbstractContextManager[str]:
            return database_on(host, names(uuid.uuid4().hex[:8]))

        with database() as url:
            of_server = about(url)
        held, bursts = side_by_side(lambda: _patient(database), lambda: one_a_request_in_bursts(database, BURSTS))
        return _said("a server") | of_server | held | {"bursts": bursts} | _impatient(database)


@contextmanager
def _file() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield in_folder(folder)


def _cases(database: Database) -> dict[str, Any]:
    return _patient(database) | _impatient(database)


def _patient(database: Database) -> dict[str, Any]:
    """The runs that mostly wait for their quota, and those of which only requests are counted."""
    test_key = at_quota(database, TEST_KEY_SCALED, SCALED_LATENCY_SECONDS, BATCHES)
    slow, more = side_by_side(
        lambda: at_quota(database, TEST_KEY_SCALED, LATENCY_SECONDS, BATCHES),
        lambda: at_quota(database, MORE_SCALED, SCALED_LATENCY_SECONDS, BATCHES),
    )
    fixed, bucket, second = side_by_side(
        lambda: at_quota(database, TEST_KEY_SCALED, SCALED_LATENCY_SECONDS, {"default": None}, window="fixed"),
        lambda: at_quota(database, TEST_KEY_SCALED, SCALED_LATENCY_SECONDS, {"default": None}, window="token-bucket"),
        lambda: second_process(database, TEST_KEY_SCALED, SCALED_LATENCY_SECONDS),
    )
    return {
        "test_key_scaled": test_key,
        "test_key_scaled_but_for_the_latency": slow,
        "more_scaled": more,
        "fixed_windows": fixed,
        "token_bucket": bucket,
        "second_process": second,
        "faults": faults(database),
        "new_among_known": new_among_known(database),
    }


def _impatient(database: Database) -> dict[str, Any]:
    """The runs that want the whole machine."""
    return {
        "large": no_quota_in_the_way(database, LARGE),
        "no_quota": no_quota(database),
    }


def _long_cases(database: Database) -> dict[str, Any]:
    """The test key's quota with its real window of a minute, whatever the kind of window: six minutes."""
    rolling, fixed, bucket, bursts = side_by_side(
        lambda: at_quota(database, TEST_KEY, LATENCY_SECONDS, BATCHES),
        lambda: at_quota(database, TEST_KEY, LATENCY_SECONDS, {"default": None}, window="fixed"),
        lambda: at_quota(database, TEST_KEY, LATENCY_SECONDS, {"default": None}, window="token-bucket"),
        lambda: one_a_request_in_bursts(database, BURSTS),
    )
    return {"test_key": rolling, "fixed_windows": fixed, "token_bucket": bucket, "bursts": bursts}


def one_a_request_in_bursts(database: Database, limits: Limits) -> dict[str, Any]:
    """A quota of requests of which each window's can go at once: how long the last one takes to go after the first.

    The first windows' worth are sent as soon as the server lets them; the rest as soon as it has forgotten as many.
    """
    with _limited(limits, LATENCY_SECONDS) as server:
        figures = _whole_run(database, server, "bursts", limits, QUESTIONS, 1)
        records = server.records(_key("bursts"))
    admitted = [record["at"] for record in records if record["charged"]]
    return {
        "quota": _told(limits),
        "latency": LATENCY_SECONDS,
        "seconds_from_first_to_last": round(admitted[-1] - admitted[0], 1),
        "limit_seconds": round((len(admitted) - 1) // limits.requests * limits.window + LATENCY_SECONDS, 1),
        **figures,
    }


def side_by_side(*cases: Callable[[], dict[str, Any]]) -> list[dict[str, Any]]:
    """Several cases at once, each in processes of its own."""
    with ThreadPoolExecutor(len(cases)) as threads:
        return [future.result() for future in [threads.submit(case) for case in cases]]


def _said(databases: str) -> dict[str, str]:
    return {
        "what": f"our client over loopback HTTP against the simulator, {databases}, no sizes learned beforehand",
        "questions_from": source(),
        "share": f"of the limit b · min(Q, T / (P + b·q)), at the worst moment to stop after {WINDOWS} windows",
    }


# -- a quota ----------------------------------------------------------------------------------------------------------


def enough(limits: Limits, batch: int | None, windows: int = WINDOWS) -> int:
    """Questions for the windows to be measured."""
    b = batch or DEFAULT_BATCH
    return round(_filled(windows) * b * min(limits.requests, limits.tokens / (_A_REQUEST + _A_QUESTION * b)))


def at_quota(
    database: Database, limits: Limits, latency: float, batches: dict[str, int | None], window: str = "rolling"
) -> dict[str, Any]:
    """Runs with these batches side by side, each on an account of its own, and the old script's pacing.

    Where the window is scaled and the latency is not, the old script mostly waits for answers: no measure for anything.
    """
    with _limited(limits, latency, window) as server, ExitStack() as stack:
        urls = {name: stack.enter_context(database()) for name in batches}
        runs = {
            name: OwnProcess(
                run, Run(server.url, _key(name), limits, enough(limits, batch), batch=batch, database=urls[name])
            )
            for name, batch in batches.items()
        }
        old = OwnProcess(run_old, server.url, _key("old"), limits.window, (WINDOWS + 1) * limits.window)
        results = {name: process.result() for name, process in runs.items()} | {"old_script": old.result()}
        accounts = {name: server.records(_key(name)) for name in runs} | {"old_script": server.records(_key("old"))}
    figures = {name: figures_of(result, accounts[name], limits) for name, result in results.items()}
    return {"quota": _told(limits), "window": window, "latency": latency, **figures, "quotients": _quotients(figures)}


def _filled(windows: int) -> float:
    """Windows that have questions: those measured, and the beginning of one more, so that the last of them ends."""
    return windows + 0.4 + _END


def figures_of(result: dict[str, Any], records: Sequence[dict[str, Any]], limits: Limits) -> dict[str, Any]:
    """What a run did at its quota, by its own account and by the simulator's; see the head of this file."""
    return {**shares(records, limits), **_costs(result, records)}


def shares(records: Sequence[dict[str, Any]], limits: Limits, at_least: int = WINDOWS) -> dict[str, Any]:
    """How much of its quota an account used while there was work, by the simulator's records.

    Args:
        records: of all that used the account.
        limits: the quota.
        at_least: windows before which the clock is not stopped.
    """
    admitted = [record for record in records if record["charged"]]
    began, window, a_minute = admitted[0]["at"], limits.window, 60 / limits.window
    batch, charge = _full_request(admitted)
    limit = batch * min(limits.requests, limits.tokens / charge)
    # When the last request about each text was admitted, in seconds after the first request of all.
    answered = sorted({text: record["at"] - began for record in admitted for text in record["texts"]}.values())
    windows = int(answered[-1] / window)
    last_ones = round(len(answered) * _END / _filled(at_least))
    moments = [t for t in answered[:-last_ones] if t >= at_least * window]
    if not moments:
        raise RuntimeError(f"{len(answered)} questions are not enough for {at_least} windows")
    share = min(bisect_left(answered, t) * window / (t * limit) for t in moments)
    return {
        "questions_a_minute": round(share * limit * a_minute, 1),
        "limit_a_minute": round(limit * a_minute, 1),
        "share": round(share, 3),
        "share_of_windows": round(bisect_left(answered, windows * window) / (windows * limit), 3),
        "windows": windows,
    }


def _full_request(admitted: Sequence[dict[str, Any]]) -> tuple[int, float]:
    """How many questions a full request asked, and what it was charged on average."""
    batch = statistics.mode(len(record["ids"]) for record in admitted)
    return batch, statistics.mean(record["charged"] for record in admitted if len(record["ids"]) == batch)


def _costs(result: dict[str, Any], records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What a run's questions cost, and how soon it began."""
    admitted = [record for record in records if record["charged"]]
    texts = {text for record in admitted for text in record["texts"]}
    batch, charge = _full_request(admitted)
    figures = {
        "refused_429": sum(record["status"] == 429 for record in records),
        "questions": len(texts),
        "requests": len(records),
        "batch": batch,
        "charged_a_full_request": round(charge),
        "charged_a_question": round(sum(record["charged"] for record in admitted) / len(texts), 1),
        "cap_used": round(sum(r["completion_tokens"] for r in admitted) / sum(r["cap"] for r in admitted), 2),
        "cut_short": sum(record["completion_tokens"] >= record["cap"] for record in admitted),
        "seconds_to_first_request": round(admitted[0]["at"] - result["began"], 2),
    }
    if "first_stored" in result:
        figures["seconds_to_first_stored_answer"] = round(result["first_stored"] - result["began"], 2)
    return figures | {name: result[name] for name in _OF_A_RUN if name in result}


_OF_A_RUN = (
    "tokens_a_question",
    "questions_a_krw",
    "coverage",
    "peak_mb",
    "run_seconds",
    "cpu_ms_a_question",
    "reply_to_commit_ms_p99",
    "loop_blocked_ms_most",
)


def _quotients(figures: dict[str, Any]) -> dict[str, float]:
    """Questions a minute of our batches by those of the ways they are measured beside."""
    rates = {name: figure["questions_a_minute"] for name, figure in figures.items()}
    return {
        f"{ours}_by_{other}": round(rates[ours] / rates[other], 2)
        for ours in ("default", "sixteen")
        for other in ("one", "old_script")
        if ours in rates and other in rates
    }


def second_process(database: Database, limits: Limits, latency: float) -> dict[str, Any]:
    """A second process starts in the middle, on the same database and account."""
    with _limited(limits, latency) as server, database() as url:
        last = enough(limits, None)
        job = Run(server.url, _key("both"), limits, last, database=url, filled=True)
        in_own_process(fill_database, url, job.period, 0, last)
        first = OwnProcess(run, job)
        time.sleep(_filled(WINDOWS) / 2 * limits.window)
        second = OwnProcess(run, replace(job, run_id="second"))
        results, records = [first.result(), second.result()], server.records(job.key)
    together = figures_of(results[0], records, limits)
    return {
        "quota": _told(limits),
        "latency": latency,
        "requests_by_each": [result["requests"] for result in results],
        "sent_twice": repeated(records),
        "together": {name: value for name, value in together.items() if name not in _OF_A_RUN},
        "coverage": [result["coverage"] for result in results],
    }


# -- no quota in the way ----------------------------------------------------------------------------------------------


def no_quota(database: Database) -> dict[str, Any]:
    """No meters: how fast the line itself is, and whether memory grows with the questions."""
    with simulator(latency_seconds=LATENCY_SECONDS) as server:
        return {
            "latency": LATENCY_SECONDS,
            "default": _whole_run(database, server, "default", NO_QUOTA, QUESTIONS, None),
            "default_many": _whole_run(database, server, "many", NO_QUOTA, MANY_QUESTIONS, None),
        }


def no_quota_in_the_way(database: Database, limits: Limits) -> dict[str, Any]:
    """A quota that a machine like this one does not use up: one after the other, for they need it all."""
    with _limited(limits, LATENCY_SECONDS) as server:
        runs = {
            # One a request is slow enough to be measured with fewer.
            name: _whole_run(database, server, name, limits, QUESTIONS // 2 if batch == 1 else QUESTIONS, batch)
            for name, batch in BATCHES.items()
        }
    return {"quota": _told(limits), "latency": LATENCY_SECONDS, **runs, "quotients": _quotients(runs)}


def _whole_run(
    database: Database, server: Simulator, name: str, limits: Limits, questions: int, batch: int | None
) -> dict[str, Any]:
    with database() as url:
        job = Run(server.url, _key(name), limits, questions, batch=batch, database=url, filled=True)
        # Filled by another process, so that the texts are not in the memory of the one that is measured.
        in_own_process(fill_database, url, job.period, 0, questions)
        result = in_own_process(run, job)
    records = server.records(_key(name))
    asked, charge = _full_request([record for record in records if record["charged"]])
    rate = questions / result["run_seconds"] * 60
    figures = {"questions_a_minute": round(rate)}
    if limits is not NO_QUOTA:
        limit = asked * min(limits.requests, limits.tokens / charge) * 60 / limits.window
        figures |= {"limit_a_minute": round(limit), "share": round(rate / limit, 3)}
    return figures | _costs(result, records)


def new_among_known(database: Database) -> dict[str, Any]:
    """A day of questions that were answered the day before, and some new ones."""
    with simulator(latency_seconds=LATENCY_SECONDS) as server, database() as url:
        job = Run(server.url, _key("known"), NO_QUOTA, KNOWN, database=url)
        in_own_process(run, job)
        result = in_own_process(run, replace(job, key=_key("new"), day=DAY + timedelta(days=1), last=KNOWN + NEW))
        requests = len(server.records(_key("new")))
    return {"known": KNOWN, "new": NEW, "requests": requests, "coverage": result["coverage"]}


# -- faults -----------------------------------------------------------------------------------------------------------


def faults(database: Database) -> dict[str, Any]:
    """Runs under the ten faults, beside a faultless one.

    The simulator lets one fault strike a request: the first of its list that is drawn. With 10 % each 65 % of the
    requests are spoiled, more of them by the first in the list than by the last; so both orders are run. (If exactly
    one of ten were drawn with 10 % each, no request would be left to be answered.) `one_in_ten` is one of the ten,
    evenly, for every tenth request.
    """
    each = [replace(fault, probability=0.1) for fault in FAULTS]
    # Drawn one after the other: the chance of each, if none before it struck, is larger.
    evenly = [replace(fault, probability=0.01 / (1 - 0.01 * n)) for n, fault in enumerate(FAULTS)]
    sets = {"ten_per_cent_each": each, "ten_per_cent_each_in_reverse": each[::-1], "one_in_ten": evenly}
    with ExitStack() as stack:
        servers = {name: stack.enter_context(simulator(latency_seconds=LATENCY_SECONDS)) for name in sets}
        some_server = next(iter(servers.values()))
        urls = {name: stack.enter_context(database()) for name in ("faultless", *sets)}
        faultless_run = Run(
            some_server.url, _key("faultless"), NO_QUOTA, QUESTIONS, rows=True, database=urls["faultless"]
        )
        faultless = in_own_process(run, faultless_run)
        for name, server in servers.items():
            server.reset(sets[name])
        runs = {
            name: OwnProcess(run, Run(server.url, _key("faults"), NO_QUOTA, QUESTIONS, rows=True, database=urls[name]))
            for name, server in servers.items()
        }
        return {
            "questions": QUESTIONS,
            "latency": LATENCY_SECONDS,
            "faultless_requests": faultless["requests"],
            **{name: _under_faults(process.result(), faultless, servers[name]) for name, process in runs.items()},
        }


def _under_faults(result: dict[str, Any], faultless: dict[str, Any], server: Simulator) -> dict[str, Any]:
    records = server.records(_key("faults"))
    return {
        "requests": len(records),
        "by_faultless": round(len(records) / faultless["requests"], 2),
        "spoiled": round(sum(bool(record["faults"]) for record in records) / len(records), 2),
        "coverage": result["coverage"],
        "rows_as_faultless": result["rows"] == faultless["rows"],
        "run_seconds": result["run_seconds"],
    }


# -- parts ------------------------------------------------------------------------------------------------------------


def _limited(limits: Limits, latency: float, window: str = "rolling") -> Any:
    return simulator(
        latency_seconds=latency,
        qpm=limits.requests,
        tpm=limits.tokens,
        window=window,
        window_seconds=limits.window,
    )


def _key(name: str) -> str:
    return f"nv-bench-{name}"


def _told(limits: Limits) -> str:
    return f"{limits.requests} requests and {limits.tokens} tokens in {limits.window} s"
