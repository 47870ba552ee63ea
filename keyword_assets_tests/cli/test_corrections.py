"""`corrections`: into the database from a file, out of it, and back, with nothing of it sent to HCX."""

import codecs
import csv
import io
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine, Once, Outcome
from keyword_assets_tests.world import DAY, NEXT_DAY, THIRD_DAY, Chats, contents, keyword_rows, questions

TEXTS = questions(4)
TEXT = TEXTS[0]
ROWS = [(TEXT, "사람의 말", "기타", "메모"), (TEXT, "서류", "전학, 편입", "")]
SAID = {("사람의 말", "기타"), ("서류", "전학, 편입")}


@pytest.fixture
def classified(cli: CommandLine, chats: Chats, hcx: SimulatorServer, once: Once) -> SimulatorServer:
    """Two days, classified by the model."""

    def classify() -> None:
        chats.add(*TEXTS)
        chats.add(TEXT, day=NEXT_DAY, times=3)
        assert [day.missing for day in straight.complete(DAY, NEXT_DAY).days] == [0, 0]

    once(classify)
    hcx.reset()
    return hcx


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two rows about one text."""
    return write(tmp_path / "corrections.csv", ROWS)


def write(path: Path, rows: list[tuple[str, ...]], encoding: str = "utf-8", end: str = "\n") -> Path:
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator=end).writerows([("text", "keyword", "category", "note"), *rows])
    path.write_bytes(made.getvalue().encode(encoding))
    return path


def taken(cli: CommandLine, path: Path, *options: str, reviewer: str = "김 선생") -> Outcome:
    return cli("corrections", "import", str(path), "--reviewer", reviewer, "--json", *options)


def said(text: str = TEXT) -> set[tuple[str, str]]:
    names = {row[0]: row[1] for row in contents()["admin_categories"]}
    return {(row["keyword"], names[row["category_id"]]) for row in keyword_rows() if row["query_text"] == text}


def held(cli: CommandLine, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cli("corrections", "list", "--json", *options).document["corrections"]
    return found


def test_what_is_imported_stands_on_all_days_and_is_never_sent(
    cli: CommandLine, classified: SimulatorServer, chats: Chats, file: Path
) -> None:
    """Also on days to come, and when everything is classified anew."""
    done = taken(cli, file)
    chats.add(TEXT, "새 질문", day=THIRD_DAY)
    run = cli("complete", DAY, THIRD_DAY, "--json")
    again = cli("basic", DAY, THIRD_DAY, "--reclassify", "--json")

    assert (done.code, done.document) == (0, {"taken": 1, "unchanged": 0, "refused": []})
    assert (run.code, again.code) == (0, 0)
    assert said() == SAID
    assert run.document["check"]["coverage"] == again.document["check"]["coverage"] == 1.0
    assert TEXT not in {text for record in classified.stats.records for text in record.texts}
    assert [row["query_count"] for row in keyword_rows() if row["query_text"] == TEXT] == [1, 1, 3, 3, 1, 1]


def test_a_report_tells_how_many_answers_are_a_persons(
    cli: CommandLine, classified: SimulatorServer, file: Path, tmp_path: Path
) -> None:
    """Whoever judges the model by it should know."""
    taken(cli, file)

    made = cli("report", DAY, NEXT_DAY, "--out", str(tmp_path), "--format", "html")
    (page,) = tmp_path.glob("*.html")

    assert made.code == 0
    assert re.search(r"사람이 고친 답\s*</\w+>\s*<\w+[^>]*>\s*2\s*<", page.read_text(encoding="utf-8"))


def test_importing_twice_changes_nothing(cli: CommandLine, classified: SimulatorServer, file: Path) -> None:
    taken(cli, file)
    before = contents()

    again = taken(cli, file, reviewer="이 선생")

    assert (again.code, again.document) == (0, {"taken": 0, "unchanged": 1, "refused": []})
    assert contents() == before


def test_what_is_exported_can_be_imported(
    cli: CommandLine, classified: SimulatorServer, file: Path, chats: Chats, tmp_path: Path
) -> None:
    """Also what a spreadsheet would run; for the operator's eyes alone."""
    texts = ["=HYPERLINK(1) 열어 줘", "'따옴표' 질문", "010-1234-5678로 전화 주세요"]
    chats.add(*texts)
    taken(cli, write(tmp_path / "more.csv", [*ROWS, *((text, "낱말", "기타", "-메모") for text in texts)]))
    out = tmp_path / "out.csv"

    exported = cli("corrections", "export", str(out))
    content = out.read_text(encoding="utf-8-sig")
    again = taken(cli, out)

    assert exported.code == 0
    assert "개인정보를 가리지 않았습니다" in exported.story
    assert out.read_bytes().startswith(codecs.BOM_UTF8)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert not [value for row in csv.reader(io.StringIO(content)) for value in row if value.startswith(("=", "-"))]
    assert again.document == {"taken": 0, "unchanged": 4, "refused": []}
    assert cli("corrections", "export", str(out)).code == 2
    assert cli("corrections", "export", str(out), "--overwrite", "--json").document == {
        "file": str(out),
        "corrections": 4,
    }
    assert cli("corrections", "export", str(tmp_path / "no folder" / "out.csv")).code == 2


