"""What requests use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from operator import add, sub


@dataclass(frozen=True)
class Usage:
    """What requests cost. `reserved` is what they were charged against the tokens of a window: input plus cap.

    `possibly_twice` counts the retries of requests whose answer was lost on the way: HCX may bill both.
    """

    requests: int = 0
    retries: int = 0
    possibly_twice: int = 0
    prompt: int = 0
    completion: int = 0
    reserved: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(*map(add, vars(self).values(), vars(other).values()))

    def __sub__(self, other: "Usage") -> "Usage":
        return Usage(*map(sub, vars(self).values(), vars(other).values()))

    def shared(self, weights: Mapping[date, int]) -> dict[date, "Usage"]:
        """This usage laid on days by their weights: tokens in proportion, the request itself on the heaviest day.

        The parts add up to the whole. `weights` are positive; there is at least one.
        """
        heaviest = max(weights, key=lambda day: (weights[day], day))
        whole, laid, passed = sum(weights.values()), Usage(), 0
        parts: dict[date, Usage] = {}
        for day, weight in weights.items():
            passed += weight
            so_far = Usage(
                prompt=self.prompt * passed // whole,
                completion=self.completion * passed // whole,
                reserved=self.reserved * passed // whole,
            )
            parts[day], laid = so_far - laid, so_far
        parts[heaviest] += Usage(self.requests, self.retries, self.possibly_twice)
        return parts


@dataclass(frozen=True)
class Spending:
    """What a run used of a model for the questions of one day."""

    run_id: str
    day: date
    model: str
    usage: Usage
    cost_krw: float
