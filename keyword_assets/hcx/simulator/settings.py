"""How the simulator behaves where it can behave in more than one way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from keyword_assets.hcx.simulator.slips import NO_SLIPS, Slips

WindowKind = Literal["rolling", "fixed", "token-bucket"]


@dataclass(frozen=True)
class SimulatorSettings:
    """The simulator's switches. The defaults are what the real service is believed to do, without its quotas."""

    # Keys are secrets even here: none of them belongs in a repr, a log line or a record.
    api_keys: frozenset[str] | None = field(default=None, repr=False)
    """The keys that are let in; None lets in every bearer key that is not empty."""
    denied_keys: frozenset[str] = field(default=frozenset(), repr=False)
    """Keys of an account that never subscribed: 401 / 40170."""
    retired_models: frozenset[str] = frozenset()
    """Models that answer 400 / 40082."""

    qpm: int | None = None
    """Requests per window for each key and model; None is no limit."""
    tpm: int | None = None
    """Tokens (input + output cap) per window for each key and model; None is no limit."""
    window: WindowKind = "rolling"
    window_seconds: float = 60.0
    count_refused: bool = False
    """Whether a request refused for quota uses up one request of the quota all the same."""
    retry_after: bool = False
    """Whether a 429 carries Retry-After, which the real service was never seen to do."""
    negative_reset: bool = False
    """Whether a 429 says `-2s` until the reset, which the real service was seen to do."""

    latency_seconds: float = 0.0
    jitter_seconds: float = 0.0
    """Up to this much is added to the latency, evenly spread."""
    seconds_per_output_token: float = 0.0

    token_drift: float = 1.0
    """What chat bills as input, as a multiple of what the tokenizer counts."""
    strict_schema: bool = False
    """Whether every undocumented schema keyword is refused, and not `pattern` alone."""
    bare_token_parts: bool = False
    """Whether the tokenizer gives a message's content as an object instead of an array."""

    slips: Slips = NO_SLIPS
    """Which of its answers are wrong."""
    right: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The right category of some texts; that of the others is the one that they are most like."""

    max_body_bytes: int = 50 * 1024 * 1024
    seed: int = 0
    """Seeds the jitter and the faults, so that a run can be repeated."""
    keep_requests: int = 1000
    """How many of the latest request records the statistics keep."""
