"""`evaluate`: golden questions against a simulator whose errors are known."""

import csv
import json
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix, f1_score, precision_recall_fscore_support

from keyword_assets.cli.against import split
from keyword_assets.core.questions import prompt_text
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.slips import Slips
from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine, Process
from keyword_assets_tests.world import Chats, contents, keyword_rows, questions

TEXTS = questions(60)
OURS = ("keyword_evaluations", "keyword_evaluation_answers")


@pytest.fixture
def golden(tmp_path: Path, hcx: SimulatorServer) -> str:
    """Sixty questions, whose right category is what the simulator answers as long as it does not slip."""
    return write(tmp_path / "golden.csv", [(text, hcx.right_category(text)) for text in TEXTS])


def write(path: Path, rows: Sequence[tuple[str, str]]) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "category"), *rows])
    return str(path)


def rows_of(path: str) -> dict[str, str]:
    with open(path, encoding="utf-8", newline="") as file:
        return {row["text"]: row["category"] for row in csv.DictReader(file)}


def kept(configuration: str, attempt: int = 1) -> dict[str, str | None]:
    """The categories that the database holds, by text."""
    found = contents()["keyword_evaluation_answers"]
    return {row[3]: row[5] for row in found if (row[0], row[2]) == (configuration, attempt)}


def test_a_simulator_that_never_slips_is_all_right(cli: CommandLine, golden: str) -> None:
    outcome = cli("evaluate", golden, "--json")

    found = outcome.document
    assert (outcome.code, found["n"], found["answered"], found["accuracy"]) == (0, 60, 60, 1.0)
    assert found["low"] < 1.0 == found["high"]
    assert found["against"] is None


def test_the_figures_are_those_of_scikit_learn_and_scipy(cli: CommandLine, golden: str, hcx: SimulatorServer) -> None:
    hcx.slips = Slips(rate=0.3)
    hcx.faults.add(Fault("blank_keyword", text=prompt_text(TEXTS[7])))

    found = cli("evaluate", golden, "--json").document

    right = rows_of(golden)
    given = {text: category or "no valid answer" for text, category in kept(found["configuration"]["id"]).items()}
    y, z = [right[text] for text in right], [given[text] for text in right]
    hits = sum(a == b for a, b in zip(y, z, strict=True))
    interval = binomtest(hits, 60).proportion_ci(method="wilson")
    names = [one["category"] for one in found["categories"]]
    columns = precision_recall_fscore_support(y, z, labels=names, zero_division=0)
    labels = found["confusion"]["labels"]
    assert (found["n"], found["answered"]) == (60, 59)
    assert 0.4 < found["accuracy"] == hits / 60 < 0.95
    assert (found["low"], found["high"]) == (interval.low, interval.high)
    for name, column in zip(("precision", "recall", "f1", "support"), columns, strict=True):
        assert [one[name] for one in found["categories"]] == column.tolist()
    assert found["macro_f1"] == f1_score(y, z, labels=sorted(set(y)), average="macro")
    assert found["confusion"]["counts"] == confusion_matrix(y, z, labels=labels).tolist()
    assert sum(row[labels.index("no valid answer")] for row in found["confusion"]["counts"]) == 1


def test_two_configurations_are_compared_question_by_question(
    cli: CommandLine, golden: str, hcx: SimulatorServer
) -> None:
    hcx.slips = Slips(rate=0.1, company=0.03, unsteady=0.05)

    found = cli("evaluate", golden, "--batch-size", "1", "--against", "--batch-size", "10", "--json").document

    other, right = found["against"], rows_of(golden)
    ours, theirs = kept(found["configuration"]["id"]), kept(other["configuration"]["id"])
    gained = sum(ours[text] == category != theirs[text] for text, category in right.items())
    lost = sum(theirs[text] == category != ours[text] for text, category in right.items())
    assert (found["configuration"]["batch_size"], other["configuration"]["batch_size"]) == (1, 10)
    assert gained > lost
    assert other["flipped"] == gained + lost
    assert other["mcnemar_p"] == binomtest(gained, gained + lost).pvalue
    assert other["difference"] == pytest.approx((gained - lost) / 60)
    assert other["low"] < other["difference"] < other["high"]
    assert other["n"] == 60


