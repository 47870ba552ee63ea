"""The book of an account's quota, shared by processes, on both engines."""

import multiprocessing
import random
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest

from keyword_assets.core.quota.limits import Limits, MeterReading
from keyword_assets.core.quota.places import Closing, Settled, Turn, Wanted
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quota.book import SqlQuotaBook, account_of, hash_of_key
from keyword_assets_tests.builders import execute, open_store, query

LIMITS = Limits(requests=5, tokens=1_000, window=60.0)
LONGEST = 100.0


class Account:
    """One account's book on a clock that stands still unless told otherwise, as two processes see it."""

    def __init__(self, store: SqlQuestionStore) -> None:
        self.store = store
        self.now = 1_750_000_000.0
        self.books = [self.book("account"), self.book("account")]
        self.first, self.second = self.books

    def book(self, account: str, key: str = "nv-1") -> SqlQuotaBook:
        """A process's view of an account."""
        name = account_of("https://hcx", account)
        return SqlQuotaBook(self.store.engine, self.store.tables, name, hash_of_key(key), lambda connection: self.now)

    def claim(self, tokens: int = 100, ticket: int | None = None, book: SqlQuotaBook | None = None) -> Turn:
        """Ask for a place."""
        return (book or self.first).claim(Wanted(ticket, tokens, LIMITS, LONGEST))

    def wait(self, tokens: int = 100, book: SqlQuotaBook | None = None) -> float:
        """How long somebody who comes now would have to wait; who has to, leaves again."""
        turn = self.claim(tokens, book=book)
        if turn.wait > 0:
            self.first.give_back(turn.place)
        return turn.wait

    def fill(self) -> list[int]:
        """Take every place."""
        return [self.claim(1).place for _ in range(LIMITS.requests)]

    def settle(self, *places: int, tokens: int = 1, ago: float = 0, sent_ago: float = 0, **meters: int) -> None:
        """These were answered, and this is what the server said about its meters."""
        said = MeterReading(**meters) if meters else None
        self.first.settle(tuple(Settled(place, tokens, ago, sent_ago, said) for place in places), LIMITS)

    def room(self) -> int:
        """How many small requests would be let in now; it lets them in."""
        room = 0
        while self.wait(1) == 0:
            room += 1
        return room

    @property
    def rows(self) -> int:
        """How many rows the table holds."""
        return len(query(self.store.engine, "SELECT 1 FROM keyword_quota"))


@pytest.fixture
def account(store: SqlQuestionStore) -> Account:
    """An account that nobody has used yet."""
    return Account(store)


def test_what_has_room_is_let_in_at_once(account: Account) -> None:
    """The quota is there to be used, by whichever process."""
    turns = [account.claim(200, book=book) for book in account.books * 2] + [account.claim(200)]

    assert [turn.wait for turn in turns] == [0] * 5
    assert len({turn.place for turn in turns}) == 5


@pytest.mark.parametrize(
    ("behind", "let_in"),
    [((1, 1, 1, 1, 1), 4), ((300, 700, 1), 1), ((950,), 0), ((), 0)],
    ids=["requests", "tokens", "no room", "nobody"],
)
def test_those_behind_go_along_as_far_as_there_is_room(account: Account, behind: tuple[int, ...], let_in: int) -> None:
    """A burst of hundreds is sent as fast as it can be, and nobody small overtakes somebody large."""
    turn = account.first.claim(Wanted(None, 100, LIMITS, LONGEST, behind=behind))

    assert (turn.wait, len(set(turn.places)), account.rows) == (0, 1 + let_in, 1 + let_in)


