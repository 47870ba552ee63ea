"""Texts that ask the same in other words: neighbours by their n-grams, found in blocks of bounded memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# Of pairs as alike as this, 85 % in ParaKQC are wordings of one utterance, and nearly all of one topic.
_ALIKE = 0.4
_NEIGHBOURS = 10
# N-grams in more texts than this are left out of the product: likeness comes out smaller, never greater.
_COMMON_TEXTS, _COMMON_SHARE = 200, 0.005
# A product is made in blocks of so many places at most, of 12 bytes each.
_BLOCK_PLACES = 4_000_000


@dataclass(frozen=True)
class Neighbours:
    """Of each text, as arrays.

    Args:
        doubt: how much of what is alike, itself included, is in another category: from 0 to 1.
        nearest: the place of the most alike text in another category; -1 where there is none.
    """

    doubt: Any
    nearest: Any


def neighbours(matrix: Any, categories: Any) -> Neighbours:
    """What texts that are alike say of each other's categories."""
    import numpy as np

    others, alike = np.zeros(len(categories)), np.ones(len(categories))
    nearest = np.full(len(categories), -1)
    for rows, columns, values in pairs(matrix):
        np.add.at(alike, rows, values)
        differ = categories[rows] != categories[columns]
        rows, columns, values = rows[differ], columns[differ], values[differ]
        np.add.at(others, rows, values)
        # The most alike comes last, and stays.
        order = np.lexsort((-columns, values))
        nearest[rows[order]] = columns[order]
    return Neighbours(others / alike, nearest)


def pairs(matrix: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Places and likeness of texts that are alike, the nearest of each text; all those of a text in one block."""
    import numpy as np

    texts_with = np.bincount(matrix.indices, minlength=matrix.shape[1])
    rare = texts_with <= max(_COMMON_TEXTS, int(_COMMON_SHARE * matrix.shape[0]))
    matrix, texts_with = matrix[:, rare].tocsr(), texts_with[rare]
    turned = matrix.T.tocsr()
    for start, end in _blocks(matrix, texts_with):
        product = (matrix[start:end] @ turned).tocoo()
        kept = (product.data >= _ALIKE) & (product.row + start != product.col)
        yield _nearest(product.row[kept] + start, product.col[kept], product.data[kept])


def _blocks(matrix: Any, texts_with: Any) -> Iterator[tuple[int, int]]:
    """Rows that can be multiplied at once."""
    import numpy as np

    most = np.concatenate(([0], np.cumsum(texts_with[matrix.indices])))[matrix.indptr]
    start, rows = 0, matrix.shape[0]
    while start < rows:
        end = max(start + 1, int(np.searchsorted(most, most[start] + _BLOCK_PLACES, side="right")) - 1)
        yield start, end
        start = end


def _nearest(rows: Any, columns: Any, values: Any) -> tuple[Any, Any, Any]:
    """Of each row at most so many, the most alike of them."""
    import numpy as np

    order = np.lexsort((columns, -values, rows))
    rows, columns, values = rows[order], columns[order], values[order]
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
    kept = rank < _NEIGHBOURS
    return rows[kept], columns[kept], values[kept]
