"""What a report says: typed frames, made from the facts of a period and cut to what a page shows.

The long lists stay in their source, and are read from there piece by piece by whoever writes them to a file.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import NamedTuple

import pandas as pd

from keyword_assets import tabular
from keyword_assets.core.models.coverage import DayCoverage, WithoutDay, ratio_down
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.reporting.report import Audited, KeywordCount, ReportSource, change

# Rows of the tables that a page shows; files have them all.
SHOWN = 30
# Texts of the catch-all category that are shown, to see which category is lacking.
EXAMPLES = 15


class CatchAll(NamedTuple):
    """The category for what fits nowhere else, and its share of all classified questions."""

    name: str
    share: float


@dataclass(frozen=True)
class Report:
    """What is said about a period, at the moment it was made. Frames are those of `tabular`, but for `categories`.

    `categories` are the totals over the period: category_id, category, questions (of each day added up), messages,
    messages_before, change, and the share of all classified questions; shares add up to more than 1, as a question may
    have several categories. Keywords, new ones, rising ones, questions, examples and missing ones are as many as a page
    shows.
    """

    period: Period
    before: Period
    made_at: datetime
    days: Sequence[DayCoverage]
    total: DayCoverage
    total_before: DayCoverage
    categories: pd.DataFrame
    category_days: pd.DataFrame
    catch_all: CatchAll
    examples: pd.DataFrame
    keywords: pd.DataFrame
    new: pd.DataFrame
    rising: pd.DataFrame
    questions: pd.DataFrame
    missing: pd.DataFrame
    reasons: Mapping[str, int]
    gaps: pd.DataFrame
    spent: pd.DataFrame
    without_day: WithoutDay
    corrected: int = 0
    """Of the classified questions, those that a person has answered."""
    audited: Audited | None = None

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """The days, as a frame."""
        return tabular.coverage(self.days)

    @property
    def comparable(self) -> bool:
        """Whether the period before has anything to compare with: else everything would be new."""
        return self.total_before.questions > 0

    @property
    def usage(self) -> Usage:
        """All that was used for the questions of the period."""
        return Usage(*(int(self.spent[name].sum()) for name in tabular.USED))

    @property
    def cost_krw(self) -> float:
        """What that cost."""
        return float(self.spent["cost_krw"].sum())


def make_report(
    source: ReportSource,
    made_at: datetime,
    catch_all: int,
    without_day: WithoutDay,
    audited: Audited | None = None,
) -> Report:
    """The report about the source's period.

    Args:
        source: the facts.
        made_at: now.
        catch_all: the id of the category for what fits nowhere else.
        without_day: the messages that are in no day, of this period or any other; examples as they may be shown.
        audited: what an audit tells of its answers.
    """
    period, before, names = source.period, source.before, source.category_names()
    # A database counts while Python does something else. What can take longest comes first, and whoever of the two is
    # done with that does the rest.
    with ThreadPoolExecutor(2) as threads:
        asked = threads.submit(lambda: tabular.texts(islice(source.questions(), SHOWN), names))
        counted = threads.submit(_counted, source)
        said = threads.submit(_said, source, catch_all)
    days, total, total_before, missing = counted.result()
    examples, all_keywords, category_days, before_days = said.result()
    categories = _category_totals(category_days, before_days, names, total)
    keywords = tabular.in_chunks(tabular.keywords, all_keywords)
    top, new, rising = _shown_keywords(keywords, comparable=total_before.questions > 0)
    return Report(
        period=period,
        before=before,
        made_at=made_at,
        days=days,
        total=total,
        total_before=total_before,
        categories=categories,
        category_days=category_days,
        catch_all=_catch_all(categories, catch_all, names),
        examples=examples,
        keywords=top,
        new=new,
        rising=rising,
        questions=asked.result(),
        missing=missing,
        reasons=source.quarantine_reasons(),
        gaps=tabular.gaps(source.gaps()),
        spent=tabular.usage(source.spent()),
        without_day=without_day,
        corrected=source.corrected(),
        audited=audited,
    )


def _counted(source: ReportSource) -> tuple[list[DayCoverage], DayCoverage, DayCoverage, pd.DataFrame]:
    """The days, their total and that of the days before, and the missing questions that a page shows."""
    days = source.coverage(source.period)
    total, total_before = (
        DayCoverage.total(rows, period.end)
        for rows, period in ((days, source.period), (source.coverage(source.before), source.before))
    )
    # Read where days have some: after these were counted.
    return days, total, total_before, tabular.missing(islice(source.missing(), SHOWN))


def _said(
    source: ReportSource, catch_all: int
) -> tuple[pd.DataFrame, Iterable[KeywordCount], pd.DataFrame, pd.DataFrame]:
    """The examples that a page shows, all keywords, and the days of categories, now and before."""
    names = source.category_names()
    examples = tabular.texts(source.examples(catch_all, EXAMPLES), names)
    days, before = (tabular.categories(source.category_days(days), names) for days in (source.period, source.before))
    return examples, source.keywords(), days, before


def _category_totals(
    days: pd.DataFrame, before: pd.DataFrame, names: Mapping[int, str], total: DayCoverage
) -> pd.DataFrame:
    """The most asked first; with those that nobody asked about."""
    earlier = before.rename(columns={"messages": "messages_before"})
    counts = ["questions", "messages", "messages_before"]
    both = pd.concat([days, earlier[["category_id", "messages_before"]]]).groupby("category_id")[counts].sum()
    ids = pd.Index(sorted({*names, *both.index}), dtype="int64", name="category_id")
    found = both.reindex(ids, fill_value=0).astype("int64").reset_index()
    moved = [change(*pair) for pair in zip(found["messages"], found["messages_before"], strict=True)]
    shares = [ratio_down(count, total.classified) if total.classified else 0.0 for count in found["questions"]]
    found = found.assign(
        category=[tabular.name_of(category, names) for category in found["category_id"]],
        change=pd.Series(moved, dtype="float64"),
        share=pd.Series(shares, dtype="float64"),
    )
    return found.sort_values(["messages", "category_id"], ascending=[False, True], ignore_index=True)


def _catch_all(categories: pd.DataFrame, category_id: int, names: Mapping[int, str]) -> CatchAll:
    share = categories.loc[categories["category_id"] == category_id, "share"]
    return CatchAll(tabular.name_of(category_id, names), float(share.sum()))


def _shown_keywords(
    pieces: Iterable[pd.DataFrame], *, comparable: bool
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The most asked, the new and the rising ones that a page shows, from one pass over all, the most asked first."""
    top = new = rising = tabular.keywords(())
    for piece in pieces:
        top = _first([top, piece])
        if comparable:
            new = _first([new, piece[piece["new"]]])
            risen = pd.concat([rising, piece[piece["rising"]]])
            rising = _first([risen.sort_values(["notability", "messages", "keyword"], ascending=False)])
    return top, new, rising


def _first(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True).head(SHOWN)
