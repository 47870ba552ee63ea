"""The alerts that are open and the messages that have yet to arrive, as the databases keep them."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from keyword_assets.core.alerting.alerts import Alert, Condition, Decision, EndedRun, Notice, Rules
from keyword_assets.core.alerting.rules import settle
from keyword_assets.core.models.period import Period
from keyword_assets.orchestration.assets.handbook import Handbook
from keyword_assets.sql.alerting import alerts
from keyword_assets.sql.alerting.alerts import GIVE_UP_AFTER, AlertBook
from keyword_assets.sql.alerting.ended_runs import EndedRuns
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets_tests.builders import BOTH_DAYS, DAY, NEXT_DAY, query

NOW = datetime(2025, 6, 20, 9, 30, 15, 123_456)
SLACK, MAIL = b"s" * 32, b"m" * 32
BEGIN, OVER = Notice("시작", "누락 3개 🙂\n둘째 줄"), Notice("끝", "100.0 %")


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The wall clock of the book."""
    return Clock()


@pytest.fixture
def book(store: SqlQuestionStore, clock: Clock) -> AlertBook:
    """An empty book, once on each kind of database."""
    return AlertBook(store.engine, store.tables, clock)


def _alert(subject: str = "day:2025-06-11", **values: object) -> Alert:
    condition = Condition(subject, (DAY, NEXT_DAY), missing=3, coverage=0.7, outcome="died", reason="갑자기 🙂")
    return Alert(condition, "gap", NOW, **values)  # type: ignore[arg-type]


def _say(book: AlertBook, *messages: Notice, channels: Sequence[bytes] = (SLACK,)) -> None:
    book.settle(lambda open_, digest_at: Decision(messages, tuple(open_), digest_at), channels)


def _due_again(store: SqlQuestionStore) -> None:
    """As after a long while."""
    with store.engine.begin() as connection:
        connection.execute(sa.update(store.tables.outbox).values(next_try=0))


def _pause(store: SqlQuestionStore) -> float:
    """For how many seconds from now the one message waits."""
    with store.engine.connect() as connection:
        now = alerts.database_clock(connection)
        return float(connection.execute(sa.select(store.tables.outbox.c.next_try)).scalar_one()) - now


def test_alerts_are_kept_as_they_were_decided(book: AlertBook) -> None:
    """The next tick, perhaps of another process, goes on from there."""
    kept = [_alert(), _alert("run_failed:died", told_at=NOW, over=True)]

    book.settle(lambda open_, digest_at: Decision((), tuple(kept), NOW), [SLACK])

    seen: list[object] = []
    book.settle(
        lambda open_, digest_at: seen.extend([open_, digest_at]) or Decision((), (kept[0],), digest_at), [SLACK]
    )
    assert seen == [kept, NOW]
    assert book.open() == [kept[0]]


def test_a_decision_that_fails_leaves_everything_as_it_was(book: AlertBook) -> None:
    """What was remembered as said must have been put into the outbox."""

    def decide(open_: list[Alert], digest_at: datetime | None) -> Decision:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        book.settle(decide, [SLACK])

    assert book.open() == []
    assert book.undelivered() == 0


def test_a_message_goes_to_each_channel(book: AlertBook) -> None:
    """And is gone from the outbox when it has arrived everywhere."""
    _say(book, BEGIN, channels=[SLACK, MAIL])

    delivered = []
    while due := book.take([SLACK, MAIL]):
        delivered.append((due.channel, due.notice))
        book.delivered(due)

    assert sorted(delivered) == [(MAIL, BEGIN), (SLACK, BEGIN)]
    assert book.undelivered() == 0


def test_a_message_that_is_taken_is_not_taken_by_anybody_else(book: AlertBook, store: SqlQuestionStore) -> None:
    """Two daemons on two machines run the same sensor."""
    _say(book, BEGIN)
    other = AlertBook(store.engine, store.tables, lambda: NOW)

    assert book.take([SLACK]) is not None
    assert other.take([SLACK]) is None
    assert _pause(store) == pytest.approx(alerts.LEASE_SECONDS, abs=5)


def test_messages_of_a_channel_arrive_in_their_order(book: AlertBook, store: SqlQuestionStore) -> None:
    """That something is over must not arrive before that it began."""
    _say(book, BEGIN)
    _say(book, OVER)
    first = book.take([SLACK])
    assert first is not None
    book.failed(first, "HTTP 503")

    assert book.take([SLACK]) is None
    _due_again(store)
    again = book.take([SLACK])
    assert again is not None
    assert again.notice == BEGIN
    book.delivered(again)
    second = book.take([SLACK])
    assert second is not None
    assert second.notice == OVER


