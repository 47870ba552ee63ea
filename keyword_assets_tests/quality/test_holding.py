"""Whether the golden set holds when the examples that the model is shown are what changed."""

import asyncio
from dataclasses import replace
from pathlib import Path

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.quality.golden import GoldenQuestion, GoldenSet
from keyword_assets.core.quality.shots import Candidate, Chosen
from keyword_assets.core.taxonomy import Shot
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.quality.asking import Questioning
from keyword_assets.quality.holding import hold
from keyword_assets.quality.shots_file import as_yaml
from keyword_assets_tests.builders import make_store
from keyword_assets_tests.world import environment, questions


def test_examples_are_compared_with_the_classifier_before_over_what_they_do_not_give_away(
    sqlite_url: str, hcx: SimulatorServer, tmp_path: Path
) -> None:
    """The set is the same one, though not all of it is asked."""
    texts = questions(6)
    golden = GoldenSet("golden.csv", tuple(GoldenQuestion(text, hcx.right_category(text)) for text in texts))
    settings = Settings.from_env(environment(sqlite_url, hcx.url), tmp_path)
    settings.shots.parent.mkdir(exist_ok=True)
    candidate = Candidate(Shot(texts[0], (("전학 절차", "전학, 편입"),)), (None, "전학, 편입"))
    settings.shots.write_text(as_yaml(Chosen([candidate], 0, 1, {})), encoding="utf-8")
    store = make_store(sqlite_url)

    held = [
        hold(Questioning.of(replace(settings, few_shot=shown)), golden, store, asyncio.run, may_ask=True)
        for shown in (0, 1)
    ]
    store.engine.dispose()

    before, after = held
    assert before is not None
    assert after is not None
    assert (before.accuracy.n, before.before) == (6, None)
    assert after.before is not None
    assert (after.accuracy.n, after.before[0], after.before[1].n, after.holds) == (5, before.evaluation, 5, True)
