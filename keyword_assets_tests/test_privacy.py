"""What is masked, what is not, and that masking neither changes anything else nor takes long."""

import re
import time
from itertools import pairwise
from random import Random

import pytest

from benchmarks.privacy import with_personal_data, without
from keyword_assets.core import texts
from keyword_assets.core.questions import prompt_text, share_key
from keyword_assets.masking import rules
from keyword_assets.masking.plain import read
from keyword_assets.privacy import mask, mask_in_korean, sent, shown

PHONE, EMAIL, RRN, CARD, ACCOUNT = "[전화번호]", "[이메일]", "[주민등록번호]", "[카드번호]", "[계좌번호]"


@pytest.mark.parametrize(
    "written",
    [
        *("010-1234-5678", "010 1234 5678", "01012345678", "010.1234.5678", "010·1234·5678", "010ㅡ1234ㅡ5678"),
        *("010‐1234‑5678", "010–1234—5678", "０１０－１２３４－５６７８", "010\u200b1234\u200b5678", "010,1234,5678"),
        *("+82 10-1234-5678", "+8201012345678", "82-10-1234-5678", "0082-10-1234-5678", "(010)1234-5678"),
        *("02-312-4567", "02)3123-4567", "(02)312-4567", "031-312-4567", "070-7123-4567", "0507-1312-4567"),
        *("011-312-4567", "0 1 0 1 2 3 4 5 6 7 8", "공일공 일이삼사 오육칠팔", "010-일이삼사-5678", "+1 650-253-0000"),
    ],
)
@pytest.mark.parametrize("sentence", ["{}", "번호가 {}인데요", "연락처:{}으로", "2025-06-11 {}, 3학년", "{}/{}"])
def test_phone_numbers_are_masked_however_they_are_written(written: str, sentence: str) -> None:
    """Particles stick to them in Korean."""
    assert mask(sentence.replace("{}", written)) == sentence.replace("{}", PHONE)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("abc@naver.com으로 보내요", f"{EMAIL}으로 보내요"),
        ("메일은abc.d_e+f@mail.school.kr입니다.", f"메일은{EMAIL}입니다."),
        ("ａｂｃ＠ｎａｖｅｒ．ｃｏｍ", EMAIL),
        ("kim@naver 로", f"{EMAIL} 로"),
        ("900101-1234567", RRN),
        ("주민번호 9001011234567이에요", f"주민번호 {RRN}이에요"),
        ("090301-3123456", RRN),
        ("900101-5234567", RRN),
        ("900101-1******", RRN),
        ("4111-1111-1111-1111", CARD),
        ("4111 1111 1111 1111 카드로", f"{CARD} 카드로"),
        ("3782-822463-10005", CARD),
        ("카드 1234-5678-9012-3456", f"카드 {CARD}"),
        ("110-123-456789", ACCOUNT),
        ("3333-01-1234567로", f"{ACCOUNT}로"),
        ("123456-12-123456", ACCOUNT),
        ("국민은행 12345612123456", f"국민은행 {ACCOUNT}"),
        ("농협 김철수 3521234567893", f"농협 김철수 {ACCOUNT}"),
        ("110123456789 (신한)", f"{ACCOUNT} (신한)"),
        ("전화 2234-5678", f"전화 {PHONE}"),
        ("https://a.kr/?tel=01012345678&n=1", f"https://a.kr/?tel={PHONE}&n=1"),
    ],
)
def test_each_kind_is_masked(text: str, masked: str) -> None:
    """And what stands around it stays."""
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2025-06-11",
            "14:30~16:00",
            "1,234,567원",
            "3학년 2반 15번",
            "학번 2025123456",
            "제12조 제3항",
            "192.168.0.1",
        ),
        *(
            "주문번호 20250611123456",
            "사업자등록번호 123-45-67890",
            "법인등록번호 110111-1234567",
            "1588-1234",
            "080-123-4567",
        ),
        *("900230-1234567", "991231-3123456", "1234-5678-9012-3456", "계좌에서 1000000000원", "제 2025-12-123456호"),
        *("https://news.kr/001/0014567890", "ISBN 978-89-364-1234-5", "팀 @all", "0.0312345678", "전화 1588-1234", ""),
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    """Dates, amounts and public numbers are what a question is about."""
    assert mask(text) == text


def test_nothing_is_masked_twice() -> None:
    """Also by what was masked in the other language, and whatever stands side by side."""
    everything = [text for _, text, _ in with_personal_data()] + without()
    for text in [*everything, *map("".join, pairwise(everything))]:
        once = mask(text)
        assert mask(once) == once


