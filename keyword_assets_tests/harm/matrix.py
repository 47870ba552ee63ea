"""The writer matrix: kinds of tables × sessions × writes, each before and after an upgrade."""

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keyword_assets_tests.harm.changes import changes
from keyword_assets_tests.harm.kinds import Kind
from keyword_assets_tests.harm.sessions import MODES, SETTINGS, Session, sessions
from keyword_assets_tests.harm.twins import Connection, NotOffered, Outcome, Twins
from keyword_assets_tests.harm.writes import Files, Write, writes
from keyword_assets_tests.mariadb import MySQLServer

# What an ordinary session writes after one of another kind has opened the tables.
_ORDINARY_WRITES = ("insert", "insert rows without columns", "update text")
_FEWER = 6
# The kinds of tables that owners change in every way.
CHANGED_KINDS = (
    Kind(),
    Kind(partitions="by_day", key="none"),
    Kind(engine="MyISAM", rows="absent"),
    Kind(extra="triggers", time="datetime_6", text="latin1", rows="no_key"),
    Kind(time="timestamp_now", text="varchar_bin", key="by_time", rows="absent"),
)


@dataclass(frozen=True)
class Difference:
    """One write that does not end as it did before the upgrade."""

    kind: Kind
    session: str
    write: Write
    before: str
    after: str

    def __str__(self) -> str:
        said = "; ".join(self.write.statements)[:200]
        where = f"[{self.kind}] [{self.session}] {self.write.name}: {said}"
        return f"{where}\n    before: {self.before}\n    after:  {self.after}"


