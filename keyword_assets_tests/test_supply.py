"""What the product is made of: the audit of the lock file and the bill of materials, by their scripts."""

import json
import re
import runpy
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
LOCK = TOP / "requirements.lock"
ADVISORY = {
    "id": "PYSEC-2026-1",
    "aliases": ["CVE-2026-1"],
    "summary": "It can be read by all.",
    "affected": [
        {
            "package": {"name": "click", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.9"}]}],
        }
    ],
}


@contextmanager
def advisories(found: dict[str, list[dict[str, object]]]) -> Iterator[str]:
    """An advisory database of OSV's kind on loopback, which knows these; the options that make the audit ask it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps({"vulns": found[name]} if (name := asked["package"]["name"]) in found else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: the tests' output is theirs."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """Two packages of our lock file, as they stand there."""
    text = LOCK.read_text("utf-8")
    entries = [re.search(rf"^{name}==.*(?:\n    .*)+", text, re.MULTILINE) for name in ("alembic", "click")]
    lock = tmp_path / "two.lock"
    lock.write_text("\n".join(entry[0] for entry in entries if entry) + "\n", "utf-8")
    return lock


def audit(lock: Path, database: str, cache: Path) -> subprocess.CompletedProcess[str]:
    """Run the audit against this database."""
    options = ["-s", "osv", "--osv-url", database, "--cache-dir", str(cache)]
    command = [sys.executable, TOP / ".ci" / "audit.py", lock, *options]
    return subprocess.run(command, capture_output=True, text=True)


def test_a_vulnerable_package_fails_the_audit(lock: Path, tmp_path: Path) -> None:
    with advisories({"click": [ADVISORY]}) as database:
        ended = audit(lock, database, tmp_path)

    assert ended.returncode == 1
    assert re.search(r"click \S+: PYSEC-2026-1, mended in 9\.9\n", ended.stdout)


def test_without_one_the_audit_says_how_many_it_looked_at(lock: Path, tmp_path: Path) -> None:
    with advisories({}) as database:
        ended = audit(lock, database, tmp_path)

    assert (ended.returncode, ended.stdout) == (0, "audit: 2 packages, 0 open vulnerabilities.\n")


def test_a_database_that_does_not_answer_is_no_pass_in_silence(lock: Path, tmp_path: Path) -> None:
    ended = audit(lock, "http://127.0.0.1:9/", tmp_path)

    assert (ended.returncode, "nothing was audited" in ended.stdout) == (0, True)


def test_every_package_of_the_lock_file_has_hashes() -> None:
    entries = re.split(r"\n(?=\S)", LOCK.read_text("utf-8").strip())
    assert len(entries) > 50
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_bill_of_materials_names_what_is_shipped_and_not_what_development_needs() -> None:
    bill = runpy.run_path(str(TOP / ".ci" / "sbom.py"))["bill_of_materials"]()

    names = {part["name"].lower() for part in bill["components"]}
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "keyword-assets")
    assert names >= {"dagster", "sqlalchemy", "starlette", "mysql-connector-python", "kiwipiepy"}
    assert not names & {"pytest", "ruff", "mypy", "pip-audit", "selenium", "hypothesis"}
    assert all(part["purl"].endswith(f"@{part['version']}") for part in bill["components"])
