"""E-mail addresses, also with words for their signs: `abc 골뱅이 네이버 닷컴`, `abc (at) naver (dot) com`.

The sign is looked for first, then the domain behind it, then the name in front: each is of bounded length.
"""

import re

from keyword_assets.masking.plain import Span

_LATIN_PROVIDERS = "naver|gmail|daum|hanmail|nate|kakao|hotmail|outlook|icloud|yahoo"
# Without an ending these are taken for a provider only behind a name in Latin letters: 다음 is also a word.
_KOREAN_PROVIDERS = (
    "네이버|[지쥐]메일|구글|다음|한메일|네이트|카카오|핫메일|아웃룩|야후|아이클라우드"
    "|드림위즈|엠팔|파란|코리아|천리안|하이텔"
)
_DOT = r"(?:\s{0,2}[.,]\s{0,2}|\s?[(\[{]?\s?(?:점|닷|쩜|dot)\s?[)\]}]?\s?)"
_ENDING = r"(?:com|net|org|edu|info|biz|kr|컴|콤|넷|네트|케이알|한국)(?![A-Za-z0-9])"
_LABEL = rf"(?:[A-Za-z0-9-]{{1,63}}+|{_KOREAN_PROVIDERS})"
_DOMAIN = (
    # As it should be; Korean may stand right behind it.
    r"(?P<strict>(?:[A-Za-z0-9-]{1,63}+\.){1,10}[A-Za-z]{2,24}|(?:[A-Za-z0-9가-힣-]{1,63}+\.){1,10}"
    rf"(?:[A-Za-z]{{2,24}}|한국|닷컴|컴)"
    rf"|(?:{_LABEL}{_DOT}){{1,4}}?{_ENDING}|(?:{_LATIN_PROVIDERS}|{_KOREAN_PROVIDERS})\s?{_ENDING})"
    rf"|(?:{_LATIN_PROVIDERS})(?![A-Za-z0-9]|\.[A-Za-z0-9])|(?:{_KOREAN_PROVIDERS})"
)
_WITH_PROVIDER = re.compile(rf"(?:{_LATIN_PROVIDERS})\b|.*dot", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(
    r"(?<=[A-Za-z0-9_.%+*가-힣-])"
    r"(?P<at>\s{0,3}(?:(?P<sign>@|%40|&\#0?64;)"
    r"|(?P<word>[(\[{<]\s?(?:at|a|골뱅이|@|앳)\s?[)\]}>]|골[뱅벵]이|앳|엣|[ⓐⒶ])"
    r"|(?P<weak>(?<=[\s_-])at(?=[\s_-])))[\s_-]{0,3})"
    rf"(?:{_DOMAIN})",
    re.IGNORECASE,
)
# Read backwards. `abc***@` is an address that somebody hid in part; `**abc@…**` is set in bold.
_NAME = re.compile(r"[A-Za-z0-9_.%+*~-]{1,254}+")
_KOREAN_NAME = re.compile("[가-힣]{1,20}+")
_LONGEST_NAME = 254
# What stands before "at" in an English sentence.
_NO_NAMES = frozenset("me us it is are am be was were here look see available only sold you him her them".split())


def addresses(plain: str) -> list[Span]:
    """The e-mail addresses in it."""
    spans: list[Span] = []
    last = 0
    for found in _ADDRESS.finditer(plain):
        start = _begin(plain, last, found)
        if start is not None:
            spans.append((start, found.end(), "email"))
            last = found.end()
    return spans


def _begin(plain: str, last: int, found: re.Match[str]) -> int | None:
    """Where the name before the sign begins; None if there is none."""
    at = found.start("at")
    if found["weak"]:
        # `weak` may begin with the sign itself in `a_at_b`.
        at = len(plain[:at].rstrip("_-")) if plain[at - 1] in "_-" else at
    backwards = plain[max(last, at - _LONGEST_NAME) : at][::-1]
    if name := _NAME.match(backwards):
        latin = name[0].rstrip("*~")
        if latin.strip("*.") and not (found["weak"] and not _may_be_weak(latin[::-1], found)):
            return at - len(latin)
        return None
    adjacent = found["at"][:1].strip() != ""
    korean = _KOREAN_NAME.match(backwards)
    if korean and found["strict"] and not found["weak"] and (adjacent or (found["word"] or "").startswith("골")):
        return at - korean.end()
    return None


def _may_be_weak(name: str, found: re.Match[str]) -> bool:
    domain = found[0][len(found["at"]) :]
    return name.lower() not in _NO_NAMES and found["strict"] is not None and bool(_WITH_PROVIDER.match(domain))
