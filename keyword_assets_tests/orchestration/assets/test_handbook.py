"""What alerts advise: commands that there are, and pages of the UI that hold what they are about."""

import shlex
from datetime import date

import click
import pytest

from keyword_assets.cli.main import cli
from keyword_assets.orchestration.assets.handbook import Handbook

START, END = date(2025, 6, 11), date(2025, 6, 12)
HANDBOOK = Handbook("http://ui.example:3000")


@pytest.mark.parametrize(
    "advised",
    [
        HANDBOOK.look_over(),
        *(
            advise(START, END)
            for advise in (HANDBOOK.classify, HANDBOOK.estimate, HANDBOOK.report, HANDBOOK.quarantined)
        ),
    ],
)
def test_the_command_line_takes_what_is_advised(advised: str) -> None:
    """Whoever is woken by an alert pastes it."""
    program, *words = shlex.split(advised)
    command: click.Command | None = cli
    while isinstance(command, click.Group):
        _, command, words = command.resolve_command(click.Context(command), words)

    assert command is not None
    command.make_context(command.name, words)

    assert program == "keyword-assets"


def test_pages_are_advised_only_where_the_ui_is_known() -> None:
    """Half an address helps nobody."""
    assert HANDBOOK.page_of_run("abc-1") == "http://ui.example:3000/runs/abc-1"
    assert (Handbook(None).page_of_run("abc-1"), Handbook(None).page_of_day(START)) == (None, None)


@pytest.mark.parametrize("run_id", ["", "a/../../x", "a b", "가"])
def test_what_is_no_name_of_a_run_is_no_link(run_id: str) -> None:
    """It is read from a table that others write too."""
    assert HANDBOOK.page_of_run(run_id) is None


def test_its_own_pages_are_the_links_that_stay() -> None:
    """And not those of a server whose name begins alike."""
    for page in (HANDBOOK.page_of_day(START), HANDBOOK.page_of_run("abc-1")):
        assert page is not None
        assert HANDBOOK.links.fullmatch(page)
    assert HANDBOOK.links.search("http://ui.example:3000.evil/runs/abc-1") is None
    assert Handbook(None).links.search("http://ui.example:3000/runs/abc-1") is None
