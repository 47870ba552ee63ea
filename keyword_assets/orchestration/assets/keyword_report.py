"""keyword_report: the four weeks that end with a day, as a page and a workbook, sent to people if a run is told to.

No part of `daily_keywords_job`: it reads every keyword row of eight weeks, which at a million questions a day takes
longer than to classify the few new ones, and a run that only writes files should not hold HCX's pool.
"""

import base64
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import dagster as dg

from keyword_assets import privacy
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.alerting.alerts import EndedRun
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.period import Period
from keyword_assets.core.outcomes import Outcome
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say
from keyword_assets.notify.channels import report_channels
from keyword_assets.orchestration.assets.handbook import Handbook
from keyword_assets.orchestration.assets.keys import KEYWORD_REPORT, MISSING_DATA_REPORT
from keyword_assets.orchestration.assets.partitions import daily_partitions, period_of
from keyword_assets.orchestration.assets.specs import GROUP, SENDS_TAG
from keyword_assets.orchestration.resources import DatabaseResource
from keyword_assets.orchestration.running.failing import told_in_words
from keyword_assets.orchestration.running.run_tags import launcher_of, refuse_tags
from keyword_assets.quality.audited import audited
from keyword_assets.sql.alerting.alerts import AlertBook
from keyword_assets.sql.alerting.ended_runs import EndedRuns
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.opening import without_day
from keyword_assets.sql.reporting.report import MOST_LISTED, SqlReportSource

# What makes files brings pandas along, and is loaded by the one step that needs it: this is loaded by every run.
if TYPE_CHECKING:
    from keyword_assets.reports.files import Result
    from keyword_assets.reports.report import Report

# Whole weeks, so that each weekday counts as often as the others and as in the weeks before.
_DAYS = 28
_FORMATS = ("html", "xlsx")


# What a run can be told in the launchpad; to whom it is delivered is a setting of the process.
_OPTIONS = {"deliver": dg.Field(dg.Bool, default_value=False, description=say("delivery.option"))}


def keyword_report_asset(settings: Settings, taxonomy: Taxonomy) -> dg.AssetsDefinition:
    """The asset, under these settings."""

    @dg.asset(
        key=KEYWORD_REPORT,
        deps=[MISSING_DATA_REPORT],
        partitions_def=daily_partitions(settings),
        group_name=GROUP,
        kinds={"python", "excel"},
        owners=list(settings.owners),
        tags={SENDS_TAG: "nothing"},
        description=say("asset.keyword_report"),
        config_schema=_OPTIONS,
    )
    def keyword_report(context: dg.AssetExecutionContext, database: DatabaseResource) -> dg.MaterializeResult[Any]:
        from keyword_assets.reports import files
        from keyword_assets.reports.report import make_report

        with told_in_words():
            refuse_tags(context.run, launcher_of(context.instance))
            period = reported_until(period_of([context.partition_key]).end)
            stem = f"keyword-report_{period.start}_{period.end}"
            files.prepare(settings.reports, stem, _FORMATS, overwrite=True)
            with database.open() as store:
                source = SqlReportSource(store, period, mask=privacy.shown(settings.mask))
                report = make_report(
                    source,
                    settings.now(),
                    taxonomy.catch_all.id,
                    without_day(settings, store, period),
                    audited(settings, store, period),
                )
                result = files.write_report(report, source, settings.reports, stem, _FORMATS, listed=MOST_LISTED)
                deliver = context.op_execution_context.op_config["deliver"]
                delivery = _post(context, settings, store, report, result) if deliver else {}
                # That a run failed is found out by `alert_sensor`, whatever became of its process.
                ended = EndedRun(context.run.run_id, settings.now(), period, Outcome.REPORT_WRITTEN)
                EndedRuns(store.engine, store.tables).note(ended)
        for cut in result.cuts:
            context.log.warning(cut)
        return dg.MaterializeResult(metadata={**_metadata(context, report, result), **delivery})

    return keyword_report


def reported_until(day: date) -> Period:
    """The days of the report that ends with this one."""
    return Period(day - timedelta(days=_DAYS - 1), day)


def _post(
    context: dg.AssetExecutionContext,
    settings: Settings,
    store: SqlQuestionStore,
    report: "Report",
    result: "Result",
) -> dict[str, Any]:
    """Put the report into the outbox, from where a channel that is down gets it later; returns metadata about it."""
    from keyword_assets.reports.summary import summary

    channels = report_channels(settings)
    if not channels:
        context.log.warning(said := say("delivery.nowhere"))
        return {"delivery": said}
    page = Handbook(settings.ui_url).page_of_day(context.partition_key, KEYWORD_REPORT)
    message = summary(report, (file.path for file in result.files), page)
    AlertBook(store.engine, store.tables, settings.now).post(message, [channel.identity for channel in channels])
    context.log.info(said := say("delivery.posted", count=len(channels)))
    return {"delivery": said}


def _metadata(context: dg.AssetExecutionContext, report: "Report", result: "Result") -> dict[str, Any]:
    page, workbook = (file.path.resolve() for file in result.files)
    return {
        "page": dg.MetadataValue.path(page),
        "page_url": dg.MetadataValue.url(page.as_uri()),
        "workbook": dg.MetadataValue.path(workbook),
        "questions": report.total.questions,
        "missing": report.total.missing,
        "coverage": report.total.coverage,
        "catch_all_share": report.catch_all.share,
        "cost_krw": round(report.cost_krw, 4),
        **_calendar(context, report),
    }


def _calendar(context: dg.AssetExecutionContext, report: "Report") -> dict[str, Any]:
    """The calendar as a picture that is its own address; small, as Dagster keeps it for every day."""
    from keyword_assets.reports import charts

    try:
        drawn = base64.b64encode(charts.png("calendar", report, scale=1)).decode()
    except InputError as error:
        # The files are written; a machine without a Korean font only lacks the picture.
        context.log.warning(str(error))
        return {}
    title = say("report.calendar_title")
    return {"calendar": dg.MetadataValue.md(f"![{title}](data:image/png;base64,{drawn})")}