@pytest.mark.parametrize(("free", "theirs"), [(5, (2, 3)), (4, (2, 2)), (3, (1, 2))])
def test_what_is_free_is_shared_by_the_processes_that_wait(
    account: Account, free: int, theirs: tuple[int, int]
) -> None:
    """Each has a ticket, and others of its own behind it: who is first leaves the next in the queue its part."""
    places = account.fill()
    tickets = [account.claim(1, book=book).place for book in account.books]
    account.settle(*places[:free], ago=58)
    account.now += 2.1

    turns = [
        book.claim(Wanted(ticket, 1, LIMITS, LONGEST, behind=(1, 1, 1, 1)))
        for book, ticket in zip(account.books, tickets, strict=True)
    ]

    assert tuple(len(turn.places) for turn in turns) == theirs


@pytest.mark.parametrize("tokens", [[1] * 5, [500, 500], [999, 1]], ids=["requests", "tokens", "to the last token"])
def test_what_has_no_room_in_either_meter_waits(account: Account, tokens: list[int]) -> None:
    """The server counts both, and refuses for either."""
    waits = [account.claim(amount).wait for amount in tokens]

    assert waits == [0] * len(tokens)
    assert account.claim(1, book=account.second).wait > 0


def test_a_place_is_held_until_its_answer_and_a_window_more(account: Account) -> None:
    """The server may have counted the request at any time until it answered."""
    places = account.fill()
    account.now += 50
    account.settle(*places)

    account.now += 59.9
    held = account.wait()
    account.now += 0.2
    free = account.wait()

    assert (held, free) == (pytest.approx(0.1, abs=1e-6), 0)


def test_an_answer_that_is_reported_late_counts_from_when_it_came(account: Account) -> None:
    """Answers are written down with the next request, which may be a while."""
    places = account.fill()
    account.now += 50
    account.settle(*places, ago=20)

    assert account.claim().wait == pytest.approx(40)


def test_the_place_of_a_process_that_died_lapses(account: Account) -> None:
    """Nobody will report its answer; it cannot have come later than the longest a request takes."""
    account.fill()

    account.now += LONGEST + 59.9
    held = account.wait(book=account.second)
    account.now += 0.2
    free = account.wait(book=account.second)

    assert held > 0
    assert free == 0


def test_what_was_charged_counts_and_not_what_was_reserved(account: Account) -> None:
    """Our estimate of the input is made to be too high; and where it was too low, the next must not go out too soon."""
    place = account.claim(900).place
    account.settle(place, tokens=300)
    less = account.claim(600)
    account.settle(less.place, tokens=700)

    assert less.wait == 0
    assert account.claim(1).wait > 0


def test_who_came_first_goes_first(account: Account) -> None:
    """A process would otherwise be overtaken for ever by another that looks more often."""
    places = account.fill()
    first, second = account.claim(1, book=account.second), account.claim(1)
    for _ in range(20):
        account.now += 3
        account.claim(1, ticket=first.place, book=account.second)
        account.claim(1, ticket=second.place)
    account.settle(*places, ago=59.9)
    account.now += 0.2

    overtaking = account.claim(1, ticket=second.place).wait
    in_turn = [account.claim(1, ticket=turn.place).wait for turn in (first, second)]

    assert 0 < overtaking < 1
    assert in_turn == [0, 0]


def test_those_far_behind_in_the_queue_look_again_later(account: Account) -> None:
    """Each looks alone, and a hundred who look for every place keep the one from the book whose turn it is."""
    for _ in range(LIMITS.requests):
        account.claim(1)
        account.now += 1
    waits = [account.claim(1).wait for _ in range(8)]

    first = LONGEST + LIMITS.window - LIMITS.requests
    assert waits == [first, first, first + 1, first + 2, first + 3, *[first + LIMITS.requests - 1] * 3]


def test_a_small_request_does_not_overtake_a_large_one(account: Account) -> None:
    """There is room for it, and it would take the room that the large one waits for."""
    place = account.claim(600).place
    large = account.claim(900)
    behind = account.claim(1, book=account.second)
    account.settle(place, tokens=600)

    assert large.wait > 0
    assert 0 < behind.wait < 1


