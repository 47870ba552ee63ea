"""The report about an evaluation: lines for the terminal, a page without scripts, and a workbook."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from keyword_assets.core.foreign import visible
from keyword_assets.core.quality.evaluations import Configuration, Judged
from keyword_assets.core.quality.figures import NO_ANSWER, EvaluationReport, Flip, Share
from keyword_assets.core.quality.golden import GoldenSet
from keyword_assets.core.questions import Mask
from keyword_assets.core.texts import say, say_reason
from keyword_assets.reports import files
from keyword_assets.reports.files import Written
from keyword_assets.reports.tables import Cell, Column, Kind, Table
from keyword_assets.reports.workbook import opened
from keyword_assets.templates import template

_FORMATS = ("html", "xlsx")
# What a page shows of wrong answers and of flips; the workbook has them all.
_SHOWN = 50
_TEXT_CHARS = 300


@dataclass(frozen=True)
class _Section:
    """A table with its title and what is said of it; `most` rows are shown on a page."""

    title: str
    note: str
    table: Table
    most: int = _SHOWN


@dataclass(frozen=True)
class _Rows:
    """A table as the template takes it: numbers as texts, texts in tuples of their own."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str | tuple[str]]]
    count: int


def prepare(folder: Path) -> None:
    """Make sure, before anything is paid for, that files can be written.

    Raises:
        InputError: they cannot.
    """
    files.prepare(folder, "evaluation", _FORMATS, overwrite=True)


def write(report: EvaluationReport, folder: Path, mask: Mask) -> list[Written]:
    """Write the page and the workbook; texts are masked there.

    Raises:
        InputError: a file cannot be written.
    """
    stem = f"evaluation_{report.evaluation}"
    page = _page(report, mask)
    return [
        files.place(folder / f"{stem}.html", lambda path: path.write_text(page, encoding="utf-8", errors="replace")),
        files.place(folder / f"{stem}.xlsx", lambda path: _workbook(report, mask, path)),
    ]


# -- in words ---------------------------------------------------------------------------------------------------------


def title(report: EvaluationReport) -> str:
    """What was evaluated, in a line."""
    return say("evaluation.title", number=report.evaluation, golden=report.golden.title)


def described(configuration: Configuration) -> str:
    """A configuration in a line."""
    parts = [
        configuration.model,
        say("evaluation.batch", size=configuration.batch_size)
        if configuration.batch_size
        else say("evaluation.batch_chosen"),
        say("evaluation.taxonomy", name=configuration.taxonomy or say("evaluation.packaged")),
    ]
    if configuration.prompt:
        parts.append(say("evaluation.prompt", name=configuration.prompt))
    if configuration.few_shot:
        parts.append(say("evaluation.few_shot", shots=configuration.few_shot))
    return " · ".join(parts)


def numbers(report: EvaluationReport) -> Iterator[tuple[str, str]]:
    """The figures in a few lines, each with its name."""
    figures, each = report.figures, report.per_question
    yield say("evaluation.configuration"), described(report.configuration)
    yield say("evaluation.accuracy"), _with_interval(figures.accuracy)
    yield say("evaluation.answered"), f"{figures.answered:,} / {figures.accuracy.n:,}"
    yield say("evaluation.macro_f1"), f"{figures.macro_f1:.3f}"
    if figures.keywords:
        overlap = figures.keywords
        yield (
            say("evaluation.keywords"),
            say("evaluation.keywords_value", exact=overlap.exact, morphemes=overlap.morphemes, n=overlap.n),
        )
    if figures.steadiness:
        yield (
            say("evaluation.steady", repeats=figures.steadiness.repeats),
            _with_interval(figures.steadiness.same),
        )
    yield (
        say("evaluation.each"),
        say("evaluation.each_value", tokens=each.tokens, krw=each.cost_krw, seconds=each.seconds),
    )
    yield (
        say("evaluation.spent"),
        say("evaluation.spent_value", requests=report.usage.requests, krw=report.cost_krw, seconds=report.seconds),
    )


