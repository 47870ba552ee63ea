"""Everything that operators read, in Korean and English, in one place."""

from typing import Literal, cast

Lang = Literal["ko", "en"]

_language: Lang = "ko"


def use(language: str) -> None:
    """Speak this language from now on, in this process."""
    global _language
    _language = cast(Lang, language)


def say(key: str, **params: object) -> str:
    """The text of a key, its places filled in, in the language in use.

    `percent` rounds down like everything that shows a coverage, so it takes the ratio and not a formatted text.
    """
    if key == "percent":
        value = cast(float, params["value"])
        return f"{int(value * 1000 + 1e-6) / 10:.1f} %"
    korean, english = TEXTS[key]
    return (korean if _language == "ko" else english).format(**params)


def say_reason(reason: str) -> str:
    """Why a question failed: in words for what our own checks found, as it came for what a server said."""
    key = f"reason.{reason}"
    return say(key) if key in TEXTS else reason


TEXTS: dict[str, tuple[str, str]] = {
    # -- errors -------------------------------------------------------------------------------------------------------
    "error": ("오류: {message}", "Error: {message}"),
    "unexpected": (
        "예상하지 못한 오류입니다. 위 내용을 개발자에게 전해 주세요. 그때까지 끝낸 것은 저장되어 있습니다.",
        "An unexpected error. Please pass on what is above. What was finished before is stored.",
    ),
    "interrupted": (
        "중단했습니다. 그때까지 받은 답은 저장되어 있고, 다시 실행하면 남은 질문부터 이어집니다.",
        "Interrupted. The answers received so far are stored; running again goes on with the rest.",
    ),
    "usage.reclassify": (
        "--reclassify는 basic과 complete에만 있습니다. missing은 키워드가 없는 질문만 다룹니다.",
        "--reclassify belongs to basic and complete; missing is about questions without keywords.",
    ),
    "usage.wrong": ("잘못된 사용법: {reason}", "Wrong usage: {reason}"),
    "period.not_a_date": (
        "{name} '{text}'은(는) 날짜가 아닙니다. YYYY-MM-DD로 적어 주세요 (예: 2025-06-11).",
        "{name} '{text}' is not a date. Write YYYY-MM-DD, for example 2025-06-11.",
    ),
    "period.reversed": (
        "END({end})가 START({start})보다 앞섭니다. 두 날짜의 순서를 바꿔 주세요.",
        "END ({end}) lies before START ({start}). Swap the two dates.",
    ),
    "period.future": (
        "{end}은(는) 아직 오지 않은 날입니다. 오늘({today})까지만 됩니다.",
        "{end} has not come yet. Days up to today ({today}) are allowed.",
    ),
    "period.today": (
        "오늘({today})은 아직 끝나지 않았습니다. 어제까지만 분류할 수 있습니다.",
        "Today ({today}) is not over. Only days up to yesterday can be classified.",
    ),
    "period.before_first": (
        "{start}은(는) 첫날({first})보다 앞섭니다. KEYWORDS_START_DATE를 더 이른 날로 바꿔 주세요.",
        "{start} lies before the first day ({first}). Set KEYWORDS_START_DATE to an earlier day.",
    ),
    "period.after_last": (
        "{end}은(는) 마지막 날({last})보다 뒤입니다. KEYWORDS_END_DATE를 더 늦은 날로 바꾸거나 지워 주세요.",
        "{end} lies after the last day ({last}). Set KEYWORDS_END_DATE to a later day or remove it.",
    ),
    "settings.model": (
        "HCX_MODEL '{value}'은(는) 쓸 수 없는 모델입니다. 쓸 수 있는 모델: {models}",
        "HCX_MODEL '{value}' is not a model we can use. Choose one of: {models}",
    ),
    "settings.no_api_key": (
        "HCX_API_KEY가 없습니다. CLOVA Studio에서 받은 키를 환경 변수나 .env에 HCX_API_KEY=nv-… 로 넣어 주세요.",
        "HCX_API_KEY is not set. Put the key from CLOVA Studio into the environment or .env as HCX_API_KEY=nv-…",
    ),
    "settings.key": (
        "{name}에 키에 들어갈 수 없는 글자(빈칸, 줄바꿈, 한글 등)가 있습니다. 키를 다시 복사해 한 줄로 넣어 주세요.",
        "{name} contains characters that no key has (blanks, line breaks, non-ASCII). Copy it again, in one line.",
    ),
    "settings.dagster_yaml": (
        "Dagster 설정({path}/dagster.yaml)을 쓸 수 없습니다: {reason}",
        "Dagster's configuration ({path}/dagster.yaml) cannot be used: {reason}",
    ),
    "dagster.keeps_files": (
        "DAGSTER_MYSQL_URL이 있지만 {path}에는 storage가 없어 실행 기록이 SQLite에 남습니다. 있는 설정은 고쳐 쓰지 않습니다. "
        "새 폴더를 DAGSTER_HOME으로 정하거나, 파일 끝에 다음 줄을 더하거나, DAGSTER_MYSQL_URL을 빼 주세요: "
        "storage: {{mysql: {{mysql_url: {{env: DAGSTER_MYSQL_URL}}}}}}",
        "There is a DAGSTER_MYSQL_URL, but {path} has no storage, so that runs stay in SQLite. What is there is not "
        "rewritten. Make DAGSTER_HOME a new folder, or add this line to the file, or take DAGSTER_MYSQL_URL away: "
        "storage: {{mysql: {{mysql_url: {{env: DAGSTER_MYSQL_URL}}}}}}",
    ),
    "dagster.unset": (
        "Dagster 설정({path}/dagster.yaml)은 서버를 {name}에서 읽는데 그 환경 변수가 없습니다. "
        "예: export {name}=mysql+mysqlconnector://사용자:암호@서버:3306/데이터베이스",
        "Dagster's configuration ({path}/dagster.yaml) takes its server from {name}, which the environment lacks. "
        "Example: export {name}=mysql+mysqlconnector://user:password@host:3306/database",
    ),
    "dagster.bad_url": (
        "Dagster 인스턴스의 DAGSTER_MYSQL_URL을 쓸 수 없습니다. 예: mysql+mysqlconnector://사용자:암호@서버:3306/데이터베이스",
        "DAGSTER_MYSQL_URL, of the Dagster instance, cannot be used. "
        "Example: mysql+mysqlconnector://user:password@host:3306/database",
    ),
    "dagster.server": (
        "Dagster 인스턴스의 데이터베이스({url})를 쓸 수 없습니다: {reason}. 서버와 DAGSTER_MYSQL_URL을 확인해 주세요.",
        "The database of the Dagster instance ({url}) cannot be used: {reason}. See the server and DAGSTER_MYSQL_URL.",
    ),
    "dagster.not_on_mysql": (
        "Dagster 인스턴스({path})가 MySQL에 있지 않아 넓힐 칸이 없습니다. MySQL에 두려면 새 폴더를 DAGSTER_HOME으로, "
        "서버의 URL을 DAGSTER_MYSQL_URL로 정하고 다시 실행해 주세요.",
        "The Dagster instance ({path}) is not on MySQL: there is nothing to widen. To keep it there, make DAGSTER_HOME "
        "a new folder and DAGSTER_MYSQL_URL the server's URL, and run this again.",
    ),
    "settings.dotenv": (".env 파일({path})을 읽을 수 없습니다: {reason}", "The file {path} cannot be read: {reason}"),
    "settings.whole": (
        "{name} '{value}'은(는) {least} 이상의 정수여야 합니다.",
        "{name} '{value}' must be a whole number, {least} or more.",
    ),
    "settings.seconds": (
        "{name} '{value}'은(는) 0보다 큰 초 단위 숫자여야 합니다.",
        "{name} '{value}' must be a number of seconds above 0.",
    ),
    "settings.tpm_small": (
        "HCX_TPM {tpm:,}은(는) 너무 작습니다. 질문 하나를 묻는 데에도 토큰 {least:,}개가 필요합니다.",
        "HCX_TPM {tpm:,} is too small: a request about one question takes {least:,} tokens.",
    ),
    "settings.amount": (
        "{name} '{value}'은(는) 0 이상의 금액(원)이어야 합니다.",
        "{name} '{value}' must be an amount of KRW, zero or more.",
    ),
    "prices.unreadable": (
        "단가 파일 {path}에서 {model}의 단가를 읽을 수 없습니다({reason}). 설정 HCX_PRICES를 확인해 주세요.",
        "No price of {model} could be read from {path} ({reason}). Check the setting HCX_PRICES.",
    ),
    "settings.owner": (
        "{name} '{value}'은(는) 담당자가 아닙니다. team:이름 또는 전자 우편 주소를 쉼표로 나누어 적어 주세요.",
        "{name} '{value}' is no owner. Write team:name or e-mail addresses, separated by commas.",
    ),
    "settings.share": ("{name} '{value}'은(는) 0과 1 사이여야 합니다.", "{name} '{value}' must lie between 0 and 1."),
    "settings.day": (
        "{name} '{value}'은(는) 날짜가 아닙니다. YYYY-MM-DD로 적어 주세요.",
        "{name} '{value}' is not a date. Write YYYY-MM-DD.",
    ),
    "settings.timezone": (
        "{name} '{value}'은(는) 없는 시간대입니다. 예: Asia/Seoul",
        "{name} '{value}' is not a time zone. Example: Asia/Seoul",
    ),
    "settings.choice": (
        "{name} '{value}'은(는) {values} 중 하나여야 합니다.",
        "{name} '{value}' must be one of {values}.",
    ),
    "settings.url": (
        "{name} '{value}'은(는) http:// 또는 https:// 주소여야 합니다.",
        "{name} '{value}' must be an http:// or https:// address.",
    ),
    "settings.hour": (
        "{name} '{value}'은(는) 0부터 23까지의 시각이어야 합니다.",
        "{name} '{value}' must be an hour from 0 to 23.",
    ),
    "settings.alert_url": (
        "{name}의 {place}번째 주소를 쓸 수 없습니다 (비밀이므로 보이지 않습니다). 주소의 형식은 https://appriseit.com 에 있습니다.",
        "Address {place} of {name} cannot be used (it is a secret and not shown). See https://appriseit.com for what they look like.",
    ),
    "settings.dagster_home": (
        "DAGSTER_HOME {home}을(를) 만들거나 쓸 수 없습니다: {reason}",
        "DAGSTER_HOME {home} cannot be made or written to: {reason}",
    ),
    "taxonomy.unreadable": (
        "분류표 {source}을(를) 읽을 수 없습니다: {reason}. KEYWORDS_TAXONOMY를 확인해 주세요.",
        "The taxonomy {source} cannot be read: {reason}. See KEYWORDS_TAXONOMY.",
    ),
    "taxonomy.not_yaml": (
        "분류표 {source}이(가) YAML이 아닙니다: {reason}",
        "The taxonomy {source} is not YAML: {reason}",
    ),
    "taxonomy.no_categories": (
        "분류표 {source}에 'categories' 목록이 없습니다.",
        "The taxonomy {source} has no list 'categories'.",
    ),
    "taxonomy.entry": (
        "분류표 {source}의 {place}번째 항목은 id와 name을 가진 묶음이어야 합니다.",
        "Entry {place} of the taxonomy {source} must be a mapping with id and name.",
    ),
    "taxonomy.id": (
        "분류표 {source}의 {place}번째 항목: id는 정수여야 합니다.",
        "Entry {place} of the taxonomy {source}: id must be a whole number.",
    ),
    "taxonomy.name": (
        "분류표 {source}의 {place}번째 항목: name은 앞뒤 공백 없는 1~{limit}자여야 합니다.",
        "Entry {place} of the taxonomy {source}: name must be 1 to {limit} characters without outer blanks.",
    ),
    "taxonomy.description": (
        "분류표 {source}의 {place}번째 항목: description은 글이어야 합니다.",
        "Entry {place} of the taxonomy {source}: description must be text.",
    ),
    "taxonomy.examples": (
        "분류표 {source}의 {place}번째 항목: examples는 글의 목록이어야 합니다.",
        "Entry {place} of the taxonomy {source}: examples must be a list of texts.",
    ),
    "taxonomy.catch_all_flag": (
        "분류표 {source}의 {place}번째 항목: catch_all은 true 또는 false여야 합니다.",
        "Entry {place} of the taxonomy {source}: catch_all must be true or false.",
    ),
    "taxonomy.twice": (
        "분류표 {source}에 {field} '{value}'이(가) 두 번 있습니다.",
        "The taxonomy {source} has the {field} '{value}' twice.",
    ),
    "taxonomy.catch_all": (
        "분류표 {source}에는 catch_all: true인 분류가 꼭 하나 있어야 하는데 {count}개입니다: {names}",
        "The taxonomy {source} must mark exactly one category with catch_all: true, but marks {count}: {names}",
    ),
    "categories.differ": (
        "admin_categories가 분류표와 다릅니다: 분류표는 {id}: {name}, 표에는 {there}. "
        "분류표(KEYWORDS_TAXONOMY)나 admin_categories 중 하나를 고쳐 같게 해 주세요.",
        "admin_categories differs from the taxonomy, which has {id}: {name}; the table has {there}. "
        "Change the taxonomy (KEYWORDS_TAXONOMY) or admin_categories so that they agree.",
    ),
    "database.bad_url": (
        "KEYWORDS_DATABASE_URL을 쓸 수 없습니다. 예: mysql+mysqlconnector://사용자:암호@서버:3306/데이터베이스",
        "KEYWORDS_DATABASE_URL cannot be used. Example: mysql+mysqlconnector://user:password@host:3306/database",
    ),
    "database.unreachable": (
        "데이터베이스({url})에 연결할 수 없습니다: {reason}. 서버가 켜져 있는지와 KEYWORDS_DATABASE_URL을 확인해 주세요.",
        "No connection to the database ({url}): {reason}. Is the server running? See KEYWORDS_DATABASE_URL.",
    ),
    "database.refused": (
        "데이터베이스({url})가 거부했습니다: {reason}",
        "The database ({url}) refused: {reason}",
    ),
    "database.no_such": (
        "데이터베이스에 그런 표나 칸이 없습니다: {reason}. KEYWORDS_TABLE_…, KEYWORDS_COLUMN_… 설정을 확인해 주세요.",
        "The database has no such table or column: {reason}. See KEYWORDS_TABLE_… and KEYWORDS_COLUMN_….",
    ),
    "database.not_upgraded": (
        "데이터베이스에 필요한 표가 아직 없습니다. 'keyword-assets db upgrade'를 먼저 실행해 주세요 (--dry-run으로 미리 보기).",
        "The database is not set up. Run 'keyword-assets db upgrade' first (--dry-run shows what it does).",
    ),
    "database.newer": (
        "데이터베이스가 이 프로그램보다 새 버전({revision} > {head})입니다. keyword-assets를 새 버전으로 바꿔 주세요.",
        "The database's schema ({revision}) is newer than this program's ({head}). Update keyword-assets.",
    ),
    "database.crowded": (
        "데이터베이스({url})가 더 이상 연결을 받지 않습니다: {reason}. 다른 연결을 닫거나 관리자에게 max_connections를 늘려 달라고 한 뒤 다시 실행하면 이어집니다.",
        "The database ({url}) takes no more connections: {reason}. Close others, or have max_connections raised; running again goes on with the rest.",
    ),
    "database.busy": (
        "데이터베이스({url})의 잠금을 여러 번 시도해도 얻지 못했습니다: {reason}. 잠금을 쥐고 있는 작업이 끝난 뒤 다시 실행하면 이어집니다.",
        "The database ({url}) did not give us a lock after several tries: {reason}. Find out who holds it; running again goes on with the rest.",
    ),
    "database.full": (
        "데이터베이스({url}) 서버의 디스크나 테이블스페이스가 가득 찼습니다: {reason}. 공간을 마련한 뒤 다시 실행하면 이어집니다.",
        "The database ({url}) has no room left on its disk or in its tablespace: {reason}. Make room; running again goes on with the rest.",
    ),
    "database.read_only": (
        "데이터베이스({url})가 읽기 전용입니다: {reason}. 쓰기가 되는 주 서버의 주소인지 KEYWORDS_DATABASE_URL을 확인해 주세요.",
        "The database ({url}) is read-only: {reason}. Does KEYWORDS_DATABASE_URL name the primary server, which takes writes?",
    ),
    "database.denied": (
        "데이터베이스({url})가 이 사용자를 거부했습니다: {reason}. KEYWORDS_DATABASE_URL의 사용자와 암호, 그 사용자의 권한을 확인해 주세요.",
        "The database ({url}) denies this user: {reason}. Check the user and password in KEYWORDS_DATABASE_URL and what the user is granted.",
    ),
    "database.unknown": (
        "서버에 그런 데이터베이스가 없습니다({url}): {reason}. KEYWORDS_DATABASE_URL 끝의 이름을 확인해 주세요.",
        "The server has no such database ({url}): {reason}. Check the name at the end of KEYWORDS_DATABASE_URL.",
    ),
    "database.packet": (
        "한 줄이 {size:,}바이트로, 서버가 한 번에 받는 max_allowed_packet({limit:,}바이트)보다 큽니다. 관리자에게 그 값을 늘려 달라고 해 주세요",
        "a row of {size:,} bytes is more than the server takes at once (max_allowed_packet is {limit:,} bytes); have that raised",
    ),
    "quarantine.refused": (
        "격리 표가 질문 하나를 받지 않습니다: {reason}. 다음 실행에서 다시 보냅니다.",
        "The quarantine did not take a question: {reason}. It will be sent again by the next run.",
    ),
    "database.retry": (
        "데이터베이스: {reason}; 다시 시도합니다 ({attempt}번째)",
        "database: {reason}; trying again ({attempt})",
    ),
    "hcx.tighter_limits": (
        "HCX가 알려 준 한도가 설정보다 작아 그 한도에 맞춥니다: 요청 {requests:,}, 토큰 {tokens:,}",
        "HCX states a smaller quota than the settings, and is obeyed: {requests:,} requests, {tokens:,} tokens",
    ),
    "hcx.unreachable": (
        "HCX에 연결할 수 없습니다: {reason}. 네트워크와 HCX_BASE_URL을 확인한 뒤 다시 실행하면 남은 질문부터 이어집니다.",
        "No connection to HCX: {reason}. Check the network and HCX_BASE_URL; running again goes on with the rest.",
    ),
    "hcx.denied": (
        "HCX가 거부했습니다: {reason}. HCX_API_KEY와 CLOVA Studio의 이용 신청, 모델({model})을 확인해 주세요.",
        "HCX refused us: {reason}. Check HCX_API_KEY, the subscription in CLOVA Studio and the model ({model}).",
    ),
    "hcx.no_api": (
        "{url}은(는) CLOVA Studio처럼 답하지 않습니다. HCX_BASE_URL을 확인해 주세요.",
        "{url} does not answer like CLOVA Studio. Check HCX_BASE_URL.",
    ),
    "simulator.kiwi_missing": (
        "모의 서버에는 형태소 분석기가 필요합니다: pip install 'keyword-assets[simulator]'",
        "The simulator needs a morphological analyser: pip install 'keyword-assets[simulator]'",
    ),
    "simulator.port_taken": (
        "포트 {port}을(를) 이미 다른 프로그램이 쓰고 있습니다. --port로 다른 번호를 주세요.",
        "Port {port} is taken by another program. Choose another with --port.",
    ),
    "simulator.cannot_listen": (
        "{host}:{port}에서 받을 수 없습니다: {reason}",
        "Cannot listen on {host}:{port}: {reason}",
    ),
    "simulator.ready": (
        "모의 CLOVA Studio가 {url} 에서 기다립니다. HCX_BASE_URL={url} HCX_API_KEY=nv-아무거나 로 쓰고, Ctrl-C로 끝냅니다.",
        "A simulated CLOVA Studio listens on {url}. Use it with HCX_BASE_URL={url} HCX_API_KEY=nv-anything; Ctrl-C ends it.",
    ),
    # -- demo ---------------------------------------------------------------------------------------------------------
    "demo.simulated": (
        "데모입니다. 답은 HyperCLOVA X가 아니라 이 컴퓨터의 모의 서버가 만든 것입니다. 비용은 실제로 청구되지 않습니다.",
        "A demo. The answers come from a simulator on this machine, not from HyperCLOVA X; no cost is charged.",
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
    "csv.not_utf8": ("{file}은(는) UTF-8 파일이 아닙니다.", "{file} is not UTF-8."),
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
    # -- words --------------------------------------------------------------------------------------------------------
    "word.day": ("날짜", "day"),
    "word.total": ("합계", "total"),
    "word.messages": ("메시지", "messages"),
    "word.blank": ("빈 메시지", "blank"),
    "word.questions": ("전체 고유 질문", "unique questions"),
    "word.classified": ("처리된 질문", "classified"),
    "word.missing": ("누락된 질문", "missing"),
    "word.quarantined": ("그중 격리", "of these quarantined"),
    "word.coverage": ("처리율", "coverage"),
    "word.asked": ("횟수", "asked"),
    "word.tries": ("시도", "tries"),
    "word.reason": ("이유", "reason"),
    "word.question": ("질문", "question"),
    "word.state": ("상태", "state"),
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
    "verdict.empty": ("이 기간에는 질문이 없습니다.", "There are no questions in this period."),
    "verdict.complete": (
        "100.0 % — 고유 질문 {questions:,}개가 모두 처리되었습니다.",
        "100.0 %: all {questions:,} unique questions are classified.",
    ),
    "verdict.open": (
        "처리율 {coverage} — 누락 {missing:,}개가 남았습니다 (그중 격리 {quarantined:,}개). 다시 실행하면 누락만 처리합니다.",
        "Coverage {coverage}: {missing:,} still missing ({quarantined:,} of them quarantined). Running again sends only those.",
    ),
    "verdict.orphaned": (
        "참고: 그날 메시지가 없는(지워졌거나 고쳐진) 텍스트 {count:,}개에 키워드 행이 남아 있습니다. 지우지 않습니다.",
        "Note: {count:,} texts have keyword rows but no message that day (deleted or edited). The rows are left alone.",
    ),
    "verdict.miscounted": (
        "참고: 질문 {count:,}개의 query_count가 메시지 수와 다릅니다. 그날을 다시 실행하면 바로잡습니다.",
        "Note: query_count of {count:,} questions differs from their messages. The next run of the day corrects it.",
    ),
    "verdict.quarantined": (
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
    "run.waiting": (
        "다른 실행({run_id})이 HCX를 쓰고 있어 끝나기를 기다립니다. Ctrl-C로 그만둘 수 있습니다.",
        "Another run ({run_id}) is using HCX; waiting for it to end. Ctrl-C gives up.",
    ),
    "run.killed": (
        "이 실행을 맡은 명령이 도중에 종료되었습니다.",
        "The command that carried this run was killed.",
    ),
    "run.silent": (
        "이 실행을 맡은 프로세스가 {seconds}초 넘게 소식이 없습니다. 서버가 꺼졌거나 프로세스가 강제로 종료된 것으로 보고 실패로 표시했습니다. 지금까지의 답은 저장되어 있고, 다음 실행이 이어서 합니다.",
        "The process that carried this run has not been heard of for {seconds} seconds: its host or the process itself is gone. What it had answered is kept, and the next run goes on from there.",
    ),
    "run.broken": (
        "Dagster 실행 {run_id}이(가) 실패했습니다. Dagster UI의 실행 기록을 봐 주세요.",
        "The Dagster run {run_id} failed. See its log in the Dagster UI.",
    ),
    "check.complete": ("{day}: 모든 질문이 처리되었습니다.", "{day}: every question is classified."),
    "check.open": (
        "{day}: 누락 {missing:,}개 (그중 격리 {quarantined:,}개). 이 날을 다시 실행하면 누락만 처리합니다.",
        "{day}: {missing:,} missing ({quarantined:,} quarantined). Materialize the day again to send only those.",
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
    "report.summary": (
        "### {day} · 처리율 {coverage}\n\n| | |\n|:--|--:|\n| 메시지 | {messages:,} |\n| 빈 메시지 | {blank:,} |\n"
        "| 고유 질문 | {questions:,} |\n| 처리 | {classified:,} |\n| 누락 | {missing:,} |\n| 그중 격리 | {quarantined:,} |\n",
        "### {day} · coverage {coverage}\n\n| | |\n|:--|--:|\n| messages | {messages:,} |\n| blank | {blank:,} |\n"
        "| questions | {questions:,} |\n| classified | {classified:,} |\n| missing | {missing:,} |\n"
        "| of these quarantined | {quarantined:,} |\n",
    ),
    "report.next_nothing": ("누락이 없어 할 일이 없습니다.", "Nothing is missing."),
    "report.next_run": (
        "다음: 이 날을 다시 실행하거나 `keyword-assets missing {day} {day}` (누락만 보냅니다).",
        "Next: materialize the day again, or `keyword-assets missing {day} {day}` (sends only what is missing).",
    ),
    "report.next_retry": (
        "다음: `keyword-assets quarantine list {day} {day}` 로 이유를 보고, `quarantine retry` 로 다시 보냅니다.",
        "Next: `keyword-assets quarantine list {day} {day}` says why; `quarantine retry` sends them again.",
    ),
    # -- the assets in the UI -----------------------------------------------------------------------------------------
    "asset.unique_chats": (
        "**그 날의 질문.** `{table}`의 메시지를 바이트가 같은 것끼리 묶고, 빈 메시지는 따로 셉니다. 메시지는 복사하지 않으며, "
        "이 자산에는 날짜별 수만 있습니다. 실행해도 HCX에 보내는 것이 없습니다.",
        "**The day's questions.** The messages of `{table}` grouped byte for byte, blanks counted apart. Nothing is "
        "copied: this asset holds the numbers of each day. Materializing it sends nothing to HCX.",
    ),
    "asset.classified_keywords": (
        "**질문의 키워드와 분류.** `{table}`에 질문, 키워드, 분류마다 한 행. 질문은 HyperCLOVA X에 한 번만 보내고, 답은 받는 대로 "
        "검사해 통과한 것만 씁니다. 실행하면 **아직 키워드가 없는 질문에 비용이 듭니다**.\n\n"
        "모델, 프롬프트, 분류표가 바뀌면 지난 날이 stale로 보입니다. 이미 있는 행은 `reclassify: true`로 실행할 때만 다시 씁니다.",
        "**Keywords and categories of questions.** One row of `{table}` for each question, keyword and category. A "
        "question is sent to HyperCLOVA X once; answers are checked and written as they arrive. Materializing **costs "
        "money for questions without keywords**.\n\n"
        "When model, prompt or taxonomy change, past days show as stale. Rows that are there are rewritten only with `reclassify: true`.",
    ),
    "asset.missing_data_report": (
        "**빠진 것이 없다는 증거.** 하루를 원본과 바로 견주어 세고, 누락된 질문과 이유를 보여 줍니다. 수가 바뀌었을 때만 `{table}`에 "
        "한 행이 더해집니다. 실행해도 HCX에 보내는 것이 없습니다.",
        "**The proof that nothing was left out.** The day counted live against its source, and what is missing with its "
        "reason. `{table}` gets a row when the numbers change. Materializing it sends nothing to HCX.",
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
    "sensor.no_days": ("아직 지난 날이 없습니다.", "There is no past day yet."),
    "sensor.nothing": (
        "{start} ~ {end}: 다시 실행할 날이 없습니다 — {why}.",
        "{start} to {end}: nothing to launch now: {why}.",
    ),
    "sensor.complete": ("모두 처리됨", "every day is complete"),
    "sensor.few_in_flight": ("실행 중 {count:,}일", "{count:,} day(s) in flight"),
    "sensor.few_postponed": ("자리를 기다림 {count:,}일", "{count:,} day(s) queued behind those"),
    "sensor.few_quarantined": ("격리만 남음 {count:,}일", "{count:,} day(s) with nothing but quarantined questions"),
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
        "미룸: {days} ({count:,}일) — 한 번에 실행할 만큼 이미 찼습니다. 새 날짜부터 차례로 실행합니다.",
        "Postponed: {days} ({count:,} days): enough days are in flight. The newest go first.",
    ),
    "sensor.quarantined": (
        "건너뜀: {days} ({count:,}일) — 격리된 질문만 남았습니다. `keyword-assets quarantine list`로 확인하세요.",
        "Left alone: {days} ({count:,} days): only quarantined questions are left, see `keyword-assets quarantine list`.",
    ),
    "sensor.uncounted": (
        "다음 차례: {days} ({count:,}일) — 시간 안에 세지 못했습니다.",
        "Next time: {days} ({count:,} days): they could not be counted within this tick.",
    ),
    "sensor.waits": (
        "기다림: {day} — 소득 없는 시도 {failures}번, 다음 시도는 {until}부터.",
        "Waiting: {day}: {failures} fruitless tries in a row, next try from {until}.",
    ),
    "sensor.reason": ("{days}일, 누락 {open:,}개", "{days} day(s), {open:,} missing"),
    "summary.reason": ("  실패 이유: {reason} — {count:,}개", "  failed because: {reason} ({count:,})"),
    # -- why an answer was not taken ----------------------------------------------------------------------------------
    "reason.id_missing": ("답이 없음", "no answer"),
    "reason.id_twice": ("한 질문에 답이 두 번", "answered twice"),
    "reason.shape": ("답의 형식이 다름", "an answer of another form"),
    "reason.keyword_count": ("키워드가 1~3개가 아님", "not 1 to 3 keywords"),
    "reason.keyword_blank": ("빈 키워드", "a blank keyword"),
    "reason.keyword_long": ("100자를 넘는 키워드", "a keyword of over 100 characters"),
    "reason.keyword_not_text": ("글자가 아닌 것이 든 키워드", "a keyword that is not text"),
    "reason.category": ("분류표에 없는 분류", "a category that is not in the taxonomy"),
    "reason.not_json": ("JSON이 아닌 답", "an answer that is not JSON"),
    "reason.no_result": ("결과가 없는 회신", "a reply without a result"),
    "reason.no_content": ("내용이 없는 회신", "a reply without content"),
    "reason.truncated": ("출력 상한에서 잘린 답", "an answer cut off at the output cap"),
    # -- alerts -------------------------------------------------------------------------------------------------------
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
    "alert.days": ("{start} ~ {end} 중 {count:,}일", "{count:,} days of {start} to {end}"),
    "alert.minutes": ("{count:,}분", "{count:,} minutes"),
    "alert.hours": ("{count:,.1f}시간", "{count:,.1f} hours"),
    "notify.timeout": ("{seconds:g}초 안에 응답이 없음", "no answer within {seconds:g} s"),
    "notify.refused": ("HTTP {status}로 거부됨", "refused with HTTP {status}"),
    "notify.failed": ("연결되지 않거나 거부됨", "no connection, or refused"),
    "alert.gave_up": (
        "알림 채널 {channel}에 {days}일 동안 보내지 못한 '{title}'을(를) 버립니다: {reason}",
        "The alert channel {channel} did not take '{title}' for {days} days; dropped: {reason}",
    ),
    "alert.not_delivered": (
        "알림 채널 {channel}에 '{title}'을(를) 보내지 못했습니다: {reason}. 나중에 다시 보냅니다.",
        "The alert channel {channel} did not take '{title}': {reason}. It is sent again later.",
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
    "outcome.died": ("실행 프로세스가 비정상 종료됨", "the run's process died"),
    # -- quarantine ---------------------------------------------------------------------------------------------------
    "quarantine.none": ("격리된 질문이 없습니다.", "No quarantined questions."),
    "quarantine.count": (
        "격리된 질문 {count:,}개 중 {shown:,}개를 보였습니다.",
        "{shown:,} of {count:,} quarantined questions shown.",
    ),
    "quarantine.released": ("격리된 질문 {count:,}개를 풀었습니다.", "{count:,} quarantined texts released."),
    # -- the database -------------------------------------------------------------------------------------------------
    "upgrade.done": ("데이터베이스를 준비했습니다.", "The database is set up."),
    "upgrade.nothing": (
        "데이터베이스는 이미 최신입니다. 할 일이 없습니다.",
        "The database is up to date. Nothing to do.",
    ),
    "upgrade.dagster_done": (
        "Dagster 표의 칸 {count}개를 LONGTEXT로 넓혔습니다: {columns}",
        "{count} columns of Dagster's tables are LONGTEXT now: {columns}",
    ),
    "upgrade.dagster_nothing": (
        "Dagster 표의 칸은 이미 모두 넓습니다. 할 일이 없습니다.",
        "The columns of Dagster's tables are wide already. Nothing to do.",
    ),
    "upgrade.dagster_first": (
        "Dagster의 표가 아직 없습니다. --dry-run 없이 실행하면 Dagster가 표를 만든 뒤 다음 칸을 LONGTEXT로 넓힙니다: {columns}",
        "Dagster has no tables there yet. Without --dry-run it makes them, and these become LONGTEXT: {columns}",
    ),
    "upgrade.at_once": ("바로 끝남.", "At once."),
    "upgrade.takes": (
        "추정 약 {seconds:,}초 ({rows:,}행, {mb:,.0f} MB 기준; 서버와 부하에 따라 다름).",
        "An estimated {seconds:,} s (for {rows:,} rows, {mb:,.0f} MB; it depends on the server and its load).",
    ),
    "upgrade.locks_nothing": ("쓰고 있는 표를 잠그지 않음.", "Locks no table in use."),
    "upgrade.locks_moment": (
        "읽기와 쓰기를 막지 않음 (시작과 끝의 순간만 표를 잠금).",
        "Blocks neither reading nor writing (locks the table for a moment at the beginning and the end).",
    ),
    "upgrade.locks_writes": (
        "끝날 때까지 이 표에 쓰는 작업이 기다림.",
        "Whoever writes to the table waits until it is done.",
    ),
    "upgrade.locks_file": (
        "끝날 때까지 이 파일에 쓰는 작업이 기다림.",
        "Whoever writes to the file waits until it is done.",
    ),
    "upgrade.counting": (
        "메시지 약 {messages:,}개를 세고 있습니다. 몇 분 걸릴 수 있습니다. 잠그는 것은 없고, Ctrl-C로 그만둘 수 있습니다.",
        "Counting about {messages:,} messages, which can take minutes. Nothing is locked; Ctrl-C gives up.",
    ),
    "upgrade.script": (
        "필요한 권한: CREATE, ALTER, INDEX, SELECT, INSERT, UPDATE. 실행: mysql 데이터베이스 < 이 파일\n"
        "도중에 멈췄으면 'keyword-assets db upgrade --dry-run --sql 파일'로 남은 문장을 다시 만듭니다.\n"
        "KEYWORDS_DATABASE_URL의 계정에는 keyword_로 시작하는 표의 SELECT, INSERT, UPDATE, DELETE 권한이 필요합니다.",
        "Takes the rights CREATE, ALTER, INDEX, SELECT, INSERT, UPDATE. To run it: mysql DATABASE < this file\n"
        "Stopped half-way? 'keyword-assets db upgrade --dry-run --sql FILE' writes what is left.\n"
        "The account of KEYWORDS_DATABASE_URL needs SELECT, INSERT, UPDATE, DELETE on the tables that begin with keyword_.",
    ),
    "upgrade.written": ("실행할 문장을 {file}에 적었습니다.", "The statements are in {file}."),
    "upgrade.no_rights": (
        "이 계정에는 표를 만들거나 바꿀 권한이 없습니다({reason}). 남은 문장을 {file}에 적었으니 관리자에게 실행을 부탁해 주세요.",
        "This account may not create or alter tables ({reason}). The statements that are left are in {file}: "
        "ask the administrator to run it.",
    ),
    "upgrade.busy": (
        "다른 작업이 표를 {seconds}초 넘게 쓰고 있어 멈췄습니다. 그때까지 한 것은 남아 있습니다. 긴 작업이 끝난 뒤 다시 실행해 주세요.",
        "Stopped: somebody has been using a table for over {seconds} s. What was done is kept. Run again when that is over.",
    ),
    "upgrade.file_exists": (
        "{file}은(는) 이미 있고 이 명령이 만든 것이 아닙니다. 다른 이름을 주세요.",
        "{file} is there already and not from this command. Give another name.",
    ),
    "upgrade.file_unwritable": (
        "{file}에 문장을 적을 수 없습니다: {reason}. --sql로 다른 이름을 주세요.",
        "The statements cannot be written to {file}: {reason}. Give another name with --sql.",
    ),
    "found.title": ("찾은 것 (아무것도 바꾸지 않았습니다):", "Found (nothing was changed):"),
    "found.nothing": ("표에서 문제를 찾지 못했습니다.", "Nothing amiss was found in the tables."),
    "found.no_index": (
        "{table}.{column}에 색인이 없음. 관리자가 만들 수 있음: {statement}",
        "{table}.{column} has no index. The administrator can make it: {statement}",
    ),
    "found.duplicates": (
        "같은 날, 같은 질문, 키워드, 분류가 두 번 이상인 경우 {groups:,}건, 남는 행 {surplus:,}개. 'db upgrade --dedupe'가 지움.",
        "{groups:,} times the same day, text, keyword and category more than once: {surplus:,} rows too many. "
        "'db upgrade --dedupe' removes them.",
    ),
    "found.without_question": (
        "메시지가 없는 날의 질문을 가진 키워드 행 {rows:,}개.",
        "{rows:,} keyword rows whose question is not among the day's messages.",
    ),
    "found.wrong_counts": (
        "query_count가 실제 메시지 수와 다른 행 {rows:,}개. 그 날을 다시 실행하면 맞춰짐.",
        "{rows:,} rows whose query_count is not the number of messages. Running their days again corrects it.",
    ),
    "found.unknown_categories": (
        "admin_categories에 없는 분류 번호를 가진 행 {rows:,}개 (번호 {ids:,}가지).",
        "{rows:,} rows with a category id that admin_categories does not have ({ids:,} ids).",
    ),
    "dedupe.would": (
        "--dedupe가 CSV 파일에 적은 뒤 지울 행 {rows:,}개 (가장 오래된 것은 남김).",
        "--dedupe would write {rows:,} rows to a CSV file and remove them (the oldest stays).",
    ),
    "dedupe.done": (
        "중복 행 {rows:,}개를 지웠습니다. 지운 행은 {file}에 있습니다.",
        "{rows:,} duplicate rows removed. They are in {file}.",
    ),
    "dedupe.partly": (
        "지운 행은 모두 {file}에 있습니다. 다시 실행하면 새 파일에 남은 것부터 이어집니다.",
        "All rows that were removed are in {file}. Running again goes on with the rest, in a new file.",
    ),
    "dedupe.none": ("중복 행이 없습니다.", "No duplicate rows."),
    "dedupe.dump_alone": ("--dump는 --dedupe와 함께 쓰는 옵션입니다.", "--dump goes with --dedupe."),
    "dedupe.exists": (
        "{file}이(가) 이미 있습니다. 덮어쓰지 않으니 --dump로 다른 이름을 주세요. 지운 것은 없습니다.",
        "{file} is there already and is not overwritten. Give another name with --dump. Nothing was removed.",
    ),
    "dedupe.unmakable": (
        "{file}을(를) 만들 수 없습니다: {reason}. 지운 것은 없습니다.",
        "{file} cannot be made: {reason}. Nothing was removed.",
    ),
    "dedupe.unwritable": (
        "{file}에 적을 수 없습니다: {reason}. 적지 못한 행은 지우지 않았습니다. 다시 실행하면 남은 것부터 이어집니다.",
        "{file} cannot be written to: {reason}. No row was removed that is not in it. Running again goes on.",
    ),
    "dedupe.differs": (
        "지울 행은 {expected:,}개인데 데이터베이스는 {removed:,}개를 지우려 했습니다. 이 묶음은 되돌렸습니다.",
        "{expected:,} rows were to go, and the database would have removed {removed:,}. That batch was taken back.",
    ),
    "dedupe.view": (
        "{table}은(는) 뷰라서 어느 행이 지워질지 알 수 없습니다. 원래 표에서 지워 주세요. 아무것도 바꾸지 않았습니다.",
        "{table} is a view, and which rows would go is not known. Remove them from its table. Nothing was changed.",
    ),
    "dedupe.engine": (
        "{table} 표의 엔진({engine})에는 트랜잭션이 없어, 파일에 적은 행만 지운다고 보장할 수 없습니다. 아무것도 바꾸지 않았습니다. "
        "관리자에게 InnoDB로 바꿔 달라고 해 주세요.",
        "The engine of {table} ({engine}) has no transactions, so that a row could change between the file and its "
        "removal. Nothing was changed. Ask the administrator to move the table to InnoDB.",
    ),
    "dedupe.referenced": (
        "{by} 표가 {table}의 행을 외래 키로 가리킵니다. 지우면 그쪽 행도 바뀔 수 있어 지우지 않습니다. 아무것도 바꾸지 않았습니다.",
        "A foreign key of {by} points to rows of {table}; removing them could change rows there. Nothing was changed.",
    ),
    "dedupe.no_key": (
        "{table} 표에 기본 키가 없고, 행을 내용으로 가릴 수 없는 칸이 있습니다({columns}). 아무것도 바꾸지 않았습니다. "
        "관리자에게 기본 키를 만들어 달라고 해 주세요.",
        "{table} has no primary key, and columns by whose contents rows cannot be told apart ({columns}). Nothing was "
        "changed. Ask the administrator for a primary key.",
    ),
    # -- personal data; `privacy` recognises both languages' words ------------------------------------------------------
    "mask.phone": ("[전화번호]", "[phone number]"),
    "mask.email": ("[이메일]", "[e-mail]"),
    "mask.rrn": ("[주민등록번호]", "[resident registration number]"),
    "mask.card": ("[카드번호]", "[card number]"),
    "mask.account": ("[계좌번호]", "[account number]"),
    # -- doctor -------------------------------------------------------------------------------------------------------
    "doctor.settings": ("설정", "settings"),
    "doctor.taxonomy": ("분류표", "taxonomy"),
    "doctor.database": ("데이터베이스", "database"),
    "doctor.schema": ("표", "tables"),
    "doctor.index": ("색인", "index"),
    "doctor.hcx": ("HCX", "HCX"),
    "doctor.quota": ("사용량 한도", "quota"),
    "doctor.batch_large": (
        " HCX_BATCH_SIZE {batch}은(는) 권장 상한 16보다 큽니다. 질문이 많을수록 답의 정확도가 떨어집니다.",
        " HCX_BATCH_SIZE {batch} is above the 16 advised: answers lose accuracy with more questions a request.",
    ),
    "doctor.quota_is": (
        "{window:g}초에 요청 {qpm:,}회, 토큰 {tpm:,}개 (HCX_QPM, HCX_TPM)",
        "{qpm:,} requests and {tpm:,} tokens in {window:g} s (HCX_QPM, HCX_TPM)",
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
    "doctor.dagster": ("Dagster", "Dagster"),
    "doctor.settings_ok": ("{model}, {timezone}", "{model}, {timezone}"),
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
    "doctor.index_ok": ("날짜별 조회에 쓰는 색인이 있음", "the index that days are counted by is there"),
    "doctor.hcx_ok": ("{url}, {model}: 키가 받아들여짐", "{url}, {model}: the key is accepted"),
    "doctor.dagster_narrow": (
        "Dagster 표에 64 KB까지만 담는 칸이 있어 큰 센서 틱과 검사 결과가 사라집니다: {columns}. "
        "'keyword-assets db upgrade --dagster'를 실행해 주세요 (--dry-run으로 미리 보기).",
        "Columns of Dagster's tables hold 64 KB only, so that large sensor ticks and check results get lost: {columns}. "
        "Run 'keyword-assets db upgrade --dagster' (--dry-run shows what it does).",
    ),
    "doctor.dagster_server": (", 서버 {url}", ", on {url}"),
    "doctor.dagster_ignores": (
        ". 작업 폴더의 기본 인스턴스는 늘 SQLite이므로 DAGSTER_MYSQL_URL은 쓰이지 않습니다. DAGSTER_HOME을 다른 폴더로 정해 주세요.",
        ". The working folder's own instance is always on SQLite: DAGSTER_MYSQL_URL is not used. "
        "Make DAGSTER_HOME another folder.",
    ),
    "doctor.dagster_ok": ("{home}, 실행 기록 {runs:,}개", "{home}, {runs:,} runs"),
    # -- reports ------------------------------------------------------------------------------------------------------
    "asset.keyword_report": (
        "그날까지 네 주를 그 앞의 네 주와 견준 보고서: `KEYWORDS_REPORTS`의 HTML과 Excel. 그날의 것이 이미 있으면 바꿔 씁니다.",
        "The four weeks up to the day, beside the four before them, as an HTML page and an Excel workbook in "
        "`KEYWORDS_REPORTS`. What is there for the day is replaced.",
    ),
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
