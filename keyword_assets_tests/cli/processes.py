"""What tests of several processes at once look at: the database, and what HCX was sent."""

import json
import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from keyword_assets.configuration.settings import Settings
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.sql.opening import open_store
from keyword_assets_tests.nursery import Child
from keyword_assets_tests.world import keyword_rows, rows_of

# Longer than anything takes on a busy machine with two cores.
PATIENCE = 100


def wait_until(what: Callable[[], Any], *children: Child) -> None:
    """Wait for something that these processes bring about while they live."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        for child in children:
            assert child.poll() is None, child.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.2)


def finish(child: Child) -> tuple[Any, str]:
    """The document of a process that ends well, and what it said on stderr."""
    out, err = child.communicate(timeout=PATIENCE)
    assert child.returncode == 0, err
    return json.loads(out), err


def kill(child: Child) -> None:
    """kill -9."""
    child.kill()
    child.communicate()


def at_work() -> int:
    """How many processes are known to be at work."""
    # The other entries are of runs, which may be waiting for their turn.
    return sum(row[-1] is None for row in rows_of("keyword_workers"))


def process_of(run_id: str) -> int:
    """The process of a run that is at work."""
    with open_store(Settings.from_env()) as store, store.engine.connect() as connection:
        table = store.tables.workers
        (pid,) = connection.execute(sa.select(table.c.pid).where(table.c.run_id == run_id)).scalars()
    return int(pid)


def is_gone(process: int) -> bool:
    """Whether it has ended."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    # A child that nobody has waited for yet is no process any more.
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def answers_kept() -> int:
    """How many answers are kept for reuse."""
    return len(rows_of("keyword_answers"))


def saved() -> set[str]:
    """The texts that have rows."""
    return {row["query_text"] for row in keyword_rows()}


def sent(server: SimulatorServer) -> Counter[str]:
    """How often each text was sent."""
    return Counter(text for record in server.stats.records for text in record.texts)


def sent_twice(server: SimulatorServer) -> set[str]:
    """The texts that were sent more than once."""
    return {text for text, times in sent(server).items() if times > 1}


def as_client(url: str, script: Path) -> None:
    """Give a file to the mysql client, as an administrator does."""
    client, parsed = shutil.which("mariadb") or shutil.which("mysql"), sa.make_url(url)
    assert client, "apt-get install mariadb-client-core"
    account = [f"-h{parsed.host}", f"-P{parsed.port or 3306}", f"-u{parsed.username}", f"-p{parsed.password}"]
    with script.open("rb") as file:
        command = [client, "--no-defaults", "--protocol=tcp", *account, str(parsed.database)]
        subprocess.run(command, stdin=file, check=True, capture_output=True)
