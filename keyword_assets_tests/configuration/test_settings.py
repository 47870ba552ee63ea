"""Settings: the environment, then `.env`, then the defaults; and every value checked."""

from datetime import date
from pathlib import Path

import pytest

from keyword_assets.configuration.hcx_models import MODELS
from keyword_assets.configuration.settings import SETTING_NAMES, Settings
from keyword_assets.core.errors import InputError
from keyword_assets_tests.world import KEY, Clock

PASSWORD = "mysql+mysqlconnector://me:s3cret@host/chats"
TOP = Path(__file__).parents[2]


def _read(folder: Path, **values: str) -> Settings:
    return Settings.from_env(values, folder)


def test_without_any_setting_everything_has_a_value(tmp_path: Path) -> None:
    """A fresh machine needs no configuration to be looked at."""
    settings = _read(tmp_path)

    assert settings.database_url == f"sqlite:///{tmp_path}/.keyword_assets/keywords.db"
    assert settings.dagster_home == tmp_path / ".keyword_assets" / "dagster"
    assert (settings.timezone.key, settings.start_date) == ("Asia/Seoul", date(2025, 6, 1))
    assert settings.hcx.base_url == "https://clovastudio.stream.ntruss.com"
    assert (settings.hcx.model, settings.hcx.api_key) == ("HCX-007", None)
    assert (settings.hcx.limits.window, settings.hcx.timeout_seconds, settings.hcx.max_retries) == (60, 60, 6)
    assert settings.hcx.max_wait_seconds == 300
    assert (settings.hcx.batch_size, settings.hcx.token_budget, settings.taxonomy) == (None, None, None)
    assert (settings.hcx.daily_budget_krw, settings.hcx.prices) == (None, None)


@pytest.mark.parametrize("model", MODELS)
def test_the_quota_is_the_models_published_one(tmp_path: Path, model: str) -> None:
    """A test key works without anybody having to look it up."""
    settings = _read(tmp_path, HCX_MODEL=model)

    assert settings.hcx.limits.requests == MODELS[model].requests_per_minute
    assert settings.hcx.limits.tokens == MODELS[model].tokens_per_minute


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """A single run can be told otherwise without editing anything."""
    (tmp_path / ".env").write_text("HCX_MODEL=HCX-005\nHCX_QPM=7\n", encoding="utf-8")

    settings = _read(tmp_path, HCX_MODEL="HCX-DASH-002")

    assert (settings.hcx.model, settings.hcx.limits.requests) == ("HCX-DASH-002", 7)


def test_an_empty_value_is_as_good_as_none(tmp_path: Path) -> None:
    """`HCX_API_KEY=` in a copied `.env.example` is not a key."""
    settings = _read(tmp_path, HCX_API_KEY="  ", HCX_QPM="")

    assert settings.hcx.api_key is None
    assert settings.hcx.limits.requests == 60


def test_numbers_may_be_written_as_people_write_them(tmp_path: Path) -> None:
    """60,000 is how the published tables print it."""
    assert (
        _read(tmp_path, HCX_TPM="60,000").hcx.limits.tokens
        == _read(tmp_path, HCX_TPM="60_000").hcx.limits.tokens
        == 60_000
    )
    assert _read(tmp_path, HCX_DAILY_BUDGET_KRW="12,500.5").hcx.daily_budget_krw == 12_500.5


def test_a_budget_of_nothing_is_one(tmp_path: Path) -> None:
    """0 means that nothing may be spent; only an empty value means that nobody minds."""
    settings = _read(tmp_path, HCX_DAILY_BUDGET_KRW="0", HCX_TOKEN_BUDGET="0")

    assert (settings.hcx.daily_budget_krw, settings.hcx.token_budget) == (0, 0)


