"""Whether the tests notice: sixty places of the rules, the statements and the HCX client, each changed by itself.

Places are drawn with a seed from the modules that have a test file under their name, so that the same source gives the
same places. Each change is tried by these tests, and where they pass by those of the modules in the same three folders
that import the changed one, then by the others of its subject; tests of whole commands and runs are not asked. A change
that no test notices has survived: it makes no difference, or it is a hole.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from pathlib import Path
from random import Random
from typing import Any

import pytest

from keyword_assets_tests.mariadb import PrivateMariaDB

ROOT = Path(__file__).parents[1]
PACKAGE, TESTS = "keyword_assets", "keyword_assets_tests"
PARTS = ("core", "sql", "hcx")
# Sentences have tests of their own kind, and the simulator is a part of the tests.
LEFT_OUT = ("core/wording/", "hcx/simulator/")
PLACES, SEED, SECOND_SEED, PATIENCE_SECONDS = 60, 20250611, 20261129, 400
KEPT = ("mutants", "mutants-second")
# So many of one module at most: small ones have places, too.
MOST_A_MODULE = 2
_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A module of ours, the number of one of its nodes in the order of `ast.walk`, and what is done to it.

    It is found again in another version by the function, the text of the line, and which of those that are alike it is.
    """

    module: str
    node: int
    line: int
    change: str
    function: str
    text: str
    nth: int

    @property
    def tests(self) -> str:
        """The test file under the module's name."""
        return _tests_of(self.module)


def mutants() -> dict[str, Any]:
    """Figures for `make bench ARGS=mutants`; KEYWORDS_MUTANTS_OF names another working tree to try them on."""
    return {"seed": SEED, **_tried(_tree(), dict.fromkeys(places(_tree(), SEED)))}


def mutants_second() -> dict[str, Any]:
    """The same with places drawn by another seed."""
    return {"seed": SECOND_SEED, **_tried(_tree(), dict.fromkeys(places(_tree(), SECOND_SEED)))}


def mutants_again() -> dict[str, Any]:
    """The places of both results once more, as far as they are there.

    First by the test that noticed then, or is known to notice since; not those that were found to make no difference.
    Both are written beside those that survived, by hand.
    """
    return {name: _again(_tree(), ROOT / f"benchmarks/results/{name}.json") for name in KEPT}


def _again(tree: Path, results: Path) -> dict[str, Any]:
    before = json.loads(results.read_text(encoding="utf-8"))["all"]
    there = [place for module in _modules(tree) for place in _places_in(tree, module)]
    found = [(one, _found_again(there, one)) for one in before]
    asked = {
        place: one["noticed_by"] or one.get("noticed_since")
        for one, place in found
        if place is not None and "makes_no_difference" not in one
    }
    return {
        "noticed_before": sum(one["noticed_by"] is not None for one in before),
        "gone": [one for one, place in found if place is None],
        "make_no_difference": sum("makes_no_difference" in one for one, place in found if place is not None),
        **_tried(tree, asked),
    }


def _tree() -> Path:
    return Path(os.environ.get("KEYWORDS_MUTANTS_OF", ROOT)).resolve()


def _tried(tree: Path, drawn: Mapping[Place, str | None]) -> dict[str, Any]:
    """What becomes of these places, each with the test that is asked first."""
    server = PrivateMariaDB()
    server.start()
    try:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            noticed = list(pool.map(lambda one: _told(tree, one[0], one[1], server.server_url), drawn.items()))
    finally:
        server.stop()
    tried = [_row(place) | {"noticed_by": by} for place, by in zip(drawn, noticed, strict=True)]
    return {
        "places": len(tried),
        "noticed": sum(one["noticed_by"] is not None for one in tried),
        "survived": [one for one in tried if one["noticed_by"] is None],
        "all": tried,
    }


def _told(tree: Path, place: Place, before: str | None, server_url: str) -> str | None:
    by = _noticed_by(tree, place, before, server_url)
    print(f"{place.module}:{place.line}: {place.change}: {by or 'survived'}", file=sys.stderr, flush=True)
    return by


def _row(place: Place) -> dict[str, Any]:
    return {name: value for name, value in asdict(place).items() if name != "node"}


def places(tree: Path, seed: int) -> list[Place]:
    """The places that are changed, by module."""
    random, drawn = Random(seed), []
    modules = [module for module in _modules(tree) if (tree / _tests_of(module)).exists()]
    random.shuffle(modules)
    for module in modules:
        found = list(_places_in(tree, module))
        drawn += random.sample(found, min(len(found), random.randint(1, MOST_A_MODULE)))
    return sorted(drawn[:PLACES], key=lambda place: (place.module, place.line, place.node))


# By what a place of before is found again, from the strictest on: as it was, moved, renamed, in a line much like it.
_LIKENESSES = (("module", "function", "text", "nth"), ("function", "text", "nth"), ("text",), ("module", "function"))
_MUCH_LIKE = 0.75


