"""The pages and .env.example: what they name is there, what is there they name, and both languages say the same.

What has to be explained may stand on any page, once in each language.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest
from prometheus_client.parser import text_string_to_metric_families

from keyword_assets.cli.main import cli
from keyword_assets.configuration.hcx_models import MODELS
from keyword_assets.configuration.settings import SETTING_NAMES, Settings
from keyword_assets.core.texts import TEXTS
from keyword_assets.core.watching.snapshot import View
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.assets.checks import CHECKS
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.schema.migrate import VERSION_TABLE
from keyword_assets.web.metrics.exposition import exposed
from keyword_assets_tests.core.watching.test_words import BUSY, HOSTED
from keyword_assets_tests.handbook import NAMES, written
from keyword_assets_tests.pages import (
    CHANGELOG,
    ENGLISH,
    KOREAN,
    TOP,
    Page,
    command_lines,
    commands,
    mentions,
    names_in,
    shell_lines,
)

# Every table and column has a setting; a pattern stands for them.
OF_NAMES = ("KEYWORDS_TABLE_", "KEYWORDS_COLUMN_")
SINGLE_SETTINGS = {name for name in SETTING_NAMES if not name.startswith(OF_NAMES)}
README_LINES = 150
# What Dagster's UI says by itself.
OF_DAGSTER = ("missing",)
# Of mysqldump.
OF_OTHER_PROGRAMS = ("--single-transaction",)
# Where a path on a page may begin.
ROOTS = (TOP, TOP / "keyword_assets", TOP / "keyword_assets_tests")

in_either_language = pytest.mark.parametrize("pages", [ENGLISH, KOREAN], ids=["en", "ko"])
on_each_page = pytest.mark.parametrize("page", [*ENGLISH, *KOREAN], ids=lambda page: page.name)
of_each_pair = pytest.mark.parametrize("page", ENGLISH, ids=lambda page: page.name)


def text_of(name: str) -> str:
    return (TOP / name).read_text(encoding="utf-8")


def all_of(pages: Sequence[Page]) -> str:
    return "\n".join(page.text for page in pages)


def rows_of(pages: Sequence[Page]) -> list[list[str]]:
    return [row for page in pages for table in page.tables for row in table]


def env_example() -> list[str]:
    """The settings that have a line there."""
    return re.findall(r"^#([A-Z_]+)=", text_of(".env.example"), re.MULTILINE)


def options_of(command: click.Command) -> set[str]:
    return {name for option in command.params for name in (*option.opts, *option.secondary_opts)}


# -- what is there is explained ----------------------------------------------------------------------------------------


@in_either_language
def test_every_setting_is_explained(pages: list[Page]) -> None:
    """What is explained nowhere can be found only by reading the code."""
    explained = {name for row in rows_of(pages) for name in names_in(row[0])}

    assert SINGLE_SETTINGS - explained == set()


@in_either_language
def test_a_default_that_is_given_is_the_default(pages: list[Page], tmp_path: Path) -> None:
    """Somebody relies on it by leaving the setting out."""
    rows = [row for row in rows_of(pages) if row[0].strip("`") in SINGLE_SETTINGS]
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


@in_either_language
def test_every_model_is_named_where_it_is_chosen(pages: list[Page]) -> None:
    """One that is named nowhere is chosen by nobody."""
    (row,) = [row for row in rows_of(pages) if row[0] == "`HCX_MODEL`"]

    assert set(names_in(" ".join(row[1:]))) == set(MODELS)


@in_either_language
def test_every_command_is_listed(pages: list[Page]) -> None:
    """The list is where one looks for what can be done."""
    listed = re.findall(r"^ +(keyword-assets [a-z -]+?) *(?:[A-Z\[]|  )", all_of(pages), re.MULTILINE)

    assert {" ".join(("keyword-assets", *path)) for path, _ in commands()} - set(listed) == set()


@in_either_language
def test_every_option_is_named(pages: list[Page]) -> None:
    """An option that `--help` alone knows is found by those who knew of it before."""
    options = {name for _, command in commands() for option in command.params for name in option.opts}

    assert {name for name in options if name.startswith("--")} - set(re.findall(r"--[a-z-]+", all_of(pages))) == set()


@pytest.mark.parametrize("korean", [False, True], ids=["en", "ko"])
def test_the_page_of_options_is_as_the_commands_have_them(korean: bool) -> None:
    """It is not written by hand."""
    assert text_of(NAMES[korean]) == written(korean=korean), "stale: run make handbook"


@in_either_language
def test_every_table_of_ours_is_named(pages: list[Page]) -> None:
    """An administrator who meets one should learn whose it is."""
    ours = {table.name for table in Tables(DEFAULT_NAMES).metadata.tables.values() if table.name.startswith("keyword_")}

    assert {VERSION_TABLE, *ours} - {name for row in rows_of(pages) for name in names_in(row[0])} == set()


@in_either_language
def test_every_check_stands_in_the_table_of_its_asset(pages: list[Page]) -> None:
    """Whoever is told that one failed looks here for what to do."""
    rows = {row[0].strip("`"): row[1].strip("`") for row in rows_of(pages)}

    assert {name: rows.get(name) for name in CHECKS} == {
        name: key.asset_key.to_user_string() for name, key in CHECKS.items()
    }


@in_either_language
def test_the_metrics_that_are_named_are_those_that_are_told(pages: list[Page]) -> None:
    """In the table and in the rules below it: a rule over a name that is not there never fires."""
    body, _ = exposed(View(replace(BUSY, ended={"done": 1}), HOSTED), 1.0, ZoneInfo("Asia/Seoul"), "text/plain")
    told = {sample.name for family in text_string_to_metric_families(body.decode()) for sample in family.samples}
    (page,) = [page for page in pages if page.name.startswith("docs/watching")]
    rows = {name for row in rows_of([page]) for name in names_in(row[0]) if name.startswith("keyword_assets_")}

    assert rows == told
    assert set(re.findall(r"\bkeyword_assets_\w+", page.text)) - told == set()


@in_either_language
def test_every_asset_job_schedule_and_sensor_is_named(pages: list[Page]) -> None:
    """What the UI shows should be explained somewhere."""
    defs = build_defs(Settings.from_env())
    automation = [*(defs.jobs or ()), *(defs.schedules or ()), *(defs.sensors or ())]
    assets = [key.to_user_string() for key in defs.resolve_asset_graph().get_all_asset_keys()]

    assert {*assets, *(part.name for part in automation)} - set(re.findall(r"\w+", all_of(pages))) == set()


# -- what is named is there --------------------------------------------------------------------------------------------


@in_either_language
def test_no_option_is_named_that_no_command_has(pages: list[Page]) -> None:
    """A command copied from the text should run."""
    there = [cli, *(command for _, command in commands())]
    options = {name for command in there for name in options_of(command)}
    named = re.findall(r"(?<![\w-])--[a-z][a-z-]*", "".join(page.without_foreign for page in pages))

    assert set(named) - options <= {"--help", *OF_OTHER_PROGRAMS}


@on_each_page
def test_every_command_to_be_typed_is_understood(page: Page) -> None:
    """Its name, its options, and what they are given."""
    for words in command_lines(page):
        (path, command) = next(found for found in commands() if found[0] == tuple(words[: len(found[0])]))
        command.make_context(" ".join(path), words[len(path) :])


@on_each_page
def test_every_option_that_is_named_with_a_command_is_one_of_its_own(page: Page) -> None:
    """`check --limit` would be refused, though another command has it."""
    strange = [
        text
        for command, text in mentions(page)
        if set(re.findall(r"(?<!\S)\[?(--[a-z-]+)", text)) - options_of(command)
    ]

    assert not strange


@on_each_page
def test_every_setting_that_is_exported_is_read(page: Page) -> None:
    """Whoever sets another waits for an effect in vain."""
    exported = {line[1].partition("=")[0] for line in shell_lines(page) if line[0] == "export"}

    assert exported <= set(SETTING_NAMES)


@in_either_language
def test_every_file_that_is_tested_is_there(pages: list[Page]) -> None:
    """A newcomer's first test should not be one that is missing."""
    files = [line[1] for page in pages for line in shell_lines(page) if line[0] == ".venv/bin/pytest"]

    assert files
    assert not [name for name in files if not (TOP / name).exists()]


