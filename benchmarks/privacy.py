"""How well personal data is recognised: invented questions with and without it, the same in every run.

The questions are written as people write to a chat: forms of a number, each in several sentences. In a form `#` is any
digit, `%` one from 2 to 9, `L` the check digit of a card; `{}` in a sentence is where the form goes. Forms that we know
to be missed, and look-alikes that we know to be masked, are in here as well: the figures are not of what works alone.
"""

import re
import time
from collections import Counter
from datetime import date, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any

from benchmarks.questions import questions, source
from keyword_assets.masking.placeholders import KINDS
from keyword_assets.privacy import mask_in_korean

_SEED = 20250611
_PLACEHOLDER = re.compile(r"\[(전화번호|이메일|주민등록번호|카드번호|계좌번호)\]")
_WORDS = dict(zip(KINDS, ("전화번호", "이메일", "주민등록번호", "카드번호", "계좌번호"), strict=True))
_SENTENCES_A_FORM = 4
_REAL = 14_000
_LONG_CHARS = 1_000_000

# -- with personal data -----------------------------------------------------------------------------------------------

_FORMS: dict[str, tuple[str, ...]] = {
    "phone": (
        "010-%###-####", "010 %### ####", "010%#######", "010.%###.####", "010·%###·####", "010‐%###‐####",
        "010–%###–####", "010—%###—####", "010ㅡ%###ㅡ####", "010/%###/####", "010 - %### - ####", "010-%#######",
        "010 %#######", "(010)%###-####", "010)%###-####", "０１０-%###-####", "０１０－%###－####",
        "+82 10-%###-####", "+82-10-%###-####", "+8210%#######", "82-10-%###-####", "0082-10-%###-####",
        "011-%##-####", "016-%##-####", "02-%##-####", "02-%###-####", "02)%##-####", "(02) %###-####",
        "02 %### ####", "031-%##-####", "051)%##-####", "064-%##-####", "0%3%######", "070-%###-####", "070%#######",
        "0505-%##-####", "0507-1###-####", "050%1#######", "01 0%### ####", "010 %# ## ## ##",
        "공일공 이삼사오 육칠팔구", "공일공-삼사오육-칠팔구공", "010-이삼사오-####", "+1 650-253-####",
        "공일공 %### ####", "영일영 이삼사오 육칠팔구", "공 일 공 이 삼 사 오 육 칠 팔 구", "010,%###,####",
        "0 1 0 % # # # # # # #",
    ),
    "email": (
        "minsu.kim##@naver.com", "abc_%##@gmail.com", "hong@school.kr", "parent%@sen.go.kr", "a.b+c@daum.net",
        "teacher-##@korea.co.kr", "ａｂｃ＠ｎａｖｅｒ．ｃｏｍ", "KIM##@HANMAIL.NET", "x@kakao.com",
        "qwer%#%# @naver.com", "id%%%%@nate.com", "jiyoung.lee@example.ac.kr", "minsu골뱅이naver.com",
        "minsu##@naver", "lee@naver,com", "김민수@naver.com",
    ),
    "rrn": (
        "R-R", "RR", "R R", "R - R", "R–R", "R·R", "R-S", "R-s", "Ｒ-R", "R.R", "R/R", "R R(뒤)",
    ),
    "card": (
        "4###-####-####-###L", "5%## #### #### ###L", "4##############L", "9###-####-####-###L",
        "35##-####-####-###L", "37##-######-####L", "３５##-####-####-###L", "6###.####.####.###L",
        "4###—####—####—###L", "4### - #### - #### - ###L", "9##############L", "4###-####-#######L",
        "4###,####,####,###L",
    ),
    "account": (
        "110-%##-######", "3333-0%-#######", "######-0%-######", "%##-##-######", "1002-%##-######",
        "%##-######-##-###", "%##-######-#####", "%##-####-####-##", "9002-####-####-#", "국민은행 ######0%######",
        "신한 110%########", "농협 352##########", "카카오뱅크 3333%########", "우리은행 1002%########",
        "토스뱅크 1000-####-####", "입금 계좌 %############", "110%######## (신한)", "110–%##–######",
        "하나은행 %## ###### #####", "계좌번호: %#############", "기업은행 010-%###-####-##", "국민 %##### ## ######",
        "농협 김철수 352-%###-####-##", "3333%######## 카뱅으로", "새마을금고 9%###########", "%###########로 송금",
        "1000-%###-####",
    ),
}  # fmt: skip
_SENTENCES: dict[str, tuple[str, ...]] = {
    "phone": (
        "{}", "제 번호는 {}인데 문자로 알려 주세요", "{}으로 연락 부탁드립니다",
        "학부모 연락처({}) 바꾸려면 어떻게 하나요?", "담당자 {} 맞나요", "어제{}에서 전화 왔는데 어디인가요",
        "이름 김민수, 전화 {}, 3학년 2반입니다", "2025-06-11에 {}로 신청했어요. 확인해 주세요", "연락처: {}.",
        "폰번호{}이고 나이스 가입이 안 돼요",
    ),
    "email": (
        "{}", "{}으로 보내 주세요", "메일은 {}입니다", "아이디가 {}인데 비밀번호를 잊었어요",
        "결과를 {} 로 받을 수 있나요?", "이메일:{}", "<{}> 여기로 회신 바랍니다",
    ),
    "rrn": (
        "{}", "주민번호 {} 로 조회해 주세요", "제 주민등록번호는 {}입니다", "아이({}) 전입학 신청하려고요",
        "{}인데 건강보험 자격이 안 나와요", "생년월일이랑 뒷자리 {}",
    ),
    "card": (
        "{}", "카드번호 {} 결제가 안 돼요", "{} 카드로 냈는데 취소해 주세요", "결제 카드는 {}입니다",
        "신용카드({}) 유효기간 12/27", "{}로 두 번 결제됐어요",
    ),
    "account": (
        "{}", "환불은 {} 부탁드립니다", "{} 으로 입금해 주세요", "스쿨뱅킹 {} 에서 출금됐어요",
        "급식비 환불받을 곳은 {}입니다", "예금주 김민수 {}",
    ),
}  # fmt: skip

