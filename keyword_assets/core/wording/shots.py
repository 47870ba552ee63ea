"""What is said about reviewed questions that a model is shown, and about candidates for a better taxonomy."""

TEXTS: dict[str, tuple[str, str]] = {
    # -- the file -----------------------------------------------------------------------------------------------------
    "shots.none": (
        "예의 파일 {source}이(가) 없습니다. 먼저 고릅니다: keyword-assets few-shot choose",
        "There is no file of examples {source}. Choose some first: keyword-assets few-shot choose",
    ),
    "shots.unreadable": (
        "예의 파일 {source}을(를) 읽을 수 없습니다: {reason}",
        "The examples in {source} cannot be read: {reason}",
    ),
    "shots.shape": (
        "{source}은(는) 예의 파일이 아닙니다: examples: 목록이 없습니다.",
        "{source} is no file of examples: it has no list examples:.",
    ),
    "shots.entry": ("{source}의 {place}번째 예를 쓸 수 없습니다: {reason}", "{source}, example {place}: {reason}"),
    "shots.no_text": ("text가 비어 있거나 글자가 아님", "its text is blank or no text"),
    "shots.orders": ("모델에 지시하는 글", "its text gives the model orders"),
    # -- beforehand ---------------------------------------------------------------------------------------------------
    "shots.plan": ("모델에 보이는 예", "examples shown"),
    "shots.plan_value": (
        "{count}개, 요청마다 토큰 {tokens:,}개, 모두 {cost:,.2f}원 (위 비용에 들어 있음)",
        "{count}, {tokens:,} tokens a request, {cost:,.2f} KRW in all (within the cost above)",
    ),
    # -- choosing -----------------------------------------------------------------------------------------------------
    "shots.nothing": (
        "검토한 질문 {reviewed:,}개 가운데 예로 보일 것이 없습니다. 틀린 분류 {confused:,}개 중 분류표에 없는 분류 {gone:,}, 개인정보 "
        "{personal:,}, 지시하는 글 {orders:,}, 답이 글과 무관 {unrelated:,}, 긴 글 {long:,}, 나머지는 KEYWORDS_FEW_SHOT_TOKENS를 "
        "넘습니다. 먼저 검토하거나 KEYWORDS_FEW_SHOT을 지워 주세요.",
        "None of {reviewed:,} reviewed questions can be shown. Of {confused:,} under a wrong category: {gone:,} of one that "
        "has left the taxonomy, {personal:,} with personal data, {orders:,} that give orders, {unrelated:,} whose answer "
        "has nothing of them, {long:,} long; the rest exceed KEYWORDS_FEW_SHOT_TOKENS. Review some first, or unset "
        "KEYWORDS_FEW_SHOT.",
    ),
    "shots.chosen": (
        "틀린 분류로 답한 질문 {confused:,}개에서 예 {count}개를 골라 {file}에 썼습니다. 요청마다 토큰 약 {tokens:,}개입니다.",
        "Chose {count} examples of {confused:,} questions under a wrong category, and wrote {file}: about {tokens:,} tokens "
        "a request.",
    ),
    "shots.left_out": (
        "뺀 것: 분류표에 없는 분류 {gone:,}, 개인정보 {personal:,}, 지시하는 글 {orders:,}, 답이 글과 무관 {unrelated:,}, 긴 글 "
        "{long:,}",
        "Left out: {gone:,} of a category that has left the taxonomy, {personal:,} with personal data, {orders:,} that give "
        "orders, {unrelated:,} whose answer has nothing of them, {long:,} long",
    ),
    "shots.in_force": (
        "지금부터 쓰이며 분류기 버전이 바뀝니다. 보관된 답은 다시 쓰이지 않아, 다시 나오는 질문은 한 번씩 더 묻습니다.",
        "They are in force from now on, and the classifier version is another: kept answers are not reused, and texts that "
        "come again are asked once more.",
    ),
    "shots.next": (
        "아직 쓰이지 않습니다. 먼저 재어 봅니다: keyword-assets evaluate GOLDEN.csv --few-shot {count} --against --few-shot 0. 나으면 "
        "KEYWORDS_FEW_SHOT={count}",
        "Nothing uses them yet. Measure first: keyword-assets evaluate GOLDEN.csv --few-shot {count} --against "
        "--few-shot 0. If that is better: KEYWORDS_FEW_SHOT={count}",
    ),
    "shots.shown": (
        "{file}의 예 {count}개 가운데 {in_force}개가 모델에 보입니다(KEYWORDS_FEW_SHOT={wanted}): 요청마다 토큰 약 {tokens:,}개",
        "Of {count} examples in {file} the model is shown {in_force} (KEYWORDS_FEW_SHOT={wanted}): about {tokens:,} tokens "
        "a request",
    ),
    "shots.heading": (
        "모델에 보이는 예. keyword-assets few-shot choose가 검토에서 골랐습니다. 바꾸면 분류기 버전이 바뀝니다.",
        "Examples for the model, chosen from reviews by keyword-assets few-shot choose. A change of them changes the "
        "classifier version.",
    ),
    "shots.pair": ("답한 분류 '{given}', 맞는 분류 '{right}'", "given '{given}', right '{right}'"),
    "file.there": (
        "{file} 파일이 이미 있습니다. 바꾸려면 --overwrite를 붙여 주세요.",
        "{file} is there already. To replace it: --overwrite.",
    ),
    "file.unwritable": ("{file}에 쓸 수 없습니다: {reason}", "{file} cannot be written: {reason}"),
    # -- descriptions -------------------------------------------------------------------------------------------------
    "suggestion.nothing": (
        "검토한 질문 {reviewed:,}개 가운데 같은 두 분류를 두 번 이상 헷갈린 것이 없습니다.",
        "Of {reviewed:,} reviewed questions no two of one category were answered under the same other one.",
    ),
    "suggestion.heading": (
        "설명의 후보를 넣은 분류표: keyword-assets taxonomy suggest가 검토한 질문 {reviewed:,}개에서 만들었습니다. 읽고 고친 다음, 검토에 쓰지 "
        "않은 질문으로 재어 봅니다: evaluate GOLDEN.csv --taxonomy 이 파일 --against",
        "A taxonomy with candidates for descriptions, made of {reviewed:,} reviewed questions by keyword-assets taxonomy "
        "suggest. Read and mend them, then measure on other questions than these: evaluate GOLDEN.csv --taxonomy this file "
        "--against",
    ),
    "suggestion.not_read": (
        "이 분류표의 instruction에는 {{hints}}가 없어 모델이 설명을 듣지 못합니다.",
        "The instruction of this taxonomy has no {{hints}}: the model is not told descriptions.",
    ),
    "suggestion.before": ("지금의 설명: {description}", "the description as it is: {description}"),
    "suggestion.pair": (
        "맞는 분류 '{right}', 답한 분류 '{given}': {count:,}번. 그 질문들의 낱말(TF-IDF): {words}",
        "right '{right}', given '{given}': {count:,} times. Words of these questions (TF-IDF): {words}",
    ),
    "suggestion.example": ("보기: {text}", "for instance: {text}"),
    "suggestion.candidate": ("아래 설명은 후보입니다.", "The description below is a candidate."),
    "suggestion.wrote": (
        "검토한 질문 {reviewed:,}개에서 헷갈린 분류 {confusions:,}쌍을 찾아 후보를 {file}에 썼습니다. 읽고 고친 다음: keyword-assets "
        "evaluate GOLDEN.csv --taxonomy {file} --against",
        "Found {confusions:,} confused pairs of categories in {reviewed:,} reviewed questions, and wrote candidates to {file}. "
        "Read and mend them, then: keyword-assets evaluate GOLDEN.csv --taxonomy {file} --against",
    ),
}
