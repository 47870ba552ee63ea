"""What the page on back-ups says, done: our tables dumped, lost and restored."""

from collections.abc import Sequence

import pytest

from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.cli.processes import sent
from keyword_assets_tests.harm.clients import Clients, find_clients
from keyword_assets_tests.world import DAY, Chats, answers_to, execute, written

TEXTS = ("전학 절차", "급식 식단표", "검정고시 접수", "방학 일정")


@pytest.fixture
def client() -> Clients:
    """The dump program of this machine."""
    return find_clients()[0]


def _ours(mysql_url: str, client: Clients) -> Sequence[str]:
    names = client.run(mysql_url, r"SHOW TABLES LIKE 'keyword\_%'", "--skip-column-names").split()
    assert len(names) > 20
    return names


@pytest.mark.usefixtures("on_mysql")
def test_what_was_lost_is_restored_and_nothing_is_paid_again(
    cli: CommandLine, chats: Chats, mysql_url: str, hcx: SimulatorServer, client: Clients
) -> None:
    """Once with the keyword rows in the back-up; once without, and then they are written anew from kept answers."""
    chats.add(*TEXTS)
    assert cli("complete", DAY).code == 0
    ours = _ours(mysql_url, client)
    database = mysql_url.rpartition("/")[2]
    backup = client.dump(mysql_url, "--single-transaction", database, *ours, "admin_categories", "admin_chat_keywords")
    hcx.reset()
    for table in (*ours, "admin_chat_keywords", "admin_categories"):
        execute(f"DROP TABLE `{table}`")
    lost = cli("check", DAY)
    client.restore(mysql_url, backup)

    assert lost.code == 2
    assert cli("db", "upgrade").code == 0
    assert cli("check", DAY, "--json").document["coverage"] == 1.0
    assert cli("complete", DAY).code == 0

    execute("DELETE FROM admin_chat_keywords")
    chats.add("백업 뒤에 온 질문")
    assert cli("check", DAY, "--json").document["coverage"] == 0.0
    assert cli("complete", DAY).code == 0

    assert set(sent(hcx)) == {"백업 뒤에 온 질문"}
    assert written() == answers_to([*TEXTS, "백업 뒤에 온 질문"])
