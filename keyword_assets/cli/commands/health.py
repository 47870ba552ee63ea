"""`status --health`: whether one part of the whole is well, in one line and an exit code, as containers ask.

Each part is asked about itself alone: a webserver that is restarted because the database is away helps nobody.
"""

import http.client
from collections.abc import Callable
from datetime import timedelta

import click

from keyword_assets.cli.exit_codes import DONE, UNEXPECTED
from keyword_assets.cli.looking import DEADLINE_SECONDS, hosted, within
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import KeywordAssetsError, ServiceError
from keyword_assets.core.texts import say
from keyword_assets.listening import place_of

# In seconds, for a server on this machine.
_SERVER_SECONDS = 5.0
_PLACES = {"webserver": "127.0.0.1:3000", "code-server": "127.0.0.1:4000"}
# What Dagster's code server calls itself.
_SERVICE = "DagsterApi"


def health(part: str, minutes: float, at: str | None) -> int:
    """Say whether the part is well; 0 if it is, 1 if not: containers know no other numbers.

    Raises:
        InputError: what was typed cannot be used.
    """
    address = place_of(at or _PLACES.get(part, "127.0.0.1:0"))
    parts: dict[str, Callable[[], str]] = {
        "database": _database,
        "daemon": lambda: _daemon(timedelta(minutes=minutes)),
        "webserver": lambda: _webserver(*address),
        "code-server": lambda: _code_server(*address),
    }
    try:
        said = within(DEADLINE_SECONDS, parts[part])
    except KeywordAssetsError as error:
        click.echo(say("health.ill", reason=error))
        return UNEXPECTED
    click.echo(say("health.fine", what=said))
    return DONE


def _database() -> str:
    from keyword_assets.sql.database.engine import redacted
    from keyword_assets.sql.database.retries import at_once
    from keyword_assets.sql.watching.looking import opened_to_look

    settings = Settings.from_env()
    with at_once(), opened_to_look(settings):
        return say("health.database", url=redacted(settings.database_url))


def _daemon(silence: timedelta) -> str:
    settings = Settings.from_env()
    found = hosted(settings)
    if found is None:
        raise ServiceError("health.no_dagster", home=settings.dagster_home)
    seen = found.daemon_seen_at
    if seen is None:
        raise ServiceError("status.no_daemon")
    if silent := found.silent(settings.now(), silence):
        raise ServiceError("status.daemon_silent", parts=", ".join(silent), at=seen)
    return say("health.daemon", at=seen)


def _webserver(host: str, port: int) -> str:
    connection = http.client.HTTPConnection(host, port, timeout=_SERVER_SECONDS)
    try:
        connection.request("GET", "/server_info")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise _unwell("webserver", host, port, error) from error
    finally:
        connection.close()
    if status != http.client.OK:
        raise _unwell("webserver", host, port, f"HTTP {status}")
    return say("health.server", role="webserver", address=_joined(host, port))


def _code_server(host: str, port: int) -> str:
    """By gRPC's own question, which Dagster's server answers from the moment that it has loaded our code."""
    import grpc
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    with grpc.insecure_channel(_joined(host, port)) as channel:
        asking = health_pb2_grpc.HealthStub(channel)
        try:
            said = asking.Check(health_pb2.HealthCheckRequest(service=_SERVICE), timeout=_SERVER_SECONDS)
        except grpc.RpcError as error:
            raise _unwell("code server", host, port, error.code().name) from error
    if said.status != health_pb2.HealthCheckResponse.SERVING:
        raise _unwell("code server", host, port, said.status)
    return say("health.server", role="code server", address=_joined(host, port))


def _unwell(role: str, host: str, port: int, reason: object) -> ServiceError:
    return ServiceError("health.no_server", role=role, address=_joined(host, port), reason=reason)


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
