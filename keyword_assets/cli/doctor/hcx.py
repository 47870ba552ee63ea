"""HCX: whether it answers, what it allows, what it costs, and what a day may cost."""

from dataclasses import replace
from datetime import timedelta

from keyword_assets.addresses import origin_of
from keyword_assets.cli.commands import quota
from keyword_assets.cli.doctor.findings import Finding
from keyword_assets.cli.doctor.spending import krw_a_text, usual_day
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.coverage.usual import suggested_budget
from keyword_assets.core.texts import say
from keyword_assets.hcx.probe import probe

# Long enough for a healthy server, short enough for someone who waits for the answer.
_TIMEOUT_SECONDS = 10
# Questions in a request; see `core.classifying.sizing`.
_MOST_ADVISED = 16
# Of a day, where no usual one is known yet.
_SUPPOSED_QUESTIONS = 1_000


def answers(settings: Settings) -> str:
    """Whether it does."""
    probe(replace(settings.hcx, timeout_seconds=_TIMEOUT_SECONDS))
    return say("doctor.hcx_ok", url=origin_of(settings.hcx.base_url), model=settings.hcx.model)


def limits(settings: Settings, *, usable: bool) -> str:
    """What the quota is; also what is known of it, where the database is usable."""
    batch = settings.hcx.batch_size or 0
    told = say(
        "doctor.quota_is",
        requests=settings.hcx.limits.requests,
        tokens=settings.hcx.limits.tokens,
        window=settings.hcx.limits.window,
    )
    told += say("doctor.batch_large", batch=batch) if batch > _MOST_ADVISED else ""
    return told + (_closed(settings) if usable else "")


def _closed(settings: Settings) -> str:
    """Until when HCX has shut our key out and what it said, and what was learned of it; nothing where nothing was."""
    if settings.hcx.api_key is None:
        return ""
    known = quota.looked_at(settings)
    closing = next((closing for closing in known.closings if closing.ours), None)
    learned = quota.learned_line(settings, known)
    if closing is None:
        return f". {learned}" if learned else ""
    until = settings.now() + timedelta(seconds=closing.seconds)
    return f"{say('doctor.quota_closed', until=until, reason=closing.reason)} {learned}".rstrip()


def prices(settings: Settings) -> str:
    """What the model costs, and as of when."""
    price = settings.hcx.price
    return say("doctor.prices_ok", model=price.model, as_of=price.as_of)


def budget(settings: Settings, *, priced: bool, usable: bool) -> Finding:
    """Whether there is a limit to what a day costs; where there is none, one from what a usual day would cost.

    Args:
        settings: the settings.
        priced: whether taxonomy and price of a question are known.
        usable: whether the database is.
    """
    if settings.hcx.daily_budget_krw is not None:
        return Finding("budget", say("doctor.budget_ok", krw=settings.hcx.daily_budget_krw))
    message = say("doctor.budget_none")
    if priced:
        usual, learned = usual_day(settings) if usable else (None, None)
        key = "doctor.budget_supposed" if usual is None else "doctor.budget_suggested"
        questions = _SUPPOSED_QUESTIONS if usual is None else usual
        krw = suggested_budget(questions, krw_a_text(settings, learned))
        message += " " + say(key, krw=krw, questions=questions)
    return Finding("budget", message, warning=True)
