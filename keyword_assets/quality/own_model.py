"""A cheap model of our own: n-grams of characters and logistic regression, trained on the stored answers themselves.

It is asked only about texts that it was not trained on. So it finds slips, because a slip is unlike the other answers;
an error that is made every time is what it learns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# Each model is trained on two thirds; more folds take longer and find hardly more.
_FOLDS = 3
# Rounds over the texts; twenty find nothing that five do not.
_ROUNDS = 5
# The inverse of the regularisation, as scikit-learn's LogisticRegression counts it.
_C = 3.0
_NGRAMS = (2, 4)
# From so many texts on, an n-gram that one of them alone has is left out: it says nothing, and half of all are such.
_ENOUGH_TEXTS = 1_000


@dataclass(frozen=True)
class Belief:
    """What the model says of each text, as arrays.

    Args:
        doubt: from 0 to 1, how little it believes the answer; NaN where it knows too few texts of that category.
        guess: the category that it believes most; that of the answer where there is nothing to say.
    """

    doubt: Any
    guess: Any


def vectors(texts: Sequence[str]) -> Any:
    """A row for each text, of length 1: its n-grams, the rarer the heavier."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    fewest = 2 if len(texts) >= _ENOUGH_TEXTS else 1
    options = {"analyzer": "char_wb", "ngram_range": _NGRAMS, "sublinear_tf": True, "dtype": np.float32}
    return TfidfVectorizer(min_df=fewest, **options).fit_transform(texts)


def believe(matrix: Any, categories: Any, seed: int) -> Belief:
    """How far the answers, by category, are believed by models that were trained without them."""
    import numpy as np

    doubt, guess = np.full(len(categories), np.nan), categories.copy()
    names, numbers = np.unique(categories, return_counts=True)
    known = np.isin(categories, names[numbers >= _FOLDS]).nonzero()[0]
    if len(np.unique(categories[known])) >= 2:
        share = _cross_validated(matrix[known], categories[known], seed)
        columns = np.unique(categories[known])
        doubt[known] = 1 - share[np.arange(len(known)), np.searchsorted(columns, categories[known])]
        guess[known] = columns[share.argmax(axis=1)]
    return Belief(doubt, guess)


def _cross_validated(matrix: Any, categories: Any, seed: int) -> Any:
    """The share of belief that each text's categories, in their order, have of a model that has not seen it."""
    from sklearn.linear_model import SGDClassifier
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    trained_on = len(categories) * (1 - 1 / _FOLDS)
    model = SGDClassifier(
        loss="log_loss", alpha=1 / (_C * trained_on), max_iter=_ROUNDS, tol=None, random_state=seed % 2**32
    )
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed % 2**32)
    return cross_val_predict(model, matrix, categories, cv=folds, method="predict_proba")