# -- with what looks like it ------------------------------------------------------------------------------------------

_LOOK_ALIKES = (
    "2025-06-## 행사 일정 알려 줘", "2025.06.##부터 2025.07.##까지 휴가 신청", "20250611 출석 인정되나요",
    "2025년 6월 11일 14시 30분", "20250611143000에 접수한 민원", "오후 2:30~4:30 수업", "09:00-17:50 근무",
    "수강료가 1,234,5##원인가요?", "%##,###,###원 환급", "123456789##원을 영어로", "예산 1000000000##원 집행",
    "2025학년도 1학기 시간표", "1-2-3반 배정", "3학년 12반 2#번", "학번 2025######", "수험번호 ########",
    "학번 20######## 성적 조회", "제12조 제3항 제2호가 뭐예요", "초·중등교육법 시행령 제10#조의2", "법률 제1####호",
    "교육부 고시 제2025-1##호", "https://www.moe.go.kr/boardCnts/view.do?boardID=2##&boardSeq=9####",
    "http://news.example.com/article/001/001456####", "https://youtu.be/a1b2c3d4e5f", "www.sen.go.kr/1234/5678",
    "192.168.0.1## 접속이 안 돼요", "서버 10.20.30.4#:8080", "버전 1.13.2#로 올려도 되나요",
    "주문번호 20250611######", "주문번호 2025061112345##", "송장번호 %###########",
    "운송장 %###-####-#### 어디쯤인가요", "등기번호 1####-####-####", "접수번호 2025-0611-####",
    "문서번호 교육-2025-12##", "사업자등록번호 %##-81-#####", "사업자번호 %##-82-##### 조회",
    "법인등록번호 110111-0######", "법인등록번호 %1011#-1######", "고유번호증 %##-80-#####",
    "1588-####로 전화하면 되나요", "1577-#### 상담 시간", "080-%##-#### 수신 거부", "1899-#### 스팸인가요",
    "112에 신고", "119 부르는 법", "국번 없이 1345", "02-120 다산콜센터", "ISBN 978-89-364-%###-#",
    "ISBN 9788936######", "바코드 880########## 조회", "우편번호 0####", "우편번호 1##-### 예전 것",
    "위도 37.566535, 경도 126.97796#", "원주율 3.14159265358979", "1/2 + 3/4 - 5/6", "12345679 x 9 계산",
    "2의 30승은 1073741824", "010은 왜 010인가요", "02가 서울 지역번호인가요", "031은 어디 지역번호",
    "1 2 3 4 5 6 7 8 9 10 더하기", "로또 3 11 25 3# 40 45", "3 - 2 - 1 카운트", "2024-2025 시즌 손흥민 골",
    "1945-1950년 역사", "1910-1945", "A4 210-297mm 크기", "IPv6 2001:db8::1", "커밋 3f2a####9c", "모델명 SM-G99#N",
    "부품 12-3456-##", "비행기 KE0##7", "차량 12가34##", "여권 M1234####", "키 17#cm 몸무게 6#kg", "혈압 120/8#",
    "팀 @all 호출", "@minsu 안녕", "트위터 @school_2025", "이메일 주소 쓰는 법", "a@b", "전화번호 바꾸는 법",
    "계좌번호는 어디서 보나요", "주민등록번호 뒷자리가 뭐예요", "카드 결제 되나요?", "은행 가는 길",
    "일이삼사오육칠팔구십", "공일공이 뭐야", "이 일이 삼일 걸려요", "구구단 삼오 십오",
    "국민 여러분 2025061100# 행사", "우리 학교 12345 명", "카드 2025장 제작", "계좌 3개 개설",
    "입금 1000000원 했어요", "계좌에서 1000000##00원 이체", "통장 잔액 50000000##원", "2025-06-1100### 공고",
    "공고 제2025-###-01호", "제 2025-12-123456호 공문", "과제 1-1, 1-2, 1-3 제출", "12-12-12 규칙", "수학 100-37-24",
    "시리얼 1234-5678-9012-3457", "쿠폰 1234-1234-1234-1234 등록", "문화상품권 %###-####-####-######",
    "인증번호 ######", "예약번호 10########", "회원번호 0########", "상품코드 4##############L",
    "특허 10-2025-00#####", "의안번호 22#####", "사건번호 2025가합12345#", "사업 코드 1234-567-###",
    "2025061112345## 파일 이름", "IMG_20250611_14####.jpg", "KakaoTalk_20250611_14#######",
    "1718####00000 타임스탬프", "0.0##########", "1e10", "100,000,000,000", "2025/06/11 10:00:00", "19#0-0#-0#생",
    "나이스 4세대 20##-20##", "0교시 1교시 2교시",
)  # fmt: skip
_COPIES = 3


