"""The step `automation`: what runs by itself every day."""

from keyword_assets.cli.first_hour.asking import tell
from keyword_assets.cli.first_hour.session import Session, is_written
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.texts import say

OPTIONS = ("schedule", "sensor")
_NAME = "KEYWORDS_SWITCHED_ON"
# The two of the daily work, by their options.
_SWITCHES = {"schedule": "daily_keywords_schedule", "sensor": "coverage_backfill_sensor"}


def found(settings: Settings) -> str | None:
    """What is on, if that was decided before."""
    return _told(settings) if is_written(_NAME) else None


def _told(settings: Settings) -> str:
    on = ", ".join(settings.switched_on)
    return say("init.switched_on", names=on) if on else say("init.all_off")


def ask(session: Session) -> None:
    """Decide; others that are on stay so.

    Raises:
        InputError: it cannot be written.
        Later: the step is left.
    """
    before = session.settings.switched_on
    tell(say("init.automation"))
    wanted = {
        switch: session.asker.agrees(
            option, f"init.switch.{option}", default=switch in before or not session.asker.silent
        )
        for option, switch in _SWITCHES.items()
    }
    others = [switch for switch in before if switch not in wanted]
    on = [*(switch for switch, is_on in wanted.items() if is_on), *others]
    session.keep(KEYWORDS_SWITCHED_ON=", ".join(on))
    tell(_told(session.settings), sign="✔")
