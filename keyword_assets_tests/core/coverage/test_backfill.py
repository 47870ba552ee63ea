"""Which days are launched: each gap once, with pauses that grow while nothing comes of it."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from keyword_assets.core.coverage.backfill import Choice, Try, decide
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets_tests.builders import DAY, make_coverage

NOW = datetime(2025, 7, 1, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def _day(offset: int) -> date:
    return DAY + timedelta(days=offset)


def _open(offset: int, questions: int = 3, **counts: int) -> DayCoverage:
    return make_coverage(_day(offset), questions=questions, **counts)


def _decide(
    *rows: DayCoverage,
    in_flight: Collection[date] = (),
    tries: Mapping[date, Try] | None = None,
    now: datetime = NOW,
    most: int = 10,
) -> Choice:
    return decide([row.day for row in rows], rows, in_flight, tries or {}, now, most)


def test_days_with_open_questions_are_launched_the_newest_first() -> None:
    """That is what people look at."""
    choice = _decide(_open(0), _open(2, classified=1), _open(1))

    assert choice.launch == [_day(2), _day(1), _day(0)]


@pytest.mark.parametrize("counts", [{"questions": 0}, {"classified": 3}, {"classified": 1, "quarantined": 2}])
def test_a_day_that_a_run_cannot_mend_is_left_alone(counts: dict[str, int]) -> None:
    """A run for a quarantined question would be launched again and again, for ever."""
    assert _decide(_open(0, **counts)).launch == []


def test_a_day_with_nothing_but_quarantined_questions_is_named() -> None:
    """A person has to release them."""
    choice = _decide(_open(0, quarantined=3), _open(1, classified=3), _open(2, quarantined=2))

    assert (choice.quarantined, choice.launch) == ([_day(0)], [_day(2)])


def test_a_day_that_may_send_nothing_more_today_is_launched_tomorrow_at_once() -> None:
    """A run could send nothing; and what waits is no failure that would make the next day begin with a pause."""
    tries = {_day(0): Try(3, 2, NOW - MINUTE)}
    limited = _decide(_open(0, quarantined=1).limited(0), _open(1, quarantined=3).limited(0), tries=tries)

    assert (limited.launch, limited.limited, limited.quarantined) == ([], [_day(0)], [_day(1)])
    assert _decide(_open(0, quarantined=1).limited(5), tries=limited.tries).launch == [_day(0)]


def test_a_day_that_could_not_be_counted_is_not_launched() -> None:
    """Nobody knows whether it needs it; what was remembered of it stays."""
    known = {_day(1): Try(3, 2, NOW)}

    choice = decide([_day(0), _day(1)], [], [], known, NOW, 10)

    assert (choice.launch, choice.uncounted, choice.tries) == ([], [_day(1), _day(0)], known)


def test_a_day_in_flight_is_left_alone() -> None:
    """Two runs over one day would be one too many."""
    choice = _decide(_open(0), _open(1), in_flight=[_day(0)])

    assert (choice.launch, choice.in_flight) == ([_day(1)], [_day(0)])


def test_at_most_so_many_days_are_launched() -> None:
    """A year of gaps is not launched at once."""
    choice = _decide(*map(_open, range(9)), most=2)

    assert choice.launch == [_day(8), _day(7)]
    assert choice.postponed == [_day(offset) for offset in reversed(range(7))]


def test_one_lot_waits_while_another_is_at_work_and_no_more() -> None:
    """The quota is never idle between two lots, and the queue stays short."""
    rows = [_open(offset) for offset in range(9)]

    second = _decide(*rows, in_flight=[_day(8), _day(7)], most=2)
    third = _decide(*rows, in_flight=[*second.launch, _day(8), _day(7)], most=2)

    assert (second.launch, third.launch) == ([_day(6), _day(5)], [])


def test_the_same_gap_is_not_launched_twice() -> None:
    """Between the request and the first run that can be seen, nothing is in flight."""
    first = _decide(_open(0))

    second = _decide(_open(0), tries=first.tries, now=NOW + MINUTE)

    assert (first.launch, second.launch) == ([_day(0)], [])
    assert second.waiting == {_day(0): NOW + 10 * MINUTE}


def test_pauses_double_up_to_a_day_while_nothing_comes_of_it() -> None:
    """A denied key is not asked about every ten minutes, and is not forgotten either."""
    pauses, tries, now = [], {_day(0): Try(3, 1, NOW)}, NOW
    for _ in range(10):
        pauses.append(tries[_day(0)].next - now)
        now = tries[_day(0)].next
        choice = _decide(_open(0), tries=tries, now=now)
        assert choice.launch == [_day(0)]
        tries = choice.tries

    assert pauses[:4] == [10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 80 * MINUTE]
    assert pauses[-2:] == [24 * HOUR, 24 * HOUR]


def test_a_pause_begins_when_the_run_has_ended() -> None:
    """A run of three hours that closed nothing is not followed by another at once."""
    tries = {_day(0): Try(3, 1, NOW)}
    during = _decide(_open(0), in_flight=[_day(0)], tries=tries, now=NOW + 3 * HOUR)

    after = _decide(_open(0), tries=during.tries, now=NOW + 3 * HOUR + MINUTE)

    assert after.waiting == {_day(0): NOW + 3 * HOUR + 10 * MINUTE}


def test_progress_makes_the_pause_short_again() -> None:
    """Whatever held it up is over."""
    tries = {_day(0): Try(3, 6, NOW)}

    choice = _decide(_open(0, classified=1), tries=tries, now=NOW + MINUTE)

    assert choice.waiting == {_day(0): NOW + 5 * MINUTE}
    again = _decide(_open(0, classified=1), tries=choice.tries, now=NOW + 5 * MINUTE)
    assert (again.launch, again.tries[_day(0)].failures) == ([_day(0)], 1)


def test_late_messages_reopen_a_day() -> None:
    """One that was complete is launched at once; one that was failing after the short pause."""
    failing = {_day(1): Try(3, 6, NOW)}
    complete = _decide(_open(0, classified=3), _open(1), tries=failing)

    choice = _decide(_open(0, classified=2), _open(1, questions=4), tries=complete.tries, now=NOW + 5 * MINUTE)

    assert choice.launch == [_day(1), _day(0)]


def test_what_is_complete_is_forgotten() -> None:
    """The memory is no longer than what is open; a later gap of that day is a new one."""
    choice = _decide(_open(0, classified=3), tries={_day(0): Try(3, 6, NOW), _day(9): Try(3, 6, NOW)})

    assert choice.tries == {}


def test_days_that_wait_do_not_keep_older_ones_from_their_turn() -> None:
    """Ten hopeless days would starve a year of mendable ones."""
    hopeless = {_day(offset): Try(3, 9, NOW) for offset in range(5, 9)}

    choice = _decide(*map(_open, range(9)), tries=hopeless, most=2)

    assert choice.launch == [_day(4), _day(3)]
