"""What alerts say."""

TEXTS: dict[str, tuple[str, str]] = {
    "alert.description": (
        "문제가 시작될 때 한 번, 끝날 때 한 번 알립니다. 열려 있는 것은 하루에 한 번 모아 알립니다. 보고서도 보냅니다.",
        "Tells people once when something begins to be amiss, and once when it is over; what is open, once a day. Delivers "
        "reports, too.",
    ),
    "alert.gap_title": ("[keyword_assets] 누락이 남아 있음: {days}", "[keyword_assets] Gaps stay open: {days}"),
    "alert.gap": (
        "키워드가 없는 질문이 유예 시간(KEYWORDS_ALERT_GRACE_HOURS)이 지나도록 남아 있습니다.",
        "Questions are still without keywords after the grace time (KEYWORDS_ALERT_GRACE_HOURS).",
    ),
    "alert.gap_over_title": ("[keyword_assets] 누락 해소: {days}", "[keyword_assets] Gaps closed: {days}"),
    "alert.gap_over": (
        "{days}의 모든 질문에 키워드가 있습니다 (처리율 100.0 %). {began}부터 {lasted} 걸렸습니다.",
        "Every question of {days} has keywords (100.0 %). It took {lasted}, since {began}.",
    ),
    "alert.stale_day_title": (
        "[keyword_assets] 어제가 아직 미완료: {days}",
        "[keyword_assets] Yesterday is not complete: {days}",
    ),
    "alert.stale_day": (
        "정해진 시각(KEYWORDS_ALERT_DEADLINE_HOUR)까지 어제의 질문이 다 분류되지 않았습니다.",
        "Yesterday's questions were not all classified by the hour of KEYWORDS_ALERT_DEADLINE_HOUR.",
    ),
    "alert.stale_day_over_title": ("[keyword_assets] 완료됨: {days}", "[keyword_assets] Complete: {days}"),
    "alert.stale_day_over": (
        "{days}의 모든 질문에 키워드가 있습니다 (처리율 100.0 %).",
        "Every question of {days} has keywords (100.0 %).",
    ),
    "alert.run_failed_title": ("[keyword_assets] 실행 실패: {days}", "[keyword_assets] A run failed: {days}"),
    "alert.run_failed": (
        "분류 실행이 실패했습니다. 그때까지 받은 답은 저장되어 있습니다.",
        "A classifying run failed. The answers received before are stored.",
    ),
    "alert.run_failed_over_title": (
        "[keyword_assets] 실패했던 실행 해결: {days}",
        "[keyword_assets] Runs no longer fail: {days}",
    ),
    "alert.run_failed_over": (
        "실행이 실패했던 {days}이(가) 다시 실행되었거나 완료되었습니다. {began}부터 {lasted} 걸렸습니다.",
        "{days}, whose runs failed, ran again or are complete. It took {lasted}, since {began}.",
    ),
    "alert.report_failed_title": (
        "[keyword_assets] 보고서를 만들지 못함: {days}",
        "[keyword_assets] A report could not be written: {days}",
    ),
    "alert.report_failed": (
        "보고서 실행이 실패해 보고서가 나가지 않았습니다. 분류에는 영향이 없습니다.",
        "A report's run failed: no report went out. Classification is not affected.",
    ),
    "alert.report_failed_over_title": (
        "[keyword_assets] 보고서를 다시 만듦: {days}",
        "[keyword_assets] Reports are written again: {days}",
    ),
    "alert.report_failed_over": (
        "{days} 보고서를 만들지 못했으나, 그 뒤 보고서가 다시 만들어졌습니다. {began}부터 {lasted} 걸렸습니다.",
        "The report about {days} could not be written; a later one was. It took {lasted}, since {began}.",
    ),
    "alert.key_rejected_title": ("[keyword_assets] HCX가 키를 거부함", "[keyword_assets] HCX rejects the key"),
    "alert.key_rejected": (
        "HCX가 HCX_API_KEY, 이용 신청 또는 모델을 거부해 아무 질문도 분류할 수 없습니다. 사람이 고쳐야 합니다.",
        "HCX refuses HCX_API_KEY, the subscription or the model: nothing can be classified until somebody mends it.",
    ),
    "alert.key_rejected_over_title": (
        "[keyword_assets] HCX가 키를 다시 받아들임",
        "[keyword_assets] HCX accepts the key again",
    ),
    "alert.key_rejected_over": (
        "{days}이(가) 다시 실행되었거나 완료되었습니다. {began}부터 {lasted} 걸렸습니다.",
        "{days} ran again or are complete. It took {lasted}, since {began}.",
    ),
    "alert.quota_or_budget_title": (
        "[keyword_assets] 한도 또는 예산 소진: {days}",
        "[keyword_assets] Quota or budget used up: {days}",
    ),
    "alert.quota_or_budget": (
        "실행이 HCX의 한도 또는 우리 예산(HCX_TOKEN_BUDGET, HCX_DAILY_BUDGET_KRW) 때문에 멈췄습니다. 남은 질문은 다음 실행이 이어서 합니다.",
        "A run stopped for HCX's quota or our budget (HCX_TOKEN_BUDGET, HCX_DAILY_BUDGET_KRW). The next run goes on with the rest.",
    ),
    "alert.quota_or_budget_over_title": (
        "[keyword_assets] 한도와 예산에 여유가 생김: {days}",
        "[keyword_assets] Quota and budget suffice again: {days}",
    ),
    "alert.quota_or_budget_over": (
        "한도나 예산 때문에 멈췄던 {days}이(가) 다시 실행되었거나 완료되었습니다. {began}부터 {lasted} 걸렸습니다.",
        "{days}, which stopped for quota or budget, ran again or are complete. It took {lasted}, since {began}.",
    ),
    "alert.many_questions_title": (
        "[keyword_assets] 질문이 갑자기 늘어남: {days}",
        "[keyword_assets] Many more questions than usual: {days}",
    ),
    "alert.many_questions": (
        "서로 다른 질문이 보통 날의 KEYWORDS_UNUSUAL_FACTOR배를 넘습니다. 새 질문마다 비용이 듭니다. 한 사람이 보낸 것이면 "
        "HCX_DAILY_BUDGET_KRW나 KEYWORDS_MOST_NEW_TEXTS_A_DAY로 비용을 막으세요.",
        "There are more than KEYWORDS_UNUSUAL_FACTOR times the different questions of a usual day, and each new one costs. "
        "If one visitor sent them, bound the cost by HCX_DAILY_BUDGET_KRW or KEYWORDS_MOST_NEW_TEXTS_A_DAY.",
    ),
    "alert.many_questions_over_title": (
        "[keyword_assets] 질문 수가 보통으로 돌아옴: {days} 이후",
        "[keyword_assets] As many questions as usual again, after {days}",
    ),
    "alert.many_questions_over": (
        "{days}에 늘었던 질문 수가 보통으로 돌아왔습니다. {began}에 알렸고 {lasted} 걸렸습니다.",
        "After the rush of {days} there are as many questions as usual. It took {lasted}, since {began}.",
    ),
    "alert.questions_line": (
        "- {day}: 서로 다른 질문 {questions:,}개 (보통 {usual:,}개)",
        "- {day}: {questions:,} different questions (usually {usual:,})",
    ),
    "alert.digest_title": (
        "[keyword_assets] 오늘도 열려 있는 알림 {count:,}건",
        "[keyword_assets] {count:,} alerts still open today",
    ),
    "alert.digest": ("아직 해결되지 않은 것입니다. 하루에 한 번 알립니다.", "What is not over yet, told once a day."),
    "alert.since": ("{what} ({began}부터)", "{what} (since {began})"),
    "alert.day_line": (
        "- {day}: 누락 {missing:,}개 (격리 {quarantined:,}개), 처리율 {coverage}; {cause}",
        "- {day}: {missing:,} missing ({quarantined:,} quarantined), {coverage}; {cause}",
    ),
    "alert.all_quarantined": ("모두 HCX가 거부해 격리된 질문", "all of them refused by HCX and set aside"),
    "alert.run_line": ("- {days}: {cause}", "- {days}: {cause}"),
    "alert.more": (
        "- 그 밖에 {count:,}건; 누락 모두 {missing:,}개",
        "- and {count:,} more; {missing:,} missing in all",
    ),
    "alert.do": ("할 일:", "What to do:"),
    "alert.days": ("{start} ~ {end} ({count:,}일)", "{start} to {end} ({count:,} days)"),
    "alert.minutes": ("{count:,}분", "{count:,} minutes"),
    "alert.hours": ("{count:,.1f}시간", "{count:,.1f} hours"),
    "notify.timeout": ("{seconds:g}초 안에 응답이 없음", "no answer within {seconds:g} s"),
    "notify.redirected": (
        "서버가 다른 주소로 넘겼습니다 (HTTP {status}). 토큰과 내용이 그곳으로 가지 않도록 따라가지 않습니다. 채널의 새 주소를 설정해 주세요",
        "The server points to another address (HTTP {status}), which is not followed, for token and text would go there. "
        "Set the channel's new address",
    ),
    "notify.refused": ("HTTP {status}로 거부됨", "refused with HTTP {status}"),
    "notify.failed": ("연결되지 않거나 거부됨", "no connection, or refused"),
    "notify.left_out_size": (
        "첨부 한도({most:,} MB, KEYWORDS_REPORT_ATTACH_MB)를 넘어 첨부하지 않은 파일의 위치:",
        "Not attached, for the limit is {most:,} MB (KEYWORDS_REPORT_ATTACH_MB); to be found at:",
    ),
    "notify.left_out_channel": (
        "이 채널에는 파일을 첨부할 수 없습니다. 파일의 위치:",
        "This channel takes no files. They are to be found at:",
    ),
    "notify.left_out_refused": (
        "받는 쪽에서 첨부를 받지 않아 파일 없이 보냅니다. 파일의 위치:",
        "The channel did not take the files. They are to be found at:",
    ),
    "notify.file": ("- {path} ({mb:,.1f} MB)", "- {path} ({mb:,.1f} MB)"),
    "notify.more_files": ("- 그 밖에 {count:,}개", "- and {count:,} more"),
    "notify.gone": (
        "보낼 때 없거나 읽을 수 없어 첨부하지 못한 파일: {names}",
        "Gone or not readable when this was sent, and so not attached: {names}",
    ),
    "alert.gave_up": (
        "{setting}의 채널 {channel}에 {days}일 동안 보내지 못한 '{title}'을(를) 버립니다: {reason}",
        "Channel {channel} of {setting} did not take '{title}' for {days} days; dropped: {reason}",
    ),
    "alert.not_delivered": (
        "{setting}의 채널 {channel}에 '{title}'을(를) 보내지 못했습니다: {reason}. 나중에 다시 보냅니다.",
        "Channel {channel} of {setting} did not take '{title}': {reason}. It is sent again later.",
    ),
    "alert.not_our_files": (
        "keyword_outbox의 한 행에 보고서가 아닌 파일이 적혀 있어 그 파일은 보내지 않습니다. 누가 그 표에 쓰는지 확인해 주세요.",
        "A row of keyword_outbox names files that are no reports; they are not sent. See who writes to that table.",
    ),
    "alert.no_channels": (
        "KEYWORDS_ALERT_URLS가 없어 알림을 보낼 곳이 없습니다.",
        "There is no KEYWORDS_ALERT_URLS: alerts have nowhere to go.",
    ),
    "alert.tick": (
        "살펴본 날 {looked:,}일, 새 알림 {said:,}건; 보냄 {sent:,}건, 아직 못 보냄 {left:,}건",
        "{looked:,} days looked at, {said:,} new messages; {sent:,} delivered, {left:,} yet to arrive",
    ),
    "alert.test_title": ("[keyword_assets] 시험 알림", "[keyword_assets] Test alert"),
    "alert.test": (
        "이 채널로 keyword_assets의 알림이 옵니다. 지금은 시험이며 할 일은 없습니다.",
        "Alerts of keyword_assets arrive on this channel. This is a test; there is nothing to do.",
    ),
    "alert.test_arrived": ("보냄: {channel}", "delivered: {channel}"),
    "alert.test_failed": ("보내지 못함: {channel}: {reason}", "not delivered: {channel}: {reason}"),
    "alert.database_title": ("[keyword_assets] 데이터베이스 장애", "[keyword_assets] The database is out of reach"),
    "alert.database": (
        "데이터베이스를 쓸 수 없어 분류도 집계도 할 수 없습니다.\n- {reason}\n\n할 일:\n  keyword-assets doctor",
        "The database cannot be used: nothing is classified or counted.\n- {reason}\n\nWhat to do:\n  keyword-assets doctor",
    ),
    "alert.database_over_title": ("[keyword_assets] 데이터베이스 복구됨", "[keyword_assets] The database is back"),
    "alert.database_over": (
        "데이터베이스를 다시 쓸 수 있습니다. {began}부터 쓸 수 없었습니다.",
        "The database can be used again. It could not since {began}.",
    ),
    "outcome.none": ("최근에 실행된 적 없음", "no run lately"),
    "outcome.done": ("마지막 실행은 끝까지 감", "the last run went through"),
    "outcome.gaps": ("마지막 실행 뒤에도 누락이 남음", "gaps remained after the last run"),
    "outcome.limit": ("마지막 실행이 --limit에서 멈춤", "the last run stopped at --limit"),
    "outcome.day_limit": (
        "오늘 보낼 새 질문 한도(KEYWORDS_MOST_NEW_TEXTS_A_DAY)에 닿아 나머지는 내일을 기다림",
        "the rest wait until the next day because of KEYWORDS_MOST_NEW_TEXTS_A_DAY",
    ),
    "outcome.budget": ("HCX_TOKEN_BUDGET에 닿아 멈춤", "stopped at HCX_TOKEN_BUDGET"),
    "outcome.budget_krw": ("오늘의 예산 HCX_DAILY_BUDGET_KRW에 이르러 멈춤", "stopped at today's HCX_DAILY_BUDGET_KRW"),
    "outcome.quota": ("HCX가 한도 초과로 거부함", "HCX refused: quota exceeded"),
    "outcome.failing": ("HCX가 쓸 수 있는 답을 주지 않음", "HCX gave no usable answers"),
    "outcome.denied": ("HCX가 거부함", "HCX refused us"),
    "outcome.unreachable": ("HCX에 연결할 수 없음", "no connection to HCX"),
    "outcome.database": ("데이터베이스 오류", "a fault of the database"),
    "outcome.input": ("설정이나 입력 오류", "a fault in the settings or the input"),
    "outcome.error": ("예상하지 못한 오류", "an unexpected error"),
    "outcome.failed": ("실행이 실패함", "the run failed"),
    "outcome.report_failed": ("보고서 실행이 실패함", "the report's run failed"),
    "outcome.report_written": ("보고서를 씀", "a report was written"),
    "outcome.died": ("실행 프로세스가 비정상 종료됨", "the run's process died"),
}
