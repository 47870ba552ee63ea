"""The one reader of the environment."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from keyword_assets import addresses
from keyword_assets.configuration.hcx import Hcx
from keyword_assets.configuration.hcx_models import MODELS
from keyword_assets.configuration.secrecy import SECRETS
from keyword_assets.configuration.sources import ENVIRONMENT_ONLY, IN_FILE, Sources
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible
from keyword_assets.core.models import Period
from keyword_assets.core.quota.limits import Limits

HOME = Path(".keyword_assets")
# A day: whoever wants to wait longer for HCX had better run again.
MOST_WAIT_SECONDS = 86_400
# The alerts, the sensor and whoever looks into what happened need the last days.
LEAST_KEEP_DAYS = 7
# What we make is for its owner alone.
UMASK = 0o077
_OWNER = re.compile(r"team:\S+|[A-Za-z0-9_][A-Za-z0-9._%+-]*@[A-Za-z0-9.-]+\.[A-Za-z]{2,7}")
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]+\]")
# A question mark may belong to a path; what follows begins the driver's parameters only where it looks like them.
_SQLITE = re.compile(r"(sqlite(?:\+\w+)?:///)(.+?)(\?[A-Za-z_]\w*=[^/?]*)?")


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


SETTING_NAMES: tuple[str, ...] = (
    "KEYWORDS_DATABASE_URL",
    "KEYWORDS_TIMEZONE",
    "KEYWORDS_STORED_TIMEZONE",
    "KEYWORDS_START_DATE",
    "KEYWORDS_END_DATE",
    "KEYWORDS_COVERAGE_FLOOR",
    "KEYWORDS_LOOK_BACK_DAYS",
    "KEYWORDS_BACKFILL_DAYS_A_TICK",
    "KEYWORDS_KEEP_DAYS",
    "KEYWORDS_TAXONOMY",
    "KEYWORDS_GOLDEN",
    "KEYWORDS_REPORTS",
    "KEYWORDS_OWNERS",
    "KEYWORDS_MASK",
    "HCX_API_KEY",
    "HCX_BASE_URL",
    "HCX_MODEL",
    "HCX_QPM",
    "HCX_TPM",
    "HCX_QUOTA_WINDOW_SECONDS",
    "HCX_TIMEOUT_SECONDS",
    "HCX_MAX_RETRIES",
    "HCX_MAX_WAIT_SECONDS",
    "HCX_BATCH_SIZE",
    "HCX_TOKEN_BUDGET",
    "HCX_DAILY_BUDGET_KRW",
    "KEYWORDS_MOST_NEW_TEXTS_A_DAY",
    "KEYWORDS_UNUSUAL_FACTOR",
    "HCX_PRICES",
    "KEYWORDS_ALERT_URLS",
    "KEYWORDS_ALERT_GRACE_HOURS",
    "KEYWORDS_ALERT_DEADLINE_HOUR",
    "KEYWORDS_ALERT_DIGEST_HOUR",
    "KEYWORDS_REPORT_URLS",
    "KEYWORDS_REPORT_ATTACH_MB",
    "KEYWORDS_UI_URL",
    "KEYWORDS_WEB_HOSTS",
    "KEYWORDS_WEB_USERS",
    "KEYWORDS_WEB_PROXIES",
    "DAGSTER_HOME",
    "DAGSTER_MYSQL_URL",
    *(f"{name}{IN_FILE}" for name in sorted(SECRETS)),
    "KEYWORDS_ALLOW_PLAIN_HTTP",
    "KEYWORDS_UMASK",
    *ENVIRONMENT_ONLY,
    *(f"KEYWORDS_TABLE_{table.upper()}" for table in _TABLES),
    # Some tables have columns of the same name.
    *dict.fromkeys(f"KEYWORDS_COLUMN_{name.upper()}" for columns in _TABLES.values() for name in columns),
    *(f"KEYWORDS_COLUMN_{table.upper()}_{name.upper()}" for table, columns in _TABLES.items() for name in columns),
)


@dataclass(frozen=True)
class Settings:
    """Every setting, checked. docs/settings.md says what each means; secrets stay out of `repr`."""

    home: Path
    """The folder that `.keyword_assets` is in, and that relative paths are seen from."""
    env_file: Path
    """The `.env` that was looked for, whether it is there or not."""
    database_url: str = field(repr=False)
    database_is_named: bool = field(compare=False)
    timezone: ZoneInfo
    stored_timezone: ZoneInfo
    start_date: date
    end_date: date | None
    coverage_floor: float
    look_back_days: int
    backfill_days_a_tick: int
    keep_days: int
    taxonomy: Path | None
    golden: Path | None
    reports: Path
    owners: tuple[str, ...]
    mask: str
    hcx: Hcx
    most_new_texts_a_day: int | None
    unusual_factor: float
    alert_urls: tuple[str, ...] = field(repr=False)
    alert_grace_hours: int
    alert_deadline_hour: int
    alert_digest_hour: int
    report_urls: tuple[str, ...] = field(repr=False)
    report_attach_mb: int
    web_hosts: tuple[str, ...]
    web_users: Path | None
    web_proxies: tuple[IPv4Network | IPv6Network, ...]
    ui_url: str | None = field(repr=False)
    dagster_home: Path
    dagster_home_is_named: bool = field(compare=False)
    dagster_mysql_url: str | None = field(repr=False)
    allow_plain_http: bool
    umask: int
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
        read = _Reader(sources)
        return cls(
            home=sources.home,
            env_file=sources.file,
            database_url=read.database("KEYWORDS_DATABASE_URL", HOME / "keywords.db"),
            database_is_named=sources.secret("KEYWORDS_DATABASE_URL") is not None,
            timezone=(zone := read.timezone("KEYWORDS_TIMEZONE", "Asia/Seoul")),
            stored_timezone=read.timezone("KEYWORDS_STORED_TIMEZONE", zone.key),
            start_date=read.day("KEYWORDS_START_DATE", date(2025, 6, 1)),
            end_date=read.optional_day("KEYWORDS_END_DATE"),
            coverage_floor=read.share("KEYWORDS_COVERAGE_FLOOR", 0.9),
            look_back_days=read.whole("KEYWORDS_LOOK_BACK_DAYS", least=0, default=30) or 0,
            backfill_days_a_tick=read.whole("KEYWORDS_BACKFILL_DAYS_A_TICK", least=1) or 31,
            keep_days=read.whole("KEYWORDS_KEEP_DAYS", least=LEAST_KEEP_DAYS) or 400,
            taxonomy=read.path("KEYWORDS_TAXONOMY"),
            golden=read.path("KEYWORDS_GOLDEN"),
            reports=read.path("KEYWORDS_REPORTS") or sources.home / HOME / "reports",
            owners=read.owners("KEYWORDS_OWNERS", "team:keyword-assets"),
            mask=read.choice("KEYWORDS_MASK", ("shown", "sent", "none")),
            hcx=read.hcx(),
            most_new_texts_a_day=read.whole("KEYWORDS_MOST_NEW_TEXTS_A_DAY", least=1),
            unusual_factor=read.times("KEYWORDS_UNUSUAL_FACTOR", 5),
            alert_urls=read.secret_urls("KEYWORDS_ALERT_URLS"),
            alert_grace_hours=read.whole("KEYWORDS_ALERT_GRACE_HOURS", least=0, default=24) or 0,
            alert_deadline_hour=read.hour("KEYWORDS_ALERT_DEADLINE_HOUR", 9),
            alert_digest_hour=read.hour("KEYWORDS_ALERT_DIGEST_HOUR", 9),
            report_urls=read.secret_urls("KEYWORDS_REPORT_URLS"),
            report_attach_mb=read.whole("KEYWORDS_REPORT_ATTACH_MB", least=0, default=10) or 0,
            ui_url=read.url("KEYWORDS_UI_URL", "") if read.text("KEYWORDS_UI_URL") else None,
            web_hosts=read.hosts("KEYWORDS_WEB_HOSTS"),
            web_users=read.path("KEYWORDS_WEB_USERS"),
            web_proxies=read.networks("KEYWORDS_WEB_PROXIES"),
            dagster_home=read.path("DAGSTER_HOME") or sources.home / HOME / "dagster",
            dagster_home_is_named=read.text("DAGSTER_HOME") is not None,
            dagster_mysql_url=sources.secret("DAGSTER_MYSQL_URL"),
            allow_plain_http=read.switch("KEYWORDS_ALLOW_PLAIN_HTTP"),
            umask=umask(sources),
            table_names={t: name for t in _TABLES if (name := read.text(f"KEYWORDS_TABLE_{t.upper()}"))},
            column_names={
                f"{table}.{column}": name
                for table, columns in _TABLES.items()
                for column in columns
                if (
                    name := read.text(f"KEYWORDS_COLUMN_{table.upper()}_{column.upper()}")
                    or read.text(f"KEYWORDS_COLUMN_{column.upper()}")
                )
            },
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


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file, whatever letters its path has."""
    return f"sqlite:///{_in_url(str(path))}"