def test_what_is_withdrawn_is_as_it_was(cli: CommandLine, classified: SimulatorServer, file: Path) -> None:
    """By its text or its number."""
    before = sorted(map(repr, keyword_rows()))
    taken(cli, file)
    by_text = cli("corrections", "withdraw", f" {TEXT} ", "--reviewer", "이 선생", "--json")
    assert sorted(map(repr, keyword_rows())) == before
    taken(cli, file)
    (one,) = held(cli)

    by_number = cli("corrections", "withdraw", str(one["id"]))

    assert by_text.document == {"withdrawn": 1, "text": TEXT, "by": "이 선생"}
    assert by_number.code == 0
    assert f"{one['id']}번을 취소했습니다" in by_number.story
    assert sorted(map(repr, keyword_rows())) == before
    assert held(cli) == []
    assert [entry["ended_by"] is None for entry in held(cli, "--all")] == [False, False]


@pytest.mark.parametrize("which", ["없는 질문", "99", "9" * 30])
def test_there_is_nothing_to_withdraw(cli: CommandLine, classified: SimulatorServer, which: str) -> None:
    told = cli("corrections", "withdraw", which)

    assert told.code == 2
    assert which in told.err


def test_the_second_of_two_people_is_told_and_may_insist(
    cli: CommandLine, classified: SimulatorServer, file: Path, tmp_path: Path
) -> None:
    """The first one's answer is kept in any case."""
    taken(cli, file)
    other = write(tmp_path / "other.csv", [(TEXT, "다른 말", "기타", "")])

    told = taken(cli, other, reviewer="이 선생")
    still = said()
    insisted = taken(cli, other, "--replace", reviewer="이 선생")

    assert told.code == 2
    assert (told.document["taken"], told.document["refused"][0]["line"]) == (0, 2)
    assert "김 선생님이 2025-06-20 09:30에 이미 다르게" in told.document["refused"][0]["reason"]
    assert still == SAID
    assert (insisted.code, insisted.document["taken"]) == (0, 1)
    assert said() == {("다른 말", "기타")}
    assert [entry["reviewer"] for entry in held(cli, "--all")] == ["김 선생", "이 선생"]


def test_whoever_corrects_himself_need_not_insist(
    cli: CommandLine, classified: SimulatorServer, file: Path, tmp_path: Path
) -> None:
    taken(cli, file)

    again = taken(cli, write(tmp_path / "again.csv", [(TEXT, "고친 말", "기타", "")]))

    assert again.document == {"taken": 1, "unchanged": 0, "refused": []}
    assert said() == {("고친 말", "기타")}


