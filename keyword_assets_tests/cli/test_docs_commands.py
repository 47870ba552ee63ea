"""The commands on the pages, run as they stand there where that takes no server, network or database of one's own."""

from pathlib import Path

import pytest

from keyword_assets.cli.commands.review import review
from keyword_assets.configuration.settings import Settings
from keyword_assets.quality.reviewing import Reviewing
from keyword_assets.sql.opening import open_store
from keyword_assets_tests.builders import make_answer
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.pages import ENGLISH, PROGRAMS, ready_lines, shell_lines
from keyword_assets_tests.world import DAY, TODAY, Chats, Clock, execute

# They serve until somebody stops them, ask on a terminal, or talk to channels and servers that are named for show.
_ELSEWHERE = (
    *("webserver", "simulator", "metrics", "--watch", "daemon", "init"),
    *("alert", "--email", "--dagster", "load-chats"),
)
# Later than every day on the pages.
_LATER = TODAY.replace(month=7, day=1)


def _commands() -> list[tuple[str, ...]]:
    """What is to be typed on any page, once; both languages have the same."""
    typed = {tuple(words) for page in ENGLISH for words in ready_lines(page)}
    return sorted(words for words in typed if not set(words) & set(_ELSEWHERE) and not _is_review_page(words))


def _is_review_page(words: tuple[str, ...]) -> bool:
    """Whether it serves, as `review` does by itself and not with a command below it."""
    return words[0] == "review" and not set(words) & set(review.commands)


@pytest.mark.parametrize("words", _commands(), ids=" ".join)
def test_a_command_on_a_page_runs(
    words: tuple[str, ...], cli: CommandLine, chats: Chats, tmp_path: Path, clock: Clock
) -> None:
    """Whoever copies it should not be the first who tries it."""
    chats.add("전학 절차", "급식 식단표", day=DAY)
    if words[0] == "corrections":
        _correct(cli, tmp_path / "corrections.csv")
    if words[0] == "evaluate":
        _evaluate(cli, tmp_path / "golden.csv")
    # Some commands are about answers.
    execute(
        "INSERT INTO admin_chat_keywords "
        "(query_text, keyword, category_id, query_count, created_at, batch_created_at) "
        f"VALUES ('전학 절차', '전학 절차', 2, 1, '{DAY}', '{DAY}')"
    )
    # The chats were written in the week before today's.
    clock.now = TODAY if "last-week" in words else _LATER
    if {"few-shot", "taxonomy", "--few-shot", "--taxonomy", "--from-reviews"} & {*words}:
        _review(cli, chats, words)
    if words[0] == "review":
        _draw(cli, workbook=words[1] == "import")

    outcome = cli(*words)

    # Done, or done with gaps.
    assert outcome.code in (0, 3), outcome.err


def _correct(cli: CommandLine, file: Path) -> None:
    """The file that the pages import, and what they withdraw."""
    file.write_text("text,keyword,category,note\n전학 절차,전학,기타,\n", encoding="utf-8")
    assert cli("corrections", "import", str(file), "--reviewer", "kim").code == 0


def _draw(cli: CommandLine, *, workbook: bool) -> None:
    """What there is to review, and where the command reads it, the workbook that the pages name."""
    assert cli("audit", "draw", DAY, DAY, "--size", "1").code == 0
    assert not workbook or cli("review", "export", "review.xlsx").code == 0


def _evaluate(cli: CommandLine, file: Path) -> None:
    """The file that the pages name, and an evaluation to compare with."""
    file.write_text('text,category\n전학 절차가 궁금해요,"전학, 편입"\n급식이 맛없어요,기타\n', encoding="utf-8")
    assert cli("evaluate", str(file), "--batch-size", "2").code == 0


def _review(cli: CommandLine, chats: Chats, words: tuple[str, ...]) -> None:
    """Answers that somebody has found to be wrong, and what the pages make of them."""
    texts = ("전학 서류", "전학 주소")
    chats.add(*texts, day=DAY)
    for text in texts:
        execute(
            "INSERT INTO admin_chat_keywords "
            "(query_text, keyword, category_id, query_count, created_at, batch_created_at) "
            f"VALUES ('{text}', '{text}', 6, 1, '{DAY}', '{DAY}')"
        )
    assert cli("audit", "draw", DAY, DAY, "--size", "9").code == 0
    settings = Settings.from_env()
    with open_store(settings) as store:
        reviewing = Reviewing.of(settings, store)
        for item in reviewing.items.all(1):
            reviewing.judge(item.id, "wrong", "kim", right_answer=make_answer(item.text, category_id=5))
    if words[:2] != ("few-shot", "choose"):
        assert cli("few-shot", "choose").code == 0
    if "--taxonomy" in words:
        assert cli("taxonomy", "suggest", "--out", words[words.index("--taxonomy") + 1]).code == 0


def test_the_pages_have_commands_to_run() -> None:
    """The test before this one would pass if it found none."""
    names = {words[0] for words in _commands()}

    assert {
        "check",
        "complete",
        "quarantine",
        "answers",
        "report",
        "quota",
        "doctor",
        "db",
        "evaluate",
        "audit",
    } <= names


def test_every_program_that_is_typed_is_known_to_the_tests() -> None:
    """So that a line is read by what it begins with."""
    assert {line[0] for page in ENGLISH for line in shell_lines(page)} == set(PROGRAMS)