def test_a_repeat_asks_nothing_and_says_the_same(cli: CommandLine, golden: str, hcx: SimulatorServer) -> None:
    """It would be paid for again."""
    hcx.slips = Slips(rate=0.2, unsteady=0.2)
    first = cli("evaluate", golden, "--json").document
    received = hcx.stats.snapshot.received

    again = cli("evaluate", golden, "--json").document

    assert hcx.stats.snapshot.received == received
    assert (again["cost_krw"], again["tokens"]["prompt"], again["requests"]) == (0, 0, 0)
    assert first["cost_krw"] > 0
    assert again["evaluation"] > first["evaluation"]
    for name in ("configuration", "accuracy", "confusion", "per_question"):
        assert again[name] == first[name]


def test_what_no_valid_answer_was_found_for_is_not_asked_again_either(
    cli: CommandLine, golden: str, hcx: SimulatorServer
) -> None:
    hcx.faults.add(Fault("no_keywords", text=prompt_text(TEXTS[3])))
    cli("evaluate", golden)
    received = hcx.stats.snapshot.received

    again = cli("evaluate", golden, "--json")

    assert (again.code, again.document["answered"], hcx.stats.snapshot.received) == (0, 59, received)


@pytest.mark.parametrize("change", [["--batch-size", "3"], ["--model", "HCX-DASH-002"], ["--prompt", "prompt.txt"]])
def test_another_configuration_is_asked_anew(
    cli: CommandLine,
    golden: str,
    hcx: SimulatorServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: list[str],
) -> None:
    """Whose answers it would have been is what the evaluation is about."""
    monkeypatch.chdir(tmp_path)
    Path("prompt.txt").write_text(
        "질문마다 키워드 1~{most}개와 분류를 답하라. 없으면 '{catch_all}'.{hints}", encoding="utf-8"
    )
    cli("evaluate", golden)
    received = hcx.stats.snapshot.received

    found = cli("evaluate", golden, *change, "--json").document

    assert hcx.stats.snapshot.received > received
    assert found["requests"] > 0


def test_another_instruction_is_what_the_model_is_told(
    cli: CommandLine, golden: str, hcx: SimulatorServer, tmp_path: Path
) -> None:
    """Shorter by so many tokens a request."""
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("분류하라.", encoding="utf-8")

    found = cli(
        "evaluate", golden, "--prompt", str(prompt), "--batch-size", "10", "--against", "--batch-size", "10", "--json"
    )

    records = [record.prompt_tokens for record in hcx.stats.records]
    assert found.document["configuration"]["prompt"] == str(prompt)
    assert found.document["against"]["configuration"]["prompt"] is None
    assert max(records[:6]) < min(records[6:])


def test_nothing_is_taken_from_stored_answers_and_nothing_goes_into_them(
    cli: CommandLine, chats: Chats, golden: str, hcx: SimulatorServer
) -> None:
    """Today's answers would be measured by those of yesterday; and the golden questions are nobody's chats."""
    chats.add(*TEXTS[:20])
    straight.basic()
    before, rows = contents(), keyword_rows()
    hcx.slips = Slips(rate=1.0)

    found = cli("evaluate", golden, "--json").document

    after = contents()
    assert found["accuracy"] == 0.0
    assert keyword_rows() == rows
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {*OURS, "keyword_usage", "keyword_sizes", "keyword_quota"}


def test_what_it_costs_counts_against_the_day(
    cli: CommandLine, golden: str, monkeypatch: pytest.MonkeyPatch, hcx: SimulatorServer
) -> None:
    monkeypatch.setenv("HCX_DAILY_BUDGET_KRW", "10")

    first = cli("evaluate", golden, "--json")
    received = hcx.stats.snapshot.received
    second = cli("evaluate", golden, "--json")

    assert (first.code, second.code) == (3, 3)
    assert 0 < first.document["n"] < 60
    assert first.document["cost_krw"] <= 10
    assert hcx.stats.snapshot.received == received
    assert not first.document["whole"]


