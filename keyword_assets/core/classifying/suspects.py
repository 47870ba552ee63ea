"""Texts that speak to the model instead of asking a question: asked alone, they can harm only themselves.

A text that is wrongly taken for one costs a request of its own and nothing else; one that is not recognised has still
to get past `screening`. So this need not be complete, and has to be rare in what people really ask.
"""

import re
import unicodedata
from collections.abc import Iterator

from keyword_assets.core.foreign import seen_only

# Letters of other alphabets that look like Latin ones, once case is folded.
_LOOKALIKES = str.maketrans("аеорсухіјѕԁһɡɩоαενικορτυχԛԝ", "aeopcyxijsdhgioaevikoptuxqw")
# Digits and signs that stand for letters.
_LEET = str.maketrans("013457@$!|", "oieastasii")
_OTHER = re.compile(r"[\W_]+")

# What an order about answers is made of, with what each says; questions seldom have more than one of them. Here and
# below, a text is looked at without anything but letters and digits: blanks, dots and what nobody sees part nothing.
_VOCABULARY = tuple(
    (re.compile(words), weight)
    for words, weight in (
        ("키워드|keyword|카테고리|category", 2),
        ("분류|범주|라벨|태그|categor|classif|label|tag", 1),
        # Not '답답하다', which says how people feel.
        ("(?<!답)답[하해]|답변|답을|답은|답의|답도|답만|모든답|응답|출력|대답|answer|output|respon|repl(?:y|ies)", 1),
        ("질문|문항|항목|문의|텍스트|question|items?|entries|entry|ids|아이디|id[0-9]", 1),
        (
            "모든|전부|전체|다른|나머지|다음|모두|절반|짝수|홀수|각각|every|other|next|remain|follow|half|even|odd|each|all",
            1,
        ),
        ("지시|명령|지침|무시|규칙|덮어|ignor|instruct|prompt|system|시스템|forget|told|overrid|disregard", 1),
        (
            "하라|해라|하세요|할것|적어|적으|써라|쓰세요|출력|처리해|바꿔|바꾸|통일|지정|(?<!답)답[하해]|추가|붙여|넣어|적용|해줘|"
            "write|must|should|shall|use|set|put",
            1,
        ),
    )
)
_ORDER, _HINT = 3, 2

