"""Whether an answer may be written: the last gate before the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keyword_assets.core.models import Answer, Keyword
from keyword_assets.core.questions import is_blank
from keyword_assets.core.taxonomy import Taxonomy

MAX_KEYWORDS = 3
# The width of admin_chat_keywords.keyword.
MAX_KEYWORD_CHARS = 100


@dataclass(frozen=True)
class Checked:
    """The questions of a request, apart: `good` have an answer that may be written, `bad` a reason why not."""

    good: dict[int, Answer]
    bad: dict[int, str]


def check_answers(document: Any, asked: int, taxonomy: Taxonomy) -> Checked:
    """Judge a parsed answer document question by question.

    Args:
        document: `{"answers": [{"id", "keywords": [{"keyword", "category"}, …]}, …]}`, or anything else.
        asked: how many questions were asked; their ids are 0 … asked - 1.
        taxonomy: whose category names are the only ones allowed.

    Returns:
        Every id asked, exactly once, in `good` or in `bad`. Ids nobody asked about are left out.
    """
    answers = document.get("answers") if isinstance(document, Mapping) else None
    if not isinstance(answers, list):
        return Checked({}, dict.fromkeys(range(asked), "shape"))
    by_id: dict[int, list[Any]] = {}
    for answer in answers:
        identifier = answer.get("id") if isinstance(answer, Mapping) else None
        # A JSON true is an int to Python, and is no id.
        if isinstance(identifier, int) and not isinstance(identifier, bool):
            by_id.setdefault(identifier, []).append(answer.get("keywords"))
    good: dict[int, Answer] = {}
    bad: dict[int, str] = {}
    for identifier in range(asked):
        given = by_id.get(identifier, [])
        if len(given) != 1:
            bad[identifier] = "id_missing" if not given else "id_twice"
            continue
        verdict = _check_keywords(given[0], taxonomy)
        if isinstance(verdict, str):
            bad[identifier] = verdict
        else:
            good[identifier] = verdict
    return Checked(good, bad)


def _check_keywords(keywords: Any, taxonomy: Taxonomy) -> Answer | str:
    if not isinstance(keywords, list) or not 1 <= len(keywords) <= MAX_KEYWORDS:
        return "keyword_count"
    answer: dict[Keyword, None] = {}
    for entry in keywords:
        if not isinstance(entry, Mapping):
            return "shape"
        keyword, category = entry.get("keyword"), entry.get("category")
        if not isinstance(keyword, str) or is_blank(keyword):
            return "keyword_blank"
        keyword = keyword.strip()
        if len(keyword) > MAX_KEYWORD_CHARS:
            return "keyword_long"
        if any("\ud800" <= char <= "\udfff" for char in keyword):
            # Half a surrogate pair: JSON can carry it, UTF-8 and so a database cannot.
            return "keyword_not_text"
        category_id = taxonomy.id_of(category) if isinstance(category, str) else None
        if category_id is None:
            return "category"
        answer[Keyword(keyword, category_id)] = None
    return tuple(answer)