def test_a_token_budget_stops_it_and_the_next_goes_on(
    cli: CommandLine, golden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HCX_TOKEN_BUDGET", "5000")
    first = cli("evaluate", golden, "--json")
    monkeypatch.delenv("HCX_TOKEN_BUDGET")

    rest = cli("evaluate", golden, "--json")

    assert (first.code, rest.code) == (3, 0)
    assert 0 < first.document["n"] < rest.document["n"] == 60
    assert rest.document["requests"] > 0


def test_both_configurations_share_the_budget_of_the_command(
    cli: CommandLine, golden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = cli("evaluate", golden, "--batch-size", "10", "--dry-run", "--json").document
    monkeypatch.setenv("HCX_TOKEN_BUDGET", str(plan["tokens"]["reserved"] * 3 // 2))

    outcome = cli("evaluate", golden, "--batch-size", "10", "--against", "--batch-size", "5", "--json")

    assert outcome.code == 3
    assert outcome.document["n"] == 60
    assert 0 < outcome.document["against"]["n"] < 60


def test_repeats_tell_how_steady_answers_are(cli: CommandLine, golden: str, hcx: SimulatorServer) -> None:
    hcx.slips = Slips(unsteady=0.2)

    found = cli("evaluate", golden, "--repeat", "3", "--json").document

    rounds = [kept(found["configuration"]["id"], attempt) for attempt in (1, 2, 3)]
    same = sum(len({round_[text] for round_ in rounds}) == 1 for text in TEXTS)
    right = rows_of(golden)
    assert found["stability"]["repeats"] == 3
    assert found["stability"]["same"]["share"] == same / 60 < 1
    assert [one["share"] for one in found["stability"]["rounds"]] == [
        sum(round_[text] == right[text] for text in TEXTS) / 60 for round_ in rounds
    ]
    assert found["accuracy"] == found["stability"]["rounds"][0]["share"]


def test_places_in_the_request_are_told_apart(cli: CommandLine, golden: str, hcx: SimulatorServer) -> None:
    """Ten questions: the last ones slip every time, the first never."""
    hcx.slips = Slips(place=0.14)

    places = cli("evaluate", golden, "--batch-size", "10", "--json").document["stability"]["places"]

    assert [one["part"] for one in places] == ["first", "middle", "last"]
    first, middle, last = (one["share"] for one in places)
    assert first > middle > last
    assert [one["n"] for one in places] == [24, 18, 18]


def test_against_an_earlier_evaluation_nothing_is_asked_again(
    cli: CommandLine, golden: str, hcx: SimulatorServer
) -> None:
    earlier = cli("evaluate", golden, "--batch-size", "10", "--json").document["evaluation"]
    cli("evaluate", golden, "--batch-size", "5")
    received = hcx.stats.snapshot.received

    found = cli("evaluate", golden, "--batch-size", "5", "--against", str(earlier), "--json").document

    assert found["against"]["evaluation"] == earlier
    assert found["against"]["configuration"]["batch_size"] == 10
    assert hcx.stats.snapshot.received == received


def test_an_unknown_evaluation_is_refused_before_anything_is_asked(
    cli: CommandLine, golden: str, hcx: SimulatorServer
) -> None:
    assert cli("evaluate", golden, "--against", "99").code == 2
    assert hcx.stats.snapshot.received == 0


def test_a_configuration_against_itself_is_refused(cli: CommandLine, golden: str, hcx: SimulatorServer) -> None:
    assert cli("evaluate", golden, "--model", "HCX-007", "--against").code == 2
    assert hcx.stats.snapshot.received == 0


def test_beforehand_it_says_what_asking_would_take(
    cli: CommandLine, golden: str, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HCX_API_KEY")
    before = contents()

    found = cli(
        "evaluate",
        golden,
        "--batch-size",
        "10",
        "--repeat",
        "2",
        "--against",
        "--batch-size",
        "5",
        "--dry-run",
        "--json",
    ).document

    assert (found["texts"], found["requests"]) == (120, 12)
    assert (found["against"]["texts"], found["against"]["requests"]) == (120, 24)
    assert found["against"]["cost_krw"] > found["cost_krw"] > 0
    assert hcx.stats.snapshot.received == 0
    assert contents() == before


def test_what_is_kept_is_not_reckoned_again(cli: CommandLine, golden: str) -> None:
    cli("evaluate", golden)

    assert cli("evaluate", golden, "--dry-run", "--json").document["texts"] == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("question,category\n점수,기타\n", "text,category[,keywords]"),
        ("text,category\n점수,이사\n", "분류표에 없는 분류"),
        ("text,category\n점수,\n", "분류가 비어 있음"),
    ],
)
def test_a_file_that_is_no_golden_set_is_refused(
    cli: CommandLine, tmp_path: Path, hcx: SimulatorServer, content: str, reason: str
) -> None:
    path = tmp_path / "golden.csv"
    path.write_text(content, encoding="utf-8")

    outcome = cli("evaluate", str(path))

    assert outcome.code == 2
    assert reason in outcome.err
    assert hcx.stats.snapshot.received == 0


def test_a_file_in_another_encoding_is_read_as_the_refusal_says(cli: CommandLine, tmp_path: Path) -> None:
    """What Excel saves as CSV in Korea."""
    path = tmp_path / "golden.csv"
    path.write_text("text,category\n전학 절차,기타\n", encoding="cp949")

    refused = cli("evaluate", str(path), "--dry-run")
    read = cli("evaluate", str(path), "--dry-run", "--encoding", "cp949")

    assert (refused.code, read.code) == (2, 0)
    assert "--encoding cp949" in refused.err


@pytest.mark.parametrize("prompt", [b"", b" \n", b"\xff\xfe", None])
def test_a_prompt_that_cannot_be_sent_is_refused(
    cli: CommandLine, golden: str, tmp_path: Path, prompt: bytes | None
) -> None:
    path = tmp_path / "prompt.txt"
    if prompt is not None:
        path.write_bytes(prompt)

    assert cli("evaluate", golden, "--prompt", str(path)).code == 2


def test_a_denied_key_ends_it_and_what_was_answered_stays(
    cli: CommandLine, golden: str, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hcx.faults.add(Fault("error", code="40104", text=prompt_text(TEXTS[50])))
    monkeypatch.setenv("HCX_BATCH_SIZE", "1")

    denied = cli("evaluate", golden, "--json")
    hcx.faults.clear()
    rest = cli("evaluate", golden, "--json").document

    assert denied.code == 4
    assert 0 < rest["requests"] < 60 == rest["n"]


def test_the_report_is_a_page_and_a_workbook(
    cli: CommandLine, golden: str, tmp_path: Path, hcx: SimulatorServer
) -> None:
    from openpyxl import load_workbook

    hcx.slips = Slips(rate=0.2, company=0.05)
    folder = tmp_path / "out"

    found = cli(
        "evaluate", golden, "--batch-size", "1", "--out", str(folder), "--against", "--batch-size", "10", "--json"
    )

    page, workbook = (Path(name) for name in found.document["files"])
    book = load_workbook(workbook)
    wrong = round(60 * (1 - found.document["accuracy"]))
    assert "McNemar" in page.read_text(encoding="utf-8")
    assert "<script" not in page.read_text(encoding="utf-8")
    assert [sheet.title for sheet in book] == ["요약", "갈린 질문", "분류별", "혼동", "틀린 답", "모든 질문"]
    assert book["갈린 질문"].max_row == 1 + found.document["against"]["flipped"]
    assert book["틀린 답"].max_row == 1 + wrong
    assert book["모든 질문"].max_row == 61


def test_in_words_it_says_what_the_figures_mean(cli: CommandLine, golden: str, hcx: SimulatorServer) -> None:
    hcx.slips = Slips(company=0.06)

    outcome = cli("evaluate", golden, "--batch-size", "1", "--against", "--batch-size", "10", "--lang", "en")

    assert outcome.code == 0
    assert "Accuracy 100.0 %" in outcome.story
    assert "McNemar p = 0.0000" in outcome.story
    assert "Chance alone hardly explains it." in outcome.story
    assert "answers and errors are simulated" in outcome.story


def test_personal_data_is_masked_in_the_report(cli: CommandLine, tmp_path: Path, hcx: SimulatorServer) -> None:
    golden = write(tmp_path / "golden.csv", [("010-1234-5678로 전학 서류를 보내 주세요", "정보공개")])

    found = cli("evaluate", golden, "--out", str(tmp_path), "--json").document

    assert found["accuracy"] == 0.0
    assert "1234-5678" not in Path(found["files"][0]).read_text(encoding="utf-8")


def test_without_the_extra_it_says_what_to_install(
    cli: CommandLine, golden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keyword_assets.quality.extra.find_spec", lambda name: None if name == "scipy" else object())

    outcome = cli("evaluate", golden)

    assert outcome.code == 2
    assert "pip install 'keyword-assets[quality]'" in outcome.err


def test_it_works_on_mysql(cli: CommandLine, on_mysql: None, golden: str, hcx: SimulatorServer) -> None:
    hcx.slips = Slips(rate=0.3)
    hcx.faults.add(Fault("blank_keyword", text=prompt_text(TEXTS[7])))

    first = cli("evaluate", golden, "--repeat", "2", "--against", "--batch-size", "3", "--json")
    assert first.code == 0, first.err
    again = cli(
        "evaluate", golden, "--repeat", "2", "--against", str(first.document["against"]["evaluation"]), "--json"
    )

    assert (first.code, again.code, again.document["requests"]) == (0, 0, 0)
    for name in ("accuracy", "confusion", "stability", "categories"):
        assert first.document[name] == again.document[name]
    assert first.document["against"] == again.document["against"]


def test_options_of_the_command_after_against_stay_its_own() -> None:
    assert split(["--batch-size", "10", "--json", "--out", "there", "--model=HCX-005"]) == (
        ["--batch-size", "10", "--model=HCX-005"],
        ["--json", "--out", "there"],
    )
    assert split(["12", "--batch-size", "10"]) == (["12"], ["--batch-size", "10"])
    assert split([]) == ([], [])


def test_two_evaluations_at_once_pay_for_each_question_once(
    process: Process, golden: str, hcx: SimulatorServer
) -> None:
    hcx.faults.add(Fault("slow", seconds=0.5))
    children = [process("evaluate", golden, "--batch-size", "5", "--json") for _ in range(2)]

    ends = [child.communicate(timeout=120) for child in children]

    documents = [json.loads(out) for out, _ in ends]
    asked = [text for record in hcx.stats.records for text in record.texts]
    assert [child.returncode for child in children] == [0, 0]
    assert [found["n"] for found in documents] == [60, 60]
    assert sorted(asked) == sorted(prompt_text(text) for text in TEXTS)


def test_what_was_answered_before_it_was_killed_is_not_paid_for_again(
    process: Process, cli: CommandLine, golden: str, hcx: SimulatorServer
) -> None:
    hcx.faults.add(Fault("slow", seconds=0.3, pattern="."))
    child = process("evaluate", golden, "--batch-size", "2", hasty=True)
    while hcx.stats.snapshot.received < 10:
        time.sleep(0.05)
    child.kill()
    child.communicate()
    before = len(contents()["keyword_evaluation_answers"])
    hcx.faults.clear()
    hcx.stats.reset()

    found = cli("evaluate", golden, "--batch-size", "2", "--json").document

    asked = [text for record in hcx.stats.records for text in record.texts]
    assert found["n"] == 60
    assert len(asked) == 60 - before
