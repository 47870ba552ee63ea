"""`webserver`: the Dagster UI, behind the guard that `make dev` has, too."""

import os
import sys

import click

from keyword_assets.cli import options
from keyword_assets.configuration.settings import Settings

_MODULE = "keyword_assets.orchestration.hosting.webserver"


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.option("--host", "-h", default="127.0.0.1", show_default=True)
@click.option("--port", "-p", type=click.IntRange(1, 65535), default=3000, show_default=True)
@click.option("--read-only", is_flag=True, help="보기만 / nothing can be launched or changed")
@click.option(
    "--log-format",
    type=click.Choice(["colored", "json", "rich"]),
    help="로그의 꼴; 기본은 KEYWORDS_LOG_FORMAT / how logs are written; as KEYWORDS_LOG_FORMAT says",
)
@click.argument("others", nargs=-1, type=click.UNPROCESSED, metavar="[…]")
@options.lang
def webserver(host: str, port: int, read_only: bool, log_format: str | None, others: tuple[str, ...]) -> int:
    """Run Dagster's webserver behind our guard; options that are not ours are handed on."""
    from keyword_assets.orchestration.hosting.home import prepare_home
    from keyword_assets.web.door import door_of

    settings = Settings.from_env()
    # Told before Dagster takes its seconds; decided once more by the process itself.
    door_of(settings, host)
    prepare_home(settings)
    known = ["--host", host, "--port", str(port), *(["--read-only"] if read_only else [])]
    if form := log_format or ("json" if settings.log_format == "json" else None):
        known += ["--log-format", form]
    # Becomes the webserver, so that whoever stops this process stops it.
    os.execv(sys.executable, [sys.executable, "-m", _MODULE, *known, *others])
