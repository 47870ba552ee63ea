"""How many requests may be open so that what they bring is written soon: who is killed loses what was not."""

from dataclasses import dataclass, field

# So few are open at least, whatever the database does; and so many before it is known what it does.
_LEAST, _FIRST = 4.0, 32.0
# Until the first trouble each reply that is written in time opens for so many more.
_OPENED = 2


@dataclass
class Pace:
    """Follows how far the writing keeps up with the sending: faster and faster up to the first trouble, then step by
    step."""

    open: int = 0
    """Requests that are open now: on their way, or replied to and not written yet."""
    most: float = field(default=_FIRST, init=False)
    """How many may be open."""
    _had_trouble: bool = field(default=False, init=False)

    def wrote(self, these: int, left: int) -> None:
        """A transaction has begun for these replies, and so many are left for the one after it: those were too many."""
        if left:
            self._had_trouble = True
            self.most = max(_LEAST, min(self.most, self.open - left))
        else:
            self.most += 1 if self._had_trouble else _OPENED * these
