"""Foreign text as it is shown: one line, nothing hidden, nothing obeyed."""

import json
import re
import sys
import unicodedata

import pytest

from keyword_assets.core import texts
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import defused, has_unseen, is_formula, json_text, seen_only, visible, visible_lines
from keyword_assets.core.texts import say, say_reason

# Whatever calls people, links, or is markup in a channel, and whatever controls, turns or hides.
HARMFUL = (
    "<!channel> <!here> <@U123> <@&77> <#C1|general> @everyone @here ＠all #general",
    "[눌러](http://harm.example/a) ![그림](https://harm.example/a.png) <http://harm.example|여기> <https://harm.example>",
    "http://harm.example https://harm.example/a?b=c www.harm.example harm.example/x 네이버.한국",
    "http://1.2.3.4/x 1.2.3.4:80 localhost:3000/graphql [::1]/x",
    "mailto:a@harm.example tel:+821012345678 javascript:alert(1) data:text/html,x slack://open file:///etc/passwd",
    "a@harm.example \\\\host\\share //harm.example /a//b ftp://harm.example xn--9t4b11yi5a.com",
    "**굵게** __굵게__ _기울임_ *기울임* ~~지움~~ `코드` ```\n블록\n``` | 표 | # 제목 > 인용 ||숨김||",
    "<b>굵게</b> <a href='x'>y</a> <img src=x onerror=alert(1)> &lt;script&gt; &#64;everyone <script>x</script>",
    "첫 줄\n# 둘째 줄\r\n- 셋째\u2028할 일:\u2029  keyword-assets",
    "\x1b[2J\x1b]8;;http://harm.example\x07눌러\x9b31m\u202e거꾸로\u2066\u200b\x00\U000e0041\u3164",
)
# What makes any of the channels do something.
_ACTIVE = re.compile(
    r"[@<>#&\[\]`|*\n\r\x00-\x1f]|//|[A-Za-z]:\S|\w\.[^\W\d]|~\S|\S~|__|(?<!\w)_\w|\d\.\d+\.\d+\.\d+(?::\d+)?[/?]|\\\\[^\w\s]"
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("전학 절차가 어떻게 되나요?", "전학 절차가 어떻게 되나요?"),
        ("두\r\n줄\t과\u2028셋", "두 줄 과 셋"),
        ("\x1b[2J지움", "\\u001b[2J지움"),
        ("\x1b]0;제목\x07", "\\u001b]0;제목\\u0007"),
        ("\x9b31m", "\\u009b31m"),
        ("가\u202e나\u2066다", "가\\u202e나\\u2066다"),
        ("전\u200b학", "전\\u200b학"),
        ("널\x00", "널\\u0000"),
        ("채움\u3164문자", "채움\\u3164문자"),
        ("꼬리\U000e0041", "꼬리\\U000e0041"),
        ("반쪽\ud83d", "반쪽\\ud83d"),
        ("가족 👨\u200d👩\u200d👧 ❤️", "가족 👨\u200d👩\u200d👧 ❤️"),
        ("글\u200d자", "글\\u200d자"),
    ],
)
def test_what_cannot_be_seen_becomes_its_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.thorough
def test_nothing_of_unicode_that_controls_or_hides_comes_through() -> None:
    shown: set[str] = set()
    for first in range(0, sys.maxunicode + 1, 4096):
        # Each by itself between two others.
        shown.update(visible("".join(f"가{chr(point)}나" for point in range(first, first + 4096))))
    kinds = {char: unicodedata.category(char) for char in shown}
    assert not set(kinds.values()) & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert [char for char, kind in kinds.items() if kind == "Zs"] == [" "]


