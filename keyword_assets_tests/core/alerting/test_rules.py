"""When to tell: once at the beginning, once at the end, and in between a digest a day."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from keyword_assets.core import texts
from keyword_assets.core.alerting.alerts import Alert, Condition, EndedRun, Notice, Rules
from keyword_assets.core.alerting.rules import conditions, settle
from keyword_assets.core.alerting.words import begin
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.orchestration.assets.handbook import Handbook
from keyword_assets_tests.builders import make_coverage

YESTERDAY = date(2025, 6, 19)
OLD_DAY = date(2025, 6, 11)
PERIOD = Period(date(2025, 6, 1), YESTERDAY)
NOON = datetime(2025, 6, 20, 12)
NIGHT = datetime(2025, 6, 20, 2, 30)
HANDBOOK = Handbook("http://ui.example:3000")
RULES = Rules(HANDBOOK)
WHOLE = {"questions": 10, "classified": 10}
GAPS = {"questions": 10, "classified": 7}


class World:
    """Days and runs as they are, and everything that was said so far."""

    def __init__(self, rules: Rules = RULES, period: Period = PERIOD) -> None:
        self.rules = rules
        self.period = period
        self.rows: dict[date, DayCoverage] = {}
        self.runs: list[EndedRun] = []
        self.alerts: tuple[Alert, ...] = ()
        self.digest_at: datetime | None = None

    def day(self, day: date = OLD_DAY, **numbers: int) -> None:
        self.rows[day] = make_coverage(day, **numbers)

    def unseen(self, day: date = OLD_DAY) -> None:
        del self.rows[day]

    def run(self, outcome: str, *days: date, at: datetime = NIGHT, reason: str = "") -> None:
        ordered = sorted(days or (OLD_DAY,))
        run = EndedRun(f"run-{len(self.runs)}", at, Period(ordered[0], ordered[-1]), outcome, reason)
        self.runs.append(run)

    def at(self, now: datetime) -> list[Notice]:
        """What is said at this time."""
        amiss = conditions(self.period, self.rows.values(), self.runs, self.alerts, 5)
        decision = settle(amiss, self.alerts, self.digest_at, now, self.rules)
        self.alerts, self.digest_at = decision.alerts, decision.digest_at
        return list(decision.notices)

    def titles(self, now: datetime) -> list[str]:
        return [message.title.removeprefix("[keyword_assets] ") for message in self.at(now)]

    def every_minute(self, start: datetime, hours: float) -> list[str]:
        ticks = (start + timedelta(minutes=n) for n in range(1, int(hours * 60)))
        return [title for now in ticks for title in self.titles(now)]


@pytest.fixture(autouse=True)
def _korean() -> None:
    texts.use("ko")


def test_nothing_amiss_is_nothing_said() -> None:
    """The usual day."""
    world = World()
    world.day(**WHOLE)
    world.run("done")

    assert world.every_minute(NIGHT, 30) == []


# -- gaps -------------------------------------------------------------------------------------------------------------


def test_a_gap_is_told_once_after_the_grace_time_and_once_when_it_is_closed() -> None:
    """And in between by the digests alone."""
    world = World()
    world.day(**GAPS)

    assert world.titles(NIGHT) == []
    # It came to light at half past two; what comes to light within an hour is one message.
    assert world.every_minute(NIGHT, 24.5) == []
    assert world.titles(NIGHT + timedelta(hours=24.5)) == ["누락이 남아 있음: 2025-06-11"]
    assert world.every_minute(NIGHT + timedelta(hours=25), 54) == ["오늘도 열려 있는 알림 1건"] * 2
    world.day(**WHOLE)
    assert world.titles(NIGHT + timedelta(hours=80)) == ["누락 해소: 2025-06-11"]
    assert world.every_minute(NIGHT + timedelta(hours=80), 48) == []
    assert world.alerts == ()


def test_a_gap_that_closes_within_the_grace_time_is_never_mentioned() -> None:
    """Late messages come every day, and the next run takes them."""
    world = World()
    world.day(**GAPS)
    world.titles(NIGHT)
    world.every_minute(NIGHT, 23)
    world.day(**WHOLE)

    assert world.every_minute(NIGHT + timedelta(hours=23), 48) == []


def test_a_gap_that_opens_again_has_a_grace_time_again() -> None:
    """It is another gap."""
    world = World(Rules(HANDBOOK, grace=timedelta(hours=2)))
    for start in (NIGHT, NIGHT + timedelta(hours=2)):
        world.day(**GAPS)
        assert world.titles(start) == []
        world.day(**WHOLE)
        assert world.titles(start + timedelta(hours=1)) == []


def test_without_a_grace_time_a_gap_is_told_at_once() -> None:
    """Who sets zero wants to know."""
    world = World(Rules(HANDBOOK, grace=timedelta()))
    world.day(**GAPS)

    assert world.titles(NIGHT) == ["누락이 남아 있음: 2025-06-11"]


def test_a_year_of_gaps_is_one_message_and_over_with_the_last_of_them() -> None:
    """Three hundred messages are as good as none."""
    days = [date(2024, 7, 1) + timedelta(days=n) for n in range(300)]
    world = World(period=Period(days[0], YESTERDAY))
    for day in days:
        world.day(day, **GAPS)
    world.titles(NIGHT)

    (begin,) = world.at(NIGHT + timedelta(hours=25))
    for day in days[:-1]:
        world.day(day, **WHOLE)
        assert world.titles(NIGHT + timedelta(hours=26)) == []
    world.day(days[-1], **WHOLE)

    assert "2024-07-01 ~ 2025-04-26 (300일)" in begin.title
    assert "그 밖에 293건; 누락 모두 900개" in begin.body
    assert len(begin.body) < 1_000
    assert world.titles(NIGHT + timedelta(hours=27)) == ["누락 해소: 2024-07-01 ~ 2025-04-26 (300일)"]


def test_gaps_that_come_to_light_little_by_little_are_one_message() -> None:
    """A long history is counted over many ticks."""
    world = World()
    for minutes in range(20):
        world.day(date(2025, 6, 1) + timedelta(days=minutes % 18), **GAPS)
        world.titles(NIGHT + timedelta(minutes=minutes))

    assert world.every_minute(NIGHT + timedelta(hours=1), 25) == ["누락이 남아 있음: 2025-06-01 ~ 2025-06-18 (18일)"]


def test_a_day_that_could_not_be_looked_at_stays_as_it_was() -> None:
    """Not knowing is neither a beginning nor an end."""
    world = World(Rules(HANDBOOK, grace=timedelta()))
    world.day(**GAPS)
    world.titles(NIGHT)
    world.unseen()

    assert world.every_minute(NIGHT, 3) == []
    world.day(**WHOLE)
    assert world.titles(NIGHT + timedelta(hours=3)) == ["누락 해소: 2025-06-11"]


def test_a_gap_is_told_with_its_numbers_its_cause_and_what_helps() -> None:
    """Whoever reads it at breakfast should know what to do."""
    world = World(Rules(HANDBOOK, grace=timedelta()))
    world.day(questions=120, classified=117, quarantined=1)
    world.run("unreachable", reason="HCX에 연결할 수 없습니다: ConnectTimeout")

    gap = next(message for message in world.at(NIGHT) if "누락" in message.title)

    assert "- 2025-06-11: 누락 3개 (격리 1개), 처리율 97.5 %; HCX에 연결할 수 없음 (HCX에 연결할" in gap.body
    assert "\n  keyword-assets complete 2025-06-11 2025-06-11\n" in gap.body
    assert "\n  keyword-assets quarantine list 2025-06-11 2025-06-11\n" in gap.body
    assert gap.body.endswith("  http://ui.example:3000/assets/missing_data_report?view=partitions&partition=2025-06-11")


def test_without_an_address_of_the_ui_there_is_no_link() -> None:
    """Half a link would be worse."""
    world = World(Rules(Handbook(None), grace=timedelta()))
    world.day(**GAPS)

    (gap,) = world.at(NIGHT)

    assert "http" not in gap.body


# -- the day before ---------------------------------------------------------------------------------------------------


def test_yesterday_is_told_at_the_deadline_and_not_once_more_as_a_gap() -> None:
    """It is the same gap."""
    world = World()
    world.day(YESTERDAY, **GAPS)

    assert world.every_minute(NIGHT, 6.5) == []
    assert world.titles(datetime(2025, 6, 20, 9, 0)) == ["어제가 아직 미완료: 2025-06-19"]
    assert world.every_minute(datetime(2025, 6, 20, 9, 0), 24) == []
    world.day(YESTERDAY, **WHOLE)
    assert world.titles(datetime(2025, 6, 21, 9, 0)) == ["완료됨: 2025-06-19"]


def test_a_complete_yesterday_is_not_mentioned_at_the_deadline() -> None:
    """Nor is one without a question."""
    world = World()
    world.day(YESTERDAY, **WHOLE)
    world.day(YESTERDAY - timedelta(days=1))

    assert world.every_minute(NIGHT, 24) == []


# -- runs -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "begin", "over"),
    [
        ("denied", "HCX가 키를 거부함", "HCX가 키를 다시 받아들임"),
        ("budget", "한도 또는 예산 소진: 2025-06-11", "한도와 예산에 여유가 생김: 2025-06-11"),
        ("budget_krw", "한도 또는 예산 소진: 2025-06-11", "한도와 예산에 여유가 생김: 2025-06-11"),
        ("quota", "한도 또는 예산 소진: 2025-06-11", "한도와 예산에 여유가 생김: 2025-06-11"),
        *(
            (outcome, "실행 실패: 2025-06-11", "실패했던 실행 해결: 2025-06-11")
            for outcome in ("failing", "unreachable", "database", "input", "error", "failed", "died")
        ),
    ],
)
def test_a_run_that_ends_badly_is_told_at_once_and_over_when_its_day_ran_again(
    outcome: str, begin: str, over: str
) -> None:
    """However often it fails before that."""
    world = World()
    world.run(outcome)

    assert world.titles(NIGHT) == [begin]
    world.run(outcome, at=NIGHT + timedelta(hours=1))
    assert world.titles(NIGHT + timedelta(hours=1)) == []
    world.run("done", at=NIGHT + timedelta(hours=2))
    assert world.titles(NIGHT + timedelta(hours=2)) == [over]
    assert world.every_minute(NIGHT + timedelta(hours=2), 30) == []


@pytest.mark.parametrize("outcome", ["done", "gaps", "limit"])
def test_a_run_that_went_through_is_not_told(outcome: str) -> None:
    """Its gaps are, if they stay."""
    world = World()
    world.run(outcome)

    assert world.titles(NIGHT) == []


def test_a_run_over_other_days_does_not_end_it() -> None:
    """A day without anything to send proves nothing about the key."""
    world = World()
    world.run("denied")
    world.titles(NIGHT)
    world.run("done", YESTERDAY, at=NIGHT + timedelta(hours=1))

    assert world.titles(NIGHT + timedelta(hours=1)) == []


def test_it_is_over_when_the_days_became_complete_without_a_run() -> None:
    """Somebody else may have written the rows."""
    world = World()
    world.run("died")
    world.titles(NIGHT)
    world.day(**WHOLE)

    assert world.titles(NIGHT + timedelta(hours=1)) == ["실패했던 실행 해결: 2025-06-11"]


def test_a_run_that_is_no_longer_among_the_newest_is_not_over() -> None:
    """Only something better ends it."""
    world = World()
    world.run("died")
    world.titles(NIGHT)
    world.runs.clear()

    assert world.titles(NIGHT + timedelta(hours=1)) == []
    world.run("done", at=NIGHT + timedelta(hours=2))
    assert world.titles(NIGHT + timedelta(hours=2)) == ["실패했던 실행 해결: 2025-06-11"]


def test_another_cause_is_another_message() -> None:
    """The database is mended, and now HCX is down."""
    world = World()
    world.run("database")
    world.titles(NIGHT)
    world.run("unreachable", YESTERDAY, at=NIGHT + timedelta(hours=1))

    assert world.titles(NIGHT + timedelta(hours=1)) == ["실행 실패: 2025-06-19"]


def test_a_rejected_key_on_many_days_is_one_message() -> None:
    """The sensor launches ten runs, and each is refused."""
    world = World()
    said = []
    for n in range(10):
        world.run("denied", date(2025, 6, 1) + timedelta(days=n), at=NIGHT + timedelta(minutes=n))
        said += world.titles(NIGHT + timedelta(minutes=n))

    assert said == ["HCX가 키를 거부함"]


def test_a_failed_run_is_told_with_its_days_its_cause_and_a_link_to_it() -> None:
    """The link leads to its log."""
    world = World()
    world.run("denied", OLD_DAY, YESTERDAY, reason="HTTP 401 40104")

    (message,) = world.at(NIGHT)

    assert "- 2025-06-11 ~ 2025-06-19 (9일): HCX가 거부함 (HTTP 401 40104)" in message.body
    assert "  keyword-assets doctor\n  keyword-assets complete 2025-06-11 2025-06-19\n" in message.body
    assert message.body.endswith("http://ui.example:3000/runs/run-0")


# -- the digest -------------------------------------------------------------------------------------------------------


def test_the_digest_lists_what_is_open_and_not_what_is_over() -> None:
    """One mail a day, with everything in it."""
    world = World(Rules(HANDBOOK, grace=timedelta()))
    world.day(OLD_DAY, **GAPS)
    world.day(YESTERDAY, **GAPS)
    world.run("died", date(2025, 6, 15))
    world.titles(NIGHT)
    world.day(YESTERDAY, **WHOLE)

    (digest,) = world.at(datetime(2025, 6, 21, 9, 0))

    assert digest.title.endswith("열려 있는 알림 2건")
    assert "- 2025-06-11: 누락 3개" in digest.body
    assert "실행 실패: 2025-06-15 (2025-06-20 02:30부터)" in digest.body
    assert "2025-06-19" not in digest.body


def test_a_digest_that_was_missed_comes_late_and_only_one_of_them() -> None:
    """The machine was off over the weekend."""
    world = World(Rules(HANDBOOK, grace=timedelta()))
    world.day(**GAPS)
    world.titles(NIGHT)

    assert world.titles(datetime(2025, 6, 23, 15, 0)) == ["오늘도 열려 있는 알림 1건"]
    assert world.titles(datetime(2025, 6, 23, 15, 1)) == []


def test_a_digest_of_very_many_alerts_still_fits_a_channel() -> None:
    """Discord takes 2,000 characters."""
    world = World(Rules(HANDBOOK, grace=timedelta()))
    for n in range(18):
        world.day(date(2025, 6, 1) + timedelta(days=n), **GAPS)
        world.titles(NIGHT + timedelta(minutes=n))

    (digest,) = world.at(datetime(2025, 6, 21, 9, 0))

    assert "그 밖에 12건" in digest.body
    assert len(digest.body) < 1_900


# -- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_kind_can_be_said_in_both_languages(language: Any) -> None:
    """A missing place in a text would be found when it is needed."""
    texts.use(language)
    world = World(Rules(HANDBOOK, grace=timedelta()))
    world.day(**GAPS)
    for n, outcome in enumerate(("denied", "quota", "died", "gaps"), 1):
        world.run(outcome, date(2025, 6, n))

    said = [*world.at(NIGHT), *world.at(datetime(2025, 6, 21, 9))]
    world.rows, world.runs = {OLD_DAY: make_coverage(OLD_DAY)}, [EndedRun("last", NIGHT, PERIOD, "done")]
    said += world.at(datetime(2025, 6, 21, 10))
    texts.use("ko")

    assert len(said) == 4 + 1 + 4
    assert not any("{" in message.title + message.body for message in said)


def test_a_condition_knows_nothing_of_texts() -> None:
    """Questions are people's words; no alert can quote them."""
    assert not {"text", "question", "sample"} & set(Condition.__dataclass_fields__)