def test_a_channel_that_is_down_holds_up_no_other(book: AlertBook) -> None:
    """Mail goes out while Slack is ill."""
    _say(book, BEGIN, channels=[SLACK, MAIL])
    taken = [book.take([SLACK, MAIL]), book.take([SLACK, MAIL])]

    assert {due.channel for due in taken if due} == {SLACK, MAIL}


def test_pauses_grow_from_a_minute_to_hours(book: AlertBook, store: SqlQuestionStore) -> None:
    """A channel that is down for a day is not tried a thousand times."""
    _say(book, BEGIN)
    pauses = []
    for _ in range(12):
        _due_again(store)
        due = book.take([SLACK])
        assert due is not None
        assert book.failed(due, "HTTP 503")
        pauses.append(round(_pause(store), -1))

    assert pauses == [60, 120, 240, 480, 960, 1920, 3840, 7680, 14400, 14400, 14400, 14400]


def test_a_message_is_given_up_after_some_days(book: AlertBook, clock: Clock) -> None:
    """Nobody wants last week's alerts when the channel is back."""
    _say(book, BEGIN)
    due = book.take([SLACK])
    assert due is not None
    clock.now += GIVE_UP_AFTER + timedelta(minutes=1)

    assert not book.failed(due, "HTTP 404")
    assert book.undelivered() == 0


def test_messages_for_a_channel_that_was_removed_are_dropped(book: AlertBook) -> None:
    """They could never be delivered."""
    _say(book, BEGIN, channels=[SLACK, MAIL])

    book.drop_others([MAIL])

    assert book.undelivered() == 1
    due = book.take([MAIL])
    assert due is not None
    assert due.channel == MAIL


def test_a_message_keeps_its_files_and_its_place(book: AlertBook, store: SqlQuestionStore) -> None:
    """A report comes after the alert that was written before it, and its files after any pause."""
    names = ("keyword-report_2025-05-15_2025-06-11.html", "keyword-report_2025-05-15_2025-06-11.xlsx")
    report = Notice("보고서", "요약", tuple(Path("/srv/보고서") / name for name in names))
    _say(book, BEGIN)
    book.post(report, [SLACK])
    book.post(OVER, [SLACK])
    arrived = []
    while due := book.take([SLACK]):
        assert book.failed(due, "HTTP 503")
        _due_again(store)
        again = book.take([SLACK])
        assert again is not None
        arrived.append(again.notice)
        book.delivered(again)

    assert arrived == [BEGIN, replace(report, attachments=tuple(map(Path, names))), OVER]


@pytest.mark.parametrize(
    ("attachments", "files"),
    [
        (
            ["/etc/passwd", ".env", "../../.env", "/proc/self/environ", "http://harm.example/x", "file:///etc/passwd"],
            [],
        ),
        (["/srv/reports/keyword-report_2025-05-15_2025-06-11.html"], ["keyword-report_2025-05-15_2025-06-11.html"]),
        ([1, None, {"a": 1}, ["x"]], []),
        ({"path": "/etc/passwd"}, []),
        ("/etc/passwd", []),
    ],
)
def test_a_row_names_no_file_but_reports(
    book: AlertBook, store: SqlQuestionStore, caplog: pytest.LogCaptureFixture, attachments: object, files: list[str]
) -> None:
    """Who may write to the table may not read the machine's files. What earlier versions wrote are whole paths."""
    book.post(BEGIN, [SLACK])
    with store.engine.begin() as connection:
        connection.execute(sa.update(store.tables.outbox).values(attachments=json.dumps(attachments)))

    due = book.take([SLACK])

    assert due is not None
    assert due.notice == replace(BEGIN, attachments=tuple(map(Path, files)))
    assert ("keyword_outbox" in caplog.text) is (not files)


