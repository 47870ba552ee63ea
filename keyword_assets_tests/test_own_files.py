"""Files of ours: nobody else's link is followed, and nobody else's file is taken for one."""

import os
import stat
from pathlib import Path

import pytest

from keyword_assets import own_files

NAME = "keyword-report_2025-05-15_2025-06-11.html"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file elsewhere."""
    path = tmp_path / ".env"
    path.write_text("HCX_API_KEY=nv-secret")
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where a report would be."""
    folder = tmp_path / "reports"
    folder.mkdir()
    return folder / NAME


def test_a_plain_file_is_read_up_to_its_bound(place: Path) -> None:
    place.write_bytes(b"12345")

    assert own_files.size(place) == 5
    assert own_files.read(place, 5) == b"12345"
    assert own_files.read(place, 4) is None


@pytest.mark.parametrize("kind", ["symlink", "dangling", "hard link", "pipe", "folder", "device", "socket", "nothing"])
def test_nothing_else_is_and_nothing_is_waited_for(place: Path, secret: Path, kind: str) -> None:
    """A pipe that nobody writes to would be waited for, for ever."""
    if kind == "symlink":
        place.symlink_to(secret)
    elif kind == "dangling":
        place.symlink_to(place.parent / "nowhere")
    elif kind == "hard link":
        os.link(secret, place)
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    elif kind == "device":
        place.symlink_to("/dev/zero")
    elif kind == "socket":
        os.mknod(place, 0o140600)

    assert own_files.size(place) is None
    assert own_files.read(place, 1_000) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_somebody_else_is_none_of_ours(place: Path) -> None:
    place.write_text("x")
    os.chown(place, 12_345, -1)

    assert own_files.read(place, 1_000) is None


@pytest.mark.parametrize(
    "name",
    [
        ".env", "/etc/passwd", "../.env", f"../{NAME}", f"/tmp/{NAME}", f"{NAME}/..", f"{NAME}\n", f".{NAME}", "",
        f"{NAME}.py", "keyword-report_2025-05-15_2025-06-11_../x.html", "keyword-report_２025-05-15_2025-06-11.html",
    ],
)  # fmt: skip
def test_a_name_is_that_of_a_report_or_none(name: str) -> None:
    assert own_files.is_report_name(NAME)
    assert own_files.is_report_name("keyword-report_2025-05-15_2025-06-11_category_days.csv")
    assert not own_files.is_report_name(name)


@pytest.mark.parametrize("leads_to", ["elsewhere", "nowhere"])
def test_what_is_written_takes_the_place_of_a_link(place: Path, secret: Path, leads_to: str) -> None:
    target = secret if leads_to == "elsewhere" else place.parent / "nowhere"
    place.symlink_to(target)

    with own_files.replacing(place) as unfinished:
        unfinished.write_text("보고서")

    assert (place.is_symlink(), place.read_text()) == (False, "보고서")
    assert secret.read_text() == "HCX_API_KEY=nv-secret"
    assert list(place.parent.iterdir()) == [place]


def test_what_was_never_whole_leaves_nothing_behind(place: Path) -> None:
    def write() -> None:
        with own_files.replacing(place) as unfinished:
            unfinished.write_text("보")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        write()

    assert list(place.parent.iterdir()) == []


def test_a_file_is_written_without_lifting_what_protects_those_of_other_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The umask is the whole process's: while it is lifted, whatever another thread makes can be read by all."""
    before = os.umask(0o027)
    try:
        monkeypatch.setattr(os, "umask", lambda _: pytest.fail("it was changed"))
        with own_files.replacing(tmp_path / NAME) as unfinished:
            unfinished.write_text("보고서", encoding="utf-8")
    finally:
        monkeypatch.undo()
        os.umask(before)

    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o640