@dataclass
class Result:
    """What a matrix has shown."""

    kinds: int = 0
    writes: int = 0
    not_offered: list[str] = field(default_factory=list)
    modes: int = 0
    settings: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    wrongs: dict[str, list[str]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    def summary(self) -> str:
        """All of it in a few lines."""
        by_time = Counter(difference.kind.time for difference in self.differences)
        by_error = Counter(difference.after.split(" ")[0] for difference in self.differences)
        return (
            f"{self.kinds} kinds of tables, {self.modes} modes, {self.settings} other settings, {self.writes} writes: "
            f"{len(self.differences)} end otherwise after the upgrade, {len(self.wrongs)} upgrades did wrong, "
            f"{len(self.refused)} were refused; {len(self.not_offered)} kinds are not offered here\n"
            f"  by type of time: {dict(by_time.most_common())}\n  by outcome: {dict(by_error.most_common(12))}"
        )


def run(
    server: MySQLServer,
    kinds: Sequence[Kind],
    every: int = 1,
    told: Callable[[str], None] = lambda line: None,
) -> Result:
    """Run a matrix.

    Args:
        server: a server where databases may be created.
        kinds: of tables.
        every: 1 for all writes in each session, n for one in n, others in each session.
        told: what is told of the progress.
    """
    result = Result()
    modes, settings = offered(server)
    result.modes, result.settings = len(modes), len(settings)
    with tempfile.TemporaryDirectory(prefix="keyword-harm-") as folder:
        for number, kind in enumerate(kinds):
            chosen = sessions(number, modes, settings)
            # Where rows have to be brought back by hand, a write takes ten times as long.
            chosen = chosen if kind.is_transactional else chosen[::_FEWER]
            try:
                with Twins(server, kind) as twins:
                    _run_kind(twins, chosen, every, Path(folder), result)
            except NotOffered as reason:
                result.not_offered.append(f"{kind}: {reason}")
            told(f"{number + 1}/{len(kinds)} {kind}: {result.writes} writes, {len(result.differences)} differ")
    return result


def run_changes(server: MySQLServer, kind: Kind) -> Result:
    """Let the owner change the tables in every way, in databases that are made anew when they are no longer alike.

    The first of them is upgraded; the others get what that has made, which is quicker and the same.
    """
    result = Result(kinds=1)
    left = changes(kind)
    made: list[str] = []
    while left:
        with Twins(server, kind) as twins:
            if made:
                twins.after.owner.must(*made)
            else:
                _upgrade(twins, result)
                made = twins.made()
            at_first = [_numberless(side.world()) for side in twins.sides]
            while left and _change(twins, left.pop(0), at_first, result):
                pass
    return result


def _upgrade(twins: Twins, result: Result) -> None:
    ended, wrongs = twins.upgrade()
    if ended.code:
        result.refused[str(twins.kind)] = f"{ended.code}: {ended.said.strip()[-300:]}"
    if wrongs:
        result.wrongs[str(twins.kind)] = wrongs


def _change(twins: Twins, group: Sequence[str], at_first: Sequence[Mapping[str, Any]], result: Result) -> bool:
    """Compare what a group of changes does in both; returns whether all is as it was at first."""
    result.writes += len(group)
    outcomes: list[list[Outcome]] = []
    for side in twins.sides:
        found = [side.owner.execute(statement) for statement in group]
        side.owner.must("UNLOCK TABLES")
        found.append(side.rows_of(side.owner, twins.kind.base))
        side.owner.execute(f"DELETE FROM {twins.kind.base} WHERE chatting_pk > 700")
        outcomes.append(found)
    now = [_numberless(side.world()) for side in twins.sides]
    # Our own tables are no concern of the owner's. Tables that the upgrade has changed have been told of already.
    known = {
        name for name, what in now[0].items() if name not in at_first[0] or at_first[1].get(name) == at_first[0][name]
    }
    before, after = (
        [*found, Outcome(None, {name: world.get(name) for name in known}, None)]
        for found, world in zip(outcomes, now, strict=True)
    )
    for statement, one, other in zip(
        [*group, "the rows afterwards", "the tables afterwards"], before, after, strict=True
    ):
        if one != other:
            write = Write("change", tuple(group), ())
            result.differences.append(Difference(twins.kind, f"owner: {statement}", write, _short(one), _short(other)))
            return False
    return now == at_first


def _numberless(world: Mapping[str, Any]) -> dict[str, Any]:
    """The world without the numbers that rows will get: each inserted row moves these, also when it is deleted."""
    return {
        name: re.sub(r" AUTO_INCREMENT=\d+", "", what) if isinstance(what, str) else what
        for name, what in world.items()
    }


def offered(server: MySQLServer) -> tuple[list[str], list[str]]:
    """The modes and the settings that the server knows."""
    connection = Connection(server.server_url)

    def knows(session: Session) -> bool:
        try:
            connection.begin_session(session.statements())
        except NotOffered:
            return False
        return True

    try:
        return (
            [mode for mode in MODES if knows(Session(mode=mode))],
            [setting for setting in SETTINGS if knows(Session(setting=setting))],
        )
    finally:
        connection.close()


def _run_kind(twins: Twins, sessions: Sequence[Session], every: int, folder: Path, result: Result) -> None:
    result.kinds += 1
    _upgrade(twins, result)
    _compare_sessions(twins, sessions, every, folder, result)


def compare_all(twins: Twins, sessions: Sequence[Session]) -> list[Difference]:
    """All writes in these sessions, in databases as they are now."""
    result = Result()
    with tempfile.TemporaryDirectory(prefix="keyword-harm-") as folder:
        _compare_sessions(twins, sessions, 1, Path(folder), result)
    assert result.writes > 100
    return result.differences


def _compare_sessions(twins: Twins, sessions: Sequence[Session], every: int, folder: Path, result: Result) -> None:
    files = Files(folder, twins.kind)
    todo = writes(twins.kind, files)
    ordinary = [write for write in todo if write.name in _ORDINARY_WRITES]
    with twins.connections() as pair:
        for number, session in enumerate(sessions):
            twins.begin_session(pair, session)
            for write in todo[number % every :: every]:
                _compare(twins, pair, str(session), session.protocol, write, result)
                files.forget_written()
            # The same connections, as a pool lends them to the next: the server has the tables open for them.
            for connection in pair:
                connection.begin_session(Session().statements())
            for write in ordinary:
                _compare(twins, pair, f"ordinary after {session}", "text", write, result)


def _compare(
    twins: Twins, pair: tuple[Connection, Connection], session: str, protocol: str, write: Write, result: Result
) -> None:
    before, after = twins.compare(pair, write.statements, write.looks_at, protocol)
    result.writes += 1
    if before != after:
        one, other = next((a, b) for a, b in zip(before, after, strict=True) if a != b)
        result.differences.append(Difference(twins.kind, session, write, _short(one), _short(other)))


def _short(outcome: Outcome) -> str:
    text = outcome.error or f"ok {outcome.rows} {outcome.warnings or ''}"
    return text if len(text) < 400 else f"{text[:400]}…"