def test_bad_lines_are_told_and_the_others_taken(cli: CommandLine, classified: SimulatorServer, tmp_path: Path) -> None:
    bad = [("없던 질문", "낱말", "기타", ""), (TEXTS[1], "낱말", "기 타?", ""), ("", "낱말", "기타", "")]
    path = write(tmp_path / "mixed.csv", [*bad, *ROWS])

    told = taken(cli, path)
    shown = cli("corrections", "import", str(path), "--reviewer", "김 선생", "--lang", "en")

    assert told.code == 3
    assert told.document["taken"] == 1
    assert [entry["line"] for entry in told.document["refused"]] == [2, 3, 4]
    unheard, category, blank = (entry["reason"] for entry in told.document["refused"])
    assert unheard.startswith("이 질문을 물은 날이 없습니다")
    assert category == "분류표에 없는 분류 '기 타?'. 가장 가까운 것: 기타"
    assert blank == "질문이 비어 있음"
    assert (shown.code, shown.out) == (2, "")
    assert "line 3: no such category" in shown.err


@pytest.mark.parametrize(
    ("encoding", "end", "options"),
    [("utf-8-sig", "\r\n", []), ("cp949", "\r\n", ["--encoding", "cp949"]), ("utf-16", "\n", ["--encoding", "utf-16"])],
)
def test_files_come_as_programs_write_them(
    cli: CommandLine, classified: SimulatorServer, tmp_path: Path, encoding: str, end: str, options: list[str]
) -> None:
    path = write(tmp_path / "corrections.csv", ROWS, encoding, end)

    assert taken(cli, path, *options).document["taken"] == 1
    assert said() == SAID


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("text,keyword,category,note\n전학,전학,기타,\n".encode("cp949"), "cp949"),
        ("text,keyword,category,note\n전학,전학,기타,\n".encode("utf-16"), "utf-16"),
        (b"chatting_pk,input_text,created_at\n", "text,keyword,category,note"),
        (b"", "text,keyword,category,note"),
        (b"\x00\x01\x02", "text,keyword,category,note"),
    ],
)
def test_another_file_is_refused_in_words(
    cli: CommandLine, classified: SimulatorServer, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    before = contents()

    told = cli("corrections", "import", str(path), "--reviewer", "김 선생")

    assert told.code == 2
    assert words in told.complaint
    assert contents() == before


@pytest.mark.parametrize("reviewer", ["", " ", "가" * 101, "김\u202e"])
def test_nobody_is_no_reviewer(cli: CommandLine, classified: SimulatorServer, file: Path, reviewer: str) -> None:
    before = contents()

    assert taken(cli, file, reviewer=reviewer).code == 2
    assert contents() == before


def test_what_is_shown_is_masked(cli: CommandLine, chats: Chats, tmp_path: Path) -> None:
    text = "010-1234-5678로 전화 주세요"
    chats.add(text)
    taken(cli, write(tmp_path / "corrections.csv", [(text, "낱말", "기타", "010-1234-5678 본인")]))

    shown = cli("corrections", "list")

    assert "1234" not in shown.out + cli("corrections", "list", "--json").out
    assert "[전화번호]로 전화 주세요" in shown.story
    assert cli("check", DAY, DAY).code == 3


def test_nothing_is_said_as_nothing(cli: CommandLine, chats: Chats) -> None:
    chats.add(TEXT)

    assert cli("corrections", "list").out.strip() == "사람이 고친 답이 없습니다."


def test_pruning_keeps_every_correction(cli: CommandLine, classified: SimulatorServer, file: Path) -> None:
    taken(cli, file)
    before = contents()

    assert cli("db", "prune", "--keep-days", "90").code == 0
    assert {name: contents()[name] for name in ("keyword_corrections", "keyword_replaced_rows")} == {
        name: before[name] for name in ("keyword_corrections", "keyword_replaced_rows")
    }


def test_removing_our_tables_takes_them_along(cli: CommandLine, classified: SimulatorServer, file: Path) -> None:
    """And leaves what they wrote."""
    taken(cli, file)
    rows = contents()["admin_chat_keywords"]

    assert cli("db", "remove", "--tables").code == 0
    assert not [name for name in contents() if name.startswith("keyword_")]
    assert contents()["admin_chat_keywords"] == rows
