"""What rows said before a correction comes back, and not what was forgotten."""

from keyword_assets.core.models.questions import Keyword
from keyword_assets.sql.classifying.forget import Forgetting
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets_tests.builders import DAY, NEXT_DAY, add_keyword_row, add_messages
from keyword_assets_tests.sql.corrections.people import MODELS, OURS, TEXT, correct, finish, pairs, said


def test_forgetting_an_answer_leaves_the_correction_and_what_it_brings_back_is_gone(
    answered: SqlQuestionStore,
) -> None:
    holds = correct(answered, answer=(*MODELS, *OURS)).holds
    finish(answered)

    done = Forgetting(answered.engine, answered.tables, lambda text: text, dry_run=False).text(TEXT)
    assert (done.rows, done.corrected) == (0, 1)
    assert said(answered) == pairs((*MODELS, *OURS))
    answered.people.withdraw(holds.id, "이 선생")
    finish(answered)

    assert said(answered) == set()


def test_rows_without_a_keyword_or_a_category_said_nothing(lax_store: SqlQuestionStore) -> None:
    """Another program may have written them; the first day on which rows said something tells."""
    add_messages(lax_store, TEXT, at=DAY)
    add_messages(lax_store, TEXT, at=NEXT_DAY)
    add_keyword_row(lax_store, TEXT, at=DAY, category_id=None)
    add_keyword_row(lax_store, TEXT, at=DAY, keyword=None)
    add_keyword_row(lax_store, TEXT, at=NEXT_DAY, keyword="전학", category_id=3)

    holds = correct(lax_store).holds
    finish(lax_store)

    assert lax_store.replaced.answers_before() == {holds.id: (Keyword("전학", 3),)}
