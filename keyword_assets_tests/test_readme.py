"""The READMEs and .env.example: what they name is there, what is there they name, and both languages say the same."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest

from keyword_assets.cli.main import cli
from keyword_assets.configuration.settings import SETTING_NAMES, Settings
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.assets.checks import CHECKS
from keyword_assets.sql.database.tables import DEFAULT_NAMES, Tables
from keyword_assets.sql.schema.migrate import VERSION_TABLE

TOP = Path(__file__).parent.parent
ENGLISH, KOREAN = READMES = ("README.md", "README.ko.md")
# Every table and column has a setting; a pattern stands for them.
OF_NAMES = ("KEYWORDS_TABLE_", "KEYWORDS_COLUMN_")
SINGLE_SETTINGS = {name for name in SETTING_NAMES if not name.startswith(OF_NAMES)}

either_readme = pytest.mark.parametrize("readme", READMES)


def text_of(name: str) -> str:
    return (TOP / name).read_text(encoding="utf-8")


def env_example() -> list[str]:
    """The settings that have a line there."""
    return re.findall(r"^#([A-Z_]+)=", text_of(".env.example"), re.MULTILINE)


def headings(readme: str) -> list[tuple[int, str]]:
    """Level and words of each."""
    return [(len(marks), words) for marks, words in re.findall(r"^(#+) (.+)$", text_of(readme), re.MULTILINE)]


def sections(readme: str) -> list[str]:
    """What stands between the headings."""
    return re.split(r"^#+ .+$", text_of(readme), flags=re.MULTILINE)


def anchor(heading: str) -> str:
    """What GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def links(readme: str) -> list[str]:
    """The targets within the project, pictures included."""
    targets: list[str] = re.findall(r"\]\(([^)\s]+)\)", text_of(readme))
    return [target for target in targets if not target.startswith(("http://", "https://"))]


def tables(readme: str) -> list[list[list[str]]]:
    """Each table's rows, each row's cells, without heads."""
    found = re.findall(r"(?:^\|.*\n)+", text_of(readme), re.MULTILINE)
    return [[row[2:-2].split(" | ") for row in table.splitlines()[2:]] for table in found]


