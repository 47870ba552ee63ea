"""Chats from CSV files: all of a file or nothing, and every refusal with its line."""

import os
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from keyword_assets.core.errors import InputError
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.loading.files import opened
from keyword_assets.sql.loading.messages import LoadResult, insert_messages
from keyword_assets.sql.schema.migrate import upgrade
from keyword_assets_tests.builders import DAY, coverage_of, execute, load_csv, open_store

HEADER = "chatting_pk,input_text,created_at\n"
AT = "2025-06-11 09:00:00"
Load = Callable[..., LoadResult]


@pytest.fixture
def load(store: SqlQuestionStore, tmp_path: Path) -> Load:
    """Loads a file with these rows below the header."""

    def load_rows(rows: str | bytes, header: str = HEADER) -> LoadResult:
        path = tmp_path / "chats.csv"
        path.write_bytes(header.encode() + (rows if isinstance(rows, bytes) else rows.encode()))
        return load_csv(store.engine, store.tables, path)

    return load_rows


def _stored(store: SqlQuestionStore) -> list[tuple[int, str | None, datetime]]:
    chat = store.tables.chattings.c
    with store.engine.connect() as connection:
        statement = sa.select(chat.chatting_pk, chat.input_text, chat.created_at).order_by(chat.chatting_pk)
        return [tuple(row) for row in connection.execute(statement)]


def test_rows_arrive_as_they_are_written(store: SqlQuestionStore, load: Load) -> None:
    """Commas, quotes, line ends, outer blanks and emoji are part of what was asked."""
    load(f'1," 쉼표, ""따옴표"" ",{AT}\n2,"두\n줄 😀",2025-06-11T23:59:59.999999\n3,,2025-06-12\n')

    assert _stored(store) == [
        (1, ' 쉼표, "따옴표" ', datetime(2025, 6, 11, 9)),
        (2, "두\n줄 😀", datetime(2025, 6, 11, 23, 59, 59, 999_999)),
        (3, "", datetime(2025, 6, 12)),
    ]


def test_the_report_counts_what_was_read_and_loaded(load: Load) -> None:
    """The person compares it with what the export said."""
    result = load(f"1,가,{AT}\n2,나,{AT}\n")

    assert result == LoadResult(read=2, loaded=2, known=0, refused=[])


def test_loading_the_same_file_twice_adds_nothing(store: SqlQuestionStore, load: Load) -> None:
    """Nobody remembers whether the upload went through."""
    rows = f"1,가,{AT}\n2,,{AT}\n3,나,2025-06-11 23:59:59.5\n"
    load(rows)
    before = _stored(store)

    result = load(rows)

    assert (result, _stored(store)) == (LoadResult(read=3, loaded=0, known=3), before)


def test_a_row_twice_in_a_file_is_loaded_once(load: Load) -> None:
    """Exports overlap."""
    assert load(f"1,가,{AT}\n1,가,{AT}\n") == LoadResult(read=2, loaded=1, known=1)


def test_a_longer_export_adds_only_what_is_new(load: Load) -> None:
    """Tomorrow's file has today's rows, too."""
    load(f"1,가,{AT}\n")

    assert load(f"1,가,{AT}\n2,나,{AT}\n") == LoadResult(read=2, loaded=1, known=1)


def test_more_rows_than_one_statement_takes_are_loaded(load: Load) -> None:
    """A month of chats has a hundred thousand rows."""
    rows = "".join(f"{number},질문 {number},{AT}\n" for number in range(1_234))

    assert load(rows).loaded == 1_234


