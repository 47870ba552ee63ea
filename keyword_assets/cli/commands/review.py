"""`review`: the page on which people judge answers; what else is done with their queues stands below it."""

import click

from keyword_assets.cli import options
from keyword_assets.cli.contents import Group
from keyword_assets.cli.exit_codes import DONE


@click.group(cls=Group, invoke_without_command=True)
@click.option("--audit", type=click.IntRange(min=1), metavar="ID", help="감사 ID를 검토 / review this audit")
@click.option("--doubtful", is_flag=True, help="의심 목록을 검토 / review the doubtful list")
@click.option("--reviewer", metavar="NAME", help="검토자 이름; 없으면 페이지가 묻습니다 / whose verdicts these are")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8410, show_default=True)
@click.option(
    "--minutes",
    type=click.IntRange(1, 1440),
    default=30,
    show_default=True,
    help="한 사람이 질문 하나를 맡는 시간 / how long a question is in one reviewer's hands",
)
@click.option("--standing", is_flag=True, help="검토할 것이 없어도 기다립니다 / also while there is nothing to review")
@options.lang
@click.pass_context
def review(
    context: click.Context,
    audit: int | None,
    doubtful: bool,
    reviewer: str | None,
    host: str,
    port: int,
    minutes: int,
    standing: bool,
) -> int:
    """Serve the page, until somebody stops it."""
    if context.invoked_subcommand is not None:
        return DONE
    options.keep_private()
    options.log_as_set()
    options.tell_remarks()
    # What serves takes a while to load.
    from keyword_assets.cli.commands import reviewing

    return reviewing.review(reviewing.Wanted(audit, doubtful, reviewer, host, port, minutes, standing))


assert isinstance(review, Group)
review.announce(
    "export",
    "review_workbook:export_review",
    "검토할 답을 엑셀로 씁니다. 기본: 끝나지 않은 최근 감사. / Write answers for review to a workbook.",
)
review.announce(
    "import",
    "review_workbook:import_review",
    "판정을 쓴 엑셀을 받습니다. 여러 번 해도 됩니다. / Take a workbook with verdicts; as often as you like.",
)