def verdicts(report: EvaluationReport) -> Iterator[str]:
    """What the figures mean, and what is to be known of them."""
    if report.against:
        yield from _compared(report)
    yield from of_golden(report.golden)
    if not report.whole:
        yield say("evaluation.not_whole", asked=report.figures.accuracy.n, questions=len(report.golden.questions))
    if report.local:
        yield say("evaluation.local")


def of_golden(golden: GoldenSet) -> Iterator[str]:
    """What is to be known of the golden questions."""
    if golden.left_out is not None:
        yield say("evaluation.from_reviews")
        if any(golden.left_out.values()):
            yield say("evaluation.left_out", **golden.left_out)
    if golden.shown:
        yield say("evaluation.shown", questions=len(golden.shown))


def _compared(report: EvaluationReport) -> Iterator[str]:
    assert report.against is not None
    comparison = report.against.comparison
    yield say("evaluation.against", number=report.against.evaluation, other=described(report.against.configuration))
    yield say(
        "evaluation.difference",
        difference=comparison.difference * 100,
        low=comparison.low * 100,
        high=comparison.high * 100,
        n=comparison.n,
        flipped=len(comparison.flips),
        p=comparison.mcnemar_p,
    )
    steadiness = report.against.steadiness
    if steadiness:
        yield say("evaluation.against_steady", repeats=steadiness.repeats, same=_with_interval(steadiness.same))
    key = "evaluation.is_different" if comparison.low > 0 or comparison.high < 0 else "evaluation.is_not_shown"
    yield say(key, points=comparison.detectable * 100)


def _with_interval(share: Share) -> str:
    return f"{share.share * 100:.1f} % ({share.low * 100:.1f}–{share.high * 100:.1f})"


# -- tables -----------------------------------------------------------------------------------------------------------


def _sections(report: EvaluationReport, mask: Mask) -> Iterator[_Section]:
    figures = report.figures
    if report.against:
        flips = report.against.comparison.flips
        yield _section(
            "evaluation.flips_title",
            "evaluation.flips_note",
            Table("flips", _FLIPS, [_flip(flip, mask) for flip in flips]),
        )
    rows: Iterable[tuple[Cell, ...]] = (
        (c.category, c.support, c.precision, c.recall, c.f1) for c in figures.categories
    )
    yield _section(
        "evaluation.categories_title", "evaluation.categories_note", Table("categories", _CATEGORIES, list(rows))
    )
    yield _section("evaluation.confusion_title", "evaluation.confusion_note", _confusion(report))
    if figures.places:
        rows = ((say(_PLACES[one.part]), *_interval(one.accuracy)) for one in figures.places)
        yield _section(
            "evaluation.places_title", "evaluation.places_note", Table("places", [_PART, *_INTERVAL], list(rows))
        )
    if figures.steadiness:
        rounds = enumerate(figures.steadiness.accuracies, 1)
        rows = ((number, *_interval(one)) for number, one in rounds)
        yield _section(
            "evaluation.rounds_title",
            "evaluation.rounds_note",
            Table("rounds", [Column("evaluation.round", Kind.COUNT), *_INTERVAL], list(rows)),
        )
    wrong = [_asked(one, mask) for one in report.judged if not one.right]
    yield _section("evaluation.wrong_title", "evaluation.wrong_note", Table("wrong", _ASKED, wrong))


def _section(title: str, note: str, table: Table) -> _Section:
    return _Section(say(title), say(note), table)


