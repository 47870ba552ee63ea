"""Texts that speak to the model instead of asking a question: they are asked alone, where they can harm only themselves.

A text that is wrongly taken for one costs a request of its own and nothing else; one that is not recognised has still to
get past `screening`. So the patterns need not be complete, and have to be rare in what people really ask.
"""

import re
import unicodedata

from keyword_assets.core.foreign import seen_only

# Letters of other alphabets that look like Latin ones, once case is folded.
_LOOKALIKES = str.maketrans("аеорсухіјѕԁһɡɩоαενικορτυχԛԝ", "aeopcyxijsdhgioaevikoptuxqw")
# Digits and signs that stand for letters.
_LEET = str.maketrans("013457@$!|", "oieastasii")

_DO = (
    "(?:하라|해라|하세요|하십시오|하시오|할것|해줘|해주|하도록|하면된|해야|한다|할게|써라|쓰라|써줘|쓰세요|쓸것|써야|적어|적으|적을것|"
    "넣어|넣으|붙여|붙이|바꿔|바꾸|고쳐|지정|통일|출력|반환|답하|답해|대답|응답|표시|매겨|처리|기재|기록|작성|입력|복사|채워|채우)"
)
_META = "(?:지시|명령|규칙|지침|프롬프트|안내문|시스템메시지|시스템설정|가이드라인|제약|instructions?|prompts?)"
_DROP = "(?:무시|잊어|잊고|잊으|버리고|버려|따르지|어기|취소|덮어쓰|덮어써|무효|폐기|삭제하고|중단하고|해제|우선하|끝났|종료)"
_BEFORE = "(?:위|앞|이전|기존|지금까지|여태|방금|상기|상위|원래|초기|처음|이상|앞서|먼저|모든|너의|네|니|당신의|시스템)"
_OTHERS = "(?:모든|전체|전부|다른|나머지|각각?|이후|다음|이전|앞|뒤|위|아래|옆|주변|함께|같이|여기|이번|모두|남은|이묶음의?)"
_ITEMS = "(?:질문|문항|문제|항목|id|아이디|텍스트|text|메시지|문장|문의|채팅|입력|배치|요청|레코드|행|답|사람)"
_ANSWER = "(?:키워드|keywords?|카테고리|category|분류|라벨|label|태그|answers?|답변|답|응답|출력|결과)"