def test_a_ticket_is_kept_while_its_owner_looks_in(account: Account) -> None:
    """Its place in the queue is what it has waited for."""
    account.fill()
    ticket = account.claim().place
    for _ in range(20):
        account.now += 4
        assert account.claim(ticket=ticket).place == ticket


def test_the_ticket_of_a_process_that_died_lapses(account: Account) -> None:
    """Or everybody would wait behind it for ever."""
    place = account.claim(600).place
    account.settle(place, tokens=600)
    account.claim(900)

    account.now += 6

    assert account.claim(1, book=account.second).wait == 0


def test_who_comes_back_after_its_ticket_lapsed_stands_at_the_end(account: Account) -> None:
    """A machine may sleep for an hour."""
    account.fill()
    lapsed = account.claim().place
    account.now += 6
    other = account.claim(book=account.second)

    again = account.claim(ticket=lapsed)

    assert again.place > other.place
    assert again.wait > 0


def test_a_request_larger_than_the_quota_goes_alone(account: Account) -> None:
    """Waiting for ever would hang the run; the server refuses it in its own words."""
    place = account.claim(1).place
    beside = account.wait(5_000)
    account.settle(place)
    account.now += 61

    alone = account.wait(5_000)

    assert (beside > 0, alone) == (True, 0)
    assert account.wait(1) > 0


@pytest.mark.parametrize("closings", [[42], [42, 1], [1, 42]])
def test_nobody_is_let_in_while_the_book_is_closed(account: Account, closings: list[float]) -> None:
    """The server said that its window is full, whatever we have counted; two requests may hear two times."""
    for seconds in closings:
        account.first.close(seconds, "HTTP 429")

    account.now += 41.9
    closed = account.wait(book=account.second)
    account.now += 0.2
    opened = account.wait(book=account.second)

    assert (closed > 0, opened) == (True, 0)


def test_a_closed_book_holds_back_who_is_waiting(account: Account) -> None:
    """A request that waits for its turn must not slip through."""
    places = account.fill()
    account.settle(*places)
    account.now += 59
    ticket = account.claim().place
    account.first.close(500, "HTTP 429")
    account.now += 2

    assert account.claim(ticket=ticket).wait > 400


def test_another_key_is_not_held_up_by_what_the_server_said_to_one(account: Account) -> None:
    """Whoever puts in a new key must not wait for what the old one did."""
    other = account.book("account", key="nv-2")
    account.first.close(500, "HTTP 429")
    ticket = account.claim(1)

    assert ticket.wait > 400
    assert account.claim(1, book=other).wait == 0
    assert account.claim(1, book=account.second).wait > 400
    assert other.closed() is None


def test_keys_of_an_account_share_its_places_all_the_same(account: Account) -> None:
    """HCX counts by account."""
    account.fill()

    assert account.claim(1, book=account.book("account", key="nv-2")).wait > 0


def test_the_key_itself_is_not_in_the_book(account: Account) -> None:
    """Many may read the database."""
    account.book("account", key="nv-very-secret").close(500, "HTTP 429")

    assert "nv-very-secret" not in repr(query(account.store.engine, "SELECT * FROM keyword_closings"))


def test_why_and_how_long_the_book_is_closed_can_be_read(account: Account) -> None:
    """By `doctor`, and by who waits for what another process was told."""
    open_book = account.first.closed()
    account.first.close(500, "HTTP 429 Too many")
    account.now += 100

    turn = account.claim(book=account.second)

    assert open_book is None
    assert (turn.wait, turn.closing, account.second.closed()) == (
        400,
        Closing(400, "HTTP 429 Too many"),
        Closing(400, "HTTP 429 Too many"),
    )
    account.now += 401
    assert account.first.closed() is None