def privacy() -> dict[str, Any]:
    """Recall by kind, precision, and the time that a long text takes."""
    found: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    missed: dict[str, list[str]] = {kind: [] for kind in KINDS}
    placeholders = wrong = 0
    for kind, text, secret in with_personal_data():
        masked = mask_in_korean(text)
        names = _PLACEHOLDER.findall(masked)
        hit = masked == text.replace(secret, f"[{_WORDS[kind]}]") or (_gone(secret, masked) and _WORDS[kind] in names)
        asked[kind] += 1
        found[kind] += hit
        placeholders += len(names)
        wrong += len(names) - min(1, len(names)) if hit else len(names)
        if not hit:
            missed[kind].append(f"{text} -> {masked}")
    touched = [(text, masked) for text in without() if (masked := mask_in_korean(text)) != text]
    false = sum(len(_PLACEHOLDER.findall(masked)) for _, masked in touched)
    return {
        "texts_with": sum(asked.values()),
        "texts_without": len(without()),
        "recall": {kind: round(found[kind] / asked[kind], 4) for kind in KINDS},
        "recall_all": round(found.total() / asked.total(), 4),
        "precision": round((placeholders - wrong) / (placeholders + false), 4),
        "texts_without_left_alone": round(1 - len(touched) / len(without()), 4),
        "real_questions": _in_real_questions(),
        "missed": missed,
        "masked_wrongly": [f"{text} -> {masked}" for text, masked in touched],
        "seconds_a_million_characters": _seconds(),
    }