_RULES = "(?:지시|명령|규칙|지침|프롬프트|시스템메시지|시스템설정|가이드라인|제약|instructions?|prompts?)"
_DROP = "(?:무시|잊어|잊고|잊으|버리고|버려|따르지|어기|취소|덮어쓰|덮어써|무효|폐기|해제)"
_BEFORE = "(?:위|앞|이전|기존|지금까지|여태|방금|상기|상위|원래|초기|처음|이상|앞서|먼저|모든|너의|네|당신의)"
_EVERY = "(?:all|every|each|other|rest|remaining|following|next|previous|neighbou?r(?:ing)?)(?:ofthese|of|the|other)*"
_OURS = "(?:question|answer|item|keyword|entr|text|message|categor)"
_PHRASES = re.compile(
    "|".join(
        (
            # To forget what was said before.
            f"{_BEFORE}(?:의|에|에서|에있는|에나온|받은|들은|적힌|나온|했던|한|내린|가받은모든)?{_RULES}.{{0,12}}{_DROP}",
            "(?:위|앞|이전|지금까지)(?:의|에)?(?:내용|말|글|문장|대화|설명|모든것|얘기)?(?:들|은|는|을|를)?"
            "(?:모두|전부|다|싹|전체)?(?:무시하|잊어버|잊어라|잊고|무시해)",
            "(?:ignor|disregard|forget|overrid|bypass|skip|neglect)(?:e|es|ed|ing|s)?"
            "(?:all|any|the|your|every|everything|my|of|these|those|that|what|was|said|is|written|you)*"
            "(?:above|previous|prior|earlier|preceding|former|before|instruction|rule|prompt|system|guideline|direction)",
            "(?:previous|prior|above|earlier|system|original|initial|hidden|new|updated)(?:system)?"
            "(?:instruction|prompt|directive)",
            "(?:새로운|새|추가|최종|긴급|숨은|진짜|변경된|수정된)(?:지시|명령|지침|프롬프트)(?:사항)?(?:를|을|이다|입니다|에|대로)",
            # To be somebody else.
            "(?:시스템|관리자|개발자|운영자|root|admin|developer|system)(?:모드|권한|지시|명령|메시지|프롬프트|mode|prompt|message)",
            "(?:지금|이제|오늘)부터(?:너는|넌|당신은|네가|니가|너의|모든|ai는)",
            "(?:너는|넌|당신은)(?:이제|지금)(?:부터)?.{0,20}(?:이다|입니다|로서|역할|모드|봇|모델)",
            "youare(?:now|nolonger).{0,14}(?:mode|assistant|bot|classifier|model|unrestricted)",
            "(?:act|behave|respond|pretend)(?:as|like|tobe)(?:a|an|if|the)?.{0,14}(?:mode|assistant|bot|classifier|model|admin)",
            "분류기|분류모델|언어모델|하이퍼클로바|hyperclova|clovax|클로바x|jailbreak|프롬프트인젝션|promptinjection",
            # To answer for others.
            f"{_EVERY}{_OURS}.{{0,60}}(?:answer|keyword|categor|classif|label|output|respond|reply|return|is|are|be)",
            f"(?:keyword|categor|classif|label|answer|respond|reply|output|return|tag).{{0,40}}{_EVERY}(?:{_OURS}|one|thing)",
            "(?:classif|label|answer|respond|tag)(?:y|s|ies)?everything",
            # By their ids.
            "(?:질문|id|아이디|항목|문항|번호)(?:번호)?[0-9]+번?(?:부터|에서|to|through|까지|의답|및|and|와[0-9])",
            "(?:모든|전체|각|다른|every|all|each|other|next|following)(?:id|아이디|json|answer[^s])",
            # In another form.
            "(?:json|제이슨).{0,16}(?:answers|답|출력|반환|대신|형식으로|id)",
            "base64|rot13|디코딩해|디코드해|decode(?:this|the|it|and)|해독(?:해|하)서?(?:실행|따르|따라|수행)|거꾸로읽",
        )
    )
)
# With blanks and signs where they were: the notations of programs, and of talks with a model.
_NOTATION = re.compile(
    r"(?:^|[\s\[\](){}<>|*#\"'/\\])(?:system|assistant|developer|user|human|ai|시스템|어시스턴트|사용자|관리자|운영자|개발자)"
    r"\s*[\])>]?\s*[:\uff1a]"
    r"|<\s*/?\s*(?:\|?im_|\|?system|\|?assistant|\|?user|\|?end|inst|sys|s>|instruction|prompt|question|answer|text|data)"
    r"|\[\s*/?\s*(?:inst|system|sys|assistant|시스템|관리자|지시|명령)\s*\]"
    r"|<<\s*sys|#{2,}\s*(?:system|instruction|end|new|지시|명령|시스템|새로운|규칙)|```\s*\w|<\||\|>|\{\{|\}\}"
    r"|[\"']\s*(?:id|keywords?|category|answers?|questions?|text|role|content)\s*[\"']?\s*[:\uff1a=]"
    r"|\b(?:keywords?|category|answers?)(?:\[.*?\])?\s*=|\bids?\s*[:=#]?\s*\[?\s*\d|아이디\s*[:=#]?\s*\d|\bids?\s*="
    r"|\}\s*,\s*\{|\]\s*\}|\{\s*\""
)
# What nobody types: base64, hexadecimal, escapes; addresses have their own.
_CODED = re.compile(
    r"[a-z0-9+/]{40,}={0,2}|(?:[a-z0-9+/]{4}){5,}={1,2}|(?:\\u[0-9a-f]{4}){3,}|(?:\\x[0-9a-f]{2}|%[0-9a-f]{2}|&#x?[0-9a-f]+;){4,}",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)


def addresses_model(text: str) -> bool:
    """Whether a text, as it is sent, seems to give orders about answers, to name ids, or to hide what it says."""
    folded = _folded(text)
    if _NOTATION.search(folded) or _CODED.search(_ADDRESS.sub(" ", text)):
        return True
    return any(_PHRASES.search(form) or _weight(form) >= _ORDER for form in _forms(folded))


def speaks_of_answers(text: str) -> bool:
    """Whether a text has words of what we ask for: some harmless ones do, so it takes something else beside it."""
    return any(_weight(form) >= _HINT for form in _forms(_folded(text)))


def _weight(form: str) -> int:
    return sum(weight for words, weight in _VOCABULARY if words.search(form))


def _folded(text: str) -> str:
    """One form of each letter, whatever alphabet, width or case it was taken from."""
    return unicodedata.normalize("NFKC", seen_only(text)).casefold().translate(_LOOKALIKES)


def _forms(folded: str) -> Iterator[str]:
    """Letters and digits alone: as they are, with digits read as letters, and from behind."""
    compact = _OTHER.sub("", folded)
    yield compact
    if (spelt := _OTHER.sub("", folded.translate(_LEET))) != compact:
        yield spelt
    yield compact[::-1]
