"""What pages show, from items and queues: every text bounded, masked as elsewhere, and such that all of it is seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keyword_assets.core.classifying.answers import MAX_KEYWORDS
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible, visible_lines
from keyword_assets.core.models.questions import Answer
from keyword_assets.core.quality.categories import category_of
from keyword_assets.core.quality.corrections import Correction
from keyword_assets.core.quality.desk import Desk, Queue
from keyword_assets.core.quality.reviewing import Progress, ReviewItem
from keyword_assets.core.texts import say
from keyword_assets.web.review.forms import Form
from keyword_assets.web.review.verdicts import basis, given, right_answer, shown_keyword

# A reviewer needs all of a question that people would read.
_TEXT_CHARS = 5_000
# Of a text that is longer than any page shows, no more is gone through.
_MASKED_CHARS = 200_000
_LINE_CHARS = 200
# Keys for categories, in the order of the taxonomy: `KeyboardEvent.code`, which no layout changes, and what is on them.
_CATEGORY_KEYS = (*((f"Digit{digit}", digit) for digit in "1234567890"), ("Minus", "-"), ("Equal", "="))


@dataclass(frozen=True)
class ShownKeyword:
    """A keyword under a category; `tells` where it is the one that tells the question's."""

    keyword: str
    category: str
    category_id: int
    tells: bool


@dataclass(frozen=True)
class Row:
    """A row of the form in which keywords are put right: `was` is the place of the one that it began with."""

    was: str
    keyword: str
    category: str


@dataclass(frozen=True)
class Choice:
    """A category that can be chosen, by a key if there are enough of them; `code` is what a browser calls it."""

    id: int
    name: str
    code: str
    key: str
    is_given: bool


def queue_name(audit: int | None) -> str:
    """What a queue is called in addresses."""
    return "doubtful" if audit is None else f"audit-{audit}"


