"""A small choice of combinations in which every value, or every pair of values, occurs."""

import random
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, product

Row = dict[str, str]
_TRIES = 200
_CANDIDATES = 12


def covering(
    dimensions: Mapping[str, Sequence[str]],
    strength: int,
    possible: Callable[[Row], bool] = lambda row: True,
    seed: int = 1,
) -> list[Row]:
    """Rows in which all combinations of `strength` dimensions' values occur, but for those that are not possible.

    Args:
        dimensions: name → its values.
        strength: 1 for every value, 2 for every pair.
        possible: whether there is such a row.
        seed: of the random choice; the same seed gives the same rows.
    """
    chance = random.Random(seed)
    left = {
        tuple(zip(names, values, strict=True))
        for names in combinations(dimensions, strength)
        for values in product(*(dimensions[name] for name in names))
    }
    rows: list[Row] = []
    # Sorted, because the order of a set differs from run to run.
    for wanted in sorted(left):
        if wanted not in left:
            continue
        candidates = _candidates(dimensions, dict(wanted), possible, chance)
        if candidates:
            best = max(candidates, key=lambda row: len(left & _parts(row, strength)))
            left -= _parts(best, strength)
            rows.append(best)
    return rows


def _candidates(
    dimensions: Mapping[str, Sequence[str]], fixed: Row, possible: Callable[[Row], bool], chance: random.Random
) -> list[Row]:
    found: list[Row] = []
    for _ in range(_TRIES):
        row = {name: fixed.get(name) or chance.choice(values) for name, values in dimensions.items()}
        if possible(row):
            found.append(row)
        if len(found) == _CANDIDATES:
            break
    return found


def _parts(row: Row, strength: int) -> set[tuple[tuple[str, str], ...]]:
    return set(combinations(row.items(), strength))
