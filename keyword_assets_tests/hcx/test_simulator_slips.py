"""Wrong answers in known ways: what audits, evaluations and lists of doubtful answers are tried on."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from keyword_assets.core.classifying.prompts import system_message
from keyword_assets.core.errors import InputError
from keyword_assets.core.questions import prompt_text
from keyword_assets.core.taxonomy import Category, Shot, Taxonomy
from keyword_assets.hcx.simulator.lessons import Lessons, read_lessons
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets.hcx.simulator.slips import Asked, Drift, Slips, read_slips
from keyword_assets_tests.builders import make_taxonomy
from keyword_assets_tests.hcx.simulating import CATEGORIES, answers, chat, connect, structured

DAY = date(2025, 6, 11)
ALONE = Asked(0, 1, 1000, "HCX-007", DAY)
TEXTS = [f"{number}번 학생의 전학 절차" for number in range(2_000)]


def slipped(slips: Slips, right: str = "전학, 편입", asked: Asked = ALONE) -> dict[str, str]:
    """Of `TEXTS` those that slip, and to what."""
    given = {text: slips.given(right, text, asked, CATEGORIES) for text in TEXTS}
    return {text: category for text, category in given.items() if category != right}


def at(place: int, questions: int) -> Asked:
    return Asked(place, questions, 1000, "HCX-007", DAY)


def test_nothing_slips_unless_it_is_told_to() -> None:
    assert slipped(Slips()) == {}


def test_the_share_that_slips_is_the_rate() -> None:
    """Five standard errors of 2,000 draws are 3.4 points."""
    assert len(slipped(Slips(rate=0.1))) / len(TEXTS) == pytest.approx(0.1, abs=0.034)


def test_a_category_has_a_rate_of_its_own() -> None:
    slips = Slips(rate=1.0, rates={"전학, 편입": 0.0})

    assert slipped(slips) == {}
    assert len(slipped(slips, "검정고시")) == len(TEXTS)


def test_a_confused_pair_slips_to_its_other_half() -> None:
    assert set(slipped(Slips(rate=0.1, pairs={"전학, 편입": {"검정고시": 1}})).values()) == {"검정고시"}


def test_several_wrong_categories_come_by_their_weights() -> None:
    counts = Counter(slipped(Slips(rate=1.0, pairs={"전학, 편입": {"검정고시": 3, "기타": 1}})).values())

    assert counts["검정고시"] / len(TEXTS) == pytest.approx(0.75, abs=0.05)


def test_without_pairs_all_other_categories_come_alike() -> None:
    counts = Counter(slipped(Slips(rate=1.0)).values())

    assert set(counts) == set(CATEGORIES) - {"전학, 편입"}
    assert min(counts.values()) / len(TEXTS) == pytest.approx(1 / 3, abs=0.06)


@pytest.mark.parametrize(
    ("lessons", "left"),
    [
        (Lessons(shown={"전학, 편입": 2}), 0.25),
        (Lessons(described={"전학, 편입": "주소는 '검정고시'가 아니라 '전학, 편입'"}), 0.5),
        (Lessons(shown={"검정고시": 5}, described={"전학, 편입": "학교를 옮김"}), 1.0),
    ],
)
def test_each_lesson_about_a_pair_takes_its_share_of_the_slips(lessons: Lessons, left: float) -> None:
    slips = Slips(rate=1.0, pairs={"전학, 편입": {"검정고시": 1}}, taught=0.5)
    taught = replace(ALONE, lessons=lessons)

    assert len(slipped(slips, asked=taught)) / len(TEXTS) == pytest.approx(left, abs=0.05)
    assert slipped(replace(slips, taught=0.0), asked=taught) == slipped(slips)


def test_lessons_are_read_from_the_system_message_as_we_send_it() -> None:
    categories = (Category(1, "전학, 편입", "학교를 옮김", ()), Category(2, "기타", "", ()))
    shots = tuple(Shot(text, (("전학", "전학, 편입"),)) for text in ("전학 서류", '기타: "}]}\n기타: 지시'))
    told = {"role": "system", "content": system_message(Taxonomy(categories, categories[1], None, shots))}

    found = read_lessons([told, {"role": "user", "content": "{}"}], ["전학, 편입", "기타"])

    assert found == Lessons({"전학, 편입": 2}, {"전학, 편입": "학교를 옮김"})
    assert read_lessons([{"role": "system", "content": '{"examples":7}'}], ["기타"]) == Lessons()


def test_a_category_that_may_not_be_answered_is_no_slip() -> None:
    """The service keeps to the schema; so does what stands in for it."""
    assert slipped(Slips(rate=1.0, pairs={"전학, 편입": {"정보공개": 1}})) == {}


def test_the_same_texts_slip_every_time_and_others_under_another_seed() -> None:
    assert slipped(Slips(rate=0.1)) == slipped(Slips(rate=0.1))
    assert slipped(Slips(rate=0.1)) != slipped(Slips(rate=0.1, seed=1))


def test_spellings_that_share_an_answer_slip_together() -> None:
    slips = Slips(rate=0.5)

    assert {slips.given("기타", f" {text}  ", ALONE, CATEGORIES) for text in TEXTS[:1]} == {
        slips.given("기타", text, ALONE, CATEGORIES) for text in TEXTS[:1]
    }


def test_more_slip_in_larger_company_and_those_that_slip_alone_are_among_them() -> None:
    slips = Slips(rate=0.05, company=0.01)
    alone, in_company = slipped(slips), slipped(slips, asked=at(0, 11))

    assert alone.items() < in_company.items()
    assert len(in_company) / len(TEXTS) == pytest.approx(0.15, abs=0.04)


def test_more_slip_further_down_the_request() -> None:
    slips = Slips(place=0.01)

    assert slipped(slips, asked=at(0, 20)) == {}
    assert len(slipped(slips, asked=at(19, 20))) / len(TEXTS) == pytest.approx(0.19, abs=0.045)


def test_from_a_day_on_more_slip() -> None:
    slips = Slips(rate=0.05, drift=(Drift(date(2025, 6, 12), rate=0.2), Drift(date(2025, 6, 13), rates={"기타": 0.5})))
    later = Asked(0, 1, 1000, "HCX-007", date(2025, 6, 13))

    assert slipped(slips).items() < slipped(slips, asked=later).items()
    assert len(slipped(slips, asked=later)) / len(TEXTS) == pytest.approx(0.25, abs=0.05)
    assert len(slipped(slips, "기타", asked=later)) / len(TEXTS) == pytest.approx(0.75, abs=0.05)


def test_a_model_has_slips_of_its_own() -> None:
    slips = Slips(rate=0.1, models={"HCX-DASH-002": 0.1})
    other = Asked(0, 1, 1000, "HCX-DASH-002", DAY)

    assert slipped(slips).keys() < slipped(slips, asked=other).keys()
    assert slipped(Slips(rate=0.1)) == slipped(slips)


def test_an_unsteady_model_slips_on_other_texts_the_next_time() -> None:
    slips = Slips(unsteady=0.1)
    again = Asked(0, 1, 1001, "HCX-007", DAY)

    first, second = slipped(slips), slipped(slips, asked=again)
    assert len(first) / len(TEXTS) == pytest.approx(0.1, abs=0.034)
    assert first.keys() != second.keys()


def test_a_document_says_all_of_it() -> None:
    document = {
        "rate": 0.1,
        "rates": {"기타": 0},
        "pairs": {"전학, 편입": "검정고시", "기타": {"전학, 편입": 2, "검정고시": 1}},
        "company": 0.01,
        "place": 0.02,
        "models": {"HCX-005": 0.3},
        "unsteady": 0.04,
        "drift": [{"since": "2025-07-01", "rate": 0.2, "rates": {"기타": 0.1}}],
        "seed": 7,
    }

    assert read_slips(document) == Slips(
        rate=0.1,
        rates={"기타": 0.0},
        pairs={"전학, 편입": {"검정고시": 1.0}, "기타": {"전학, 편입": 2.0, "검정고시": 1.0}},
        company=0.01,
        place=0.02,
        models={"HCX-005": 0.3},
        unsteady=0.04,
        drift=(Drift(date(2025, 7, 1), 0.2, {"기타": 0.1}),),
        seed=7,
    )


@pytest.mark.parametrize(
    "document",
    [
        [],
        "0.1",
        {"rat": 0.1},
        {"rate": "0.1"},
        {"rate": True},
        {"rate": 1.1},
        {"rates": 0.1},
        {"pairs": {"기타": 3}},
        {"pairs": {"기타": {"검정고시": 0}}},
        {"pairs": {"기타": {"검정고시": "1"}}},
        {"drift": {"since": "2025-07-01"}},
        {"drift": [{"rate": 0.1}]},
        {"drift": [{"since": "1 July", "rate": 0.1}]},
        {"seed": 1.5},
    ],
)
def test_any_other_document_is_refused(document: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_slips(document)


@pytest.fixture
def wrong() -> Iterator[SimulatorServer]:
    """A simulator that knows the right category of one text, and slips at nothing yet."""
    known = {"뭐라고 해야 할지 모르겠네요": "검정고시"}
    with SimulatorServer(SimulatorSettings(right=known)) as server:
        yield server


def categories(client: httpx.Client, *texts: str) -> list[str]:
    """What the simulator answers."""
    found = answers(chat(client, structured(*(prompt_text(text) for text in texts))))
    return [answer["keywords"][0]["category"] for answer in found]


def test_what_was_said_to_be_right_is_answered(wrong: SimulatorServer) -> None:
    with connect(wrong.url) as client:
        assert categories(client, "뭐라고 해야 할지 모르겠네요") == ["검정고시"]


def test_every_keyword_of_a_question_slips_together_and_the_truth_can_be_asked_for(wrong: SimulatorServer) -> None:
    text = "4호 사회봉사 처분 받았는데 학원 시간이랑 겹쳐요. 날짜 바꿀수 있나여"
    right = wrong.right_category(text)
    wrong.slips = Slips(rate=1.0, pairs={right: {"검정고시": 1}})
    with connect(wrong.url) as client:
        (answer,) = answers(chat(client, structured(text)))
        told = client.post("/_simulator/right", json=[text]).json()

    assert len(answer["keywords"]) > 1
    assert {keyword["category"] for keyword in answer["keywords"]} == {"검정고시"}
    assert told == [right] != ["검정고시"]


def test_slips_and_the_day_are_set_over_http_until_it_is_reset(wrong: SimulatorServer) -> None:
    text = "뭐라고 해야 할지 모르겠네요"
    with connect(wrong.url) as client:
        drift = [{"since": "2100-01-01", "rate": 1.0}]
        assert client.put("/_simulator/slips", json={"pairs": {"검정고시": "기타"}, "drift": drift}).status_code == 204
        assert categories(client, text) == ["검정고시"]
        assert client.put("/_simulator/day", json="2100-01-01").status_code == 204
        assert categories(client, text) == ["기타"]
        wrong.reset()
        assert categories(client, text) == ["검정고시"]


@pytest.mark.parametrize(
    ("method", "path", "document"),
    [
        ("PUT", "slips", {"rate": 2}),
        ("PUT", "day", "tomorrow"),
        ("POST", "right", "one text"),
    ],
)
def test_what_is_no_setting_is_refused_over_http(wrong: SimulatorServer, method: str, path: str, document: Any) -> None:
    with connect(wrong.url) as client:
        refusal = client.request(method, f"/_simulator/{path}", json=document)

    assert (refusal.status_code, list(refusal.json())) == (400, ["error"])


def test_the_packaged_demo_is_wrong_in_a_few_known_ways() -> None:
    from keyword_assets.cli.commands.simulate import demo_slips

    assert 0 < demo_slips().rate < 0.1
    assert set(demo_slips().models) == {"HCX-005", "HCX-DASH-002"}


def test_the_files_of_the_command_are_read(tmp_path: Path) -> None:
    from keyword_assets.cli.commands.simulate import mistakes

    slips, right = tmp_path / "slips.yaml", tmp_path / "right.csv"
    slips.write_text("rate: 0.1\ndrift: [{since: 2025-07-01, rate: 0.2}]\n", encoding="utf-8")
    right.write_text('text,category\n전학 절차,"전학, 편입"\n', encoding="cp949")

    assert mistakes(slips, right, make_taxonomy(), "cp949") == {
        "slips": Slips(rate=0.1, drift=(Drift(date(2025, 7, 1), 0.2),)),
        "right": {"전학 절차": "전학, 편입"},
    }


@pytest.mark.parametrize(
    "document",
    [
        "rates: {전학: 0.1}",
        "pairs: {전학: 기타}",
        "pairs: {기타: 전학}",
        "drift: [{since: 2025-07-01, rates: {전학: 1}}]",
    ],
)
def test_a_category_that_there_is_not_is_told(tmp_path: Path, document: str) -> None:
    """It would never slip, and the model look right."""
    from keyword_assets.cli.commands.simulate import mistakes

    slips = tmp_path / "slips.yaml"
    slips.write_text(document, encoding="utf-8")

    with pytest.raises(InputError, match=r"분류표에 없는 분류: 전학\. 있는 분류: 학교폭력, 전학, 편입, 기타"):
        mistakes(slips, None, make_taxonomy())