def names_in(cell: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", cell)


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command with its name in full, as it is typed."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join(("keyword-assets", *path, name)), command


@either_readme
def test_every_setting_is_explained(readme: str) -> None:
    """What is explained nowhere can be found only by reading the code."""
    explained = {name for table in tables(readme) for row in table for name in names_in(row[0])}

    assert SINGLE_SETTINGS - explained == set()


@either_readme
def test_a_default_that_is_given_is_the_default(readme: str, tmp_path: Path) -> None:
    """Somebody relies on it by leaving the setting out."""
    rows = [row for table in tables(readme) for row in table if row[0].strip("`") in SINGLE_SETTINGS]
    given = {row[0].strip("`"): row[1].strip("`") for row in rows if re.fullmatch("`[^`]+`", row[1])}

    assert given
    assert Settings.from_env(given, tmp_path) == Settings.from_env({}, tmp_path)


def test_env_example_has_every_setting_once() -> None:
    """Who copies it should find there whatever can be set."""
    assert sorted(name for name in env_example() if not name.startswith(OF_NAMES)) == sorted(SINGLE_SETTINGS)


def test_env_example_has_no_setting_that_is_not_read() -> None:
    """Whoever sets one would wait for an effect in vain."""
    assert set(env_example()) <= set(SETTING_NAMES)


def test_env_example_shows_the_defaults(tmp_path: Path) -> None:
    """Uncommenting a line changes nothing until its value is changed."""
    untouched = Settings.from_env({}, tmp_path)
    shown = re.sub(r"^#(?=[A-Z_]+=)", "", text_of(".env.example"), flags=re.MULTILINE)
    (tmp_path / ".env").write_text(shown, encoding="utf-8")

    assert replace(Settings.from_env({}, tmp_path), table_names={}, column_names={}) == untouched


@either_readme
def test_every_command_is_listed(readme: str) -> None:
    """The list is where one looks for what can be done."""
    listed = re.findall(r"^ +(keyword-assets [a-z -]+?) *(?:[A-Z\[]|  )", text_of(readme), re.MULTILINE)

    assert {name for name, _ in commands(cli)} - set(listed) == set()


@either_readme
def test_every_option_is_named(readme: str) -> None:
    """An option that `--help` alone knows is found by those who knew of it before."""
    options = {name for _, command in commands(cli) for option in command.params for name in option.opts}

    assert {name for name in options if name.startswith("--")} - set(re.findall(r"--[a-z-]+", text_of(readme))) == set()


@either_readme
def test_no_option_is_named_that_no_command_has(readme: str) -> None:
    """A command copied from the text should run."""
    options = {name for _, command in commands(cli) for option in command.params for name in option.opts}
    named = re.findall(r"(?<![\w-])--[a-z][a-z-]*", text_of(readme))

    assert set(named) - options <= {"--help"}


@either_readme
def test_every_table_of_ours_is_named(readme: str) -> None:
    """An administrator who meets one should learn whose it is."""
    ours = {table.name for table in Tables(DEFAULT_NAMES).metadata.tables.values() if table.name.startswith("keyword_")}

    assert {VERSION_TABLE, *ours} - set(names_in(text_of(readme))) == set()


@either_readme
def test_every_check_stands_in_the_table_of_its_asset(readme: str) -> None:
    """Whoever is told that one failed looks here for what to do."""
    rows = {row[0].strip("`"): row[1].strip("`") for table in tables(readme) for row in table}

    assert {name: rows.get(name) for name in CHECKS} == {
        name: key.asset_key.to_user_string() for name, key in CHECKS.items()
    }


@either_readme
def test_every_asset_job_schedule_and_sensor_is_named(readme: str) -> None:
    """What the UI shows should be explained somewhere."""
    defs = build_defs(Settings.from_env())
    automation = [*(defs.jobs or ()), *(defs.schedules or ()), *(defs.sensors or ())]
    assets = [key.to_user_string() for key in defs.resolve_asset_graph().get_all_asset_keys()]

    assert {*assets, *(part.name for part in automation)} - set(re.findall(r"\w+", text_of(readme))) == set()


@either_readme
def test_every_link_within_the_project_leads_somewhere(readme: str) -> None:
    """Files, pictures and sections are renamed."""
    anchors = {f"#{anchor(words)}" for _, words in headings(readme)}

    broken = [link for link in links(readme) if link not in anchors and not (TOP / link).exists()]
    assert not broken


@either_readme
def test_every_benchmark_that_is_named_has_its_figures_kept(readme: str) -> None:
    """A figure that cannot be looked up cannot be believed."""
    named = re.findall(r"make bench ARGS=([\w-]+)", text_of(readme))

    assert named
    assert not [name for name in named if not (TOP / "benchmarks" / "results" / f"{name}.json").exists()]


@either_readme
def test_every_make_target_that_is_named_is_there(readme: str) -> None:
    """They are what a newcomer types first."""
    named = re.findall(r"(?:`|^ {4})make ([a-z]+)", text_of(readme), re.MULTILINE)
    targets = re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE)

    assert set(named) <= set(targets)


def test_both_languages_have_the_same_sections() -> None:
    """What stands in one only is missing from the other."""
    assert [level for level, _ in headings(ENGLISH)] == [level for level, _ in headings(KOREAN)]


def test_both_languages_have_the_same_table_rows() -> None:
    """A row is added to one and forgotten in the other."""
    shapes = [[[len(row) for row in table] for table in tables(readme)] for readme in READMES]

    assert shapes[0] == shapes[1]


def test_both_languages_name_the_same_in_their_tables() -> None:
    """Rows in the same order can be compared by somebody who reads one of the languages."""
    english, korean = ([[names_in(row[0]) for row in table] for table in tables(readme)] for readme in READMES)

    assert english == korean


def test_both_languages_name_the_same_in_each_section() -> None:
    """A setting, command or table that is told of in one language is left out in the other."""
    english, korean = ([set(names_in(section)) for section in sections(readme)] for readme in READMES)

    assert english == korean


def test_both_languages_show_the_same_files() -> None:
    """A picture or a link in one belongs into the other."""
    english, korean = ([link for link in links(readme) if not link.startswith(("#", "README"))] for readme in READMES)

    assert english == [link.replace(".ko.md", ".md") for link in korean]
    assert "docs/security.ko.md" in korean


def test_both_languages_give_nginx_the_same() -> None:
    """It is copied as it stands, and was run with one of them."""
    english, korean = (
        re.findall(r"^```nginx\n(.*?)^```", text_of(f"docs/security{ending}"), re.DOTALL | re.MULTILINE)
        for ending in (".md", ".ko.md")
    )

    assert len(english) == 1
    assert english == korean
