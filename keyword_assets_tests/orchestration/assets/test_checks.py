"""The checks in real runs: what fails each, what it looks like, and that it holds nothing up.

Each thing that is counted is on both databases here once; how it is counted has its tests in `sql/coverage`.
"""

import os
import time
from collections.abc import Iterable
from datetime import date
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.assets.checks import CHECKS
from keyword_assets.orchestration.assets.keys import CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT
from keyword_assets.orchestration.jobs.asset_jobs import JOB
from keyword_assets.sql.opening import open_store
from keyword_assets_tests.builders import make_answer, make_store
from keyword_assets_tests.world import DAY, NEXT_DAY, THIRD_DAY, Chats, answers_to, execute, questions, written

POISON = "받아들일 수 없는 질문"


@pytest.fixture
def _each_database(database_url: str, monkeypatch: pytest.MonkeyPatch, _settings_in_force: None) -> None:
    """Once of each kind, in place of SQLite."""
    make_store(database_url).engine.dispose()
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", database_url)


on_both = pytest.mark.usefixtures("_each_database")


def _run(
    defs: dg.Definitions, instance: dg.DagsterInstance, day: str = DAY, limit: int | None = None
) -> dg.ExecuteInProcessResult:
    config = {"ops": {"daily_keywords": {"config": {"limit": limit}}}}
    job = defs.resolve_job_def(JOB)
    return job.execute_in_process(instance=instance, partition_key=day, raise_on_error=False, run_config=config)


def _evaluate(
    defs: dg.Definitions, instance: dg.DagsterInstance, *names: str, day: str | None = DAY
) -> dg.ExecuteInProcessResult:
    """Only these checks; without a day as from "Execute all" on their page in the UI."""
    job = defs.resolve_job_def(JOB).get_subset(
        asset_selection=set(), asset_check_selection={CHECKS[name] for name in names}
    )
    return job.execute_in_process(instance=instance, partition_key=day, raise_on_error=False)


def _verdicts(instance: dg.DagsterInstance, run_id: str) -> dict[str, Any]:
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    found = [record.event_log_entry.dagster_event.asset_check_evaluation_data for record in records]  # type: ignore[union-attr]
    return {evaluation.check_name: evaluation for evaluation in found}


def _add_rows(*texts: str, keyword: str = "손으로", category: int = 1, count: int = 1, day: str = DAY) -> None:
    """Rows of another program."""
    at = f"{day} 00:00:00"
    with open_store(Settings.from_env()) as store, store.engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO admin_chat_keywords "
                "(query_text, keyword, category_id, query_count, created_at, batch_created_at) "
                "VALUES (:text, :keyword, :category, :count, :at, :at)"
            ),
            [{"text": text, "keyword": keyword, "category": category, "count": count, "at": at} for text in texts],
        )


def _catch_all() -> int:
    return load_taxonomy().catch_all.id


@on_both
def test_a_flawless_run_passes_every_check(defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats) -> None:
    """All of them, for the day, tied to the materialization that they judged, so that the UI calls none missing."""
    chats.add(*questions(5), questions(1)[0], None)

    result = _run(defs, instance)
    verdicts = _verdicts(instance, result.run_id)

    assert {name: (found.passed, found.partition) for name, found in verdicts.items()} == dict.fromkeys(
        CHECKS, (True, DAY)
    )
    for name, found in verdicts.items():
        (record,) = instance.fetch_materializations(CHECKS[name].asset_key, limit=1).records
        assert found.target_materialization_data.storage_id == record.storage_id
        assert "what_to_do" not in found.metadata


