"""Which of the server's words about its meters can be true."""

from dataclasses import replace

import pytest

from keyword_assets.core.quota.limits import Limits, MeterReading, credible

GIVEN = Limits(60, 60_000, 60)
NOTHING = Limits(0, 0, 60)


@pytest.mark.parametrize(
    ("given", "allowed", "least", "most"),
    [
        (60, 0, 2, 60_000),
        # A setting as small as that is a small account's.
        (20, 0, 1, 20_000),
        # Half of what it has let us have: a window of its own may have ended meanwhile.
        (60, 40, 20, 60_000),
    ],
)
def test_a_limit_of_requests_is_believed_within_bounds(given: int, allowed: int, least: int, most: int) -> None:
    """A number that nobody's account has must not stop a run, nor open it to more than the settings say."""

    def believed(limit: int) -> bool:
        said = MeterReading(limit, limit, 60_000, 50_000)
        meters, doubted = credible(said, replace(GIVEN, requests=given), replace(NOTHING, requests=allowed))
        if meters == said:
            return not doubted
        assert (meters, doubted) == (MeterReading(None, None, 60_000, 50_000), {"limit-requests": limit})
        return False

    assert [believed(limit) for limit in (least - 1, least, most, most + 1)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("given", "allowed", "least", "most"),
    [(60_000, 0, 3_000, 60_000_000), (200_000, 0, 5_000, 200_000_000), (60_000, 50_000, 25_000, 60_000_000)],
)
def test_a_limit_of_tokens_is_believed_within_bounds(given: int, allowed: int, least: int, most: int) -> None:
    """Smaller than a request of some size it is no limit."""

    def believed(limit: int) -> bool:
        said = MeterReading(60, 59, limit, limit)
        meters, doubted = credible(said, replace(GIVEN, tokens=given), replace(NOTHING, tokens=allowed))
        if meters == said:
            return not doubted
        assert (meters, doubted) == (MeterReading(60, 59, None, None), {"limit-tokens": limit})
        return False

    assert [believed(limit) for limit in (least - 1, least, most, most + 1)] == [False, True, True, False]


def test_what_is_not_said_is_not_doubted() -> None:
    assert credible(MeterReading(), GIVEN, GIVEN) == (MeterReading(), {})
