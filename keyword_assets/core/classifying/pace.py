"""How many requests may be open so that what they bring is written soon: who is killed loses what was not."""

import math
from dataclasses import dataclass, field

# So few are open at least, whatever the database does.
_LEAST = 4.0


@dataclass
class Pace:
    """Follows how far the writing keeps up with the sending."""

    open: int = 0
    """Requests that are open now: on their way, or replied to and not written yet."""
    _most: float = field(default=math.inf, init=False)

    @property
    def most(self) -> float:
        """How many may be open."""
        return self._most

    def wrote(self, left: int) -> None:
        """A transaction has begun, and so many replies are left for the one after it: so many were too many."""
        if left:
            self._most = max(_LEAST, min(self._most, self.open - left))
        else:
            self._most += 1
