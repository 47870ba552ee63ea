"""No part of a secret is said, wherever somebody put it: every setting, with every value that we could think of."""

import re
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyword_assets.configuration.secrecy import ADDRESSES, DATABASES, SECRETS, Secrets
from keyword_assets.configuration.settings import SETTING_NAMES, Settings
from keyword_assets.configuration.sources import IN_FILE, Sources, origins, remarks
from keyword_assets.core.errors import InputError, KeywordAssetsError
from keyword_assets.notify.channels import open_channels
from keyword_assets.sql.database.engine import redacted
from keyword_assets.sql.database.urls import parse_url

MARK = "c4n4ryc4n4ry"
_SCHEMES = ("http", "https", "htp", "mysql+mysqlconnector", "mysql", "sqlite", "json", "jsons", "mailto", "slack", "")
_SHAPES = (
    "{s}://{m}:word@h.example/db",
    "{s}://user:{m}@h.example:3306/db",
    "{s}://user:{m}@h.example:port/db",
    "{s}://user:{m}@h.example:99999/db",
    "{s}://user:pa@ss:{m}@h.example/db",
    "{s}://user:{m}@[bad/db",
    "{s}://user:{m}@h\u2100.example/db",
    "{s}://user:{m}\\@h.example/db",
    "{s}://user:{m} @h.example/db",
    "{s}://h.example/db?user=me&password={m}",
    "{s}://h.example/db?ssl_ca={m}",
    "{s}://h.example/db?init_command={m}",
    "{s}://h.example/db?read_timeout={m}",
    "{s}://h.example/db#{m}",
    "{s}:/user:{m}@h.example/db",
    "user:{m}@h.example",
    "{m}",
    "{m} {m}",
    "'{m}",
    "{m}\u200b",
    "/{m}/{m}.txt",
)
SECRET_NAMES = sorted({*SECRETS, *ADDRESSES, *(name + IN_FILE for name in SECRETS)})


def _values(name: str) -> Iterator[str]:
    schemes = [scheme for scheme in _SCHEMES if "sql" not in scheme or name in DATABASES]
    for shape in _SHAPES:
        for scheme in schemes if "{s}" in shape else schemes[:1]:
            yield shape.format(s=scheme, m=MARK)


def _said(name: str, environ: dict[str, str], folder: Path) -> list[str]:
    """All that is said of a setting by what reads it, shows it, and uses it."""
    said = []
    try:
        sources = Sources.find(environ, folder)
        # A value of a line of `.env` may span lines; names that nobody reads are told.
        said += [str(origin) for origin in origins(sources, SETTING_NAMES)] + remarks(sources, SETTING_NAMES)
        settings = Settings.from_env(environ, folder)
        said.append(repr(settings))
        if "URLS" in name:
            said += [repr(channel) for channel in open_channels(settings.alert_urls + settings.report_urls, name, 1)]
        for url in (settings.database_url, settings.dagster_mysql_url):
            if url and not url.startswith("sqlite"):
                said += [str(parse_url(url).host), redacted(url)]
    except KeywordAssetsError as error:
        # All that was raised and why. Lines of our code, which are looked up for each, hold no value of a setting.
        said += [str(error), repr(error), "".join(traceback.format_exception(error, limit=0))]
    return said


@pytest.mark.parametrize("in_file", [False, True], ids=["environment", "file"])
@pytest.mark.parametrize("name", SECRET_NAMES)
def test_no_value_of_a_secret_setting_is_repeated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, in_file: bool
) -> None:
    """Neither a good one nor a malformed one, which often is a password in the wrong place."""
    told = []
    # What is different about a file is how it is read.
    for value in list(_values(name))[:: 7 if in_file else 1]:
        if in_file:
            (tmp_path / ".env").write_text(f"{name}={value}\n", encoding="utf-8")
        told += [(value, text) for text in _said(name, {} if in_file else {name: value}, tmp_path) if MARK in text]
    captured = capsys.readouterr()

    assert told == []
    assert MARK not in captured.out + captured.err


def test_a_setting_with_a_secret_sounding_name_is_known_as_one() -> None:
    """So that a new one is covered, or somebody thinks of it here."""
    sounding = {
        name
        for name in SETTING_NAMES
        if re.search("KEY|URL|PASS|TOKEN(?!_BUDGET|S$)|SECRET", name.removeprefix("KEYWORDS"))
    }
    shown = {name for name in sounding if name.startswith(("KEYWORDS_TABLE", "KEYWORDS_COLUMN"))}

    assert sounding - shown == set(SECRET_NAMES)


@pytest.mark.parametrize(
    "lines",
    [
        f"HCX_API_KEY=\n{MARK}==\n",
        f"mysql+mysqlconnector://me:{MARK}@h/keywords_database_url?charset=utf8\n",
        f"HCX_API_KEY: {MARK}\n",
        f"KEYWORDS_DATABASE_URL mysql://me:{MARK}@h/x?a=b\n",
    ],
)
def test_a_secret_on_the_wrong_side_of_the_sign_is_not_repeated(tmp_path: Path, lines: str) -> None:
    """A line that was broken in two, or written as YAML."""
    (tmp_path / ".env").write_text(lines, encoding="utf-8")

    assert [text for text in remarks(Sources.find({}, tmp_path), SETTING_NAMES) if MARK in text] == []


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_each_secret_can_be_in_a_file_of_its_own(tmp_path: Path, name: str) -> None:
    """As containers and systemd hand secrets over; a line end that an editor added is no part of it."""
    (tmp_path / "secret").write_text(f"\ufeff{MARK}://x/y\n", encoding="utf-8")

    assert Sources.find({name + IN_FILE: "secret"}, tmp_path).secret(name) == f"{MARK}://x/y"