@on_both
@pytest.mark.parametrize(
    ("check", "rows", "number"),
    [
        ("no_duplicate_rows", [(["질문 하나"], {}), (["질문 하나"], {})], {"surplus_rows": 1}),
        ("no_orphan_rows", [(["질문 하나", "아무도 묻지 않은 것"], {})], {"orphaned": 1}),
        (
            "keywords_are_valid",
            [(["질문 하나"], {"category": 987_654})],
            {"unknown_category_rows": 1, "bad_keyword_rows": 0},
        ),
        (
            "keywords_are_valid",
            [(["질문 하나"], {"keyword": " "})],
            {"unknown_category_rows": 0, "bad_keyword_rows": 1},
        ),
    ],
)
def test_rows_of_another_program_fail_their_check_and_nothing_else(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    chats: Chats,
    check: str,
    rows: list[tuple[list[str], dict[str, Any]]],
    number: dict[str, int],
) -> None:
    """The run succeeds, what is right is written, what is wrong is left where it was, and the check says what to do."""
    chats.add("질문 하나", *questions(3))
    for texts, values in rows:
        _add_rows(*texts, **values)
    before = written()

    result = _run(defs, instance)
    verdicts = _verdicts(instance, result.run_id)

    assert result.success
    assert written() == before | answers_to(questions(3))
    assert [name for name, found in verdicts.items() if not found.passed] == [check]
    metadata = {name: value.value for name, value in verdicts[check].metadata.items()}
    assert metadata.pop("what_to_do")
    assert metadata == number