def _in_url(path: str) -> str:
    """Without the letters that a URL reads as something else."""
    return path.replace("%", "%25").replace("?", "%3F").replace("#", "%23")


class _Reader:
    """Typed look-ups; an empty value is as good as none."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._values = sources.values

    def text(self, name: str) -> str | None:
        return self._values.get(name, "").strip() or None

    def path(self, name: str) -> Path | None:
        value = self.text(name)
        return self._sources.path(name, value) if value else None

    def database(self, name: str, default: Path) -> str:
        """A URL; that of a SQLite file with the whole path, because its driver would look from the working folder."""
        value = self._sources.secret(name)
        if value is None:
            return sqlite_url(self._sources.home / default)
        found = _SQLITE.fullmatch(value)
        if found is None or found[2] == ":memory:" or found[2].startswith("file:"):
            return value
        written, path = (self._sources.path(name, text) for text in (found[2], unquote(found[2])))
        if written.parent.is_dir() and not path.parent.is_dir():
            # A path that was pasted as it is, with a percent sign in it.
            path = written
        return f"{found[1]}{_in_url(str(path))}{found[3] or ''}"

    def choice(self, name: str, values: tuple[str, ...]) -> str:
        """One of these; the first is the default."""
        value = self.text(name) or values[0]
        if value not in values:
            raise InputError("settings.choice", name=name, value=value, values=", ".join(values))
        return value

    def whole(self, name: str, *, least: int, most: int | None = None, default: int | None = None) -> int | None:
        value = self.text(name)
        if value is None:
            return default
        try:
            number = int(value.replace("_", "").replace(",", ""))
        except ValueError:
            number = least - 1
        if number < least:
            raise InputError("settings.whole", name=name, value=value, least=least)
        if most is not None and number > most:
            raise InputError("settings.whole_most", name=name, value=value, least=least, most=most)
        return number

    def hour(self, name: str, default: int) -> int:
        value = self.text(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit() and int(value) < 24):
            raise InputError("settings.hour", name=name, value=value)
        return int(value)

    def secret_urls(self, name: str) -> tuple[str, ...]:
        """URLs of whatever scheme, separated by white space or commas; what is wrong is told without them.

        A comma that no scheme follows belongs to its URL, as between recipients.
        """
        value = self._sources.secret(name)
        urls = re.split(r"[\s,]+(?=[A-Za-z][A-Za-z0-9]*://)", value) if value else []
        for place, url in enumerate(urls, 1):
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*://\S+", url.rstrip(",")):
                raise InputError("settings.alert_url", name=name, place=place)
        return tuple(url.rstrip(",") for url in urls)

    def amount(self, name: str) -> float | None:
        value = self.text(name)
        if value is None:
            return None
        try:
            number = float(value.replace("_", "").replace(",", ""))
        except ValueError:
            number = -1.0
        if not 0 <= number < 1e12:
            raise InputError("settings.amount", name=name, value=value)
        return number

    def seconds(self, name: str, default: float) -> float:
        return self._number(name, default, "settings.seconds", lambda number: 0 < number < 1e6)

    def times(self, name: str, default: float) -> float:
        return self._number(name, default, "settings.times", lambda number: 1 < number < 1e6)

    def share(self, name: str, default: float) -> float:
        return self._number(name, default, "settings.share", lambda number: 0 <= number <= 1)

    def _number(self, name: str, default: float, complaint: str, fits: Callable[[float], bool]) -> float:
        value = self.text(name)
        if value is None:
            return default
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not fits(number):
            raise InputError(complaint, name=name, value=value)
        return number

    def owners(self, name: str, default: str) -> tuple[str, ...]:
        """What Dagster takes for owners: `team:…` or an address, separated by commas."""
        owners = [owner.strip() for owner in (self.text(name) or default).split(",") if owner.strip()]
        for owner in owners:
            if not _OWNER.fullmatch(owner):
                raise InputError("settings.owner", name=name, value=owner)
        return tuple(owners)

    def hosts(self, name: str) -> tuple[str, ...]:
        """Names as they stand in a browser's address, without port, separated by commas."""
        hosts = [host.strip() for host in (self.text(name) or "").split(",") if host.strip()]
        for host in hosts:
            if not _HOST.fullmatch(host):
                raise InputError("settings.host", name=name, value=visible(host))
        return tuple(hosts)

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        """Addresses, or networks like 10.0.0.0/8, separated by commas."""
        found = []
        for value in (self.text(name) or "").split(","):
            try:
                found += [ip_network(value.strip(), strict=False)] if value.strip() else []
            except ValueError as error:
                raise InputError("settings.network", name=name, value=visible(value)) from error
        return tuple(found)

    def day(self, name: str, default: date) -> date:
        return self.optional_day(name) or default

    def optional_day(self, name: str) -> date | None:
        value = self.text(name)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError as error:
            raise InputError("settings.day", name=name, value=value) from error

    def timezone(self, name: str, default: str) -> ZoneInfo:
        value = self.text(name) or default
        try:
            return ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise InputError("settings.timezone", name=name, value=value) from error

    def key(self, name: str) -> str | None:
        """A secret that goes into a header; what is wrong with it is told without it."""
        value = self._sources.secret(name)
        if value is not None and not (value.isascii() and value.isprintable() and " " not in value):
            raise InputError("settings.key", name=name)
        return value

    def switch(self, name: str) -> bool:
        """Off unless it is switched on."""
        return self.choice(name, ("false", "true")) == "true"

    def hcx(self) -> Hcx:
        """All that begins with HCX_; the quota is that of the model's test key where it is not set."""
        model = self.text("HCX_MODEL") or "HCX-007"
        if model not in MODELS:
            raise InputError("settings.model", name="HCX_MODEL", value=model, models=", ".join(MODELS))
        facts, plain = MODELS[model], self.switch("KEYWORDS_ALLOW_PLAIN_HTTP")
        return Hcx(
            base_url=self.service("HCX_BASE_URL", "https://clovastudio.stream.ntruss.com", plain=plain),
            model=model,
            api_key=self.key("HCX_API_KEY"),
            limits=Limits(
                self.whole("HCX_QPM", least=1) or facts.requests_per_minute,
                self.whole("HCX_TPM", least=1) or facts.tokens_per_minute,
                self.seconds("HCX_QUOTA_WINDOW_SECONDS", 60),
            ),
            timeout_seconds=self.seconds("HCX_TIMEOUT_SECONDS", 60),
            max_retries=self.whole("HCX_MAX_RETRIES", least=0, default=6) or 0,
            max_wait_seconds=self.whole("HCX_MAX_WAIT_SECONDS", least=1, most=MOST_WAIT_SECONDS) or 300,
            batch_size=self.whole("HCX_BATCH_SIZE", least=1),
            token_budget=self.whole("HCX_TOKEN_BUDGET", least=0),
            daily_budget_krw=self.amount("HCX_DAILY_BUDGET_KRW"),
            prices=self.path("HCX_PRICES"),
        )

    def service(self, name: str, default: str, *, plain: bool) -> str:
        """Where a key goes: encrypted, or to this machine.

        Args:
            name: the setting.
            default: where it is not set.
            plain: also unencrypted to other machines.
        """
        value = self.url(name, default)
        parts = addresses.split(value)
        assert parts is not None
        if not (parts.scheme == "https" or plain or addresses.is_this_machine(parts.hostname)):
            raise InputError("settings.plain_http", name=name, host=parts.hostname)
        return value

    def url(self, name: str, default: str) -> str:
        """An http address. It is never quoted: what is wrong with it may be a password that is in the wrong place."""
        value = (self.text(name) or default).rstrip("/")
        parts = addresses.split(value)
        if parts is None or parts.scheme not in ("http", "https"):
            raise InputError("settings.url", name=name)
        if "@" in parts.netloc or "?" in value or "#" in value:
            raise InputError("settings.url_extra", name=name)
        return value


def umask(sources: Sources | None = None) -> int:
    """Which rights files and folders of ours are made without.

    Raises:
        InputError: the setting is none of these, or its file or folder is not there.
    """
    value = (sources or Sources.find()).values.get("KEYWORDS_UMASK", "").strip()
    if not value:
        return UMASK
    # The owner keeps all rights: without them nothing of ours could be read again.
    if not re.fullmatch(r"0?0[0-7]{2}", value):
        raise InputError("settings.umask", name="KEYWORDS_UMASK", value=value)
    return int(value, 8)
