"""What single commands say: the demo, loading chats, the quarantine, `doctor`, the simulator."""

TEXTS: dict[str, tuple[str, str]] = {
    "forget.which": (
        "질문 하나나 --keyword 하나를 적어 주세요: keyword-assets answers forget '질문' 또는 --keyword '키워드'",
        "Name one text or one --keyword: keyword-assets answers forget 'TEXT', or --keyword 'K'",
    ),
    "forget.nothing": ("보관된 답이 없습니다. 바뀐 것은 없습니다.", "Nothing of it is kept. Nothing was changed."),
    "forget.done": (
        "보관된 답 {answers:,}개와 그 답으로 쓴 행 {rows:,}개를 지웠습니다 (질문 {texts:,}개, {days:,}일).",
        "Removed {answers:,} kept answers and the {rows:,} rows written for them ({texts:,} texts, {days:,} days).",
    ),
    "forget.would": (
        "보관된 답 {answers:,}개와 그 답으로 쓴 행 {rows:,}개를 지우게 됩니다 (질문 {texts:,}개, {days:,}일).",
        "Would remove {answers:,} kept answers and the {rows:,} rows written for them ({texts:,} texts, {days:,} days).",
    ),
    "forget.others": (
        "같은 질문의 다른 행 {rows:,}개는 이 답과 달라 그대로 두었습니다. 그런 질문은 분류된 것으로 남습니다.",
        "{rows:,} rows of the same texts say something else and stay; such questions still count as classified.",
    ),
    "forget.corrected": (
        "그중 질문 {texts:,}개는 사람이 고친 답이 있어 행을 그대로 두었습니다. 고친 답을 취소하려면: keyword-assets corrections withdraw",
        "{texts:,} of the texts have a correction, and keep its rows. To take that back: keyword-assets corrections withdraw",
    ),
    "forget.next": (
        "다시 물으려면: keyword-assets missing {start} {end}",
        "To ask again: keyword-assets missing {start} {end}",
    ),
    # -- demo ---------------------------------------------------------------------------------------------------------
    "demo.simulated": (
        "데모입니다. 답은 HyperCLOVA X가 아니라 이 컴퓨터의 모의 서버가 만들며, 일부는 일부러 틀립니다. "
        "비용은 실제로 청구되지 않습니다.",
        "A demo. The answers, and the errors in them, come from a simulator on this machine, not from HyperCLOVA X; "
        "no cost is charged.",
    ),
    "demo.next": (
        "\n다음으로 해 볼 것:\n"
        "  make demo                                    다시 실행: 이미 끝난 질문은 보내지 않습니다\n"
        "  .venv/bin/keyword-assets check {start} {end}   처리율만 보기\n"
        "  make dev                                     Dagster UI: http://127.0.0.1:3000\n"
        "  README.ko.md                                 MySQL과 CLOVA Studio 키로 옮기기",
        "\nWhat to try next:\n"
        "  make demo                                    again: nothing that is done is sent\n"
        "  .venv/bin/keyword-assets check {start} {end}   coverage only\n"
        "  make dev                                     the Dagster UI: http://127.0.0.1:3000\n"
        "  README.md                                    how to go on to MySQL and a CLOVA Studio key",
    ),
    "dev.simulated": (
        "HCX_API_KEY가 없어 데모 데이터와 모의 HCX로 띄웁니다.",
        "There is no HCX_API_KEY, so this uses the demo's data and a simulated HCX.",
    ),
    # -- chats from CSV -----------------------------------------------------------------------------------------------
    "csv.unreadable": ("{file}을(를) 읽을 수 없습니다: {reason}", "{file} cannot be read: {reason}"),
    "csv.not_utf8": (
        "{file}은(는) UTF-8 파일이 아닙니다({line}번째 줄). {hint}",
        "{file} is not UTF-8 (line {line}). {hint}",
    ),
    "csv.try_korean": (
        "{encoding}으로는 읽힙니다. --encoding {encoding} 을(를) 붙여 다시 실행해 주세요.",
        "It can be read as {encoding}: run this again with --encoding {encoding}.",
    ),
    "csv.try_korean.save": (
        "{encoding}으로는 읽힙니다. UTF-8로 저장해 주세요.",
        "It can be read as {encoding}: save it as UTF-8.",
    ),
    "csv.not_utf8_either.save": (
        "{encoding}도 아닙니다. UTF-8로 저장해 주세요.",
        "Nor is it {encoding}. Save it as UTF-8.",
    ),
    "csv.not_utf8_either": (
        "{encoding}도 아닙니다. UTF-8로 저장하거나 --encoding으로 인코딩을 알려 주세요.",
        "Nor is it {encoding}. Save it as UTF-8, or name its encoding with --encoding.",
    ),
    "csv.not_encoded": (
        "{file}은(는) {encoding}이 아닙니다({line}번째 줄). --encoding을 확인하거나 UTF-8로 저장해 주세요.",
        "{file} is not {encoding} (line {line}). Check --encoding, or save the file as UTF-8.",
    ),
    "csv.is_utf8": (
        "{file}은(는) UTF-8이라 {encoding}으로 읽으면 글자가 깨집니다. --encoding을 빼고 다시 실행해 주세요.",
        "{file} is UTF-8: read as {encoding} it would become other letters. Run this again without --encoding.",
    ),
    "csv.marked": (
        "{file}은(는) {encoding} 파일입니다(Excel의 '유니코드 텍스트'). Excel에서 'CSV UTF-8(쉼표로 분리)'로 저장해 주세요. "
        "쉼표로 나눈 파일이라면 --encoding {encoding} 을(를) 붙여 주세요.",
        "{file} is {encoding} (Excel's 'Unicode Text'). Save it from Excel as 'CSV UTF-8 (comma delimited)'. If its "
        "columns are separated by commas, say --encoding {encoding}.",
    ),
    "csv.no_encoding": (
        "--encoding '{encoding}'은(는) 글자 인코딩의 이름이 아닙니다. 예: utf-8, cp949, euc-kr, utf-16",
        "--encoding '{encoding}' is no name of a text encoding. Examples: utf-8, cp949, euc-kr, utf-16",
    ),
    "csv.terminal": (
        "{file}은(는) 터미널입니다. 파일이나 파이프를 주세요. 예: keyword-assets load-chats - < 파일.csv",
        "{file} is a terminal. Give a file or a pipe, for example: keyword-assets load-chats - < FILE.csv",
    ),
    "csv.stdin": ("표준 입력", "standard input"),
    "csv.no_stdin": ("닫혀 있음", "it is closed"),
    "csv.no_copy": (
        "{file}을(를) 임시 폴더 {folder}에 옮겨 적을 수 없습니다: {reason}. 빈 공간이 있는 폴더를 TMPDIR로 정해 주세요.",
        "{file} cannot be copied to the temporary folder {folder}: {reason}. Let TMPDIR name one that has room.",
    ),
    "csv.waiting": (
        "{file}은(는) 파이프입니다. 누군가 다 쓰고 닫을 때까지 읽습니다.",
        "{file} is a pipe: reading until whoever writes into it is done.",
    ),
    "csv.header": ("{file}의 첫 줄은 {header} 여야 합니다.", "The first line of {file} must be {header}."),
    "csv.broken": ("따옴표가 맞지 않음", "quotes do not match"),
    "csv.columns": ("칸이 3개가 아님", "not three columns"),
    "csv.pk": ("chatting_pk가 0 이상의 정수가 아님", "chatting_pk is not a whole number from 0"),
    "csv.created_at": ("created_at이 날짜와 시각이 아님", "created_at is not a date and time"),
    "csv.zone": ("created_at에 시간대가 있음 (현지 시각만 가능)", "created_at has a time zone (local time only)"),
    "csv.twice": ("같은 chatting_pk가 다른 내용으로 두 번 있음", "the same chatting_pk twice, with other contents"),
    "csv.other": ("표에 이 chatting_pk가 다른 내용으로 있음", "the table has this chatting_pk with other contents"),
    "csv.refused_line": ("{file} {line}번째 줄: {reason}", "{file}, line {line}: {reason}"),
    "csv.row_refused": (
        "{file} {line}번째 줄을 데이터베이스가 받지 않습니다: {reason}. 아무것도 저장하지 않았습니다.",
        "The database refuses line {line} of {file}: {reason}. Nothing was loaded.",
    ),
    "csv.refused": (
        "읽음 {read:,} · 거부 {refused:,} · 저장 0. 잘못된 줄을 고친 뒤 다시 실행해 주세요. 아무것도 바뀌지 않았습니다.",
        "read {read:,} · refused {refused:,} · loaded 0. Mend those lines and run again. Nothing was changed.",
    ),
    "csv.loaded": (
        "읽음 {read:,} · 저장 {loaded:,} · 이미 있음 {known:,} · 거부 {refused:,}",
        "read {read:,} · loaded {loaded:,} · known {known:,} · refused {refused:,}",
    ),
    # -- quarantine ---------------------------------------------------------------------------------------------------
    "quarantine.refused": (
        "격리 표가 질문 하나를 받지 않습니다: {reason}. 다음 실행에서 다시 보냅니다.",
        "The quarantine did not take a question: {reason}. It will be sent again by the next run.",
    ),
    "quarantine.none": ("격리된 질문이 없습니다.", "No quarantined questions."),
    "quarantine.count": (
        "격리된 질문 {count:,}개 중 {shown:,}개를 보였습니다.",
        "{shown:,} of {count:,} quarantined questions shown.",
    ),
    "quarantine.released": ("격리된 질문 {count:,}개를 풀었습니다.", "{count:,} quarantined texts released."),
    # -- simulator ----------------------------------------------------------------------------------------------------
    "simulator.kiwi_missing": (
        "모의 서버에는 형태소 분석기가 필요합니다: pip install 'keyword-assets[simulator]'",
        "The simulator needs a morphological analyser: pip install 'keyword-assets[simulator]'",
    ),
    "simulator.slips_unknown": (
        "분류표에 없는 분류: {names}. 있는 분류: {known}",
        "categories that the taxonomy does not have: {names}. It has: {known}",
    ),
    "simulator.slips": ("{file}을(를) 쓸 수 없습니다: {reason}", "{file} cannot be used: {reason}"),
    "simulator.ready": (
        "모의 CLOVA Studio가 {url} 에서 기다립니다. HCX_BASE_URL={url} HCX_API_KEY=nv-아무거나 로 쓰고, Ctrl-C로 끝냅니다.",
        "A simulated CLOVA Studio listens on {url}. Use it with HCX_BASE_URL={url} HCX_API_KEY=nv-anything; Ctrl-C ends it.",
    ),
    # -- doctor -------------------------------------------------------------------------------------------------------
    "doctor.settings": ("설정", "settings"),
    "doctor.taxonomy": ("분류표", "taxonomy"),
    "doctor.shots": ("예", "examples"),
    "doctor.database": ("데이터베이스", "database"),
    "doctor.schema": ("표", "schema"),
    "doctor.index": ("색인", "index"),
    "doctor.tables": ("세 표의 모양", "shape of the tables"),
    "doctor.without_day": ("날짜 없는 메시지", "messages without a day"),
    "doctor.hcx": ("HCX", "HCX"),
    "doctor.quota": ("사용량 한도", "quota"),
    "doctor.batch_large": (
        " HCX_BATCH_SIZE {batch}은(는) 권장 상한 16보다 큽니다. 질문이 많을수록 답의 정확도가 떨어집니다.",
        " HCX_BATCH_SIZE {batch} is above the 16 advised: answers lose accuracy with more questions a request.",
    ),
    "doctor.quota_is": (
        "{window:g}초에 요청 {requests:,}회, 토큰 {tokens:,}개 (HCX_QPM, HCX_TPM)",
        "{requests:,} requests and {tokens:,} tokens in {window:g} s (HCX_QPM, HCX_TPM)",
    ),
    "doctor.quota_closed": (
        ". {until:%H:%M:%S}까지는 이 키로 보내지 않습니다. HCX: {reason} (HCX_MAX_WAIT_SECONDS)",
        ". Nothing is sent with this key until {until:%H:%M:%S} because HCX said: {reason} (HCX_MAX_WAIT_SECONDS)",
    ),
    # -- quota --------------------------------------------------------------------------------------------------------
    "quota.limits": (
        "{model} ({host}), 키 {fingerprint}: {window:g}초에 요청 {requests:,}회, 토큰 {tokens:,}개",
        "{model} ({host}), key {fingerprint}: {requests:,} requests and {tokens:,} tokens in {window:g} s",
    ),
    "quota.meters": (
        "지금 쓰고 있는 양: 요청 {requests:,}회, 토큰 {tokens:,}개, 기다리는 요청 {waiting:,}개",
        "in use now: {requests:,} requests, {tokens:,} tokens; {waiting:,} requests wait",
    ),
    "quota.open": ("막힌 키 없음", "no key is shut out"),
    "quota.closed": (
        "키 {fingerprint}은(는) {until:%Y-%m-%d %H:%M:%S}까지 보내지 않습니다. HCX: {reason}",
        "nothing is sent with key {fingerprint} until {until:%Y-%m-%d %H:%M:%S} because HCX said: {reason}",
    ),
    "quota.sizes": (
        "배운 크기({version}): 가득 찬 요청 하나에 입력 약 {prompt:,}토큰(추정의 {ratio:.2f}배), 출력 약 {completion:,}토큰.",
        "sizes learned ({version}): about {prompt:,} tokens in (our estimate times {ratio:.2f}) and {completion:,} out for a full request.",
    ),
    "quota.unusable": (
        "배운 크기({version})가 있을 수 없는 값이어서 쓰지 않습니다.",
        "the sizes learned ({version}) cannot be, and are not used.",
    ),
    "quota.stated": ("HCX가 말한 더 작은 한도: {said}.", "a smaller quota that HCX stated: {said}."),
    "quota.doubted": (
        "HCX가 말했으나 있을 수 없어 믿지 않은 값: {said}. 'keyword-assets quota reset'으로 지웁니다.",
        "what HCX said and cannot be, not believed: {said}. 'keyword-assets quota reset' forgets it.",
    ),
    "quota.spent": (
        "오늘: 요청 {requests:,}회, 입력 {prompt:,}토큰, 출력 {completion:,}토큰, {cost}",
        "today: {requests:,} requests, {prompt:,} tokens in, {completion:,} out, {cost}",
    ),
    "quota.reset": (
        "'keyword-assets quota reset'은 막힘과 배운 크기, 한도를 잊습니다. 쓴 돈의 기록은 남습니다.",
        "'keyword-assets quota reset' forgets closings, sizes and limits; the record of what was spent stays.",
    ),
    "quota.forgotten": (
        "막힘 {closings:,}건과 배운 크기·한도 {sizes:,}건을 잊었습니다. 쓴 돈과 지금 쓰고 있는 한도의 기록은 남아 있습니다.",
        "{closings:,} closings and {sizes:,} records of sizes and limits forgotten. What was spent and what is in use now stay on record.",
    ),
    "doctor.alerts": ("알림", "alerts"),
    "doctor.alerts_none": (
        "알림을 보낼 곳이 없음 (KEYWORDS_ALERT_URLS). 누락과 실패를 사람이 직접 보아야 합니다.",
        "nowhere to send alerts (KEYWORDS_ALERT_URLS): gaps and failures show only to who looks",
    ),
    "doctor.alerts_ok": (
        "채널 {count}개: {kinds}. 'keyword-assets alert test'로 시험 알림을 보냅니다.",
        "{count} channels: {kinds}. 'keyword-assets alert test' sends each a test alert.",
    ),
    "doctor.reports_ok": (
        " 보고서는 채널 {count}개로: {kinds}.",
        " Reports go to {count} channels: {kinds}.",
    ),
    "doctor.dagster": ("Dagster", "Dagster"),
    "doctor.daemon": ("데몬", "daemon"),
    "doctor.daemon_ok": ("{state} · 켜진 것: {on}", "{state} · on: {on}"),
    "doctor.daemon_silent": (
        "{state}. 켜진 것({on})이 있는데 아무 일도 일어나지 않습니다. 데몬을 띄워 주세요: dagster-daemon run "
        "(systemd라면 systemctl restart keyword-assets-daemon, 컨테이너라면 그 daemon).",
        "{state}. These are on, and nothing comes of it: {on}. Start the daemon: dagster-daemon run "
        "(with systemd: systemctl restart keyword-assets-daemon; in containers: the one named daemon).",
    ),
    "doctor.heartbeat": ("신호", "dead man's switch"),
    "doctor.heartbeat_none": (
        "{name}이(가) 켜져 있지만 KEYWORDS_HEARTBEAT_URL이 없습니다. 데몬이나 컴퓨터가 멈추면 아무도 알 수 없습니다.",
        "{name} is on, and there is no KEYWORDS_HEARTBEAT_URL: nobody would notice that the daemon or its machine is gone.",
    ),
    "doctor.network": ("네트워크", "network"),
    "doctor.prices": ("단가", "prices"),
    "doctor.budget_ok": (
        "하루 최대 {krw:,.0f}원 (HCX_DAILY_BUDGET_KRW)",
        "{krw:,.0f} KRW a day at most (HCX_DAILY_BUDGET_KRW)",
    ),
    "doctor.budget": ("하루 예산", "daily budget"),
    "doctor.budget_none": (
        "하루 예산(HCX_DAILY_BUDGET_KRW)이 없습니다. 한 사람이 서로 다른 질문을 아무리 많이 보내도 모두 비용이 됩니다.",
        "no daily budget (HCX_DAILY_BUDGET_KRW): however many different questions one visitor sends, all are paid for.",
    ),
    "doctor.budget_suggested": (
        "새 질문이 하루 {questions:,}개인 보통 날 사흘 치면 HCX_DAILY_BUDGET_KRW={krw} 입니다",
        "Three usual days of {questions:,} new questions come to HCX_DAILY_BUDGET_KRW={krw}",
    ),
    "doctor.budget_supposed": (
        "하루에 새 질문이 {questions:,}개라면 그 사흘 치는 HCX_DAILY_BUDGET_KRW={krw} 입니다",
        "If a day has {questions:,} new questions, three days come to HCX_DAILY_BUDGET_KRW={krw}",
    ),
    "doctor.prices_ok": ("{model}, {as_of} 기준", "{model}, as of {as_of}"),
    "doctor.unchecked": (
        "점검하지 못했습니다: {reason}. 다른 점검을 먼저 고쳐도 남으면 개발자에게 전해 주세요.",
        "could not be checked: {reason}. If it stays when the others are mended, pass it on to the developers.",
    ),
    "doctor.names": ("설정 이름", "names of settings"),
    "doctor.settings_ok": (
        "{model}, {timezone}, 폴더 {home}, {env_file}",
        "{model}, {timezone}, folder {home}, {env_file}",
    ),
    "doctor.env_file": ("파일 {path}", "file {path}"),
    "doctor.no_env_file": ("파일 {path} 없음", "no file {path}"),
    "doctor.origins": (
        "설정 {given}개를 정했고, 나머지 {default}개는 기본값입니다.",
        "{given} settings were given; the other {default} are the defaults.",
    ),
    "doctor.secret": ("(비밀)", "(secret)"),
    "doctor.dagster_later": (
        "{home}은(는) 아직 없음. 데이터베이스가 정해지면 만듭니다.",
        "{home} is not there yet; it is made once there is a database.",
    ),
    "doctor.shots_ok": (
        "예 {wanted}개 중 {shown}개를 모델에 보임 ({file}, KEYWORDS_FEW_SHOT_TOKENS)",
        "the model is shown {shown} of {wanted} examples ({file}, KEYWORDS_FEW_SHOT_TOKENS)",
    ),
    "doctor.taxonomy_ok": ("분류 {count}개, 나머지는 '{catch_all}'", "{count} categories, catch-all '{catch_all}'"),
    "doctor.database_ok": ("연결됨: {url} (버전 {version})", "connected: {url} (version {version})"),
    "doctor.schema_ok": ("필요한 표와 칸이 모두 있음", "all tables and columns are there"),
    "doctor.columns": (
        "{table} 표에 {columns} 칸이 없습니다. KEYWORDS_COLUMN_… 설정으로 실제 이름을 알려 주세요.",
        "The table {table} has no column {columns}. Tell us the real names with KEYWORDS_COLUMN_…",
    ),
    "doctor.no_index": (
        "{columns}에 색인이 없습니다. 하루를 셀 때마다 표 전체를 읽게 되니 관리자에게 색인을 부탁해 주세요: {statements}",
        "{columns}: no index, so that counting a day reads the whole table. Ask the administrator for: {statements}",
    ),
    "doctor.lacking": (
        "데이터베이스에 아직 없는 것 {count}가지: {lacking}. 'keyword-assets db upgrade'를 먼저 실행해 주세요. 표를 바꿀 권한이 없으면 "
        "'keyword-assets db upgrade --dry-run --sql 파일'로 만든 파일을 관리자에게 주세요.",
        "The database lacks {count} things: {lacking}. Run 'keyword-assets db upgrade' first. Without the right to alter "
        "tables, give the administrator the file that 'keyword-assets db upgrade --dry-run --sql FILE' writes.",
    ),
    "doctor.dropped": (
        "준비된 데이터베이스인데 없는 것 {count}가지가 있습니다. 관리자에게 실행을 부탁해 주세요: {statements}",
        "The database was set up, and yet lacks {count} things. Ask the administrator to run: {statements}",
    ),
    "doctor.rights": ("권한", "rights"),
    "doctor.rights_ok": ("표를 읽고 쓸 수 있음", "the tables can be read and written"),
    "doctor.no_rights": (
        "표 {count}개에 필요한 권한이 없습니다. 관리자에게 실행을 부탁해 주세요: {statements}",
        "Rights are missing on {count} tables. Ask the administrator to run: {statements}",
    ),
    "doctor.index_ok": ("날짜별 조회에 쓰는 색인이 있음", "the index that days are counted by is there"),
    "doctor.hcx_ok": ("{url}, {model}: 키가 받아들여짐", "{url}, {model}: the key is accepted"),
    "doctor.dagster_narrow": (
        "Dagster 표에 64 KB까지만 담는 칸이 있어 큰 센서 틱과 검사 결과가 사라집니다: {columns}. "
        "'keyword-assets db upgrade --dagster'를 실행해 주세요 (--dry-run으로 미리 보기).",
        "Columns of Dagster's tables hold 64 KB only, so that large sensor ticks and check results get lost: {columns}. "
        "Run 'keyword-assets db upgrade --dagster' (--dry-run shows what it does).",
    ),
    "doctor.dagster_plain": (
        ". storage가 Dagster의 기본 방식이라 서버가 멈추면 끝없이 기다립니다. dagster.yaml의 storage를 다음으로 바꿔 주세요: {lines}",
        ". Its storage is Dagster's own, which waits for ever for a server that falls silent. Make storage in dagster.yaml: "
        "{lines}",
    ),
    "doctor.dagster_keeps_ticks": (
        ". dagster.yaml에 retention이 없어 스케줄과 센서의 틱이 끝없이 쌓입니다. 새 폴더에 만들어지는 dagster.yaml의 retention을 옮겨 주세요.",
        ". There is no retention in dagster.yaml, so that ticks pile up. Copy the block from the one that is written into a "
        "new folder.",
    ),
    "doctor.dagster_server": (", 서버 {url}", ", on {url}"),
    "doctor.dagster_ignores": (
        ". 작업 폴더의 기본 인스턴스는 늘 SQLite이므로 DAGSTER_MYSQL_URL은 쓰이지 않습니다. DAGSTER_HOME을 다른 폴더로 정해 주세요.",
        ". The working folder's own instance is always on SQLite: DAGSTER_MYSQL_URL is not used. "
        "Make DAGSTER_HOME another folder.",
    ),
    "doctor.dagster_ok": ("{home}, 실행 기록 {runs:,}개", "{home}, {runs:,} runs"),
}
