"""How time grows with rows."""

import math
from collections.abc import Sequence
from typing import Any


def at_size(
    figures: Sequence[dict[str, Any]], name: str, wanted: float, size: str = "messages", *, least: float = 0.0
) -> float | None:
    """What a figure would be at another size, going on from the largest one by its power, or by the least power."""
    power = exponent(figures, name, size)
    if power is None:
        return None
    largest = max(figures, key=lambda row: row[size])
    return float(largest[name] * (wanted / largest[size]) ** max(least, power))


def exponent(figures: Sequence[dict[str, Any]], name: str, size: str = "messages") -> float | None:
    """The power of the size that a figure grows with: least squares over logarithms; None with fewer than three."""
    points = [(math.log(row[size]), math.log(row[name])) for row in figures if row.get(name)]
    if len(points) < 3:
        return None
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return round(sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points), 2)
