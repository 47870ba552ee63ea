"""The simulator's quota, with a clock that moves when told to."""

import pytest

from keyword_assets.hcx.simulator.meters import Meters
from keyword_assets.hcx.simulator.settings import SimulatorSettings, WindowKind


class Clock:
    """A clock that stands still between two tests' orders."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def metered(clock: Clock, **switches: object) -> Meters:
    return Meters(SimulatorSettings(**switches), clock)  # type: ignore[arg-type]


def test_a_request_is_charged_its_input_and_its_whole_cap() -> None:
    """A generous cap burns quota even when little is written, which is what most 429s of the real service come from."""
    meters = metered(Clock(), tpm=1000)

    first = meters.admit("account", "HCX-007", 600)
    second = meters.admit("account", "HCX-007", 401)

    assert (first.allowed, first.charged) == (True, 600)
    assert (second.allowed, second.charged) == (False, 0)
    assert meters.admit("account", "HCX-007", 400).allowed


def test_a_refused_request_leaves_the_quota_as_it_was() -> None:
    """Otherwise a client that tries too early would lock itself out."""
    meters = metered(Clock(), qpm=10, tpm=1000)
    for _ in range(5):
        meters.admit("account", "HCX-007", 5000)

    admission = meters.admit("account", "HCX-007", 1000)

    assert admission.allowed
    assert admission.headers["x-ratelimit-remaining-requests"] == "9"


def test_refused_requests_count_when_told_to() -> None:
    """Whether the real service counts them is unknown, so a client has to survive both."""
    clock = Clock()
    meters = metered(clock, qpm=2, count_refused=True)
    for _ in range(3):
        meters.admit("account", "HCX-007", 1)

    clock.now += 59
    meters.admit("account", "HCX-007", 1)
    clock.now += 2

    assert meters.admit("account", "HCX-007", 1).headers["x-ratelimit-remaining-requests"] == "0"
    assert not meters.admit("account", "HCX-007", 1).allowed


def test_keys_and_models_have_quotas_of_their_own() -> None:
    """Quota is counted by account and model: two runs on one key share it, two models do not."""
    meters = metered(Clock(), qpm=1)
    assert meters.admit("account", "HCX-007", 1).allowed

    assert not meters.admit("account", "HCX-007", 1).allowed
    assert meters.admit("account", "HCX-005", 1).allowed
    assert meters.admit("another", "HCX-007", 1).allowed


def test_a_rolling_window_frees_each_charge_a_window_after_it_was_made() -> None:
    """At no point in time may more than the quota lie within the last window."""
    clock = Clock()
    meters = metered(clock, qpm=2, window="rolling")
    meters.admit("account", "m", 1)
    clock.now += 30
    meters.admit("account", "m", 1)

    clock.now += 29.9
    refused = meters.admit("account", "m", 1)
    clock.now += 0.1
    admitted = meters.admit("account", "m", 1)

    assert (refused.allowed, refused.headers["x-ratelimit-reset-requests"]) == (False, "1s")
    assert admitted.allowed
    assert not meters.admit("account", "m", 1).allowed


def test_a_fixed_window_starts_anew_at_its_border() -> None:
    """A client that assumes a rolling window must not be caught out by one that is aligned to the clock."""
    clock = Clock(60_000_059.0)
    meters = metered(clock, qpm=1, window="fixed")
    meters.admit("account", "m", 1)

    refused = meters.admit("account", "m", 1)
    clock.now += 1

    assert (refused.allowed, refused.headers["x-ratelimit-reset-requests"]) == (False, "1s")
    assert meters.admit("account", "m", 1).allowed


def test_a_token_bucket_refills_evenly() -> None:
    """A tenth of the window gives back a tenth of the quota."""
    clock = Clock()
    meters = metered(clock, tpm=600, window="token-bucket")
    meters.admit("account", "m", 600)

    refused = meters.admit("account", "m", 60)
    clock.now += 6

    assert (refused.allowed, refused.headers["x-ratelimit-reset-tokens"]) == (False, "6s")
    assert meters.admit("account", "m", 60).allowed
    assert not meters.admit("account", "m", 1).allowed


@pytest.mark.parametrize("window", ["rolling", "fixed", "token-bucket"])
def test_waiting_as_long_as_the_header_says_is_enough(window: WindowKind) -> None:
    """The reset header is the only thing a client has to go by: there is no Retry-After."""
    clock = Clock(1_000_000.3)
    meters = metered(clock, qpm=7, tpm=5_000, window=window, window_seconds=10)
    for charge in range(100, 2000, 170):
        admission = meters.admit("account", "m", charge)
        clock.now += 0.4
        if admission.allowed:
            continue
        waits = [int(admission.headers[f"x-ratelimit-reset-{name}"][:-1]) for name in ("requests", "tokens")]
        clock.now += max(waits)

        assert meters.admit("account", "m", charge).allowed


@pytest.mark.parametrize("window", ["rolling", "fixed", "token-bucket"])
def test_what_is_larger_than_the_quota_never_fits(window: WindowKind) -> None:
    """A client must cut such a request down instead of waiting for ever."""
    clock = Clock()
    meters = metered(clock, tpm=1000, window=window)

    for _ in range(5):
        assert not meters.admit("account", "m", 1001).allowed
        clock.now += 61


def test_without_a_quota_nothing_is_counted_or_told() -> None:
    """The default simulator must not slow anybody down."""
    meters = metered(Clock())

    admissions = [meters.admit("account", "m", 1_000_000) for _ in range(1000)]

    assert all(admission.allowed and admission.headers == {} for admission in admissions)


def test_a_bad_reset_value_can_be_sent_and_retry_after_can_be_switched_on() -> None:
    """`-2s` was seen on the real service; a client that trusts it would try again at once and for ever."""
    meters = metered(Clock(), qpm=1, tpm=10, negative_reset=True, retry_after=True)
    served = meters.admit("account", "m", 1)

    refused = meters.admit("account", "m", 1)

    assert served.headers["x-ratelimit-reset-requests"] == "60s"
    assert "retry-after" not in served.headers
    assert refused.headers["x-ratelimit-reset-requests"] == "-2s"
    assert refused.headers["retry-after"] == "60"


def test_a_reset_gives_the_whole_quota_back() -> None:
    """Between two demos nobody wants to wait for a minute."""
    meters = metered(Clock(), qpm=1)
    meters.admit("account", "m", 1)

    meters.reset()

    assert meters.admit("account", "m", 1).allowed
