"""The message that a report's files go with: true, short, and of plain text."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from keyword_assets.core import texts
from keyword_assets.core.models.coverage import DayCoverage, WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.core.reporting.report import Audited, KeywordCount
from keyword_assets.reports.report import make_report
from keyword_assets.reports.summary import summary
from keyword_assets_tests.reports.making import HOSTILE, MADE_AT, START, WITHOUT_DAY, Facts, make


@pytest.fixture(autouse=True)
def _korean() -> None:
    texts.use("ko")


class _Facts(Facts):
    """A report's facts of which only the coverage and the keywords are of interest."""

    def __init__(self, days: int, missing: int, keywords: list[KeywordCount] | None = None, **given: int) -> None:
        super().__init__(Period(START, date.fromordinal(START.toordinal() + days - 1)))
        self._missing, self._words, self._given = missing, keywords or [], given

    def coverage(self, period: Period) -> list[DayCoverage]:
        """Ten thousand questions a day, of which as many are missing on each."""
        asked = self._given.get("questions", 10_000)
        return [DayCoverage(day, 2 * asked, 0, asked, asked - self._missing) for day in period.days()]

    def keywords(self) -> list[KeywordCount]:
        """As given."""
        return self._words


def _summary(
    days: int = 7,
    missing: int = 0,
    keywords: list[KeywordCount] | None = None,
    without_day: WithoutDay | None = None,
    **given: int,
) -> str:
    facts = _Facts(days, missing, keywords, **given)
    message = summary(make_report(facts, MADE_AT, 3, without_day or WithoutDay(facts.period)), [])
    return f"{message.title}\n{message.body}"


def test_it_says_what_a_manager_asks_first() -> None:
    """How much came in, how much of it is classified, what is missing where, what people ask, what it cost."""
    report, _ = make()

    message = summary(report, [])

    assert message.title == "[keyword_assets] 채팅 키워드 보고서 2025-06-02 ~ 2025-06-15: 누락 61개 (처리율 97.2 %)"
    lead, numbers, gaps, top, moving, rules = message.body.split("\n\n")
    assert lead == "2025-06-02 ~ 2025-06-15 (14일) 동안 AI 채팅에 들어온 질문의 분류 결과입니다."
    assert numbers.splitlines() == [
        "처리율: 97.2 % (질문 2,200개 중 2,139개 분류)",
        "누락: 61개 (그중 20개는 HCX가 분류하지 못해 격리)",
        "메시지: 2,600건 (앞 기간 대비 +86 %)",
        "질문: 2,200개 (앞 기간 대비 +214 %)",
        "'기타'(으)로 분류된 질문: 19.6 %",
        "분류 비용: 3.00원 (부가세 별도)",
        "앞 기간: 2025-05-19 ~ 2025-06-01 (처리율 100.0 %)",
    ]
    assert gaps.splitlines()[1:] == [
        "- 2025-06-05: 누락 1개 (처리율 99.9 %)",
        "- 2025-06-04: 누락 60개 (처리율 40.0 %)",
    ]
    assert top.splitlines()[0] == "많이 나온 키워드 (메시지 수):"
    assert moving.startswith("새로 나온 키워드: 낱말 0 (40건), 낱말 1 (39건)")
    assert "(30 → 100건)" in moving
    assert "내림" in rules


def test_one_missing_question_in_a_million_is_no_complete_report() -> None:
    """Neither in the title nor in a number."""
    said = _summary(days=1, missing=1, questions=1_000_000)

    assert "누락 1개 (처리율 99.9 %)" in said.splitlines()[0]
    assert "완료" not in said
    assert "100.0 %" not in said.replace("앞 기간: 2025-06-01 ~ 2025-06-01 (처리율 100.0 %)", "")


def test_a_complete_period_is_said_to_be_complete() -> None:
    """In the title, which is all that many read."""
    said = _summary()

    assert said.splitlines()[0].endswith("모든 질문 분류 완료")
    assert "누락: 없음" in said
    assert "누락이 있는 날" not in said


def test_a_period_without_questions_is_neither_complete_nor_missing() -> None:
    """Nothing was asked; nothing can be said of it."""
    said = _summary(questions=0)

    assert said.splitlines()[0].endswith("질문 없음")
    assert "처리율:" not in said
    assert "완료" not in said


def test_nothing_is_compared_with_nothing() -> None:
    """An office's first week."""
    report, _ = make(questions_before=0)

    body = summary(report, []).body

    assert "앞 기간(2025-05-19 ~ 2025-06-01)에는 질문이 없어" in body
    assert "앞 기간 대비" not in body
    assert "새로 나온" not in body


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_longest_summary_leaves_room_in_a_chats_message(language: str) -> None:
    """A year with gaps on every day, long keywords, large numbers; files are named below it."""
    texts.use(language)
    long_ones = [KeywordCount("가" * 100, 9_999_999, 99_999_999 - n, n % 2 * 1_000_000) for n in range(60)]

    said = _summary(days=366, missing=1_234, keywords=long_ones)

    assert 600 < len(said) < 1_700


def test_what_came_from_chats_stays_in_its_line() -> None:
    """A keyword cannot add a line of its own, nor characters that break a channel's document."""
    keywords = [KeywordCount(text, 1, 1_000, 10) for text in (*HOSTILE, "한 줄\n누락: 없음\r\n끝")]
    said = "\n".join(_summary(keywords=[keyword]) for keyword in keywords)

    assert not set(said) & {"\x00", "\x08", "\r", "\t", "\ufffe"}
    assert "1. 한 줄 누락: 없음 끝: 1,000건" in said


def test_the_files_go_along_under_their_whole_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever delivers them works in another folder."""
    monkeypatch.chdir(tmp_path)
    report, _ = make()

    message = summary(report, [Path("a.html"), Path("b.xlsx")], "http://dagster.example/assets/keyword_report")

    assert message.attachments == (tmp_path / "a.html", tmp_path / "b.xlsx")
    assert message.body.endswith("http://dagster.example/assets/keyword_report")


def test_nobody_can_call_all_the_people_of_a_chat_by_typing_into_another() -> None:
    """Discord rings for everybody at `@everyone`, Slack at `<!channel>`, also in a webhook's message."""
    said = _summary(keywords=[KeywordCount(text, 4, 40, 1) for text in ("@everyone", "<!channel>")])

    assert "@everyone" not in said
    assert "<!channel>" not in said
    assert "1. ＠everyone: 40건" in said


def test_messages_without_a_day_are_told_beside_the_coverage_and_without_their_texts() -> None:
    """A hundred per cent of what has a date is not all; what nobody typed into a chat cannot harm one."""
    text = _summary(without_day=WITHOUT_DAY)

    assert "100.0 %" in text
    assert "어느 날에도 들지 않는 메시지 1,203개" in text
    assert "날짜 없음 1,200, 달력에 없는 날짜 2, 마지막 날(2025-06-16) 이후 1" in text
    assert HOSTILE[1] not in text
    assert "어느 날에도" not in _summary()


def test_what_an_audit_tells_stands_beside_coverage() -> None:
    """How much is classified, and how much of that is right."""
    report, _ = make()
    body = summary(replace(report, audited=Audited(7, 380, 12_400, 0.941, 0.913, 0.962)), []).body

    assert "감사한 분류 정확도: 94.1 % (91.3–96.2), 질문 12,400개 중 380개 판정 (감사 7)" in body
    assert "감사" not in summary(report, []).body
