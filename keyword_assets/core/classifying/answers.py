"""Whether an answer may be written: the one gate before the database, for what a reply says and for what was kept."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keyword_assets.core.foreign import has_unseen
from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.questions import is_blank
from keyword_assets.core.taxonomy import Taxonomy

MAX_KEYWORDS = 3
# The width of admin_chat_keywords.keyword.
MAX_KEYWORD_CHARS = 100
# No-break, ideographic and other blanks of a width of their own: in a keyword each is a plain one.
_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# Emoji younger than the tables of this Python are no less to be seen.
_EMOJI = re.compile("[\U0001f000-\U0001faff]")


@dataclass(frozen=True)
class Checked:
    """The questions of a request by their places: `good` have an answer that may be written, `bad` a reason why not."""

    good: dict[int, Answer]
    bad: dict[int, str]


def check_answers(document: Any, ids: Sequence[int], taxonomy: Taxonomy) -> Checked:
    """Judge a parsed answer document question by question.

    Args:
        document: `{"answers": [{"id", "keywords": [{"keyword", "category"}, …]}, …]}`, or anything else.
        ids: under which the questions were asked, in their order.
        taxonomy: whose category names are the only ones allowed.

    Returns:
        The place of every question asked, exactly once, in `good` or in `bad`. Ids nobody asked about are left out.
    """
    answers = document.get("answers") if isinstance(document, Mapping) else None
    if not isinstance(answers, list):
        return Checked({}, dict.fromkeys(range(len(ids)), "shape"))
    by_id: dict[int, list[Any]] = {}
    for answer in answers:
        identifier = answer.get("id") if isinstance(answer, Mapping) else None
        # A JSON true is an int to Python, and is no id.
        if isinstance(identifier, int) and not isinstance(identifier, bool):
            by_id.setdefault(identifier, []).append(answer.get("keywords"))
    good: dict[int, Answer] = {}
    bad: dict[int, str] = {}
    for place, identifier in enumerate(ids):
        given = by_id.get(identifier, [])
        if len(given) != 1:
            bad[place] = "id_missing" if not given else "id_twice"
            continue
        verdict = check_keywords(given[0], taxonomy)
        if isinstance(verdict, str):
            bad[place] = verdict
        else:
            good[place] = verdict
    return Checked(good, bad)


def stored_form(answer: Answer) -> str:
    """An answer as it is kept for reuse: `[["전학 절차", 2], …]`."""
    return json.dumps([[keyword.keyword, keyword.category_id] for keyword in answer], ensure_ascii=False)


def read_stored(stored: Any, taxonomy: Taxonomy) -> Answer | str:
    """A kept answer, judged like one that comes from the model: others write to the database, too.

    Returns:
        The answer, or why it may not be used.
    """
    try:
        pairs = json.loads(stored)
    except (ValueError, TypeError, RecursionError):
        return "not_json"
    names = {category.id: category.name for category in taxonomy.categories}
    if not isinstance(pairs, list):
        return "shape"
    keywords = []
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2:
            return "shape"
        identifier = pair[1]
        known = isinstance(identifier, int) and not isinstance(identifier, bool)
        keywords.append({"keyword": pair[0], "category": names.get(identifier) if known else None})
    return check_keywords(keywords, taxonomy)


def read_pairs(stored: Any) -> tuple[tuple[str, int], ...]:
    """What a kept answer says, fit to be used or not: the pairs of keyword and category id in it, each once."""
    return tuple(dict.fromkeys(_pairs_in(stored)))


def read_keywords(stored: Any) -> tuple[str, ...]:
    """The keywords of a kept answer, fit to be used or not, in their order."""
    return tuple(word for word, _ in _pairs_in(stored))


def _pairs_in(stored: Any) -> list[tuple[str, int]]:
    try:
        pairs = json.loads(stored)
    except (ValueError, TypeError, RecursionError):
        return []
    pairs = [pair for pair in pairs if isinstance(pair, list) and len(pair) == 2] if isinstance(pairs, list) else []
    return [(word, category) for word, category in pairs if type(word) is str and type(category) is int]


def check_keywords(keywords: Any, taxonomy: Taxonomy) -> Answer | str:
    """What `[{"keyword", "category"}, …]` answers, or why it may not be written."""
    if not isinstance(keywords, list) or not 1 <= len(keywords) <= MAX_KEYWORDS:
        return "keyword_count"
    answer: dict[Keyword, None] = {}
    for entry in keywords:
        if not isinstance(entry, Mapping):
            return "shape"
        keyword, category = entry.get("keyword"), entry.get("category")
        if not isinstance(keyword, str) or is_blank(keyword):
            return "keyword_blank"
        keyword = _BLANKS.sub(" ", keyword.strip())
        if fault := _fault_of(keyword):
            return fault
        category_id = taxonomy.id_of(category) if isinstance(category, str) else None
        if category_id is None:
            return "category"
        answer[Keyword(keyword, category_id)] = None
    return tuple(answer)


def _fault_of(keyword: str) -> str | None:
    """Why a keyword may not be written; None if it may."""
    if len(keyword) > MAX_KEYWORD_CHARS:
        return "keyword_long"
    if any("\ud800" <= char <= "\udfff" for char in keyword):
        # Half a surrogate pair: JSON can carry it, UTF-8 and so a database cannot.
        return "keyword_not_text"
    # What turns, hides or commands would do so on screens that are not ours.
    return "keyword_unseen" if has_unseen(_EMOJI.sub("😀", keyword)) else None
