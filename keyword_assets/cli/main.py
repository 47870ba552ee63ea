"""The commands: what was typed in, one call, a result shown, an exit code out."""

import os
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from keyword_assets import privacy
from keyword_assets.cli import against, console, options, render
from keyword_assets.cli.against import Choice
from keyword_assets.cli.commands import classifying
from keyword_assets.cli.exit_codes import BAD_INPUT, DONE, INTERRUPTED, UNEXPECTED, exit_code_of
from keyword_assets.configuration import sources
from keyword_assets.configuration.settings import LEAST_KEEP_DAYS, UMASK, Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.days import require_classifiable, require_countable
from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.foreign import visible_lines
from keyword_assets.core.models import Period
from keyword_assets.core.reporting.report import require_reportable
from keyword_assets.core.texts import say
from keyword_assets.sql.opening import open_store


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit code of the contract's table."""
    # A command may change it, and whoever called us has his own.
    before = os.umask(UMASK)
    try:
        return _delivered(_run(arguments))
    finally:
        os.umask(before)


def _delivered(code: int) -> int:
    """The exit code with what became of the output: a document that got lost is no success."""
    lost, document = console.failure(), console.lost_document()
    if document is not None:
        click.echo(say("error", message=say("console.document_lost", reason=_reason(document))), err=True)
        return code or UNEXPECTED
    # Whoever read our output and left has seen enough.
    if lost is not None and not isinstance(lost, BrokenPipeError):
        click.echo(say("console.lost", reason=_reason(lost)), err=True)
    return code


def _reason(error: OSError) -> str:
    return say("console.closed") if isinstance(error, BrokenPipeError) else error.strerror or str(error)


def _run(arguments: Sequence[str]) -> int:
    try:
        return int(cli.main(list(arguments), prog_name="keyword-assets", standalone_mode=False) or DONE)
    except click.UsageError as error:
        usage = f"{error.ctx.get_usage()}\n" if error.ctx else ""
        click.echo(f"{visible_lines(usage)}{say('usage.wrong', reason=error.format_message())}", err=True)
        return BAD_INPUT
    except click.ClickException as error:
        click.echo(visible_lines(error.format_message()), err=True)
        return BAD_INPUT
    except KeywordAssetsError as error:
        click.echo(say("error", message=error), err=True)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo(say("interrupted"), err=True)
        return INTERRUPTED
    except Exception:
        # It quotes whatever the failure was about.
        click.echo(visible_lines(sources.scrubbed(traceback.format_exc())), err=True, nl=False)
        click.echo(say("unexpected"), err=True)
        return UNEXPECTED