# In the text without anything but letters and digits, so that blanks, dots and what nobody sees part nothing.
_COMPACT = re.compile(
    "|".join(
        (
            f"{_BEFORE}(?:의|에|에서|에있는|에나온|에준|에말한|받은|들은|적힌|나온|했던|한|준|내린|주어진)?{_META}.{{0,12}}{_DROP}",
            f"{_META}(?:들|사항|문|내용)?(?:은|는|을|를|도|일랑)?(?:모두|전부|다|싹|그냥|완전히)?{_DROP}(?:하고|하라|해라|하세요|하십|할것|해줘|해주|해$|고|어라)",
            "(?:위|앞|이전|지금까지)(?:의|에)?(?:내용|말|글|문장|대화|설명|것|모든것|얘기|건)?(?:들|은|는|을|를)?(?:모두|전부|다|싹|전체)?(?:무시하|잊어버|잊어라|잊고|무시해)",
            f"{_OTHERS}(?:의|에있는|에나오는)?{_ITEMS}(?:들|에|의|은|는|도|을|를|마다|이|로|에도|에대한|에대해서?|에다가?|까지)*.{{0,24}}{_ANSWER}.{{0,30}}{_DO}",
            f"{_ANSWER}(?:들|에|의|은|는|도|을|를|마다|이|로|란|칸|값|만|에는|에도)*(?:모두|전부|무조건|반드시|항상|오직|똑같이|일괄|하나로)+.{{0,16}}{_DO}",
            "(?:키워드|카테고리)(?:들|에|의|은|는|도|을|를|마다|이|로|란|칸|값|만|에는|에도)*.{0,24}" + _DO,
            "(?:분류)(?:는|을|를|란|칸|값|에는)+.{1,16}(?:으로|로)(?:만|다)?(?:하라|해라|하세요|하십시오|할것|지정|통일|바꿔|바꾸|답하|답해|처리|적어|넣어|고쳐|변경|매겨)",
            f"{_OTHERS}(?:의)?(?:질문|문항|항목|id|텍스트|답변)(?:들)?(?:을|를|은|는|도|에|에도|에는|의)*(?:모두|전부|다|무조건|반드시|항상|똑같이|일괄).{{0,30}}{_DO}",
            "(?:시스템|관리자|개발자|운영자|루트|root|admin|developer|system)(?:모드|권한|공지|지시|명령|메시지|프롬프트|mode|prompt|message|override|오버라이드)",
            "(?:지금|이제|오늘|이시간)부터(?:너는|넌|당신은|네가|니가|너의|모든|ai는)",
            "(?:너는|넌|당신은)(?:이제|지금)(?:부터)?.{0,14}(?:이다|야|입니다|로서|역할|모드|봇|모델)",
            "(?:분류기|분류모델|언어모델|인공지능모델|ai모델|ai어시스턴트|챗봇아|하이퍼클로바|hyperclova|clovax|클로바x|hcx00|탈옥모드|jailbreak|프롬프트인젝션|promptinjection)",
            "(?:질문|id|아이디|항목|문항|번호)(?:번호)?[0-9]+(?:번)?(?:부터|에서|to|through|번까지|까지|의답|의키워드|의분류|에는|에도|및|and|와[0-9]|과[0-9])",
            "(?:[0-9]+|영|일|첫)번?(?:부터|에서|내지|to|through)(?:[0-9]+|구|십|끝|마지막)번?(?:까지|의|을|에)?(?:의)?(?:모든)?(?:질문|id|아이디|항목|문항|답|키워드|분류)",
            "(?:모든|전체|각|다른|every|all|each|other)(?:id|아이디|json)",
            "(?:id|ids)(?:값|번호)?(?:와|과|에|를|을|는|은|마다|가)(?:상관|관계|무관|모든|모두|전부|대해|대하여|답|키워드|똑같)",
            "(?:json|제이슨).{0,16}(?:answers|keywords|category|키워드|답|출력|반환|대신|형식으로|id)",
            "answersid|idkeywords|keywordskeyword|keywordcategory|categoryid|questionsid|keywordcategor",
            "(?:ignor|disregard|forget|overrid|bypass|skip|neglect)(?:e|es|ed|ing|s)?(?:all|any|the|your|every|everything|my|of|these|those|that|what|was|said|is|written)*"
            "(?:above|previous|prior|earlier|preceding|former|before|instruction|rule|prompt|system|guideline|direction|told|safety)",
            "(?:previous|prior|above|earlier|system|original|initial|hidden|your|all|new|updated|following|these)(?:system)?(?:instruction|prompt|directive)",
            "(?:all|every|each|other|rest|remaining|following|next|previous|neighbou?r(?:ing)?)(?:ofthe|ofthese|ofthis|of|the|other)*(?:question|answer|item|keyword|entr|text|message|id|batch|categor)"
            ".{0,60}(?:answer|keyword|categor|classif|label|tag|output|respond|reply|return|is|are|as|with|be)",
            "(?:keyword|categor|classif|label|answer|respond|reply|output|return|tag)(?:s|y|ies|e|ed|ify|ing)?.{0,40}"
            "(?:all|every|each|other|rest|remaining|following|next|previous|neighbou?r)(?:ofthe|ofthese|of|the|other)*(?:question|answer|item|keyword|entr|text|message|id|batch|one|thing)",
            "(?:set|make|use|write|put|output|return|print|change|give|emit|insert)(?:the|all|a|every|only|your|this|following|each)*(?:keyword|categor|answer|label|classification|json)",
            "(?:keyword|category)s?(?:is|are|must|should|to|has|have|shall|willbe|=)",
            "(?:you|u)(?:are|r|re)(?:now|nolonger|a)(?:.{0,14})(?:mode|assistant|bot|classifier|ai|model|dan|unrestricted|pirate|free)|(?:act|behave|respond|pretend)(?:as|like|tobe)(?:a|an|if|the)?"
            "(?:.{0,14})(?:mode|assistant|bot|classifier|ai|model|unrestricted|admin|developer|system)",
            "endof(?:user|the)?(?:data|input|prompt|question|text|instruction)|begin(?:system|instruction|admin)|newinstruction|startofsystem",
            "base64|rot13|디코딩해|디코드해|decode(?:this|the|it|and)|해독(?:해|하)서?(?:실행|따르|수행)|거꾸로읽",
            "(?:데이터|자료|질문|입력)(?:는|은)?(?:여기서|여기까지|이상|끝)(?:끝|입니다|이고|이다).{0,20}(?:지시|명령|답|키워드|분류|시스템)",
            "(?:새로운|추가|최종|긴급|숨은|진짜|변경된|수정된|아래|다음|이)(?:의)?(?:지시|명령|지침|프롬프트)(?:사항|문)?(?:를|을|만|이다|입니다|에|대로|가)+"
            "(?:.{0,8})(?:따르|따라|수행|실행|답하|이행|우선|적용)",
        )
    )
)
# With blanks and signs where they were: forms in which programs write.
_MARKS = re.compile(
    r"(?:^|[\s\]\[(){}<>|*#\"'/\\])(?:system|assistant|developer|user|human|ai|시스템|어시스턴트|사용자|관리자|운영자|개발자)\s*(?:\]|>|\))?\s*[:\uff1a]"
    r"|<\s*/?\s*(?:\|?im_|\|?system|\|?assistant|\|?user|\|?end|inst|sys|s>|instruction|prompt|question|answer|text|data)"
    r"|\[\s*/?\s*(?:inst|system|sys|assistant|시스템|관리자|지시|명령)\s*\]"
    r"|<<\s*sys|#{2,}\s*(?:system|instruction|end|new|지시|명령|시스템|새로운|규칙)|```\s*\w|<\||\|>|\{\{|\}\}"
    r"|[\"']\s*(?:id|keywords?|category|answers?|questions?|text|role|content)\s*[\"']?\s*[:\uff1a=]"
    r"|\bids?\s*[:=#]?\s*\[?\s*\d|아이디\s*[:=#]?\s*\d|\bid\s*=|\}\s*,\s*\{|\]\s*\}|\{\s*\"",
)
# A word that nobody types: base64, hexadecimal, escapes.
_CODED = re.compile(r"[a-z0-9+/]{40,}={0,2}|(?:[a-z0-9+/]{4}){5,}={1,2}|(?:\\u[0-9a-f]{4}){3,}|(?:\\x[0-9a-f]{2}|%[0-9a-f]{2}|&#x?[0-9a-f]+;){4,}", re.I)
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.I)
_OTHER = re.compile(r"[\W_]+")
# Words of what we ask for, which say nothing by themselves.
_OF_ANSWERS = re.compile(
    "분류|카테고리|범주|키워드|라벨|태그|지시|명령|지침|프롬프트|시스템|무시하|무시해|답하|답해|답변|응답|출력|모든질문|"
    "categor|classif|keyword|label|instruct|ignor|answer|output|respon|json|prompt|system"
)


def addresses_model(text: str) -> bool:
    """Whether a text, as it is sent, seems to give orders, to name ids, or to hide what it says."""
    folded = unicodedata.normalize("NFKC", seen_only(text)).casefold().translate(_LOOKALIKES)
    if _MARKS.search(folded) or _CODED.search(_ADDRESS.sub(" ", text)):
        return True
    compact = _OTHER.sub("", folded)
    spelt = _OTHER.sub("", folded.translate(_LEET))
    return any(_COMPACT.search(form) for form in {compact, spelt, compact[::-1]})


def speaks_of_answers(text: str) -> bool:
    """Whether a text has words of what we ask for: many harmless ones do, so it takes something else beside it."""
    folded = unicodedata.normalize("NFKC", seen_only(text)).casefold().translate(_LOOKALIKES)
    return any(_OF_ANSWERS.search(_OTHER.sub("", form)) for form in {folded, folded.translate(_LEET), folded[::-1]})