@on_each_page
def test_every_path_that_is_named_is_there(page: Page) -> None:
    """Modules are moved, and nobody thinks of the map."""
    paths = [name for name in names_in(page.text) if re.fullmatch(r"\w[\w./-]*(\.py|/|/[\w.-]+\.\w+)", name)]

    assert not [path for path in paths if not any((root / path).exists() for root in ROOTS)]


@in_either_language
def test_the_map_names_every_room(pages: list[Page]) -> None:
    """One that is left out is where nobody looks."""
    package, text = TOP / "keyword_assets", named(pages, "docs/architecture").text
    files = {path.name for path in package.glob("*.py") if path.name != "__init__.py"}
    rooms = [
        path.parent.relative_to(package) for path in (*package.glob("*/__init__.py"), *package.glob("*/*/__init__.py"))
    ]

    assert {*files, *(f"{room.as_posix()}/" for room in rooms)} - set(names_in(text)) == set()


@in_either_language
def test_the_words_of_the_code_are_names_in_it(pages: list[Page]) -> None:
    """A glossary of what is called otherwise by now misleads."""
    words = {name for row in named(pages, "docs/architecture").tables[-1] for name in names_in(row[-1])}

    assert words
    assert words - names_of_the_code() == set()


def named(pages: Sequence[Page], name: str) -> Page:
    """The page of this name in the language of all of them."""
    (page,) = [page for page in pages if page.name.removesuffix(".md").removesuffix(".ko") == name]
    return page


