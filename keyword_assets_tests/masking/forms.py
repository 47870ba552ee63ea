"""Personal data as people write it, made from separators, digits and sentences, and by hand; and what looks like it.

In a form `{}` in a sentence is where the data go. Everything is invented.
"""

from collections.abc import Iterator
from itertools import cycle

# Between the groups of a number.
SEPARATORS = (
    *(
        "-",
        " ",
        ".",
        "~",
        "/",
        ",",
        "·",
        "ㆍ",
        "•",
        "ㅡ",
        "ー",
        "–",
        "—",
        "―",
        "‐",
        "‑",
        "−",
        "－",
        "～",
        "〜",
        "∼",
        "．",
        "，",
        "、",
    ),
    *(
        "_",
        ":",
        ";",
        "|",
        "=",
        "+",
        "♥",
        "→",
        "…",
        "--",
        "~~",
        "..",
        " - ",
        "  -  ",
        " ~ ",
        " . ",
        " , ",
        ", ",
        "  ",
        "   ",
    ),
    *("\n", "\r\n", "\t", "\u00a0", "\u3000", "\u2003", "\u2028", " \n ", "\u00ad", "\u200b", "\u2060", "-\u200b", "ㅤ"),
    *("다시", " 다시 ", "대시", " 대시 ", "하이픈", " 하이픈 ", "에", "에 ", " 에 "),
)
# Those that stand in lists and sums of other numbers too.
PLAIN_SEPARATORS = SEPARATORS[:24]
_ASCII = "0123456789"
DIGITS = {
    "full-width": "０１２３４５６７８９",
    "circled": "⓪①②③④⑤⑥⑦⑧⑨",
    "raised": "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "lowered": "₀₁₂₃₄₅₆₇₈₉",
    "Arabic": "٠١٢٣٤٥٦٧٨٩",
    "Persian": "۰۱۲۳۴۵۶۷۸۹",
    "Devanagari": "०१२३४५६७८९",
    "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "double-struck": "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡",
    "monospace": "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿",
    "공": "공일이삼사오육칠팔구",
    "영": "영일이삼사오육칠팔구",
    "빵": "빵일이삼사오육칠팔구",
    "한자": "〇一二三四五六七八九",
    "O": "O123456789",
    "o": "o123456789",
    "l": "0l23456789",
    "I": "0I23456789",
    "Ol": "Ol23456789",
    "ㅇ": "ㅇ123456789",
    "ㅣ": "0ㅣ23456789",
    "О": "О123456789",
}
SENTENCES = (
    *(
        "{}",
        "제 번호는 {} 이에요",
        "({})",
        "[{}]",
        "'{}'",
        "확인: {}.",
        "여기로 알려 주세요 {}!",
        "김민수 {} 3학년 2반",
    ),
    *(
        "이름은 김민수이고 {} 입니다",
        "{}\n감사합니다",
        "안녕하세요\n{}",
        "나이스에 {} 로 가입했는데 안 돼요",
        "* {}",
        "→ {} 맞나요?",
    ),
)


def _styled(number: str, digits: str) -> str:
    return number.translate(str.maketrans(_ASCII, digits))


def _keycaps(number: str) -> str:
    return "".join(char + "\ufe0f\u20e3" if char in _ASCII else char for char in number)


def _written(groups: tuple[str, ...], separators: tuple[str, ...] = SEPARATORS) -> Iterator[str]:
    yield from (separator.join(groups) for separator in separators)
    for digits in DIGITS.values():
        yield from (_styled(separator.join(groups), digits) for separator in ("-", " "))
    yield _keycaps("-".join(groups))
    yield "\u200d".join("-".join(groups))
    yield "".join(char + "\u0336" for char in "-".join(groups))


