"""The messages of the demo: four days of made-up questions, with everything that can go wrong with text and time.

They are the same in every run: the demo's documentation quotes its numbers, and tests compare with them. Each oddity is
there because a count or a database can get it wrong: messages at the first and the last instant of a day, blanks of
every kind, and pairs of texts that are two questions to us but one to a careless collation.
"""

import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from importlib import resources
from itertools import accumulate, pairwise
from random import Random

import yaml

DEMO_START = date(2025, 6, 11)
DEMO_END = date(2025, 6, 14)
"""The last day, inclusive: a Saturday."""

_SEED = 20250611
_FIRST_PK = 48_001
# Each day's share of all messages; the last one is the quiet Saturday.
_SHARES = (0.29, 0.30, 0.26, 0.15)
# How many of each category's questions, from its first one on, are popular; how often popular ones come back in all.
_POPULAR = 3
_REPEATS = 220
# Relative traffic of the 24 hours: almost nobody at night, most in office hours, a dip at lunch, parents after work.
_HOURS = (3, 2, 1, 1, 1, 2, 6, 14, 40, 80, 95, 85, 45, 75, 90, 88, 80, 60, 32, 25, 24, 20, 14, 7)
_EDGES = (time(0, 0), time(23, 59, 59, 500_000))
_LAST_INSTANT = time(23, 59, 59, 999_999)
_BLANKS = (None, "", "   ", "\n\t", "\u200b")
# Different texts to us; the same for a database that pads, composes, folds case or ignores emoji when it compares.
_TWINS = (
    ("전학 가면 교과서는 다시 받나요", "전학 가면 교과서는 다시 받나요 "),
    ("증명서 수수료는 얼마인가요", unicodedata.normalize("NFD", "증명서 수수료는 얼마인가요")),
    ("AI 디지털교과서는 꼭 써야 하나요?", "ai 디지털교과서는 꼭 써야 하나요?"),
    ("오늘 시험 끝났어요 😀", "오늘 시험 끝났어요 😭"),
)


def demo_messages() -> Iterator[tuple[int, str | None, datetime]]:
    """Yields (chatting_pk, input_text, created_at), oldest first; the keys rise with the time, as in a live table."""
    rng = Random(_SEED)
    popular, rare, long_question = _load_questions()
    rng.shuffle(popular)
    rng.shuffle(rare)
    weights = [1 / rank for rank in range(1, len(popular) + 1)]  # Zipf: few are asked often, most hardly ever
    pk = _FIRST_PK
    for number, (rare_part, repeats) in enumerate(zip(_parts(len(rare)), _parts(_REPEATS), strict=True)):
        # The rare ones come first: they get the instants at the edges, where nothing else would make up for a lost one.
        texts: list[str | None] = [*rare[rare_part]]
        texts += popular[number :: len(_SHARES)]
        texts += rng.choices(popular, weights, k=repeats.stop - repeats.start)
        texts += (_BLANKS * 2)[number :: len(_SHARES)]
        texts += _TWINS[number]
        edges: tuple[time, ...] = _EDGES
        if number == 1:
            edges += (_LAST_INSTANT,)
            texts.append(long_question)
        midnight = datetime.combine(DEMO_START + timedelta(days=number), time())
        times = [datetime.combine(midnight, edge) for edge in edges]
        times += [midnight + _time_of_day(rng) for _ in texts[len(edges) :]]
        for created_at, text in sorted(zip(times, texts, strict=True), key=lambda message: message[0]):
            yield pk, text, created_at
            pk += rng.choice((1, 1, 1, 2))  # a live table has gaps


def _load_questions() -> tuple[list[str], list[str], str]:
    """The popular questions, all others, and the long one."""
    source = resources.files("keyword_assets") / "resources" / "demo_questions.yaml"
    document = yaml.safe_load(source.read_text(encoding="utf-8"))
    categories: list[list[str]] = list(document["questions"].values())
    popular = [text for texts in categories for text in texts[:_POPULAR]]
    rare = [text for texts in categories for text in texts[_POPULAR:]]
    return popular, rare, str(document["long_question"])


def _parts(count: int) -> list[slice]:
    """One slice per day that together cover `count` things, in the proportions of `_SHARES`."""
    bounds = [0, *(round(count * share) for share in accumulate(_SHARES))]
    return [slice(start, end) for start, end in pairwise(bounds)]


def _time_of_day(rng: Random) -> timedelta:
    """Strictly inside the day, to the microsecond."""
    (hour,) = rng.choices(range(24), _HOURS)
    return timedelta(hours=hour, microseconds=rng.randrange(1, 3_600_000_000))
