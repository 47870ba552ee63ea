"""The step `hcx`: model, key and what a day may cost; the key is tried once."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from keyword_assets.cli.doctor import hcx as looks
from keyword_assets.cli.doctor.findings import look
from keyword_assets.cli.first_hour.asking import Later, tell, tell_error
from keyword_assets.cli.first_hour.session import Session, is_written, tell_of_environment
from keyword_assets.configuration import kinds
from keyword_assets.configuration.fields import Given
from keyword_assets.configuration.hcx_models import MODELS
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.sources import IN_FILE, Sources, secret_in
from keyword_assets.core.errors import KeywordAssetsError

OPTIONS = ("hcx_key_file", "hcx_model", "hcx_base_url", "daily_budget_krw")
_KEY = "HCX_API_KEY"
_BUDGET = "HCX_DAILY_BUDGET_KRW"


def found(settings: Settings) -> str | None:
    """What there is, if a key was given that HCX accepts."""
    if settings.hcx.api_key is None or not is_written(_BUDGET):
        return None
    finding = look("hcx", lambda: looks.answers(settings))
    return finding.message if finding.ok else None


def ask(session: Session) -> None:
    """Ask for model and key until HCX takes them, and for what a day may cost.

    Raises:
        InputError: what was given cannot be used.
        HcxError: HCX refuses it, or is not reached, and there is nobody to ask again.
        Later: there is no key yet, or the step is left.
    """
    asker, hcx = session.asker, session.settings.hcx
    url = asker.value("hcx_base_url", "init.hcx_base_url", hcx.base_url, _url)
    model = asker.choice("hcx_model", "init.hcx_model", tuple(MODELS), hcx.model)
    session.keep(HCX_BASE_URL=url, HCX_MODEL=model)
    _keep_key(session)
    budget = session.settings.hcx.daily_budget_krw
    default = "" if budget is None else f"{budget:.0f}"
    told = looks.budget(session.settings, priced=True, usable=False)
    tell(told.message)
    krw = asker.value("daily_budget_krw", "init.daily_budget_krw", default, _krw, needed=False)
    session.keep(HCX_DAILY_BUDGET_KRW=krw)


def _keep_key(session: Session) -> None:
    asker, settings = session.asker, session.settings
    if asker.has("hcx_key_file"):
        path = settings.home / Path(asker.given["hcx_key_file"]).expanduser()
        _try(settings, secret_in(_KEY + IN_FILE, path))
        session.keep_secret_file(_KEY, path)
        return
    if settings.hcx.api_key is not None and _is_taken(session, settings.hcx.api_key):
        tell_of_environment(_KEY)
        return
    while True:
        if not (key := asker.secret("init.hcx_key")):
            raise Later
        try:
            _try(settings, _given(_KEY, kinds.key)(key))
        except KeywordAssetsError as error:
            tell_error(error)
            continue
        session.keep_secret(_KEY, key)
        return


def _is_taken(session: Session, key: str) -> bool:
    """Whether the key that is there already is accepted; where nobody can be asked for another, it has to be."""
    try:
        _try(session.settings, key)
    except KeywordAssetsError as error:
        if session.asker.silent or _KEY in os.environ:
            raise
        tell_error(error)
        return False
    return True


def _try(settings: Settings, key: str) -> None:
    tell(looks.answers(replace(settings, hcx=replace(settings.hcx, api_key=key))), sign="✔")


def _url(answer: str) -> str:
    return str(_given("HCX_BASE_URL", kinds.service(plain="KEYWORDS_ALLOW_PLAIN_HTTP"))(answer))


def _krw(answer: str) -> str:
    return f"{_given(_BUDGET, kinds.amount)(answer):.0f}" if answer else ""


def _given(setting: str, kind: Callable[[Given], Any]) -> Callable[[str], Any]:
    return lambda answer: kind(Given(setting, answer, Sources.find()))
