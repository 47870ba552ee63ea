"""What is said about audits, and about the reviews that they are judged in."""

TEXTS: dict[str, tuple[str, str]] = {
    # -- drawing ------------------------------------------------------------------------------------------------------
    "audit.which": (
        "--size와 --margin 가운데 하나만 씁니다.",
        "Give --size or --margin, not both.",
    ),
    "audit.nothing": (
        "{start}부터 {end}까지 답이 있는 질문이 없습니다.",
        "No question from {start} to {end} has an answer.",
    ),
    "audit.moved": (
        "뽑는 사이에 질문 {questions:,}개가 사라졌습니다. 아무것도 남기지 않았으니 다시 실행합니다.",
        "{questions:,} questions disappeared while the sample was drawn. Nothing was kept; run it again.",
    ),
    "audit.none": (
        "감사가 아직 없습니다. keyword-assets audit draw START END",
        "There is no audit yet. keyword-assets audit draw START END",
    ),
    "audit.unknown": ("{audit}번 감사는 없습니다.", "There is no audit {audit}."),
    "audit.drawn": (
        "감사 {audit}: 답이 있는 질문 {questions:,}개(메시지 {messages:,}건)에서 {sample:,}개를 뽑았습니다.",
        "Audit {audit}: {sample:,} of {questions:,} answered questions ({messages:,} messages) were drawn.",
    ),
    "audit.expected": (
        "정확도가 {assumed:.0f} %라면 95 % 구간은 ±{margin:.1f}점이 됩니다. 판정이 빠지면 넓어집니다.",
        "If the accuracy is {assumed:.0f} %, the 95 % interval will be ±{margin:.1f} points; wider if some are not judged.",
    ),
    # -- showing ------------------------------------------------------------------------------------------------------
    "audit.title": (
        "감사 {audit}: {start}부터 {end}까지, {unit} 기준, 시드 {seed}",
        "Audit {audit}: {start} to {end}, by {unit}, seed {seed}",
    ),
    "audit.unit.questions": ("질문", "questions"),
    "audit.unit.messages": ("메시지", "messages"),
    "audit.progress": (
        "{size:,}개 중 판정 {judged:,}, 판단 불가 {unsure:,}, 건너뜀 {skipped:,}, 남음 {open:,}",
        "Of {size:,}: {judged:,} judged, {unsure:,} could not be judged, {skipped:,} skipped, {open:,} open",
    ),
    "audit.preliminary": (
        "아직 끝나지 않아 잠정 값입니다.",
        "Not finished: these figures are preliminary.",
    ),
    "audit.left_out": (
        "판정하지 않은 것은 같은 분류에서 판정한 것과 같다고 보고 셈했습니다. 그렇지 않다면 그만큼 틀립니다.",
        "What was not judged is taken to be as what was judged in its category. As far as it is not, the figures are off.",
    ),
    "audit.category": ("분류", "Category"),
    "audit.n": ("판정", "Judged"),
    "audit.category_right": ("분류 정확도", "Categories right"),
    "audit.keywords_right": ("키워드 정확도", "Keywords right"),
    "audit.whole": ("전체", "All"),
    "audit.share": ("{accuracy:.1f} % ({low:.1f}–{high:.1f})", "{accuracy:.1f} % ({low:.1f}–{high:.1f})"),
    "audit.as_drawn": (
        "뽑은 때의 답에 대한 값입니다. 그 뒤에 바뀐 메시지와 답은 이 값을 바꾸지 않습니다.",
        "The figures are about the answers as they were when the sample was drawn, whatever has changed since.",
    ),
    "audit.changed": (
        "뽑은 {size:,}개 가운데 {changed:,}개는 지금 다른 답이거나 답이 없습니다.",
        "{changed:,} of the {size:,} questions have another answer by now, or none.",
    ),
    # -- reviews ------------------------------------------------------------------------------------------------------
    "review.unknown": ("검토할 것 가운데 {item}번이 없습니다.", "There is no review item {item}."),
    "review.judged": (
        "{item}번은 {reviewer}이(가) 이미 판정했습니다.",
        "Item {item} was judged by {reviewer} already.",
    ),
    "review.handed": (
        "{item}번은 지금 {reviewer}이(가) 보고 있습니다.",
        "Item {item} is in the hands of {reviewer}.",
    ),
    "review.corrected": (
        "{item}번의 글은 {reviewer}이(가) 이미 달리 바로잡았습니다. 아무것도 바꾸지 않았습니다.",
        "The text of item {item} was corrected otherwise by {reviewer}. Nothing was changed.",
    ),
    "review.verdict": (
        "판정 {verdict}은(는) {verdicts} 가운데 없습니다.",
        "The verdict {verdict} is none of {verdicts}.",
    ),
    "review.two_things": (
        "판정 {verdict}이(가) 분류나 키워드에 대한 판정과 어긋납니다.",
        "The verdict {verdict} contradicts what is said of category or keywords.",
    ),
    # -- in Dagster and in reports ------------------------------------------------------------------------------------
    "asset.answer_quality": (
        "가장 최근 감사가 말하는 답의 정확도와 95 % 구간. 구체화할 때마다 기록되어 시간에 따라 그려집니다.",
        "How right answers are by the newest audit, with 95 % intervals; recorded with each materialization, and plotted.",
    ),
    "audit.job": (
        "지난 한 주의 감사 표본을 뽑고 가장 최근 감사의 정확도를 기록합니다. HCX에 보내는 것은 없습니다.",
        "Draws an audit of the past week and records how right answers are by the newest; nothing goes to HCX.",
    ),
    "audit.option": (
        "먼저 어제까지 한 주의 표본(KEYWORDS_AUDIT_SIZE)을 뽑습니다. 그 주의 것이 있으면 뽑지 않습니다.",
        "First draw a sample (KEYWORDS_AUDIT_SIZE) of the week up to yesterday, unless there is one of that week.",
    ),
    "audit.schedule": (
        "월요일 아침마다 일요일까지 한 주의 감사 표본을 뽑습니다.",
        "On Mondays, draws an audit of the week up to Sunday.",
    ),
    "audit.recorded": (
        "감사 {audit}: 분류 정확도 {accuracy:.1f} % ({low:.1f}–{high:.1f})",
        "Audit {audit}: categories right {accuracy:.1f} % ({low:.1f}–{high:.1f})",
    ),
    "audit.nothing_judged": ("아직 판정된 감사가 없습니다.", "No audit has been judged yet."),
    "check.accuracy_is_known.promise": (
        "KEYWORDS_AUDIT_DAYS일 안에 끝난 감사가 있습니다.",
        "An audit that ends within the last KEYWORDS_AUDIT_DAYS days was finished.",
    ),
    "check.accuracy_is_known.ok": (
        "감사 {audit}이(가) {end}까지의 답을 판정했습니다.",
        "Audit {audit} has judged answers up to {end}.",
    ),
    "check.accuracy_is_known.bad": (
        "지난 {days}일의 답을 판정한 감사가 없습니다.",
        "No finished audit is about the last {days} days.",
    ),
    "check.accuracy_is_known.todo": (
        "keyword-assets audit draw로 뽑고 검토를 끝냅니다. 매주 뽑으려면 weekly_audit_schedule을 켭니다.",
        "Draw one with keyword-assets audit draw and finish its review; weekly_audit_schedule draws one every week.",
    ),
    "check.accuracy_holds.promise": (
        "끝난 감사 가운데 가장 최근 것에서 분류 정확도의 95 % 구간 아래 끝이 KEYWORDS_ACCURACY_FLOOR 이상입니다.",
        "By the newest finished audit, the lower end of the 95 % interval of right categories is at least "
        "KEYWORDS_ACCURACY_FLOOR.",
    ),
    "check.accuracy_holds.ok": (
        "분류 정확도 {accuracy:.1f} % ({low:.1f}–{high:.1f})",
        "Categories right {accuracy:.1f} % ({low:.1f}–{high:.1f})",
    ),
    "check.accuracy_holds.bad": (
        "분류 정확도 {accuracy:.1f} % ({low:.1f}–{high:.1f}): {floor:.1f} % 이상이라고 할 수 없습니다.",
        "Categories right {accuracy:.1f} % ({low:.1f}–{high:.1f}): it cannot be said to be {floor:.1f} % or more.",
    ),
    "check.accuracy_holds.unknown": (
        "끝난 감사가 없어 알 수 없습니다.",
        "Not known: no audit was finished.",
    ),
    "check.accuracy_holds.todo": (
        "keyword-assets audit show로 어느 분류가 낮은지 보고, 분류표나 모델을 고쳐 평가합니다. 표본이 작으면 더 뽑습니다.",
        "See in keyword-assets audit show which category is low, and evaluate another taxonomy or model. A larger sample "
        "tells more.",
    ),
    "report.audited": ("감사한 분류 정확도", "Audited accuracy"),
    "report.audited_low": ("감사한 정확도의 95 % 구간 아래", "Audited accuracy, from (95 %)"),
    "report.audited_high": ("감사한 정확도의 95 % 구간 위", "Audited accuracy, to (95 %)"),
    "report.audited_of": (
        "감사 {audit}: {n:,} / {population:,}",
        "audit {audit}: {n:,} of {population:,}",
    ),
    "brief.audited": (
        "감사한 분류 정확도: {accuracy:.1f} % ({low:.1f}–{high:.1f}), 질문 {population:,}개 중 {n:,}개 판정 (감사 {audit})",
        "Audited accuracy: {accuracy:.1f} % ({low:.1f}–{high:.1f}), {n:,} of {population:,} questions judged (audit {audit})",
    ),
}
