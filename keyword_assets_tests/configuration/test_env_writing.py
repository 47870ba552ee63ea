"""Settings written into `.env`: others' lines stay, and nobody else reads or is written to."""

import os
from pathlib import Path

import pytest

from keyword_assets.configuration.env_writing import write_settings
from keyword_assets.configuration.sources import Sources
from keyword_assets.core.errors import InputError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where it is to be."""
    return tmp_path / ".env"


def test_a_new_file_is_for_its_owner_alone(file: Path) -> None:
    """Whatever the umask."""
    before = os.umask(0)
    try:
        write_settings(file, {"HCX_API_KEY": "nv-1"})
    finally:
        os.umask(before)

    assert file.stat().st_mode & 0o777 == 0o600


def test_what_is_written_is_read_as_it_was_and_all_else_stays(file: Path, tmp_path: Path) -> None:
    """In its place if it was there; with comments, others' settings, and a last line without an end."""
    file.write_text("# mine\nHCX_MODEL=HCX-005\nOTHER='a b'", encoding="utf-8")
    file.chmod(0o644)
    values = {"HCX_MODEL": "HCX-007", "KEYWORDS_TABLE_CHATTINGS": "문의 '내역' $HOME #1", "HCX_API_KEY": "a\\b"}

    write_settings(file, values)

    assert file.read_text("utf-8").startswith("# mine\nHCX_MODEL='HCX-007'\nOTHER='a b'\n")
    assert Sources.find({}, tmp_path).written == values | {"OTHER": "a b"}
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kind", ["link", "second name", "folder"])
def test_what_is_no_plain_file_of_ours_is_not_written_to(file: Path, tmp_path: Path, kind: str) -> None:
    """A secret would land where somebody else has led it."""
    other = tmp_path / "other"
    other.write_text("")
    {"link": file.symlink_to, "second name": file.hardlink_to, "folder": lambda _: file.mkdir()}[kind](other)

    with pytest.raises(InputError, match="--env-file"):
        write_settings(file, {"HCX_API_KEY": "nv-1"})

    assert other.read_text() == ""
