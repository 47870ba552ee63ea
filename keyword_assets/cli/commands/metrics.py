"""`metrics`: serves what Prometheus scrapes, and `/healthz`."""

import click

from keyword_assets.cli import options
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.cli.looking import view
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.texts import say
from keyword_assets.listening import listen, place_of, url_of
from keyword_assets.sql.database.retries import impatient
from keyword_assets.web.door import door_of


@click.command()
@click.option("--listen", "place", default="127.0.0.1:8411", show_default=True, metavar="HOST:PORT")
@options.lang
def metrics(place: str) -> int:
    """Serve until it is stopped; a database that is away is told by the metrics, and not waited for."""
    from keyword_assets.web.metrics.app import metrics_app
    from keyword_assets.web.server import serve

    settings = Settings.from_env()
    host, port = place_of(place)
    app = metrics_app(lambda: view(settings), settings.timezone, door_of(settings, host))
    with listen(host, port) as listener, impatient() as stop_waiting:
        ready = say("metrics.ready", url=url_of(listener))
        serve(app, listener, lambda: click.echo(ready, err=True), stop_waiting)
    return DONE
