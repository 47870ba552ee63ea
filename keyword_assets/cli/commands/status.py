"""`status`: what is at work, how far it is, what waits for what, and whether all is well."""

import click

from keyword_assets.cli import options
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import InputError

_USUAL_SECONDS = 5.0


@click.command()
@click.option(
    "--watch",
    is_flag=False,
    flag_value=str(_USUAL_SECONDS),
    type=click.FloatRange(min=1, max=3600),
    metavar="[SECONDS]",
    help="이 간격으로 다시 보기, Ctrl-C까지 / look again every so many seconds, until Ctrl-C [5]",
)
@click.option(
    "--health",
    "part",
    is_flag=False,
    flag_value="database",
    type=click.Choice(["database", "daemon", "webserver", "code-server"]),
    help="한 부분이 정상인지 한 줄로: 종료 코드 0 또는 1 / whether one part is well: exit code 0 or 1 [database]",
)
@click.option(
    "--minutes",
    type=click.FloatRange(min=1),
    default=5,
    show_default=True,
    help="데몬이 조용해도 되는 시간 / how long the daemon may be silent",
)
@click.option("--at", metavar="HOST:PORT", help="--health가 물을 서버의 주소 / where the server is that is asked")
@options.json
@options.lang
def status(watch: float | None, part: str | None, minutes: float, at: str | None, as_json: bool) -> int:
    """Show how everything stands, once or again and again; or say whether a part is well."""
    if part is not None:
        # Containers ask every few seconds: it loads next to nothing.
        from keyword_assets.cli.commands.health import health

        if watch is not None or as_json:
            raise InputError("status.alone")
        return health(part, minutes, at)
    from keyword_assets.cli.commands.standing import show, watch_it

    settings = Settings.from_env()
    return show(settings, as_json=as_json) if watch is None else watch_it(settings, watch, as_json=as_json)
