"""The quota of an account, and what the server says about it."""

from dataclasses import dataclass, replace

# A limit that is so many times smaller or larger than that of the settings is no word about our account, unless the
# settings are far above what accounts have: none gets a single request, or fewer tokens than the last number.
_TIMES_SMALLER, _TIMES_LARGER = 20, 1_000
_LEAST_REQUESTS, _LEAST_TOKENS = 2, 5_000
# However long a server asks us to wait, it is asked again after this.
MAX_WAIT_SECONDS = 300.0


@dataclass(frozen=True)
class Limits:
    """Requests and tokens (input plus requested output cap) in a window of so many seconds."""

    requests: int
    tokens: int
    window: float


@dataclass(frozen=True)
class MeterReading:
    """What the server said about its meters with an answer; None for what it did not say, or not credibly."""

    limit_requests: int | None = None
    remaining_requests: int | None = None
    limit_tokens: int | None = None
    remaining_tokens: int | None = None


def credible(meters: MeterReading, given: Limits, allowed: Limits) -> tuple[MeterReading, dict[str, int]]:
    """The meters without what cannot be, and what that was.

    Args:
        meters: what the server said with an answer.
        given: the limits by the settings.
        allowed: what it has let us have within one window until then, this answer included.
    """
    doubted: dict[str, int] = {}
    if not _possible(meters.limit_requests, given.requests, allowed.requests, _LEAST_REQUESTS):
        doubted["limit-requests"] = meters.limit_requests or 0
        meters = replace(meters, limit_requests=None, remaining_requests=None)
    if not _possible(meters.limit_tokens, given.tokens, allowed.tokens, _LEAST_TOKENS):
        doubted["limit-tokens"] = meters.limit_tokens or 0
        meters = replace(meters, limit_tokens=None, remaining_tokens=None)
    return meters, doubted


def _possible(limit: int | None, given: int, allowed: int, least: int) -> bool:
    # Half of what was allowed, because a window of the server's may have ended in the middle of ours.
    least_possible = max(min(given / _TIMES_SMALLER, least), allowed / 2)
    return limit is None or least_possible <= limit <= given * _TIMES_LARGER