@pytest.mark.parametrize("attachments", ["", "{", "[" * 100_000, "null", "\x00"])
def test_a_row_that_is_none_of_ours_stops_no_other(book: AlertBook, store: SqlQuestionStore, attachments: str) -> None:
    book.post(BEGIN, [SLACK])
    with store.engine.begin() as connection:
        connection.execute(sa.update(store.tables.outbox).values(attachments=attachments, body="긴 글" * 100_000))

    due = book.take([SLACK])

    assert due is not None
    assert due.notice.attachments == ()
    assert len(due.notice.body) <= 20_000


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("gap", "{"),
        ("gap", "[]"),
        ("gap", "[" * 100_000),
        ("gap", "{}"),
        ("gap", '{"over": false, "days": []}'),
        ("gap", '{"over": false, "days": ["2025-06-11"], "missing": "많이"}'),
        ("gap", '{"over": false, "days": ["2025-06-11"], "reason": 1}'),
        ("gap", '{"over": false, "days": ["2025-06-11"], "outcome": ["x"]}'),
        ("gap", '{"over": false, "days": ["2025-06-11"], "path": "/etc/passwd"}'),
        ("unknown", '{"over": false, "days": ["2025-06-11"]}'),
    ],
)
def test_an_alert_that_is_none_of_ours_stops_no_other(
    book: AlertBook, store: SqlQuestionStore, kind: str, details: str
) -> None:
    """It is left out, and a real one of its name takes its place."""
    ours, other = _alert(), _alert("day:2025-06-12")
    book.settle(lambda _, digest_at: Decision((), (other,), digest_at), [])
    values = {"subject": ours.condition.subject, "kind": kind, "began_at": NOW, "details": details}
    with store.engine.begin() as connection:
        connection.execute(sa.insert(store.tables.alerts).values(**values))

    assert book.open() == [other]
    book.settle(lambda open_, digest_at: Decision((), (*open_, ours), digest_at), [])
    assert book.open() == [ours, other]


def test_a_message_without_files_is_kept_without(book: AlertBook, store: SqlQuestionStore) -> None:
    """So are those that were written before there was such a column."""
    book.post(BEGIN, [SLACK])

    assert query(store.engine, "SELECT attachments FROM keyword_outbox") == [(None,)]
    due = book.take([SLACK])
    assert due is not None
    assert due.notice.attachments == ()


def test_the_outbox_holds_the_channels_hash_only(book: AlertBook, store: SqlQuestionStore) -> None:
    """A URL is a password, and the database is read by many."""
    _say(book, BEGIN)

    (row,) = query(store.engine, "SELECT channel, title, last_error FROM keyword_outbox")
    assert tuple(row) == (SLACK, "시작", "")


def test_daemons_that_look_at_the_same_moment_say_a_thing_once(store: SqlQuestionStore) -> None:
    """Four at once, each with connections of its own: decided once, delivered once."""
    condition = Condition("day:2025-06-11", (DAY,), missing=3)
    rules = Rules(Handbook(None), grace=timedelta())

    def daemon(_: int) -> list[int]:
        book = AlertBook(store.engine, store.tables, lambda: NOW)
        for minute in range(5):
            now = NOW + timedelta(minutes=minute)
            book.settle(lambda open_, at, now=now: settle([condition], open_, at, now, rules), [SLACK, MAIL])
        delivered = []
        while due := book.take([SLACK, MAIL]):
            delivered.append(due.message_id)
            book.delivered(due)
        return delivered

    with ThreadPoolExecutor(4) as pool:
        delivered = [message for found in pool.map(daemon, range(4)) for message in found]

    assert len(delivered) == len(set(delivered)) == 2


# -- runs -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def runs(store: SqlQuestionStore) -> EndedRuns:
    """How runs ended, once on each kind of database."""
    return EndedRuns(store.engine, store.tables)


def _run(run_id: str = "run-1", outcome: str = "done", ended_at: datetime = NOW, reason: str = "") -> EndedRun:
    return EndedRun(run_id, ended_at, BOTH_DAYS, outcome, reason)


def test_runs_are_read_newest_first(runs: EndedRuns) -> None:
    """And no older ones, and no more than asked for."""
    for n in range(4):
        runs.note(_run(f"run-{n}", ended_at=NOW - timedelta(hours=n)))

    found = runs.since(NOW - timedelta(hours=2), most=2)

    assert found == [_run("run-0"), _run("run-1", ended_at=NOW - timedelta(hours=1))]
    assert [run.run_id for run in runs.since(NOW - timedelta(hours=2), most=9)] == ["run-0", "run-1", "run-2"]


def test_what_a_run_said_of_itself_is_not_overwritten(runs: EndedRuns) -> None:
    """The sensor may find it among Dagster's failures as well."""
    runs.note(_run(outcome="denied", reason="HTTP 401"))
    runs.note(_run(outcome="died"))

    assert runs.since(NOW, most=9) == [_run(outcome="denied", reason="HTTP 401")]
    assert runs.known(["run-1", "run-2"]) == {"run-1"}


def test_a_long_reason_is_shortened(runs: EndedRuns) -> None:
    """What a server says has no limit, the column does."""
    runs.note(_run(reason="가" * 300 + "\ud800"))

    (found,) = runs.since(NOW, most=9)
    assert found.reason == "가" * 255


def test_a_day_is_a_period_too(runs: EndedRuns) -> None:
    """Dates come back as dates."""
    day = Period.of(date(2025, 6, 11))
    runs.note(EndedRun("one", NOW, day, "done"))

    assert runs.since(NOW, most=1)[0].period == day