def phones() -> Iterator[str]:
    """Phone numbers."""
    yield from _written(("010", "9134", "5672"))
    yield from _written(("010", "2340", "9061"))
    for prefix in ("011", "016", "017", "018", "019"):
        yield from (separator.join((prefix, "345", "6712")) for separator in PLAIN_SEPARATORS)
    for area in (
        "02",
        "031",
        "032",
        "033",
        "041",
        "042",
        "043",
        "044",
        "051",
        "052",
        "053",
        "054",
        "055",
        "061",
        "062",
        "063",
        "064",
    ):
        yield from (
            f"{area}-345-6712",
            f"{area} 345 6712",
            f"{area})345-6712",
            f"({area}) 345-6712",
            f"{area}~345~6712",
        )
        yield from (
            f"{area}·345·6712",
            f"{area} - 345 - 6712",
            f"{area},345,6712",
            f"{area} 다시 345 다시 6712",
            f"{area}3456712",
        )
    yield from (
        f"{net}{sep}4345{sep}6712"
        for net in ("070", "0502", "0504", "0505", "0507", "0508")
        for sep in ("-", " ", ".", "~", "")
    )
    for country in (
        "+82",
        "+82 ",
        "+82-",
        "(+82)",
        "(+82) ",
        "82-",
        "(82)",
        "(82) ",
        "0082-",
        "0082 ",
        "＋82-",
        "+82(0)",
        "+82 (0)",
        "+820",
    ):
        yield from (f"{country}10-9134-5672", f"{country}10 9134 5672", f"{country}1091345672")
    for star in ("*", "x", "X", "＊", "●", "○", "■", "□", "#", "•", "ㅁ"):
        yield from (
            f"010-9134-56{star * 2}",
            f"010-{star * 4}-5672",
            f"010-9134-{star * 4}",
            f"010-91{star * 2}-56{star * 2}",
        )
        yield from (
            f"010 {star * 4} 5672",
            f"0109134{star * 4}",
            f"02-345-67{star * 2}",
            f"010.9134.5{star * 3}",
            f"+82-10-{star * 4}-5672",
        )
    for word in (
        "폰",
        "폰은",
        "폰번호",
        "휴대폰",
        "핸드폰",
        "전화",
        "연락처",
        "전번",
        "HP",
        "hp:",
        "Tel",
        "phone",
        "mobile:",
        "내 번호는",
        "제 번호",
        "집 번호",
    ):
        yield from (f"{word} 9134 5672", f"{word} 9134-5672", f"{word} 9134~5672", f"{word} 91345672")
    yield from (
        "9134-5672로 전화 주세요",
        "9134 5672 로 연락 주세요",
        "345-6712에 전화했는데요",
        "9134-5672번으로 문자 주세요",
    )
    yield from (
        "01 0 9134 5672",
        "01 09134 5672",
        "0 10 9134 5672",
        "0 1 0 9134 5672",
        "0 1 0 9 1 3 4 5 6 7 2",
        "0-1-0-9-1-3-4-5-6-7-2",
    )
    yield from (
        "010 91 34 56 72",
        "010-9134 5672",
        "010 9134-5672",
        "(010)9134-5672",
        "(010) 9134 5672",
        "010)9134-5672",
        "010(9134)5672",
    )
    yield from (
        "010 [9134] 5672",
        "010-9134\n-5672",
        "０10-9134-５６72",
        "O1O-9I34-567Z",
        "oıo".replace("ı", "l") + "-9134-5672",
        "01O.9134.5672",
    )
    yield from (
        "공일공에 구일삼사에 오육칠이",
        "공일공 국에 9134에 5672".replace(" 국에", ""),
        "공일공-9134-5672",
        "010-구일삼사-오육칠이",
        "영일영 구일삼사 오육칠이",
    )
    yield from (
        "공 일 공 구 일 삼 사 오 육 칠 이",
        "공일공구일삼사오육칠이",
        "공일공 9134 5672",
        "공일공 구일 삼사 오육 칠이",
        "공이 삼사오 육칠일이",
    )
    yield from ("+1 650-253-0000", "+81 3-3224-5000", "+86 138 0013 8000", "+44 20 7946 0958")


