"""What each status code of CLOVA Studio means for us (its error table, API guide `clovastudio-troubleshoot`).

An answer without such a code did not come from HCX: a firewall, a proxy, a gateway or a log-in page spoke in its place.
It says nothing about the account. Whether it is about a text of the request or about the whole way is found out by
looking at other requests.
"""

from enum import Enum


class Fate(Enum):
    """What to do with a request that came back with an error."""

    RETRY = "the server had a bad moment: the same again, later"
    RETRY_ONCE = "documented as worth one more try"
    SILENT = "no answer in time: it may have been billed, so once more and no oftener"
    QUOTA = "our own requests or tokens of this window are used up: again when it is over"
    OVERLOADED = "their machines are busy, whatever our quota: again, with growing pauses"
    CONTENT = "something in the texts: never the same again"
    DENIED = "the key, the subscription or the model: nobody's request will pass until a person acts"
    BLOCKED = "something on the way answered in HCX's place: about a text of the request, or about every request"


_FATES = {
    "40800": Fate.RETRY,
    # Short bursts of tool calls were reported to draw it though the model knows tools.
    "40009": Fate.RETRY_ONCE,
    "42400": Fate.RETRY_ONCE,
    "42900": Fate.QUOTA,
    "42901": Fate.QUOTA,
    "42902": Fate.OVERLOADED,
    "42903": Fate.OVERLOADED,
    # Model not found, retired, without resources, not for this API.
    "40080": Fate.DENIED,
    "40082": Fate.DENIED,
    "40083": Fate.DENIED,
    "40084": Fate.DENIED,
    "50100": Fate.DENIED,
}
_FATES_BY_HTTP = {
    401: Fate.DENIED,
    403: Fate.DENIED,
    404: Fate.DENIED,
    405: Fate.DENIED,
    406: Fate.DENIED,
    408: Fate.RETRY,
    415: Fate.DENIED,
    429: Fate.QUOTA,
    501: Fate.DENIED,
}


def is_code(code: str | None) -> bool:
    """Whether this is a status code of CLOVA Studio's kind; what other servers put in its place is none."""
    return code is not None and len(code) == 5 and code.isascii() and code.isdigit()


def fate_of(http_status: int, code: str | None) -> Fate:
    """What an error means. HCX's own code decides, by its first three digits where we do not know it.

    Any other 4xx of HCX is laid to the texts: the request is taken apart until the text that draws it stands alone.
    Without a code somebody else has spoken: bad moments of gateways (5xx) and a full quota are known by their status,
    and everything else is a page that was put in the way.
    """
    if code is None or not is_code(code):
        return _fate_of_page(http_status)
    if code in _FATES:
        return _FATES[code]
    # Inside an HTTP 200 the code's first three digits are the status that was meant.
    status = int(code[:3])
    if status in _FATES_BY_HTTP:
        return _FATES_BY_HTTP[status]
    return Fate.CONTENT if 400 <= status < 500 else Fate.RETRY


def _fate_of_page(http_status: int) -> Fate:
    if http_status == 429:
        return Fate.QUOTA
    return Fate.RETRY if http_status == 408 or http_status >= 500 else Fate.BLOCKED
