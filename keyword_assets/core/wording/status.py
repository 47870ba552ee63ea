"""What `status` says: the screen, the line of a log, and whether something is healthy."""

TEXTS: dict[str, tuple[str, str]] = {
    "status.title": ("{at:%Y-%m-%d %H:%M:%S} · {database}", "{at:%Y-%m-%d %H:%M:%S} · {database}"),
    "status.at_work": ("실행 중", "at work"),
    "status.nobody": ("아무도 일하고 있지 않습니다", "nobody"),
    "status.more": ("그 밖에 {count:,}개", "{count:,} more"),
    "status.process": (
        "{host} pid {pid} · 실행 {runs} · {doing} · {began}부터",
        "{host} pid {pid} · run {runs} · {doing} · since {began}",
    ),
    "status.its_turn": ("차례를 기다림", "waits for its turn"),
    "status.doing": (
        "{periods} · {done:,}/{asked:,} ({share}){as_of} · {asking:,}개 묻는 중",
        "{periods} · {done:,}/{asked:,} ({share}){as_of} · asking {asking:,}",
    ),
    "status.doing_uncounted": (
        "{periods} · 요청 {requests:,}건 보냄 · {asking:,}개 묻는 중",
        "{periods} · {requests:,} requests sent · asking {asking:,}",
    ),
    "status.as_of": (" {at} 기준", " as of {at}"),
    "status.waits": ("대기", "waiting"),
    "status.nothing": ("없음", "nothing"),
    "status.waits_places": ("HCX 한도의 자리: {count:,}건", "for a place in the quota: {count:,}"),
    "status.waits_days": (
        "하루 한도로 내일까지: {count:,}일",
        "for tomorrow, by the limit of new texts: {count:,} days",
    ),
    "status.waits_budget": ("오늘 예산을 다 썼습니다", "today's budget is spent"),
    "status.waits_queue": ("Dagster의 차례: 실행 {count:,}건", "for Dagster: {count:,} runs"),
    "status.waits_closing": ("HCX가 {until}까지 닫혀 있음: {reason}", "HCX is closed until {until}: {reason}"),
    "status.days": ("지난 날", "past days"),
    "status.no_days": ("끝난 날이 아직 없습니다", "none is over yet"),
    "status.never_counted": (
        "{days:,}일, 아직 세지 않음: keyword-assets check로 셉니다",
        "{days:,} days, never counted: keyword-assets check counts them",
    ),
    "status.days_line": (
        "{days:,}일 중 {complete:,}일 완료 · 처리율 {coverage} ({classified:,}/{questions:,}) · {at} 기준",
        "{complete:,} of {days:,} complete · coverage {coverage} ({classified:,}/{questions:,}) · as of {at}",
    ),
    "status.uncounted": (" · 세지 않은 날 {days:,}일", " · {days:,} days never counted"),
    "status.gaps": ("누락", "gaps"),
    "status.no_gaps": ("없음", "none"),
    "status.gaps_line": (
        "{count:,}일: {days} · 질문 {missing:,}개 (격리 {quarantined:,}개)",
        "{count:,} days: {days} · {missing:,} questions ({quarantined:,} quarantined)",
    ),
    "status.oldest": (" · 가장 오래된 것: {day}, {age}", " · oldest: {day}, for {age}"),
    "status.age_days": ("{count:,}일째", "{count:,} days"),
    "status.age_hours": ("{count:,}시간째", "{count:,} h"),
    "status.quota": ("한도", "quota"),
    "status.quota_line": (
        "요청 {requests:,}/{most_requests:,} · 토큰 {tokens:,}/{most_tokens:,} ({window:g}초 동안)",
        "requests {requests:,}/{most_requests:,} · tokens {tokens:,}/{most_tokens:,} (in {window:g} s)",
    ),
    "status.rate": ("분당 질문 {count}개", "{count} questions a minute"),
    "status.money": ("비용", "money"),
    "status.of_budget": ("{today} / {budget} (남은 예산 {left})", "{today} of {budget} ({left} left)"),
    "status.money_line": (
        "오늘 {today} · 이번 달 {month} · 오늘 요청 {requests:,}건, 재시도 {retries:,}건",
        "today {today} · this month {month} · {requests:,} requests today, {retries:,} retries",
    ),
    "status.last": ("마지막", "last"),
    "status.success": ("성공 {at}", "success {at}"),
    "status.last_run": (" · {at}: {how}", " · {at}: {how}"),
    "status.dagster": ("Dagster", "Dagster"),
    "status.no_dagster": ("아직 없습니다", "not there yet"),
    "status.dagster_elsewhere": (
        "기록이 MySQL도 파일도 아닌 곳에 있어 볼 수 없습니다",
        "its records are neither on MySQL nor in files: nothing can be told of it",
    ),
    "status.no_daemon": ("데몬이 돈 적이 없습니다", "the daemon has never run"),
    "status.daemon": ("데몬 살아 있음, {at}", "the daemon lives, {at}"),
    "status.daemon_silent": (
        "데몬이 조용합니다: {parts}, 마지막 신호 {at}",
        "the daemon is silent: {parts}, last heard of at {at}",
    ),
    "status.on": ("{name} 켜짐", "{name} on"),
    "status.off": ("{name} 꺼짐", "{name} off"),
    "status.next": (" · 다음 {at}", " · next {at}"),
    "status.ticked": (" · 마지막 {at} {how}", " · last {at} {how}"),
    "status.tick.STARTED": ("시작함", "begun"),
    "status.tick.SKIPPED": ("할 일 없음", "nothing to do"),
    "status.tick.SUCCESS": ("실행함", "launched"),
    "status.tick.FAILURE": ("실패", "failed"),
    "status.line": (
        "실행 중 {processes:,} · 처리율 {coverage} · 누락 {gaps:,}일 {missing:,}개 · 요청 {requests:,}/{limit:,} · "
        "대기 {waiting:,} · {rate} · 오늘 {cost}",
        "at work {processes:,} · coverage {coverage} · gaps {gaps:,} days, {missing:,} questions · requests "
        "{requests:,}/{limit:,} · waiting {waiting:,} · {rate} · today {cost}",
    ),
    "status.away": ("{at:%Y-%m-%d %H:%M:%S} · 볼 수 없음: {reason}", "{at:%Y-%m-%d %H:%M:%S} · cannot look: {reason}"),
    "status.seen_before": ("아래는 {at:%H:%M:%S}에 본 것입니다", "what follows was seen at {at:%H:%M:%S}"),
    "status.no_answer": ("{seconds:g}초 안에 답이 없습니다", "no answer within {seconds:g} s"),
    "status.alone": (
        "--health는 --watch나 --json과 함께 쓸 수 없습니다.",
        "--health goes with neither --watch nor --json.",
    ),
    # -- health -------------------------------------------------------------------------------------------------------
    "health.fine": ("정상: {what}", "healthy: {what}"),
    "health.ill": ("이상: {reason}", "unhealthy: {reason}"),
    "health.database": ("데이터베이스 {url}", "the database {url}"),
    "health.daemon": (
        "데몬, 마지막 신호 {at:%Y-%m-%d %H:%M:%S}",
        "the daemon, last heard of at {at:%Y-%m-%d %H:%M:%S}",
    ),
    "health.no_dagster": (
        "DAGSTER_HOME({home})에 Dagster 인스턴스가 없습니다",
        "there is no Dagster instance in DAGSTER_HOME ({home})",
    ),
    "health.server": ("{role}, {address}", "the {role} at {address}"),
    "health.no_server": ("{role}({address}): {reason}", "the {role} at {address}: {reason}"),
}