# -- reports ----------------------------------------------------------------------------------------------------------


def test_a_report_that_could_not_be_written_is_told_and_over_with_the_next_one_that_is() -> None:
    """Whoever waits for it on Monday should not have to guess why it does not come; its days are complete."""
    world = World()
    world.day(**WHOLE)
    world.run("report_failed", OLD_DAY, YESTERDAY, reason="디스크가 가득 참")
    (begun,) = world.at(NIGHT)
    quiet = world.titles(NIGHT + timedelta(minutes=1))
    world.run("report_written", YESTERDAY, at=NIGHT + timedelta(hours=1))

    ended = world.titles(NIGHT + timedelta(hours=1))

    assert begun.title == "[keyword_assets] 보고서를 만들지 못함: 2025-06-11 ~ 2025-06-19 (9일)"
    assert "디스크가 가득 참" in begun.body
    assert "keyword-assets report 2025-06-11 2025-06-19 --email" in begun.body
    assert "keyword-assets complete" not in begun.body
    assert begun.body.endswith("http://ui.example:3000/runs/run-0")
    assert (quiet, ended) == ([], ["보고서를 다시 만듦: 2025-06-11 ~ 2025-06-19 (9일)"])


def test_a_failed_report_is_not_forgotten_with_the_run() -> None:
    """Runs are looked at for two days, and the next report comes in a week."""
    world = World()
    world.run("report_failed", YESTERDAY)
    world.at(NIGHT)
    world.runs.clear()

    assert "보고서를 만들지 못함" in " ".join(message.body for message in world.at(NIGHT + timedelta(hours=56)))


