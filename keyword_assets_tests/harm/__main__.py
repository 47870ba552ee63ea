"""`python -m keyword_assets_tests.harm`: the large matrix, on a private server or on any other."""

import argparse
import random
import sys

from keyword_assets_tests.harm.kinds import Kind, kinds, served_kinds
from keyword_assets_tests.harm.matrix import CHANGED_KINDS, run, run_changes
from keyword_assets_tests.mariadb import MySQLServer, PrivateMariaDB


def main() -> int:
    """Run it; the exit code says whether an upgrade harms anybody."""
    parser = argparse.ArgumentParser(prog="python -m keyword_assets_tests.harm", description=__doc__)
    parser.add_argument("--server", metavar="URL", help="a throw-away server; a private one is started by default")
    parser.add_argument("--strength", type=int, default=2, help="2: all pairs of types, keys, …; 1: each of them")
    parser.add_argument("--kinds", type=int, metavar="N", help="only so many kinds of tables, chosen at random")
    parser.add_argument("--skip", type=int, default=0, metavar="N", help="not the first N of these")
    parser.add_argument("--served", action="store_true", help="only kinds that no upgrade refuses: of all, a third")
    parser.add_argument("--every", type=int, default=1, help="one in so many writes in each session")
    parser.add_argument("--show", type=int, default=10, help="how many differences are shown")
    parser.add_argument("--changes", action="store_true", help="what owners do to their tables, in place of writes")
    parser.add_argument("--kind", action="append", metavar="NAME=VALUE,…", help="only this kind of table")
    asked = parser.parse_args()
    chosen = [Kind(**dict(part.split("=") for part in one.split(","))) for one in asked.kind or []]
    if asked.server:
        return _matrix(MySQLServer(asked.server), chosen, asked)
    with PrivateMariaDB() as server:
        return _matrix(server, chosen, asked)


def _matrix(server: MySQLServer, chosen: list[Kind], asked: argparse.Namespace) -> int:
    print(server.execute("SELECT VERSION()")[0][0])
    if asked.changes:
        results = [run_changes(server, kind) for kind in chosen or CHANGED_KINDS]
    else:
        results = [
            run(server, chosen or _mixed(asked.strength, asked.served)[asked.skip :][: asked.kinds], asked.every, _tell)
        ]
    for result in results:
        print(result.summary())
        for reason in result.not_offered:
            print(f"not offered {reason}")
        for kind, refusal in result.refused.items():
            print(f"refused [{kind}] {refusal}")
        for kind, wrongs in result.wrongs.items():
            print(f"wrong [{kind}] {'; '.join(wrongs)}")
        for difference in result.differences[: asked.show]:
            print(difference)
    return 1 if any(result.differences or result.wrongs for result in results) else 0


def _mixed(strength: int, served: bool) -> list[Kind]:
    """In an order that shows something of everything soon, and is always the same."""
    all_of_them = served_kinds(strength) if served else kinds(strength)
    random.Random(1).shuffle(all_of_them)
    return all_of_them


def _tell(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
