"""Whatever stands in a file, a setting or a row of ours: it is taken, or refused with an error that names it."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from keyword_assets.configuration.prices import price_of
from keyword_assets.configuration.settings import SETTING_NAMES, Settings
from keyword_assets.configuration.sources import Sources
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.errors import InputError, KeywordAssetsError
from keyword_assets.core.quota.limits import Limits, MeterReading
from keyword_assets.core.quota.places import Settled, Wanted
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quota.book import SqlQuotaBook, account_of, hash_of_key
from keyword_assets.sql.quota.known import KnownQuotas
from keyword_assets_tests.builders import load_csv, make_store
from keyword_assets_tests.properties import STRANGE_TEXTS, TEXTS, instead, modestly

TAXONOMY = {
    "categories": [
        {"id": 1, "name": "전학", "description": "옮김", "examples": ["전학 절차"]},
        {"id": 2, "name": "기타", "catch_all": True},
    ]
}
PRICES = {"models": {"HCX-007": {"input_per_1k": 1, "output_per_1k": 2}}, "as_of": "2026-01-01"}
ACCOUNT, KEY = account_of("http://hcx", "HCX-007"), "nv-1"


@modestly
@given(instead(TAXONOMY))
def test_a_taxonomy_with_anything_at_any_place_is_taken_or_refused(tmp_path: Path, document: Any) -> None:
    """It is written by hand, and a fault in it is told by its place."""
    file = tmp_path / "taxonomy.yaml"
    with suppress(UnicodeEncodeError, yaml.YAMLError, RecursionError):
        file.write_text(yaml.safe_dump(document, allow_unicode=False), "utf-8")
        with suppress(InputError):
            taxonomy = load_taxonomy(file)
            "".join((*taxonomy.names, *(c.description for c in taxonomy.categories))).encode()


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5_000,
        "{a: " * 200_000,
        "- " * 5_000,
        "- 2001-13-45\n",
        "a: 2026-02-30T99:99:99Z",
        "a: !!int ''",
        "a: !!float x",
        "a: !!python/object/apply:os.system [ls]",
        "? {a: 1}\n: 2",
        "? [1]\n: 2",
        "a: &a [*a]",
        "&a [&b [*a, *b, *a], *b]",
        "a: *nobody",
        "\x00",
        "a\x07",
        "%YAML 9.9\n---\na",
        "--- a\n--- b\n",
        "a: !!binary x",
        "a: !!timestamp no",
        "categories: [{id: 1" + "0" * 5_000 + ", name: a}]",
        "categories: [{id: 10000000000, name: a, catch_all: true}]",
        'categories: [{id: 1, name: "\\uD800", catch_all: true}]',
        'categories: [{id: 1, name: a, description: "\\uDFFF", catch_all: true}]',
        "x" * 2_000_000,
    ],
    ids=lambda text: text[:20],
)
def test_yaml_that_upsets_its_parser_is_an_error_of_ours(tmp_path: Path, text: str) -> None:
    """PyYAML has half a dozen kinds of its own, and lets those of Python through."""
    file = tmp_path / "file.yaml"
    file.write_text(text, "utf-8")

    for read in (load_taxonomy, lambda path: price_of("HCX-007", path)):
        with pytest.raises(InputError) as refused:
            read(file)
        assert len(str(refused.value)) < 1_000


@modestly
@given(instead(PRICES))
def test_prices_with_anything_at_any_place_are_taken_or_refused(tmp_path: Path, document: Any) -> None:
    """A price that is none would be booked as money."""
    file = tmp_path / "prices.yaml"
    with suppress(UnicodeEncodeError, yaml.YAMLError, RecursionError):
        file.write_text(yaml.safe_dump(document), "utf-8")
        with suppress(InputError):
            price_of("HCX-007", file)


VALUES = TEXTS | STRANGE_TEXTS | st.integers().map(str) | st.floats().map(str)


@modestly
@given(st.dictionaries(st.sampled_from(SETTING_NAMES), VALUES.map(lambda text: text.replace("\0", "")), max_size=4))
def test_settings_of_any_values_are_taken_or_refused(tmp_path: Path, values: dict[str, str]) -> None:
    """Whoever misspells a number reads which one, and no traceback."""
    with suppress(KeywordAssetsError):
        Settings.from_env(values, tmp_path)


@modestly
@given(st.binary(max_size=200) | VALUES.map(lambda text: f"HCX_QPM={text}\n".encode("utf-8", "surrogatepass")))
@example(b'A="\\x"\nB=\'')
@example(b"KEYWORDS_TAXONOMY=\x00\nHCX_QPM=5")
def test_a_dotenv_of_any_bytes_is_taken_or_refused(tmp_path: Path, content: bytes) -> None:
    """Editors write strange files."""
    (tmp_path / ".env").write_bytes(content)
    with suppress(KeywordAssetsError):
        Settings.from_env({}, tmp_path)
        Sources.find({}, tmp_path)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A database for all examples."""
    made = make_store(f"sqlite:///{tmp_path_factory.mktemp('any')}/any.db")
    yield made
    made.engine.dispose()


