"""What a check finds, and how each is kept from ending the others."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from keyword_assets import privacy
from keyword_assets.cli.exit_codes import UNEXPECTED
from keyword_assets.configuration import sources
from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.texts import say

log = logging.getLogger(__name__)

# Of what an unexpected error says.
_REASON_CHARS = 300


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `exit_code` is 0 when all is well. A `warning` is for somebody to look at.

    Where something is amiss, `settings` are those that it is the fault of.
    """

    name: str
    message: str
    exit_code: int = 0
    warning: bool = False
    settings: frozenset[str] = frozenset()

    @property
    def ok(self) -> bool:
        """Whether all is well."""
        return self.exit_code == 0


def warnings(name: str, said: Iterable[str]) -> list[Finding]:
    """What somebody should look at."""
    return [Finding(name, message, warning=True) for message in said]


def look(name: str, check: Callable[[], str], *settings: str) -> Finding:
    """One check that finds one thing; see `look_for`."""
    (found,) = look_for(name, lambda: [Finding(name, check())], *settings)
    return found


def look_for(name: str, check: Callable[[], Iterable[Finding]], *settings: str) -> list[Finding]:
    """One check, caught by itself: what it finds, whatever it is, must not keep the next from looking.

    Args:
        name: the subject.
        check: the check.
        settings: those at fault if it fails.
    """
    try:
        return list(check())
    except KeywordAssetsError as error:
        return [Finding(name, str(error), error.exit_code, settings=frozenset(settings))]
    except Exception as error:
        log.debug("doctor: %s", name, exc_info=True)
        reason = " ".join(f"{type(error).__name__} {error}".split())
        message = say("doctor.unchecked", reason=privacy.mask(sources.scrubbed(reason))[:_REASON_CHARS])
        return [Finding(name, message, UNEXPECTED, settings=frozenset(settings))]
