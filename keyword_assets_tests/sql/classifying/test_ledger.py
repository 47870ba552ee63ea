"""What runs used, as it stands in the database, and what was learned about sizes."""

from datetime import timedelta
from typing import Any

import pytest

from keyword_assets.core.models.usage import Spending, Usage
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets_tests.builders import (
    BATCH_TIME,
    DAY,
    NEXT_DAY,
    VERSION,
    execute,
    keyword_rows,
    make_answer,
    make_question,
    query,
)

TODAY = BATCH_TIME.date()
USAGE = Usage(requests=1, retries=2, possibly_twice=1, prompt=600, completion=80, reserved=900)


def spending(run_id: str = "ours", cost: float = 1.25, usage: Usage = USAGE, **values: Any) -> Spending:
    """What a request cost."""
    return Spending(**{"run_id": run_id, "day": DAY, "model": "HCX-007", "usage": usage, "cost_krw": cost, **values})


def noted(store: SqlQuestionStore) -> list[tuple[Any, ...]]:
    """Every row, days as text."""
    rows = query(store.engine, "SELECT * FROM keyword_usage ORDER BY run_id, day, model")
    return [(str(row[0]), row[1], str(row[2]), *row[3:-1], float(row[-1])) for row in rows]


def test_what_requests_cost_adds_up_by_run_and_day(store: SqlQuestionStore) -> None:
    """One row, however many requests."""
    for _ in range(3):
        store.spend([spending()])

    assert noted(store) == [(str(TODAY), "ours", str(DAY), "HCX-007", 3, 6, 3, 1_800, 240, 2_700, 3.75)]


@pytest.mark.parametrize(
    "other", [{"run_id": "other"}, {"day": NEXT_DAY}, {"model": "HCX-005"}], ids=["run", "day", "model"]
)
def test_another_run_day_or_model_has_a_row_of_its_own(store: SqlQuestionStore, other: dict[str, Any]) -> None:
    """It is told by each of them."""
    store.spend([spending(), spending(**other)])
    store.spend([spending(**other)])

    assert sorted(row[4] for row in noted(store)) == [1, 2]


def test_spending_of_many_days_is_noted_in_one_go(store: SqlQuestionStore) -> None:
    """A request's texts may be of several."""
    store.spend([spending(), spending(day=NEXT_DAY), spending()])

    assert [row[4] for row in noted(store)] == [2, 1]


def test_what_others_spent_is_told_without_our_own(store: SqlQuestionStore) -> None:
    """A run counts its own requests itself, those in flight included."""
    store.spend([spending("ours", 100.0), spending("first", 1.5), spending("second", 2.25, day=NEXT_DAY)])

    assert store.spent_krw(TODAY, not_by="ours") == 3.75
    assert store.spent_krw(TODAY, not_by="nobody") == 103.75
    assert store.spent_krw(TODAY - timedelta(days=1), not_by="ours") == 0


def test_money_keeps_its_fourth_decimal(store: SqlQuestionStore) -> None:
    """A question costs hundredths of a won, and a run has millions."""
    for _ in range(100):
        store.spend([spending(cost=0.0125)])

    assert store.spent_krw(TODAY, not_by="-") == pytest.approx(1.25, abs=1e-9)


def test_answers_and_their_cost_are_noted_together(store: SqlQuestionStore) -> None:
    """Or a run that dies between the two has paid for nothing, or not at all."""
    store.save(
        [(make_question(), make_answer())],
        learned={},
        version=VERSION,
        batch_created_at=BATCH_TIME,
        spent=[spending()],
    )

    assert (len(keyword_rows(store)), len(noted(store))) == (1, 1)


def test_a_row_that_the_database_refuses_does_not_make_the_request_cost_twice(store: SqlQuestionStore) -> None:
    """Its neighbours are written one by one then, and the request was one."""
    if store.engine.dialect.name == "sqlite":
        execute(
            store.engine,
            "CREATE TRIGGER refuse BEFORE INSERT ON admin_chat_keywords WHEN NEW.query_text = '못 쓰는 글' "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END",
        )
        bad = make_question("못 쓰는 글")
    else:
        bad = make_question("가" * 10, count=2**40)
    rows = [(question, make_answer()) for question in (make_question("가"), bad, make_question("나"))]

    refused = store.save(rows, learned={}, version=VERSION, batch_created_at=BATCH_TIME, spent=[spending()])

    assert set(refused.refused) == {bad}
    assert len(keyword_rows(store)) == 2
    assert [row[4] for row in noted(store)] == [1]


def test_sizes_are_kept_by_classifier_version(store: SqlQuestionStore) -> None:
    """Another prompt is answered at another length."""
    store.keep_sizes("old", VERSION)
    store.keep_sizes("new", VERSION)
    store.keep_sizes("other", "version-2")

    assert [store.learned_sizes(version) for version in (VERSION, "version-2", "none")] == ["new", "other", None]
