"""What rows said before a correction comes back, and not what was forgotten."""

from keyword_assets.sql.classifying.forget import Forgetting
from keyword_assets.sql.classifying.store import SqlQuestionStore
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
