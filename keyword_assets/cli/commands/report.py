"""`report`: from a period to files, and on to whoever reads them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keyword_assets import privacy
from keyword_assets.cli import options, render
from keyword_assets.cli.commands.alerts import code_of
from keyword_assets.cli.documents import coverage_document, document
from keyword_assets.cli.exit_codes import exit_code_of
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.days import require_countable
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.period import Period
from keyword_assets.core.reporting.report import require_reportable
from keyword_assets.core.texts import say
from keyword_assets.notify.channels import Channel, Delivery, report_channels
from keyword_assets.quality.audited import audited
from keyword_assets.sql.opening import open_store, without_day
from keyword_assets.sql.reporting.report import LISTED, MOST_LISTED, SqlReportSource

if TYPE_CHECKING:
    # What draws and writes takes a while to load.
    from keyword_assets.reports import files
    from keyword_assets.reports.report import Report


@click.command()
@options.with_period
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=".", metavar="DIR", help="쓸 폴더 / folder"
)
@click.option("--format", "formats", default="html,xlsx", show_default=True, help="html,xlsx,csv,png")
@click.option("--overwrite", is_flag=True, help="이미 있는 파일을 바꿔 씁니다 / replace files that are there")
@click.option(
    "--email",
    is_flag=True,
    help="KEYWORDS_REPORT_URLS의 채널(이메일, 메신저 등)로 요약과 파일을 보냅니다 / send it to the report channels",
)
@options.json
@options.lang
def report(period: Period, out: Path, formats: str, overwrite: bool, email: bool, as_json: bool) -> int:
    """Write the report in each format that was asked for."""
    settings = Settings.from_env()
    require_countable(period, settings.now().date())
    require_reportable(period)
    channels = _channels(settings) if email else []
    made, result = _write(settings, period, out, _parse_formats(formats), overwrite=overwrite)
    return _show(made, result, channels, as_json=as_json) or exit_code_of(made.days)


def _parse_formats(value: str) -> list[str]:
    """The formats of `--format`, in our order.

    Raises:
        InputError: one is unknown, or there is none.
    """
    from keyword_assets.reports import files

    asked = {part.strip().lower() for part in value.split(",") if part.strip()}
    if not asked or asked - set(files.FORMATS):
        raise InputError("report.bad_format", value=value)
    return [name for name in files.FORMATS if name in asked]


def _write(
    settings: Settings, period: Period, folder: Path, formats: Sequence[str], *, overwrite: bool
) -> "tuple[Report, files.Result]":
    """Make the report about the period and write it.

    Raises:
        InputError: a file is there already or cannot be written; nothing was changed.
        DatabaseError: the database cannot be reached.
    """
    from keyword_assets.reports import files
    from keyword_assets.reports.report import make_report

    stem = f"keyword-report_{period.start}_{period.end}"
    catch_all = load_taxonomy(settings.taxonomy).catch_all.id
    listed = MOST_LISTED if set(formats) & set(files.LISTING) else LISTED
    with open_store(settings, look_only=True, about=period) as store:
        files.prepare(folder, stem, formats, overwrite=overwrite)
        source = SqlReportSource(store, period, listed=listed, mask=privacy.shown(settings.mask))
        report = make_report(
            source, settings.now(), catch_all, without_day(settings, store, period), audited(settings, store, period)
        )
        return report, files.write_report(report, source, folder, stem, formats, listed=listed)


def _channels(settings: Settings) -> list[Channel]:
    """Where reports go.

    Raises:
        InputError: nowhere, or a URL cannot be used.
    """
    channels = report_channels(settings)
    if not channels:
        raise InputError("delivery.no_channels")
    return channels


def _show(report: "Report", result: "files.Result", channels: Sequence[Channel], *, as_json: bool) -> int:
    """Say what was written and what had to be cut, send it to the channels, and say what became of that.

    Returns:
        The exit code of the deliveries.
    """
    from keyword_assets.reports.summary import summary

    if not as_json:
        _show_files(report, result)
    message, deliveries = summary(report, (file.path for file in result.files)), []
    for delivery in (channel.deliver(message) for channel in channels):
        deliveries.append(delivery)
        if not as_json:
            _show_delivery(delivery)
    if as_json:
        check = coverage_document(report.period, report.days, report.without_day)
        written = [{"path": str(file.path), "replaced": file.replaced} for file in result.files]
        delivered = [_delivery_document(delivery) for delivery in deliveries]
        document({"files": written, "cuts": list(result.cuts), "delivered": delivered, "check": check})
    return code_of(deliveries)


def _show_files(report: "Report", result: "files.Result") -> None:
    for file in result.files:
        key = "report.replaced" if file.replaced else "report.wrote"
        click.echo(say(key, path=file.path, size=file.kilobytes))
    for cut in result.cuts:
        click.echo(cut, err=True)
    render.out().print(render.conclusion(report.total))
    render.print_without_day(report.without_day)


def _show_delivery(delivery: Delivery) -> None:
    if delivery.failure:
        click.echo(say("delivery.not_arrived", channel=delivery.channel, reason=delivery.failure), err=True)
    else:
        click.echo(say("delivery.arrived", channel=delivery.channel, files=len(delivery.attached)))


def _delivery_document(delivery: Delivery) -> dict[str, Any]:
    return {
        "channel": delivery.channel,
        "arrived": delivery.failure is None,
        "reason": delivery.failure,
        "attached": [str(path) for path in delivery.attached],
    }
