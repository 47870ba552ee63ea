"""In which groups of digits numbers are written, as strings: `cdd` for groups of 3, 4 and 4 digits.

Only what has one of these shapes is looked at more closely, so that a megabyte of `01 01 01` costs no more than prose.
"""

from collections.abc import Iterable, Iterator

# Longer groups are no part of anything.
LONGEST_GROUP = 19
_LETTERS = "_abcdefghijklmnopqrstz"


def shape(sizes: Iterable[int]) -> str:
    """The shape of groups of these sizes."""
    return "".join([_LETTERS[size] if size <= LONGEST_GROUP else "z" for size in sizes])


def size(shape: str) -> int:
    """How many digits the groups have together."""
    return sum(map(_LETTERS.index, shape))


def _shapes(written: str) -> Iterator[str]:
    return (shape(map(int, one.split("-"))) for one in written.split())


def _parts(total: int, most: int) -> Iterator[tuple[int, ...]]:
    """All ways to write a number of digits in at most so many groups."""
    yield (total,)
    if most > 1:
        for first in range(1, total):
            yield from ((first, *rest) for rest in _parts(total - first, most - 1))


# One digit at a time, or the prefix and then one at a time.
PIECES = frozenset("a" * total for total in (10, 11, 13, 16))
_PIECES = "1-1-1-1-1-1-1-1-1-1-1 1-1-1-1-1-1-1-1-1-1 3-1-1-1-1-1-1-1-1 3-1-1-1-1-1-1-1"
MOBILE = frozenset(
    {
        *_shapes(f"10 11 {_PIECES} 2-5-4 2-1-4-4 1-2-4-4 1-1-1-4-4 2-1-8 1-1-1-8 1-2-8"),
        *(shape((3, *rest)) for total in (7, 8) for rest in _parts(total, 4)),
        *(shape((first, total - first)) for total in (10, 11) for first in range(1, total)),
    }
)
RRN = frozenset(_shapes("6-7 13 6-1-6 2-2-2-7 1-1-1-1-1-1-1-1-1-1-1-1-1"))
# Of these, the second half is told in one digit only.
RRN_NAMED = frozenset({*RRN, *_shapes("6-1 6-2-5 6-3-4 6-4-3")})
LINE = frozenset(
    _shapes(
        "2-3-4 2-4-4 3-3-4 3-4-4 4-3-4 4-4-4 2-7 2-8 3-7 3-8 4-7 4-8 9 10 11 12 5-4 6-4 7-4 8-4 1-2-3-4 1-2-4-4 1-1-3-4"
    )
)
LOCAL = frozenset(_shapes("3-4 4-4 7 8"))
CARD = frozenset(
    _shapes(
        "4-4-4-4 4-6-5 4-6-4 4-4-4-4-3 4-4-4-2 4-4-4-3 4-4-8 4-8-4 4-12 8-8 14 15 16 19 1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1"
    )
)
CARD_NAMED = frozenset({*CARD, *(shape(parts) for total in (15, 16) for parts in _parts(total, 4) if min(parts) > 1)})
# Account numbers as banks print them (the banks' own notices on account numbers); 4-4-4 is Toss Bank's.
ACCOUNT = frozenset(
    _shapes(
        "6-2-6 3-3-6 3-2-6 4-3-6 3-6-2-3 3-6-5 3-6-3 3-4-4-2 3-4-4-3 4-2-7 4-4-4-1 3-2-4-3 3-2-5-1 3-2-6-1 3-2-7 4-2-6 "
        "5-2-6 2-2-6 4-4-4"
    )
)
FROM_ZERO = MOBILE | LINE
ALL = frozenset({*MOBILE, *RRN, *RRN_NAMED, *LINE, *LOCAL, *CARD, *ACCOUNT})
