"""Which folder and file settings come from, what paths in them mean, and which names nobody reads."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from keyword_assets.configuration.settings import SETTING_NAMES, Settings
from keyword_assets.configuration.sources import ENVIRONMENT_ONLY, Sources, env_file, origins, remarks
from keyword_assets.core import texts
from keyword_assets.core.errors import InputError
from keyword_assets.sql.database.engine import file_of, make_engine
from keyword_assets_tests.world import KEY


@pytest.fixture
def _english() -> Iterator[None]:
    texts.use("en")
    yield
    texts.use("ko")


def _remarks(folder: Path, written: str = "", **environ: str) -> list[str]:
    (folder / ".env").write_text(written, encoding="utf-8")
    return remarks(Sources.find(environ, folder), SETTING_NAMES)


# -- the folder and the file ------------------------------------------------------------------------------------------


def test_the_home_that_is_named_is_where_everything_is(tmp_path: Path) -> None:
    """Cron starts in another folder."""
    (tmp_path / "srv").mkdir()
    (tmp_path / "srv" / ".env").write_text(
        "HCX_QPM=7\nKEYWORDS_TAXONOMY=mine.yaml\nKEYWORDS_DATABASE_URL=sqlite:///x.db"
    )

    settings = Settings.from_env({"KEYWORDS_HOME": "srv"}, tmp_path)

    assert (settings.hcx.limits.requests, settings.home) == (7, tmp_path / "srv")
    assert settings.taxonomy == tmp_path / "srv" / "mine.yaml"
    assert file_of(settings.database_url) == tmp_path / "srv" / "x.db"
    assert settings.dagster_home == tmp_path / "srv" / ".keyword_assets" / "dagster"


def test_the_folder_of_the_named_file_is_home_unless_another_is_named(tmp_path: Path) -> None:
    """Relative paths in a file are seen from beside it."""
    for name in ("etc", "srv"):
        (tmp_path / name).mkdir()
    (tmp_path / "etc" / "my.env").write_text("HCX_QPM=7", encoding="utf-8")
    named = {"KEYWORDS_ENV_FILE": "etc/my.env"}

    beside, elsewhere = (
        Settings.from_env(named, tmp_path),
        Settings.from_env(named | {"KEYWORDS_HOME": "srv"}, tmp_path),
    )

    assert (beside.hcx.limits.requests, beside.home) == (7, tmp_path / "etc")
    assert (elsewhere.hcx.limits.requests, elsewhere.home) == (7, tmp_path / "srv")


@pytest.mark.parametrize("name", ["KEYWORDS_HOME", "KEYWORDS_ENV_FILE"])
def test_a_place_that_is_not_there_is_an_error(tmp_path: Path, name: str) -> None:
    """Going on without it would be a configuration that nobody meant."""
    with pytest.raises(InputError, match="nowhere"):
        Settings.from_env({name: "nowhere"}, tmp_path)


def test_a_folder_in_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    """Docker makes one where the file that is to be mounted is not there."""
    (tmp_path / ".env").mkdir()

    with pytest.raises(InputError) as refused:
        Settings.from_env({}, tmp_path)

    assert refused.value.key == "settings.dotenv"


def test_processes_that_are_started_read_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dagster's servers and runs are processes of their own; and afterwards nothing is left of it."""
    (tmp_path / "my.env").write_text("HCX_QPM=7", encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    program = (
        "from keyword_assets.configuration.settings import Settings; print(Settings.from_env().hcx.limits.requests)"
    )

    with env_file(Path("my.env")):
        found = subprocess.run([sys.executable, "-c", program], cwd="elsewhere", capture_output=True, text=True)

    assert (found.stdout, found.stderr) == ("7\n", "")
    assert "KEYWORDS_ENV_FILE" not in os.environ


def test_a_byte_order_mark_belongs_to_no_name(tmp_path: Path) -> None:
    """Windows' editors write one, and the first setting of the file would be gone."""
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfHCX_QPM=7\r\n")

    assert Settings.from_env({}, tmp_path).hcx.limits.requests == 7


# -- paths ------------------------------------------------------------------------------------------------------------


def test_a_tilde_is_the_home_folder_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No shell has expanded it in a file."""
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    names = ("KEYWORDS_TAXONOMY", "KEYWORDS_REPORTS", "HCX_PRICES", "DAGSTER_HOME")

    settings = Settings.from_env(dict.fromkeys(names, "~/x") | {"KEYWORDS_DATABASE_URL": "sqlite:///~/x"}, tmp_path)

    paths = [settings.taxonomy, settings.reports, settings.hcx.prices, settings.dagster_home]
    assert [*paths, file_of(settings.database_url)] == [tmp_path / "me" / "x"] * 5


def test_a_tilde_of_nobody_is_an_error(tmp_path: Path) -> None:
    """A folder of that name would be made."""
    with pytest.raises(InputError, match="DAGSTER_HOME"):
        Settings.from_env({"DAGSTER_HOME": "~nobody-of-that-name/x"}, tmp_path)


FOLDERS = ["a?b", "a?x=1", "a#b", "100%", "a%41b", "a b", "한글 폴더", "a&b=c", "a:b@c", "a;b"]


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("url", [None, "sqlite:///named.db", "sqlite:///{folder}/named.db?timeout=5"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str, url: str | None) -> None:
    """A question mark ended the path: the database lay beside the folder, in a file `a`."""
    folder = tmp_path / name
    folder.mkdir()
    settings = Settings.from_env({"KEYWORDS_DATABASE_URL": url.format(folder=folder)} if url else {}, folder)

    engine = make_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (x INTEGER)"))
    engine.dispose()

    made = list(tmp_path.rglob("*.db"))
    assert made == [folder / "named.db" if url else folder / ".keyword_assets" / "keywords.db"]
    assert file_of(settings.database_url) == made[0]
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x.db?uri=true", "mysql://h/~a?b=c"])
def test_what_is_no_path_stays_as_it_is(tmp_path: Path, url: str) -> None:
    """Only files have a folder."""
    assert Settings.from_env({"KEYWORDS_DATABASE_URL": url}, tmp_path).database_url == url


# -- names that nobody reads ------------------------------------------------------------------------------------------

MISSPELLED = {
    "HCX_APIKEY": "HCX_API_KEY",
    "HCX_API_KEYS": "HCX_API_KEY",
    "hcx_api_key": "HCX_API_KEY",
    "KEYWORDS_DATABASE_ULR": "KEYWORDS_DATABASE_URL",
    "KEYWORD_DATABASE_URL": "KEYWORDS_DATABASE_URL",
    "KEYWORDS_DB_URL": "KEYWORDS_DATABASE_URL",
    "KEYWORDS_TABLE_CHATINGS": "KEYWORDS_TABLE_CHATTINGS",
    "KEYWORDS_COLUMN_INPUTTEXT": "KEYWORDS_COLUMN_INPUT_TEXT",
    "DAGSTER_MYSQL_ULR": "DAGSTER_MYSQL_URL",
    "DAGSTER_HOM": "DAGSTER_HOME",
}


@pytest.mark.usefixtures("_english")
@pytest.mark.parametrize(("name", "nearest"), MISSPELLED.items())
@pytest.mark.parametrize("in_file", [True, False])
def test_a_misspelled_name_is_told_with_the_nearest_right_one(
    tmp_path: Path, name: str, nearest: str, in_file: bool
) -> None:
    """It was ignored, and the default held."""
    (said,) = _remarks(tmp_path, f"{name}=s3cret") if in_file else _remarks(tmp_path, **{name: "s3cret"})

    assert name in said
    assert f"Did you mean {nearest}?" in said
    assert "s3cret" not in said


@pytest.mark.usefixtures("_english")
@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("DATABASE_URL", "KEYWORDS_DATABASE_URL"),
        ("API_KEY", "HCX_API_KEY"),
        ("HCXAPIKEY", "HCX_API_KEY"),
        ("HCX-API-KEY", "HCX_API_KEY"),
        ("KEYWORS_DATABASE_URL", "KEYWORDS_DATABASE_URL"),
    ],
)
def test_a_name_without_our_prefix_is_told_if_it_stands_in_our_file(tmp_path: Path, name: str, nearest: str) -> None:
    """In the environment it is somebody else's; and so it is where the right one is set, too."""
    assert nearest in "".join(_remarks(tmp_path, f"{name}=x"))
    if "-" not in name:
        assert _remarks(tmp_path, **{name: "x"}) == []
    assert _remarks(tmp_path, f"{name}=x\n{nearest}=y") == [] or name.startswith("HCX-")


@pytest.mark.parametrize(
    "name",
    [
        *(name for name in SETTING_NAMES if name not in ENVIRONMENT_ONLY),
        "DAGSTER_MYSQL_USER",
        "DAGSTER_MYSQL_DB",
        "DAGSTER_DISABLE_TELEMETRY",
        "DAGSTER_GRPC_TIMEOUT_SECONDS",
        "KEYWORDS_TEST_MYSQL_URL",
        "KEYWORDS_SERVICE_HOST",
        "KEYWORDS_SERVICE_PORT_HTTP",
        "KEYWORDS_PORT_3000_TCP_ADDR",
        "HCX_PORT",
        "PATH",
        "HOME",
        "MODEL",
        "TZ",
        "MYSQL_ROOT_PASSWORD",
    ],
)
def test_a_name_that_is_right_or_not_meant_for_us_is_not_told(tmp_path: Path, name: str) -> None:
    """Dagster, Kubernetes and others have names of their own."""
    assert _remarks(tmp_path, **{name: "x"}) == []


@pytest.mark.usefixtures("_english")
def test_a_line_that_is_none_is_told_by_its_number(tmp_path: Path) -> None:
    """`NAME: value` is how other files are written; the value is not shown."""
    said = _remarks(tmp_path, f"HCX_QPM=7\n\n\nHCX_API_KEY: {KEY}\nHCX_MODEL\n")

    assert [line.split(" of ")[0] for line in said] == ["Line 4", "Line 5"]
    assert KEY not in "".join(said)


def test_an_empty_value_has_no_effect_and_is_not_told(tmp_path: Path) -> None:
    """The demo sets ours to nothing."""
    assert _remarks(tmp_path, "HCX_APIKEY=", KEYWORDS_DATABASE_ULR=" ") == []


def test_the_place_of_the_file_cannot_be_told_by_the_file(tmp_path: Path) -> None:
    """It would have been read already."""
    (said,) = _remarks(tmp_path, "KEYWORDS_HOME=/srv")

    assert "KEYWORDS_HOME" in said
    assert Settings.from_env({}, tmp_path).home == tmp_path


def test_where_each_came_from_is_known_and_no_secret_is_shown(tmp_path: Path) -> None:
    """The first question when something is not as expected."""
    url = "mysql+mysqlconnector://me:s3cret@host/db"
    (tmp_path / ".env").write_text(f"HCX_QPM=7\nHCX_TPM=8\nHCX_API_KEY={KEY}\nKEYWORDS_UI_URL=http://u:s3cret@h\n")

    environ = {"HCX_TPM": "9", "KEYWORDS_DATABASE_URL": url, "HCX_MODEL": ""}
    found = {origin.name: origin for origin in origins(Sources.find(environ, tmp_path), SETTING_NAMES)}

    file = str(tmp_path / ".env")
    assert list(found) == list(SETTING_NAMES)
    assert (found["HCX_QPM"].source, found["HCX_QPM"].value) == (file, "7")
    assert (found["HCX_TPM"].source, found["HCX_TPM"].value) == ("environment", "9")
    assert (found["HCX_MODEL"].source, found["HCX_MODEL"].value) == ("default", None)
    assert (found["HCX_API_KEY"].source, found["HCX_API_KEY"].value) == (file, None)
    assert (found["KEYWORDS_DATABASE_URL"].source, found["KEYWORDS_DATABASE_URL"].value) == ("environment", None)
    assert (found["KEYWORDS_UI_URL"].source, found["KEYWORDS_UI_URL"].value) == (file, None)
