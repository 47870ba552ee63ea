"""The nouns of a Korean text, from the morphological analyser Kiwi: for the simulator, and to compare keywords."""

import threading
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from keyword_assets.core.errors import InputError

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

# Analysed at most, so that one very long text cannot hold up the others.
_MAX_CHARS = 4_000
# Common and proper nouns, foreign words, roots; numbers and affixes as parts of compounds ('중2', '건의함').
_NOUNS = frozenset({"NNG", "NNP", "SL", "SH", "XR", "SN", "XPN", "XSN"})
# Words of asking, not of what is asked, when they stand by themselves.
_COURTESY = frozenset(
    (
        *("안녕", "감사", "질문", "문의", "부탁", "답변", "말씀", "궁금", "가능", "경우", "때문", "관련", "필요"),
        *("이야기", "얘기", "생각", "요즘", "지금", "오늘", "우리", "저희", "때", "후", "중", "방법"),
    )
)


class Noun(NamedTuple):
    """A noun and where it stands; `joined` means that nothing but blanks parts it from the noun before."""

    form: str
    start: int
    end: int
    joined: bool


class _Analyser:
    """The one Kiwi of the process: it takes seconds to load and a hundred megabytes to keep."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kiwi: Kiwi | None = None

    def nouns(self, text: str) -> tuple[Noun, ...]:
        with self._lock:
            if self._kiwi is None:
                self._kiwi = _load()
            tokens = self._kiwi.tokenize(text)
        found: list[Noun] = []
        for token in tokens:
            if token.tag in _NOUNS:
                joined = bool(found) and not text[found[-1].end : token.start].strip()
                found.append(Noun(token.form.casefold(), token.start, token.start + token.len, joined))
        return tuple(found)


def _load() -> "Kiwi":
    try:
        from kiwipiepy import Kiwi
    except ImportError as error:
        raise InputError("simulator.kiwi_missing") from error
    # Without the dictionary of multi-word names, which doubles the time to load and says little about questions.
    return Kiwi(num_workers=1, load_multi_dict=False)


_ANALYSER = _Analyser()
_remembered = lru_cache(maxsize=20_000)(_ANALYSER.nouns)


def nouns(text: str) -> tuple[Noun, ...]:
    """The nouns of a text in their order, remembered for the next time.

    Raises:
        InputError: Kiwi is not installed.
    """
    return _remembered(text[:_MAX_CHARS])


def compounds(found: tuple[Noun, ...]) -> list[list[Noun]]:
    """Runs of joined nouns, without the words of asking at their ends; runs of nothing but numbers are left out."""
    runs: list[list[Noun]] = []
    for noun in found:
        if noun.joined:
            runs[-1].append(noun)
        else:
            runs.append([noun])
    trimmed = [_trim(run) for run in runs]
    return [run for run in trimmed if not all(noun.form.isdigit() for noun in run)]


def _trim(run: list[Noun]) -> list[Noun]:
    """The run without the words of asking that stand apart at its ends ('오늘 급식', '신청 방법')."""
    first, last = 0, len(run)
    while first < last and run[first].form in _COURTESY and _stands_apart(run, first + 1):
        first += 1
    while first < last and run[last - 1].form in _COURTESY and _stands_apart(run, last - 1):
        last -= 1
    return run[first:last]


def _stands_apart(run: list[Noun], place: int) -> bool:
    return not 0 < place < len(run) or run[place - 1].end < run[place].start
