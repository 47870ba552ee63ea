"""Under which one category a question counts."""

from collections.abc import Iterable


def category_of(categories: Iterable[int], catch_all: int) -> int:
    """The category of a question whose keywords have these, in their order: the first that is not the catch-all."""
    return next((category for category in categories if category != catch_all), catch_all)