def test_a_report_says_nothing_of_how_days_stand() -> None:
    """A run of a day that failed stays so, whoever writes a report about it afterwards."""
    world = World()
    world.day(**GAPS)
    world.run("denied")
    world.at(NIGHT)
    world.run("report_written", at=NIGHT + timedelta(hours=1))

    assert world.titles(NIGHT + timedelta(hours=1)) == []


def test_what_a_row_says_of_a_run_is_defused_and_stops_nothing() -> None:
    """Its outcome may be none, its days all there are, its id a path, its reason a call to everybody."""
    reason, days = "<!channel> http://harm.example", Period(date(1, 1, 1), date(9999, 12, 31))
    run = EndedRun("../graphql?query=x", datetime(2025, 6, 20, 9), days, "denied", reason)
    found = conditions(PERIOD, [], [run], [], 5)
    said_of_it = {"missing": 3, "outcome": "{odd}", "reason": "@here\n할 일:"}
    odd = Alert(Condition(f"day:{OLD_DAY}", (OLD_DAY,), **said_of_it), "gap", NOON)  # type: ignore[arg-type]

    (notice,) = settle(found, [], None, NOON, RULES).notices
    said = begin([odd], Rules(Handbook(None))).body

    assert "＜!channel＞ http：／／harm．example" in notice.body
    assert "graphql" not in notice.body
    assert "예상하지 못한 오류 (＠here 할 일:)" in said


