"""What a form says of an answer: a verdict, and maybe the right answer.

Keywords come back as they were shown. One that was left as it is stays what it was, also where personal data in it were
masked; what a placeholder hides is never written over by it.
"""

from collections.abc import Mapping

from keyword_assets.core.classifying.answers import read_pairs
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible
from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.quality.corrections import Correction, answer_of, note_of
from keyword_assets.core.quality.desk import Said
from keyword_assets.core.quality.reviewing import ReviewItem, with_category
from keyword_assets.core.questions import Mask, unmasked
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.privacy import has_placeholder
from keyword_assets.web.review.forms import Form

PLAIN: Mapping[str, Said] = {
    "right": Said("right"),
    "wrong": Said("wrong"),
    "wrong_category": Said("wrong", category_right=False, keywords_right=True),
    "wrong_keywords": Said("wrong", category_right=True, keywords_right=False),
    "unsure": Said("unsure"),
    "skipped": Said("skipped"),
}
"""What the buttons say that name no right answer."""


def given(item: ReviewItem) -> Answer:
    """The answer that is judged."""
    return _answer(item.answer)


def basis(item: ReviewItem, holds: Correction | None) -> Answer:
    """The answer that a reviewer begins with when he puts one right: that of people, where there is one."""
    return given(item) if holds is None else holds.answer


def right_answer(item: ReviewItem) -> Answer:
    """The one that a reviewer gave; none where he did not."""
    return _answer(item.right_answer or "[]")


def shown_keyword(keyword: str, mask: Mask) -> str:
    """As it stands on a page, and comes back from it."""
    return visible(mask(keyword))


def seen_of(form: Form) -> int | None:
    """The number of the correction that the page has shown to hold."""
    seen = form.one("seen")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 19 else None


def said(form: Form, item: ReviewItem, holds: Correction | None, taxonomy: Taxonomy, mask: Mask) -> Said:
    """What a form says.

    Raises:
        InputError: that cannot be said, or was said of what holds no longer.
    """
    action, _, number = form.one("action").partition(":")
    if action in PLAIN:
        return PLAIN[action]
    # Keywords are told by their places in what was shown.
    if holds is not None and holds.id != seen_of(form):
        raise InputError("review.corrected", item=item.id, reviewer=holds.reviewer)
    begin = basis(item, holds)
    names = {category.id: category.name for category in taxonomy.categories}
    if action == "category":
        wanted = next((known for known in names if str(known) == number), 0)
        changed = with_category(begin, wanted, taxonomy.catch_all.id)
        right = answer_of([(one.keyword, names.get(one.category_id, "")) for one in changed], taxonomy)
    elif action == "edit":
        right = answer_of(_edited(form, begin, {str(known): name for known, name in names.items()}, mask), taxonomy)
    else:
        raise InputError("page.no_action")
    if right == given(item):
        raise InputError("page.unchanged")
    return Said("wrong", right_answer=right)


def note_in(form: Form) -> str:
    """The note beside a verdict.

    Raises:
        InputError: it is too long, or no text.
    """
    return note_of(form.one("note"))


def _edited(form: Form, begin: Answer, names: Mapping[str, str], mask: Mask) -> list[tuple[str, str]]:
    rows = zip(form.all("was"), form.all("keyword"), form.all("category"), strict=False)
    written = [(was, word.strip(), number) for was, word, number in rows if word.strip()]
    return [(_keyword(was, word, begin, mask), names.get(number, "")) for was, word, number in written]


def _keyword(was: str, word: str, begin: Answer, mask: Mask) -> str:
    place = next((place for place in range(len(begin)) if str(place) == was), None)
    if place is not None and word == shown_keyword(begin[place].keyword, mask):
        return begin[place].keyword
    if mask is not unmasked and has_placeholder(word):
        raise InputError("page.placeholder", keyword=word)
    return word


def _answer(stored: str) -> Answer:
    return tuple(Keyword(word, category) for word, category in read_pairs(stored))
