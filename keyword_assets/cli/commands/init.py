"""`init`: asks for what is needed to classify one's own questions, looks at it, and writes it into `.env`."""

import sys
from pathlib import Path
from typing import Any

import click

from keyword_assets.cli import options
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.configuration.hcx_models import MODELS
from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import say

_FILE = click.Path(path_type=Path)


@click.command()
@click.option("--yes", is_flag=True, help="묻지 않고 기본값과 옵션으로 / ask nothing: options, else defaults")
@click.option("--again", multiple=True, metavar="STEP", help="끝난 단계를 다시 / a step that was done, once more")
@click.option("--database-url-file", type=_FILE, metavar="FILE", help="데이터베이스 주소가 든 파일 / its URL is in it")
@click.option("--database-file", type=_FILE, metavar="FILE.db", help="SQLite 파일 / an SQLite file")
@click.option("--database-host", metavar="HOST", help="MySQL이나 MariaDB 서버 / a server")
@click.option("--database-port", type=click.IntRange(1, 65535), metavar="PORT", help="기본 3306 / default 3306")
@click.option("--database-name", metavar="NAME", help="데이터베이스 이름 / the database's name")
@click.option("--database-user", metavar="USER", help="사용자 / the account")
@click.option("--database-password-file", type=_FILE, metavar="FILE", help="암호가 든 파일 / its password is in it")
@click.option("--database-ca", metavar="FILE.pem", help="다른 컴퓨터에 있는 서버의 인증 기관 / its authority, for TLS")
@click.option("--table", metavar="NAME", help="메시지 표나 뷰 / the table or view of the messages")
@click.option("--key-column", metavar="NAME", help="메시지 번호 칸 / its key")
@click.option("--text-column", metavar="NAME", help="질문 칸 / what was asked")
@click.option("--time-column", metavar="NAME", help="시각 칸 / when")
@click.option("--timezone", metavar="ZONE", help="하루를 나누는 시간대 / of the days, such as Asia/Seoul")
@click.option("--stored-timezone", metavar="ZONE", help="저장된 시각의 시간대 / of the stored times, such as UTC")
@click.option("--start-date", metavar="DAY", help="첫날 2025-06-01 / the first day")
@click.option("--upgrade/--no-upgrade", default=None, help="우리 표를 만듭니다 / make our tables")
@click.option("--taxonomy", metavar="FILE.yaml", help="쓸 분류표 / an existing taxonomy")
@click.option("--new-taxonomy", metavar="FILE.yaml", help="새로 쓸 분류표 / a new one, to be described")
@click.option("--catch-all", metavar="NAME", help="나머지를 위한 분류 / the category for all else")
@click.option("--hcx-key-file", type=_FILE, metavar="FILE", help="키가 든 파일 / the key is in it")
@click.option("--hcx-model", type=click.Choice(list(MODELS)), help="HCX_MODEL")
@click.option("--hcx-base-url", metavar="URL", help="HCX나 모의 서버 / where HCX or its simulator answers")
@click.option("--daily-budget-krw", metavar="KRW", help="하루 최대 비용 / the most that a day may cost")
@click.option("--schedule/--no-schedule", default=None, help="매일 아침 분류 / classify every morning")
@click.option("--sensor/--no-sensor", default=None, help="빠진 날을 스스로 다시 / mend past days")
@click.option("--alert-urls-file", type=_FILE, metavar="FILE", help="알림 주소가 든 파일 / URLs of channels are in it")
@options.lang
def init(*, yes: bool, again: tuple[str, ...], **given: Any) -> int:
    """Go through the steps, each of which can be left and taken up again."""
    from keyword_assets.cli.first_hour.asking import Asker
    from keyword_assets.cli.first_hour.session import Session
    from keyword_assets.cli.first_hour.steps import NAMES, go_through

    if unknown := [name for name in again if name not in NAMES]:
        raise InputError("init.no_step", step=unknown[0], steps=", ".join(NAMES))
    if not yes and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError("init.no_terminal")
    if not yes:
        click.echo(say("init.welcome"))
    go_through(Session(Asker(given, silent=yes)), again)
    return DONE