def rrns() -> Iterator[str]:
    """Resident registration numbers."""
    for groups in (("900215", "1234567"), ("050311", "4234567"), ("881130", "5134567")):
        yield from _written(groups)
    for star in ("*", "x", "X", "＊", "●", "○", "■", "□", "#", "•", "ㅁ"):
        yield from (
            f"900215-1{star * 6}",
            f"900215-12{star * 5}",
            f"900215-123{star * 4}",
            f"9002151{star * 6}",
            f"900215 1{star * 6}",
        )
        yield from (
            f"900215~1{star * 6}",
            f"900215-{star * 7}",
            f"{star * 6}-1234567",
            f"900215-1{star}{star}{star}567",
        )
    for first in ("앞자리", "앞자리는", "앞번호", "앞", "주민번호 앞자리"):
        for second in ("뒷자리", ", 뒷자리", "이고 뒷자리는", "뒤 자리", " 뒷번호", "에 뒷자리가", "/뒷자리:"):
            yield f"{first} 900215{second} 1234567"
    yield from (
        "뒷자리 1234567",
        "주민번호 뒷자리는 1234567",
        "뒷자리: 1234567",
        "9002151234567",
        "주민번호 9002151234567",
        "90 02 15 1234567",
    )
    yield from (
        "90.02.15-1234567",
        "900215-1-234567",
        "9 0 0 2 1 5 1 2 3 4 5 6 7",
        "구공공이일오 다시 일이삼사오육칠",
        "구공공이일오에 일이삼사오육칠",
    )
    yield from (
        "9OO215-l234567",
        "9oo2l5-1234567",
        "900215ㅡ1234567",
        "(900215)1234567",
        "900215-1234567".translate({ord("0"): "〇"}),
    )
    yield from (
        "주민 900215-1",
        "주민번호 900215 123 4567",
        "외국인등록번호 881130-5134567",
        "구공공이일오일이삼사오육칠",
    )


def cards() -> Iterator[str]:
    """Card numbers, each with its check digit."""
    yield from _written(("4539", "1488", "0343", "6467"))
    yield from _written(("5500", "0055", "5555", "5559"), PLAIN_SEPARATORS)
    yield from (separator.join(("3782", "822463", "10005")) for separator in PLAIN_SEPARATORS)
    yield from (separator.join(("3056", "930902", "5904")) for separator in PLAIN_SEPARATORS)
    yield from (
        "4111111111111111",
        "378282246310005",
        "30569309025904",
        "41111111 11111111",
        "4111 111111111111",
        "3056 9309 0259 04",
    )
    yield from ("4 5 3 9 1 4 8 8 0 3 4 3 6 4 6 7", "4111-1111 1111-1111", "4111 1111\n1111 1111")
    for star in ("*", "x", "X", "＊", "●", "○", "■", "#", "•"):
        yield from (
            f"4111-{star * 4}-{star * 4}-1111",
            f"4111-11{star * 2}-{star * 4}-1111",
            f"4111 1111 {star * 4} 1111",
            f"4111-1111-1111-{star * 4}",
        )
        yield from (f"411111{star * 6}1111", f"4111,1111,{star * 4},1111")
    # Mistyped, but called a card.
    for separator in PLAIN_SEPARATORS[:8]:
        yield from (
            f"카드 {separator.join(('1234', '5678', '9012', '3456'))}",
            f"카드번호는 {separator.join(('9411', '1234', '5678', '9012'))}",
        )
    yield from (
        "카드번호 123456 7890 123456",
        "카드 12345 67890 12345",
        "사일일일 일일일일 일일일일 일일일일",
        "4lll-1111-1111-1111",
        "4111-1111-1111-lll1",
    )


