"""The story of a run, and the words for its numbers."""

TEXTS: dict[str, tuple[str, str]] = {
    "word.day": ("날짜", "day"),
    "word.total": ("합계", "total"),
    "word.messages": ("메시지", "messages"),
    "word.blank": ("빈 메시지", "blank"),
    "word.questions": ("전체 고유 질문", "unique questions"),
    "word.classified": ("처리된 질문", "classified"),
    "word.missing": ("누락된 질문", "missing"),
    "word.quarantined": ("그중 격리", "of these quarantined"),
    "word.waiting": ("그중 대기", "of these waiting"),
    "word.coverage": ("처리율", "coverage"),
    "word.asked": ("횟수", "asked"),
    "word.tries": ("시도", "tries"),
    "word.reason": ("이유", "reason"),
    "word.question": ("질문", "question"),
    "word.state": ("상태", "state"),
    "state.waiting": ("하루 한도 때문에 내일을 기다림", "waits until tomorrow: the limit of a day"),
    "state.open": ("다시 보낼 것", "open"),
    "state.quarantined": ("격리", "quarantined"),
    "word.last_reply": ("마지막 답", "last reply"),
    "count": ("{count:,}개", "{count:,}"),
    "rate": ("{rate:,.0f}개/분", "{rate:,.0f} a minute"),
    # -- the story of a run -------------------------------------------------------------------------------------------
    "period": ("기간: {start} ~ {end} ({days}일)", "Period: {start} to {end} ({days} days)"),
    "step.basic": ("기본 배치", "Basic batch"),
    "step.check": ("처리율 확인", "Coverage"),
    "step.missing": ("누락 데이터 처리", "Missing data"),
    "progress.so_far": (
        "  {day}  {done:,}/{questions:,}  {rate}",
        "  {day}  {done:,}/{questions:,}  {rate}",
    ),
    "progress.day": (
        "  {day}  처리 {processed:,}  실패 {failed:,}  처리율 {coverage}",
        "  {day}  processed {processed:,}  failed {failed:,}  coverage {coverage}",
    ),
    "ended.basic": (
        "처리 {processed:,}개 (재사용 {reused:,}개) · 건너뜀 {skipped:,}개 · 실패 {failed:,}개 (격리 {quarantined:,}개) · {seconds:.1f}초",
        "processed {processed:,} (reused {reused:,}) · skipped {skipped:,} · failed {failed:,} "
        "(quarantined {quarantined:,}) · {seconds:.1f} s",
    ),
    "ended.missing": (
        "누락 처리 {processed:,}개 (재사용 {reused:,}개) · 건너뜀 {skipped:,}개 · 실패 {failed:,}개 (격리 {quarantined:,}개) · {seconds:.1f}초",
        "missing processed {processed:,} (reused {reused:,}) · skipped {skipped:,} · failed {failed:,} "
        "(quarantined {quarantined:,}) · {seconds:.1f} s",
    ),
    "verify": ("검증: 남은 누락 {missing:,}개", "Verified: {missing:,} still missing"),
    "conclusion.empty": ("이 기간에는 질문이 없습니다.", "There are no questions in this period."),
    "conclusion.complete": (
        "100.0 % — 고유 질문 {questions:,}개가 모두 처리되었습니다.",
        "100.0 %: all {questions:,} unique questions are classified.",
    ),
    "conclusion.open": (
        "처리율 {coverage} — 누락 {missing:,}개가 남았습니다 (그중 격리 {quarantined:,}개). 다시 실행하면 누락만 처리합니다.",
        "Coverage {coverage}: {missing:,} still missing ({quarantined:,} of them quarantined). Running again sends only those.",
    ),
    "conclusion.orphaned": (
        "참고: 그날 메시지가 없는(지워졌거나 고쳐진) 텍스트 {count:,}개에 키워드 행이 남아 있습니다. 지우지 않습니다.",
        "Note: {count:,} texts have keyword rows but no message that day (deleted or edited). The rows are left alone.",
    ),
    "conclusion.miscounted": (
        "참고: 질문 {count:,}개의 query_count가 메시지 수와 다릅니다. 그날을 다시 실행하면 바로잡습니다.",
        "Note: query_count of {count:,} questions differs from their messages. The next run of the day corrects it.",
    ),
    "conclusion.waiting": (
        "처리율 {coverage} — 누락 {missing:,}개 중 {waiting:,}개는 하루 한도(KEYWORDS_MOST_NEW_TEXTS_A_DAY) 때문에 내일을 기다립니다 "
        "(격리 {quarantined:,}개).",
        "Coverage {coverage}: {waiting:,} of {missing:,} missing wait until tomorrow because of the limit of a day "
        "(KEYWORDS_MOST_NEW_TEXTS_A_DAY), {quarantined:,} are quarantined.",
    ),
    "conclusion.quarantined": (
        "처리율 {coverage} — 누락 {missing:,}개는 모두 격리되었습니다. 'keyword-assets quarantine list'로 이유를 보고, "
        "'quarantine retry'로 다시 보낼 수 있습니다.",
        "Coverage {coverage}: all {missing:,} missing are quarantined. 'keyword-assets quarantine list' shows why, "
        "'quarantine retry' sends them again.",
    ),
    "summary.title": ("최종 요약", "Summary"),
    "summary.basic": ("기본 배치", "basic batch"),
    "summary.missing": ("누락 데이터", "missing data"),
    "summary.total": ("전체 합계 (이번에 처리)", "total processed now"),
    "summary.reused": ("  그중 재사용 (HCX 호출 없음)", "  reused of these (no call)"),
    "summary.failed": ("실패", "failed"),
    "summary.requests": ("HCX 요청", "HCX requests"),
    "summary.requests_value": ("{requests:,}회 (재시도 {retries:,}회)", "{requests:,} ({retries:,} retries)"),
    "summary.tokens": ("토큰", "tokens"),
    "summary.tokens_value": (
        "입력 {prompt:,} · 출력 {completion:,} · 예약 {reserved:,}",
        "prompt {prompt:,} · completion {completion:,} · reserved {reserved:,}",
    ),
    "summary.cost": ("비용 (부가세 별도)", "cost (without VAT)"),
    "summary.cost_value": ("{cost:,.2f}원 ({model}, {as_of} 단가)", "{cost:,.2f} KRW ({model}, prices of {as_of})"),
    "summary.twice": ("두 번 과금됐을 수 있는 요청", "requests possibly billed twice"),
    "summary.unchanged": ("다시 기록하지 않은 날 (그대로)", "days not recorded again (unchanged)"),
    "summary.unchanged_value": ("{days:,}일", "{days:,}"),
    "summary.seconds": ("걸린 시간", "time taken"),
    "summary.seconds_value": ("{seconds:,.1f}초", "{seconds:,.1f} s"),
    "costs.title": ("날짜별 비용", "cost by day"),
    "krw": ("{cost:,.2f}원", "{cost:,.2f} KRW"),
    "count_requests": ("{count:,}회", "{count:,}"),
    "word.prompt": ("입력 토큰", "prompt tokens"),
    "word.completion": ("출력 토큰", "completion tokens"),
    "word.reserved": ("예약 토큰", "reserved tokens"),
    "word.cost": ("비용", "cost"),
    "plan.title": ("예상 ({start} ~ {end})", "expected ({start} to {end})"),
    "plan.questions": ("처리할 질문", "questions to classify"),
    "plan.texts": ("HCX에 보낼 질문", "questions to send to HCX"),
    "plan.requests_value": ("{requests:,}회 (한 번에 {batch}개)", "{requests:,} ({batch} questions each)"),
    "plan.minutes_value": ("약 {minutes:,.1f}분 (한도 기준)", "about {minutes:,.1f} min (by the quota)"),
    "plan.nothing_sent": (
        "예상일 뿐이며, 아무것도 보내거나 바꾸지 않았습니다.",
        "An expectation only: nothing was sent or changed.",
    ),
    "stopped.limit": (
        "--limit에 닿아 멈췄습니다. 다시 실행하면 남은 질문부터 이어집니다.",
        "Stopped at --limit. Running again goes on with the rest.",
    ),
    "stopped.day_limit": (
        "오늘 보낼 새 질문의 한도(KEYWORDS_MOST_NEW_TEXTS_A_DAY)에 닿은 날이 있습니다. 나머지는 누락으로 남아 기다립니다. "
        "내일 다시 실행하거나, 한도를 늘리거나 없애고 다시 실행하면 보냅니다.",
        "Of some days as many new texts went today as KEYWORDS_MOST_NEW_TEXTS_A_DAY allows. The rest are missing and wait: "
        "run again tomorrow, or raise or unset it to send them now.",
    ),
    "stopped.budget": (
        "HCX_TOKEN_BUDGET에 닿아 멈췄습니다. 예산을 늘리거나 나중에 다시 실행해 주세요.",
        "Stopped at HCX_TOKEN_BUDGET. Raise it, or run again later.",
    ),
    "stopped.budget_krw": (
        "오늘의 예산 HCX_DAILY_BUDGET_KRW에 이르러 멈췄습니다. 내일 또는 예산을 늘린 뒤 다시 실행하면 이어서 합니다.",
        "Stopped at today's budget HCX_DAILY_BUDGET_KRW. Run again tomorrow or with a larger one to go on.",
    ),
    "stopped.failing": (
        "HCX가 쓸 수 있는 답을 주지 않아 멈췄습니다. 질문은 누락으로 남아 있으니 나중에 다시 실행해 주세요.",
        "Stopped because HCX gives no usable answers. The questions stay missing; run again later.",
    ),
    "run.began": (
        "{days:,}일, 고유 질문 {questions:,}개 중 {open:,}개를 분류합니다.",
        "{days:,} days, {questions:,} questions, {open:,} of them to classify.",
    ),
    "run.progress": (
        "{done:,} / {total:,} ({percent}), 남은 시간 {rest}",
        "{done:,} / {total:,} ({percent}), time left {rest}",
    ),
    "run.rest": ("약 {minutes:,}분 {seconds}초", "about {minutes:,} min {seconds} s"),
    "run.day_line": (
        "{day}: 고유 질문 {questions:,}개, 처리 {classified:,}개, 누락 {missing:,}개, 처리율 {coverage}",
        "{day}: {questions:,} questions, {classified:,} classified, {missing:,} missing, coverage {coverage}",
    ),
    "run.unchanged": (
        "{days:,}일은 할 일이 없었고 전에 기록한 그대로라 다시 기록하지 않았습니다.",
        "{days:,} days had nothing to do and stand as they were recorded before; they are not recorded again.",
    ),
    "run.ended": (
        "처리 {processed:,}개 (재사용 {reused:,}개), 건너뜀 {skipped:,}개, 실패 {failed:,}개; HCX 요청 {requests:,}회 "
        "(재시도 {retries:,}회), {cost:,.2f}원, {seconds:.1f}초",
        "processed {processed:,} (reused {reused:,}), skipped {skipped:,}, failed {failed:,}; {requests:,} HCX requests "
        "({retries:,} retries), {cost:,.2f} KRW, {seconds:.1f} s",
    ),
    "run.worker": ("{host}의 프로세스 {pid}({began} 시작)", "process {pid} on {host} (since {began})"),
    "run.elsewhere": (
        "질문 {texts:,}개는 다른 실행이 이미 HCX에 묻고 있어 그 답을 기다립니다: {workers}",
        "{texts:,} texts are being asked by another run; waiting for its answers: {workers}",
    ),
    "run.held": (
        "{until:%H:%M:%S}까지 기다립니다. HCX: {reason}. 그때 요청 하나로 다시 확인합니다. Ctrl-C로 그만둘 수 있습니다.",
        "Waiting until {until:%H:%M:%S} because HCX said: {reason}. One request will try again then. Ctrl-C gives up.",
    ),
    "run.waiting": (
        "다른 실행({run_id})이 HCX를 쓰고 있어 끝나기를 기다립니다. Ctrl-C로 그만둘 수 있습니다.",
        "Another run ({run_id}) is using HCX; waiting for it to end. Ctrl-C gives up.",
    ),
    "run.killed": (
        "이 실행을 맡은 명령이 도중에 종료되었습니다.",
        "The command that carried this run was killed.",
    ),
    "run.stopped": (
        "이 실행을 맡은 명령을 사람이 멈추었습니다. 그때까지의 답은 저장되어 있습니다.",
        "The command that carried this run was stopped by a person. What it had answered is kept.",
    ),
    "run.told_to_end": (
        "이 실행을 맡은 프로세스가 끝내라는 신호를 받았습니다(코드 서버나 컨테이너, 서버를 멈출 때입니다). 그때까지의 답은 저장되어 있고, 남은 날짜는 센서나 다음 실행이 이어서 합니다.",
        "The process that carries this run was told to end, as its code server, container or machine is when it stops. What it had answered is kept; the sensor or the next run goes on from there.",
    ),
    "run.silent": (
        "이 실행을 맡은 프로세스가 {seconds}초 넘게 소식이 없습니다. 서버가 꺼졌거나 프로세스가 강제로 종료된 것으로 보고 실패로 표시했습니다. 지금까지의 답은 저장되어 있고, 다음 실행이 이어서 합니다.",
        "The process that carried this run has not been heard of for {seconds} seconds: its host or the process itself is gone. What it had answered is kept, and the next run goes on from there.",
    ),
    "run.no_day": (
        "어느 날을 실행할지 정해지지 않았습니다. UI에서 날짜(파티션)를 골라 실행하거나 keyword-assets complete START END 를 실행해 주세요.",
        "No day was asked for. Choose days (partitions) in the UI, or run keyword-assets complete START END.",
    ),
    "run.partition": (
        "'{keys}'은(는) 날짜가 아닙니다. 파티션을 YYYY-MM-DD로 골라 주세요.",
        "'{keys}' is no day. Choose partitions as YYYY-MM-DD.",
    ),
    "run.limit": (
        "limit은 0 이상 {most:,} 이하의 정수여야 합니다.",
        "limit must be a whole number from 0 to {most:,}.",
    ),
    "run.tags": (
        "실행 태그 {tags}은(는) 쓸 수 없습니다. 제한 시간, 재시도, 컨테이너는 설정과 dagster.yaml에서만 정합니다. 태그를 빼고 다시 실행해 주세요.",
        "The run tags {tags} cannot be used: time limits, retries and containers are set in the settings and in "
        "dagster.yaml alone. Launch the run again without them.",
    ),
    "run.broken": (
        "Dagster 실행 {run_id}이(가) 실패했습니다. Dagster UI의 실행 기록을 봐 주세요.",
        "The Dagster run {run_id} failed. See its log in the Dagster UI.",
    ),
    "summary.reason": ("  실패 이유: {reason} — {count:,}개", "  failed because: {reason} ({count:,})"),
    # -- personal data; `privacy` recognises both languages' words ----------------------------------------------------
    "mask.phone": ("[전화번호]", "[phone number]"),
    "mask.email": ("[이메일]", "[e-mail]"),
    "mask.rrn": ("[주민등록번호]", "[resident registration number]"),
    "mask.card": ("[카드번호]", "[card number]"),
    "mask.account": ("[계좌번호]", "[account number]"),
}
