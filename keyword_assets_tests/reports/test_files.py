"""Files take their places whole, or not at all."""

import os
import subprocess
import sys
from pathlib import Path

# In a process of its own, for xlsxwriter leaves its files open when one of them cannot be written.
_WRITE = """
import resource, sys
from pathlib import Path
from keyword_assets.core.errors import InputError
from keyword_assets.reports.files import write_report
from keyword_assets_tests.reports.making import make

report = make()
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
for kind in sys.argv[2:]:
    try:
        write_report(*report, Path(sys.argv[1]), "report", [kind], listed=100)
    except InputError as error:
        print(kind, error.key)
"""
_KINDS = ("html", "xlsx", "csv", "png")


def test_a_full_disk_is_told_and_nothing_stays_behind(tmp_path: Path) -> None:
    """By an error of ours, whichever library was writing, and with no texts of chats left in temporary files."""
    reports, temporary = tmp_path / "reports", tmp_path / "tmp"
    reports.mkdir()
    temporary.mkdir()

    done = subprocess.run(
        [sys.executable, "-c", _WRITE, str(reports), *_KINDS],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
    )

    assert (done.stdout.splitlines(), done.stderr) == ([f"{kind} report.unwritable" for kind in _KINDS], "")
    assert [*reports.iterdir(), *temporary.iterdir()] == []