def names_of_the_code() -> set[str]:
    sources = [path.read_text(encoding="utf-8") for path in (TOP / "keyword_assets").rglob("*.py")]
    return set(re.findall(r"^(?:class )?([A-Z]\w+)(?= = |[(:])", "\n".join(sources), re.MULTILINE))


@pytest.mark.parametrize(
    ("pages", "quote", "language"),
    [
        (ENGLISH, r'"([^"]+)"', 1),
        (ENGLISH, r"`([^`]*[가-힣][^`]*)`", 0),
        (KOREAN, r"`([^`]*[가-힣][^`]*)`", 0),
    ],
    ids=["English", "Korean, on the English page", "Korean"],
)
def test_every_message_that_is_quoted_is_said(pages: list[Page], quote: str, language: int) -> None:
    """Whoever sees a message looks for its words."""
    said = [texts[language] for texts in TEXTS.values()]
    cells = [row[0] for table in named(pages, "docs/troubleshooting").tables for row in table]
    quotes = [found for cell in cells for found in re.findall(quote, cell) if found not in OF_DAGSTER]

    assert quotes
    assert not [found for found in quotes if not all(any(part in text for text in said) for part in parts(found))]


def parts(quote: str) -> list[str]:
    """What of a quoted message is ours, and not what it is about."""
    found = re.split(r"…|: |HTTP [\d ]+|\d[\d:]*|[A-Z]+_[A-Z_]+(?=[가-힣])", quote)
    return [part.strip(" :,") for part in found if part.strip(" :,")]


@on_each_page
def test_every_link_within_the_project_leads_somewhere(page: Page) -> None:
    """Files, pictures and sections are renamed."""
    assert not [link for link in page.links if not leads_somewhere(page, link)]


def test_the_changelog_leads_somewhere() -> None:
    """It has no twin, and so is none of the pages."""
    assert not [link for link in CHANGELOG.links if not leads_somewhere(CHANGELOG, link)]


def leads_somewhere(page: Page, link: str) -> bool:
    path, anchor = page.target(link)
    if not path.exists():
        return False
    return not anchor or anchor in Page(path.relative_to(TOP).as_posix()).anchors


@on_each_page
def test_every_heading_can_be_led_to(page: Page) -> None:
    """Of two that are alike, links lead to the first."""
    assert len(set(page.anchors)) == len(page.anchors)


@in_either_language
def test_every_benchmark_that_is_named_has_its_figures_kept(pages: list[Page]) -> None:
    """A figure that cannot be looked up cannot be believed."""
    named = re.findall(r"make bench ARGS=([\w-]+)", all_of(pages))

    assert named
    assert not [name for name in named if not (TOP / "benchmarks" / "results" / f"{name}.json").exists()]


@in_either_language
def test_every_make_target_that_is_named_is_there(pages: list[Page]) -> None:
    """They are what a newcomer types first."""
    named = re.findall(r"(?:`|^ {4})make ([a-z-]+)", all_of(pages), re.MULTILINE)
    targets = re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE)

    assert set(named) <= set(targets)


