"""What stands around a number and says what it is; the word next to it counts."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

# How far before and behind a number a word still counts.
BEFORE, AFTER = 24, 14

_WORDS = re.compile(
    r"(?P<phone>전화|연락|휴대폰|핸드폰|핸폰|휴폰|헨드폰|(?<![스쿠이])폰(?![트지테])|전번|팩스|[Ff][Aa][Xx]|[Tt][Ee][Ll]|☎|☏|📞|📱"
    r"|(?<![A-Za-z])(?:[Hh]\.?[Pp]|[Mm]obile|[Pp]hone|[Cc]ell)(?![a-z])|(?:내|제|저희|본인|엄마|아빠|어머니|아버지|집)\s?번호)"
    r"|(?P<account>계좌|통장|입금|송금|이체|예금주|은행|뱅크|금고|농협|우체국|신협|수협"
    # Words of many meanings: right before the number, or before the account's owner and the number.
    r"|(?:국민|신한|우리|하나|기업|새마을|부산|대구|경남|광주|전북|제주|산업|제일|씨티|저축|카카오|케이|토스|카뱅|케뱅|KB|NH|IBK|SC"
    r"|iM|아이엠)[\s:(]{0,3}(?:[가-힣]{2,4}\s)?(?=[+(]?[\d*]))"
    r"|(?P<card>카드)"
    r"|(?P<rrn>주민|외국인등록|등록증|민증)"
    r"|(?P<other>주문|송장|택배|등기|접수|예약|승인|관리번호|문서|사업자|법인|학번|수험|사번|바코드|ISBN|상품|모델|일련|시리얼"
    r"|쿠폰|고객번호|회원번호|발급|특허|출원|의안|사건|고유번호|교번|운송|품번|버전|코드|[Ii][Dd])"
)
AMOUNT = re.compile(r"\s?[원만억]")
_ACCOUNT_AFTER = re.compile(
    r"[\s(,/]*(?:으?로\s*(?:송금|입금|이체)|[가-힣A-Za-z]{0,6}은행|[가-힣]{0,4}뱅크|농협|우체국|새마을|신협|수협|국민|신한|우리|하나|기업|카뱅|토스|계좌|예금주)"
)
_PHONE_AFTER = re.compile(r"\s?(?:으?로|에|번으로)\s?(?:전화|연락|문자|콜)")


@dataclass(frozen=True)
class Word:
    """A word and how far it is from the number, in characters."""

    kind: str
    distance: int


class Context:
    """The words of a text that say what numbers are; looked for once, when the first number asks."""

    def __init__(self, plain: str) -> None:
        self.plain = plain

    @cached_property
    def _found(self) -> tuple[list[int], list[tuple[int, str]]]:
        words = [(found.end(), found.start(), str(found.lastgroup)) for found in _WORDS.finditer(self.plain)]
        return [end for end, _, _ in words], [(start, kind) for _, start, kind in words]

    def before(self, start: int, seen_from: int) -> Word | None:
        """The last word between two positions."""
        ends, words = self._found
        place = bisect_right(ends, start) - 1
        if place < 0 or words[place][0] < seen_from:
            return None
        return Word(words[place][1], start - ends[place])

    def account_after(self, end: int) -> bool:
        """Whether what stands behind a number says that it is an account."""
        return _ACCOUNT_AFTER.match(self.plain, end, end + AFTER) is not None

    def phone_after(self, end: int) -> bool:
        """Whether somebody is to be called there."""
        return _PHONE_AFTER.match(self.plain, end, end + AFTER) is not None

    def amount_after(self, end: int) -> bool:
        """Whether it is money."""
        return AMOUNT.match(self.plain, end, end + AFTER) is not None
