"""What went wrong with a command as such, and what to do about it."""

TEXTS: dict[str, tuple[str, str]] = {
    "error": ("오류: {message}", "Error: {message}"),
    "unexpected": (
        "예상하지 못한 오류입니다. 위 내용을 개발자에게 전해 주세요. 그때까지 끝낸 것은 저장되어 있습니다.",
        "An unexpected error. Please pass on what is above. What was finished before is stored.",
    ),
    "interrupted": (
        "중단했습니다. 그때까지 받은 답은 저장되어 있고, 다시 실행하면 남은 질문부터 이어집니다.",
        "Interrupted. The answers received so far are stored; running again goes on with the rest.",
    ),
    "usage.reclassify": (
        "--reclassify는 basic과 complete에만 있습니다. missing은 키워드가 없는 질문만 다룹니다.",
        "--reclassify belongs to basic and complete; missing is about questions without keywords.",
    ),
    "usage.golden": (
        "정답을 아는 질문의 파일이나 --from-reviews START [END]를 적어 주세요.",
        "Name a file of golden questions, or --from-reviews START [END].",
    ),
    "usage.wrong": ("잘못된 사용법: {reason}", "Wrong usage: {reason}"),
    "period.not_a_date": (
        "{name} '{text}'은(는) 날짜가 아닙니다. 2025-06-11, 2025-06, 어제, 지난주, 이번달, -7d처럼 적어 주세요.",
        "{name} '{text}' is not a date. Write one like 2025-06-11, 2025-06, yesterday, last-week, this-month or -7d.",
    ),
    "period.not_over": (
        "'{text}'에는 아직 끝난 날이 없습니다. 오늘은 {today}입니다.",
        "No day of '{text}' is over yet. Today is {today}.",
    ),
    "period.reversed": (
        "END({end})가 START({start})보다 앞섭니다. 두 날짜의 순서를 바꿔 주세요.",
        "END ({end}) lies before START ({start}). Swap the two dates.",
    ),
    "period.future": (
        "{end}은(는) 아직 오지 않은 날입니다. 오늘({today})까지만 됩니다.",
        "{end} has not come yet. Days up to today ({today}) are allowed.",
    ),
    "period.today": (
        "오늘({today})은 아직 끝나지 않았습니다. 어제까지만 분류할 수 있습니다.",
        "Today ({today}) is not over. Only days up to yesterday can be classified.",
    ),
    "period.before_first": (
        "{start}은(는) 첫날({first})보다 앞섭니다. KEYWORDS_START_DATE를 더 이른 날로 바꿔 주세요.",
        "{start} lies before the first day ({first}). Set KEYWORDS_START_DATE to an earlier day.",
    ),
    "period.after_last": (
        "{end}은(는) 마지막 날({last})보다 뒤입니다. KEYWORDS_END_DATE를 더 늦은 날로 바꾸거나 지워 주세요.",
        "{end} lies after the last day ({last}). Set KEYWORDS_END_DATE to a later day or remove it.",
    ),
}