def accounts() -> Iterator[str]:
    """Account numbers."""
    for groups in (
        ("110", "345", "678901"),
        ("3333", "01", "2345678"),
        ("123456", "04", "567890"),
        ("352", "1234", "5678", "93"),
    ):
        yield from (
            separator.join(groups)
            for separator in ("-", "–", "—", "ㅡ", "·", "‐", "－", "~", "～", " - ", "다시", " 다시 ", " 하이픈 ")
        )
        for bank in ("국민은행", "신한은행", "농협", "계좌번호", "입금은", "카카오뱅크", "우체국", "계좌:"):
            yield from (f"{bank} {separator.join(groups)}" for separator in ("-", " ", ".", "/", ",", ", ", "", ":"))
        yield from (
            f"{separator.join(groups)} {bank}"
            for bank in ("국민은행", "(농협)", "카카오뱅크", "로 입금")
            for separator in ("-", " ", "")
        )
    for star in ("*", "＊", "●"):
        yield from (
            f"110-{star * 3}-678901",
            f"110-345-{star * 3}901",
            f"3333-01-{star * 4}678",
            f"123456-{star * 2}-567890",
        )
    yield from (
        f"국민 {digits[1]}{digits[2]}0401{digits[3]}{digits[4]}567890"
        for digits in (DIGITS["full-width"], DIGITS["bold"], DIGITS["Arabic"])
    )


_LOCALS = ("minsu.kim", "abc_12", "a1", "parent-7", "JIYOUNG", "k.m+x", "ab***")
_SIGNS = (
    "@",
    "＠",
    " @ ",
    "@ ",
    " @",
    "(at)",
    "[at]",
    " (at) ",
    "{at}",
    "<at>",
    "골뱅이",
    " 골뱅이 ",
    "골뱅이 ",
    "(골뱅이)",
    "[골뱅이]",
    "앳",
    " 앳 ",
)
_DOMAINS = (
    *(
        "naver.com",
        "gmail.com",
        "sen.go.kr",
        "naver",
        "네이버.com",
        "네이버닷컴",
        "네이버 닷컴",
        "네이버 점 컴",
        "naver닷컴",
        "naver 점 com",
    ),
    *(
        "naver(dot)com",
        "naver [dot] com",
        "naver dot com",
        "지메일.com",
        "한메일.net",
        "한메일 닷넷",
        "다음.넷",
        "naver,com",
        "naver. com",
        "ｎａｖｅｒ．ｃｏｍ",
    ),
)


def emails() -> Iterator[str]:
    """E-mail addresses."""
    names = cycle(_LOCALS)
    yield from (f"{next(names)}{sign}{domain}" for sign in _SIGNS for domain in _DOMAINS)
    yield from (f"김민수@{domain}" for domain in ("naver.com", "네이버.com", "네이버닷컴", "gmail.com", "school.kr"))
    yield from (
        "에이비씨 골뱅이 네이버 닷컴",
        "홍길동골뱅이네이버닷컴",
        "abc at naver dot com",
        "abc at gmail.com",
        "kim77 at daum.net",
        "abc_at_naver.com",
    )
    yield from (
        "abc%40naver.com",
        "abc&#64;naver.com",
        "abcⓐnaver.com",
        "abc(a)naver.com",
        "a\u200bbc@nav\u200ber.com",
        "abc@naver。com",
        "abc@네이버",
    )
    yield from (
        "ａｂｃ골뱅이ｎａｖｅｒ．ｃｏｍ",
        "abc@학교.한국",
        "abc@naver.co.kr",
        "abc골벵이naver.com",
        "abc엣네이버닷컴",
        "𝐚bc@naver.com",
    )


# -- with what looks like it ------------------------------------------------------------------------------------------

