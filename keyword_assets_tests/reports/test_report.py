"""What a page is given: bounded lists, and totals that add up."""

from collections.abc import Iterable

from keyword_assets.core.models.coverage import WithoutDay
from keyword_assets.core.reporting.report import KeywordCount
from keyword_assets.reports.report import SHOWN, make_report
from keyword_assets_tests.reports.making import MADE_AT, Facts, make


def test_nothing_is_new_where_there_is_nothing_to_compare_with() -> None:
    """In an office's first week everything would be."""
    report, _ = make(questions_before=0)

    assert (report.comparable, len(report.new), len(report.rising)) == (False, 0, 0)


def test_the_most_notable_rise_comes_first_and_the_list_ends() -> None:
    """However many keywords there are, one pass and a bounded list."""

    class Rising(Facts):
        def keywords(self) -> Iterable[KeywordCount]:
            return (KeywordCount(str(n), 1, 20_000 - n, 10 + (n * 7919) % 5_000) for n in range(10_000))

    source = Rising()

    report = make_report(source, MADE_AT, 3, WithoutDay(source.period))

    best = sorted(source.keywords(), key=lambda keyword: -keyword.notability)[:SHOWN]
    assert report.rising["keyword"].tolist() == [keyword.keyword for keyword in best]
    assert len(report.keywords) == SHOWN


def test_totals_add_up_the_days() -> None:
    """What a manager reads first."""
    report, _ = make()

    assert (report.total.questions, report.total.missing, report.total.quarantined) == (2_200, 61, 20)
    assert report.total_before.questions == 700
    assert [(c.category_id, c.questions, c.messages, c.messages_before) for c in report.categories.itertuples()] == [
        (1, 140, 280, 280),
        (3, 420, 280, 280),
        (2, 0, 0, 0),
    ]
    assert (report.catch_all.name, report.catch_all.share) == ("기타", 0.196)
    assert (report.usage.prompt, report.cost_krw) == (600, 3.0)