# -- a stranger finds his way ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_the_first_page_is_short(name: str) -> None:
    """Whoever has just come reads one page, not all."""
    assert len(text_of(name).splitlines()) <= README_LINES


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_the_first_page_shows_console_ui_and_report(name: str) -> None:
    """A picture says in a second whether one wants this."""
    pictures = {Path(link).name for link in Page(name).links if link.startswith("docs/images/")}

    assert pictures == {"console.svg", "asset-graph.png", "report-light.png"}


@pytest.mark.parametrize(("pages", "index"), [(ENGLISH, "docs/README.md"), (KOREAN, "docs/README.ko.md")])
def test_the_index_leads_to_every_page(pages: list[Page], index: str) -> None:
    """One that nothing leads to is not read."""
    led_to = {path for path, _ in map(Page(index).target, Page(index).links)}

    assert {TOP / page.name for page in pages} - led_to == {TOP / index}


@in_either_language
def test_every_picture_is_shown(pages: list[Page]) -> None:
    """What nobody sees is made anew in vain."""
    shown = {page.target(link)[0] for page in pages for link in page.links}

    assert set((TOP / "docs" / "images").iterdir()) <= shown


# -- both languages say the same ---------------------------------------------------------------------------------------


def test_every_page_is_there_in_both_languages() -> None:
    """Half of the readers would miss the other's."""
    assert [page.korean for page in ENGLISH] == [*sorted(KOREAN, key=lambda page: page.name.replace(".ko.md", ".md"))]


@of_each_pair
def test_both_languages_have_the_same_sections(page: Page) -> None:
    """What stands in one only is missing from the other."""
    assert [level for level, _ in page.headings] == [level for level, _ in page.korean.headings]


@of_each_pair
def test_both_languages_have_the_same_table_rows(page: Page) -> None:
    """A row is added to one and forgotten in the other."""
    shapes = [[[len(row) for row in table] for table in twin.tables] for twin in (page, page.korean)]

    assert shapes[0] == shapes[1]


@of_each_pair
def test_both_languages_name_the_same_in_their_tables(page: Page) -> None:
    """Rows in the same order can be compared by somebody who reads one of the languages."""
    english, korean = ([[names_in(row[0]) for row in table] for table in twin.tables] for twin in (page, page.korean))

    assert english == korean


@of_each_pair
def test_both_languages_name_the_same_in_each_section(page: Page) -> None:
    """A setting, command or table that is told of in one language is left out in the other."""
    english, korean = ([set(names_in(section)) for section in twin.sections] for twin in (page, page.korean))

    assert english == korean


@of_each_pair
def test_both_languages_show_the_same_files(page: Page) -> None:
    """A picture or a link in one belongs into the other, and leads to the same section of the page in that language."""
    english, korean = ([places(twin, link) for link in twin.links] for twin in (page, page.korean))

    # Each page begins with a link to its twin.
    assert english.pop(0) == korean.pop(0)
    assert english == korean


def places(page: Page, link: str) -> tuple[str, int | None]:
    """The file without its language, and the how many-th of its sections."""
    path, anchor = page.target(link)
    name = path.relative_to(TOP).as_posix()
    section = Page(name).anchors.index(anchor) if anchor else None
    return name.replace(".ko.md", ".md"), section


@pytest.mark.parametrize("page", KOREAN, ids=lambda page: page.name)
def test_a_korean_page_leads_to_korean_pages(page: Page) -> None:
    """But for the one link to itself in English."""
    twin = page.name.replace(".ko.md", ".md")
    english = [
        name
        for name in (page.target(link)[0].relative_to(TOP).as_posix() for link in page.links)
        if Page(name) in ENGLISH
    ]

    assert english == [twin]


@of_each_pair
def test_both_languages_have_the_same_typed(page: Page) -> None:
    """They are copied as they stand."""
    english, korean = (
        [line for line in shell_lines(twin) if "://" not in " ".join(line)] for twin in (page, page.korean)
    )

    assert english == korean


def test_both_languages_give_nginx_the_same() -> None:
    """It is copied as it stands, and was run with one of them."""
    english, korean = (
        re.findall(r"^```nginx\n(.*?)^```", text_of(f"docs/security{ending}"), re.DOTALL | re.MULTILINE)
        for ending in (".md", ".ko.md")
    )

    assert len(english) == 1
    assert english == korean
