"""Numbers in digits: phone, resident registration, card and account numbers."""

import re
from collections.abc import Iterator
from functools import cached_property

from keyword_assets.masking import shapes
from keyword_assets.masking.cards import is_card_number
from keyword_assets.masking.context import BEFORE, Context, Word
from keyword_assets.masking.kinds import Number, kind_of
from keyword_assets.masking.plain import Span

# What is usual between the groups of a number, and all that anybody puts there.
_USUAL = r"[-~\s./()_]{1,12}+"
_SAID = "다시|대시|하이픈|데시|슬래시|물결|빼기|쩜|점|닷|국에|에|의|국"
_NO_WORD = r"(?:[^\w\ue000]|_)"
_UNUSUAL = rf"(?:{_NO_WORD}{{0,4}}(?:{_SAID}){_NO_WORD}{{0,4}}|{_NO_WORD}{{1,12}}+)"
_SIGN = re.compile(r"[^-~\s./()_\d]")
_GROUP = re.compile(r"\d+")
_SHORTEST, _LONGEST = 7, 19
_MOST_GROUPS, _MOST_PIECES = 5, 16


def _runs(between: str) -> re.Pattern[str]:
    return re.compile(rf"\d++(?:{between}\d++)*+")


_RUNS = {False: _runs(_USUAL), True: _runs(_UNUSUAL)}
# Where a number of some groups may begin, by its shape alone.
_SHAPED = re.compile(f"(?=(?:{'|'.join(sorted(shapes.ALL - shapes.PIECES))}))")
_MOBILE_BEGUN = re.compile(r"01(?=[016-9]\d{7})")
_DASHED = re.compile(r"\s*[-~다대하데]")
# Korea's code may stand before any grouping.
_COUNTRY = re.compile(r"(?:00)?82\D*0?\D*[1-7]")


# As most people write it, with nothing near that could make it something else.
_PLAINEST = re.compile(r"(?<![\d+(])(?<!\d[-\s.~/()_,:])010[-. ]?\d{4}[-. ]?\d{4}(?!\W{0,4}\d)")


def plainest(plain: str) -> list[Span]:
    """Mobile numbers that need no closer look."""
    return [(*found.span(), "phone") for found in _PLAINEST.finditer(plain)]


def usual(plain: str) -> list[Span]:
    """Numbers with blanks, dashes, dots and the like between their groups."""
    return _numbers(plain, wide=False)


def unusual(plain: str) -> list[Span]:
    """Numbers with anything else between: commas, colons, hearts, 다시, 에."""
    return _numbers(plain, wide=True)


def _numbers(plain: str, *, wide: bool) -> list[Span]:
    spans: list[Span] = []
    context = Context(plain)
    last = 0
    for found in _RUNS[wide].finditer(plain):
        start, end = found.span()
        # What has nothing unusual in it has been seen before.
        if end - start >= _SHORTEST and not (wide and _SIGN.search(plain, start, end) is None):
            # Nothing before the last number is looked at: masking that one must not change what is seen of this one.
            seen_from = max(last, start - BEFORE, plain.rfind("\ue000", max(0, start - BEFORE), start) + 1)
            spans += _in_run(_Run(context, start, end, seen_from, wide))
        last = end
    return spans


class _Run:
    """Groups of digits that stand next to each other, and what stands around them."""

    def __init__(self, context: Context, start: int, end: int, seen_from: int, wide: bool) -> None:
        self.context, self.plain, self.wide = context, context.plain, wide
        self.groups = [found.span() for found in _GROUP.finditer(self.plain, start, end)]
        self.shape = shapes.shape([end - start for start, end in self.groups])
        self._start, self._end, self._seen_from = start, end, seen_from

    @cached_property
    def word(self) -> Word | None:
        """What is said before it."""
        return self.context.before(self._start, self._seen_from)

    @cached_property
    def account_after(self) -> bool:
        """Whether what stands behind it says that it is an account."""
        return self.context.account_after(self._end)

    @property
    def plus(self) -> bool:
        return self._start > 0 and self.plain[self._start - 1] == "+"

    def digits(self, first: int, after: int) -> str:
        return "".join([self.plain[start:end] for start, end in self.groups[first:after]])

    def number(self, first: int, count: int) -> Number:
        after = first + count
        # Only the first number of a run is what the words before it say, and only the last what those behind it say.
        return Number(
            self.context,
            self.groups[first:after],
            self.shape[first:after],
            self.word if first == 0 else None,
            last=after == len(self.groups),
            wide=self.wide,
        )


