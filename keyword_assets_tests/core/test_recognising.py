"""Which table holds the messages: tables as services have them, told apart by names and types."""

from dataclasses import replace

import pytest

from keyword_assets.core.recognising import SeenColumn, SeenTable, candidates, rivals


def _table(name: str, *columns: str, rows: int | None = None) -> SeenTable:
    """Columns as `name type`, the first of which is the key."""
    parted = [column.partition(" ") for column in columns]
    seen = (SeenColumn(name, type_, is_key=not place) for place, (name, _, type_) in enumerate(parted))
    return SeenTable(name, tuple(seen), rows=rows)


# What stands beside the messages of any service.
OTHERS = (
    _table("users", "id int", "name varchar", "email varchar", "created_at datetime"),
    _table("chat_room", "room_id int", "room_name varchar", "created_at datetime"),
    _table("django_session", "session_key varchar", "session_data longtext", "expire_date datetime"),
    _table("회원", "회원번호 int", "이름 varchar", "가입일시 datetime"),
    _table("공지", "번호 int", "제목 varchar", "내용 text", "등록일 datetime"),
    _table("keyword_answers", "share_key binary", "answer longtext", "answered_at datetime"),
    _table("alembic_version", "version_num varchar"),
)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (_table("chattings", "chatting_pk int", "input_text text", "created_at datetime"), "input_text created_at"),
        (
            _table(
                "tb_chat_msg", "msg_id char", "user_msg varchar", "bot_msg text", "reg_dt timestamp", "upd_dt timestamp"
            ),
            "user_msg reg_dt",
        ),
        (
            _table(
                "문의내역",
                "일련번호 bigint",
                "문의내용 text",
                "답변내용 text",
                "수정일시 datetime",
                "등록일시 datetime",
            ),
            "문의내용 등록일시",
        ),
        (
            _table("messages", "id int", "answer text", "userMessage text", "createdAt datetime"),
            "userMessage createdAt",
        ),
        (_table("상담_로그", "순번 int", "작성자 varchar", "질문 text", "작성일자 date"), "질문 작성일자"),
    ],
    ids=lambda value: value.name if isinstance(value, SeenTable) else "",
)
def test_the_messages_are_found_among_other_tables(table: SeenTable, expected: str) -> None:
    """Whatever a service calls them."""
    found = candidates([*OTHERS, table])

    assert (found[0].table, f"{found[0].input_text} {found[0].created_at}") == (table, expected)
    assert found[0].chatting_pk == table.columns[0].name
    assert rivals(found) == []


def test_columns_whose_types_a_view_has_to_show_otherwise_are_found() -> None:
    """They are refused later, in words; not to find them would say nothing."""
    found = candidates([*OTHERS, _table("conversation", "id int", "title varchar", "utterance blob", "ts bigint")])

    assert (found[0].input_text, found[0].created_at) == ("utterance", "ts")


def test_a_table_that_nobody_has_written_to_comes_after_one_that_is_in_use() -> None:
    """Services leave their old tables behind."""
    columns = ("id int", "message text", "created_at datetime")

    found = candidates([_table("chat", *columns, rows=0), _table("chat_2", *columns, rows=9)])

    assert [candidate.table.name for candidate in found] == ["chat_2", "chat"]
    assert len(rivals(found)) == 2


def test_a_column_that_says_who_speaks_is_told() -> None:
    """The answers of a bot are no questions."""
    (found,) = candidates([_table("dialog", "id int", "role varchar", "text text", "created_at datetime")])

    assert found.speaker == "role"


def test_a_view_of_peoples_questions_is_not_behind_the_table_that_it_shows_a_part_of() -> None:
    """`init` asks for one where a bot's words are in the same table: who has made it means it, or is asked."""
    log = _table("상담이력", "id bigint", "구분 char", "메시지 varchar", "생성일 datetime")
    columns = tuple(replace(column, is_key=False) for column in log.columns if column.name != "구분")

    found = candidates([log, SeenTable("질문_보기", columns, is_view=True)])

    assert {candidate.table.name: candidate.speaker for candidate in rivals(found)} == {
        "상담이력": "구분",
        "질문_보기": None,
    }