REFUSED = {
    "too few columns": (f"1,{AT}", "columns"),
    "too many columns": (f"1,가,{AT},x", "columns"),
    "an empty line": ("", "columns"),
    "a key that is no number": (f"x,가,{AT}", "pk"),
    "an empty key": (f",가,{AT}", "pk"),
    "a negative key": (f"-1,가,{AT}", "pk"),
    "a broken key": (f"1.5,가,{AT}", "pk"),
    "a key above BIGINT": (f"{2**63},가,{AT}", "pk"),
    "a key of five thousand digits": (f"{'1' * 5_000},가,{AT}", "pk"),
    "a key with digits grouped": (f"1_0,가,{AT}", "pk"),
    "no time": ("1,가,", "created_at"),
    "a time that is none": ("1,가,2025-06-31 00:00:00", "created_at"),
    "another way to write a time": ("1,가,11.06.2025", "created_at"),
    "a time with a zone": (f"1,가,{AT}+09:00", "zone"),
    "a time in UTC": (f"1,가,{AT}Z", "zone"),
    "text after a closed quote": (f'1,"가"나,{AT}', "broken"),
}


@pytest.mark.parametrize(("row", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_row_that_cannot_be_taken_is_refused_with_its_line(load: Load, row: str, reason: str) -> None:
    """The person mends the file by line number."""
    result = load(f"7,가,{AT}\n{row}\n8,나,{AT}\n")

    assert result.refused == [(3, reason)]


def test_one_refused_row_keeps_the_whole_file_out(store: SqlQuestionStore, load: Load) -> None:
    """Half a file loaded is a question that nobody can answer later."""
    result = load(f"1,가,{AT}\n2,나,never\n")

    assert (result.loaded, result.read, _stored(store)) == (0, 2, [])


def test_every_refused_row_is_named_in_order(load: Load) -> None:
    """The file is mended in one go."""
    result = load(f"1,가,{AT}\nx,나,{AT}\n1,다,{AT}\n4,라,never\n")

    assert result.refused == [(3, "pk"), (4, "twice"), (5, "created_at")]


def test_a_line_number_is_where_the_row_begins_even_after_texts_of_several_lines(load: Load) -> None:
    """An editor jumps to that line."""
    result = load(f'1,"가\n나\n다",{AT}\n2,"라\n마",never\n3,바,never\n')

    assert result.refused == [(5, "created_at"), (7, "created_at")]


def test_a_quote_that_is_never_closed_is_refused_where_it_opens(load: Load) -> None:
    """It swallows the rest of the file."""
    result = load(f'1,가,{AT}\n2,"나,{AT}\n3,다,{AT}\n')

    assert result.refused == [(3, "broken")]


def test_a_key_that_the_table_has_with_other_contents_is_refused(store: SqlQuestionStore, load: Load) -> None:
    """Either the file or the table is wrong; we cannot know which."""
    load(f"1,가,{AT}\n")

    result = load(f"1,나,{AT}\n2,다,{AT}\n")

    assert result.refused == [(2, "other")]
    assert [text for _, text, _ in _stored(store)] == ["가"]


def test_a_key_that_the_table_has_at_another_time_is_refused(load: Load) -> None:
    """The time decides which day the question belongs to."""
    load(f"1,가,{AT}\n")

    assert load("1,가,2025-06-11 09:00:01\n").refused == [(2, "other")]


@pytest.mark.parametrize("other", ["가 ", "A", "\u1100\u1161"])
def test_contents_are_compared_exactly(load: Load, other: str) -> None:
    """A collation that ignores a difference must not hide a conflict."""
    load(f"1,{'a' if other == 'A' else '가'},{AT}\n")

    assert load(f"1,{other},{AT}\n").refused == [(2, "other")]


def test_a_file_with_a_byte_order_mark_is_read(load: Load) -> None:
    """Excel writes one."""
    assert load(f"1,가,{AT}\n", header="\ufeff" + HEADER).loaded == 1


def test_a_file_with_windows_line_ends_is_read(store: SqlQuestionStore, load: Load) -> None:
    """Excel writes them."""
    load(f"1,가,{AT}\r\n2,나,{AT}\r\n", header=HEADER.replace("\n", "\r\n"))

    assert [text for _, text, _ in _stored(store)] == ["가", "나"]


def test_a_huge_text_is_loaded_whole(store: SqlQuestionStore, load: Load) -> None:
    """People paste documents; Python's reader stops at 128 KiB unless told otherwise."""
    text = "긴 " * 200_000

    load(f"1,{text},{AT}\n")

    assert _stored(store)[0][1] == text


def test_a_file_with_nothing_but_the_header_is_fine(load: Load) -> None:
    """A day without chats."""
    assert load("") == LoadResult()


@pytest.mark.parametrize(
    "header",
    ["", "\n", "input_text,chatting_pk,created_at\n", "chatting_pk;input_text;created_at\n", f"1,가,{AT}\n", '"a"b\n'],
)
def test_another_header_is_refused(load: Load, header: str) -> None:
    """Columns in another order would put times into texts."""
    with pytest.raises(InputError) as refused:
        load(f"1,가,{AT}\n" if header else "", header=header)

    assert refused.value.key == "csv.header"


def test_a_file_that_is_not_utf8_is_refused(store: SqlQuestionStore, load: Load) -> None:
    """Old programs write CP949; its bytes would become other letters."""
    with pytest.raises(InputError) as refused:
        load(f"1,전학 절차,{AT}\n".encode("cp949"))

    assert (refused.value.key, _stored(store)) == ("csv.not_utf8", [])


def test_bytes_that_are_not_utf8_far_down_keep_the_whole_file_out(store: SqlQuestionStore, load: Load) -> None:
    """A file is judged to its end before anything is written."""
    good = "".join(f"{number},질문,{AT}\n" for number in range(2_000)).encode()

    with pytest.raises(InputError):
        load(good + b"9999,\xff,2025-06-11\n")

    assert _stored(store) == []


@pytest.mark.parametrize("name", ["absent.csv", "."])
def test_a_file_that_cannot_be_read_is_refused(sqlite_store: SqlQuestionStore, tmp_path: Path, name: str) -> None:
    """A mistyped path is an input error, not a crash."""
    with pytest.raises(InputError) as refused:
        load_csv(sqlite_store.engine, sqlite_store.tables, tmp_path / name)

    assert refused.value.key == "csv.unreadable"


def test_korean_bytes_of_old_programs_are_read_when_that_is_said(store: SqlQuestionStore, tmp_path: Path) -> None:
    """CP949 has letters that EUC-KR lacks."""
    path = tmp_path / "chats.csv"
    path.write_bytes(f"{HEADER}1,똠방각하 전학,{AT}\n".encode("cp949"))

    with pytest.raises(InputError, match="--encoding cp949"):
        load_csv(store.engine, store.tables, path)
    load_csv(store.engine, store.tables, path, "CP949")

    assert [text for _, text, _ in _stored(store)] == ["똠방각하 전학"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf_32", "UTF8", "utf-8-sig"])
def test_what_is_named_is_read_with_or_without_a_mark(
    sqlite_store: SqlQuestionStore, tmp_path: Path, encoding: str
) -> None:
    """Excel's text files begin with one."""
    path = tmp_path / "chats.csv"
    written = {"utf-16-le": "utf-16", "UTF8": "utf-8-sig"}.get(encoding, encoding)
    path.write_bytes(f"{HEADER}1,전학,{AT}\n".encode(written))

    load_csv(sqlite_store.engine, sqlite_store.tables, path, encoding)

    assert [text for _, text, _ in _stored(sqlite_store)] == ["전학"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_excels_unicode_text_is_named(sqlite_store: SqlQuestionStore, tmp_path: Path, encoding: str) -> None:
    """Not UTF-8 would be true of it, and no help."""
    path = tmp_path / "chats.csv"
    path.write_bytes(f"{HEADER}1,전학,{AT}\n".encode(encoding))

    with pytest.raises(InputError, match=encoding) as refused:
        load_csv(sqlite_store.engine, sqlite_store.tables, path)

    assert refused.value.key == "csv.marked"


@pytest.mark.parametrize("encoding", ["korean", "base64", "rot13", "", "cp949\0", "cp-949x"])
def test_an_encoding_that_is_none_of_text_is_refused(
    sqlite_store: SqlQuestionStore, tmp_path: Path, encoding: str
) -> None:
    """Python knows more codecs than those; `korean` is one of its names for EUC-KR."""
    path = tmp_path / "chats.csv"
    path.write_text(f"{HEADER}1,x,{AT}\n", encoding="ascii")

    if encoding == "korean":
        assert load_csv(sqlite_store.engine, sqlite_store.tables, path, encoding).loaded == 1
        return
    with pytest.raises(InputError) as refused:
        load_csv(sqlite_store.engine, sqlite_store.tables, path, encoding)
    assert refused.value.key == "csv.no_encoding"


def test_utf8_is_not_read_as_anything_else(sqlite_store: SqlQuestionStore, tmp_path: Path) -> None:
    """Its bytes are letters in CP949, too: `환불` would be stored, classified and paid for as `ѕ솚遺`."""
    path = tmp_path / "chats.csv"
    path.write_text(f"{HEADER}1,환불,{AT}\n", encoding="utf-8")

    with pytest.raises(InputError) as refused:
        load_csv(sqlite_store.engine, sqlite_store.tables, path, "cp949")

    assert (refused.value.key, _stored(sqlite_store)) == ("csv.is_utf8", [])


@pytest.mark.thorough
@pytest.mark.parametrize(("encoding", "key"), [(None, "csv.not_utf8"), ("cp949", "csv.not_encoded")])
def test_the_line_with_other_bytes_is_named(
    sqlite_store: SqlQuestionStore, tmp_path: Path, encoding: str | None, key: str
) -> None:
    """One row of a large export may be broken."""
    path = tmp_path / "chats.csv"
    good = "".join(f"{number},question,{AT}\n" for number in range(100_000)).encode()
    path.write_bytes(HEADER.encode() + good + b"100001,\xff\xff,2025-06-11\n")

    with pytest.raises(InputError) as refused:
        load_csv(sqlite_store.engine, sqlite_store.tables, path, encoding)

    assert (refused.value.key, refused.value.params["line"]) == (key, 100_002)


@pytest.mark.parametrize("may_be_said", [True, False])
def test_the_option_is_advised_where_there_is_one(tmp_path: Path, may_be_said: bool) -> None:
    """A file that a setting names comes without."""
    path = tmp_path / "golden.csv"
    path.write_bytes("text,category\n전학,기타\n".encode("cp949"))

    with opened(path, may_be_said=may_be_said) as file, pytest.raises(InputError) as refused, file.read() as text:
        text.read()

    assert ("--encoding" in str(refused.value)) == may_be_said
    assert "cp949" in str(refused.value)


@pytest.mark.parametrize("end", ["\n", "\n\n\n", "  \n", "\r\n \t\r\n", ",,\n", "\u3000", ' ,"",\n\n'])
def test_blank_lines_at_the_end_are_no_rows(load: Load, end: str) -> None:
    """Editors and spreadsheets leave them."""
    assert load(f"1,가,{AT}\n{end}") == LoadResult(read=1, loaded=1)


def test_blank_lines_in_the_middle_are_refused_one_by_one(load: Load) -> None:
    """Something that stood there was lost."""
    result = load(f"1,가,{AT}\n\n  \n2,나,{AT}\n\n")

    assert (result.read, result.refused) == (4, [(3, "columns"), (4, "columns")])


@contextmanager
def _piped(data: Iterator[bytes]) -> Iterator[Path]:
    """A pipe that somebody writes into, under the name that a shell would give to it."""
    reading, writing = os.pipe()

    def write() -> None:
        with open(writing, "wb") as pipe:
            for part in data:
                pipe.write(part)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield Path(f"/dev/fd/{reading}")
    finally:
        os.close(reading)
        writer.join()


def test_a_pipe_is_read_although_it_can_be_read_only_once(store: SqlQuestionStore) -> None:
    """`load-chats <(…)`: the second reading found nothing, and it was said that a row was known."""
    with _piped(iter([HEADER.encode(), f"1,가,{AT}\n".encode()])) as path:
        result = load_csv(store.engine, store.tables, path)

    assert (result, len(_stored(store))) == (LoadResult(read=1, loaded=1), 1)


def test_a_named_pipe_does_not_hang(sqlite_store: SqlQuestionStore, tmp_path: Path) -> None:
    """It was opened a second time, when nobody wrote any more."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_text(f"{HEADER}1,가,{AT}\n", encoding="utf-8"))
    writer.start()

    result = load_csv(sqlite_store.engine, sqlite_store.tables, path)
    writer.join()

    assert result == LoadResult(read=1, loaded=1)


def test_a_pipe_of_any_length_takes_no_memory() -> None:
    """What is kept of it meanwhile lies in a file."""
    row = f"1,{'긴 질문 ' * 300},{AT}\n".encode()
    with _piped(row for _ in range(20_000)) as path:
        tracemalloc.start()
        try:
            with opened(path) as file, file.read() as text:
                rows = sum(1 for _ in text)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert rows == 20_000
    # 66 MB went through.
    assert peak < 8_000_000


@pytest.mark.parametrize("type_", ["DATETIME", "DATETIME(3)", "DATETIME(6)", "TIMESTAMP"])
def test_the_last_instant_of_a_day_is_not_rounded_into_the_next(
    mysql_engine: sa.Engine, tmp_path: Path, type_: str
) -> None:
    """MySQL rounds what its column cannot hold: 23:59:59.9999 would be a message of tomorrow."""
    execute(
        mysql_engine,
        f"CREATE TABLE chattings (chatting_pk INTEGER PRIMARY KEY, input_text TEXT, created_at {type_} NOT NULL)",
    )
    upgrade(mysql_engine, DEFAULT_NAMES)
    store = open_store(mysql_engine)
    path = tmp_path / "chats.csv"
    path.write_text(f"{HEADER}1,가,2025-06-11 23:59:59.999999\n", encoding="utf-8")

    load_csv(mysql_engine, store.tables, path)

    assert coverage_of(store, DAY).questions == 1
    assert load_csv(mysql_engine, store.tables, path) == LoadResult(read=1, known=1)


def test_a_row_that_the_table_itself_refuses_is_named_by_its_line(engine: sa.Engine, tmp_path: Path) -> None:
    """A table of the user's may have rules that we know nothing of; what came before the row is not loaded either."""
    execute(
        engine,
        "CREATE TABLE chattings (chatting_pk INTEGER PRIMARY KEY, input_text TEXT, created_at DATETIME NOT NULL,"
        " CHECK (chatting_pk < 3))",
    )
    upgrade(engine, DEFAULT_NAMES)
    store = open_store(engine)
    path = tmp_path / "chats.csv"
    path.write_text(f"{HEADER}1,가,{AT}\n2,나,{AT}\n3,다,{AT}\n", encoding="utf-8")

    with pytest.raises(InputError) as refused:
        load_csv(engine, store.tables, path)

    assert (refused.value.key, refused.value.params["line"], _stored(store)) == ("csv.row_refused", 4, [])


def test_chats_at_hand_are_added_once(store: SqlQuestionStore) -> None:
    """The demo's messages go in with every `make demo`."""
    chats = [(number, f"질문 {number}", datetime(2025, 6, 11, 9)) for number in range(1, 700)]

    counts = [insert_messages(store.engine, store.tables, iter(chats)) for _ in range(2)]

    assert (counts, len(_stored(store))) == ([699, 0], 699)
