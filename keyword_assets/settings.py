"""The one reader of the environment."""

import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values

from keyword_assets import surroundings
from keyword_assets.core.errors import InputError

HOME = Path(".keyword_assets")
_OWNER = re.compile(r"team:\S+|[A-Za-z0-9_][A-Za-z0-9._%+-]*@[A-Za-z0-9.-]+\.[A-Za-z]{2,7}")


@dataclass(frozen=True)
class ModelFacts:
    """What NAVER publishes about a model: the test key's quota a minute, and the most tokens in and out."""

    requests_per_minute: int
    tokens_per_minute: int
    context_tokens: int
    output_tokens: int


# User guide of CLOVA Studio, pages on models and on rate limits (numbers dated 2025-07-17).
MODELS: Mapping[str, ModelFacts] = {
    "HCX-007": ModelFacts(60, 60_000, 128_000, 32_768),
    "HCX-005": ModelFacts(60, 60_000, 128_000, 4_096),
    "HCX-DASH-002": ModelFacts(90, 80_000, 32_000, 4_096),
}

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
    "KEYWORDS_START_DATE",
    "KEYWORDS_END_DATE",
    "KEYWORDS_COVERAGE_FLOOR",
    "KEYWORDS_LOOK_BACK_DAYS",
    "KEYWORDS_BACKFILL_DAYS_A_TICK",
    "KEYWORDS_TAXONOMY",
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
    "HCX_BATCH_SIZE",
    "HCX_TOKEN_BUDGET",
    "HCX_DAILY_BUDGET_KRW",
    "HCX_PRICES",
    "KEYWORDS_ALERT_URLS",
    "KEYWORDS_ALERT_GRACE_HOURS",
    "KEYWORDS_ALERT_DEADLINE_HOUR",
    "KEYWORDS_ALERT_DIGEST_HOUR",
    "KEYWORDS_REPORT_URLS",
    "KEYWORDS_REPORT_ATTACH_MB",
    "KEYWORDS_UI_URL",
    "DAGSTER_HOME",
    "DAGSTER_MYSQL_URL",
    *(f"KEYWORDS_TABLE_{table.upper()}" for table in _TABLES),
    *(f"KEYWORDS_COLUMN_{name.upper()}" for columns in _TABLES.values() for name in columns),
    *(f"KEYWORDS_COLUMN_{table.upper()}_{name.upper()}" for table, columns in _TABLES.items() for name in columns),
)


