"""The texts that a run has to do with: those that wait for their answer, and those that it has given up."""

from collections import Counter
from dataclasses import dataclass, field

from keyword_assets.core.classifying.asks import Ask
from keyword_assets.core.classifying.books import Books
from keyword_assets.core.models.questions import Slot


@dataclass
class Register:
    """Knows each text once, by its share key. The books are told what becomes of its questions."""

    books: Books
    waiting: dict[bytes, Ask] = field(default_factory=dict, init=False)
    """Texts that are ours to ask, until they have their answer."""
    failed: dict[bytes, str] = field(default_factory=dict, init=False)
    """Texts that this run has given up on, with the reason."""
    _unsent: Counter[Slot] = field(default_factory=Counter, init=False)

    def answered(self, ask: Ask) -> None:
        """There is nothing to wait for any more: whoever comes now finds the answer in the store."""
        del self.waiting[ask.key]

    def withdraw(self, ask: Ask) -> None:
        """Somebody else has answered before it was asked about again."""
        del self.waiting[ask.key]
        self._note_unsent(ask)

    def give_up(self, ask: Ask, reason: str, *, quarantined: bool = False) -> None:
        """This run does not try the text again."""
        del self.waiting[ask.key]
        self.failed[ask.key] = reason
        self._note_unsent(ask)
        self.books.failed(ask.questions, reason, quarantined=quarantined)

    def _note_unsent(self, ask: Ask) -> None:
        if ask.slot and not ask.sent:
            self._unsent[ask.slot] += 1

    def unsent(self) -> Counter[Slot]:
        """The places of texts that were admitted and, as it stands, have not been sent."""
        return self._unsent + Counter(ask.slot for ask in self.waiting.values() if ask.slot and not ask.sent)