def test_after_a_closing_one_is_let_in_to_see(account: Account) -> None:
    """The others wait for what it hears, though there is room."""
    account.first.close(500, "HTTP 429")
    account.now += 501

    probe, other = account.claim(), account.claim(book=account.second)
    account.now += 30
    still = account.claim(ticket=other.place, book=account.second)

    assert (probe.wait, other.wait > 0, still.wait > 0) == (0, True, True)


def test_one_that_is_served_after_a_closing_ends_it(account: Account) -> None:
    """Everything goes on as before."""
    account.first.close(500, "HTTP 429")
    account.now += 501
    probe = account.claim()
    account.now += 5

    account.settle(probe.place, sent_ago=5)

    assert account.room() == LIMITS.requests - 1
    assert query(account.store.engine, "SELECT 1 FROM keyword_closings") == []


def test_an_answer_to_what_was_sent_before_a_closing_does_not_end_it(account: Account) -> None:
    """Of those in flight together some are served and some refused."""
    place = account.claim().place
    account.now += 1
    account.first.close(500, "HTTP 429")
    account.now += 1

    account.settle(place, sent_ago=2)

    assert account.claim().wait > 400
    account.now += 500
    late = account.claim()
    account.settle(place, sent_ago=502)
    assert late.wait == 0
    assert account.claim(book=account.second).wait > 0


@pytest.mark.parametrize("end", ["refused", "failed", "not sent", "died"])
def test_one_that_was_to_see_and_did_not_makes_room_for_the_next(account: Account, end: str) -> None:
    """A refusal closes the book anew; a lost connection says nothing; a process that died reports nothing."""
    account.first.close(500, "HTTP 429")
    account.now += 501
    probe = account.claim()
    if end in ("refused", "failed"):
        account.first.settle((Settled(probe.place, 1, 0, 0, served=False),), LIMITS)
    if end == "refused":
        account.first.close(300, "HTTP 429 again")
    if end == "not sent":
        account.first.give_back(probe.place)
    if end == "died":
        account.now += LONGEST + 1

    turn = account.claim(book=account.second)

    assert turn.wait == (300 if end == "refused" else 0)


def test_who_waits_behind_a_closing_leaves_no_queue_behind(account: Account) -> None:
    """A process that was interrupted while it waited does not come back."""
    account.first.close(500, "HTTP 429")
    for _ in range(3):
        account.claim()
    account.now += 501

    assert account.wait() == 0


@pytest.mark.parametrize("requests", [1, 5])
def test_a_place_that_is_to_be_free_in_a_day_holds_nobody_up(account: Account, requests: int) -> None:
    """A version before 0007 closed the book by such places; a clock that was set back leaves them, too."""
    account.claim(1)
    (hexed,) = query(account.store.engine, "SELECT hex(account) FROM keyword_quota")[0]
    execute(
        account.store.engine,
        "INSERT INTO keyword_quota (account, waiting, requests, tokens, free_at) "
        f"VALUES (X'{hexed}', 0, {requests}, 1000, {account.now + 86_400})",
    )

    assert account.claim(1).wait == 0


@pytest.mark.parametrize("number", [10**15 - 1, 10**9])
def test_no_number_of_a_meter_is_too_large_for_the_book(account: Account, number: int) -> None:
    """It is written into columns of whole numbers; the worst that it can say is that all is used."""
    place = account.claim(1).place
    account.settle(
        place, limit_requests=number, remaining_requests=0, limit_tokens=number, remaining_tokens=0, sent_ago=0
    )
    assert account.wait(1) > 0
    account.now += 61

    assert account.wait(1) == 0


def test_a_place_given_back_is_free_at_once(account: Account) -> None:
    """Its request was not sent: the budget was reached, or the run interrupted."""
    places = account.fill()

    account.first.give_back(places[2])

    assert account.claim().wait == 0
    assert account.claim().wait > 0


def test_a_ticket_given_back_holds_nobody_up(account: Account) -> None:
    """Who was interrupted while waiting does not come back."""
    account.claim(600)
    ticket = account.claim(900).place

    account.first.give_back(ticket)

    assert account.claim(1).wait == 0


