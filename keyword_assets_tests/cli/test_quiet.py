"""What is said beside the result: nothing where that is asked for, and nothing in a file that belongs on a screen."""

import re
from datetime import date

import click
import pytest

from keyword_assets.cli import story
from keyword_assets.cli.story import LiveProgress
from keyword_assets.core.models.runs import DayTally
from keyword_assets_tests.builders import make_coverage
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.pages import commands
from keyword_assets_tests.world import DAY, Chats, questions

COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-7]")


def test_quiet_leaves_the_result_and_the_exit_code(
    cli: CommandLine, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the command's name or after it; cron sends a mail for each word."""
    chats.add(*questions(3))
    monkeypatch.setenv("KEYWORDS_NOBODY_READS_THIS", "1")

    done = cli("complete", DAY, DAY, "--limit", "1", "--quiet")
    assert (done.code, done.err) == (3, "")
    assert ("[1]" in done.out, "33.3 %" in done.out) == (False, True)
    loud = cli("check", DAY, DAY)
    quiet = cli("-q", "check", DAY, DAY)
    assert (quiet.code, quiet.out, quiet.err) == (3, loud.out, "")
    assert "KEYWORDS_NOBODY_READS_THIS" in loud.err


def test_what_is_wrong_is_said_all_the_same(cli: CommandLine) -> None:
    outcome = cli("check", "never", "--quiet")

    assert outcome.code == 2
    assert "never" in outcome.err


def test_the_version_is_that_of_the_package(cli: CommandLine) -> None:
    assert re.fullmatch(r"keyword-assets \d+\.\d+\.\d+\n", cli("--version").out)


def test_the_help_of_each_command_says_what_its_exit_codes_mean() -> None:
    for path, command in commands():
        told = " ".join(command.get_help(click.Context(command)).split())

        assert all(f" {code} " in told for code in (0, 1, 2, 3, 4, 130)), path
        assert told.count("--quiet") == 1, path


def test_no_color_means_none(cli: CommandLine, chats: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where something else asks for them: https://no-color.org."""
    chats.add(*questions(3))
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert COLOUR.search(cli("check", DAY, DAY).out)

    monkeypatch.setenv("NO_COLOR", "1")

    assert not COLOUR.search(cli("check", DAY, DAY).out)


def test_a_long_day_goes_on_in_lines_where_nobody_looks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bars that are drawn over each other are unreadable in a file, even in one that is to be coloured."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(story, "_LINE_SECONDS", 0)
    before = make_coverage(date(2025, 6, 11), questions=5_000)

    with LiveProgress(quiet=False) as progress:
        progress.began([before])
        progress.progressed(DayTally(before.day, before, processed=1_200))

    err = capsys.readouterr().err
    assert ("1,200/5,000" in err, err.count("\n")) == (True, 1)
    assert not set("\r\x1b") & set(err)
