"""The commands, each of which is described where it is done. What a command loads only for its work, it loads there."""

from collections.abc import Sequence

import click

from keyword_assets.cli import options
from keyword_assets.cli.commands.alerts import test
from keyword_assets.cli.commands.answers import forget
from keyword_assets.cli.commands.audit import draw, show_audit
from keyword_assets.cli.commands.check import check
from keyword_assets.cli.commands.classifying import basic, complete, missing
from keyword_assets.cli.commands.corrections import export, import_corrections, list_corrections, withdraw
from keyword_assets.cli.commands.doctor import doctor
from keyword_assets.cli.commands.doubtful import doubtful
from keyword_assets.cli.commands.evaluate import evaluate
from keyword_assets.cli.commands.few_shot import choose, show_shots
from keyword_assets.cli.commands.loading import load_chats
from keyword_assets.cli.commands.prune import prune
from keyword_assets.cli.commands.quarantine import list_quarantined, retry
from keyword_assets.cli.commands.quota import reset, show
from keyword_assets.cli.commands.removing import remove
from keyword_assets.cli.commands.report import report
from keyword_assets.cli.commands.review import review
from keyword_assets.cli.commands.review_workbook import export_review, import_review
from keyword_assets.cli.commands.serving import webserver
from keyword_assets.cli.commands.simulate import simulator
from keyword_assets.cli.commands.taxonomy import suggest
from keyword_assets.cli.commands.upgrade import upgrade
from keyword_assets.cli.ending import ended


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit code of the contract's table."""
    return ended(cli, arguments)


@click.group(cls=options.Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@options.lang
def cli() -> None:
    """AI 채팅의 모든 질문을 HyperCLOVA X로 분류하고, 빠진 것이 없음을 확인합니다.

    날짜는 2025-06-11, 2025-06, 어제, 지난주, 이번달, -7d처럼 적습니다. 하나만 적으면 그날이고, 양 끝을 포함합니다.
    종료 코드: 0 완료, 1 예상하지 못한 오류, 2 잘못된 입력, 3 누락 남음, 4 HCX 또는 DB에 연결할 수 없음, 130 중단.
    """


@cli.group()
def db() -> None:
    """데이터베이스 / the database"""


@cli.group()
def alert() -> None:
    """알림 / alerts"""


@cli.group()
def answers() -> None:
    """보관된 답 / kept answers"""


@cli.group()
def corrections() -> None:
    """사람이 고친 답 / answers of people"""


@cli.group()
def audit() -> None:
    """감사: 무작위로 뽑은 답을 사람이 판정 / audits: answers drawn at random and judged by people"""


@cli.group()
def few_shot() -> None:
    """모델에 보이는 예 / reviewed questions that the model is shown"""


@cli.group()
def taxonomy() -> None:
    """분류표 / the taxonomy"""


@cli.group()
def quota() -> None:
    """HCX 사용량 한도 / the quota of HCX"""


@cli.group()
def quarantine() -> None:
    """격리된 질문 / quarantined questions"""


_CONTENTS: dict[click.Group, tuple[click.Command, ...]] = {
    cli: (basic, check, missing, complete, report, evaluate, review, load_chats, doctor, simulator, webserver),
    db: (upgrade, remove, prune),
    alert: (test,),
    answers: (forget,),
    corrections: (list_corrections, export, import_corrections, withdraw),
    audit: (draw, show_audit, doubtful),
    few_shot: (choose, show_shots),
    taxonomy: (suggest,),
    review: (export_review, import_review),
    quota: (show, reset),
    quarantine: (list_quarantined, retry),
}
for _group, _commands in _CONTENTS.items():
    for _command in _commands:
        _group.add_command(_command)