STAY = (
    # Dates, times, ranges, scores
    *("2025-06-11", "2025.06.11~2025.06.30", "2025-06-11 ~ 2025-06-30", "2025/06/11 10:00:00", "2025-06-11T14:30:00", "20250611", "6/11(수) 14:30"),
    *("14:30~16:00", "09:00-17:50", "09:00 ~ 17:50, 18:00 ~ 20:00", "2024~2025 시즌", "1945-1950", "3:2로 이겼다", "3-2, 1-0, 2-2", "25:20, 25:18, 15:12"),
    *("2022, 2023, 2024, 2025", "2018 2019 2020 2021", "1990년 02월 15일생", "90-02-15생", "생일 900215", "오후 2시 30분에 3명"),
    # Money and other amounts
    *("1,234,567원", "10,234,567,890원", "입금 10,234,567,890원", "계좌에 1,000,000원", "3000, 4000, 5000, 6000원", "10000~20000원", "12,000/15,000/18,000"),
    *("카드 12,345,678원 결제", "100,000,000,000", "1 000 000 000", "키 175 몸무게 65", "50%~70%", "2만 3천 원", "약 9,134,567명"),
    # Public numbers
    *("1588-1234", "1577 1234", "1899-1234로 전화", "080-123-4567", "112", "119", "국번 없이 1345", "02-120", "전화 1588-1234", "1644~1234"),
    *("폰 15", "아이폰 15 프로 256", "아이폰 2024 2025", "폰트 9134 5672", "스마트폰 1000 2000원", "폰 1234 5678원", "휴대폰 2023년 2024년"),
    # Orders, students, laws, patents
    *("주문번호 20250611-1234567", "주문 2025061112345678", "송장 123456789012", "운송장 6123-4567-8901", "학번 2025123456", "수험번호 12345678"),
    *("제12조 제3항 제2호", "법률 제12345호", "교육부 고시 제2025-123호", "2025가합123456", "특허 10-2025-0012345", "사업자등록번호 123-45-67890", "법인등록번호 110111-1234567"),
    *("ISBN 978-89-364-1234-5", "9788936412345 바코드 8801234567890", "우편번호 06236", "(우) 135-080", "SM-G998N", "버전 1.13.27", "v2.0.1-rc.3", "KE017"),
    # Computers and science
    *("192.168.0.1", "10.0.0.1:8080", "255.255.255.255/24", "2001:db8::1", "00:1A:2B:3C:4D:5E", "#FF00FF", "0x1F4", "1e10", "3.14159265358979", "37.566535, 126.977969"),
    *("위도 37.5665 경도 126.9780", "f(x) = 3x^2 + 2x + 1", "1/2 + 3/4 - 5/6", "2*3*4*5", "1 2 3 4 5 6 7 8 9 10", "1, 2, 3, 4, 5, 6, 7, 8", "① 3 ② 5 ③ 7", "①②③④⑤⑥⑦⑧⑨"),
    *("01 02 03 04 05 06", "01, 02, 03, 04, 05, 06", "101010101010", "1 0 1 1 0 1 0 0 1 1 0 1 0", "로또 3 11 25 33 40 45", "https://news.kr/001/0014567890", "www.moe.go.kr/1234567890"),
    *("900230-1234567", "991301-1234567", "900215-9234567", "1234-5678-9012-3456", "4111-1111-1111-1112", "x^2-1", "****", "***-****-****", "3*4*5*6", "별점 ★★★★☆"),
    # Words for digits and signs
    *("이 일이 삼일 걸려요", "일이삼사오육칠팔구십", "구구단 삼오 십오", "공일공이 뭐야", "영일만 친구", "사이사이 이야기", "오이 이천 구입", "이이일 삼일 사일 오일", "이일 저일 육이오 사일구"),
    *("골뱅이 무침", "골뱅이 네이버 쇼핑", "술안주 골뱅이 다음 메뉴", "골뱅이 소면 만드는 법", "앳된 얼굴", "엣지 있는 디자인", "점 컴퓨터", "이메일에 @ 넣는 법", "팀 @all 호출"),
    *("@minsu 안녕", "look at naver.com", "we are at gmail.com", "see you at 10", "a@b", "meet me at naver dot com", "네이버 닷컴", "naver.com", "닷넷 프레임워크", "담당 @네이버"),
    *("(a) naver.com 접속", "at", "3 at 5", "카카오 다음 네이버", "다시 한번 다시", "다시 2025 다시", "에에에 에이", "하이픈 쓰는 법", "OOO 선생님", "lll OOO lll OOO", "ㅇㅇ ㅇㅇ ㅇㅇ ㅇㅇ", "ㅇㅋ 010"),
    *("010은 왜 010인가요", "02가 서울 지역번호", "011/016/017/018/019 이동통신", "+82는 한국", "82년생 김지영", "뒷자리가 뭐예요", "앞자리 3 뒷자리 5", "뒷자리 4개 1234", "주민번호 앞자리 900215"),
)  # fmt: skip
