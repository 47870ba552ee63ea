"""What is told of messages that belong to no day: how many of which kind, and examples as they may be shown."""

from dataclasses import replace

from keyword_assets.core.foreign import visible
from keyword_assets.core.models.coverage import WithoutDay
from keyword_assets.core.questions import Mask
from keyword_assets.core.texts import say

KINDS = ("no_date", "impossible", "before", "after")
# Of the messages before the first day, of those after the last, and so on. A service may be years older than its first
# partition, and counting all of that would keep `check` waiting.
MOST_COUNTED = 1_000_000
_EXAMPLE_CHARS = 60


def showable(found: WithoutDay, mask: Mask) -> WithoutDay:
    """The same, its examples masked, each in one line of bounded length without characters that cannot be seen."""
    examples = tuple(
        (
            None if at is None else visible(at, _EXAMPLE_CHARS),
            None if text is None else visible(mask(text), _EXAMPLE_CHARS),
        )
        for at, text in found.examples
    )
    return replace(found, examples=examples)


def counts(found: WithoutDay) -> dict[str, int]:
    """The number of each kind."""
    return {kind: getattr(found, kind) for kind in KINDS}


def kinds(found: WithoutDay) -> str:
    """The kinds there are, with their numbers, in words."""
    days = {"first": found.days.start, "last": found.days.end}
    parts = (say(f"without_day.{kind}", count=count, **days) for kind, count in counts(found).items() if count)
    return ", ".join(parts) + (f" {say('without_day.more', most=MOST_COUNTED)}" if found.more else "")


def told(found: WithoutDay) -> str:
    """All of it in one line, below the numbers that they are not part of."""
    return say("without_day.some", messages=found.messages, kinds=kinds(found))


def examples(found: WithoutDay) -> list[str]:
    """A line for each example."""
    return [say("without_day.example", at=at or "NULL", text=text or "") for at, text in found.examples]
