"""Every setting: its name, what it can be and its default, one a line. The one reader of the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from keyword_assets.configuration import kinds
from keyword_assets.configuration.fields import Given, names, setting, values
from keyword_assets.configuration.hcx import Hcx, Quota
from keyword_assets.configuration.secrecy import SECRETS
from keyword_assets.configuration.sources import ENVIRONMENT_ONLY, IN_FILE, Sources
from keyword_assets.core.models.period import Period
from keyword_assets.modes import UMASK

HOME = Path(".keyword_assets")
# The alerts, the sensor and whoever looks into what happened need the last days.
LEAST_KEEP_DAYS = 7
# Short of what a silent server is given: whoever waits longer for a replica had better ask the primary.
MOST_READ_WAIT_SECONDS = 300
# More would cost more than it could teach.
MOST_SHOTS = 100

# What is off until somebody turns it on: it costs money, or makes work for people.
SWITCHES = (
    "daily_keywords_schedule",
    "coverage_backfill_sensor",
    "weekly_report_schedule",
    "weekly_audit_schedule",
    "weekly_prune_schedule",
)

_LOG_FORMAT = kinds.choice("text", "json")

# Our names of the user's tables and their columns, as settings spell them.
_TABLES: Mapping[str, tuple[str, ...]] = {
    "chattings": ("chatting_pk", "input_text", "created_at"),
    "admin_categories": ("category_id", "category_name"),
    "admin_chat_keywords": (
        "query_text",
        "keyword",
        "category_id",
        "query_count",
        "created_at",
        "batch_created_at",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting, checked. docs/settings.md says what each means; secrets stay out of `repr`."""

    home: Path
    """The folder that `.keyword_assets` is in, and that relative paths are seen from."""
    env_file: Path
    """The `.env` that was looked for, whether it is there or not."""
    database_url: str = setting("KEYWORDS_DATABASE_URL", kinds.database)
    database_is_named: bool = field(compare=False)
    read_url: str | None = setting("KEYWORDS_READ_URL", kinds.database, None)
    read_wait_seconds: int = setting(
        "KEYWORDS_READ_WAIT_SECONDS", kinds.whole(least=0, most=MOST_READ_WAIT_SECONDS), 10
    )
    timezone: ZoneInfo = setting("KEYWORDS_TIMEZONE", kinds.timezone)
    stored_timezone: ZoneInfo = setting("KEYWORDS_STORED_TIMEZONE", kinds.timezone)
    start_date: date = setting("KEYWORDS_START_DATE", kinds.day, date(2025, 6, 1))
    end_date: date | None = setting("KEYWORDS_END_DATE", kinds.day, None)
    coverage_floor: float = setting("KEYWORDS_COVERAGE_FLOOR", kinds.share, 0.9)
    look_back_days: int = setting("KEYWORDS_LOOK_BACK_DAYS", kinds.whole(least=0), 30)
    backfill_days_a_tick: int = setting("KEYWORDS_BACKFILL_DAYS_A_TICK", kinds.whole(least=1), 31)
    keep_days: int = setting("KEYWORDS_KEEP_DAYS", kinds.whole(least=LEAST_KEEP_DAYS), 400)
    taxonomy: Path | None = setting("KEYWORDS_TAXONOMY", kinds.path, None)
    few_shot: int = setting("KEYWORDS_FEW_SHOT", kinds.whole(least=0, most=MOST_SHOTS), 0)
    few_shot_tokens: int = setting("KEYWORDS_FEW_SHOT_TOKENS", kinds.whole(least=1), 600)
    shots: Path = setting("KEYWORDS_SHOTS", kinds.path)
    golden: Path | None = setting("KEYWORDS_GOLDEN", kinds.path, None)
    reports: Path = setting("KEYWORDS_REPORTS", kinds.path)
    audit_size: int = setting("KEYWORDS_AUDIT_SIZE", kinds.whole(least=1, most=100_000), 400)
    audit_days: int = setting("KEYWORDS_AUDIT_DAYS", kinds.whole(least=1), 35)
    accuracy_floor: float = setting("KEYWORDS_ACCURACY_FLOOR", kinds.share, 0.85)
    owners: tuple[str, ...] = setting("KEYWORDS_OWNERS", kinds.owners, ("team:keyword-assets",))
    mask: str = setting("KEYWORDS_MASK", kinds.choice("shown", "sent", "none"), "shown")
    hcx: Hcx
    most_new_texts_a_day: int | None = setting("KEYWORDS_MOST_NEW_TEXTS_A_DAY", kinds.whole(least=1), None)
    unusual_factor: float = setting("KEYWORDS_UNUSUAL_FACTOR", kinds.times, 5.0)
    alert_urls: tuple[str, ...] = setting("KEYWORDS_ALERT_URLS", kinds.channels, ())
    alert_grace_hours: int = setting("KEYWORDS_ALERT_GRACE_HOURS", kinds.whole(least=0), 24)
    alert_deadline_hour: int = setting("KEYWORDS_ALERT_DEADLINE_HOUR", kinds.hour, 9)
    alert_digest_hour: int = setting("KEYWORDS_ALERT_DIGEST_HOUR", kinds.hour, 9)
    report_urls: tuple[str, ...] = setting("KEYWORDS_REPORT_URLS", kinds.channels, ())
    report_attach_mb: int = setting("KEYWORDS_REPORT_ATTACH_MB", kinds.whole(least=0), 10)
    heartbeat_url: str | None = setting("KEYWORDS_HEARTBEAT_URL", kinds.heartbeat, None)
    ui_url: str | None = setting("KEYWORDS_UI_URL", kinds.url, None)
    web_hosts: tuple[str, ...] = setting("KEYWORDS_WEB_HOSTS", kinds.hosts, ())
    web_users: Path | None = setting("KEYWORDS_WEB_USERS", kinds.path, None)
    web_proxies: tuple[IPv4Network | IPv6Network, ...] = setting("KEYWORDS_WEB_PROXIES", kinds.networks, ())
    dagster_home: Path = setting("DAGSTER_HOME", kinds.path)
    dagster_home_is_named: bool = field(compare=False)
    dagster_mysql_url: str | None = setting("DAGSTER_MYSQL_URL", kinds.text, None)
    switched_on: tuple[str, ...] = setting("KEYWORDS_SWITCHED_ON", kinds.some_of(*SWITCHES), ())
    allow_plain_http: bool = setting("KEYWORDS_ALLOW_PLAIN_HTTP", kinds.switch, False)
    log_format: str = setting("KEYWORDS_LOG_FORMAT", _LOG_FORMAT, "text")
    umask: int = setting("KEYWORDS_UMASK", kinds.umask, UMASK)
    table_names: Mapping[str, str]
    column_names: Mapping[str, str]

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, folder: Path | None = None) -> "Settings":
        """Settings from the environment, then from `.env`, then the defaults.

        Args:
            environ: in place of the process's environment.
            folder: in place of the working folder.

        Raises:
            InputError: a value cannot be what it should be; the message names the setting.
        """
        sources = Sources.find(environ, folder)
        hcx, given, own = Hcx.of(sources), values(cls, sources), sources.home / HOME
        zone = given.get("timezone") or ZoneInfo("Asia/Seoul")
        by_others: dict[str, Any] = {
            "database_url": kinds.sqlite_url(own / "keywords.db"),
            "timezone": zone,
            "stored_timezone": zone,
            "shots": own / "shots.yaml",
            "reports": own / "reports",
            "dagster_home": own / "dagster",
        }
        return cls(
            home=sources.home,
            env_file=sources.file,
            database_is_named="database_url" in given,
            hcx=hcx,
            dagster_home_is_named="dagster_home" in given,
            table_names=_table_names(sources),
            column_names=_column_names(sources),
            **by_others | given,
        )

    def last_day(self) -> date:
        """The last day that can be classified: yesterday, or the end date where that is earlier."""
        yesterday = self.now().date() - timedelta(days=1)
        return min(yesterday, self.end_date) if self.end_date else yesterday

    def partitions(self) -> Period:
        """The days that are looked at at all: from the first partition to today, or to the last if that is earlier."""
        today = self.now().date()
        last = min(today, self.end_date) if self.end_date else today
        return Period(min(self.start_date, last), last)

    def now(self) -> datetime:
        """Local wall-clock time, without a zone, as the tables hold it."""
        return datetime.now(self.timezone).replace(tzinfo=None)


