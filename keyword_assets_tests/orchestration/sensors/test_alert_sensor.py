"""The sensor that tells people: real runs, a real instance, and real servers to be told through."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.sensor_definition import SensorExecutionData
from dagster._core.events import JobFailureData, RunFailureReason
from dagster._core.storage.tags import PARTITION_NAME_TAG

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import InputError
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.notify import services
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.assets.keys import KEYWORD_REPORT
from keyword_assets.orchestration.hosting.dead_runs import LIFE_TAG
from keyword_assets.orchestration.jobs.asset_jobs import JOB, REPORT_JOB
from keyword_assets_tests.channels import PASSWORD, TOKEN, Mailbox, Webhook, free_port
from keyword_assets_tests.world import DAY, KEY, NEXT_DAY, TODAY, Chats, Clock, execute, questions

Tick = Callable[[], SensorExecutionData]


@pytest.fixture(autouse=True)
def _clock(clock: Clock) -> None:
    """It stands at TODAY until it is moved."""


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    """The one channel there is, with a gap told at once."""
    with Webhook() as server:
        monkeypatch.setenv("KEYWORDS_ALERT_URLS", server.json_url)
        monkeypatch.setenv("KEYWORDS_ALERT_GRACE_HOURS", "0")
        yield server


@pytest.fixture
def tick(instance: dg.DagsterInstance) -> Tick:
    """Evaluates the sensor, going on from the cursor of the last time."""
    cursor: list[str | None] = [None]

    def evaluate() -> SensorExecutionData:
        defs = build_defs(Settings.from_env())
        with dg.build_sensor_context(
            instance=instance,
            definitions=defs,
            cursor=cursor[0],
            resources={"database": defs.resources["database"]},
        ) as context:
            data = defs.resolve_sensor_def("alert_sensor").evaluate_tick(context)
        assert not data.run_requests
        cursor[0] = data.cursor
        return data

    return evaluate


def _run(instance: dg.DagsterInstance, day: str = DAY, **tags: str) -> dg.ExecuteInProcessResult:
    job = build_defs(Settings.from_env()).resolve_job_def(JOB)
    return job.execute_in_process(instance=instance, partition_key=day, raise_on_error=False, tags=tags)


def _die(instance: dg.DagsterInstance, job: dg.JobDefinition, tags: dict[str, str], *assets: dg.AssetKey) -> None:
    """A run whose process died, as Dagster finds it."""
    chosen = frozenset(assets) or None
    run = instance.create_run_for_job(
        job_def=job, status=dg.DagsterRunStatus.STARTED, tags=tags, asset_selection=chosen
    )
    instance.report_run_failed(run)


def _titles(webhook: Webhook) -> list[str]:
    titles = [title.removeprefix("[keyword_assets] ") for title, _ in webhook.messages]
    webhook.requests.clear()
    return titles


def _due_again() -> None:
    execute("UPDATE keyword_outbox SET next_try = 0")


def test_a_gap_is_told_once_and_once_when_a_run_has_closed_it(
    tick: Tick, instance: dg.DagsterInstance, chats: Chats, webhook: Webhook
) -> None:
    """The whole circle."""
    chats.add(*questions(3))

    said = [tick().skip_message, tick().skip_message]

    assert _titles(webhook) == ["누락이 남아 있음: 2025-06-11"]
    assert said == [
        "살펴본 날 19일, 새 알림 1건; 보냄 1건, 아직 못 보냄 0건",
        "살펴본 날 19일, 새 알림 0건; 보냄 0건, 아직 못 보냄 0건",
    ]
    assert _run(instance).success
    tick()
    tick()
    assert _titles(webhook) == ["누락 해소: 2025-06-11"]


def test_a_rejected_key_is_told_with_its_cause_and_over_when_the_day_has_run(
    tick: Tick,
    instance: dg.DagsterInstance,
    chats: Chats,
    webhook: Webhook,
    hcx: SimulatorServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The message says what HCX said, and links to the run."""
    monkeypatch.setenv("KEYWORDS_UI_URL", "http://dagster.school.example:3000/")
    monkeypatch.setenv("KEYWORDS_ALERT_GRACE_HOURS", "24")
    chats.add(*questions(3))
    hcx.faults.add(Fault("error", code="40104"))

    failed = _run(instance)
    tick()
    tick()

    ((title, body),) = webhook.messages
    assert title == "[keyword_assets] HCX가 키를 거부함"
    assert "- 2025-06-11: HCX가 거부함 (HCX가 거부했습니다: HTTP 401 40104" in body
    assert "keyword-assets doctor" in body
    assert body.endswith(f"http://dagster.school.example:3000/runs/{failed.run_id}")
    assert KEY not in body
    webhook.requests.clear()
    hcx.reset()
    assert _run(instance).success
    tick()
    assert _titles(webhook) == ["HCX가 키를 다시 받아들임"]


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("HCX_TOKEN_BUDGET", "HCX_TOKEN_BUDGET에 닿아 멈춤"),
        ("HCX_DAILY_BUDGET_KRW", "오늘의 예산 HCX_DAILY_BUDGET_KRW에"),
    ],
)
def test_a_budget_that_is_used_up_is_told(
    tick: Tick,
    instance: dg.DagsterInstance,
    chats: Chats,
    webhook: Webhook,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    cause: str,
) -> None:
    """The run itself went through, so that nothing in Dagster is red."""
    monkeypatch.setenv("KEYWORDS_ALERT_GRACE_HOURS", "24")
    monkeypatch.setenv(name, "0")
    chats.add(*questions(3))

    assert _run(instance).success
    tick()

    ((title, body),) = webhook.messages
    assert title == "[keyword_assets] 한도 또는 예산 소진: 2025-06-11"
    assert cause in body


