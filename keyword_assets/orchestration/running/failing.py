"""How what goes wrong in a sensor or a job reaches Dagster, which keeps the words and shows them to many."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from keyword_assets.configuration.sources import secrets
from keyword_assets.core.errors import HcxError, KeywordAssetsError
from keyword_assets.core.ports.watcher import RunWatcher


@contextmanager
def without_secrets() -> Iterator[None]:
    """Take the secrets out of any error that passes: a driver's words may quote the address that it was given."""
    try:
        yield
    except Exception as error:
        secrets().scrub(error)
        raise


@contextmanager
def ending_the_run(watcher: RunWatcher) -> Iterator[None]:
    """Turn what ends a classifying run into the failure of its step, which whoever watches is told of first.

    Raises:
        dagster.Failure: one of ours came up. What HCX is about may pass, so Dagster may try again.
    """
    try:
        yield
    except KeywordAssetsError as error:
        watcher.failed(error)
        raise dg.Failure(description=str(error), allow_retries=isinstance(error, HcxError)) from error


@contextmanager
def told_in_words() -> Iterator[None]:
    """Turn our errors into failures that say what to do, and leave no secret in anybody else's.

    Raises:
        dagster.Failure: one of ours came up. Without its traceback, which says nothing to the person who has to act.
            Dagster would not help by trying again: what may pass was waited for already.
    """
    try:
        with without_secrets():
            yield
    except KeywordAssetsError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None