def test_a_long_text_is_cut_and_says_so() -> None:
    assert visible("가" * 30, 10) == "가" * 9 + "…"
    assert visible("가" * 10, 10) == "가" * 10
    assert visible("\x1b" * 1_000, 10) == "\\u001b\\u0…"
    assert len(visible(" " * 10_000 + "가", 10)) <= 10


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("전학 절차", "전학 절차"),
        ("두\r\n줄\t과\u2028셋\u3000넷", "두\r\n줄\t과\u2028셋\u3000넷"),
        ("\x1b[2J전\u200b학\u202e\x00\U000e0041", "[2J전학"),
        ("채움\u3164문자", "채움 문자"),
        ("숨\u034f은\U000e0101", "숨은"),
        ("👨\u200d👩\u200d👧 글\u200d자\u200d", "👨\u200d👩\u200d👧 글자"),
        ("👨\u200b\u200d👩", "👨👩"),
    ],
)
def test_whoever_reads_more_than_a_person_sees_gets_what_a_person_sees(text: str, seen: str) -> None:
    """White space stays, a family stays one, and its joins are nothing elsewhere."""
    assert seen_only(text) == seen


def test_what_would_be_escaped_is_known() -> None:
    assert not has_unseen("전학 절차 👨\u200d👩\u200d👧")
    for char in "\x1b\u200b\u202e\x00\n\u3164":
        assert has_unseen(f"전학{char}절차")


@pytest.mark.parametrize("text", HARMFUL)
def test_nothing_in_a_message_does_anything(text: str) -> None:
    """It calls nobody, links nowhere, is no markup, and stays in its line; done twice it is the same."""
    harmless = defused(text)

    assert _ACTIVE.search(harmless) is None
    assert not has_unseen(harmless)
    assert defused(harmless) == harmless


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("전학 절차가 3.5일, 10:30에 (약 40 %)", "전학 절차가 3.5일, 10:30에 (약 40 %)"),
        ("2025-06-01 ~ 2025-06-07, snake_case", "2025-06-01 ~ 2025-06-07, snake_case"),
        ("HTTP 429 42901: Too many requests", "HTTP 429 42901: Too many requests"),
        ("MySQL server on 127.0.0.1 (111), '127.0.0.1:3306'", "MySQL server on 127.0.0.1 (111), '127.0.0.1:3306'"),
        ("@everyone", "＠everyone"),
        ("[눌러](http://naver.com)", "［눌러］(http：／／naver．com)"),
        ("<!channel>", "＜!channel＞"),
    ],
)
def test_a_message_can_still_be_read(text: str, read: str) -> None:
    assert defused(text) == read


def test_json_shows_nothing_raw_and_keeps_the_data() -> None:
    """Of every character of the first plane and of those that hide beyond it, in either form; a family stays one."""
    everything = "".join(map(chr, [*range(0x10000), *range(0xE0000, 0xE01FF), 0x10FFFF]))
    value = {"text": f"👨\u200d👩\u200d👧{everything}", "많이": [1, None]}

    for ascii_only in (False, True):
        written = json_text(value, ascii_only=ascii_only, indent=2)

        assert json.loads(written) == json.loads(json.dumps(value))
        assert not any(has_unseen(line) for line in written.split("\n"))
        assert written.isascii() is ascii_only
    assert "👨\u200d👩\u200d👧" in json_text(value)


def test_lines_stay_lines() -> None:
    assert visible_lines("하나\t 둘\r\n셋\x1b[2J\u2028넷\u3000다섯") == "하나\t 둘\n셋\\u001b[2J\n넷 다섯"


@pytest.mark.parametrize(
    "before", ["", " ", "\n", "\t", "\r\n", "\x00", "\u200b", "\ufeff", "\u3000", "\u202e \u00a0", "\U000e0041"]
)
@pytest.mark.parametrize("first", "=+-@＝＋－＠﹦﹢﹣﹫")
def test_a_formula_is_one_whatever_stands_before_it(before: str, first: str) -> None:
    assert is_formula(f"{before}{first}1+1|' /C calc'!A0")


@pytest.mark.parametrize("text", ["전학", "1+1", "", "  ", "'=1", '"=1', "a=1"])
def test_other_texts_are_no_formulas(text: str) -> None:
    assert not is_formula(text)


@pytest.mark.parametrize("text", HARMFUL)
def test_what_fills_a_place_of_our_texts_is_visible_and_stays_in_its_line(text: str) -> None:
    """Errors, findings, refusals, alerts: all of them are said so."""
    texts.use("ko")
    for said in (
        say("database.unreachable", url=text, reason=ValueError(text)),
        str(InputError("report.exists", path=text)),
        say_reason(text),
    ):
        assert not has_unseen(said)
    assert "a  b" in say("report.exists", path="a  b")
