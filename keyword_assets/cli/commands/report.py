"""`report`: from a period to files, and on to whoever reads them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from keyword_assets import privacy
from keyword_assets.cli import render
from keyword_assets.cli.commands.alerts import Delivery, code_of, send
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.errors import InputError
from keyword_assets.core.models import Period
from keyword_assets.core.texts import say
from keyword_assets.notify import Channel, report_channels
from keyword_assets.reports import files
from keyword_assets.reports.report import Report, make_report
from keyword_assets.reports.summary import summary
from keyword_assets.sql.opening import open_store, without_day
from keyword_assets.sql.reporting.report import LISTED, MOST_LISTED, SqlReportSource


def parse_formats(value: str) -> list[str]:
    """The formats of `--format`, in our order.

    Raises:
        InputError: one is unknown, or there is none.
    """
    asked = {part.strip().lower() for part in value.split(",") if part.strip()}
    if not asked or asked - set(files.FORMATS):
        raise InputError("report.bad_format", value=value)
    return [name for name in files.FORMATS if name in asked]


def write(
    settings: Settings, period: Period, folder: Path, formats: Sequence[str], *, overwrite: bool
) -> tuple[Report, files.Result]:
    """Make the report about the period and write it.

    Raises:
        InputError: a file is there already or cannot be written; nothing was changed.
        DatabaseError: the database cannot be reached.
    """
    stem = f"keyword-report_{period.start}_{period.end}"
    catch_all = load_taxonomy(settings.taxonomy).catch_all.id
    listed = MOST_LISTED if set(formats) & set(files.LISTING) else LISTED
    with open_store(settings, look_only=True, about=period) as store:
        files.prepare(folder, stem, formats, overwrite=overwrite)
        source = SqlReportSource(store, period, listed=listed, mask=privacy.shown(settings.mask))
        report = make_report(source, settings.now(), catch_all, without_day(settings, store, period))
        return report, files.write_report(report, source, folder, stem, formats, listed=listed)


def channels_for(settings: Settings) -> list[Channel]:
    """Where reports go.

    Raises:
        InputError: nowhere, or a URL cannot be used.
    """
    channels = report_channels(settings)
    if not channels:
        raise InputError("delivery.no_channels")
    return channels


def show(report: Report, result: files.Result, channels: Sequence[Channel], *, as_json: bool) -> int:
    """Say what was written and what had to be cut, send it to the channels, and say what became of that.

    Returns:
        The exit code of the deliveries.
    """
    if not as_json:
        _show_files(report, result)
    deliveries = []
    for delivery in send(summary(report, (file.path for file in result.files)), channels):
        deliveries.append(delivery)
        if not as_json:
            _show_delivery(delivery)
    if as_json:
        document = render.coverage_document(report.period, report.days, report.without_day)
        written = [{"path": str(file.path), "replaced": file.replaced} for file in result.files]
        delivered = [_delivery_document(delivery) for delivery in deliveries]
        render.document({"files": written, "cuts": list(result.cuts), "delivered": delivered, "check": document})
    return code_of(deliveries)


def _show_files(report: Report, result: files.Result) -> None:
    for file in result.files:
        key = "report.replaced" if file.replaced else "report.wrote"
        click.echo(say(key, path=file.path, size=file.kilobytes))
    for cut in result.cuts:
        click.echo(cut, err=True)
    render.out().print(render.verdict(report.total))
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