SETTING_NAMES: tuple[str, ...] = (
    *names(Settings),
    *names(Hcx),
    *names(Quota),
    *(f"{name}{IN_FILE}" for name in sorted(SECRETS)),
    *ENVIRONMENT_ONLY,
    *(f"KEYWORDS_TABLE_{table.upper()}" for table in _TABLES),
    # Some tables have columns of the same name.
    *dict.fromkeys(f"KEYWORDS_COLUMN_{name.upper()}" for columns in _TABLES.values() for name in columns),
    *(f"KEYWORDS_COLUMN_{table.upper()}_{name.upper()}" for table, columns in _TABLES.items() for name in columns),
)


def _table_names(sources: Sources) -> dict[str, str]:
    given = {table: Given.of(sources, f"KEYWORDS_TABLE_{table.upper()}") for table in _TABLES}
    return {table: name.text for table, name in given.items() if name}


def _column_names(sources: Sources) -> dict[str, str]:
    """The names of columns in one table, or else in every table that has such a column."""
    given = {
        f"{table}.{column}": Given.of(sources, f"KEYWORDS_COLUMN_{table.upper()}_{column.upper()}")
        or Given.of(sources, f"KEYWORDS_COLUMN_{column.upper()}")
        for table, columns in _TABLES.items()
        for column in columns
    }
    return {column: name.text for column, name in given.items() if name}


def umask(sources: Sources | None = None) -> int:
    """Which rights files and folders of ours are made without; asked before all else is read.

    Raises:
        InputError: the setting is none of these, or its file or folder is not there.
    """
    given = Given.of(sources or Sources.find(), "KEYWORDS_UMASK")
    return UMASK if given is None else kinds.umask(given)


def logs_json(sources: Sources | None = None) -> bool:
    """Whether logs are to be JSON; asked before all else is read.

    Raises:
        InputError: the setting is none of its words, or its file or folder is not there.
    """
    given = Given.of(sources or Sources.find(), "KEYWORDS_LOG_FORMAT")
    return given is not None and _LOG_FORMAT(given) == "json"
