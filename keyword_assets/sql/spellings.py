"""Texts that may be other spellings of some: a server leaves out what cannot be, and sends the rest to be looked at.

Texts share an answer if the same is left of them once they are composed (NFC), trimmed and masked. No database composes
as Python does; but what it takes for a candidate is all that is needed of it, as long as it leaves out none.
"""

import re
from collections.abc import Collection, Iterable

import sqlalchemy as sa

from keyword_assets import privacy
from keyword_assets.core.questions import Mask, shared_text
from keyword_assets.sql.database.dialects import bytes_of, is_sqlite

# What stands in every spelling of a text just as it is: composed, nothing else becomes one of these. But for syllables,
# which may be written letter by letter, and K, which the sign of kelvins becomes.
_STANDS = re.compile("[0-9A-JL-Za-z가-힣]+")
# How the letters begin in UTF-8 that syllables are composed of: first ones, and last ones in two ranges. No syllable is
# written without one of these, other than by itself.
_LETTERS = (b"\xe1\x84", b"\xe1\x86", b"\xe1\x87")
# Texts that one statement looks for; for more of them it is quicker to look at everything.
_MOST = 50
# Candidates that are fetched at a time while all of them are gone through.
FETCHED = 5_000
# Of each: words alone are in many texts, all of them together in few.
_PARTS = 6


def may_be(
    column: sa.ColumnElement[str], texts: Collection[str], mask: Mask, dialect: sa.Dialect
) -> sa.ColumnElement[bool]:
    """Whether a text may share its answer with one of these: true of all that do, and of few others.

    Args:
        column: of texts.
        texts: what is looked for.
        mask: what hides personal data in the texts that are sent.
        dialect: of the database. SQLite calls Python for each comparison of bytes anyway, and says yes to all.
    """
    wanted = {_longest(text, mask) for text in texts}
    if is_sqlite(dialect) or () in wanted or len(wanted) > _MOST:
        return sa.true()

    def has(part: bytes) -> sa.ColumnElement[bool]:
        return sa.func.instr(bytes_of(column), part) > 0

    whole = (sa.and_(*(has(part.encode()) for part in parts)) for parts in sorted(wanted))
    return sa.or_(*whole, *map(has, _LETTERS))


def _longest(text: str, mask: Mask) -> tuple[str, ...]:
    """The longest parts of a text that stand in all spellings of it; none where there are none."""
    parts = dict.fromkeys(_parts(privacy.unhidden(mask(shared_text(text)))))
    return tuple(sorted(parts, key=len, reverse=True)[:_PARTS])


def _parts(pieces: Iterable[str]) -> Iterable[str]:
    return (part for piece in pieces for part in _STANDS.findall(piece))
