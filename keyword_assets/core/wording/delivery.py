"""What is said of reports that are sent, and what they say in a few lines."""

TEXTS: dict[str, tuple[str, str]] = {
    "brief.title": (
        "[keyword_assets] 채팅 키워드 보고서 {start} ~ {end}: {state}",
        "[keyword_assets] Chat keyword report, {start} to {end}: {state}",
    ),
    "brief.complete": ("모든 질문 분류 완료", "every question is classified"),
    "brief.missing": (
        "누락 {missing:,}개 (처리율 {coverage})",
        "{missing:,} questions missing (coverage {coverage})",
    ),
    "brief.empty": ("질문 없음", "no questions"),
    "brief.period": (
        "{start} ~ {end} ({days:,}일) 동안 AI 채팅에 들어온 질문의 분류 결과입니다.",
        "What the AI chat was asked from {start} to {end} ({days:,} days), and what became of it.",
    ),
    "brief.coverage": (
        "처리율: {coverage} (질문 {questions:,}개 중 {classified:,}개 분류)",
        "Coverage: {coverage} ({classified:,} of {questions:,} questions classified)",
    ),
    "brief.open_only": ("누락: {missing:,}개", "Missing: {missing:,}"),
    "brief.with_quarantined": (
        "누락: {missing:,}개 (그중 {quarantined:,}개는 HCX가 분류하지 못해 격리)",
        "Missing: {missing:,} (of them {quarantined:,} quarantined, because HCX could not classify them)",
    ),
    "brief.nothing_missing": ("누락: 없음", "Missing: none"),
    "brief.messages": ("메시지: {count:,}건{change}", "Messages: {count:,}{change}"),
    "brief.questions": ("질문: {count:,}개{change}", "Questions: {count:,}{change}"),
    "brief.change": (" (앞 기간 대비 {change})", " ({change} on the period before)"),
    "brief.catch_all": ("'{name}'(으)로 분류된 질문: {share}", "Share of '{name}': {share}"),
    "brief.corrected": ("사람이 고친 질문: {count:,}개", "Questions answered by a person: {count:,}"),
    "brief.cost": ("분류 비용: {cost:,.2f}원 (부가세 별도)", "Cost: {cost:,.2f} KRW (without VAT)"),
    "brief.before": (
        "앞 기간: {start} ~ {end} (처리율 {coverage})",
        "Period before: {start} to {end} (coverage {coverage})",
    ),
    "brief.nothing_before": (
        "앞 기간({start} ~ {end})에는 질문이 없어 증감을 나타내지 않습니다.",
        "The period before ({start} to {end}) has no questions: no change is shown.",
    ),
    "brief.gaps": ("누락이 있는 날:", "Days with questions missing:"),
    "brief.gap": (
        "- {day}: 누락 {missing:,}개 (처리율 {coverage})",
        "- {day}: {missing:,} missing (coverage {coverage})",
    ),
    "brief.more_gaps": (
        "- 그 밖에 {days:,}일: 누락 모두 {missing:,}개",
        "- and {days:,} days more: {missing:,} missing in all",
    ),
    "brief.keywords": ("많이 나온 키워드 (메시지 수):", "Top keywords (in messages):"),
    "brief.keyword": ("{place}. {keyword}: {count:,}건{change}", "{place}. {keyword}: {count:,}{change}"),
    "brief.new": ("새로 나온 키워드: {keywords}", "New keywords: {keywords}"),
    "brief.rising": ("늘어난 키워드: {keywords}", "Rising keywords: {keywords}"),
    "brief.came": ("{keyword} ({count:,}건)", "{keyword} ({count:,})"),
    "brief.rose": ("{keyword} ({before:,} → {count:,}건)", "{keyword} ({before:,} → {count:,})"),
    "brief.rules": (
        "질문 수는 같은 날 들어온 똑같은 글을 하나로 센 값이고, 처리율은 내림해 나타냅니다.",
        "Messages of a day with the same text count as one question. Coverage is rounded down.",
    ),
    "brief.link": ("자세히 보기: {link}", "See: {link}"),
    "delivery.job": (
        "그날까지 네 주의 보고서를 쓰고 보고서 채널로 보냅니다. HCX에 보내는 것은 없습니다.",
        "Writes the report about the four weeks up to a day and sends it to the report channels; nothing goes to HCX.",
    ),
    "delivery.option": (
        "요약과 파일을 KEYWORDS_REPORT_URLS(없으면 KEYWORDS_ALERT_URLS)의 채널로 보냅니다. alert_sensor가 보냅니다.",
        "Send a summary and the files to the channels of KEYWORDS_REPORT_URLS, or of KEYWORDS_ALERT_URLS. alert_sensor "
        "delivers them.",
    ),
    "delivery.schedule": (
        "월요일 아침마다 일요일까지 네 주의 보고서를 보냅니다.",
        "On Mondays, sends the report about the four weeks up to Sunday.",
    ),
    "delivery.no_channels": (
        "보고서를 보낼 곳이 없습니다. KEYWORDS_REPORT_URLS(없으면 KEYWORDS_ALERT_URLS)에 채널을 정해 주세요. "
        "아무것도 세거나 쓰지 않았습니다.",
        "The report has nowhere to go: set channels in KEYWORDS_REPORT_URLS (or in KEYWORDS_ALERT_URLS, which it falls "
        "back on). Nothing was counted or written.",
    ),
    "delivery.arrived": (
        "보고서 보냄: {channel} (첨부 {files:,}개)",
        "report delivered: {channel} ({files:,} files attached)",
    ),
    "delivery.not_arrived": (
        "보고서를 보내지 못함: {channel}: {reason}",
        "report not delivered: {channel}: {reason}",
    ),
    "delivery.posted": (
        "채널 {count:,}곳으로 보낼 보고서를 발신함에 넣었습니다. alert_sensor가 보냅니다.",
        "Put into the outbox for {count:,} channels; alert_sensor delivers it.",
    ),
    "delivery.nowhere": (
        "deliver가 켜져 있지만 KEYWORDS_REPORT_URLS도 KEYWORDS_ALERT_URLS도 없어 보고서를 보내지 않았습니다. 파일은 썼습니다.",
        "`deliver` is on, but there is neither KEYWORDS_REPORT_URLS nor KEYWORDS_ALERT_URLS: the report was not sent. "
        "Its files are written.",
    ),
}