def test_the_figures_in_the_readme_hold() -> None:
    """At least; `make bench ARGS=privacy` has them exactly."""
    kinds = {"phone": PHONE, "email": EMAIL, "rrn": RRN, "card": CARD, "account": ACCOUNT}
    cases = with_personal_data()
    missed = [text for kind, text, _ in cases if kinds[kind] not in mask(text)]
    touched = [text for text in without() if mask(text) != text]

    assert len(cases) >= 300
    assert len(without()) >= 300
    assert len(missed) <= 0.01 * len(cases)
    assert len(touched) <= 0.01 * len(without())


@pytest.mark.thorough
@pytest.mark.parametrize(
    "piece",
    [
        *(
            "010-1234-5678 ",
            "0",
            "02 ",
            "1-",
            "a",
            "a@",
            "a.a@a.",
            "+1",
            "(",
            "900101-",
            "공일",
            "공일공 ",
            "국민 ",
            "http://",
        ),
        *("1.1.1.", "4111 ", " ", "_1", "010,", "일", "900101-1*", "@a.a", "0 ", "\n", "[계좌번호]1"),
    ],
)
def test_time_grows_with_the_length_alone(piece: str) -> None:
    """Ten times the text takes about ten times as long: no pattern goes back over what it has read."""

    def seconds(chars: int) -> float:
        text = piece * (chars // len(piece)) + "1"
        began = time.process_time()
        mask(text)
        return time.process_time() - began

    seconds(1_000)
    short = min(seconds(10_000) for _ in range(3))
    assert seconds(100_000) < 30 * short + 0.1


@pytest.mark.thorough
def test_a_text_of_a_megabyte_is_masked() -> None:
    """Somebody pastes a whole document."""
    story = "이번 주 금요일 급식이 뭔지 알려 주세요. 2025-06-11\n" * 9_000
    began = time.process_time()

    assert mask(f"{story}010-1234-5678{story}") == f"{story}{PHONE}{story}"
    assert time.process_time() - began < 30


@pytest.mark.parametrize(
    "text", ["\ud83d010-1234-5678\udc00", "\0" * 9 + "1@", "१२३", "٠١٠-١٢٣٤-٥٦٧٨", "1" * 5_000, "+" * 99]
)
def test_nothing_makes_it_raise(text: str) -> None:
    """It stands before every log line and every request."""
    assert isinstance(mask(text), str)


@pytest.mark.thorough
def test_what_is_passed_over_quickly_holds_nothing_to_mask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most texts are not looked at closely; what these rules would have found in them would be shown to everybody."""
    pieces = [
        *"0123456789０１２３٣-–—·∙ㅡー_＿.．,/() \n\u200b\xad@＠*xX#?ㅁㅇ●:가원공영일이삼사오육칠팔구",
        *("010", "1234", "900101-1", "+82", "02-", "계좌 ", "카드 ", "전화 ", "주민 ", "국민 ", PHONE, "www.", "naver"),
    ]
    random = Random(1)
    made = ["".join(random.choices(pieces, k=random.randrange(4, 40))) for _ in range(20_000)]
    made += [text for _, text, _ in with_personal_data()] + without()
    passed_over = [text for text in made if not rules._is_worth_a_look(read(text).plain)]
    assert len(passed_over) > 2_000
    assert sum(mask(text) != text for text in made[-4_000:]) > 500

    monkeypatch.setattr(rules, "_is_worth_a_look", lambda _plain: True)

    assert [text for text in passed_over if mask(text) != text] == []


def test_english_readers_get_english_words_and_hcx_korean_ones() -> None:
    """What is sent must not depend on who looks on."""
    texts.use("en")
    try:
        assert mask("010-1234-5678 a@b.kr") == "[phone number] [e-mail]"
        assert mask_in_korean("010-1234-5678") == PHONE
    finally:
        texts.use("ko")


def test_the_setting_says_where() -> None:
    """By default what is shown, not what is sent."""
    text = "010-1234-5678"

    assert [shown(value)(text) for value in ("shown", "sent", "none")] == [PHONE, PHONE, text]
    assert [sent(value)(text) for value in ("shown", "sent", "none")] == [text, PHONE, text]


def test_a_long_text_is_masked_before_its_middle_is_left_out() -> None:
    """Half a number would not be recognised."""
    for length in range(670, 720):
        long = "가" * length + "010-1234-5678" + "나" * 1_000
        assert re.search(r"\d", prompt_text(long, mask_in_korean)) is None


def test_texts_that_differ_in_a_number_share_an_answer_once_masked() -> None:
    """Others keep the answers that they have."""
    one, other = "010-1234-5678 인증이 안 돼요", "010-8765-4321 인증이 안 돼요"

    assert share_key(one, mask_in_korean) == share_key(other, mask_in_korean) != share_key(one)
    assert share_key("급식이 뭐예요", mask_in_korean) == share_key("급식이 뭐예요")