@click.group(cls=options.Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@options.lang
def cli() -> None:
    """AI 채팅의 모든 질문을 HyperCLOVA X로 분류하고, 빠진 것이 없음을 확인합니다.

    날짜는 YYYY-MM-DD, 양 끝 포함. 종료 코드: 0 완료, 1 예상하지 못한 오류, 2 잘못된 입력, 3 누락 남음,
    4 HCX 또는 DB에 연결할 수 없음, 130 중단.
    """


@cli.command()
@options.with_period
@options.json
@options.lang
def check(period: Period, as_json: bool) -> int:
    """처리율을 세어 보여 줍니다. 아무것도 바꾸거나 보내지 않습니다. / Count and show coverage."""
    settings = Settings.from_env()
    require_countable(period, settings.now().date())
    rows, undated = classifying.counted(settings, period)
    if as_json:
        render.document(render.coverage_document(period, rows, undated))
    else:
        render.coverage(period, rows, undated)
    return exit_code_of(rows)


def _classifying(name: str, korean: str) -> None:
    """Register one of the three commands that classify."""

    @cli.command(name, help=korean)
    @options.with_period
    @options.limit
    @options.reclassify
    @click.option("--dry-run", is_flag=True, help="걸릴 요청, 토큰, 비용, 시간만 / only what it would take")
    @options.json
    @options.lang
    def command(period: Period, limit: int | None, reclassify: bool, dry_run: bool, as_json: bool) -> int:
        if reclassify and name == "missing":
            raise click.UsageError(say("usage.reclassify"))
        settings = Settings.from_env()
        require_classifiable(period, settings.start_date, settings.end_date, settings.now().date())
        if dry_run:
            return classifying.plan(settings, period, name, limit, reclassify, as_json)
        settings.hcx.require_api_key()
        # Before Dagster, whose loading takes seconds: what is wrong with the database is said at once.
        with open_store(settings, about=period):
            classifying.tell_default(settings)
        return classifying.classify(settings, period, name, limit, reclassify, as_json)


_classifying("basic", "아직 키워드가 없는 질문을 분류합니다. / Classify questions that have no keywords yet.")
_classifying("missing", "check가 누락이라고 한 질문만 분류하고 검증합니다. / Classify only what check calls missing.")
_classifying("complete", "basic, check, missing, 요약을 차례로 합니다. / basic, check, missing, summary.")


@cli.group()
def db() -> None:
    """데이터베이스 / the database"""


@db.command()
@click.option("--dry-run", is_flag=True, help="실행할 문장과 찾은 문제만 보여 줍니다 / only show what it would do")
@click.option(
    "--dedupe", is_flag=True, help="완전히 같은 키워드 행을 파일에 적은 뒤 지웁니다 / remove exact duplicates"
)
@click.option("--dump", type=click.Path(path_type=Path), metavar="FILE.csv", help="--dedupe가 지운 행 / removed rows")
@click.option(
    "--sql", "script", type=click.Path(path_type=Path), metavar="FILE.sql", help="관리자에게 줄 문장 / script"
)
@click.option("--dagster", is_flag=True, help="Dagster 인스턴스의 MySQL 표를 넓힙니다 / widen Dagster's own tables")
@options.json
@options.lang
def upgrade(dry_run: bool, dedupe: bool, dump: Path | None, script: Path | None, dagster: bool, as_json: bool) -> int:
    """필요한 표와 색인을 만듭니다. 있던 것은 지우거나 바꾸지 않습니다. / Create what is missing."""
    if dagster:
        from keyword_assets.orchestration.hosting.instance import widen_columns

        click.echo(widen_columns(Settings.from_env(), dry_run=dry_run))
        return DONE
    from keyword_assets.cli.commands import upgrade as upgrading

    upgrading.run(
        Settings.from_env(), dry_run=dry_run, remove_duplicates=dedupe, script=script, dump=dump, as_json=as_json
    )
    return DONE


@db.command()
@click.option("--dry-run", is_flag=True, help="실행할 문장만 보여 줍니다 / only show the statements")
@click.option(
    "--tables",
    is_flag=True,
    help="keyword_로 시작하는 표도, 돈을 낸 답과 함께 지웁니다 / our own tables, too, with the answers in them",
)
@options.lang
def remove(dry_run: bool, tables: bool) -> int:
    """우리가 더한 색인과 칸을 지웁니다. 세 표와 그 행은 그대로 둡니다. / Take away what we added."""
    from keyword_assets.cli.commands import removing

    removing.run(Settings.from_env(), dry_run=dry_run, tables=tables)
    return DONE


@db.command()
@click.option(
    "--keep-days",
    type=click.IntRange(min=LEAST_KEEP_DAYS),
    metavar="N",
    help="최근 N일은 남깁니다 (없으면 KEYWORDS_KEEP_DAYS) / keep the last N days",
)
@click.option("--dagster", is_flag=True, help="Dagster의 끝난 실행 로그와 틱도 / also Dagster's old events and ticks")
@click.option("--dry-run", is_flag=True, help="지울 행을 세기만 합니다 / only count what would go")
@options.json
@options.lang
def prune(keep_days: int | None, dagster: bool, dry_run: bool, as_json: bool) -> int:
    """오래된 기록을 조금씩 지웁니다. 답변, 키워드 행, 격리는 남습니다. / Remove old records in small steps."""
    from keyword_assets.cli.commands import prune as pruning

    settings = Settings.from_env()
    pruning.run(settings, keep_days or settings.keep_days, dagster=dagster, dry_run=dry_run, as_json=as_json)
    return DONE


@cli.command("load-chats")
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--encoding", metavar="NAME", help="CSV의 인코딩, 예: cp949; 기본 UTF-8 / e.g. cp949; default UTF-8")
@options.json
@options.lang
def load_chats(file: Path, encoding: str | None, as_json: bool) -> int:
    """CSV(chatting_pk,input_text,created_at)의 채팅을 넣습니다. -는 표준 입력. / Load chats from a CSV file."""
    from keyword_assets.cli.commands import loading

    return loading.load(Settings.from_env(), file, encoding, as_json=as_json)


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8400, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--qpm", type=click.IntRange(min=1), help="requests a window; unlimited by default")
@click.option("--tpm", type=click.IntRange(min=1), help="tokens a window; unlimited by default")
@click.option("--window", type=click.Choice(["rolling", "fixed", "token-bucket"]), default="rolling", show_default=True)
@click.option("--window-seconds", type=click.FloatRange(min=0, min_open=True), default=60.0, show_default=True)
@click.option("--latency", type=click.FloatRange(min=0), default=0.3, show_default=True, help="seconds")
@click.option(
    "--slips", type=click.Path(path_type=Path), metavar="FILE.yaml", help="어떤 답을 틀릴지 / which answers are wrong"
)
@click.option(
    "--right", type=click.Path(path_type=Path), metavar="FILE.csv", help="맞는 분류: text,category / right categories"
)
@options.lang
def simulator(port: int, host: str, latency: float, slips: Path | None, right: Path | None, **quota: Any) -> int:
    """HCX 대신 쓸 모의 서버를 띄웁니다. / Run a simulated CLOVA Studio."""
    from keyword_assets.cli.commands import simulate
    from keyword_assets.hcx.simulator.settings import SimulatorSettings

    taxonomy = load_taxonomy(Settings.from_env().taxonomy)
    settings = SimulatorSettings(latency_seconds=latency, **quota, **simulate.mistakes(slips, right))
    simulate.foreground(settings, taxonomy, host, port)
    return DONE


@cli.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.option("--host", "-h", default="127.0.0.1", show_default=True)
@click.option("--port", "-p", type=click.IntRange(1, 65535), default=3000, show_default=True)
@click.option("--read-only", is_flag=True, help="보기만 / nothing can be launched or changed")
@click.argument("others", nargs=-1, type=click.UNPROCESSED, metavar="[…]")
@options.lang
def webserver(host: str, port: int, read_only: bool, others: tuple[str, ...]) -> int:
    """Dagster UI를 안전하게 띄웁니다. 옵션은 dagster-webserver와 같습니다. / Serve the Dagster UI, guarded."""
    from keyword_assets.cli.commands import serving

    known = ("--host", host, "--port", str(port), *(["--read-only"] if read_only else []))
    return serving.webserver(Settings.from_env(), host, (*known, *others))


@cli.command()
@options.json
@options.lang
def doctor(as_json: bool) -> int:
    """설정, 데이터베이스, HCX, Dagster를 점검합니다. / Check everything and say what to do."""
    from keyword_assets.cli.commands import doctor as checks

    # Before Dagster is told of its home by way of the environment.
    origins = checks.origins()
    findings = checks.examine()
    render.findings(findings, origins, as_json=as_json)
    return max((finding.exit_code for finding in findings), default=DONE)


@cli.command()
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
    """보고서를 HTML, Excel, CSV, PNG로 씁니다. / Write a report about the period."""
    from keyword_assets.cli.commands import report as reporting

    settings = Settings.from_env()
    require_countable(period, settings.now().date())
    require_reportable(period)
    channels = reporting.channels_for(settings) if email else []
    made, result = reporting.write(settings, period, out, reporting.parse_formats(formats), overwrite=overwrite)
    return reporting.show(made, result, channels, as_json=as_json) or exit_code_of(made.days)


@cli.command(cls=against.Command)
@click.argument("golden", metavar="GOLDEN.csv", type=click.Path(path_type=Path, allow_dash=True))
@against.configuration_options
@click.option("--repeat", type=click.IntRange(1, 100), default=1, metavar="R", help="질문마다 R번 / ask each R times")
@against.option
@click.option("--dry-run", is_flag=True, help="걸릴 요청, 비용, 시간만 / only what it would take")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="보고서 폴더 / for a report",
)
@options.json
@options.lang
def evaluate(
    golden: Path,
    repeat: int,
    against: Choice | int | None,
    dry_run: bool,
    out: Path | None,
    as_json: bool,
    **ours: Any,
) -> int:
    """정답을 아는 질문(text,category[,keywords])으로 정확도를 잽니다. / Measure accuracy on golden questions."""
    from keyword_assets.cli.commands import evaluating
    from keyword_assets.quality.golden_file import golden_set

    return evaluating.evaluate(
        golden_set(golden),
        Choice(**ours),
        against,
        repeats=repeat,
        dry_run=dry_run,
        folder=out,
        as_json=as_json,
    )


