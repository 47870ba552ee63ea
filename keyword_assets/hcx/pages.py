"""What somebody else than HCX answered in its place: a firewall, a proxy, a gateway or a log-in page."""

import html
import re
from urllib.parse import urlsplit

import httpx

from keyword_assets.core.questions import Mask
from keyword_assets.hcx.words import words

_PAGE_CHARS = 80
# So much is searched for a page's words.
_PAGE_SEARCHED = 20_000


def is_page(response: httpx.Response, content: bytes) -> bool:
    """Whether a body that is no JSON was meant to be read by a person: an answer of HCX that was garbled is not."""
    kind = response.headers.get("content-type", "")
    return content.lstrip()[:1] == b"<" or (bool(kind) and "json" not in kind.lower())


_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style)\b[^<>]*>.*?(</\1\s*>|\Z)|<[^<>]*>", re.IGNORECASE | re.DOTALL)


def page_of(response: httpx.Response, content: bytes, hide: Mask) -> str:
    """What kind of page it is: its title or its first words; without any, where it leads or what its status means."""
    text = content[:_PAGE_SEARCHED].decode("utf-8", "replace")
    title = _TITLE.search(text)
    said = (title and title.group(1).strip()) or _UNSEEN.sub(" ", text).strip()
    said = said or _host_of(response.headers.get("location", "")[:_PAGE_SEARCHED])
    said = said or httpx.codes.get_reason_phrase(response.status_code)
    return words(html.unescape(said), _PAGE_CHARS, hide)


def _host_of(location: str) -> str:
    """Where a redirect leads: its host alone, because the rest may hold what was sent."""
    try:
        host = urlsplit(location).hostname
    except ValueError:
        return ""
    return f"-> {host}" if host else ""
