"""One attempt at a request, and when to make another."""

import random

import tenacity

from keyword_assets.hcx.codes import Fate

# A server that has not answered once in this run is misnamed more often than it is restarting.
TRIES_TO_CONNECT_FIRST = 3
# HCX has no way to tell a retry from a new request: when the answer got lost it may bill both, so there is one retry.
TRIES_WHEN_SILENT = 2
# While other requests pass, nobody's bad moment is waited for: something about this one is in the way.
TRIES_WHILE_OTHERS_PASS = 3
# The pauses double from two seconds to this; six of them last over a minute, so that a window can pass meanwhile.
LONGEST_PAUSE = 30.0


class FailedAttempt(Exception):
    """One attempt failed in a way that another may mend."""

    def __init__(
        self, reason: str, fate: Fate, *, unreachable: bool = False, connected: bool = True, blocked: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fate = fate
        self.unreachable = unreachable
        self.connected = connected
        self.blocked = blocked

    @property
    def suspect(self) -> bool:
        """Whether the texts may be the reason; a full quota and busy machines have other ones."""
        return self.connected and self.fate in (Fate.RETRY, Fate.SILENT, Fate.BLOCKED)


def most_attempts(error: BaseException | None, allowed: int, *, answered: bool, others_pass: bool) -> int:
    """How many attempts there may be after this error.

    Args:
        error: how the last one failed.
        allowed: by the settings.
        answered: whether the server has answered anything in this run.
        others_pass: whether other requests were answered meanwhile.
    """
    most = allowed
    if isinstance(error, FailedAttempt):
        if not error.connected and not answered:
            most = min(most, TRIES_TO_CONNECT_FIRST)
        if error.fate is Fate.SILENT:
            most = min(most, TRIES_WHEN_SILENT)
        if error.suspect and others_pass:
            most = min(most, TRIES_WHILE_OTHERS_PASS)
    return most


def error_of(state: tenacity.RetryCallState) -> BaseException | None:
    """How the last attempt failed."""
    return state.outcome.exception() if state.outcome else None


def worth_another(state: tenacity.RetryCallState) -> bool:
    """Whether another attempt may mend what made the last one fail."""
    error = error_of(state)
    if not isinstance(error, FailedAttempt) or error.fate is Fate.BLOCKED:
        return False
    return error.fate is not Fate.RETRY_ONCE or state.attempt_number == 1


def pause(state: tenacity.RetryCallState) -> float:
    """Seconds before the next attempt: doubling, with jitter of half up or down.

    After a refusal for quota none to speak of: the book lets nobody in before its time.
    """
    error = error_of(state)
    if isinstance(error, FailedAttempt) and error.fate is Fate.QUOTA:
        # A little, so that not all come back in the same instant.
        return random.uniform(0, 1)
    return min(LONGEST_PAUSE, 2.0 ** min(state.attempt_number, 30)) * random.uniform(0.5, 1.5)
