"""What is said about whether answers are right: golden questions and evaluations."""

TEXTS: dict[str, tuple[str, str]] = {
    # -- golden questions ---------------------------------------------------------------------------------------------
    "golden.empty": ("{file}에 질문이 없습니다.", "{file} holds no question."),
    "golden.refused": (
        "{file}을(를) 쓸 수 없습니다: {faults} (그 밖에 {more}건)",
        "{file} cannot be used: {faults} ({more} more)",
    ),
    "golden.line": ("{line}번째 줄 {reason}", "line {line} {reason}"),
    "golden.broken": ("따옴표가 맞지 않음", "quotes do not match"),
    "golden.columns": ("칸 수가 첫 줄과 다름", "has not as many columns as the first line"),
    "golden.blank": ("질문이 비어 있음", "has no text"),
    "golden.no_category": ("분류가 비어 있음", "has no category"),
    "golden.twice": ("같은 질문이 위에 있음", "says a text again"),
    "golden.category": ("분류표에 없는 분류", "has a category that the taxonomy lacks"),
}
