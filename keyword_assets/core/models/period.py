"""A span of calendar days."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Period:
    """Calendar days from `start` to `end`, both inclusive."""

    start: date
    end: date

    def days(self) -> Iterator[date]:
        """Each day, oldest first."""
        for offset in range((self.end - self.start).days + 1):
            yield self.start + timedelta(days=offset)

    @classmethod
    def of(cls, day: date) -> "Period":
        """The period of one day."""
        return cls(day, day)

    @classmethod
    def stretches(cls, days: Iterable[date]) -> list["Period"]:
        """The periods that these days, which are sorted, make up, as few as there can be."""
        found: list[Period] = []
        for day in days:
            if found and day == found[-1].end + timedelta(days=1):
                found[-1] = cls(found[-1].start, day)
            else:
                found.append(cls.of(day))
        return found

    def reaching(self, other: "Period") -> "Period":
        """This period made long enough to hold the other, too."""
        return Period(min(self.start, other.start), max(self.end, other.end))
