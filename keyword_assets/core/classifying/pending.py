"""Texts to be quarantined, kept back until the model has shown that it can answer."""

from dataclasses import dataclass, field
from typing import NamedTuple

from keyword_assets.core.classifying.asks import Ask
from keyword_assets.core.classifying.records import Records
from keyword_assets.core.classifying.register import Register


class _Pending(NamedTuple):
    ask: Ask
    reason: str
    reply: str


@dataclass
class PendingQuarantine:
    """What is to be quarantined; as long as it is here, nothing of it is written."""

    records: Records
    register: Register
    _texts: list[_Pending] = field(default_factory=list, init=False)

    def __bool__(self) -> bool:
        return bool(self._texts)

    def add(self, ask: Ask, reason: str, reply: str) -> None:
        """The text has had its last try."""
        self._texts.append(_Pending(ask, reason, reply))

    async def commit(self) -> None:
        """Write it: the model can answer, so it is the texts."""
        texts, self._texts = self._texts, []
        entries = [entry for ask, reason, reply in texts for entry in ask.entries(reason, reply)]
        await self.records.quarantine(entries)
        for ask, reason, _ in texts:
            self.register.give_up(ask, reason, quarantined=True)

    def withdraw(self) -> None:
        """The model could not answer anything: that says nothing about the texts, which stay missing."""
        texts, self._texts = self._texts, []
        for ask, reason, _ in texts:
            self.register.give_up(ask, reason)