def test_a_wrong_count_fails_until_the_day_is_run_again(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """A message that came after the run; the check alone, from its page, notices and changes nothing."""
    chats.add(*questions(3))
    _run(defs, instance)
    chats.add(questions(1)[0])

    alone = _evaluate(defs, instance, "counts_agree_with_source")
    again = _run(defs, instance)

    (found,) = _verdicts(instance, alone.run_id).values()
    assert (alone.success, found.passed, found.metadata["miscounted"].value) == (True, False, 1)
    assert _verdicts(instance, again.run_id)["counts_agree_with_source"].passed


def test_a_quarantined_question_fails_its_check(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    """It stays out until a person decides, so a person has to be told; the others are written."""
    chats.add(*questions(19), POISON)
    hcx.faults.add(Fault("error", code="40005", text=POISON))

    result = _run(defs, instance)
    verdicts = _verdicts(instance, result.run_id)

    assert result.success
    assert written() == answers_to(questions(19))
    assert [name for name, found in verdicts.items() if not found.passed] == [
        "coverage_is_complete",
        "quarantine_is_empty",
    ]
    assert "quarantine list" in verdicts["quarantine_is_empty"].metadata["what_to_do"].value


def test_too_large_a_catch_all_fails_its_check(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """Seven of ten questions are "other": the admin screens say nothing about them."""
    texts = [f"아무 말 {number}" for number in range(200)]
    chats.add(*texts)
    _add_rows(*texts[:140], category=_catch_all())
    _add_rows(*texts[140:])

    result = _run(defs, instance)
    found = _verdicts(instance, result.run_id)["catch_all_share"]

    assert (result.success, found.passed, found.severity) == (True, False, dg.AssetCheckSeverity.WARN)
    assert found.metadata["share"].value == 0.7


@on_both
def test_a_drift_against_the_weeks_before_fails_the_check(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """From none to one in five, which would pass on any day that is looked at alone."""
    texts = [f"아무 말 {number}" for number in range(200)]
    chats.add(*texts, day="2025-06-20")
    _add_rows(*texts[:40], category=_catch_all(), day="2025-06-20")
    _add_rows(*texts[40:], day="2025-06-20")
    for day in range(10, 17):
        chats.add(*texts[:30], day=f"2025-06-{day}")
        _add_rows(*texts[:30], day=f"2025-06-{day}")
    tags = {"dagster/asset_partition_range_start": "2025-06-10", "dagster/asset_partition_range_end": "2025-06-16"}
    defs.resolve_job_def(JOB).execute_in_process(instance=instance, tags=tags)

    result = _run(defs, instance, "2025-06-20")
    found = _verdicts(instance, result.run_id)["catch_all_share"]

    assert (result.success, found.passed) == (True, False)
    assert (found.metadata["trailing_share"].value, found.metadata["drift"].value) == (0.0, 0.2)


def test_many_times_the_usual_questions_are_warned_of(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """Each costs, and nothing in a single question shows that one visitor sent them all."""
    for day in range(10, 17):
        chats.add(*questions(20), day=f"2025-06-{day}")
    chats.add(*questions(101), day="2025-06-18")
    tags = {"dagster/asset_partition_range_start": "2025-06-10", "dagster/asset_partition_range_end": "2025-06-16"}
    defs.resolve_job_def(JOB).execute_in_process(instance=instance, tags=tags)

    # Days of which nothing is known count for nothing: the seventeenth has no questions.
    usual = _verdicts(instance, _run(defs, instance, "2025-06-17").run_id)["questions_are_usual"]
    result = _run(defs, instance, "2025-06-18")
    found = _verdicts(instance, result.run_id)["questions_are_usual"]
    metadata = {name: value.value for name, value in found.metadata.items()}

    assert usual.passed
    assert (result.success, found.passed, found.severity) == (True, False, dg.AssetCheckSeverity.WARN)
    assert "HCX_DAILY_BUDGET_KRW" in metadata.pop("what_to_do")
    assert metadata == {"questions": 101, "usual_questions": 20, "times": 5.0}


@on_both
def test_a_usual_day_is_known_without_looking_at_messages(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """What was counted of the days before is kept: four weeks of messages are not counted once more."""
    for day in range(10, 17):
        chats.add(*questions(30), day=f"2025-06-{day}")
    tags = {"dagster/asset_partition_range_start": "2025-06-10", "dagster/asset_partition_range_end": "2025-06-16"}
    defs.resolve_job_def(JOB).execute_in_process(instance=instance, tags=tags)
    execute("DELETE FROM chattings")
    chats.add(*questions(5), day="2025-06-17")

    found = _verdicts(instance, _run(defs, instance, "2025-06-17").run_id)["questions_are_usual"]

    assert found.metadata["usual_questions"].value == 30


def test_a_day_without_a_single_answer_is_not_present(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """A run that was told to send nothing has not brought the day in."""
    chats.add(*questions(3))

    result = _run(defs, instance, limit=0)
    found = _verdicts(instance, result.run_id)["yesterday_is_present"]

    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.ERROR)


def test_each_day_of_a_range_has_every_verdict(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """A plain partitioned check would be evaluated once for the whole range, without a day."""
    chats.add(*questions(3), day=DAY)
    _add_rows("아무도 묻지 않은 것", day=NEXT_DAY)
    tags = {"dagster/asset_partition_range_start": DAY, "dagster/asset_partition_range_end": THIRD_DAY}

    result = defs.resolve_job_def(JOB).execute_in_process(instance=instance, tags=tags)
    records = instance.get_records_for_run(result.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    found = [record.event_log_entry.dagster_event.asset_check_evaluation_data for record in records]  # type: ignore[union-attr]

    assert {(f.check_name, f.partition) for f in found} == {(n, d) for n in CHECKS for d in (DAY, NEXT_DAY, THIRD_DAY)}
    assert [(f.check_name, f.partition) for f in found if not f.passed] == [("no_orphan_rows", NEXT_DAY)]


@on_both
def test_a_check_alone_sends_and_writes_nothing(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    """A look must not cost money."""
    chats.add(*questions(3))

    result = _evaluate(defs, instance, *CHECKS)

    assert result.success
    assert set(_verdicts(instance, result.run_id)) == set(CHECKS)
    assert (written(), hcx.stats.snapshot.received) == (set(), 0)
    assert not instance.get_materialized_partitions(CLASSIFIED_KEYWORDS)


def test_checks_that_are_asked_for_without_a_day_look_at_the_newest(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So does "Execute all" on their page, the one button there that Dagster leaves enabled; it names no day."""
    monkeypatch.setenv("KEYWORDS_END_DATE", THIRD_DAY)
    chats.add(*questions(3), day=THIRD_DAY)

    result = _evaluate(build_defs(Settings.from_env()), instance, *CHECKS, day=None)

    found = _verdicts(instance, result.run_id)
    assert result.success
    assert {verdict.partition for verdict in found.values()} == {THIRD_DAY}
    assert {name for name, verdict in found.items() if not verdict.passed} >= {"coverage_is_complete"}


def test_a_run_keeps_the_categories_of_its_day(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """Reports read them later; the sums are those of the rows that were written."""
    chats.add(*questions(6), questions(1)[0])

    _run(defs, instance)

    expected = _by_category(answers_to(questions(6)))
    with open_store(Settings.from_env()) as store, store.engine.connect() as connection:
        table = store.tables.day_categories
        kept = connection.execute(sa.select(table.c.day, table.c.category_id, table.c.questions)).all()
    assert {(day, category): number for day, category, number in kept} == expected


def _by_category(rows: Iterable[tuple[str, str, int]]) -> dict[tuple[date, int], int]:
    texts = {(text, category) for text, _, category in rows}
    day = date.fromisoformat(DAY)
    return {(day, category): sum(other == category for _, other in texts) for _, category in texts}


# -- what the report shows --------------------------------------------------------------------------------------------


def _missing_data(instance: dg.DagsterInstance) -> dict[str, Any]:
    (record,) = instance.fetch_materializations(MISSING_DATA_REPORT, limit=1).records
    assert record.asset_materialization is not None
    return dict(record.asset_materialization.metadata)


HOSTILE = (
    "표 | 안의 <b>질문</b>",
    "<script>alert(1)</script>",
    "[눌러 보세요](https://example.com) https://example.com ![x](https://example.com/x.png)",
    "`코드` **굵게** \n# 제목\r\n| a | b |\n|---|---|",
    "뒤집는 \u202e글자와 \x00없는 글자",
)


@on_both
def test_the_missing_questions_are_in_the_report(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    """Who sees a gap in the UI wants to see which questions and why, without writing SQL."""
    chats.add(POISON, times=2)
    hcx.faults.add(Fault("error", code="40005", text=POISON))
    _run(defs, instance)
    chats.add("아직 묻지 않은 것", times=3)

    _run(defs, instance, limit=0)
    table = _missing_data(instance)["most_asked_missing"]

    assert isinstance(table, dg.TableMetadataValue)
    columns = [column.name for column in table.schema.columns]
    assert columns[-1] == "누락 확인 시각"
    assert [[record.data[column] for column in columns[:-1]] for record in table.records] == [
        [3, "아직 묻지 않은 것", "다시 보낼 것", "", 0],
        [2, POISON, "격리", "HTTP 400 40005 Unavailable output", 1],
    ]


def test_questions_that_wait_for_tomorrow_are_told_as_such(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else somebody would run the day again and again."""
    monkeypatch.setenv("KEYWORDS_MOST_NEW_TEXTS_A_DAY", "2")
    chats.add(*questions(2), times=2)
    chats.add(*questions(5)[2:])

    result = _run(defs, instance)
    report = _missing_data(instance)
    table = report["most_asked_missing"]
    found = _verdicts(instance, result.run_id)["coverage_is_complete"]

    assert written() == answers_to(questions(2))
    assert isinstance(table, dg.TableMetadataValue)
    assert {record.data["상태"] for record in table.records} == {"하루 한도 때문에 내일을 기다림"}
    assert (report["missing"].value, report["waiting"].value) == (3, 3)
    assert "나머지는 내일 보냅니다" in str(report["summary"].value)
    assert (result.success, found.passed) == (True, False)
    assert "3개는 하루에 보내는 새 질문의 한도 때문에" in (found.description or "")
    assert "KEYWORDS_MOST_NEW_TEXTS_A_DAY" in str(found.metadata["what_to_do"].value)


@on_both
def test_the_report_says_when_a_gap_opened_and_when_it_closed(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """Later runs keep the history of the day."""
    chats.add(*questions(3))
    _run(defs, instance, limit=1)
    open_gaps = _cells(_missing_data(instance)["gaps"])

    _run(defs, instance)
    closed_gaps = _cells(_missing_data(instance)["gaps"])

    assert [(gap["해소"], gap["최대 누락"]) for gap in open_gaps] == [("-", 2)]
    assert [(gap["누락 확인"], gap["최대 누락"]) for gap in closed_gaps] == [(open_gaps[0]["누락 확인"], 2)]
    assert closed_gaps[0]["해소"] >= closed_gaps[0]["누락 확인"]


def _cells(table: Any) -> list[dict[str, Any]]:
    assert isinstance(table, dg.TableMetadataValue)
    return [dict(record.data) for record in table.records]


def test_a_day_that_was_complete_at_once_has_no_history_of_gaps(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """An empty table would look like something that could not be read."""
    chats.add(*questions(3))

    _run(defs, instance)

    assert not {"gaps", "most_asked_missing"} & _missing_data(instance).keys()


def test_the_report_shows_the_last_thirty_days(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """One look tells whether the day is an exception."""
    chats.add(*questions(3))
    chats.add("남는 질문", day=NEXT_DAY)
    _run(defs, instance)

    _run(defs, instance, day=NEXT_DAY, limit=0)
    shown = _missing_data(instance)["last_30_days"].value

    assert str(shown) == "█▁ 2025-06-11 ~ 2025-06-12: 완료 1일, 누락 있음 1일"


def test_the_report_carries_the_time_of_its_facts_and_how_many_a_person_answered(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """It is a report of a moment, and says of which."""
    before = time.time()
    chats.add(*questions(2))
    with open_store(Settings.from_env()) as store:
        store.people.correct(questions(1)[0], make_answer("전학", category_id=5), "김")

    _run(defs, instance)

    report = _missing_data(instance)
    assert before <= report["reported_at"].value <= time.time()
    assert report["corrected_questions"].value == 1


@on_both
def test_what_people_type_is_never_markup(defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats) -> None:
    """Cells of a table are text; nothing of a chat is in the Markdown beside it."""
    texts = [text for text in HOSTILE if "\x00" not in text or "sqlite" in os.environ["KEYWORDS_DATABASE_URL"]]
    chats.add(*texts)

    _run(defs, instance, limit=0)
    report = _missing_data(instance)
    cells = [str(record.data["질문"]) for record in report["most_asked_missing"].records]

    assert len(cells) == len(texts)
    assert all(cell.isprintable() and "\n" not in cell for cell in cells)
    assert not [text for text in texts if text[:4] in report["summary"].value]


def test_the_report_of_a_day_full_of_long_questions_stays_small(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """Events of 64 KB do not fit into Dagster's own tables on MySQL as it makes them."""
    chats.add(*(f"{number}" + "🙂가나다라" * 2_000 for number in range(30)))

    _run(defs, instance, limit=0)
    (record,) = instance.fetch_materializations(MISSING_DATA_REPORT, limit=1).records

    assert len(dg.serialize_value(record.event_log_entry)) < 40_000
    assert len(_missing_data(instance)["most_asked_missing"].records) == 20


def test_the_summary_tells_the_day_in_words(defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats) -> None:
    """Numbers, each check with its verdict and a link to it, and what to do next."""
    chats.add(*questions(3))

    _run(defs, instance)
    summary = _missing_data(instance)["summary"].value

    assert "2025-06-11 · 처리율 100.0 %" in summary
    assert all(f"✅ [{name}](/assets/{key.asset_key.path[0]}?" in summary for name, key in CHECKS.items())
    assert "누락이 없어 할 일이 없습니다." in summary


def test_edited_and_deleted_messages_leave_orphans_that_stay(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """Reported, never deleted: whoever edits the source may want the rows."""
    chats.add(*questions(3))
    _run(defs, instance)
    execute("DELETE FROM chattings WHERE chatting_pk = 1")

    result = _run(defs, instance)

    found = _verdicts(instance, result.run_id)["no_orphan_rows"]
    assert (result.success, found.passed, found.metadata["orphaned"].value) == (True, False, 1)
    assert written() == answers_to(questions(3))
