"""What is said about whether answers are right: golden questions, evaluations and corrections."""

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
    "golden.reviews": ("검토 {start}~{end}", "reviews of {start} to {end}"),
    "golden.no_reviews": (
        "{name}: 맞는 분류를 아는 질문이 없습니다. 먼저 감사를 뽑아 판정해 주세요: keyword-assets audit draw",
        "{name}: no question whose right category is known. Draw an audit and judge it first: keyword-assets audit draw",
    ),
    "golden.all_shown": (
        "{file}: 질문이 모두 모델에 보이는 예여서 물을 것이 남지 않습니다.",
        "{file}: the model is shown every one of these questions with its answer; nothing is left to ask.",
    ),
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
    "evaluation.few_shot": ("예 {shots}개", "{shots} examples shown"),
    "evaluation.from_reviews": (
        "검토에서 온 질문입니다. 사람이 본 답은 지금 쓰는 분류기의 답이므로, 애매한 질문에서는 지금의 분류기가 조금 유리합니다. 사람이 고친 "
        "답을 모델의 답으로 치지는 않습니다.",
        "The questions are from reviews. People judged the answers of the classifier in force, which favours it a little "
        "where a question is open to either. What people corrected never counts as an answer of the model.",
    ),
    "evaluation.left_out": (
        "검토한 질문 가운데 뺀 것: 판단 불가 {unsure:,}, 건너뜀 {skipped:,}, 틀렸지만 맞는 답을 모름 {wrong:,}, 분류표에 없는 분류 "
        "{gone:,}",
        "Reviewed, and left out: {unsure:,} could not be judged, {skipped:,} skipped, {wrong:,} wrong without a right "
        "answer, {gone:,} of a category that has left the taxonomy",
    ),
    "evaluation.shown": (
        "질문 {questions:,}개는 답과 함께 모델에 보이는 예여서 묻지 않았습니다. 견주는 양쪽 모두에서 뺍니다.",
        "{questions:,} questions are not asked, because the model is shown them with their answers; neither side is asked.",
    ),
    "evaluation.against_steady": (
        "비교 대상이 {repeats}번 모두 같은 분류로 답한 질문: {same}. 견줌은 양쪽의 첫 회차끼리입니다.",
        "The other gave the same category all {repeats} times: {same}. The comparison is between the first rounds.",
    ),
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
    # -- corrections -------------------------------------------------------------------------------------------------
    "correction.category": (
        "분류표에 없는 분류 '{category}'. 가장 가까운 것: {nearest}",
        "no such category: '{category}'. The nearest: {nearest}",
    ),
    "correction.formula": (
        "=, +, -, @로 시작하는 키워드: 엑셀이 수식으로 실행할 수 있습니다",
        "a keyword that begins with =, +, - or @: a spreadsheet might run it as a formula",
    ),
    "correction.unfit": ("쓸 수 없는 답: {reason}", "an answer that may not be written: {reason}"),
    "correction.too_many": (
        "한 질문에 키워드가 {most}개를 넘습니다. 이 질문은 받지 않았습니다",
        "more than {most} keywords for one text; none of them was taken",
    ),
    "correction.reviewer": (
        "고친 사람의 이름은 보이는 글자 1~{most}자여야 합니다 (--reviewer)",
        "The reviewer's name must have 1 to {most} characters that can be seen (--reviewer)",
    ),
    "correction.note": ("메모가 {most:,}자를 넘거나 글자가 아닙니다", "a note of over {most:,} characters, or no text"),
    "correction.too_many_rows": (
        "{file}: 행이 {most:,}개를 넘습니다. 파일을 나누어 주세요. 아무것도 바꾸지 않았습니다.",
        "{file} has more than {most:,} rows. Split it. Nothing was changed.",
    ),
    "correction.columns": ("칸이 {columns}개가 아님", "not {columns} columns"),
    "correction.blank": ("질문이 비어 있음", "a blank text"),
    "correction.huge": ("질문이 {most:,}자를 넘음", "a text of over {most:,} characters"),
    "correction.unheard": (
        "이 질문을 물은 날이 없습니다. 글자가 정확히 같은지 확인해 주세요",
        "no day has this text; check that it is spelled as it was asked",
    ),
    "correction.conflict": (
        "{reviewer}님이 {at}에 이미 다르게 고쳤습니다 (번호 {id}). 그 답이 그대로 남습니다",
        "{reviewer} has corrected it differently at {at} (number {id}); that answer stays",
    ),
    "correction.how_to_replace": ("바꾸려면 --replace", "to replace it: --replace"),
    "correction.unfit_now": (
        "사람이 고친 답을 지금은 쓸 수 없습니다: '{text}' ({reason}). HCX에도 보내지 않으므로 누락으로 남습니다. 다시 고치거나 취소해 "
        "주세요: keyword-assets corrections list",
        "A correction cannot be used now: '{text}' ({reason}). Its text is not sent to HCX either and stays missing. "
        "Correct it anew or withdraw it: keyword-assets corrections list",
    ),
    "correction.none": ("사람이 고친 답이 없습니다.", "There are no corrections."),
    "correction.count": (
        "고친 답 {count:,}개, 그중 {shown:,}개를 보였습니다.",
        "{count:,} corrections, {shown:,} of them shown.",
    ),
    "correction.pending": (
        "{count:,}개는 아직 모든 날에 반영되지 않았습니다. 다음 실행이나 corrections import가 마저 합니다.",
        "{count:,} are not on all days yet; the next run or corrections import does the rest.",
    ),
    "correction.exported": (
        "고친 답 {count:,}개를 {file}에 썼습니다. 질문은 물은 그대로이며 개인정보를 가리지 않았습니다(다시 들여오려면 그대로여야 합니다). 이 "
        "파일을 남에게 주지 마세요.",
        "Wrote {count:,} corrections to {file}. Texts stand there as they were asked, personal data not masked, "
        "because only so can they be imported again: do not hand the file on.",
    ),
    "correction.withdrawn": (
        "고친 답 {id}번을 취소했습니다. 그 행들은 모델이 답했던 것으로 돌아갔고, 모델의 답이 없던 질문은 다시 누락입니다.",
        "Withdrew correction {id}. Its rows say again what the model had answered; texts that it had not answered are "
        "missing again.",
    ),
    "correction.not_holding": (
        "지금 유효한 고친 답이 아닙니다: '{which}'. 번호나 질문을 확인해 주세요: keyword-assets corrections list --all",
        "No correction holds for '{which}'. See its number or text: keyword-assets corrections list --all",
    ),
    "word.number": ("번호", "number"),
    "word.answer": ("답", "answer"),
    "word.reviewer": ("고친 사람", "reviewer"),
    "word.corrected_at": ("고친 때", "corrected at"),
    "word.note": ("메모", "note"),
}
