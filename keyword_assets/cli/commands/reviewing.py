"""What `review` does: chooses a queue, and serves the page on which it is judged."""

import socket
from dataclasses import dataclass

import click

from keyword_assets.addresses import address_of
from keyword_assets.cli.console import note
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import InputError
from keyword_assets.core.quality.corrections import reviewer_of
from keyword_assets.core.quality.desk import Queue
from keyword_assets.core.texts import say
from keyword_assets.listening import listen, url_of
from keyword_assets.quality.desk import ReviewDesk
from keyword_assets.quality.finishing import Finishing
from keyword_assets.quality.reviewing import Reviewing
from keyword_assets.sql.database.retries import impatient
from keyword_assets.sql.opening import open_store
from keyword_assets.web.door import door_of
from keyword_assets.web.review.app import review_app
from keyword_assets.web.server import serve


@dataclass(frozen=True)
class Wanted:
    """What was typed."""

    audit: int | None
    doubtful: bool
    reviewer: str | None
    host: str
    port: int
    minutes: int
    standing: bool


def review(wanted: Wanted) -> int:
    """Serve the page until it is stopped; returns the exit code.

    Raises:
        InputError: something cannot be used, there is nothing to review, or nobody would have to log in.
        DatabaseError: the database cannot be reached.
    """
    if wanted.audit is not None and wanted.doubtful:
        raise InputError("review.which")
    settings = Settings.from_env()
    reviewer = None if wanted.reviewer is None else reviewer_of(wanted.reviewer)
    door = door_of(settings, wanted.host)
    with open_store(settings) as store:
        reviewing = Reviewing.of(settings, store)
        finishing = Finishing(reviewing.finish)
        desk = ReviewDesk.of(settings, store, reviewing, finishing, wanted.minutes * 60)
        queue = _first(desk, wanted)
        with listen(wanted.host, wanted.port) as listener, impatient() as stop_waiting, finishing:
            # Of what was left when a page was stopped.
            finishing.wake()
            cookie = f"keyword_review_{listener.getsockname()[1]}"
            app, token = review_app(desk, door, first=queue.audit if queue else None, reviewer=reviewer, cookie=cookie)
            url = f"{_url(settings, listener)}/" + ("" if token is None else f"?token={token}")
            serve(app, listener, lambda: _announce(url, queue), stop_waiting)
    return DONE


def _first(desk: ReviewDesk, wanted: Wanted) -> Queue | None:
    """The queue that was asked for; else the newest audit that is not finished, or else the doubtful list.

    None where there is nothing yet, and the page is to wait for it.
    """
    if wanted.audit is not None or wanted.doubtful:
        return desk.queue(wanted.audit)
    queues = [queue for queue in desk.queues() if queue.progress.total]
    if not queues and not wanted.standing:
        raise InputError("review.nothing")
    return next((queue for queue in queues if queue.progress.open), next(iter(queues), None))


def _url(settings: Settings, listener: socket.socket) -> str:
    """The address to open: where it listens everywhere, by a name that it answers to."""
    host, port = listener.getsockname()[:2]
    address = address_of(host)
    if address is not None and address.is_unspecified:
        return f"http://{next(iter(settings.web_hosts), 'localhost')}:{port}"
    return url_of(listener)


def _announce(url: str, queue: Queue | None) -> None:
    """Where the page is, and how much there is to do."""
    click.echo(say("review.ready", url=url), err=True)
    if queue is None:
        click.echo(say("page.nothing"), err=True)
        return
    name = say("page.doubtful") if queue.audit is None else say("page.audit", audit=queue.audit)
    note(say("review.open", queue=name, open=queue.progress.open, total=queue.progress.total))
