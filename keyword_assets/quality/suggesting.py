"""Which categories are confused, and which words are typical of the questions between them: TF-IDF of their nouns."""

from collections import Counter
from collections.abc import Iterator, Sequence

from keyword_assets.configuration.yaml_files import commented, dumped
from keyword_assets.core.classifying.suspects import addresses_model
from keyword_assets.core.foreign import visible
from keyword_assets.core.quality.reviews import Reviewed
from keyword_assets.core.quality.suggestions import Confusion, described, reads_descriptions
from keyword_assets.core.questions import Mask, prompt_text
from keyword_assets.core.taxonomy import Category, Taxonomy
from keyword_assets.core.texts import say
from keyword_assets.morphology import compounds, nouns

# One question may be anybody's slip, and one person's words.
_LEAST = 2
_MOST_WORDS, _MOST_EXAMPLES = 5, 3
_EXAMPLE_CHARS = 80


def confusions(texts: Sequence[Reviewed], taxonomy: Taxonomy, mask: Mask) -> list[Confusion]:
    """The pairs of categories that several questions were confused between, the most often confused first.

    Args:
        texts: what people have said of all answers, right ones too: they tell which words are typical of a category.
        taxonomy: the categories in force; others are left out.
        mask: hides personal data.
    """
    names = {category.id: category.name for category in taxonomy.categories}
    # Their words would come into what the model is told.
    known = [one for one in texts if one.right in names and not addresses_model(one.text)]
    asked = [prompt_text(one.text, mask) for one in known]
    counts = Counter(one.confused for one in known if one.confused and one.given in names)
    pairs = sorted((pair for pair, count in counts.items() if count >= _LEAST), key=lambda pair: (-counts[pair], pair))
    if not pairs:
        return []
    words = _Words(asked)
    found = []
    for given, right in pairs:
        between = [number for number, one in enumerate(known) if one.confused == (given, right)]
        ours, theirs = ([number for number, one in enumerate(known) if one.right == name] for name in (right, given))
        examples = sorted((asked[number] for number in between), key=lambda text: (len(text), text))
        typical = [word for word in words.typical(between, ours, theirs) if word not in names[given]]
        found.append(Confusion(names[given], names[right], counts[given, right], typical, examples[:_MOST_EXAMPLES]))
    return found


class _Words:
    """The nouns of some questions, the rarer the heavier."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(analyzer=_nouns_of)
        self._matrix = vectorizer.fit_transform(texts) if any(map(_nouns_of, texts)) else None
        self._words = vectorizer.get_feature_names_out() if self._matrix is not None else ()

    def typical(self, these: Sequence[int], ours: Sequence[int], theirs: Sequence[int]) -> list[str]:
        """The words that weigh more in these questions than in theirs, of those that several of ours have."""
        import numpy as np

        if self._matrix is None:
            return []
        weight = np.asarray(self._matrix[these].mean(axis=0)).ravel()
        if theirs:
            weight = weight - np.asarray(self._matrix[theirs].mean(axis=0)).ravel()
        weight[self._matrix[ours].getnnz(axis=0) < _LEAST] = 0
        ranked = np.argsort(-weight, kind="stable")[:_MOST_WORDS]
        return [str(self._words[number]) for number in ranked if weight[number] > 0]


def _nouns_of(text: str) -> list[str]:
    """Its nouns that are more than a syllable or a number, without words of asking."""
    runs = compounds(nouns(text))
    return [noun.form for run in runs for noun in run if len(noun.form) > 1 and not noun.form.isdigit()]


# -- as a taxonomy ----------------------------------------------------------------------------------------------------


def as_yaml(taxonomy: Taxonomy, found: Sequence[Confusion], reviewed: int) -> str:
    """The taxonomy with candidates for descriptions, and comments on where each comes from."""
    lines = ["# ", say("suggestion.heading", reviewed=reviewed), "\n"]
    if not reads_descriptions(taxonomy):
        lines += ["# ", say("suggestion.not_read"), "\n"]
    if taxonomy.instruction is not None:
        lines.append(dumped({"instruction": taxonomy.instruction}))
    return "".join([*lines, "categories:\n", *(_entry(one, taxonomy, found) for one in taxonomy.categories)])


def _entry(category: Category, taxonomy: Taxonomy, found: Sequence[Confusion]) -> str:
    better = described(category, found)
    entry: dict[str, object] = {"id": category.id, "name": category.name}
    if category == taxonomy.catch_all:
        entry["catch_all"] = True
    if better.description:
        entry["description"] = better.description
    if category.examples:
        entry["examples"] = list(category.examples)
    return commented(entry, _comments(category, better, found))


def _comments(category: Category, better: Category, found: Sequence[Confusion]) -> Iterator[str]:
    mine = [one for one in found if one.right == category.name]
    if mine:
        yield say("suggestion.before", description=category.description or "-")
    for one in mine:
        words = ", ".join(one.words) or "-"
        yield say("suggestion.pair", given=one.given, right=one.right, count=one.count, words=words)
        for example in one.examples:
            yield say("suggestion.example", text=visible(example, _EXAMPLE_CHARS))
    if better != category:
        yield say("suggestion.candidate")
