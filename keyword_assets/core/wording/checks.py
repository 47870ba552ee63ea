"""What the checks of a day find."""

TEXTS: dict[str, tuple[str, str]] = {
    "check.every_message_has_a_day.promise": (
        "채팅 표의 모든 메시지가 첫 날부터 오늘까지의 어느 하루에 듭니다. 그날만이 아니라 표 전체를 실행마다 한 번 셉니다. 아니면 created_at을 고치거나 "
        "KEYWORDS_START_DATE, KEYWORDS_END_DATE를 확인하세요.",
        "Every message of the table belongs to a day from the first to today. Counted once a run, over the whole table and "
        "not only that day. Else mend created_at, or see KEYWORDS_START_DATE and KEYWORDS_END_DATE.",
    ),
    "check.every_message_has_a_day.ok": ("모든 메시지가 어느 하루에 듭니다.", "Every message belongs to a day."),
    "check.every_message_has_a_day.bad": (
        "어느 날에도 들지 않는 메시지가 {messages:,}개 있습니다: {kinds}",
        "{messages:,} messages are in no day: {kinds}",
    ),
    "check.questions_are_usual.promise": (
        "서로 다른 질문이 앞 4주의 보통 날(중앙값)보다 KEYWORDS_UNUSUAL_FACTOR배(기본 5)를 넘지 않습니다. 7일 이상 알고 질문이 100개 이상일 때 판단합니다.",
        "The day has at most KEYWORDS_UNUSUAL_FACTOR times (5 by default) the different questions of a usual day, which is "
        "the median of the four weeks before. Judged from 7 known days and 100 questions on.",
    ),
    "check.questions_are_usual.ok": (
        "{day}: 서로 다른 질문 {questions:,}개 (보통 {usual:,}개).",
        "{day}: {questions:,} different questions (usually {usual:,}).",
    ),
    "check.questions_are_usual.unknown": (
        "{day}: 서로 다른 질문 {questions:,}개. 앞선 날을 아직 7일 이상 알지 못해 판단하지 않습니다.",
        "{day}: {questions:,} different questions. Fewer than 7 days before it are known: not judged.",
    ),
    "check.questions_are_usual.bad": (
        "{day}: 서로 다른 질문이 {questions:,}개로, 보통({usual:,}개)보다 훨씬 많습니다.",
        "{day}: {questions:,} different questions, many times the usual {usual:,}.",
    ),
    "check.questions_are_usual.todo": (
        "keyword-assets complete {day} {day} --dry-run 으로 비용을 보세요. 한 사람이 보낸 것이면 HCX_DAILY_BUDGET_KRW나 "
        "KEYWORDS_MOST_NEW_TEXTS_A_DAY로 비용을 막으세요.",
        "See what it costs with keyword-assets complete {day} {day} --dry-run. If one visitor sent them, bound the cost by "
        "HCX_DAILY_BUDGET_KRW or KEYWORDS_MOST_NEW_TEXTS_A_DAY.",
    ),
    "check.complete": ("{day}: 모든 질문이 처리되었습니다.", "{day}: every question is classified."),
    "check.open": (
        "{day}: 누락 {missing:,}개 (그중 격리 {quarantined:,}개). 이 날을 다시 실행하면 누락만 처리합니다.",
        "{day}: {missing:,} missing ({quarantined:,} quarantined). Materialize the day again to send only those.",
    ),
    "check.waiting": (
        "{day}: 누락 {missing:,}개 중 {waiting:,}개는 하루에 보내는 새 질문의 한도 때문에 내일을 기다립니다 "
        "(격리 {quarantined:,}개).",
        "{day}: {waiting:,} of {missing:,} missing wait until tomorrow because of the limit of new texts a day "
        "({quarantined:,} quarantined).",
    ),
    "check.waiting.todo": (
        "내일 이어집니다. 오늘 보내려면 KEYWORDS_MOST_NEW_TEXTS_A_DAY를 늘리거나 없애고 "
        "keyword-assets missing {day} {day} 를 실행하세요.",
        "They go on tomorrow. To send them today, raise or unset KEYWORDS_MOST_NEW_TEXTS_A_DAY and run "
        "keyword-assets missing {day} {day}.",
    ),
    "check.quarantined": (
        "{day}: 누락 {missing:,}개는 모두 격리되었습니다. keyword-assets quarantine list {day} {day}",
        "{day}: all {missing:,} missing are quarantined. keyword-assets quarantine list {day} {day}",
    ),
    "check.coverage_is_complete.promise": (
        "그 날의 모든 질문에 키워드 행이 하나 이상 있습니다. 데이터베이스에서 그때 바로 셉니다.",
        "Every question of the day has at least one keyword row, counted live in the database.",
    ),
    "check.open.todo": (
        "keyword-assets missing {day} {day} 를 실행하거나, 이 날을 다시 실행하세요. 누락만 보냅니다.",
        "Run keyword-assets missing {day} {day}, or materialize the day again: only what is missing is sent.",
    ),
    "check.quarantined.todo": (
        "keyword-assets quarantine list {day} {day} 로 이유를 보고, 다시 보내려면 quarantine retry를 실행하세요.",
        "keyword-assets quarantine list {day} {day} says why; quarantine retry sends them again.",
    ),
    "check.quarantine_is_empty.promise": (
        "그 날의 질문 중 HCX가 거부하거나 쓸 수 없는 답을 거듭해 격리된 것이 없습니다.",
        "None of the day's questions is set aside because HCX refused it or answered it unusably.",
    ),
    "check.quarantine_is_empty.ok": ("{day}: 격리된 질문이 없습니다.", "{day}: no question is quarantined."),
    "check.quarantine_is_empty.bad": (
        "{day}: 격리된 질문이 {quarantined:,}개 있습니다.",
        "{day}: {quarantined:,} questions are quarantined.",
    ),
    "check.quarantine_is_empty.todo": (
        "keyword-assets quarantine list {day} {day} 로 이유를 보고, 다시 보내려면 quarantine retry를 실행하세요.",
        "keyword-assets quarantine list {day} {day} says why; quarantine retry sends them again.",
    ),
    "check.yesterday_is_present.promise": (
        "하루가 끝나면 다음 날 정해진 시각까지 그 날을 세고 분류했습니다. 실행이 없어도 센서가 확인합니다.",
        "By an hour of the next day, the day was counted and classified. A sensor looks even if nothing ran.",
    ),
    "check.yesterday_is_present.ok": (
        "{day}: 세고 분류했습니다 (메시지 {messages:,}개, 질문 {questions:,}개 중 처리 {classified:,}개).",
        "{day}: counted and classified ({messages:,} messages, {classified:,} of {questions:,} questions).",
    ),
    "check.yesterday_is_present.uncounted": (
        "{day}: 다음 날 {hour}시가 지났는데 이 날을 센 실행이 없습니다 (메시지 {messages:,}개, 질문 {questions:,}개, 처리 {classified:,}개).",
        "{day}: {hour}:00 of the next day has passed and no run has counted it "
        "({messages:,} messages, {questions:,} questions, {classified:,} classified).",
    ),
    "check.yesterday_is_present.unclassified": (
        "{day}: 질문 {questions:,}개 중 하나도 처리되지 않았습니다 (메시지 {messages:,}개, 처리 {classified:,}개, 기한 다음 날 {hour}시).",
        "{day}: not one of {questions:,} questions is classified "
        "({messages:,} messages, {classified:,} classified, due at {hour}:00 of the next day).",
    ),
    "check.yesterday_is_present.todo": (
        "daily_keywords_schedule이 켜져 있는지와 마지막 실행의 기록을 보세요. 바로 하려면: keyword-assets complete {day} {day}",
        "See whether daily_keywords_schedule is on, and the log of the last run. To do it now: "
        "keyword-assets complete {day} {day}",
    ),
    "check.counts_agree_with_source.promise": (
        "키워드 행의 query_count가 그 날 그 질문의 메시지 수와 같습니다.",
        "The query_count of the keyword rows is the number of the question's messages that day.",
    ),
    "check.counts_agree_with_source.ok": (
        "{day}: query_count가 모두 메시지 수와 같습니다.",
        "{day}: every query_count is the number of messages.",
    ),
    "check.counts_agree_with_source.bad": (
        "{day}: query_count가 메시지 수와 다른 질문이 {miscounted:,}개 있습니다.",
        "{day}: {miscounted:,} questions have another query_count than messages.",
    ),
    "check.counts_agree_with_source.todo": (
        "이 날을 다시 실행하면 맞춰집니다: keyword-assets basic {day} {day}. 처리된 질문은 HCX에 보내지 않습니다.",
        "Running the day again corrects it: keyword-assets basic {day} {day}. Nothing classified is sent to HCX.",
    ),
    "check.no_duplicate_rows.promise": (
        "같은 날, 같은 질문, 키워드, 분류를 가진 행이 하나뿐입니다.",
        "No two rows have the same day, text, keyword and category.",
    ),
    "check.no_duplicate_rows.ok": ("{day}: 중복 행이 없습니다.", "{day}: no duplicate rows."),
    "check.no_duplicate_rows.bad": (
        "{day}: 중복되어 남는 행이 {surplus_rows:,}개 있습니다. 화면의 집계가 그만큼 커집니다.",
        "{day}: {surplus_rows:,} rows too many, by which sums on the admin screens are too high.",
    ),
    "check.no_duplicate_rows.todo": (
        "keyword-assets db upgrade --dry-run --dedupe 로 보고, db upgrade --dedupe 로 지우세요 (지운 행은 CSV에 남습니다).",
        "See keyword-assets db upgrade --dry-run --dedupe; db upgrade --dedupe removes them, into a CSV file.",
    ),
    "check.no_orphan_rows.promise": (
        "키워드 행의 질문이 모두 그 날의 메시지에 있습니다. 없는 것은 알리기만 하고 지우지 않습니다.",
        "The question of each keyword row is among the day's messages. Others are reported, never deleted.",
    ),
    "check.no_orphan_rows.ok": ("{day}: 질문 없는 행이 없습니다.", "{day}: no rows without a question."),
    "check.no_orphan_rows.bad": (
        "{day}: 키워드 행은 있는데 그 날의 메시지가 없는 질문이 {orphaned:,}개 있습니다.",
        "{day}: {orphaned:,} texts have keyword rows and no message that day.",
    ),
    "check.no_orphan_rows.todo": (
        "메시지가 지워졌거나 고쳐졌습니다. 행은 그대로 두었습니다. 필요 없으면 관리자가 {day}의 해당 행을 지우세요.",
        "Their messages were deleted or edited. The rows stay; whoever does not want them deletes those of {day}.",
    ),
    "check.keywords_are_valid.promise": (
        "분류 번호가 분류표나 admin_categories에 있고, 키워드는 비어 있지 않은 1~100자입니다.",
        "Category ids are in the taxonomy or in admin_categories; keywords have 1 to 100 characters and are not blank.",
    ),
    "check.keywords_are_valid.ok": (
        "{day}: 키워드와 분류 번호가 모두 올바릅니다.",
        "{day}: all keywords and category ids are valid.",
    ),
    "check.keywords_are_valid.bad": (
        "{day}: 없는 분류 번호를 가진 행 {unknown_category_rows:,}개, 비었거나 100자를 넘는 키워드 {bad_keyword_rows:,}개가 있습니다.",
        "{day}: {unknown_category_rows:,} rows with an unknown category id, {bad_keyword_rows:,} keywords that are "
        "blank or over 100 characters.",
    ),
    "check.keywords_are_valid.todo": (
        "이 프로그램은 그런 행을 쓰지 않습니다. {day}의 행을 쓴 다른 프로그램을 찾고, 빠진 분류는 admin_categories에 더하세요.",
        "We write no such rows. Find the program that wrote those of {day}; add missing categories to admin_categories.",
    ),
    "check.catch_all_share.promise": (
        "나머지 분류의 비율이 30 %를 넘지 않고, 앞 4주의 비율과 10 %p 넘게 다르지 않습니다 (질문 200개부터).",
        "The catch-all category has at most 30 % of the questions, and no more than 10 points more or less than in the "
        "four weeks before (from 200 questions on).",
    ),
    "check.catch_all_share.ok": (
        "{day}: '{name}' 비율은 {share}입니다.",
        "{day}: '{name}' has {share} of the questions.",
    ),
    "check.catch_all_share.few": (
        "{day}: 처리된 질문이 {questions:,}개라 '{name}' 비율({share})을 판단하지 않습니다 (최소 {least:,}개).",
        "{day}: {questions:,} classified questions are too few to judge the share of '{name}', {share} ({least:,}).",
    ),
    "check.catch_all_share.large": (
        "{day}: '{name}' 비율이 {share}로 너무 큽니다.",
        "{day}: '{name}' has {share} of the questions, which is too much.",
    ),
    "check.catch_all_share.drifted": (
        "{day}: '{name}' 비율이 {share}로, 앞 4주의 {trailing_share}와 크게 다릅니다.",
        "{day}: '{name}' has {share} of the questions, after {trailing_share} in the four weeks before.",
    ),
    "check.catch_all_share.todo": (
        "'{name}'에 든 질문을 살펴보세요. 새 주제면 분류표(KEYWORDS_TAXONOMY)에 분류를 더하고, 아니면 모델, 프롬프트, 수집을 확인하세요.",
        "Look at the questions under '{name}'. A new topic wants a category (KEYWORDS_TAXONOMY); else see what changed: "
        "the model, the prompt, the intake.",
    ),
    "deadline.description": (
        "매일 {hour}시가 지나면 어제가 세어지고 분류되었는지 확인합니다. 아무것도 실행하거나 보내지 않습니다.",
        "After {hour}:00 each day, looks whether yesterday was counted and classified. Launches and sends nothing.",
    ),
    "deadline.early": (
        "{day}의 기한은 오늘 {hour}시입니다.",
        "{day} is due at {hour}:00 today.",
    ),
    "deadline.no_day": (
        "{day}은(는) 분류할 날이 아닙니다 (KEYWORDS_START_DATE, KEYWORDS_END_DATE).",
        "{day} is not a day to be classified (KEYWORDS_START_DATE, KEYWORDS_END_DATE).",
    ),
    "check.golden_set_holds.promise": (
        "정답을 아는 질문(KEYWORDS_GOLDEN)을 이 모델, 프롬프트, 분류표로 맞히는 비율이 앞선 것보다 떨어지지 않았습니다. "
        "버전이 바뀌면 한 번 묻습니다.",
        "The golden questions (KEYWORDS_GOLDEN) are answered no less rightly under this model, prompt and taxonomy than "
        "under those before. They are asked once for each version.",
    ),
    "check.golden_set_holds.first": (
        "정확도 {accuracy:.1f} % ({low:.1f}–{high:.1f}), {n:,}문항. 견줄 앞선 버전이 없습니다.",
        "Accuracy {accuracy:.1f} % ({low:.1f}–{high:.1f}), {n:,} questions. No earlier version to compare with.",
    ),
    "check.golden_set_holds.found": (
        "정확도 {accuracy:.1f} % ({low:.1f}–{high:.1f}), {n:,}문항. 앞선 버전(평가 {before})보다 {difference:+.1f}점, "
        "갈린 질문 {flipped:,}개, McNemar p = {p:.4f}",
        "Accuracy {accuracy:.1f} % ({low:.1f}–{high:.1f}), {n:,} questions. {difference:+.1f} points from the version "
        "before (evaluation {before}), {flipped:,} questions flipped, McNemar p = {p:.4f}",
    ),
    "check.golden_set_holds.not_whole": (
        "한도에 닿아 {n:,}문항만 물었습니다: 정확도 {accuracy:.1f} % ({low:.1f}–{high:.1f}). 다음 실행이 이어서 묻습니다.",
        "A limit was reached after {n:,} questions: accuracy {accuracy:.1f} % ({low:.1f}–{high:.1f}). The next run goes on.",
    ),
    "check.golden_set_holds.look": (
        "keyword-assets evaluate로 직접 해 봅니다.",
        "Try keyword-assets evaluate by hand.",
    ),
    "check.golden_set_holds.later": (
        "한도를 올리거나 다음 실행을 기다립니다.",
        "Raise the limit, or wait for the next run.",
    ),
    "check.golden_set_holds.compare": (
        "keyword-assets evaluate … --against 평가 번호 --out DIR로 갈린 질문을 봅니다.",
        "keyword-assets evaluate … --against the evaluation before --out DIR shows the flipped questions.",
    ),
}
