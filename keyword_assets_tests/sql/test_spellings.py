"""Which texts a server takes for other spellings of some: all that are, and few others."""

import sys
import unicodedata

import pytest
import sqlalchemy as sa

from keyword_assets.core.questions import Mask, share_key, unmasked
from keyword_assets.privacy import mask_in_korean
from keyword_assets.sql import spellings
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.spellings import may_be
from keyword_assets_tests.builders import add_messages

NFD = unicodedata.normalize("NFD", "전학 절차")
OTHERS = ["편입 서류", "전 학", "절차", "100%", "_______", "\\", "'", "전학", "Café", "Ωmega"]


def found(store: SqlQuestionStore, texts: list[str], mask: Mask = unmasked) -> set[str]:
    column = store.tables.chattings.c.input_text
    with store.engine.connect() as connection:
        return set(
            connection.execute(sa.select(column).where(may_be(column, texts, mask, connection.dialect))).scalars()
        )


@pytest.mark.parametrize(
    ("text", "others", "mask"),
    [
        # The last ones are written half in syllables and half in letters.
        (
            "전학 절차",
            [" 전학\t절차 ", NFD, "전학  절차", NFD[:3] + "학 절차", "전하\u11a8 절차", "전학 절차"],
            unmasked,
        ),
        (NFD, ["전학 절차", " 전학 절차"], unmasked),
        ("100 % 됩니까", ["100 %  됩니까"], unmasked),
        ("Café 시간", ["Cafe\u0301 시간"], unmasked),
        ("5K 달리기 K", ["5\u212a 달리기 \u212a"], unmasked),
        ("\u00c5", ["\u212b", "A\u030a"], unmasked),
        ("樂 樂", ["\uf914 樂"], unmasked),
        ("🙂", [" 🙂"], unmasked),
        ("제 번호는 010-1234-5678 입니다", ["제 번호는  010-8765-4321 입니다"], mask_in_korean),
        ("010-1234-5678", ["010-8765-4321"], mask_in_korean),
        ("[전화번호]로 걸까요", ["010-8765-4321로 걸까요"], mask_in_korean),
    ],
)
def test_no_spelling_is_left_out(mysql_store: SqlQuestionStore, text: str, others: list[str], mask: Mask) -> None:
    assert {share_key(other, mask) for other in others} == {share_key(text, mask)}
    add_messages(mysql_store, text, *others, *OTHERS)

    assert found(mysql_store, [text], mask) >= {text, *others}


def test_what_cannot_be_one_stays_in_the_database(mysql_store: SqlQuestionStore) -> None:
    add_messages(mysql_store, "전학 절차", "전학절차", NFD, *OTHERS)

    assert found(mysql_store, ["전학 절차"]) == {"전학 절차", "전학절차", NFD}
    assert found(mysql_store, ["전학 절차", "Ωmega"]) == {"전학 절차", "전학절차", NFD, "Ωmega"}


def test_of_many_texts_all_is_looked_at(mysql_store: SqlQuestionStore) -> None:
    add_messages(mysql_store, *OTHERS)

    assert found(mysql_store, [f"질문 {number}번" for number in range(100)]) == set(OTHERS)


def test_nothing_else_becomes_what_is_looked_for() -> None:
    """Of all characters there are; letters of syllables are looked for by themselves."""
    becomes = {
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if spellings._STANDS.search(unicodedata.normalize("NFC", char)) and not spellings._STANDS.fullmatch(char)
    }
    syllables = [chr(point) for point in range(ord("가"), ord("힣") + 1)]

    assert becomes == set()
    assert all(
        any(part in unicodedata.normalize("NFD", char).encode() for part in spellings._LETTERS) for char in syllables
    )