@dataclass(frozen=True)
class Settings:
    """Every setting, checked. The README's table says what each means; secrets stay out of `repr`."""

    database_url: str = field(repr=False)
    timezone: ZoneInfo
    start_date: date
    end_date: date | None
    coverage_floor: float
    look_back_days: int
    backfill_days_a_tick: int
    taxonomy: Path | None
    reports: Path
    owners: tuple[str, ...]
    mask: str
    hcx_api_key: str | None = field(repr=False)
    hcx_base_url: str
    hcx_model: str
    hcx_qpm: int
    hcx_tpm: int
    hcx_quota_window_seconds: float
    hcx_timeout_seconds: float
    hcx_max_retries: int
    hcx_batch_size: int | None
    hcx_token_budget: int | None
    hcx_daily_budget_krw: float | None
    hcx_prices: Path | None
    alert_urls: tuple[str, ...] = field(repr=False)
    alert_grace_hours: int
    alert_deadline_hour: int
    alert_digest_hour: int
    report_urls: tuple[str, ...] = field(repr=False)
    report_attach_mb: int
    ui_url: str | None
    dagster_home: Path
    dagster_mysql_url: str | None = field(repr=False)
    table_names: Mapping[str, str]
    column_names: Mapping[str, str]

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, folder: Path | None = None) -> "Settings":
        """Settings from the environment, then from `.env` in the working folder, then the defaults.

        Raises:
            InputError: a value cannot be what it should be; the message names the setting.
        """
        folder = folder or surroundings.working_folder()
        read = _Reader({**_dotenv(folder / ".env"), **(os.environ if environ is None else environ)})
        model = read.text("HCX_MODEL") or "HCX-007"
        if model not in MODELS:
            raise InputError("settings.model", name="HCX_MODEL", value=model, models=", ".join(MODELS))
        facts = MODELS[model]
        taxonomy = read.text("KEYWORDS_TAXONOMY")
        return cls(
            database_url=read.text("KEYWORDS_DATABASE_URL") or f"sqlite:///{folder / HOME / 'keywords.db'}",
            timezone=read.timezone("KEYWORDS_TIMEZONE", "Asia/Seoul"),
            start_date=read.day("KEYWORDS_START_DATE", date(2025, 6, 1)),
            end_date=read.optional_day("KEYWORDS_END_DATE"),
            coverage_floor=read.share("KEYWORDS_COVERAGE_FLOOR", 0.9),
            look_back_days=read.whole("KEYWORDS_LOOK_BACK_DAYS", least=0, default=30) or 0,
            backfill_days_a_tick=read.whole("KEYWORDS_BACKFILL_DAYS_A_TICK", least=1) or 31,
            taxonomy=folder / taxonomy if taxonomy else None,
            reports=folder / (read.text("KEYWORDS_REPORTS") or HOME / "reports"),
            owners=read.owners("KEYWORDS_OWNERS", "team:keyword-assets"),
            mask=read.choice("KEYWORDS_MASK", ("shown", "sent", "none")),
            hcx_api_key=read.key("HCX_API_KEY"),
            hcx_base_url=read.url("HCX_BASE_URL", "https://clovastudio.stream.ntruss.com"),
            hcx_model=model,
            hcx_qpm=read.whole("HCX_QPM", least=1) or facts.requests_per_minute,
            hcx_tpm=read.whole("HCX_TPM", least=1) or facts.tokens_per_minute,
            hcx_quota_window_seconds=read.seconds("HCX_QUOTA_WINDOW_SECONDS", 60),
            hcx_timeout_seconds=read.seconds("HCX_TIMEOUT_SECONDS", 60),
            hcx_max_retries=read.whole("HCX_MAX_RETRIES", least=0, default=6) or 0,
            hcx_batch_size=read.whole("HCX_BATCH_SIZE", least=1),
            hcx_token_budget=read.whole("HCX_TOKEN_BUDGET", least=0),
            hcx_daily_budget_krw=read.amount("HCX_DAILY_BUDGET_KRW"),
            hcx_prices=folder / prices if (prices := read.text("HCX_PRICES")) else None,
            alert_urls=read.secret_urls("KEYWORDS_ALERT_URLS"),
            alert_grace_hours=read.whole("KEYWORDS_ALERT_GRACE_HOURS", least=0, default=24) or 0,
            alert_deadline_hour=read.hour("KEYWORDS_ALERT_DEADLINE_HOUR", 9),
            alert_digest_hour=read.hour("KEYWORDS_ALERT_DIGEST_HOUR", 9),
            report_urls=read.secret_urls("KEYWORDS_REPORT_URLS"),
            report_attach_mb=read.whole("KEYWORDS_REPORT_ATTACH_MB", least=0, default=10) or 0,
            ui_url=read.url("KEYWORDS_UI_URL", "") if read.text("KEYWORDS_UI_URL") else None,
            dagster_home=folder / (read.text("DAGSTER_HOME") or HOME / "dagster"),
            dagster_mysql_url=read.text("DAGSTER_MYSQL_URL"),
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

    def require_api_key(self) -> str:
        """The key.

        Raises:
            InputError: it is not set.
        """
        if not self.hcx_api_key:
            raise InputError("settings.no_api_key")
        return self.hcx_api_key

    def now(self) -> datetime:
        """Local wall-clock time, without a zone, as the tables hold it."""
        return datetime.now(self.timezone).replace(tzinfo=None)


def _dotenv(path: Path) -> dict[str, str]:
    try:
        values = dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("settings.dotenv", path=path, reason=str(error)) from error
    return {name: value for name, value in values.items() if value is not None}


class _Reader:
    """Typed look-ups; an empty value is as good as none."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str) -> str | None:
        return self._values.get(name, "").strip() or None

    def choice(self, name: str, values: tuple[str, ...]) -> str:
        """One of these; the first is the default."""
        value = self.text(name) or values[0]
        if value not in values:
            raise InputError("settings.choice", name=name, value=value, values=", ".join(values))
        return value

    def whole(self, name: str, *, least: int, default: int | None = None) -> int | None:
        value = self.text(name)
        if value is None:
            return default
        try:
            number = int(value.replace("_", "").replace(",", ""))
        except ValueError:
            number = least - 1
        if number < least:
            raise InputError("settings.whole", name=name, value=value, least=least)
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
        value = self.text(name)
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
        value = self.text(name)
        if value is not None and not (value.isascii() and value.isprintable() and " " not in value):
            raise InputError("settings.key", name=name)
        return value

    def url(self, name: str, default: str) -> str:
        value = (self.text(name) or default).rstrip("/")
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good:
            raise InputError("settings.url", name=name, value=value)
        return value