@pytest.mark.parametrize("same", [True, False])
def test_only_the_same_account_is_concerned(account: Account, same: bool) -> None:
    """Another model or service has a quota of its own; a second process on ours has not."""
    account.fill()
    account.claim()
    account.first.close(500, "HTTP 429")

    other = account.book("account" if same else "other")

    assert (account.claim(book=other).wait > 0) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("https://a", "HCX-007"), ("https://a", "HCX-007"), True),
        (("https://a", "HCX-007"), ("https://a", "HCX-005"), False),
        (("https://a", "HCX-007"), ("https://b", "HCX-007"), False),
    ],
)
def test_an_account_is_a_service_and_a_model(one: Any, other: Any, same: bool) -> None:
    """HCX counts by account and model; keys of one account share its quota."""
    assert (account_of(*one) == account_of(*other)) is same


def test_the_table_does_not_grow(account: Account) -> None:
    """It is read with every request, for years."""
    for _ in range(100):
        account.settle(account.claim(1).place)
        account.now += 30

    assert account.rows < 20


# -- strangers --------------------------------------------------------------------------------------------------------


def test_what_a_stranger_uses_is_left_to_them(account: Account) -> None:
    """Another program on the same account, which does not know our book."""
    place = account.claim(1).place

    account.settle(place, limit_requests=5, remaining_requests=1)

    # One of ours and three of theirs are used.
    assert account.room() == 1


def test_a_strangers_tokens_count_too(account: Account) -> None:
    """The other meter."""
    place = account.claim(100).place
    account.settle(place, tokens=100, limit_tokens=1_000, remaining_tokens=400)

    assert account.wait(401) > 0
    assert account.wait(400) == 0


def test_a_stranger_is_given_way_to_for_one_window(account: Account) -> None:
    """By then the server has forgotten what it told of."""
    place = account.claim(1).place
    account.settle(place, ago=10, sent_ago=10, limit_requests=5, remaining_requests=0)

    account.now += 49.9
    before = account.wait()
    account.now += 0.2
    after = account.wait()

    assert (before > 0, after) == (True, 0)


def test_a_stranger_told_of_twice_is_counted_once(account: Account) -> None:
    """Each answer tells of them again."""
    places = [account.claim(1).place, account.claim(1).place]

    for place in places:
        account.settle(place, limit_requests=5, remaining_requests=2)

    # Two of ours and one of theirs.
    assert account.room() == 2


@pytest.mark.parametrize("answered", range(1, 6))
def test_our_own_requests_in_flight_are_no_strangers(account: Account, answered: int) -> None:
    """The server may have counted all of them when it spoke, those of other processes included."""
    places = [account.claim(200, book=account.books[number % 2]).place for number in range(5)]
    account.now += 1

    account.settle(
        *places[:answered],
        tokens=200,
        sent_ago=1,
        limit_requests=5,
        remaining_requests=0,
        limit_tokens=1_000,
        remaining_tokens=0,
    )

    assert account.rows == 5


def test_what_we_sent_before_is_no_stranger_though_its_place_is_free_by_now(account: Account) -> None:
    """A slow answer tells of the moment when the server had not forgotten it yet."""
    early = [account.claim(1).place for _ in range(4)]
    account.settle(*early)
    account.now += 59
    slow = account.claim(1).place
    account.now += 30

    account.claim(1)
    account.settle(slow, sent_ago=30, limit_requests=5, remaining_requests=0)

    assert account.room() == 3


def test_what_we_use_of_another_account_hides_no_stranger(account: Account) -> None:
    """The server tells of one account."""
    for _ in range(4):
        account.claim(1, book=account.book("other"))
    place = account.claim(1).place

    account.settle(place, limit_requests=5, remaining_requests=0)

    assert account.room() == 0


