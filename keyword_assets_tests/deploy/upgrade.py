"""`make deploy-test ARGS="upgrade REVISION"`: from the product of an earlier commit to this one, in place.

The containers of before are at work on 90 days while the database is upgraded beside them and they are made anew; their
runs go on. The earlier product is started as its own compose.yaml says. The packages that it uses are those of now;
where its schema has the number of now, it is told to have the one before. Figures go to
benchmarks/results/deploy-upgrade.json.
"""

import json
import time
from pathlib import Path
from typing import Any

import yaml

from keyword_assets.sql.schema.migrate import HEAD
from keyword_assets_tests.deploy.commands import TOP, run, say, until
from keyword_assets_tests.deploy.images import APP, build
from keyword_assets_tests.deploy.stack import Stack
from keyword_assets_tests.deploy.work import IN_FLIGHT, USERS, Days, at_work, check, paid

RESULTS = TOP / "benchmarks" / "results" / "deploy-upgrade.json"
OLD = "localhost/keyword-assets:test-before"
_PACKAGE = "/opt/keyword-assets/lib/python3.11/site-packages/keyword_assets"
_CONTAINERFILE = f"""
FROM {APP}
USER 0
RUN rm -r {_PACKAGE}
COPY keyword_assets {_PACKAGE}
RUN python3 -m compileall -q {_PACKAGE}
USER 10001:10001
"""
# Whose command may be another in another version.
_THEIRS = ("upgrade", "code", "daemon", "managers", "engineers")
# The simulator counts what was paid from before to after. An earlier product may have no page of reviewers that stands.
_OTHERWISE: dict[str, Any] = {"simulator": {"image": APP}, "review": {"profiles": ["none"]}}
_FILE = "compose.upgrade.yaml"


def try_upgrade(folder: Path, revision: str) -> int:
    """Run it; 0 if all days ended complete, and nothing was paid twice but what was in flight."""
    build()
    _build_old(folder / "before", revision)
    days = Days()
    stack = Stack(folder, USERS, days.settings() | {"KEYWORDS_IMAGE": OLD})
    stack.set_up()
    stack.add_file(_FILE, _services(_OTHERWISE | _commands(revision)))
    try:
        figures = _use(stack, folder, days)
        text = json.dumps({"from": revision, **figures}, indent=2, ensure_ascii=False) + "\n"
        RESULTS.write_text(text, "utf-8")
        print(text, flush=True)
    except BaseException:
        say(stack.logs())
        raise
    finally:
        stack.down()
    return int(figures["check"]["coverage"] != 1 or figures["hcx"]["asked more than once"] > IN_FLIGHT)


def _build_old(folder: Path, revision: str) -> None:
    folder.mkdir()
    archive = folder / "before.tar"
    run("git", "-C", str(TOP), "archive", "-o", str(archive), revision, "keyword_assets")
    run("tar", "-C", str(folder), "-xf", str(archive))
    schema = folder / "keyword_assets" / "sql" / "schema" / "migrate.py"
    number = int(HEAD)
    schema.write_text(schema.read_text().replace(f'HEAD = "{number:04}"', f'HEAD = "{number - 1:04}"'))
    (folder / "Containerfile").write_text(_CONTAINERFILE)
    run("podman", "build", "--format", "docker", "--network", "none", "-t", OLD, str(folder))


def _commands(revision: str) -> dict[str, Any]:
    said = run("git", "-C", str(TOP), "show", f"{revision}:deploy/compose.yaml")
    services = yaml.safe_load(said)["services"]
    return {name: {"command": services[name]["command"]} for name in _THEIRS}


def _services(services: dict[str, Any]) -> str:
    return json.dumps({"services": services}, ensure_ascii=False)


def _use(stack: Stack, folder: Path, days: Days) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    with at_work(stack, folder, days) as engineer:
        figures["schema before"] = _schema(stack)
        of_before = set(engineer.statuses())
        begun = time.monotonic()
        stack.set_in_env("KEYWORDS_IMAGE", APP)
        (stack.folder / _FILE).write_text(_services(_OTHERWISE), encoding="utf-8")
        say(stack.compose("run", "--rm", "-T", "upgrade"))
        figures["seconds"] = {"db upgrade": _since(begun)}
        figures["schema after"] = _schema(stack)
        figures["runs of before at work after it"] = len(stack.runs())
        rows = stack.rows()
        until("rows written by runs of before", lambda: stack.rows() > rows)
        begun = time.monotonic()
        stack.compose("up", "-d")
        until("the UI of now", engineer.serves)
        figures["seconds"]["the UI of now"] = _since(begun)
        figures["runs of before at work with the UI of now"] = len(set(stack.runs().values()) & of_before)
        until("every day at 100.0 %", lambda: check(stack, days)["coverage"] == 1, 480)
        until("all runs ended", lambda: not stack.runs())
        statuses = engineer.statuses()
        figures["runs of before"] = sorted(statuses[one] for one in of_before)
        figures["runs of now"] = sorted(statuses[one] for one in set(statuses) - of_before)
    figures["check"] = check(stack, days)
    figures["hcx"] = paid(stack, figures["check"]["total"]["questions"])
    return figures


def _schema(stack: Stack) -> str:
    return stack.value("SELECT version_num FROM keyword_schema_version")


def _since(moment: float) -> float:
    return round(time.monotonic() - moment, 1)