# -- rushes -----------------------------------------------------------------------------------------------------------


def test_a_day_with_many_times_the_usual_questions_is_told_once_and_once_when_it_is_over() -> None:
    """Each new question costs; classified or not, somebody should know."""
    world = World()
    for age in range(1, 15):
        world.day(YESTERDAY - timedelta(days=age), questions=300, classified=300)
    world.day(YESTERDAY, questions=9_000, classified=9_000)

    (message,) = world.at(NIGHT)
    assert "갑자기 늘어남: 2025-06-19" in message.title
    assert "서로 다른 질문 9,000개 (보통 300개)" in message.body
    assert "HCX_DAILY_BUDGET_KRW" in message.body
    assert "keyword-assets complete 2025-06-19 2025-06-19 --dry-run" in message.body
    assert world.titles(NIGHT + timedelta(minutes=1)) == []
    # Not counted in time: nothing new is known.
    row = world.rows.pop(YESTERDAY)
    assert world.titles(NIGHT + timedelta(minutes=2)) == []

    world.rows[YESTERDAY] = row
    world.period = Period(PERIOD.start, YESTERDAY + timedelta(days=1))
    world.day(YESTERDAY + timedelta(days=1), questions=310, classified=310)
    assert world.titles(NIGHT + timedelta(days=1)) == ["질문 수가 보통으로 돌아옴: 2025-06-19 이후"]


def test_what_waits_for_a_limit_says_so() -> None:
    """The gap is told as any other, with its reason."""
    world = World()
    world.rows[OLD_DAY] = make_coverage(OLD_DAY, **GAPS).limited(0)
    world.run("day_limit", OLD_DAY)
    world.at(NIGHT)

    (message,) = world.at(NIGHT + timedelta(hours=26))
    assert "KEYWORDS_MOST_NEW_TEXTS_A_DAY" in message.body