def test_many_times_the_usual_questions_are_told_and_when_it_is_over(
    tick: Tick, instance: dg.DagsterInstance, chats: Chats, webhook: Webhook, clock: Clock
) -> None:
    """Before the night's run pays for them: yesterday's questions are counted as soon as it is over."""
    for day in range(12, 19):
        chats.add(*questions(5), day=f"2025-06-{day}")
    chats.add(*questions(120), day="2025-06-19")
    clock.now = datetime(2025, 6, 20, 0, 1)

    tick()
    (told,) = [body for title, body in webhook.messages if title.endswith("질문이 갑자기 늘어남: 2025-06-19")]
    tick()

    assert "2025-06-19: 서로 다른 질문 120개 (보통 5개)" in told
    assert [title for title in _titles(webhook) if "늘어" in title] == ["질문이 갑자기 늘어남: 2025-06-19"]
    clock.now += timedelta(days=1)
    chats.add(*questions(6), day="2025-06-20")
    tick()
    assert [title for title in _titles(webhook) if "보통" in title] == ["질문 수가 보통으로 돌아옴: 2025-06-19 이후"]


def test_a_quota_that_hcx_refuses_is_told_as_such(
    tick: Tick,
    instance: dg.DagsterInstance,
    chats: Chats,
    webhook: Webhook,
    hcx: SimulatorServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Up to the last retry."""
    monkeypatch.setenv("KEYWORDS_ALERT_GRACE_HOURS", "24")
    monkeypatch.setenv("HCX_MAX_RETRIES", "0")
    monkeypatch.setenv("HCX_BATCH_SIZE", "1")
    chats.add(*questions(12))
    hcx.faults.add(Fault("error", code="42901"))

    _run(instance)
    tick()

    ((title, body),) = webhook.messages
    assert title == "[keyword_assets] 한도 또는 예산 소진: 2025-06-11"
    assert "HCX가 한도 초과로 거부함" in body


def test_a_run_whose_process_died_is_told(
    tick: Tick, instance: dg.DagsterInstance, chats: Chats, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could say nothing itself; Dagster has found it dead."""
    monkeypatch.setenv("KEYWORDS_ALERT_GRACE_HOURS", "24")
    chats.add(*questions(3))
    tick()
    job = build_defs(Settings.from_env()).resolve_job_def(JOB)
    range_ = {"dagster/asset_partition_range_start": DAY, "dagster/asset_partition_range_end": NEXT_DAY}
    _die(instance, job, range_)

    tick()
    tick()

    ((title, body),) = webhook.messages
    # The day after has no questions, and is complete.
    assert title == "[keyword_assets] 실행 실패: 2025-06-11"
    assert "실행 프로세스가 비정상 종료됨" in body


@pytest.mark.parametrize(("tags", "told"), [({LIFE_TAG: "0" * 32}, []), ({}, ["실행 실패: 2025-06-11"])])
def test_a_command_that_a_person_stopped_is_no_failure_to_tell_people_of(
    tick: Tick,
    instance: dg.DagsterInstance,
    chats: Chats,
    webhook: Webhook,
    monkeypatch: pytest.MonkeyPatch,
    tags: dict[str, str],
    told: list[str],
) -> None:
    """Dagster calls it one at first, and for good if the command is stopped once more. A service's run, which nobody
    sits before, is told."""
    monkeypatch.setenv("KEYWORDS_ALERT_GRACE_HOURS", "24")
    chats.add(*questions(3))
    run = instance.create_run_for_job(
        job_def=build_defs(Settings.from_env()).resolve_job_def(JOB),
        status=dg.DagsterRunStatus.STARTED,
        tags={PARTITION_NAME_TAG: DAY, **tags},
    )
    interrupted = JobFailureData(error=None, failure_reason=RunFailureReason.UNEXPECTED_TERMINATION)
    instance.report_run_failed(run, job_failure_data=interrupted)

    tick()

    assert _titles(webhook) == told


def test_a_run_that_dagster_tries_again_is_not_told(
    tick: Tick,
    instance: dg.DagsterInstance,
    chats: Chats,
    webhook: Webhook,
    hcx: SimulatorServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The next try may go through; if not, that one is told."""
    monkeypatch.setenv("KEYWORDS_ALERT_GRACE_HOURS", "24")
    chats.add(*questions(3))
    hcx.faults.add(Fault("error", code="40104"))

    _run(instance, **{"dagster/will_retry": "true"})
    tick()

    assert webhook.messages == []


def test_runs_of_other_jobs_are_nobodys_business(tick: Tick, instance: dg.DagsterInstance, webhook: Webhook) -> None:
    """The instance may be shared with other projects."""

    @dg.op
    def broken() -> None:
        raise RuntimeError

    @dg.job
    def other() -> None:
        broken()

    other.execute_in_process(instance=instance, raise_on_error=False)
    tick()

    assert webhook.messages == []


def test_a_channel_that_is_down_and_comes_back_is_told_once(
    tick: Tick, chats: Chats, webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    """Retried, delivered once, and no secret in what is logged about it."""
    chats.add(*questions(3))
    webhook.status = 503
    first = tick()
    _due_again()
    second = tick()

    assert webhook.tries == 2
    assert "보냄 0건, 아직 못 보냄 1건" in (first.skip_message or "")
    assert "HTTP 503로 거부됨. 나중에 다시 보냅니다." in caplog.text
    assert TOKEN not in caplog.text + str(first) + str(second)
    webhook.status = 200
    tick()
    assert _titles(webhook) == []
    _due_again()
    tick()
    tick()
    assert _titles(webhook) == ["누락이 남아 있음: 2025-06-11"]


def test_a_channel_that_hangs_holds_up_neither_the_tick_nor_the_others(
    tick: Tick, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is mail and well, one refuses connections, one hangs."""
    chats.add(*questions(3))
    monkeypatch.setattr(services, "TIMEOUT_SECONDS", 1.0)
    with Webhook() as ill, Webhook() as well, Mailbox() as mailbox:
        ill.hangs = True
        down = f"json://127.0.0.1:{free_port()}/{TOKEN}"
        urls = f"{ill.json_url},{down}, {mailbox.url}\n{well.chat_url}"
        monkeypatch.setenv("KEYWORDS_ALERT_URLS", urls)
        monkeypatch.setenv("KEYWORDS_ALERT_GRACE_HOURS", "0")
        began = time.monotonic()
        data = tick()
        took = time.monotonic() - began

    assert "보냄 2건, 아직 못 보냄 2건" in (data.skip_message or "")
    assert took < 10
    assert len(well.requests) == 1
    assert [str(mail["Subject"]) for mail in mailbox.kept.messages] == ["[keyword_assets] 누락이 남아 있음: 2025-06-11"]


def test_two_daemons_on_one_database_tell_once(chats: Chats, webhook: Webhook, instance: dg.DagsterInstance) -> None:
    """Each with a cursor of its own."""
    chats.add(*questions(3))
    defs = build_defs(Settings.from_env())
    for _ in range(2):
        with dg.build_sensor_context(
            instance=instance, definitions=defs, resources={"database": defs.resources["database"]}
        ) as context:
            defs.resolve_sensor_def("alert_sensor").evaluate_tick(context)

    assert len(webhook.messages) == 1


def test_a_database_out_of_reach_is_told_directly_once_and_when_it_is_back(
    tick: Tick, chats: Chats, webhook: Webhook, clock: Clock, monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    """There is no outbox then; and a server that is only restarted is not worth a message."""
    chats.add()
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", f"mysql+mysqlconnector://me:{PASSWORD}@127.0.0.1:1/chats")
    first = tick()
    assert webhook.messages == []
    clock.now += timedelta(minutes=3)
    second = tick()
    tick()

    ((title, body),) = webhook.messages
    assert title == "[keyword_assets] 데이터베이스 장애"
    assert "데이터베이스(127.0.0.1)에" in body
    assert "chats" not in body
    assert PASSWORD not in body + str(first) + str(second)
    webhook.requests.clear()
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", sqlite_url)
    tick()
    tick()
    ((title, body),) = webhook.messages
    assert title == "[keyword_assets] 데이터베이스 복구됨"
    assert "2025-06-20 09:30부터" in body


def test_yesterday_and_the_digest_follow_the_hours_of_the_settings(
    tick: Tick, chats: Chats, webhook: Webhook, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the wall clock of the settings' time zone."""
    monkeypatch.setenv("KEYWORDS_ALERT_GRACE_HOURS", "24")
    monkeypatch.setenv("KEYWORDS_ALERT_DEADLINE_HOUR", "10")
    monkeypatch.setenv("KEYWORDS_ALERT_DIGEST_HOUR", "8")
    chats.add("전학 절차", day="2025-06-19")
    told = []
    for now in (TODAY, datetime(2025, 6, 20, 10), datetime(2025, 6, 21, 7, 59), datetime(2025, 6, 21, 8)):
        clock.now = now
        tick()
        told.append(_titles(webhook))

    assert told == [[], ["어제가 아직 미완료: 2025-06-19"], [], ["오늘도 열려 있는 알림 1건"]]


def test_no_question_is_quoted(
    tick: Tick, instance: dg.DagsterInstance, chats: Chats, webhook: Webhook, hcx: SimulatorServer
) -> None:
    """People write names and numbers into a chat, and channels are read by many."""
    chats.add("홍길동 010-1234-5678 받아들일 수 없는 질문")
    hcx.faults.add(Fault("error", code="40005", text="받아들일 수 없는"))
    _run(instance)
    tick()

    ((_, body),) = webhook.messages
    assert "홍길동" not in body
    assert "모두 HCX가 거부해 격리된 질문" in body
    assert "keyword-assets quarantine list 2025-06-11 2025-06-11" in body


def test_it_runs_by_itself_as_soon_as_there_is_a_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    """It costs nothing, and whoever sets a channel wants to hear."""
    without = build_defs(Settings.from_env()).resolve_sensor_def("alert_sensor").default_status
    monkeypatch.setenv("KEYWORDS_ALERT_URLS", "json://127.0.0.1:1/")
    with_one = build_defs(Settings.from_env()).resolve_sensor_def("alert_sensor").default_status

    assert (without, with_one) == (dg.DefaultSensorStatus.STOPPED, dg.DefaultSensorStatus.RUNNING)


def test_without_a_channel_it_says_so(tick: Tick) -> None:
    """Somebody turned it on and waits."""
    assert "KEYWORDS_ALERT_URLS" in (tick().skip_message or "")


def test_a_channel_of_no_known_kind_is_told_when_the_code_is_loaded(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Not when the first alert is due; and without the secret."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("KEYWORDS_ALERT_URLS", f"slak://{TOKEN}")

    with pytest.raises(InputError, match="KEYWORDS_ALERT_URLS의 1번째") as refused:
        build_defs(Settings.from_env())

    assert TOKEN not in str(refused.value) + caplog.text


def test_a_run_that_could_not_say_how_it_ended_is_told_in_the_words_of_its_failure(
    tick: Tick,
    instance: dg.DagsterInstance,
    chats: Chats,
    webhook: Webhook,
    monkeypatch: pytest.MonkeyPatch,
    sqlite_url: str,
) -> None:
    """The database was away when it failed, and is back now; Dagster's own record has the reason."""
    monkeypatch.setenv("KEYWORDS_ALERT_GRACE_HOURS", "24")
    chats.add(*questions(3))
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", f"mysql+mysqlconnector://me:{PASSWORD}@127.0.0.1:1/chats")
    assert not _run(instance).success
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", sqlite_url)

    tick()

    ((title, body),) = webhook.messages
    assert title == "[keyword_assets] 실행 실패: 2025-06-11"
    assert "실행이 실패함 (데이터베이스(127.0.0.1)에 연결할 수 없습니다" in body
    assert PASSWORD not in body


def test_a_report_that_could_not_be_written_is_told_until_one_is(
    tick: Tick,
    instance: dg.DagsterInstance,
    chats: Chats,
    webhook: Webhook,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Nobody else would say why it does not come; the days themselves are not called failed."""
    chats.add(*questions(3))
    _run(instance)
    in_the_way = tmp_path / "reports"
    in_the_way.write_text("no folder")
    monkeypatch.setenv("KEYWORDS_REPORTS", str(in_the_way))
    assert not _report(instance).success
    tick()
    begun = webhook.messages.copy()
    webhook.requests.clear()
    in_the_way.unlink()
    # When a run failed is told by Dagster, whose clock goes on.
    clock.now = datetime.now(Settings.from_env().timezone).replace(tzinfo=None) + timedelta(hours=1)

    assert _report(instance).success
    tick()

    ((title, body),) = begun
    assert title == "[keyword_assets] 보고서를 만들지 못함: 2025-05-15 ~ 2025-06-11 (28일)"
    assert str(in_the_way) in body
    assert "보고서를 다시 만듦: 2025-05-15 ~ 2025-06-11 (28일)" in _titles(webhook)


def _report(instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    job = build_defs(Settings.from_env()).resolve_job_def(REPORT_JOB)
    return job.execute_in_process(instance=instance, partition_key=DAY, raise_on_error=False)


def test_a_report_that_died_when_it_was_launched_from_its_page_is_not_taken_for_a_classifying_run(
    tick: Tick, instance: dg.DagsterInstance, chats: Chats, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its day would be called failed, though nothing of it was tried."""
    monkeypatch.setenv("KEYWORDS_ALERT_GRACE_HOURS", "24")
    chats.add(*questions(3))
    tick()
    job = build_defs(Settings.from_env()).resolve_implicit_global_asset_job_def()
    _die(instance, job, {"dagster/partition": DAY}, KEYWORD_REPORT)

    tick()

    assert _titles(webhook) == ["보고서를 만들지 못함: 2025-05-15 ~ 2025-06-11 (28일)"]