def _found_again(there: Sequence[Place], one: Mapping[str, Any]) -> Place | None:
    """Where a place of before is now, if there is one alone that it can be."""
    same = [place for place in there if place.change == one["change"]]
    for names in _LIKENESSES:
        found = [
            place
            for place in same
            if all(getattr(place, name) == one[name] for name in names)
            and SequenceMatcher(None, place.text, one["text"]).ratio() >= _MUCH_LIKE
        ]
        if len(found) == 1:
            return found[0]
    return None


def _modules(tree: Path) -> Iterator[str]:
    for part in PARTS:
        for path in sorted((tree / PACKAGE / part).rglob("*.py")):
            module = path.relative_to(tree / PACKAGE).as_posix()
            if not module.startswith(LEFT_OUT):
                yield module


def _tests_of(module: str) -> str:
    path = Path(module)
    return f"{TESTS}/{path.parent}/test_{path.name}"


def _places_in(tree: Path, module: str) -> Iterator[Place]:
    parsed = _parsed(tree, module)
    lines = (tree / PACKAGE / module).read_text(encoding="utf-8").splitlines()
    functions = {
        node: function.name
        for function in ast.walk(parsed)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    so_far: Counter[tuple[str, ...]] = Counter()
    for number, node in enumerate(ast.walk(parsed)):
        if change := _change_of(node):
            line: int = node.lineno  # type: ignore[attr-defined]
            function, text = functions.get(node, ""), lines[line - 1].strip()
            yield Place(module, number, line, change, function, text, so_far[function, text, change])
            so_far[function, text, change] += 1


def _parsed(tree: Path, module: str) -> ast.Module:
    return ast.parse((tree / PACKAGE / module).read_text(encoding="utf-8"))


def _change_of(node: ast.AST) -> str | None:
    """What can be done to a node, in words."""
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in _FLIPPED:
            return f"{type(operator).__name__} → {_FLIPPED[type(operator)].__name__}"
        case ast.BoolOp():
            return "and ↔ or"
        case ast.Constant(value=bool()) | ast.Return(value=ast.Constant(value=None)):
            return None
        case ast.Constant(value=int(value)):
            return f"{value} → {value + 1}"
        case ast.Return(value=ast.expr()):
            return "return None"
        case ast.Expr(value=ast.Call()) | ast.AugAssign():
            return "left out"
    return None


class _Changed(ast.NodeTransformer):
    """Changes one node."""

    def __init__(self, node: ast.AST) -> None:
        self._node = node

    def visit(self, node: ast.AST) -> Any:
        """The node, or what comes in its place."""
        if node is not self._node:
            return self.generic_visit(node)
        match node:
            case ast.Compare(ops=[operator]):
                node.ops = [_FLIPPED[type(operator)]()]
            case ast.BoolOp():
                node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            case ast.Constant(value=int(value)):
                node.value = value + 1
            case ast.Return():
                node.value = ast.Constant(None)
            case _:
                return ast.Pass()
        return node


def _changed(tree: Path, place: Place) -> str:
    parsed = _parsed(tree, place.module)
    node = list(ast.walk(parsed))[place.node]
    return ast.unparse(ast.fix_missing_locations(_Changed(node).visit(parsed)))


def _noticed_by(tree: Path, place: Place, before: str | None, server_url: str) -> str | None:
    """The first failure of a test, or what else happened instead; None if every test passed."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(tree, copy, ignore=shutil.ignore_patterns(".*", "node_modules"))
        (copy / PACKAGE / place.module).write_text(_changed(tree, place), encoding="utf-8")
        own = [place.tests] if (tree / place.tests).exists() else []
        known = [before.split(maxsplit=1)[-1]] if before is not None else []
        for files in (known, own, _tests_of_importers(tree, place), _tests_of_neighbours(tree, place)):
            if by := _first_failure(copy, files, server_url):
                return by
    return None


def _tests_of_importers(tree: Path, place: Place) -> list[str]:
    name = f"{PACKAGE}.{place.module.removesuffix('.py').replace('/', '.')}"
    importers = [
        path.relative_to(tree / PACKAGE).as_posix()
        for part in PARTS
        for path in sorted((tree / PACKAGE / part).rglob("*.py"))
        if f"from {name} import" in path.read_text(encoding="utf-8")
    ]
    found = {_tests_of(module) for module in importers} - {place.tests}
    return sorted(tests for tests in found if (tree / tests).exists())


def _tests_of_neighbours(tree: Path, place: Place) -> list[str]:
    asked = {place.tests, *_tests_of_importers(tree, place)}
    folder = (tree / place.tests).parent
    return sorted({path.relative_to(tree).as_posix() for path in folder.glob("test_*.py")} - asked)


def _first_failure(copy: Path, files: Sequence[str], server_url: str) -> str | None:
    if not files:
        return None
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider", *files]
    environment = os.environ | {"KEYWORDS_TEST_MYSQL_URL": server_url, "PYTHONPATH": str(copy)}
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS
        )
    except subprocess.TimeoutExpired:
        return "hangs"
    if done.returncode in (pytest.ExitCode.OK, pytest.ExitCode.USAGE_ERROR):
        # The second: a test of before is not there any more, or not before its module can be imported.
        return None
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0].partition(" - ")[0] if failed else f"exit code {done.returncode}"
