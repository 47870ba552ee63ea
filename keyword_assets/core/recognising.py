"""Which of a database's tables holds the messages, by what tables and columns are called and which types they have.

A guess that a person confirms: it needs to put the right table first, not to be right.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

# What begins so is ours.
_OURS = "keyword_"
# Points for a word in a name. A word of four letters or more counts wherever it stands (`regdate`), a shorter one by
# itself alone (`at` in `created_at`); Korean has no borders between words.
_TABLES: Mapping[str, int] = {
    **dict.fromkeys("chat message msg question inquiry conversation dialog utterance talk query".split(), 4),
    **dict.fromkeys("채팅 대화 메시지 질문 문의 상담 발화 질의".split(), 4),
    **dict.fromkeys("log logs history 로그 이력 내역".split(), 1),
    **dict.fromkeys("bak backup old tmp temp test copy user users 백업 임시 사용자 회원".split(), -3),
    **dict.fromkeys("answer reply room session category keyword notice setting template migration faq".split(), -10),
    **dict.fromkeys("답변 응답 채팅방 대화방 세션 분류 공지 설정 키워드".split(), -10),
}
_TEXTS: Mapping[str, int] = {
    **dict.fromkeys("message content question query utterance 질문 질의 내용 발화 메시지 본문 문의".split(), 4),
    **dict.fromkeys("text msg body prompt input 입력 채팅 글".split(), 3),
    **dict.fromkeys("title subject 제목".split(), -2),
    **dict.fromkeys("answer response reply output bot agent 답변 응답 답".split(), -6),
    **dict.fromkeys("name type kind status code lang email url ip session uuid hash id key nick".split(), -4),
    **dict.fromkeys("이름 유형 종류 상태 코드 번호 작성자 사용자 채널 아이디 닉네임".split(), -4),
}
_TIMES: Mapping[str, int] = {
    **dict.fromkeys(
        "created create reg regist insert ins sent asked posted 등록 작성 생성 접수 발신 입력 보낸".split(), 4
    ),
    **dict.fromkeys("date datetime time timestamp at dt ts day 일시 시각 시간 날짜 일자".split(), 2),
    **dict.fromkeys("updated update modified mod upd deleted del expire birth closed ended read".split(), -6),
    **dict.fromkeys("수정 변경 삭제 만료 종료 마감 생년 읽은".split(), -6),
}
_KEYS: Mapping[str, int] = {
    **dict.fromkeys("pk no seq idx num 번호 일련 순번".split(), 4),
    **dict.fromkeys("id uuid key 아이디 키".split(), 3),
    **dict.fromkeys("user member session room parent channel 사용자 회원 방 세션 부모 상위 채널".split(), -4),
}
# A column that says whose words a row holds: then not every row is a question.
_SPEAKERS = frozenset(
    "role sender speaker author talker writer sender_type speaker_type author_type author_role user_type msg_type "
    "message_type direction is_bot is_user is_human from_bot from_user "
    "화자 발신자 발화자 발송자 작성자 보낸이 보낸사람 구분 화자구분 발신구분 발화구분 작성구분 메시지구분 "
    "메시지유형 화자유형 발화주체 작성주체".split()
)
_KEY_POINTS = 6
# Of the type that a column has to have, one that is unknown, and one that has to be shown otherwise by a view.
_FITS, _MAY_FIT, _DOES_NOT = 3, 1, -2
_LONG_TEXT, _LONG_CHARS = 1, 100
# Of two guesses so near to each other neither is taken unasked.
_NEAR = 0.85


@dataclass(frozen=True)
class SeenColumn:
    """A column as a database describes it.

    `type` is in small letters, empty where values have types of their own; `length` that of a text in characters.
    `is_key`: it is the primary key by itself.
    """

    name: str
    type: str = ""
    length: int | None = None
    is_key: bool = False


@dataclass(frozen=True)
class SeenTable:
    """A table or view with its columns. `rows`: about so many; None where that is not known."""

    name: str
    columns: tuple[SeenColumn, ...]
    is_view: bool = False
    rows: int | None = None


@dataclass(frozen=True)
class Candidate:
    """A table that may hold the messages, with the columns that are what we call `chatting_pk` and so on.

    `speaker` is a column that tells whose words a row holds, where there is one; `points` are worth something only
    beside those of another candidate.
    """

    table: SeenTable
    chatting_pk: str
    input_text: str
    created_at: str
    speaker: str | None
    points: int

    @property
    def columns(self) -> dict[str, str]:
        """The user's names by ours."""
        return {name: getattr(self, name) for name in ("chatting_pk", "input_text", "created_at")}


def candidates(tables: Iterable[SeenTable]) -> list[Candidate]:
    """The tables that may hold the messages, the likeliest first."""
    found = [candidate for table in tables if not table.name.startswith(_OURS) and (candidate := read(table))]
    likely = [candidate for candidate in found if candidate.points > 0]
    return sorted(likely, key=lambda candidate: (-candidate.points, candidate.table.name))


def read(table: SeenTable) -> Candidate | None:
    """The table with the columns that are likeliest to be the three; None if it has fewer than three."""
    columns = list(table.columns)
    if len(columns) < 3:
        return None
    text, text_points = _best(columns, _text_points)
    time, time_points = _best([column for column in columns if column is not text], _time_points)
    key, key_points = _best([column for column in columns if column not in (text, time)], _key_points)
    speaker = next((column.name for column in columns if column.name.lower() in _SPEAKERS), None)
    # A view does not say which column is its key.
    points = _points(table.name, _TABLES) + text_points + time_points
    points += _KEY_POINTS if table.is_view else min(key_points, _KEY_POINTS)
    # What nobody has written to is rarely what somebody wants to have classified.
    points -= _FITS if table.rows == 0 else 0
    return Candidate(table, key.name, text.name, time.name, speaker, points)


def rivals(found: Sequence[Candidate]) -> list[Candidate]:
    """Those that may as well be meant as the likeliest, which comes first; none where it has no rival."""
    near = [candidate for candidate in found if candidate.points >= _NEAR * found[0].points]
    return near if len(near) > 1 else []


def _best(columns: Sequence[SeenColumn], points: Callable[[SeenColumn], int]) -> tuple[SeenColumn, int]:
    """The column with the most points; of equal ones the first."""
    best = max(columns, key=points)
    return best, points(best)


def _text_points(column: SeenColumn) -> int:
    length = column.length or 0
    is_long = "text" in column.type or length >= _LONG_CHARS
    return _points(column.name, _TEXTS) + _of_type(column.type, ("char", "text", "clob")) + is_long * _LONG_TEXT


def _time_points(column: SeenColumn) -> int:
    return _points(column.name, _TIMES) + _of_type(column.type, ("date", "timestamp"))


def _key_points(column: SeenColumn) -> int:
    return _points(column.name, _KEYS) + column.is_key * _KEY_POINTS


def _of_type(type_: str, fitting: Sequence[str]) -> int:
    if not type_:
        return _MAY_FIT
    return _FITS if any(part in type_ for part in fitting) else _DOES_NOT


def _points(name: str, words: Mapping[str, int]) -> int:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", unicodedata.normalize("NFC", name)).lower()
    parts = set(re.split(r"[\W_]+", spaced))
    return sum(points for word, points in words.items() if word in parts or (_is_found_within(word) and word in spaced))


def _is_found_within(word: str) -> bool:
    return not word.isascii() or len(word) >= 4