def test_relative_paths_are_seen_from_the_working_folder(tmp_path: Path) -> None:
    """Not from wherever a daemon happens to have been started."""
    settings = _read(tmp_path, KEYWORDS_TAXONOMY="mine.yaml", DAGSTER_HOME="home", HCX_PRICES="/etc/prices.yaml")

    assert (settings.taxonomy, settings.dagster_home) == (tmp_path / "mine.yaml", tmp_path / "home")
    assert settings.hcx.prices == Path("/etc/prices.yaml")


def test_tables_and_columns_can_have_other_names(tmp_path: Path) -> None:
    """The tables are the customer's. A column that two tables have can be renamed in one of them alone."""
    settings = _read(
        tmp_path,
        KEYWORDS_TABLE_CHATTINGS="chat_log",
        KEYWORDS_COLUMN_INPUT_TEXT="body",
        KEYWORDS_COLUMN_CREATED_AT="made_at",
        KEYWORDS_COLUMN_ADMIN_CHAT_KEYWORDS_CREATED_AT="asked_on",
    )

    assert settings.table_names == {"chattings": "chat_log"}
    assert settings.column_names == {
        "chattings.input_text": "body",
        "chattings.created_at": "made_at",
        "admin_chat_keywords.created_at": "asked_on",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HCX_MODEL", "HCX-003"),
        ("KEYWORDS_READ_WAIT_SECONDS", "301"),
        ("KEYWORDS_LOG_FORMAT", "yaml"),
        ("HCX_QPM", "0"),
        ("HCX_QPM", "1.5"),
        ("HCX_TPM", "-5"),
        ("HCX_QUOTA_WINDOW_SECONDS", "0"),
        ("HCX_QUOTA_WINDOW_SECONDS", "nan"),
        ("HCX_TIMEOUT_SECONDS", "inf"),
        ("HCX_MAX_RETRIES", "-1"),
        ("HCX_MAX_WAIT_SECONDS", "0"),
        ("HCX_MAX_WAIT_SECONDS", "86401"),
        ("HCX_MAX_WAIT_SECONDS", "1.5"),
        ("HCX_BATCH_SIZE", "0"),
        ("HCX_TOKEN_BUDGET", "1e6"),
        ("HCX_DAILY_BUDGET_KRW", "-1"),
        ("HCX_DAILY_BUDGET_KRW", "nan"),
        ("HCX_DAILY_BUDGET_KRW", "inf"),
        ("HCX_DAILY_BUDGET_KRW", "5000원"),
        ("KEYWORDS_MOST_NEW_TEXTS_A_DAY", "0"),
        ("KEYWORDS_MOST_NEW_TEXTS_A_DAY", "1.5"),
        ("KEYWORDS_UNUSUAL_FACTOR", "1"),
        ("KEYWORDS_UNUSUAL_FACTOR", "nan"),
        ("HCX_BASE_URL", "ftp://x"),
        ("KEYWORDS_START_DATE", "yesterday"),
        ("KEYWORDS_TIMEZONE", "Seoul"),
        ("KEYWORDS_TIMEZONE", "../etc/passwd"),
        ("KEYWORDS_COVERAGE_FLOOR", "1.1"),
        ("KEYWORDS_COVERAGE_FLOOR", "nan"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    """A default in its place would be a setting that nobody made."""
    with pytest.raises(InputError, match=name):
        _read(tmp_path, **{name: value})


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    """Half of it read would be worse."""
    (tmp_path / ".env").write_bytes(b"HCX_QPM=\xff\xfe")

    with pytest.raises(InputError, match=r"\.env"):
        _read(tmp_path)


def test_secrets_are_not_in_the_repr(tmp_path: Path) -> None:
    """Settings end up in tracebacks and debuggers."""
    shown = repr(_read(tmp_path, HCX_API_KEY=KEY, KEYWORDS_DATABASE_URL=PASSWORD))

    assert KEY not in shown
    assert "s3cret" not in shown


@pytest.mark.parametrize(
    "value",
    [
        "slack://a/b/c/#d mailto://u:p@host?to=x@host,y@host",
        "slack://a/b/c/#d,mailto://u:p@host?to=x@host,y@host,",
        " slack://a/b/c/#d ,\n  mailto://u:p@host?to=x@host,y@host ",
    ],
)
def test_alert_urls_are_separated_by_blanks_or_commas(tmp_path: Path, value: str) -> None:
    """But a comma between recipients belongs to their URL."""
    found = _read(tmp_path, KEYWORDS_ALERT_URLS=value).alert_urls

    assert found == ("slack://a/b/c/#d", "mailto://u:p@host?to=x@host,y@host")


@pytest.mark.parametrize("name", ["KEYWORDS_ALERT_URLS", "KEYWORDS_REPORT_URLS"])
@pytest.mark.parametrize("value", ["s3cret", "slack://a/b s3cret", "://s3cret"])
def test_an_alert_url_that_is_none_is_refused_without_being_shown(tmp_path: Path, name: str, value: str) -> None:
    """It holds a token, also where it is mistyped."""
    with pytest.raises(InputError, match=name) as refused:
        _read(tmp_path, **{name: value})

    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("name", ["KEYWORDS_ALERT_URLS", "KEYWORDS_REPORT_URLS"])
def test_alert_urls_are_not_in_the_repr(tmp_path: Path, name: str) -> None:
    """As the key is not."""
    assert "s3cret" not in repr(_read(tmp_path, **{name: "slack://s3cret"}))


@pytest.mark.parametrize(
    "value", ["s3cret", "ftp://h/s3cret", "http://h.example/s3cret", "https://s3cret@h/x", "https://h/s3cret#x"]
)
def test_a_heartbeat_is_an_address_that_keeps_its_secret(tmp_path: Path, value: str) -> None:
    """Encrypted or of this machine; all of it is secret, whatever is wrong with it."""
    with pytest.raises(InputError, match="KEYWORDS_HEARTBEAT_URL") as refused:
        _read(tmp_path, KEYWORDS_HEARTBEAT_URL=value)

    assert "s3cret" not in str(refused.value)
    for fine in ("https://h.example/s3cret?status=up", "http://127.0.0.1:8000/s3cret", "http://localhost/s3cret"):
        settings = _read(tmp_path, KEYWORDS_HEARTBEAT_URL=fine)
        assert settings.heartbeat_url == fine
        assert "s3cret" not in repr(settings)


@pytest.mark.parametrize("value", ["-1", "2.5", "10MB"])
def test_the_size_of_attachments_is_whole_megabytes(tmp_path: Path, value: str) -> None:
    """0 is allowed: summaries only."""
    with pytest.raises(InputError, match="KEYWORDS_REPORT_ATTACH_MB"):
        _read(tmp_path, KEYWORDS_REPORT_ATTACH_MB=value)

    assert _read(tmp_path, KEYWORDS_REPORT_ATTACH_MB="0").report_attach_mb == 0
    assert _read(tmp_path).report_attach_mb == 10


@pytest.mark.parametrize("value", ["24", "-1", "9.5", "nine", "９"])
def test_an_hour_is_one_of_the_day(tmp_path: Path, value: str) -> None:
    """At hour 24 nothing would ever be told."""
    with pytest.raises(InputError, match="KEYWORDS_ALERT_DEADLINE_HOUR"):
        _read(tmp_path, KEYWORDS_ALERT_DEADLINE_HOUR=value)


def test_when_to_tell_can_be_set(tmp_path: Path) -> None:
    """Zero is a number too."""
    settings = _read(
        tmp_path,
        KEYWORDS_ALERT_GRACE_HOURS="0",
        KEYWORDS_ALERT_DEADLINE_HOUR="0",
        KEYWORDS_ALERT_DIGEST_HOUR="23",
        KEYWORDS_UI_URL="https://ui/",
    )

    assert (settings.alert_grace_hours, settings.alert_deadline_hour, settings.alert_digest_hour) == (0, 0, 23)
    assert settings.ui_url == "https://ui"
    assert _read(tmp_path).ui_url is None


def test_a_missing_key_is_said_when_it_is_needed(tmp_path: Path) -> None:
    """And only then: counting needs none."""
    with pytest.raises(InputError, match="HCX_API_KEY"):
        _read(tmp_path).hcx.require_api_key()


def test_now_is_the_wall_clock_of_the_time_zone(tmp_path: Path) -> None:
    """The tables hold local time without a zone."""
    seoul, honolulu = (_read(tmp_path, KEYWORDS_TIMEZONE=name).now() for name in ("Asia/Seoul", "Pacific/Honolulu"))

    assert seoul.tzinfo is None
    assert round((seoul - honolulu).total_seconds() / 3600) == 19


def test_the_example_file_names_only_settings_that_exist() -> None:
    """A setting that was renamed must not live on in the file that people copy."""
    lines = (TOP / ".env.example").read_text(encoding="utf-8").splitlines()
    named = {line.lstrip("#").split("=")[0] for line in lines if "=" in line and not line.startswith("# ")}

    assert named
    assert named <= set(SETTING_NAMES)


def test_the_example_file_shows_the_defaults(tmp_path: Path) -> None:
    """It says that each line shows the default; uncommented as it is, nothing may change."""
    text = (TOP / ".env.example").read_text(encoding="utf-8")
    lines = [line[1:] for line in text.splitlines() if line.startswith("#") and not line.startswith("# ")]
    (tmp_path / "copied").mkdir()
    (tmp_path / "copied" / ".env").write_text("\n".join(lines), encoding="utf-8")

    copied, bare = Settings.from_env({}, tmp_path / "copied"), Settings.from_env({}, tmp_path)

    assert (copied.timezone, copied.start_date, copied.hcx) == (bare.timezone, bare.start_date, bare.hcx)


@pytest.mark.parametrize("key", ["nv-one\nnv-two", "nv-한글키", "nv-a b", "nv-“quoted”"])
def test_a_key_that_no_header_can_carry_is_refused_without_being_shown(tmp_path: Path, key: str) -> None:
    """A bad paste; the HTTP library would put it into its error message, and so into every log."""
    with pytest.raises(InputError) as error:
        _read(tmp_path, HCX_API_KEY=key)

    assert error.value.key == "settings.key"
    assert not [part for part in key.split() if part in str(error.value)]


@pytest.mark.parametrize("url", ["http://", "http://host:abc", "https://host:99999", "ftp://host", "host:80"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    """It would end as an unexpected error deep in the HTTP library."""
    with pytest.raises(InputError, match="HCX_BASE_URL"):
        _read(tmp_path, HCX_BASE_URL=url)


def test_a_dollar_sign_in_dotenv_is_a_dollar_sign(tmp_path: Path) -> None:
    """Passwords have them."""
    (tmp_path / ".env").write_text("KEYWORDS_DATABASE_URL=mysql+mysqlconnector://me:pa${HOME}ss@host/chats\n")

    assert _read(tmp_path).database_url == "mysql+mysqlconnector://me:pa${HOME}ss@host/chats"


@pytest.mark.parametrize(
    ("given", "first", "last"),
    [
        ({}, "2025-06-01", "2025-06-20"),
        ({"KEYWORDS_END_DATE": "2025-06-12"}, "2025-06-01", "2025-06-12"),
        ({"KEYWORDS_END_DATE": "2026-01-01"}, "2025-06-01", "2025-06-20"),
        ({"KEYWORDS_START_DATE": "2025-07-01"}, "2025-06-20", "2025-06-20"),
    ],
)
def test_the_partitions_end_today_or_with_the_end_date(
    clock: Clock, given: dict[str, str], first: str, last: str
) -> None:
    """Or to the last partition; where the first has not come yet, of today."""
    days = Settings.from_env(given).partitions()

    assert (days.start.isoformat(), days.end.isoformat()) == (first, last)
