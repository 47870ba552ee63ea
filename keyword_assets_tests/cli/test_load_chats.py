"""`load-chats` takes a CSV whole or not at all, and says line by line what is wrong with it."""

import json
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.world import DAY, contents

HEADER = "chatting_pk,input_text,created_at\n"
GOOD = HEADER + f'1,전학 절차,{DAY} 09:00:00\n2,"여러 줄\n질문",{DAY} 23:59:59.999999\n3,,{DAY}T00:00:00\n'


def _file(text: str) -> str:
    Path("chats.csv").write_text(text, encoding="utf-8", newline="")
    return "chats.csv"


def test_a_good_file_is_loaded_and_counted(cli: CommandLine) -> None:
    """The numbers tell whether the export was complete."""
    outcome = cli("load-chats", _file(GOOD))

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "읽음 3 · 저장 3 · 이미 있음 0 · 거부 0\n"
    assert cli("check", DAY, DAY, "--json").document["total"] == {
        "messages": 3,
        "blank": 1,
        "questions": 2,
        "classified": 0,
        "missing": 2,
        "quarantined": 0,
    }


def test_loading_the_same_file_twice_adds_nothing(cli: CommandLine) -> None:
    """An import that was cut off is simply run again."""
    cli("load-chats", _file(GOOD))
    before = contents()

    outcome = cli("load-chats", _file(GOOD), "--json")

    assert outcome.document == {"read": 3, "loaded": 0, "known": 3, "refused": []}
    assert contents() == before


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"x,전학,{DAY} 09:00:00", "chatting_pk가 0 이상의 정수가 아님"),
        (f"-4,전학,{DAY} 09:00:00", "chatting_pk가 0 이상의 정수가 아님"),
        ("4,전학,2025-02-30 09:00:00", "created_at이 날짜와 시각이 아님"),
        (f"4,전학,{DAY}T09:00:00+09:00", "created_at에 시간대가 있음"),
        ("4,전학", "칸이 3개가 아님"),
        (f"1,다른 글,{DAY} 09:00:00", "같은 chatting_pk가 다른 내용으로 두 번 있음"),
        (f'4,"따옴표"가 남음,{DAY} 09:00:00', "따옴표가 맞지 않음"),
    ],
)
def test_a_file_with_a_line_that_cannot_be_taken_is_not_loaded(cli: CommandLine, line: str, reason: str) -> None:
    """Half a file would look like a complete day; the line's number says where to mend it."""
    cli("check", DAY, DAY)
    before = contents()

    outcome = cli("load-chats", _file(f"{GOOD}{line}\n"))
    complaint, summary = outcome.err.splitlines()

    assert (outcome.code, outcome.out) == (2, "")
    assert complaint.startswith(f"chats.csv 6번째 줄: {reason}")
    assert summary.startswith("읽음 4 · 거부 1 · 저장 0.")
    assert contents() == before


def test_refused_lines_are_in_the_json_document(cli: CommandLine) -> None:
    """For whoever sends the files automatically."""
    outcome = cli("load-chats", _file(f"{HEADER}x,전학,{DAY} 09:00:00\n"), "--json")

    assert (outcome.code, outcome.err) == (2, "")
    assert outcome.document == {
        "read": 1,
        "loaded": 0,
        "known": 0,
        "refused": [{"line": 2, "reason": "chatting_pk가 0 이상의 정수가 아님"}],
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"pk,text,at\n", "첫 줄은 chatting_pk,input_text,created_at 여야 합니다"),
        (b"", "첫 줄은 chatting_pk,input_text,created_at 여야 합니다"),
        (HEADER.encode() + "1,전학,2025-06-11 09:00:00\n".encode("cp949"), "UTF-8 파일이 아닙니다"),
    ],
    ids=["header", "empty", "cp949"],
)
def test_a_file_of_another_kind_is_refused(cli: CommandLine, content: bytes, reason: str) -> None:
    """Excel saves Korean CSV files in another encoding, and exports come in every shape."""
    Path("chats.csv").write_bytes(content)

    outcome = cli("load-chats", "chats.csv", "--json")

    assert (outcome.code, outcome.out) == (2, "")
    assert reason in outcome.complaint
    assert contents()["chattings"] == []


def test_a_file_that_is_not_there_is_named(cli: CommandLine) -> None:
    """The most common mistake of all."""
    outcome = cli("load-chats", "absent.csv")

    assert (outcome.code, outcome.out) == (2, "")
    assert "absent.csv" in outcome.complaint


# -- standard input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
@pytest.mark.parametrize("source", ["pipe", "file"])
def test_standard_input_is_loaded(cli: CommandLine, tmp_path: Path, name: str, source: str) -> None:
    """`mysqldump … | … | keyword-assets load-chats -`."""
    (tmp_path / "chats.csv").write_text(GOOD, encoding="utf-8", newline="")
    first = ["cat", "chats.csv"] if source == "pipe" else ["true"]
    with subprocess.Popen(first, cwd=tmp_path, stdout=subprocess.PIPE) as writer, open("chats.csv", "rb") as file:
        assert writer.stdout is not None
        done = subprocess.run(
            [sys.executable, "-m", "keyword_assets", "load-chats", name, "--json"],
            stdin=writer.stdout if source == "pipe" else file,
            capture_output=True,
            check=False,
        )

    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == {"read": 3, "loaded": 3, "known": 0, "refused": []}


def test_a_terminal_is_told_what_to_do(cli: CommandLine, tmp_path: Path) -> None:
    """It would wait for somebody to type a file."""
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "keyword_assets", "load-chats", "-", "--lang", "en"],
            stdin=theirs,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)

    assert (done.returncode, done.stdout) == (2, "")
    assert "load-chats - < FILE.csv" in done.stderr


def test_a_closed_standard_input_is_told(cli: CommandLine) -> None:
    """As under some schedulers."""
    command = f'exec "{sys.executable}" -m keyword_assets load-chats - --lang en <&-'

    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr.count("Error:")) == (2, 1)


def test_a_named_pipe_says_that_it_waits(cli: CommandLine, tmp_path: Path) -> None:
    """Until somebody writes, nothing would be seen."""
    os.mkfifo("pipe")
    writer = threading.Thread(target=lambda: Path("pipe").write_text(GOOD, encoding="utf-8"))
    writer.start()

    outcome = cli("load-chats", "pipe", "--json")
    writer.join()

    assert (outcome.code, outcome.document["loaded"]) == (0, 3)
    assert "pipe" in outcome.complaint


def test_an_encoding_can_be_named(cli: CommandLine) -> None:
    """And is suggested, where the bytes look like it."""
    Path("chats.csv").write_bytes(f"{HEADER}1,전학,{DAY} 09:00:00\n".encode("cp949"))

    refused, loaded = cli("load-chats", "chats.csv"), cli("load-chats", "chats.csv", "--encoding", "cp949")

    assert refused.code == 2
    assert "--encoding cp949" in refused.complaint
    assert loaded.code == 0
    assert [row[1] for row in contents()["chattings"]] == ["전학"]


def test_a_file_that_is_none_makes_no_database(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistyped name in a foreign folder leaves nothing behind."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", "sqlite:///new.db")

    for name in ("absent.csv", "/dev/null"):
        assert cli("load-chats", name).code == 2

    assert not Path("new.db").exists()
    assert str(Path("new.db").resolve()) in cli("load-chats", _file(GOOD)).complaint
