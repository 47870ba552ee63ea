"""Each way to write personal data down is found, in any sentence; what looks like it stays as it is."""

from collections.abc import Callable, Iterator
from itertools import cycle

import pytest

from keyword_assets.privacy import mask
from keyword_assets_tests.masking import forms

WORDS = {
    forms.phones: "[전화번호]",
    forms.rrns: "[주민등록번호]",
    forms.cards: "[카드번호]",
    forms.accounts: "[계좌번호]",
    forms.emails: "[이메일]",
}


def missed(made: Callable[[], Iterator[str]]) -> list[str]:
    """The forms that are not gone whole, or with which something of the sentence went."""
    sentences = cycle(forms.SENTENCES)
    found: list[str] = []
    for form in made():
        # In brackets, 043)345-6712 would be read as (043)345-6712.
        sentence = "{}" if ")" in form else next(sentences)
        before, _, behind = sentence.partition("{}")
        masked = mask(sentence.replace("{}", form))
        inner = masked[len(before) : len(masked) - len(behind)]
        left = any(char.isdecimal() and char not in "①" for char in inner)
        whole = masked.startswith(before) and masked.endswith(behind) and inner.count("[") == 1
        if left or not whole or WORDS[made] not in inner or "@" in inner:
            found.append(f"{sentence.replace('{}', form)!r} -> {masked!r}")
    return found


@pytest.mark.parametrize("made", WORDS, ids=lambda made: made.__name__)
def test_every_form_is_masked(made: Callable[[], Iterator[str]]) -> None:
    """Whatever stands between the groups, whatever the digits look like, however much of it is hidden."""
    assert len(set(made())) >= 150
    assert missed(made) == []


def test_what_looks_like_it_stays() -> None:
    """Dates, amounts, laws, public numbers and snails are what questions are about."""
    sentences = ("{}", "이번 주 {} 알려 주세요", "({})", "{}, {}")
    texts = [sentence.replace("{}", text) for text in forms.STAY for sentence in sentences]

    assert len(forms.STAY) >= 150
    assert [(text, mask(text)) for text in texts if mask(text) != text] == []