@cli.group()
def alert() -> None:
    """알림 / alerts"""


@alert.command("test")
@options.lang
def alert_test() -> int:
    """각 채널에 시험 알림을 보내고 도착했는지 알려 줍니다. / Send a test message to each channel."""
    from keyword_assets.cli.commands import alerts

    return alerts.test(Settings.from_env())


@cli.group()
def answers() -> None:
    """보관된 답 / kept answers"""


@answers.command()
@click.argument("text", metavar="[TEXT]", required=False)
@click.option("--keyword", metavar="K", help="이 키워드가 든 답 모두 / every answer that has this keyword")
@click.option("--dry-run", is_flag=True, help="바꾸지 않고 세기만 합니다 / only count, change nothing")
@options.json
@options.lang
def forget(text: str | None, keyword: str | None, dry_run: bool, as_json: bool) -> int:
    """보관된 답과 그 답으로 쓴 행을 지워, 다음 실행이 다시 묻게 합니다. / Take answers back and ask anew."""
    from keyword_assets.cli.commands import answers as keeping

    keeping.forget(Settings.from_env(), text, keyword, dry_run=dry_run, as_json=as_json)
    return DONE


@cli.group()
def quota() -> None:
    """HCX 사용량 한도 / the quota of HCX"""


@quota.command("show")
@options.json
@options.lang
def quota_show(as_json: bool) -> int:
    """한도, 쓴 양, 막힌 키, 배운 크기, 믿지 않은 값을 보여 줍니다. / Show limits, meters and what was learned."""
    from keyword_assets.cli.commands import quota as quotas

    quotas.show(Settings.from_env(), as_json=as_json)
    return DONE


