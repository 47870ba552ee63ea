"""Texts that differ, and collations that do not see it."""

import unicodedata

import pytest
import sqlalchemy as sa

# Each differs from another one here in a way that some collation, or some program, takes for no difference.
LOOKALIKES = (
    "abc",
    "ABC",
    "abc ",
    "abc  ",
    " abc",
    "abc\t",
    "abc\u00a0",
    "ａｂｃ",
    "ábc",
    unicodedata.normalize("NFD", "ábc"),
    "가나다",
    unicodedata.normalize("NFD", "가나다"),
    # The same letter as full-width, half-width and conjoining jamo.
    "ㄱ",
    "ﾡ",
    "\u1100",
    "😀",
    "😎",
    # A family of one sign, and its members one by one.
    "👩\u200d👧",
    "👩👧",
    "a\u200bbc",
    "a\u200dbc",
    "abc\u200b",
    "a\u00adbc",
    "a\x00bc",
    "straße",
    "strasse",
    "STRASSE",
    "1번",
    "１번",
    "①번",
    "a%c",
    "a\\bc",
    "a'bc",
    "?" * 3,
)
# Two that differ only at their far end.
LONG_LOOKALIKES = ("ㅋ" * 400_000, "ㅋ" * 400_000 + " ")
MYSQL_COLLATIONS = ("utf8mb4_bin", "utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_0900_ai_ci")
"""The strictest, and those that databases have by default, by age; not every server has the last."""


def require_collation(engine: sa.Engine, name: str) -> None:
    """Skip the test where the server has no such collation."""
    with engine.connect() as connection:
        found = connection.exec_driver_sql(f"SHOW COLLATION LIKE '{name}'").first()
        version = connection.exec_driver_sql("SELECT VERSION()").scalar_one()
    if found is None:
        pytest.skip(f"{version} has no collation {name}")
