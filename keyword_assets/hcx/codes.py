"""What each status code of CLOVA Studio means for us (its error table, API guide `clovastudio-troubleshoot`)."""

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
    407: Fate.DENIED,
    408: Fate.RETRY,
    415: Fate.DENIED,
    429: Fate.QUOTA,
    501: Fate.DENIED,
}


def fate_of(http_status: int, code: str | None) -> Fate:
    """What an error means. The code decides; without one, or with one we do not know, the HTTP status does.

    Any other 4xx is laid to the texts: the request is taken apart until the text that draws it stands alone.
    Any other status (5xx, a redirect, a gateway's page) is worth another try.
    """
    if code in _FATES:
        return _FATES[code]
    # Inside an HTTP 200 the code's first three digits are the status that was meant.
    status = int(code[:3]) if code and len(code) == 5 and code.isdigit() else http_status
    if status in _FATES_BY_HTTP:
        return _FATES_BY_HTTP[status]
    return Fate.CONTENT if 400 <= status < 500 else Fate.RETRY