def with_personal_data() -> list[tuple[str, str, str]]:
    """(kind, text, the personal data in it)."""
    random, texts = Random(_SEED), []
    for kind, forms in _FORMS.items():
        sentences = cycle(_SENTENCES[kind])
        for form in forms:
            for sentence in islice(sentences, _SENTENCES_A_FORM):
                secret = _filled(form, random)
                texts.append((kind, sentence.format(secret), secret))
            # So that forms do not meet the same sentences.
            next(sentences)
    return texts


def without() -> list[str]:
    """Texts in which nothing is to be masked."""
    random = Random(_SEED)
    return [_filled(form, random) for form in _LOOK_ALIKES for _ in range(_COPIES)]


def _in_real_questions() -> dict[str, Any]:
    """Real questions as they are, and with the invented data put into them: in between two words or at the end."""
    real = questions(_REAL)
    random, found, cases = Random(_SEED), 0, with_personal_data()
    for (kind, _, secret), question in zip(cases, real, strict=False):
        words = question.split(" ")
        place = random.randrange(len(words) + 1)
        before, behind = " ".join(words[:place]), " ".join(words[place:])
        masked = mask_in_korean(f"{before} {secret} {behind}")
        placeholder = f"[{_WORDS[kind]}]"
        found += masked == f"{before} {placeholder} {behind}" or (_gone(secret, masked) and placeholder in masked)
    return {
        "source": source(),
        "texts": len(real),
        "masked_as_they_are": sum(mask_in_korean(text) != text for text in real),
        "recall_of_data_put_into_them": round(found / len(cases), 4),
    }


def _gone(secret: str, masked: str) -> bool:
    """Whether no three digits in a row of it are left, for data that stand beside a name."""
    digits = re.findall(r"\d{3,}", secret)
    return bool(digits) and not any(part in masked for part in digits)


def _filled(form: str, random: Random) -> str:
    if re.search("[RＲ]", form) and not re.search("[A-QS-Z]{2}|SM", form.replace("RR", "")):
        form = _resident(form, random)
    filled = "".join(
        {"#": random.choice("0123456789"), "%": random.choice("23456789")}.get(char, char) for char in form
    )
    if filled.endswith("L"):
        digits = [int(char) for char in filled if char.isdecimal()]
        total = sum(sum(divmod(2 * digit, 10)) for digit in digits[::-2]) + sum(digits[-2::-2])
        filled = f"{filled[:-1]}{-total % 10}"
    return filled


def _resident(form: str, random: Random) -> str:
    """`R-R`: birth date and the rest; `S` or `s` hides six digits of it."""
    born = date(1940, 1, 1) + timedelta(days=random.randrange(30_000))
    sex = random.choice("12" if born.year < 2000 else "34")
    if random.random() < 0.1:
        sex = str(int(sex) + 4)
    first = f"{born:%y%m%d}"
    rest = {"S": f"{sex}******", "s": f"{sex}XXXXXX"}.get(form[-1], f"{sex}{random.randrange(10**6):06d}")
    form = form.replace("Ｒ", "R")
    return f"{first}{form[1:-1] if form[-1] in 'RSs' else form[1 : form.rindex('R')]}{rest}"


def _seconds() -> dict[str, float]:
    long = {
        "questions": "이번 주 금요일 급식이 뭔지 알려 주세요. ",
        "phone numbers": "010-2345-6789 ",
        "single digits": "1-",
        "prefixes": "010 ",
        "addresses without an end": "a@",
    }
    seconds = {}
    for name, piece in long.items():
        text = piece * (_LONG_CHARS // len(piece))
        began = time.process_time()
        mask_in_korean(text)
        seconds[name] = round(time.process_time() - began, 2)
    return seconds
