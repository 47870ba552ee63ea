"""Command lines completed by the shells themselves, with what `completion` gives them."""

import os
import pty
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from keyword_assets_tests.cli.conftest import CommandLine

# Longer than anything takes on a busy machine.
PATIENCE = 60
IN_BASH = """
source "$1"; shift
COMP_WORDS=(keyword-assets "$@"); COMP_CWORD=$#
_keyword_assets_completion keyword-assets
printf '%s\\n' "${COMPREPLY[@]}"
"""
IN_FISH = 'source $argv[1]; complete -C "keyword-assets $argv[2..]"'


@pytest.fixture
def shells(monkeypatch: pytest.MonkeyPatch) -> None:
    """They find the command as it is installed."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


def script(cli: CommandLine, shell: str, folder: Path) -> str:
    """What `completion` writes for a shell, in a file."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    file = folder / shell
    file.write_text(cli("completion", shell).out, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("begun", "offered"),
    [
        (("quota", ""), {"show", "reset"}),
        (("check", "last-"), {"last-week", "last-month", "last-year"}),
        (("check", "지난"), {"지난주", "지난달", "지난해"}),
        (("check", "yesterday", "--f"), {"--full"}),
    ],
    ids=["commands", "days", "days in Korean", "options"],
)
def test_bash_completes(
    cli: CommandLine, shells: None, tmp_path: Path, begun: tuple[str, ...], offered: set[str]
) -> None:
    found = subprocess.run(
        ["bash", "-c", IN_BASH, "bash", script(cli, "bash", tmp_path), *begun], capture_output=True, check=True
    )

    assert set(found.stdout.decode().split()) == offered


def test_fish_completes(cli: CommandLine, shells: None, tmp_path: Path) -> None:
    typed = [script(cli, "fish", tmp_path), "check", "last-"]
    found = subprocess.run(["fish", "--no-config", "-c", IN_FISH, *typed], capture_output=True, check=True)

    assert set(found.stdout.decode().split()) == {"last-week", "last-month", "last-year"}


def test_zsh_completes(cli: CommandLine, shells: None, tmp_path: Path) -> None:
    """It does so at a terminal alone."""
    file = script(cli, "zsh", tmp_path)
    process, terminal = pty.fork()
    if process == 0:
        os.execvp("zsh", ["zsh", "-f", "-i"])
    try:
        os.write(terminal, f"autoload -U compinit; compinit -u -D; source {file}; echo rea''dy\n".encode())
        read_until(terminal, b"ready")
        os.write(terminal, b"keyword-assets check yest\t")
        read_until(terminal, b"yesterday")
    finally:
        os.close(terminal)
        os.waitpid(process, 0)


def read_until(terminal: int, text: bytes) -> None:
    """Read what a terminal shows until this is there."""
    shown = b""
    while text not in shown:
        ready, _, _ = select.select([terminal], [], [], PATIENCE)
        assert ready, shown
        shown += os.read(terminal, 65_536)