class Views:
    """The values of templates.

    Args:
        desk: where they come from.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def queues(self) -> list[dict[str, Any]]:
        """The queues of the first page; those without any item are left out."""
        return [self.queue(queue) for queue in self._desk.queues() if queue.progress.total]

    def queue(self, queue: Queue) -> dict[str, Any]:
        """A queue by itself."""
        period = queue.period
        title = say("page.doubtful") if queue.audit is None else say("page.audit", audit=queue.audit)
        return {
            "name": queue_name(queue.audit),
            "title": title,
            "about": "" if period is None else say("page.period", start=period.start, end=period.end),
            "progress": _progress(queue.progress),
        }

    def item(self, item: ReviewItem, reviewer: str, form: Form | None, *, is_ours: bool) -> dict[str, Any]:
        """An item with all that helps to judge it, and what was typed of a form that was not taken."""
        names = self._desk.category_names()
        holds = self._desk.held(item)
        begin = basis(item, holds)
        # What is taken back on the page of an item that one has judged oneself is that.
        last = [] if item.reviewer == reviewer else self._desk.last(item.audit, reviewer, 1)
        return {
            **self.about_queue(item.audit),
            "item": item,
            "text": self._whole(item.text),
            "chars": len(item.text),
            "is_whole": len(item.text) <= _TEXT_CHARS,
            "why": visible(self._desk.shown(item.why or ""), _LINE_CHARS),
            "answer": self._keywords(given(item), names),
            "holds": None if holds is None or holds.id == item.correction else self._correction(holds, names),
            "rows": self._rows(begin, form),
            "choices": self._choices(given(item)),
            "categories": [(str(category.id), category.name) for category in self._desk.taxonomy.categories],
            "neighbours": self._neighbours(item, names),
            "note": "" if form is None else form.one("note"),
            "is_editing": form is not None and form.one("action") == "edit",
            "is_ours": is_ours,
            "handed_to": visible(item.handed_to or "", _LINE_CHARS),
            "said": self.said(item, reviewer, names) if item.verdict else None,
            "last": self.said(last[0], reviewer, names) if last else None,
        }

    def about_queue(self, audit: int | None) -> dict[str, Any]:
        """What stands at the top of each page of a queue.

        Raises:
            InputError: there is no such audit; each has an item at least.
        """
        progress = self._desk.progress(audit)
        if audit is not None and not progress.total:
            raise InputError("audit.unknown", audit=audit)
        return {
            "queue": self.queue(Queue(audit, None, progress)),
            "is_doubtful": audit is None,
            "trouble_with_rows": self._desk.trouble(),
        }

    def said(self, item: ReviewItem, reviewer: str, names: Mapping[int, str]) -> dict[str, Any]:
        """What was said of an item."""
        return {
            "id": item.id,
            "text": visible(self._desk.shown(item.text[:_MASKED_CHARS]), _LINE_CHARS),
            "verdict": say(f"page.verdict.{item.verdict}"),
            "right": self._keywords(right_answer(item), names),
            "note": visible(self._desk.shown(item.note or "")),
            "reviewer": visible(item.reviewer or "", _LINE_CHARS),
            "at": "" if item.judged_at is None else f"{item.judged_at:%Y-%m-%d %H:%M}",
            "is_mine": item.reviewer == reviewer,
        }

    def _whole(self, text: str) -> str:
        return visible_lines(self._desk.shown(text[:_MASKED_CHARS]))[:_TEXT_CHARS]

    def _keywords(self, answer: Answer, names: Mapping[int, str]) -> list[ShownKeyword]:
        catch_all = self._desk.taxonomy.catch_all.id
        category = category_of((one.category_id for one in answer), catch_all)
        first = next((place for place, one in enumerate(answer) if one.category_id == category), None)
        return [
            ShownKeyword(
                visible(self._desk.shown(one.keyword), _LINE_CHARS),
                visible(names.get(one.category_id, f"#{one.category_id}"), _LINE_CHARS),
                one.category_id,
                place == first,
            )
            for place, one in enumerate(answer)
        ]

    def _correction(self, holds: Correction, names: Mapping[int, str]) -> dict[str, Any]:
        return {
            "id": holds.id,
            "answer": self._keywords(holds.answer, names),
            "reviewer": visible(holds.reviewer, _LINE_CHARS),
            "at": f"{holds.corrected_at:%Y-%m-%d %H:%M}",
            "note": visible(self._desk.shown(holds.note)),
        }

    def _rows(self, begin: Answer, form: Form | None) -> list[Row]:
        """As they are, or as they were typed; with room for as many as an answer may have."""
        if form is not None and form.all("keyword"):
            typed = (form.all(name) for name in ("was", "keyword", "category"))
            rows = [Row(*each) for each in zip(*typed, strict=False)]
        else:
            shown = ((shown_keyword(one.keyword, self._desk.shown), str(one.category_id)) for one in begin)
            rows = [Row(str(place), *each) for place, each in enumerate(shown)]
        return [*rows, *[Row("", "", "")] * (MAX_KEYWORDS - len(rows))]

    def _choices(self, answer: Answer) -> list[Choice]:
        categories = self._desk.taxonomy.categories
        mine = category_of((one.category_id for one in answer), self._desk.taxonomy.catch_all.id)
        keys = (*_CATEGORY_KEYS, *[("", "")] * len(categories))
        return [
            Choice(category.id, category.name, *key, is_given=category.id == mine)
            for category, key in zip(categories, keys, strict=False)
        ]

    def _neighbours(self, item: ReviewItem, names: Mapping[int, str]) -> list[dict[str, Any]]:
        return [
            {
                "day": near.day,
                "text": visible(self._desk.shown(near.text[:_MASKED_CHARS]), _LINE_CHARS),
                "answer": self._keywords(near.answer, names),
            }
            for near in self._desk.neighbours(item)
        ]


def _progress(progress: Progress) -> dict[str, Any]:
    done = progress.total - progress.open
    counts = {name: getattr(progress, name) for name in ("right", "wrong", "unsure", "skipped", "open")}
    return {"done": done, "total": progress.total, "open": progress.open, "words": say("page.progress", **counts)}


def waiting_minutes(seconds: float) -> int:
    """In how many minutes it is worth to look again."""
    return int(seconds // 60) + 1
