"""`quota show` and `quota reset`: what is known of HCX's quota, and how to forget what should not have been learned."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import click

from keyword_assets.addresses import host_of
from keyword_assets.cli import options
from keyword_assets.cli.documents import document, tokens_of
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.classifying.prompts import classifier_version
from keyword_assets.core.classifying.sizing import DEFAULT_BATCH, Sizer
from keyword_assets.core.quota.known import KnownClosing, KnownQuota, KnownSizes
from keyword_assets.core.texts import say
from keyword_assets.in_force import taxonomy_in_force
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.opening import open_store
from keyword_assets.sql.quota.book import account_of
from keyword_assets.sql.quota.known import KnownQuotas, fingerprint


@click.command()
@options.json
@options.lang
def show(as_json: bool) -> int:
    """Show the meters of the account, and what was learned of it."""
    settings = Settings.from_env()
    known = looked_at(settings)
    if as_json:
        document(_document(settings, known))
    else:
        for line in _lines(settings, known):
            click.echo(line)
    return DONE


@click.command()
@options.json
@options.lang
def reset(as_json: bool) -> int:
    """Forget what was learned of the account; what was spent stays."""
    settings = Settings.from_env()
    with open_store(settings) as store:
        forgotten = _quotas(settings, store).forget()
    if as_json:
        document({"closings": forgotten.closings, "sizes": forgotten.sizes})
    else:
        click.echo(say("quota.forgotten", closings=forgotten.closings, sizes=forgotten.sizes))
    return DONE


def looked_at(settings: Settings) -> KnownQuota:
    """What is known of the settings' account."""
    with open_store(settings, look_only=True) as store:
        return _quotas(settings, store).look(settings.now().date())


def learned_line(settings: Settings, known: KnownQuota) -> str:
    """What requests are sized by and what was not believed, in one line; nothing where nothing was learned."""
    return " ".join(line for sizes in known.sizes if sizes.ours for line in _about_sizes(settings, sizes))


def _quotas(settings: Settings, store: SqlQuestionStore) -> KnownQuotas:
    version = classifier_version(settings.hcx.model, taxonomy_in_force(settings))
    account = account_of(settings.hcx.base_url, settings.hcx.model)
    return KnownQuotas(store.engine, store.tables, account, settings.hcx.api_key, version)


def _sized(settings: Settings, sizes: KnownSizes) -> tuple[int, int]:
    """Tokens in and out of a full request, as they are expected."""
    sizer = Sizer(taxonomy_in_force(settings), settings.hcx.size_limits)
    questions = settings.hcx.batch_size or DEFAULT_BATCH
    return round(sizer.estimate([""] * questions) * sizes.ratio), round(questions * sizes.answer)


def _lines(settings: Settings, known: KnownQuota) -> Iterator[str]:
    yield say(
        "quota.limits",
        model=settings.hcx.model,
        host=host_of(settings.hcx.base_url),
        fingerprint=fingerprint(settings.hcx.api_key) or "-",
        requests=settings.hcx.limits.requests,
        tokens=settings.hcx.limits.tokens,
        window=settings.hcx.limits.window,
    )
    yield say("quota.meters", requests=known.requests, tokens=known.tokens, waiting=known.waiting)
    if not known.closings:
        yield say("quota.open")
    for closing in known.closings:
        until = settings.now() + timedelta(seconds=closing.seconds)
        yield say("quota.closed", fingerprint=closing.key, until=until, reason=closing.reason)
    for sizes in known.sizes:
        yield from _about_sizes(settings, sizes)
    yield say(
        "quota.spent",
        requests=known.spent.requests,
        prompt=known.spent.prompt,
        completion=known.spent.completion,
        cost=say("krw", cost=known.cost_krw),
    )
    yield say("quota.reset")


def _about_sizes(settings: Settings, sizes: KnownSizes) -> Iterator[str]:
    if not sizes.usable:
        yield say("quota.unusable", version=sizes.version)
    else:
        prompt, completion = _sized(settings, sizes)
        yield say("quota.sizes", version=sizes.version, prompt=prompt, completion=completion, ratio=sizes.ratio)
    if sizes.limits:
        yield say("quota.stated", said=", ".join(f"{name} {number:,}" for name, number in sizes.limits.items()))
    if sizes.doubted:
        yield say("quota.doubted", said=", ".join(f"{name} = {said}" for name, said in sizes.doubted.items()))


def _document(settings: Settings, known: KnownQuota) -> dict[str, Any]:
    return {
        "model": settings.hcx.model,
        "host": host_of(settings.hcx.base_url),
        "key": fingerprint(settings.hcx.api_key),
        "limits": {
            "requests": settings.hcx.limits.requests,
            "tokens": settings.hcx.limits.tokens,
            "window_seconds": settings.hcx.limits.window,
        },
        "used": {"requests": known.requests, "tokens": known.tokens, "waiting": known.waiting},
        "closings": [_closing_document(settings, closing) for closing in known.closings],
        "learned": [_sizes_document(settings, sizes) for sizes in known.sizes],
        "spent_today": {
            "requests": known.spent.requests,
            "tokens": tokens_of(known.spent),
            "cost_krw": known.cost_krw,
        },
    }


def _closing_document(settings: Settings, closing: KnownClosing) -> dict[str, Any]:
    until = settings.now() + timedelta(seconds=closing.seconds)
    return {
        "key": closing.key,
        "ours": closing.ours,
        "seconds": round(closing.seconds, 1),
        "until": until.isoformat(timespec="seconds"),
        "reason": closing.reason,
    }


def _sizes_document(settings: Settings, sizes: KnownSizes) -> dict[str, Any]:
    prompt, completion = _sized(settings, sizes) if sizes.usable else (None, None)
    return {
        "version": sizes.version,
        "ours": sizes.ours,
        "usable": sizes.usable,
        "learned_at": sizes.learned_at.isoformat(timespec="seconds") if sizes.learned_at else None,
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "limits": dict(sizes.limits) if sizes.limits else None,
        "disbelieved": dict(sizes.doubted),
    }
