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
}