_CATEGORIES = (
    Column("report.category", Kind.WORD),
    Column("word.questions", Kind.COUNT),
    Column("evaluation.precision", Kind.SHARE),
    Column("evaluation.recall", Kind.SHARE),
    Column("evaluation.f1", Kind.SHARE),
)
_INTERVAL = (
    Column("word.questions", Kind.COUNT),
    Column("evaluation.accuracy", Kind.SHARE),
    Column("evaluation.low", Kind.SHARE),
    Column("evaluation.high", Kind.SHARE),
)
_PLACES = {
    "first": "evaluation.part_first",
    "middle": "evaluation.part_middle",
    "last": "evaluation.part_last",
}
_PART = Column("evaluation.part", Kind.WORD)
_ASKED = (
    Column("word.question", Kind.TEXT),
    Column("evaluation.right_category", Kind.WORD),
    Column("evaluation.given_category", Kind.WORD),
    Column("evaluation.given_keywords", Kind.WORD),
)
_FLIPS = (
    Column("word.question", Kind.TEXT),
    Column("evaluation.right_category", Kind.WORD),
    Column("evaluation.ours", Kind.WORD),
    Column("evaluation.theirs", Kind.WORD),
)


def _interval(share: Share) -> tuple[int, float, float, float]:
    return share.n, share.share, share.low, share.high


def _confusion(report: EvaluationReport) -> Table:
    """By right category and by answer, without the categories that are neither."""
    labels, counts = report.figures.labels, report.figures.counts
    told = [
        number
        for number, row in enumerate(counts)
        if sum(row) or sum(other[number] for other in counts) or labels[number] == NO_ANSWER
    ]
    columns = [Column("evaluation.right_category", Kind.WORD)]
    columns += [Column("", Kind.COUNT, name=_named(labels[number])) for number in told]
    rows: list[tuple[Cell, ...]] = [
        (_named(labels[number]), *(counts[number][other] for other in told)) for number in told if sum(counts[number])
    ]
    return Table("confusion", columns, rows)


def _named(category: str | None) -> str:
    """A category as it is shown."""
    return say("evaluation.no_answer") if category in (None, NO_ANSWER) else str(category)


def _asked(one: Judged, mask: Mask) -> tuple[Cell, ...]:
    return mask(one.question.text), one.question.category, _answer(one), " · ".join(map(mask, one.given[0].keywords))


def _answer(one: Judged) -> str:
    """The category that was given, or why there is none."""
    reason = one.given[0].reason
    return f"{_named(None)}: {say_reason(reason)}" if one.category is None and reason else _named(one.category)


def _flip(flip: Flip, mask: Mask) -> tuple[Cell, ...]:
    return mask(flip.ours.question.text), flip.ours.question.category, _answer(flip.ours), _answer(flip.theirs)


# -- files ------------------------------------------------------------------------------------------------------------


def _page(report: EvaluationReport, mask: Mask) -> str:
    page: str = template("evaluation.html.jinja").render(
        title=title(report),
        made_at=f"{report.made_at:%Y-%m-%d %H:%M}",
        numbers=[(name, visible(value, _TEXT_CHARS)) for name, value in numbers(report)],
        verdicts=list(verdicts(report)),
        rules=say("evaluation.rules"),
        sections=[(section, _shown(section)) for section in _sections(report, mask)],
    )
    return page


def _shown(section: _Section) -> _Rows:
    table, rows = section.table, list(section.table.rows)
    kinds = [column.kind for column in table.columns]
    shown = [[_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in rows[: section.most]]
    return _Rows([column.heading for column in table.columns], shown, len(rows))


def _cell(cell: Cell, kind: Kind) -> str | tuple[str]:
    if isinstance(cell, str):
        return (visible(cell, _TEXT_CHARS),)
    return f"{cell * 100:.1f} %" if kind is Kind.SHARE and isinstance(cell, float) else f"{cell:,}"


def _workbook(report: EvaluationReport, mask: Mask, path: Path) -> None:
    all_asked = Table("asked", _ASKED, [_asked(one, mask) for one in report.judged])
    with opened(path) as writer:
        first = writer.sheet(say("report.overview"))
        for section in _sections(report, mask):
            writer.table(section.table, section.title)
        writer.table(all_asked, say("evaluation.asked_title"))
        writer.lines(first, title(report), list(numbers(report)), list(verdicts(report)))
