"""The table of contents: every command with its help, and where it is done; that is loaded when it is typed."""

from collections.abc import Sequence

import click

from keyword_assets.cli import options
from keyword_assets.cli.contents import Group
from keyword_assets.cli.ending import ended


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit code of the contract's table."""
    return ended(cli, arguments)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(
    package_name="keyword-assets", message="%(prog)s %(version)s", help="판을 말하고 끝 / the version, and no more"
)
@options.lang
def cli() -> None:
    """AI 채팅의 모든 질문을 HyperCLOVA X로 분류하고, 빠진 것이 없음을 확인합니다.

    날짜는 2025-06-11, 2025-06, 어제, 지난주, 이번달, -7d처럼 적습니다. 하나만 적으면 그날이고, 양 끝을 포함합니다.

    / Classifies every question of the chats with HyperCLOVA X, and proves that none is left out.

    Dates are written as 2025-06-11, 2025-06, yesterday, last-week, this-month, -7d. One alone is that day; both ends
    count.
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


_CONTENTS: dict[click.Group, dict[str, tuple[str, str]]] = {
    cli: {
        "basic": (
            "classifying:basic",
            "아직 키워드가 없는 질문을 분류합니다. / Classify questions that have no keywords yet.",
        ),
        "check": (
            "check:check",
            "처리율을 세어 보여 줍니다. 아무것도 바꾸거나 보내지 않습니다. / Count and show coverage.",
        ),
        "missing": (
            "classifying:missing",
            "check가 누락이라고 한 질문만 분류하고 검증합니다. / Classify only what check calls missing.",
        ),
        "complete": (
            "classifying:complete",
            "basic, check, missing, 요약을 차례로 합니다. / basic, check, missing, summary.",
        ),
        "status": (
            "status:status",
            "지금 무엇이 어디까지 되었고 무엇이 기다리는지 보여 줍니다. / What is at work, how far, what waits.",
        ),
        "report": ("report:report", "보고서를 HTML, Excel, CSV, PNG로 씁니다. / Write a report about the period."),
        "evaluate": (
            "evaluate:evaluate",
            "정답을 아는 질문(text,category[,keywords])으로 정확도를 잽니다. / Measure accuracy on golden questions.",
        ),
        "review": (
            "review:review",
            "답을 하나씩 판정하고 바로잡는 페이지를 띄웁니다. / Serve the page on which answers are judged.",
        ),
        "load-chats": (
            "loading:load_chats",
            "CSV(chatting_pk,input_text,created_at)의 채팅을 넣습니다. -는 표준 입력. / Load chats from a CSV file.",
        ),
        "export": (
            "exporting:export_all",
            "우리 표와 키워드 행을 모두 CSV로 씁니다. 가리는 것은 없습니다. / Write all rows of ours as CSV, unmasked.",
        ),
        "init": (
            "init:init",
            "처음 쓸 때: 데이터베이스, 분류표, 키, 자동 실행, 알림을 묻고 살펴본 뒤 .env에 적습니다."
            "\n\n/ The first hour: ask for database, taxonomy, key and alerts, look at them, and write .env.",
        ),
        "doctor": (
            "doctor:doctor",
            "설정, 데이터베이스, HCX, Dagster를 점검합니다. / Check everything and say what to do.",
        ),
        "completion": (
            "completing:completion",
            "bash, zsh, fish가 Tab으로 채우게 하는 것을 씁니다. / Write what lets bash, zsh or fish complete with Tab.",
        ),
        "simulator": ("simulate:simulator", "HCX 대신 쓸 모의 서버를 띄웁니다. / Run a simulated CLOVA Studio."),
        "metrics": (
            "metrics:metrics",
            "Prometheus 지표와 /healthz를 제공합니다. / Serve metrics for Prometheus, and /healthz.",
        ),
        "webserver": (
            "serving:webserver",
            "Dagster UI를 안전하게 띄웁니다. 옵션은 dagster-webserver와 같습니다. / Serve the Dagster UI, guarded.",
        ),
    },
    db: {
        "upgrade": (
            "upgrade:upgrade",
            "필요한 표와 색인을 만듭니다. 있던 것은 지우거나 바꾸지 않습니다. / Create what is missing.",
        ),
        "remove": (
            "removing:remove",
            "우리가 더한 색인과 칸을 지웁니다. 세 표와 그 행은 그대로 둡니다. / Take away what we added.",
        ),
        "prune": (
            "prune:prune",
            "오래된 기록을 조금씩 지웁니다. 답변, 키워드 행, 격리는 남습니다. / Remove old records in small steps.",
        ),
    },
    alert: {
        "test": (
            "alerts:test",
            "각 채널에 시험 알림을 보내고 도착했는지 알려 줍니다. / Send a test message to each channel.",
        ),
    },
    answers: {
        "forget": (
            "answers:forget",
            "보관된 답과 그 답으로 쓴 행을 지워, 다음 실행이 다시 묻게 합니다. / Take answers back and ask anew.",
        ),
    },
    corrections: {
        "list": ("corrections:list_corrections", "사람이 고친 답을 보여 줍니다. / Show the answers of people."),
        "export": (
            "corrections:export",
            "고친 답을 CSV(text,keyword,category,note)로 씁니다. / Write the corrections to a CSV file.",
        ),
        "import": (
            "corrections:import_corrections",
            "CSV(text,keyword,category,note)의 답을 모든 날에 반영합니다. / Take corrections from a CSV file.",
        ),
        "withdraw": (
            "corrections:withdraw",
            "고친 답을 취소해 모델이 답했던 것으로 되돌립니다. / Take a correction back.",
        ),
    },
    audit: {
        "draw": (
            "audit:draw",
            "답이 있는 질문에서 무작위 표본을 뽑아 검토에 넘깁니다. / Draw a random sample of answers for review.",
        ),
        "show": (
            "audit:show_audit",
            "감사가 말하는 정확도와 95 % 구간. ID가 없으면 가장 최근 것. "
            "/ What an audit tells; without ID, the newest.",
        ),
        "doubtful": (
            "doubtful:doubtful",
            "먼저 살펴볼 만한 답을 보여 줍니다. 정확도 추정에는 쓸 수 없습니다."
            "\n\n/ Show the answers to look at first; not for estimates.",
        ),
    },
    few_shot: {
        "choose": (
            "few_shot:choose",
            "검토에서 가장 자주 헷갈린 분류의 질문을 예로 골라 파일에 씁니다. 보내는 것은 없습니다."
            "\n\n/ Choose examples from reviews, and write them to a file; nothing is sent.",
        ),
        "show": (
            "few_shot:show_shots",
            "고른 예와 그 가운데 모델에 보이는 것. / The chosen examples, and which of them the model is shown.",
        ),
    },
    taxonomy: {
        "suggest": (
            "taxonomy:suggest",
            "검토에서 헷갈린 분류마다 설명의 후보를 넣은 분류표를 씁니다. 보내는 것은 없습니다."
            "\n\n/ Write a taxonomy with candidates for descriptions, from the confusions in reviews; nothing is sent.",
        ),
    },
    quota: {
        "show": (
            "quota:show",
            "한도, 쓴 양, 막힌 키, 배운 크기, 믿지 않은 값을 보여 줍니다. / Show limits, meters and what was learned.",
        ),
        "reset": (
            "quota:reset",
            "막힘과 배운 한도, 크기를 잊습니다. 쓴 돈의 기록은 남습니다. / Forget closings, limits and sizes learned.",
        ),
    },
    quarantine: {
        "list": (
            "quarantine:list_quarantined",
            "격리된 질문과 이유를 보여 줍니다. / Show quarantined questions and why.",
        ),
        "retry": (
            "quarantine:retry",
            "격리된 질문을 풀어 다시 보냅니다. / Release quarantined questions and send them again.",
        ),
    },
}
for _group, _commands in _CONTENTS.items():
    assert isinstance(_group, Group)
    for _name, (_place, _help) in _commands.items():
        _group.announce(_name, _place, _help)