def test_what_is_within_the_rounding_is_no_stranger(account: Account) -> None:
    """An estimate that is a few tokens off must not cost a window's quota."""
    place = account.claim(100).place
    account.settle(place, tokens=100, limit_tokens=1_000, remaining_tokens=885)

    assert account.claim(900).wait == 0


@pytest.mark.parametrize(
    "meters", [{"limit_requests": 5}, {"remaining_requests": 0}, {"limit_tokens": 9}, {"remaining_tokens": 0}]
)
def test_half_a_word_about_a_meter_is_no_word(account: Account, meters: dict[str, int]) -> None:
    """Servers leave headers out."""
    account.settle(account.claim(1).place, **meters)

    assert account.room() == 4


def test_the_newest_word_counts(account: Account) -> None:
    """Of several answers that are written down together."""
    places = [account.claim(1).place for _ in range(2)]
    old, new = MeterReading(5, 0), MeterReading(5, 3)

    account.first.settle((Settled(places[0], 1, 9, 9, old), Settled(places[1], 1, 0, 1, new)), LIMITS)

    assert account.room() == 3


# -- many at once -----------------------------------------------------------------------------------------------------


class Sent(NamedTuple):
    """A request that was let in, on the machine's clock."""

    at: float
    answered_at: float
    tokens: int


HAMMERED = Limits(requests=6, tokens=600, window=0.3)


def _hammer(url: str, seed: int) -> list[Sent]:
    """A process of four threads that send as fast as they are let."""
    from keyword_assets.sql.database.engine import make_engine

    engine = make_engine(url)
    store = open_store(engine)
    deadline = time.monotonic() + 3

    def requests(thread: int) -> list[Sent]:
        dice = random.Random(seed * 100 + thread)
        book = store.quota_book("https://hcx", "HCX-007", "nv-1")
        sent: list[Sent] = []
        settled: tuple[Settled, ...] = ()
        while time.monotonic() < deadline:
            tokens, ticket, wait = dice.randint(1, 300), None, 1.0
            while wait > 0:
                turn = book.claim(Wanted(ticket, tokens, HAMMERED, 5.0, settled))
                ticket, wait, settled = turn.place, turn.wait, ()
                time.sleep(min(wait, 0.05))
            at = time.monotonic()
            time.sleep(dice.choice([0, 0.02, 0.1]))
            answered_at = time.monotonic()
            sent.append(Sent(at, answered_at, tokens))
            time.sleep(dice.choice([0, 0.01]))
            ago = time.monotonic() - answered_at
            settled = (Settled(turn.place, tokens, ago, time.monotonic() - at),)
        book.settle(settled, HAMMERED)
        return sent

    with ThreadPoolExecutor(4) as threads:
        sent = [one for log in threads.map(requests, range(4)) for one in log]
    engine.dispose()
    return sent


def _most(sent: list[Sent], weight: Callable[[Sent], int]) -> int:
    """The most that any server can have counted at one time: from the sending to a window after the answer."""
    # SQLite's clock has whole milliseconds.
    ends = [(one.answered_at + HAMMERED.window - 0.003, -weight(one)) for one in sent]
    most = now = 0
    for _, change in sorted([*((one.at, weight(one)) for one in sent), *ends]):
        now += change
        most = max(most, now)
    return most


def test_processes_that_hammer_an_account_never_pass_its_quota(database_url: str) -> None:
    """Real processes, real threads and the database's own clock; recomputed from what each of them did and when."""
    from keyword_assets_tests.builders import make_store

    make_store(database_url).engine.dispose()
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as processes:
        logs = list(processes.map(_hammer, [database_url] * 2, range(2)))

    sent = [one for log in logs for one in log]
    assert all(logs)
    assert len(sent) > HAMMERED.requests
    assert _most(sent, lambda one: 1) <= HAMMERED.requests
    assert _most(sent, lambda one: one.tokens) <= HAMMERED.tokens
