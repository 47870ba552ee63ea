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
    # -- evaluations --------------------------------------------------------------------------------------------------
    "quality.no_extra": (
        "{names}이(가) 없습니다. pip install 'keyword-assets[quality]'",
        "{names}: not installed. pip install 'keyword-assets[quality]'",
    ),
    "evaluation.same": (
        "--against의 설정이 앞의 설정과 같습니다.",
        "The configuration of --against is the same as the one before it.",
    ),
    "evaluation.unknown": (
        "끝난 평가 가운데 {number}번이 없습니다.",
        "No evaluation that came to its end has the number {number}.",
    ),
    "evaluation.no_prompt": ("{file}을(를) 쓸 수 없습니다: {reason}", "{file} cannot be used: {reason}"),
    "evaluation.blank_prompt": ("비어 있음", "it is blank"),
    "evaluation.packaged": ("(기본)", "(packaged)"),
    "evaluation.asking": ("{under}: 묻는 중 ({attempt}/{repeats})", "{under}: asking ({attempt}/{repeats})"),
    "evaluation.plan": (
        "질문 {texts:,}개를 요청 {requests:,}번으로 묻습니다. 적어도 {minutes:.1f}분",
        "{texts:,} questions in {requests:,} requests, {minutes:.1f} minutes at least",
    ),
    "evaluation.title": ("평가 {number}: {golden}", "Evaluation {number}: {golden}"),
    "evaluation.configuration": ("설정", "Configuration"),
    "evaluation.batch": ("한 요청에 {size}문항", "{size} questions a request"),
    "evaluation.batch_chosen": ("요청 크기 자동", "size of requests chosen"),
    "evaluation.taxonomy": ("분류표 {name}", "taxonomy {name}"),
    "evaluation.prompt": ("지시문 {name}", "instruction {name}"),
    "evaluation.accuracy": ("정확도", "Accuracy"),
    "evaluation.answered": ("유효한 답", "Valid answers"),
    "evaluation.macro_f1": ("분류별 F1 평균", "Mean F1 of categories"),
    "evaluation.keywords": ("키워드 일치", "Keyword overlap"),
    "evaluation.keywords_value": (
        "그대로 {exact:.3f}, 형태소로 {morphemes:.3f} (F1, {n:,}문항)",
        "exact {exact:.3f}, by morphemes {morphemes:.3f} (F1, {n:,} questions)",
    ),
    "evaluation.steady": ("{repeats}번 모두 같은 분류", "Same category all {repeats} times"),
    "evaluation.each": ("질문 하나에", "A question takes"),
    "evaluation.each_value": (
        "토큰 {tokens:.0f}개, {krw:.4f}원, {seconds:.2f}초",
        "{tokens:.0f} tokens, {krw:.4f} KRW, {seconds:.2f} s",
    ),
    "evaluation.spent": ("이번에 쓴 것", "Spent this time"),
    "evaluation.spent_value": (
        "요청 {requests:,}번, {krw:,.2f}원, {seconds:.1f}초",
        "{requests:,} requests, {krw:,.2f} KRW, {seconds:.1f} s",
    ),
    "evaluation.against": ("비교 대상 (평가 {number}): {other}", "Against evaluation {number}: {other}"),
    "evaluation.difference": (
        "정확도 차이 {difference:+.1f}점 ({low:+.1f}~{high:+.1f}), 질문 {n:,}개 중 맞고 틀림이 갈린 것 {flipped:,}개, "
        "McNemar p = {p:.4f}",
        "Difference of accuracy {difference:+.1f} points ({low:+.1f} to {high:+.1f}); right in one and wrong in the other: "
        "{flipped:,} of {n:,} questions; McNemar p = {p:.4f}",
    ),
    "evaluation.is_different": (
        "우연으로 보기 어려운 차이입니다. 이 질문들로는 {points:.1f}점 이상의 차이를 대개 알아볼 수 있습니다.",
        "Chance alone hardly explains it. With these questions a difference of {points:.1f} points is mostly seen.",
    ),
    "evaluation.is_not_shown": (
        "차이가 드러나지 않았습니다. 차이가 없다는 뜻은 아닙니다: 이 질문들로는 {points:.1f}점보다 작은 차이를 놓치기 쉽습니다.",
        "No difference was shown, which is not to say that there is none: with these questions one below {points:.1f} "
        "points is easily missed.",
    ),
    "evaluation.not_whole": (
        "한도에 닿아 {questions:,}문항 가운데 {asked:,}문항만 물었습니다. 다시 실행하면 이어서 묻습니다.",
        "A limit was reached: {asked:,} of {questions:,} questions were asked. Run it again to go on.",
    ),
    "evaluation.local": (
        "이 컴퓨터의 서버가 답했습니다. 모의 서버라면 답도 오류도 만들어 낸 것입니다.",
        "A server on this machine answered. If it is the simulator, answers and errors are simulated.",
    ),
    "evaluation.precision": ("정밀도", "Precision"),
    "evaluation.recall": ("재현율", "Recall"),
    "evaluation.f1": ("F1", "F1"),
    "evaluation.low": ("구간 아래", "From"),
    "evaluation.high": ("구간 위", "To"),
    "evaluation.part": ("요청에서의 자리", "Place in the request"),
    "evaluation.part_first": ("앞 3분의 1", "first third"),
    "evaluation.part_middle": ("가운데 3분의 1", "middle third"),
    "evaluation.part_last": ("뒤 3분의 1", "last third"),
    "evaluation.round": ("회차", "Round"),
    "evaluation.right_category": ("맞는 분류", "Right category"),
    "evaluation.given_category": ("답한 분류", "Category given"),
    "evaluation.given_keywords": ("답한 키워드", "Keywords given"),
    "evaluation.ours": ("이 설정", "This configuration"),
    "evaluation.theirs": ("비교 대상", "The other"),
    "evaluation.no_answer": ("유효한 답 없음", "no valid answer"),
    "evaluation.flips_title": ("갈린 질문", "Flipped questions"),
    "evaluation.flips_note": (
        "한쪽은 맞고 한쪽은 틀린 질문입니다. 둘 다 틀린 질문은 셈에 들지 않습니다.",
        "Questions that one got right and the other wrong. Those that both got wrong do not count.",
    ),
    "evaluation.categories_title": ("분류별", "Categories"),
    "evaluation.categories_note": (
        "정밀도: 이 분류로 답한 것 중 맞은 비율. 재현율: 이 분류의 질문 중 맞힌 비율.",
        "Precision: of what was given this category, the share that is right. Recall: of its questions, the share found.",
    ),
    "evaluation.confusion_title": ("혼동", "Confusion"),
    "evaluation.confusion_note": (
        "줄은 맞는 분류, 칸은 답한 분류입니다.",
        "Rows are right categories, columns are answers.",
    ),
    "evaluation.places_title": ("요청에서의 자리별", "By place in the request"),
    "evaluation.places_note": (
        "질문 셋 이상인 요청만 셉니다.",
        "Of requests with three questions or more.",
    ),
    "evaluation.rounds_title": ("회차별", "By round"),
    "evaluation.rounds_note": (
        "회차마다 순서와 이웃이 다릅니다. 위의 정확도는 첫 회차입니다.",
        "Each round has another order and other neighbours. The accuracy above is that of the first.",
    ),
    "evaluation.wrong_title": ("틀린 답", "Wrong answers"),
    "evaluation.wrong_note": (
        "유효한 답이 없는 질문도 틀린 것으로 셉니다.",
        "A question without a valid answer counts as wrong.",
    ),
    "evaluation.asked_title": ("모든 질문", "All questions"),
    "evaluation.rules": (
        "질문의 분류는 기타가 아닌 첫 키워드의 분류입니다. 정확도의 구간은 Wilson, 차이의 구간은 Bonett와 Price, 모두 95 %입니다. "
        "알아볼 수 있는 차이는 5 % 검정이 다섯 번 중 네 번 찾는 크기입니다.",
        "The category of a question is that of its first keyword that is not in the catch-all. Intervals are of 95 %: of "
        "accuracy by Wilson, of a difference by Bonett and Price. A difference that can be seen is one that a test at 5 % "
        "finds four times of five.",
    ),
}
