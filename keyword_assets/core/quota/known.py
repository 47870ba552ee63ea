"""What is known of an account's quota, for who looks at it: nothing in here is a key, or rests on one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from keyword_assets.core.models.usage import Usage


@dataclass(frozen=True)
class KnownClosing:
    """The server shut a key out; the key is told by the beginning of its hash. `ours` is that of the settings."""

    key: str
    ours: bool
    seconds: float
    reason: str


@dataclass(frozen=True)
class KnownSizes:
    """What earlier runs learned under a classifier version.

    `usable` says whether requests will be sized by it, `ours` whether it is for the present settings. `ratio` is HCX's
    count of the input as a multiple of our estimate, `answer` the tokens of an answer. `limits` are tighter limits that
    the server stated, `doubted` what it said and was not believed.
    """

    version: str
    ours: bool
    usable: bool
    learned_at: datetime | None
    ratio: float
    answer: float
    limits: Mapping[str, int] | None = None
    doubted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class KnownQuota:
    """Of one account: the requests and tokens whose places are taken now, who waits, and what was learned."""

    requests: int
    tokens: int
    waiting: int
    closings: Sequence[KnownClosing]
    sizes: Sequence[KnownSizes]
    spent: Usage
    cost_krw: float


@dataclass(frozen=True)
class Forgotten:
    """How much was forgotten: closings, and classifier versions' sizes with the notes on limits and on lies."""

    closings: int
    sizes: int
