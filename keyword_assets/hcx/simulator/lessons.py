"""What a system message teaches about categories that are easily confused: examples that it shows, and descriptions.

A real model may learn less from them, or something else; the simulator says what it was told to take from them.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_EXAMPLES = '{"examples":'


@dataclass(frozen=True)
class Lessons:
    """Lessons by category.

    Args:
        shown: how many examples have it as their answer.
        described: what is said of it.
    """

    shown: Mapping[str, int] = field(default_factory=dict)
    described: Mapping[str, str] = field(default_factory=dict)

    def about(self, right: str, wrong: str) -> int:
        """How many tell the right category from the wrong one: its examples, and a description that names the other."""
        return self.shown.get(right, 0) + (wrong in self.described.get(right, ""))


NO_LESSONS = Lessons()
"""Nothing is taught."""


def read_lessons(messages: Sequence[Mapping[str, Any]], categories: Sequence[str]) -> Lessons:
    """The lessons in the system message of a request about these categories."""
    told = next((str(message["content"]) for message in messages if message["role"] == "system"), "")
    described: dict[str, str] = {}
    shown: Counter[str] = Counter()
    for line in told.splitlines():
        name, colon, description = line.partition(": ")
        if line.startswith(_EXAMPLES):
            shown.update(_shown(line))
        elif colon and name in categories:
            described[name] = description
    return Lessons(shown, described)


def _shown(line: str) -> list[str]:
    """The categories of examples, in the form of ours; nothing of what is in another."""
    try:
        examples = json.loads(line)["examples"]
        return [str(example["keywords"][0]["category"]) for example in examples]
    except (ValueError, LookupError, TypeError):
        return []