@quota.command("reset")
@options.json
@options.lang
def quota_reset(as_json: bool) -> int:
    """막힘과 배운 한도, 크기를 잊습니다. 쓴 돈의 기록은 남습니다. / Forget closings, limits and sizes learned."""
    from keyword_assets.cli.commands import quota as quotas

    quotas.reset(Settings.from_env(), as_json=as_json)
    return DONE


@cli.group()
def quarantine() -> None:
    """격리된 질문 / quarantined questions"""


@quarantine.command("list")
@options.with_period
@options.json
@options.lang
def quarantine_list(period: Period, as_json: bool) -> int:
    """격리된 질문과 이유를 보여 줍니다. / Show quarantined questions and why."""
    settings = Settings.from_env()
    with open_store(settings, look_only=True, about=period) as store:
        entries = store.quarantined_questions(period)
    render.quarantined(period, entries, privacy.shown(settings.mask), as_json=as_json)
    return DONE


@quarantine.command("retry")
@options.with_period
@options.limit
@options.json
@options.lang
def quarantine_retry(period: Period, limit: int | None, as_json: bool) -> int:
    """격리된 질문을 풀어 다시 보냅니다. / Release quarantined questions and send them again."""
    settings = Settings.from_env()
    require_classifiable(period, settings.start_date, settings.end_date, settings.now().date())
    settings.hcx.require_api_key()
    with open_store(settings, about=period) as store:
        classifying.tell_default(settings)
        released = store.release_quarantined(period)
    click.echo(say("quarantine.released", count=released), err=True)
    return classifying.classify(settings, period, "missing", limit, False, as_json)
