"""Candidates for better descriptions of categories, made from what people found to be under a wrong one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from keyword_assets.core.taxonomy import Category, Taxonomy

# The last syllable's final consonant decides which particle follows.
_FIRST, _LAST, _FINALS = "가", "힣", 28


@dataclass(frozen=True)
class Confusion:
    """Questions of one category that were answered under another.

    Args:
        given: the name of the category that was answered.
        right: the name of the right one.
        count: how many questions.
        words: what is typical of them, the most typical first.
        examples: some of them, as they may be shown.
    """

    given: str
    right: str
    count: int
    words: Sequence[str]
    examples: Sequence[str]

    @property
    def sentence(self) -> str:
        """What the right category's description could say. It is Korean, as it is for the model."""
        return f"{', '.join(self.words)}에 대한 질문은 '{self.given}'{_particle(self.given)} 아니라 '{self.right}'"


def _particle(word: str) -> str:
    """'이' or '가', as the word's last syllable wants it; both where it ends in something else."""
    last = word[-1:]
    if not _FIRST <= last <= _LAST:
        return "이(가)"
    return "이" if (ord(last) - ord(_FIRST)) % _FINALS else "가"


def described(category: Category, confusions: Sequence[Confusion]) -> Category:
    """The category with a sentence more for each confusion in which it was the right one and something is typical."""
    sentences = [one.sentence for one in confusions if one.right == category.name and one.words]
    return replace(category, description=". ".join(filter(None, [category.description, *sentences])))


def reads_descriptions(taxonomy: Taxonomy) -> bool:
    """Whether the model is told descriptions at all: an instruction of the taxonomy's own may leave them out."""
    return taxonomy.instruction is None or "{hints}" in taxonomy.instruction
