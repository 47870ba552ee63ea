"""Which parts of which setting are secret, and how they are taken out of what others say.

Our own messages name a setting and never quote a secret one. But libraries quote what they were given: URLs, headers,
accounts. Whatever they say passes through `Secrets.scrubbed` before it is shown, logged or kept.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from keyword_assets.addresses import host_of, is_host, origin_of

KEYS = ("HCX_API_KEY",)
DATABASES = ("KEYWORDS_DATABASE_URL", "KEYWORDS_READ_URL", "DAGSTER_MYSQL_URL")
# Of a channel's URL everything is secret, its host too: `slack://` has a token there.
CHANNELS = ("KEYWORDS_ALERT_URLS", "KEYWORDS_REPORT_URLS")
# Whoever knows it can say in our name that all is well.
HEARTBEATS = ("KEYWORDS_HEARTBEAT_URL",)
SECRETS = frozenset({*KEYS, *DATABASES, *CHANNELS, *HEARTBEATS})
"""The settings of which nothing is shown."""
ADDRESSES = frozenset({"HCX_BASE_URL", "KEYWORDS_UI_URL"})
"""Those of which scheme, host and port may be shown."""
_PROXIES = re.compile(r"(?:https?|all)_proxy", re.IGNORECASE)
# Shorter ones may be words of the language, too, and are taken out only where they stand alone.
_SHORT = 12
# Parts of a channel's URL that are shorter tell nobody anything.
_TOKEN = 6
_HIDDEN = "***"
# As our own messages show one: within parentheses.
_DATABASE_URL = re.compile(r"(?:mysql|mariadb)[a-z+]*://[^\s'\"<>()]+")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}://[^\s'\"<>]+")


class Secrets:
    """What must not be said."""

    def __init__(self, parts: Iterable[str], accounts: Iterable[str] = ()) -> None:
        spelt = {form for part in parts for form in (part, unquote(part), quote(part, safe=""))}
        # Longest first: of a whole URL not its password alone is taken out.
        self.parts = sorted((form for form in spelt if form.strip()), key=len, reverse=True)
        self.accounts = sorted({unquote(account) for account in accounts if account})

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "Secrets":
        """Those of these settings and environment variables."""
        parts = [part for name, value in values.items() for part in parts_of(name, value)]
        return cls(parts, [_account_of(value) for name, value in values.items() if name in DATABASES])

    def __or__(self, other: "Secrets") -> "Secrets":
        return Secrets([*self.parts, *other.parts], [*self.accounts, *other.accounts])

    def scrubbed(self, text: str) -> str:
        """The text without them, and with no more of any URL that has a user or a query than where it leads."""
        for part in self.parts:
            if part not in text:
                continue
            if len(part) < _SHORT:
                text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", _HIDDEN, text)
            else:
                text = text.replace(part, _HIDDEN)
        for account in self.accounts:
            # As servers quote whom they refuse. Elsewhere the same word may be the name of a table.
            text = text.replace(f"'{account}'@", f"'{_HIDDEN}'@")
        return _URL.sub(_without_secrets, text)

    def scrub(self, error: BaseException) -> None:
        """Take them out of an exception and those that it came from, whatever will print or store them later."""
        seen: set[int] = set()
        waiting: list[BaseException | None] = [error]
        while waiting:
            one = waiting.pop()
            if one is None or id(one) in seen:
                continue
            seen.add(id(one))
            waiting += [one.__cause__, one.__context__]
            one.args = tuple(self._clean(value) for value in one.args)
            for name, value in list(vars(one).items()):
                if isinstance(value, BaseException):
                    waiting.append(value)
                elif isinstance(value, str):
                    # Some have slots, or properties that take nothing.
                    with suppress(AttributeError, TypeError, ValueError):
                        setattr(one, name, self.scrubbed(value))

    def _clean(self, value: object) -> object:
        return self.scrubbed(value) if isinstance(value, str) else value


def without_addresses(text: str) -> str:
    """The text for those who may know which server it is about, and no more: of a database's address its host."""
    return _DATABASE_URL.sub(lambda match: host_of(match[0]), text)


def parts_of(name: str, value: str) -> Iterator[str]:
    """What is secret in a setting's value."""
    if not value.strip():
        return
    if name in KEYS:
        yield value.strip()
    elif name in DATABASES:
        yield from _of_url(value, whole_account=True)
    elif name in (*CHANNELS, *HEARTBEATS):
        for url in value.split():
            yield url
            yield from _of_url(url)
            yield from filter(_may_be_token, re.split(r"[:/?&=@#,]+", url))
    elif name in ADDRESSES or _PROXIES.fullmatch(name):
        yield from _of_url(value)


def _account_of(url: str) -> str:
    try:
        return urlsplit(url).username or ""
    except ValueError:
        return ""


def _of_url(url: str, *, whole_account: bool = False) -> Iterator[str]:
    """User, password and what stands in the query; the whole of what cannot be parsed.

    Args:
        url: the URL.
        whole_account: the user alone is no part; see `Secrets.accounts`.
    """
    if url.startswith("sqlite"):
        return
    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query)
        found = [None if whole_account else parts.username, parts.password, parts.fragment]
    except ValueError:
        yield url
        return
    if "://" not in url:
        yield url
    if "@" in parts.netloc:
        yield parts.netloc.rpartition("@")[0]
    yield from filter(None, found)
    # Numbers and switches are no secrets, and would be taken out of every message.
    yield from (value for _, value in query if len(value) >= _TOKEN and not _is_plain(value))


def _may_be_token(part: str) -> bool:
    """Whether a part of a channel's URL may open it: neither a server's name nor a word."""
    is_server = part == "localhost" or ("." in part and is_host(part))
    is_word = part.isalpha() and part.islower() and len(part) < _SHORT
    return len(part) >= _TOKEN and not is_server and not is_word


def _is_plain(value: str) -> bool:
    return value.isdigit() or value.lower() in ("true", "false") or value.startswith("utf8")


def _without_secrets(match: re.Match[str]) -> str:
    url = match[0]
    # As our own messages show an address, there is nothing left to hide.
    if not re.search(r"[@?#]", url.replace(f"://{_HIDDEN}@", "://", 1)) or url.startswith("sqlite"):
        return url
    return f"{origin_of(url)}/{_HIDDEN}"
