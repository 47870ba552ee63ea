"""`python -m keyword_assets_tests.harm`: the large matrix, on a private server or on any other."""

import argparse
import sys

from keyword_assets_tests.harm.kinds import Kind, kinds
from keyword_assets_tests.harm.matrix import run
from keyword_assets_tests.mariadb import MySQLServer, PrivateMariaDB


def main() -> int:
    """Run it; the exit code says whether an upgrade harms anybody."""
    parser = argparse.ArgumentParser(prog="python -m keyword_assets_tests.harm", description=__doc__)
    parser.add_argument("--server", metavar="URL", help="a throw-away server; a private one is started by default")
    parser.add_argument("--strength", type=int, default=2, help="2: all pairs of types, keys, …; 1: each of them")
    parser.add_argument("--every", type=int, default=1, help="one in so many writes in each session")
    parser.add_argument("--show", type=int, default=10, help="how many differences are shown")
    parser.add_argument("--kind", action="append", metavar="NAME=VALUE,…", help="only this kind of table")
    asked = parser.parse_args()
    chosen = [Kind(**dict(part.split("=") for part in one.split(","))) for one in asked.kind or []]
    if asked.server:
        return _matrix(MySQLServer(asked.server), chosen, asked)
    with PrivateMariaDB() as server:
        return _matrix(server, chosen, asked)


def _matrix(server: MySQLServer, chosen: list[Kind], asked: argparse.Namespace) -> int:
    print(server.execute("SELECT VERSION()")[0][0])
    result = run(
        server,
        chosen or kinds(asked.strength),
        asked.every,
        lambda line: print(f"  {line}", file=sys.stderr, flush=True),
    )
    print(result.summary())
    for kind, reason in result.refused.items():
        print(f"refused [{kind}] {reason}")
    for kind, wrongs in result.wrongs.items():
        print(f"wrong [{kind}] {'; '.join(wrongs)}")
    for difference in result.differences[: asked.show]:
        print(difference)
    return 1 if result.differences or result.wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
