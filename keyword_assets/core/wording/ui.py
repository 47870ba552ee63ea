"""What the Dagster UI says of assets, columns, days and the sensor."""

TEXTS: dict[str, tuple[str, str]] = {
    "report.summary": (
        "### {day} · 처리율 {coverage}\n\n| | |\n|:--|--:|\n| 메시지 | {messages:,} |\n| 빈 메시지 | {blank:,} |\n"
        "| 고유 질문 | {questions:,} |\n| 처리 | {classified:,} |\n| 누락 | {missing:,} |\n| 그중 격리 | {quarantined:,} |\n",
        "### {day} · coverage {coverage}\n\n| | |\n|:--|--:|\n| messages | {messages:,} |\n| blank | {blank:,} |\n"
        "| questions | {questions:,} |\n| classified | {classified:,} |\n| missing | {missing:,} |\n"
        "| of these quarantined | {quarantined:,} |\n",
    ),
    "report.next_nothing": ("누락이 없어 할 일이 없습니다.", "Nothing is missing."),
    "sparkline": ("{marks} {start} ~ {end}: {days}", "{marks} {start} to {end}: {days}"),
    "sparkline.complete": ("완료 {days}일", "{days} complete"),
    "sparkline.gaps": ("누락 있음 {days}일", "{days} with gaps"),
    "sparkline.nothing_asked": ("질문 없음(·) {days}일", "{days} without questions (·)"),
    "sparkline.not_reported": ("아직 세지 않음(?) {days}일", "{days} not counted yet (?)"),
    "report.next_run": (
        "다음: 이 날을 다시 실행하거나 `keyword-assets missing {day} {day}` 를 실행하세요 (누락만 보냅니다).",
        "Next: materialize the day again, or `keyword-assets missing {day} {day}` (sends only what is missing).",
    ),
    "report.next_raise": (
        "다음: 나머지는 내일 보냅니다. 오늘 보내려면 KEYWORDS_MOST_NEW_TEXTS_A_DAY를 늘리거나 없애고 "
        "`keyword-assets missing {day} {day}` 를 실행하세요.",
        "Next: the rest go tomorrow. To send them today, raise or unset KEYWORDS_MOST_NEW_TEXTS_A_DAY, then "
        "`keyword-assets missing {day} {day}`.",
    ),
    "report.next_retry": (
        "다음: `keyword-assets quarantine list {day} {day}` 로 이유를 보고, `quarantine retry` 로 다시 보냅니다.",
        "Next: `keyword-assets quarantine list {day} {day}` says why; `quarantine retry` sends them again.",
    ),
    "asset.unique_chats": (
        "그 날의 질문. {table}의 메시지를 바이트가 같은 것끼리 묶고, 빈 메시지는 따로 셉니다. 메시지는 복사하지 않으며, "
        "이 자산에는 날짜별 수만 있습니다. 실행해도 HCX에 보내는 것이 없습니다.",
        "The day's questions. The messages of {table} grouped byte for byte, blanks counted apart. Nothing is "
        "copied: this asset holds the numbers of each day. Materializing it sends nothing to HCX.",
    ),
    "asset.classified_keywords": (
        "질문의 키워드와 분류. {table}에 질문, 키워드, 분류마다 한 행. 질문은 HyperCLOVA X에 한 번만 보내고, 답은 받는 대로 "
        "검사해 통과한 것만 씁니다. 실행하면 아직 키워드가 없는 질문에 비용이 듭니다.\n\n"
        "모델, 프롬프트, 분류표가 바뀌면 지난 날이 stale로 보입니다. 이미 있는 행은 reclassify: true로 실행할 때만 다시 씁니다.",
        "Keywords and categories of questions. One row of {table} for each question, keyword and category. A "
        "question is sent to HyperCLOVA X once; answers are checked and written as they arrive. Materializing costs "
        "money for questions without keywords.\n\n"
        "When model, prompt or taxonomy change, past days show as stale. Rows that are there are rewritten only with reclassify: true.",
    ),
    "asset.missing_data_report": (
        "빠진 것이 없다는 증거. 하루를 원본과 바로 견주어 세고, 누락된 질문과 이유, 언제부터 누락인지를 보여 줍니다. 수가 바뀌었을 "
        "때만 {table}에 한 행이 더해지고, 누락된 질문은 keyword_missing_questions에 남습니다. 실행해도 HCX에 보내는 것이 없습니다.",
        "The proof that nothing was left out. The day counted live against its source, and what is missing with its "
        "reason and since when. {table} gets a row when the numbers change, and the missing questions are in "
        "keyword_missing_questions. Materializing it sends nothing to HCX.",
    ),
    "job.description": (
        "하루의 고유 질문을 세고, 키워드가 없는 질문을 분류하고, 빠진 것이 없는지 확인합니다.",
        "Counts a day's unique questions, classifies those without keywords, and proves what is covered.",
    ),
    "job.reclassify": (
        "지금의 모델, 프롬프트, 분류표가 낸 답이 아닌 행을 가진 질문을 다시 묻고 그 행을 바꿉니다. 비용이 듭니다.",
        "Ask again about questions whose rows are not what this model, prompt and taxonomy answer, and replace those "
        "rows. Costs money.",
    ),
    "job.limit": (
        "HCX에 보낼 질문의 최대 개수, 많이 물은 것부터. 비워 두면 모두 보냅니다.",
        "At most so many questions are sent to HCX, the most asked first. Empty: all of them.",
    ),
    "column.chatting_pk": ("메시지 번호", "the message's number"),
    "column.input_text": ("메시지 본문; 비어 있을 수 있음", "the message; may be blank"),
    "column.created_at": (
        "현지 시각; 키워드 행에서는 질문한 날의 0시",
        "local time; in keyword rows, midnight of the day asked",
    ),
    "column.query_text": ("질문, 바이트 그대로", "the question, byte for byte"),
    "column.keyword": ("키워드, 1~100자", "keyword, 1 to 100 characters"),
    "column.category_id": ("분류 번호 (admin_categories)", "category (admin_categories)"),
    "column.query_count": ("그 날 그 질문의 메시지 수", "messages with that text that day"),
    "column.batch_created_at": ("실행이 시작된 시각", "when the run began"),
    "column.day": ("날짜", "day"),
    "column.reported_at": ("센 시각", "when it was counted"),
    "column.messages": ("메시지 수", "messages"),
    "column.blank": ("빈 메시지 수", "blank messages"),
    "column.questions": ("고유 질문 수", "unique questions"),
    "column.classified": ("처리된 질문 수", "classified questions"),
    "column.quarantined": ("누락 중 격리된 질문 수", "missing questions in quarantine"),
    "schedule.description": (
        "매일 이른 아침에 어제의 질문을 분류합니다.",
        "Early each morning, classifies the questions of yesterday.",
    ),
    "sensor.description": (
        "지난 날의 처리율을 보고, 분류할 질문이 남은 날을 백필로 실행합니다. 비용이 들므로 처음에는 꺼져 있습니다.",
        "Looks at the coverage of past days and launches backfills of those with questions to classify. Off at first, "
        "because that costs money.",
    ),
    "sensor.no_days": ("아직 지난 날이 없습니다.", "There is no past day yet."),
    "sensor.nothing": (
        "{start} ~ {end}: 다시 실행할 날이 없습니다 — {why}.",
        "{start} to {end}: nothing to launch now: {why}.",
    ),
    "sensor.complete": ("모두 처리됨", "every day is complete"),
    "sensor.few_in_flight": ("실행 중 {count:,}일", "{count:,} day(s) in flight"),
    "sensor.few_postponed": ("차례를 기다림 {count:,}일", "{count:,} day(s) queued behind those"),
    "sensor.few_quarantined": ("격리만 남음 {count:,}일", "{count:,} day(s) with nothing but quarantined questions"),
    "sensor.few_limited": (
        "하루 한도 때문에 내일을 기다림 {count:,}일",
        "{count:,} day(s) that wait until tomorrow because of the limit of a day",
    ),
    "sensor.few_uncounted": ("아직 세지 못함 {count:,}일", "{count:,} day(s) not counted yet"),
    "sensor.few_waiting": (
        "다음 시도를 기다림 {count:,}일(가장 빠른 시각 {until})",
        "{count:,} day(s) waiting for the next try (the first at {until})",
    ),
    "sensor.dead": (
        "실행 {run_id}: 프로세스가 사라져 실패로 표시하고 자리를 비웠습니다.",
        "Run {run_id}: its process is gone; marked as failed, its place in the pool given back.",
    ),
    "sensor.launch": ("실행: {days} ({count:,}일).", "Launched: {days} ({count:,} days)."),
    "sensor.in_flight": (
        "건너뜀: {days} ({count:,}일) — 이미 실행 중이거나 대기열에 있습니다.",
        "Left alone: {days} ({count:,} days): a run or a backfill is at work on them.",
    ),
    "sensor.postponed": (
        "미룸: {days} ({count:,}일) — 실행 중이거나 대기하는 날이 이미 한도(KEYWORDS_BACKFILL_DAYS_A_TICK)만큼 있습니다. 새 날짜부터 차례로 실행합니다.",
        "Postponed: {days} ({count:,} days): as many as KEYWORDS_BACKFILL_DAYS_A_TICK are in flight. The newest go first.",
    ),
    "sensor.quarantined": (
        "건너뜀: {days} ({count:,}일) — 격리된 질문만 남았습니다. `keyword-assets quarantine list`로 확인하세요.",
        "Left alone: {days} ({count:,} days): only quarantined questions are left, see `keyword-assets quarantine list`.",
    ),
    "sensor.limited": (
        "오늘은 하루 한도(KEYWORDS_MOST_NEW_TEXTS_A_DAY)만큼 보냈고 나머지는 내일을 기다림: {days} ({count:,}일).",
        "Sent as many new texts as KEYWORDS_MOST_NEW_TEXTS_A_DAY allows today, the rest wait until tomorrow: {days} "
        "({count:,} days).",
    ),
    "sensor.uncounted": (
        "다음 차례: {days} ({count:,}일) — 시간 안에 세지 못했습니다.",
        "Next time: {days} ({count:,} days): they could not be counted within this tick.",
    ),
    "sensor.waits": (
        "기다림 ({count}일): {days} — 채우지 못한 시도 연속 {failures}번, 다음 시도는 {until}부터.",
        "Waiting ({count} day(s)): {days}: {failures} fruitless tries in a row, next try from {until}.",
    ),
    "sensor.more_waits": ("기다리는 날은 {count}묶음 더 있습니다.", "And {count} more groups of days that wait."),
    "sensor.reason": ("{days}일, 누락 {open:,}개", "{days} day(s), {open:,} missing"),
    "asset.keyword_report": (
        "그날까지 네 주를 그 앞의 네 주와 견준 보고서: `KEYWORDS_REPORTS`의 HTML과 Excel. 그날의 것이 이미 있으면 바꿔 씁니다.",
        "The four weeks up to the day, beside the four before them, as an HTML page and an Excel workbook in "
        "`KEYWORDS_REPORTS`. What is there for the day is replaced.",
    ),
}