def test_a_key_in_a_file_is_used_and_the_nearer_place_wins(tmp_path: Path) -> None:
    """The environment over `.env`, whichever of the two spellings stands there."""
    (tmp_path / "key").write_text("nv-file\n")
    (tmp_path / ".env").write_text("HCX_API_KEY_FILE=key\n")

    assert Settings.from_env({}, tmp_path).hcx.api_key == "nv-file"
    assert Settings.from_env({"HCX_API_KEY": "nv-direct"}, tmp_path).hcx.api_key == "nv-direct"
    (tmp_path / ".env").write_text("HCX_API_KEY=nv-direct\n")
    assert Settings.from_env({"HCX_API_KEY_FILE": "key"}, tmp_path).hcx.api_key == "nv-file"
    assert Settings.from_env({"HCX_API_KEY_FILE": ""}, tmp_path).hcx.api_key == "nv-direct"


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "settings.secret_file"),
        (b" \n", "settings.secret_file"),
        (b"\xff\xfe" + MARK.encode(), "settings.secret_file"),
        (b"x" * 70_000, "settings.secret_file"),
        (None, "settings.no_secret_file"),
    ],
)
def test_a_file_that_holds_no_secret_is_told_without_its_content(
    tmp_path: Path, content: bytes | None, key: str
) -> None:
    """Else the program would go on without a key, or with half of one."""
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    else:
        (tmp_path / "secret").mkdir()

    with pytest.raises(InputError, match="HCX_API_KEY_FILE") as refused:
        Settings.from_env({"HCX_API_KEY_FILE": "secret"}, tmp_path)

    assert refused.value.key == key
    assert MARK not in "".join(traceback.format_exception(refused.value))


def test_a_secret_in_two_spellings_at_one_place_is_refused(tmp_path: Path) -> None:
    """Whichever was taken would be the wrong one half of the time."""
    (tmp_path / "key").write_text("nv-file")

    with pytest.raises(InputError, match="HCX_API_KEY_FILE"):
        Settings.from_env({"HCX_API_KEY": "nv-a", "HCX_API_KEY_FILE": "key"}, tmp_path)


_VALUES = {
    "HCX_API_KEY": f"nv-{MARK}",
    "KEYWORDS_DATABASE_URL": f"mysql+mysqlconnector://me:p%40ss{MARK}@db.example/x?init_command={MARK}",
    "KEYWORDS_ALERT_URLS": f"slack://{MARK}/B/C json://u:p@hook.example/{MARK}/x?+T={MARK}",
    "KEYWORDS_HEARTBEAT_URL": f"https://beat.example/ping/{MARK}?token={MARK}",
    "HTTPS_PROXY": f"http://me:{MARK}@proxy.example:3128",
}


@pytest.mark.parametrize(
    "text",
    [
        f"Invalid header value b'Bearer nv-{MARK}'",
        f"Could not parse mysql+mysqlconnector://me:p%40ss{MARK}@db.example/x?init_command={MARK}",
        f"login with p@ss{MARK} refused",
        f"POST https://hook.example/{MARK}/x 404",
        f"GET https://beat.example/ping/{MARK} 500",
        f"proxy http://me:{MARK}@proxy.example:3128 said no",
        f"unknown to us: ftp://me:{MARK}@other.example/x and https://x.example/y?key={MARK}",
    ],
)
def test_what_a_library_says_is_told_without_secrets(text: str) -> None:
    """They quote what they were given, raw or decoded."""
    assert MARK not in Secrets.of(_VALUES).scrubbed(text)


def test_what_a_server_says_of_anything_else_stays_as_it_is() -> None:
    """It is the reason, and the only one there is."""
    secrets = Secrets.of({"KEYWORDS_DATABASE_URL": "mysql+mysqlconnector://chat:chat@db.example/chat"})

    assert secrets.scrubbed("Unknown column 'chat_id' in admin_chat") == "Unknown column 'chat_id' in admin_chat"
    assert secrets.scrubbed("Access denied for user 'chat'@'10.0.0.1'") == "Access denied for user '***'@'10.0.0.1'"


def test_an_exception_is_cleaned_with_all_it_came_from() -> None:
    """Dagster keeps their words with the run."""
    secrets = Secrets.of(_VALUES)
    try:
        try:
            raise ValueError(f"nv-{MARK}", 7)
        except ValueError as inner:
            raise RuntimeError(f"because of nv-{MARK}") from inner
    except RuntimeError as error:
        secrets.scrub(error)
        told = "".join(traceback.format_exception(error))

    assert MARK not in told
    assert "because of ***" in told


@pytest.mark.thorough
@settings(max_examples=40, deadline=None)
@given(st.text(), st.text(min_size=1))
def test_scrubbing_takes_any_text_and_any_secret(text: str, secret: str) -> None:
    """It works on errors, and must not be one."""
    Secrets.of({"HCX_API_KEY": secret, "KEYWORDS_DATABASE_URL": secret, "KEYWORDS_ALERT_URLS": secret}).scrubbed(text)