CELLS = TEXTS | STRANGE_TEXTS | st.sampled_from(["1", "2025-06-11 09:00:00", "9999-12-31", '"', ",", "\r", "\n"])


@modestly
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=4).map(",".join), max_size=4).map(
        lambda rows: "\n".join(["chatting_pk,input_text,created_at", *rows]).encode("utf-8", "surrogatepass")
    )
    | st.binary(max_size=100)
)
@example(b"chatting_pk,input_text,created_at\n1,a\x00b,2025-06-11T00:00:00\n2,b,2025-06-11T24:00:00\n")
@example(b"chatting_pk,input_text,created_at\n1,a,0001-01-01\n2,b,9999-12-31T23:59:59.9999999\n")
def test_a_csv_of_any_bytes_is_loaded_or_refused(tmp_path: Path, store: SqlQuestionStore, content: bytes) -> None:
    """Each row that cannot be taken is told by its line."""
    file = tmp_path / "chats.csv"
    file.write_bytes(content)
    with suppress(KeywordAssetsError):
        report = load_csv(store.engine, store.tables, file)
        assert report.read == report.loaded + report.known + len(report.refused) or report.refused


# -- rows of ours -----------------------------------------------------------------------------------------------------

LIMITS = Limits(60, 60_000, 60.0)
WANTED = Wanted(None, 700, LIMITS, 10.0)
IN_SQLITE = ("'abc'", "x'ff00'", "1e308", "9e999", "-9e999", "9223372036854775807", "-1", "0.5", "''", "'1e9'")
IN_MYSQL = ("1e308", "-1e308", "0", "1.7976931348623157e308", "4e9")


def _open(url: str) -> SqlQuestionStore:
    return make_store(url)


@pytest.mark.parametrize("kind", ["sqlite", "mysql"])
def test_no_row_of_the_quota_stops_a_request(request: pytest.FixtureRequest, kind: str) -> None:
    """Another program, an older version or a clock that jumped wrote it: a place is given at once all the same."""
    store = _open(request.getfixturevalue(f"{kind}_url"))
    tables, account = store.tables, f"x'{ACCOUNT.hex()}'"
    book = SqlQuotaBook(store.engine, tables, ACCOUNT, hash_of_key(KEY))
    known = KnownQuotas(store.engine, tables, ACCOUNT, KEY, "v1")
    try:
        for value in IN_SQLITE if kind == "sqlite" else IN_MYSQL:
            key = f"x'{hash_of_key(KEY).hex()}'"
            columns = "account, waiting, requests, tokens, free_at"
            closing = f"INSERT INTO keyword_closings VALUES ({account}, {key}, {value}, 'no', 1, {value})"
            place = f"INSERT INTO keyword_quota ({columns}) VALUES ({account}, 0, 60, 1, {value})"
            for statement in (closing, place):
                _execute(store, statement)
                assert book.claim(WANTED).wait == 0, statement
                known.look(store._clock().date())
                book.settle((Settled(1, 700, 0.0, 1.0, MeterReading(60, 1, 60_000, 1)),), LIMITS)
                book.closed()
                for table in ("keyword_closings", "keyword_quota"):
                    _execute(store, f"DELETE FROM {table}")
    finally:
        store.engine.dispose()


def test_what_was_learned_is_looked_at_and_forgotten_whatever_stands_there(sqlite_url: str) -> None:
    """The record of money is the one thing that stays."""
    store = _open(sqlite_url)
    known = KnownQuotas(store.engine, store.tables, ACCOUNT, KEY, "v1")
    today = store._clock().date()
    try:
        for number, value in enumerate(
            (*IN_SQLITE, "'{}'", "'[]'", '\'{"answer": [1e999, 1, 1], "ratio": [1, 1, 1]}\'')
        ):
            _execute(store, f"INSERT INTO keyword_sizes VALUES ('v{number}', {value}, '2026-01-01 00:00:00')")
        _execute(
            store,
            f"INSERT INTO keyword_usage VALUES ('{today}', 'r', '{today}', 'HCX-007', 1, 0, 0, 300, 40, 700, 0.575)",
        )
        seen = known.look(today)
        forgotten = known.forget()
        after = known.look(today)
    finally:
        store.engine.dispose()

    assert not any(sizes.usable for sizes in seen.sizes)
    assert forgotten.sizes == len(seen.sizes) == len(IN_SQLITE) + 3
    assert (after.sizes, after.cost_krw, after.spent.prompt) == ([], 0.575, 300)


def _execute(store: SqlQuestionStore, statement: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(sa.text(statement))


def test_the_environment_is_left_alone() -> None:
    """The tests above hand their settings over, and set none."""
    assert not any(name.startswith("HCX_") for name in os.environ)
