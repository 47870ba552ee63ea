"""The file of the questions that a model is shown: chosen once, and the same until somebody chooses anew."""

from collections.abc import Iterator

from keyword_assets.configuration.yaml_files import commented
from keyword_assets.core.quality.shots import Candidate, Chosen
from keyword_assets.core.texts import say


def as_yaml(chosen: Chosen) -> str:
    """The chosen questions, each under the categories that it was confused between."""
    return "".join(["# ", say("shots.heading"), "\n", "examples:\n", *map(_entry, chosen.candidates)])


def _entry(candidate: Candidate) -> str:
    shot = candidate.shot
    keywords = [{"keyword": keyword, "category": name} for keyword, name in shot.answer]
    return commented({"text": shot.text, "keywords": keywords}, _comments(candidate))


def _comments(candidate: Candidate) -> Iterator[str]:
    given, right = candidate.pair
    yield say("shots.pair", given=given or "?", right=right)
