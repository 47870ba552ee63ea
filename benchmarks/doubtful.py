"""How many errors the list of doubtful answers has at its beginning, and what ranking 100,000 answers takes.

MASSIVE-ko with its scenarios for a taxonomy, ParaKQC with its topics, and titles of petitions with the categories that
citizens chose; all of shared/data, which has to be there.
"""

import csv
import gzip
import os
import tempfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from benchmarks.measure import in_own_process
from keyword_assets.core.models.period import Period
from keyword_assets.quality.doubtful import doubtful as ranked
from keyword_assets.quality.likeness import neighbours, pairs
from keyword_assets.quality.own_model import believe, vectors
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.quality.stored_answers import stored_answers
from keyword_assets.sql.schema.migrate import upgrade

_SHARED = Path(__file__).parents[2] / "shared" / "data"
_SLIPS, _SEEDS = 0.1, 10
_ANSWERS, _DAYS, _START = 100_000, 30, date(2025, 5, 1)
# Not a category of any of the data.
_CATCH_ALL = 99


def doubtful() -> dict[str, Any]:
    """Hits at the beginning of the list, and a list of 100,000 stored answers made in a process of its own."""
    return {
        "load_at_start": round(os.getloadavg()[0], 1),
        "massive": _massive(),
        "parakqc_same_question": _parakqc(),
        "petitions_100000": _at_scale(),
        "load_at_end": round(os.getloadavg()[0], 1),
    }


def _rows(name: str) -> list[dict[str, str]]:
    with gzip.open(_SHARED / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _numbered(labels: Sequence[str]) -> Any:
    return np.unique(labels, return_inverse=True)[1]


def _with_slips(right: Any, seed: int) -> tuple[Any, Any]:
    """A tenth of the answers, anywhere, in any other category; and which these are."""
    random, categories = np.random.default_rng(seed), len(np.unique(right))
    slipped = random.choice(len(right), int(len(right) * _SLIPS), replace=False)
    given = right.copy()
    given[slipped] = (right[slipped] + random.integers(1, categories, len(slipped))) % categories
    return given, given != right


def _made_every_time(intents: Any, right: Any, seed: int) -> tuple[Any, Any]:
    """Whole intents, a tenth of the answers or more, each always in one wrong category; and which answers these are."""
    random, categories, given = np.random.default_rng(seed), len(np.unique(right)), right.copy()
    for intent in random.permutation(len(np.unique(intents))):
        if (given != right).sum() >= len(right) * _SLIPS:
            break
        of_it = intents == intent
        given[of_it] = (right[of_it] + random.integers(1, categories)) % categories
    return given, given != right


def _massive() -> dict[str, Any]:
    rows = _rows("b_intents_massive_ko")
    matrix = vectors([row["text"] for row in rows])
    right, intents = _numbered([row["scenario"] for row in rows]), _numbered([row["intent"] for row in rows])
    slips = [_hits(matrix, *_with_slips(right, seed)) for seed in range(_SEEDS)]
    systematic = [_hits(matrix, *_made_every_time(intents, right, seed)) for seed in range(_SEEDS)]
    return {"answers": len(rows), "seeds": _SEEDS, "slips": _mean(slips), "systematic_errors": _mean(systematic)}


def _hits(matrix: Any, given: Any, wrong: Any) -> dict[str, float]:
    order = np.argsort(-believe(matrix, given, seed=0).doubt, kind="stable")
    return _at_the_beginning(order, wrong)


def _at_the_beginning(order: Any, wrong: Any) -> dict[str, float]:
    figures = {"share_wrong": wrong.mean()}
    for percent in (5, 10, 20):
        first = wrong[order[: len(order) * percent // 100]]
        figures[f"precision_first_{percent}"] = first.mean()
        figures[f"recall_first_{percent}"] = first.sum() / wrong.sum()
    return {name: round(float(value), 3) for name, value in figures.items()}


def _mean(runs: Sequence[dict[str, float]]) -> dict[str, Any]:
    means = {name: round(float(np.mean([run[name] for run in runs])), 3) for name in runs[0]}
    worst = {f"worst_{name}": min(run[name] for run in runs) for name in ("precision_first_10", "recall_first_10")}
    return {**means, **worst}


def _parakqc() -> dict[str, Any]:
    """The topics of wordings of the same utterance, with slips."""
    rows = _rows("b_paraphrases_parakqc_ko")
    matrix = vectors([row["text"] for row in rows])
    clusters = _numbered([row["cluster_id"] for row in rows])
    given, wrong = _with_slips(_numbered([row["topic"] for row in rows]), 0)
    found = neighbours(matrix, given)
    order = np.argsort(-found.doubt, kind="stable")
    alike = [(clusters[left] == clusters[right]) for left, right, _ in pairs(matrix)]
    return {
        "answers": len(rows),
        "alike_of_one_utterance": round(float(np.concatenate(alike).mean()), 3),
        **_at_the_beginning(order, wrong),
    }


# -- at scale ---------------------------------------------------------------------------------------------------------


def _at_scale() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/keywords.db"
        wrong = _fill(url)
        return {"answers": _ANSWERS, "share_wrong_put_in": _SLIPS, **in_own_process(_list, url, wrong)}


def _list(url: str, wrong: frozenset[str]) -> dict[str, Any]:
    engine, tables = make_engine(url), Tables(DEFAULT_NAMES)
    answers = stored_answers(engine, tables, Period(_START, _START + timedelta(days=_DAYS - 1)), _CATCH_ALL)
    found = ranked(answers, _CATCH_ALL, str, most=len(answers) // 10)
    first = found.part("own_model")
    return {
        "read": found.questions,
        "found": found.found,
        "precision_first_10": round(sum(doubt.stored.text in wrong for doubt in first) / len(first), 3),
    }


def _fill(url: str) -> frozenset[str]:
    """Answers of 30 days, each with two keywords, a tenth of them wrong, which are returned.

    When all texts have been used they come again with a number.
    """
    store = SqlQuestionStore(make_engine(url), Tables(DEFAULT_NAMES), datetime.now)
    upgrade(store.engine, DEFAULT_NAMES)
    categories = {row["text"]: row["category"] for row in _rows("d_petitions_ko")}
    distinct = list(categories)
    texts = [
        text if n < len(distinct) else f"{text} ({n})"
        for n in range(_ANSWERS)
        for text in [distinct[n % len(distinct)]]
    ]
    given, wrong = _with_slips(_numbered([categories[distinct[n % len(distinct)]] for n in range(_ANSWERS)]), 0)
    with store.engine.begin() as connection:
        for first in range(0, _ANSWERS, 10_000):
            places = range(first, min(first + 10_000, _ANSWERS))
            rows = [row for n in places for row in _keyword_rows(n, texts[n], int(given[n]))]
            connection.execute(sa.insert(store.tables.admin_chat_keywords), rows)
    store.engine.dispose()
    return frozenset(text for text, is_wrong in zip(texts, wrong, strict=True) if is_wrong)


def _keyword_rows(number: int, text: str, category: int) -> list[dict[str, Any]]:
    at = datetime.combine(_START + timedelta(days=number % _DAYS), datetime.min.time())
    row = {"query_text": text, "category_id": category, "query_count": 1, "created_at": at, "batch_created_at": at}
    return [{**row, "keyword": f"낱말 {place}"} for place in (1, 2)]