def _in_run(run: _Run) -> list[Span]:
    """The personal data in a run, the longest that begins at each group."""
    spans: list[Span] = []
    after = 0
    for first in _starts(run):
        if first < after or (found := _longest(run, first)) is None:
            continue
        count, kind = found
        after = first + count
        spans.append((_begin(run, first, after), run.groups[after - 1][1], kind))
    return spans


def _begin(run: _Run, first: int, after: int) -> int:
    """Where it begins, with the + or the bracket that belongs to it."""
    start, end = run.groups[first][0], run.groups[after - 1][1]
    start -= run.plain.startswith("+", start - 1)
    return start - (")" in run.plain[start:end] and run.plain.startswith("(", start - 1))


def _starts(run: _Run) -> Iterator[int]:
    """The groups that a number may begin with, in order."""
    if len(run.groups) == 1:
        return iter((0,) if run.shape in shapes.ALL or run.plus or _named(run) or _is_country(run, 0) else ())
    places = {found.start() for found in _SHAPED.finditer(run.shape)}
    if "aaaaaaaaaa" in run.shape:
        places |= set(_pieces(run))
    places |= {place for place in range(len(run.groups)) if _is_country(run, place)}
    if run.plus or _named(run):
        places.add(0)
    if run.account_after:
        places |= set(range(max(0, len(run.groups) - _MOST_GROUPS), len(run.groups)))
    return iter(sorted(places))


def _pieces(run: _Run) -> Iterator[int]:
    """Where a number may begin of which each digit stands alone."""
    if shapes.PIECES & {run.shape}:
        yield 0
    begun = "".join([run.plain[start] for start, _ in run.groups])
    yield from (found.start() for found in _MOBILE_BEGUN.finditer(begun))


def _is_country(run: _Run, place: int) -> bool:
    start, end = run.groups[place]
    if run.plain[start] not in "08":
        return False
    # A person's number goes on with 1 to 7, perhaps after a zero.
    return _COUNTRY.match(run.plain, start) is not None and (
        run.plain.startswith(("8210", "0082"), start) or end - start == 2
    )


def _named(run: _Run) -> bool:
    """Whether something is said before it that any grouping will do for."""
    return run.word is not None and run.word.kind in ("account", "card", "rrn")


def _longest(run: _Run, first: int) -> tuple[int, str] | None:
    any_shape = (first == 0 and (run.plus or _named(run))) or run.account_after or _is_country(run, first)
    most = _MOST_PIECES if run.shape[first] == "a" or run.shape.startswith("ca", first) else _MOST_GROUPS
    for count in range(min(most, len(run.groups) - first), 0, -1):
        shape = run.shape[first : first + count]
        if not (shape in shapes.ALL and _may_be(run, first, count, shape)) and not (
            any_shape and count <= _MOST_GROUPS
        ):
            continue
        if _SHORTEST <= shapes.size(shape) <= _LONGEST and (kind := kind_of(run.number(first, count))):
            return count, kind
    return None


def _may_be(run: _Run, first: int, count: int, shape: str) -> bool:
    """Whether what its shape allows is possible at all, seen at a glance."""
    start, end = run.groups[first]
    digit = run.plain[start]
    if shape.startswith("aa"):
        return digit == "0" or len(shape) == len(run.groups)
    return (
        (digit == "0" and shape in shapes.FROM_ZERO)
        or shape in shapes.RRN
        or (first == 0 and _named(run))
        or (digit == "1" and shape in ("bdd", "j"))
        or (shape in shapes.LOCAL and digit not in "01" and _is_called(run, first, first + count))
        or (shape in shapes.CARD and digit in "234569" and is_card_number(run.digits(first, first + count)))
        or (shape in shapes.ACCOUNT and _is_dashed(run, end, shape))
    )


def _is_dashed(run: _Run, end: int, shape: str) -> bool:
    # Toss Bank's begin with 100.
    return _DASHED.match(run.plain, end) is not None and (shape != "ddd" or run.plain.startswith("100", end - 4))


def _is_called(run: _Run, first: int, after: int) -> bool:
    """Whether it is said to be a phone number."""
    if first == 0 and run.word is not None and run.word.kind == "phone":
        return True
    return after == len(run.groups) and run.context.phone_after(run.groups[-1][1])
