"""What reports say."""

TEXTS: dict[str, tuple[str, str]] = {
    "report.html_lang": ("ko", "en"),
    "report.title": ("채팅 키워드 보고서", "Chat keyword report"),
    "report.period": ("기간: {start} ~ {end}", "Period: {start} to {end}"),
    "report.made": ("작성 시각: {at}", "Made at {at}"),
    "report.compared": ("비교 기간: {start} ~ {end}", "Compared with {start} to {end}"),
    "report.nothing_before": (
        "바로 앞의 같은 길이 기간에 질문이 없어 증감, 새 키워드, 늘어난 키워드는 나타내지 않습니다.",
        "The period of the same length before has no questions: no change, new or rising keywords are shown.",
    ),
    "report.overview": ("요약", "Summary"),
    "report.days": ("날짜별", "By day"),
    "report.categories": ("분류", "Categories"),
    "report.category_days": ("날짜별 분류", "Categories by day"),
    "report.keywords": ("키워드", "Keywords"),
    "report.asked": ("질문", "Questions"),
    "report.missing": ("누락", "Missing"),
    "report.now": ("이번 기간", "this period"),
    "report.before": ("앞 기간", "period before"),
    "report.change": ("증감", "change"),
    "report.status": ("구분", "status"),
    "report.category": ("분류", "category"),
    "report.keyword": ("키워드", "keyword"),
    "report.share": ("비중", "share"),
    "report.since": ("격리 시각", "quarantined at"),
    "report.days_asked": ("물은 날 수", "days asked"),
    "report.last_day": ("마지막 날", "last day"),
    "report.model": ("모델", "model"),
    "report.krw": ("비용(원)", "cost (KRW)"),
    "report.is_new": ("새로 나옴", "new"),
    "report.is_rising": ("늘어남", "rising"),
    "report.waiting": ("분류를 기다림", "waiting to be classified"),
    "report.set_aside": ("격리", "quarantined"),
    "report.no_questions": ("질문 없음", "no questions"),
    "report.weekdays": ("월 화 수 목 금 토 일", "Mon Tue Wed Thu Fri Sat Sun"),
    "report.catch_all_share": ("그 밖의 분류 비중", "share of the catch-all"),
    "report.calendar_title": ("처리율 달력", "Coverage calendar"),
    "report.volume_title": ("날짜별 질문 수와 처리율", "Questions and coverage over time"),
    "report.coverage_title": ("날짜별 처리율", "Coverage over time"),
    "report.categories_title": ("날짜별 분류: 메시지 수", "Categories over time, in messages"),
    "report.keywords_title": ("많이 나온 키워드", "Top keywords"),
    "report.keywords_legend": (
        "막대: 이번 기간, 세로선: 앞 기간의 메시지 수",
        "Bars: this period; strokes: the period before",
    ),
    "report.new_title": ("새로 나온 키워드", "New keywords"),
    "report.rising_title": ("늘어난 키워드", "Rising keywords"),
    "report.asked_title": ("많이 물은 질문", "Most asked questions"),
    "report.examples_title": ("'{name}' 분류의 질문: {share}", "Questions under '{name}': {share}"),
    "report.missing_title": ("누락된 질문", "Missing questions"),
    "report.nothing_missing": ("누락된 질문이 없습니다.", "No question is missing."),
    "report.cost_title": ("비용과 토큰 (부가세 별도)", "Cost and tokens (without VAT)"),
    "report.nothing": ("없습니다.", "None."),
    "report.shown": ("전체 {count:,}개 중 {shown:,}개", "{shown:,} of {count:,}"),
    "report.rules": (
        "처리율은 내림으로 나타냅니다. 한 질문이 여러 분류에 들 수 있어 비중의 합은 100 %를 넘을 수 있습니다. "
        "새 키워드는 앞 기간에 없다가 4번 이상, 늘어난 키워드는 우연히 오르내리는 폭의 두 배 넘게 더 물은 것입니다. "
        "키워드는 질문을 마지막으로 물은 날의 것입니다.",
        "Coverage is rounded down. A question may have several categories, so that shares may add up to more than 100 %. "
        "New keywords were not asked in the period before and at least 4 times now; rising ones were asked more often by "
        "over twice what chance alone would do. Keywords are those of the last day on which a question was asked.",
    ),
    "report.rows_cut": (
        "'{sheet}' 시트에는 많이 물은 순으로 {rows:,}행까지만 있습니다. Excel의 한계입니다.",
        "Sheet '{sheet}' holds the first {rows:,} rows only, the most asked ones: Excel's limit.",
    ),
    "report.list_cut": (
        "'{table}' 표에는 많이 물은 순으로 {rows:,}개까지만 있습니다.",
        "Table '{table}' holds the {rows:,} most asked ones only.",
    ),
    "report.texts_cut": (
        "'{sheet}' 시트에서 {cells:,}칸의 글을 {most:,}자에서 잘랐습니다. Excel의 한계입니다.",
        "In sheet '{sheet}', {cells:,} texts were cut at {most:,} characters: Excel's limit.",
    ),
    "report.too_long": (
        "{days}일은 한 보고서에 담기에 너무 깁니다. {most}일까지만 됩니다.",
        "{days} days are too many for one report. Up to {most} days are allowed.",
    ),
    "report.bad_format": (
        "--format '{value}'은(는) 쓸 수 없습니다. html, xlsx, csv, png 가운데에서 쉼표로 이어 주세요.",
        "--format '{value}' cannot be used. Choose from html, xlsx, csv, png, separated by commas.",
    ),
    "report.exists": (
        "{path}이(가) 이미 있어 아무것도 쓰지 않았습니다. 바꿔 쓰려면 --overwrite를, 다른 곳에 쓰려면 --out을 붙여 주세요.",
        "{path} is there already: nothing was written. Add --overwrite to replace it, or --out for another folder.",
    ),
    "report.unwritable": ("{path}에 쓸 수 없습니다: {reason}", "{path} cannot be written: {reason}"),
    "report.no_font": (
        "한글 글꼴이 없어 PNG를 그릴 수 없습니다. 글꼴을 설치해 주세요 (Debian: apt-get install fonts-noto-cjk 또는 fonts-nanum).",
        "There is no font with Korean letters to draw a PNG with. Install one (Debian: apt-get install fonts-noto-cjk, "
        "or fonts-nanum).",
    ),
    "report.wrote": ("썼습니다: {path} ({size:,} KB)", "Wrote {path} ({size:,} KB)"),
    "report.replaced": ("바꿔 썼습니다: {path} ({size:,} KB)", "Replaced {path} ({size:,} KB)"),
}
