"""The questions that the benchmarks ask: those of the shared data where they are, else the demo's, numbered."""

import csv
import gzip
from itertools import count, islice
from pathlib import Path
from random import Random

from keyword_assets.core.questions import share_key
from keyword_assets.demo import demo_messages

_SHARED = Path(__file__).parents[2] / "shared" / "data"
_FILES = ("a_questions_mkqa_ko.csv.gz", "a_questions_chatbot_ko.csv.gz", "b_intents_massive_ko.csv.gz")
_SEED = 3


def source() -> str:
    """Where the questions come from."""
    return "shared/data: mkqa, chatbot and massive, shuffled" if _there() else "the demo's texts, numbered"


def questions(most: int) -> list[str]:
    """So many texts of which no two share an answer, the same in every run."""
    texts = _shared() if _there() else [text for _, text, _ in demo_messages() if text and text.strip()]
    distinct = list({share_key(text): text for text in texts}.values())
    Random(_SEED).shuffle(distinct)
    # When they have all been used they come again with a number.
    numbered = (f"{text} ({number})" for number in count(2) for text in distinct)
    return [*distinct[:most], *islice(numbered, max(0, most - len(distinct)))]


def _there() -> bool:
    return all((_SHARED / name).is_file() for name in _FILES)


def _shared() -> list[str]:
    texts = []
    for name in _FILES:
        with gzip.open(_SHARED / name, "rt", encoding="utf-8", newline="") as file:
            texts += [row["text"] for row in csv.DictReader(file)]
    return texts
