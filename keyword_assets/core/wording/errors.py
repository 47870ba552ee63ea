"""What went wrong, and what to do about it."""

TEXTS: dict[str, tuple[str, str]] = {
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
    "usage.golden": (
        "정답을 아는 질문의 파일이나 --from-reviews START [END]를 적어 주세요.",
        "Name a file of golden questions, or --from-reviews START [END].",
    ),
    "usage.wrong": ("잘못된 사용법: {reason}", "Wrong usage: {reason}"),
    "period.not_a_date": (
        "{name} '{text}'은(는) 날짜가 아닙니다. 2025-06-11, 2025-06, 어제, 지난주, 이번달, -7d처럼 적어 주세요.",
        "{name} '{text}' is not a date. Write one like 2025-06-11, 2025-06, yesterday, last-week, this-month or -7d.",
    ),
    "period.not_over": (
        "'{text}'에는 아직 끝난 날이 없습니다. 오늘은 {today}입니다.",
        "No day of '{text}' is over yet. Today is {today}.",
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
        "storage: {{custom: {{module: keyword_assets.orchestration.mysql_storage, class: MySQLStorage, "
        "config: {{mysql_url: {{env: DAGSTER_MYSQL_URL}}}}}}}}",
        "There is a DAGSTER_MYSQL_URL, but {path} has no storage, so that runs stay in SQLite. What is there is not "
        "rewritten. Make DAGSTER_HOME a new folder, or add this line to the file, or take DAGSTER_MYSQL_URL away: "
        "storage: {{custom: {{module: keyword_assets.orchestration.mysql_storage, class: MySQLStorage, "
        "config: {{mysql_url: {{env: DAGSTER_MYSQL_URL}}}}}}}}",
    ),
    "dagster.unset": (
        "Dagster 설정({path}/dagster.yaml)은 서버를 {name}에서 읽는데 그 환경 변수가 없습니다. "
        "예: export {name}=mysql+mysqlconnector://사용자:암호@서버:3306/데이터베이스",
        "Dagster's configuration ({path}/dagster.yaml) takes its server from {name}, which the environment lacks. "
        "Example: export {name}=mysql+mysqlconnector://user:password@host:3306/database",
    ),
    "dagster.server": (
        "Dagster 인스턴스의 데이터베이스({url})를 쓸 수 없습니다: {reason}. 서버와 DAGSTER_MYSQL_URL을 확인해 주세요.",
        "The database of the Dagster instance ({url}) cannot be used: {reason}. See the server and DAGSTER_MYSQL_URL.",
    ),
    "dagster.goes_on": (
        "Dagster의 데이터베이스({url})와 연결이 끊겨 {seconds}초째 다시 시도하고 있습니다: {reason}",
        "The connection to Dagster's database ({url}) was lost; trying again, for {seconds} s so far: {reason}",
    ),
    "dagster.gave_up": (
        "Dagster의 데이터베이스({url})가 {seconds}초 동안 답하지 않아 그만둡니다: {reason}. 서버를 확인해 주세요. "
        "더 오래 기다리려면 dagster.yaml의 storage에 retry_seconds를 적어 주세요.",
        "Dagster's database ({url}) has not answered for {seconds} s: {reason}. See the server. To wait longer, write "
        "retry_seconds under storage in dagster.yaml.",
    ),
    "dagster.begins": (
        "{url}에 Dagster의 표가 없어 새로 만듭니다. 실행 기록은 비어 있고, 스케줄과 센서는 다시 켜야 합니다.",
        "{url} has no tables of Dagster's: they are made now. There is no run history, and schedules and sensors have to "
        "be turned on.",
    ),
    "dagster.denied": (
        "{url}이(가) 접속을 거절합니다: {reason}. 계정이 없는 다른 서버로 바뀌었거나 암호가 달라졌는지 확인해 주세요. "
        "DAGSTER_MYSQL_URL과 서버의 계정을 맞춘 뒤 Dagster를 다시 시작해 주세요.",
        "{url} does not let us in: {reason}. See whether it is another server than before, without our account, or the "
        "password has changed. Make DAGSTER_MYSQL_URL and the server's accounts agree, and start Dagster anew.",
    ),
    "dagster.elsewhere": (
        "{url}에 Dagster의 표가 없습니다: {reason}. 다른 서버나 빈 서버로 바뀌지 않았는지 DAGSTER_MYSQL_URL과 함께 확인해 주세요. "
        "새 서버가 맞다면 'keyword-assets db upgrade --dagster'를 실행하고 Dagster를 다시 시작해 주세요.",
        "{url} lacks Dagster's tables: {reason}. See whether it is another server than before, or an empty one, and what "
        "DAGSTER_MYSQL_URL says. If a new server is meant, run 'keyword-assets db upgrade --dagster' and start Dagster anew.",
    ),
    "dagster.not_on_mysql": (
        "Dagster 인스턴스({path})가 MySQL에 있지 않아 넓힐 칸이 없습니다. MySQL에 두려면 새 폴더를 DAGSTER_HOME으로, "
        "서버의 URL을 DAGSTER_MYSQL_URL로 정하고 다시 실행해 주세요.",
        "The Dagster instance ({path}) is not on MySQL: there is nothing to widen. To keep it there, make DAGSTER_HOME "
        "a new folder and DAGSTER_MYSQL_URL the server's URL, and run this again.",
    ),
    "settings.dotenv": (".env 파일({path})을 읽을 수 없습니다: {reason}", "The file {path} cannot be read: {reason}"),
    "settings.no_env_file": (
        "설정 파일 {path}이(가) 없거나 파일이 아닙니다. --env-file(KEYWORDS_ENV_FILE)의 경로를 확인해 주세요.",
        "There is no settings file {path}, or it is no file. Check the path of --env-file (KEYWORDS_ENV_FILE).",
    ),
    "settings.no_home": (
        "KEYWORDS_HOME의 폴더 {path}이(가) 없습니다. 경로를 확인하거나 폴더를 만들어 주세요.",
        "There is no folder {path}, which KEYWORDS_HOME names. Check the path, or make the folder.",
    ),
    "settings.no_user": (
        "{name} '{value}': ~ 뒤의 사용자를 찾을 수 없습니다. 전체 경로를 적어 주세요.",
        "{name} '{value}': there is no such user as ~ names. Write the whole path.",
    ),
    "settings.environment": ("환경 변수", "environment"),
    "settings.unknown": (
        "{name}({where})은(는) 없는 설정이라 무시됩니다.",
        "{name} ({where}) is no setting of ours and has no effect.",
    ),
    "settings.unknown_near": (
        "{name}({where})은(는) 없는 설정이라 무시됩니다. {nearest}을(를) 적으려던 것이 아닌가요?",
        "{name} ({where}) is no setting of ours and has no effect. Did you mean {nearest}?",
    ),
    "settings.environment_only": (
        "{name}은(는) 환경 변수로만 정할 수 있어 {file}에 적은 것은 무시됩니다.",
        "{name} is taken from the environment only: what {file} says of it has no effect.",
    ),
    "settings.broken_line": (
        "{file}의 {line}번째 줄은 이름=값 형식이 아니어서 무시됩니다.",
        "Line {line} of {file} is not NAME=value and has no effect.",
    ),
    "settings.remark": ("주의: {message}", "Note: {message}"),
    "settings.whole": (
        "{name} '{value}'은(는) {least} 이상의 정수여야 합니다.",
        "{name} '{value}' must be a whole number, {least} or more.",
    ),
    "settings.whole_most": (
        "{name} '{value}'은(는) {least} 이상 {most:,} 이하의 정수여야 합니다.",
        "{name} '{value}' must be a whole number from {least} to {most:,}.",
    ),
    "settings.seconds": (
        "{name} '{value}'은(는) 0보다 큰 초 단위 숫자여야 합니다.",
        "{name} '{value}' must be a number of seconds above 0.",
    ),
    "settings.tpm_small": (
        "HCX_TPM {tokens:,}은(는) 너무 작습니다. 질문 하나를 묻는 데에도 토큰 {least:,}개가 필요합니다.",
        "HCX_TPM {tokens:,} is too small: a request about one question takes {least:,} tokens.",
    ),
    "settings.amount": (
        "{name} '{value}'은(는) 0 이상의 금액(원)이어야 합니다.",
        "{name} '{value}' must be an amount of KRW, zero or more.",
    ),
    "prices.unreadable": (
        "단가 파일 {path}에서 {model}의 단가를 읽을 수 없습니다({reason}). 설정 HCX_PRICES를 확인해 주세요.",
        "No price of {model} could be read from {path} ({reason}). Check the setting HCX_PRICES.",
    ),
    "settings.heartbeat": (
        "{name}은(는) https:// 주소(이 컴퓨터라면 http://도 됨)여야 하고, 사용자나 #을 담을 수 없습니다. 값은 보여 드리지 않습니다.",
        "{name} must be an https:// address (http:// for this machine) without a user or a #. Its value is not shown.",
    ),
    "settings.owner": (
        "{name} '{value}'은(는) 담당자가 아닙니다. team:이름 또는 이메일 주소를 쉼표로 나누어 적어 주세요.",
        "{name} '{value}' is no owner. Write team:name or e-mail addresses, separated by commas.",
    ),
    "settings.share": ("{name} '{value}'은(는) 0과 1 사이여야 합니다.", "{name} '{value}' must lie between 0 and 1."),
    "settings.times": ("{name} '{value}'은(는) 1보다 큰 수여야 합니다.", "{name} '{value}' must be a number above 1."),
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
        "{name}은(는) https:// 또는 http:// 주소여야 합니다. 적힌 값은 비밀이 들어 있을 수 있어 보이지 않습니다.",
        "{name} must be an https:// or http:// address. What was written is not shown, for it may hold a secret.",
    ),
    "settings.host": (
        "{name} '{value}'은(는) 이름이 아닙니다. 브라우저 주소에 쓰는 이름만, 포트 없이, 쉼표로 나누어 적어 주세요.",
        "{name} '{value}' is no host name. Write names as in a browser's address, without port, separated by commas.",
    ),
    "settings.network": (
        "{name} '{value}'은(는) IP 주소나 네트워크(예: 10.0.0.0/8)가 아닙니다. 쉼표로 나누어 적어 주세요.",
        "{name} '{value}' is no IP address or network (like 10.0.0.0/8). Separate them by commas.",
    ),
    "settings.url_extra": (
        "{name}에는 사용자, 암호, ?, #을 적을 수 없습니다. 서버와 경로만 적어 주세요: https://서버/경로",
        "{name} can hold no user, password, ? or #. Write host and path alone: https://host/path",
    ),
    "settings.plain_http": (
        "{name}이(가) 다른 컴퓨터({host})를 암호화 없이(http://) 가리켜 키와 질문이 그대로 드러납니다. https:// 로 바꿔 주세요. "
        "길이 다른 방법으로 보호된다면 KEYWORDS_ALLOW_PLAIN_HTTP=true 로 허용할 수 있습니다.",
        "{name} names another machine ({host}) by http://: whoever is on the way reads the key and the questions. Write "
        "https://. Where the way is protected otherwise, KEYWORDS_ALLOW_PLAIN_HTTP=true allows it.",
    ),
    "settings.umask": (
        "{name} '{value}'은(는) 077, 027처럼 0으로 시작하는 8진수 세 자리여야 합니다.",
        "{name} '{value}' must be three octal digits that begin with 0, such as 077 or 027.",
    ),
    "settings.twice": (
        "{name}과(와) {other}이(가) 함께 있습니다. 하나만 남겨 주세요.",
        "{name} and {other} are both set. Leave one of them.",
    ),
    "settings.secret_file": (
        "{name}의 파일 {path}을(를) 쓸 수 없습니다: {reason}",
        "The file {path}, which {name} names, cannot be used: {reason}",
    ),
    "settings.no_secret_file": (
        "{name}은(는) 비밀이 든 파일의 경로여야 하는데 그런 파일이 없습니다. 적힌 값은 비밀일 수 있어 보이지 않습니다.",
        "{name} must be the path of a file that holds the secret, and there is no such file. What was written is not "
        "shown, for it may be the secret itself.",
    ),
    "settings.secret_size": ("비어 있거나 너무 큼", "it is empty or too large"),
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
    "taxonomy.instruction": (
        "{source}: instruction은(는) 글이어야 합니다.",
        "{source}: instruction must be a text.",
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
        "{name}을(를) 쓸 수 없습니다. 예: mysql+mysqlconnector://사용자:암호@서버:3306/데이터베이스",
        "{name} cannot be used. Example: mysql+mysqlconnector://user:password@host:3306/database",
    ),
    "database.no_name": (
        "{name}에 데이터베이스 이름이 없습니다. 끝에 적어 주세요: mysql+mysqlconnector://사용자:암호@서버:3306/데이터베이스",
        "{name} names no database. Add it at the end: mysql+mysqlconnector://user:password@host:3306/database",
    ),
    "database.no_driver": (
        "{name}의 드라이버({driver})가 설치되어 있지 않습니다. mysql+mysqlconnector:// 로 시작하도록 바꿔 주세요.",
        "The driver that {name} asks for ({driver}) is not installed. Begin it with mysql+mysqlconnector://",
    ),
    "database.parameter_instead": (
        "{name}의 매개 변수 {parameter}은(는) 이 드라이버(mysql-connector)에 없습니다. 대신 {instead} 을(를) 쓰거나 빼 주세요.",
        "{name} has a parameter {parameter}, which its driver (mysql-connector) does not know. Use {instead} instead, or leave it out.",
    ),
    "database.parameter_drop": (
        "{name}의 매개 변수 {parameter}은(는) 이 드라이버(mysql-connector)의 URL에 쓸 수 없습니다. 빼 주세요.",
        "{name} has a parameter {parameter}, which its driver (mysql-connector) does not take from a URL. Leave it out.",
    ),
    "database.bad_parameter": (
        "{name}의 매개 변수 {parameter}을(를) 쓸 수 없습니다: {reason}. 값을 고치거나 빼 주세요.",
        "The parameter {parameter} of {name} cannot be used: {reason}. Mend it or leave it out.",
    ),
    "database.driver_refused": (
        "{name}의 매개 변수를 드라이버가 받지 않습니다: {reason}. 값을 고치거나 빼 주세요.",
        "The driver does not take the parameters of {name}: {reason}. Mend them or leave them out.",
    ),
    "database.given_twice": ("두 번 있음", "it is given twice"),
    "database.true_or_false": ("true 또는 false여야 함", "it must be true or false"),
    "database.whole_seconds": ("초 단위 정수여야 함", "it must be a whole number of seconds"),
    "database.not_a_file": ("그런 파일이 없음", "there is no such file"),
    "database.needs": ("{other}도 함께 있어야 함", "it needs {other} beside it"),
    "database.unreachable": (
        "데이터베이스({url})에 연결할 수 없습니다: {reason}. 서버가 켜져 있는지와 KEYWORDS_DATABASE_URL을 확인해 주세요.",
        "No connection to the database ({url}): {reason}. Is the server running? See KEYWORDS_DATABASE_URL.",
    ),
    "database.two_slashes": (
        "KEYWORDS_DATABASE_URL의 SQLite 파일 앞에는 빗금이 세 개입니다. 예: sqlite:///chats.db, sqlite:////srv/chats.db",
        "A SQLite file in KEYWORDS_DATABASE_URL comes after three slashes: sqlite:///chats.db, sqlite:////srv/chats.db",
    ),
    "database.in_memory": (
        "KEYWORDS_DATABASE_URL이 메모리의 데이터베이스를 가리켜 명령이 끝나면 사라집니다. 파일로 정해 주세요. 예: sqlite:///chats.db",
        "KEYWORDS_DATABASE_URL names a database in memory, which is gone when the command ends. Name a file, for example "
        "sqlite:///chats.db",
    ),
    "database.no_file": (
        "데이터베이스 파일 {path}은(는) 없던 파일이라 새로 만들면 비어 있게 됩니다. 만들지 않았습니다. {named} "
        "쓰던 데이터베이스가 있으면 {env_file}나 환경 변수의 KEYWORDS_DATABASE_URL로 정하거나, 그 폴더에서 실행하거나, "
        "--env-file 파일 또는 KEYWORDS_HOME으로 폴더를 알려 주세요. 새 파일로 시작하려면 "
        "'keyword-assets load-chats 파일.csv'나 'keyword-assets db upgrade'가 만듭니다.",
        "The database file {path} is not there: it would be new and empty, and was not made. {named} If you have a "
        "database, name it (KEYWORDS_DATABASE_URL in {env_file} or in the environment), or run this in its folder, or "
        "say where that is with --env-file FILE or KEYWORDS_HOME. To begin with a new file: "
        "'keyword-assets load-chats FILE.csv' or 'keyword-assets db upgrade' makes it.",
    ),
    "database.no_messages": (
        "KEYWORDS_DATABASE_URL이 없어 {path}을(를) 보았지만 {start}~{end}의 메시지가 하나도 없습니다. "
        "다른 데이터베이스를 뜻했다면 {env_file}나 환경 변수의 KEYWORDS_DATABASE_URL로 정하거나 "
        "--env-file 파일 또는 KEYWORDS_HOME으로 폴더를 알려 주세요. 이 파일이 맞다면 KEYWORDS_DATABASE_URL={url} 로 적어 주세요.",
        "KEYWORDS_DATABASE_URL is not set, and {path} has no message of {start} to {end}. If you meant another database, "
        "name it (KEYWORDS_DATABASE_URL in {env_file} or in the environment), or say where its folder is with "
        "--env-file FILE or KEYWORDS_HOME. If you meant this one, say so: KEYWORDS_DATABASE_URL={url}",
    ),
    "database.default": ("KEYWORDS_DATABASE_URL이 없어 기본값을 썼습니다.", "KEYWORDS_DATABASE_URL is not set."),
    "database.named": ("KEYWORDS_DATABASE_URL이 이 파일을 가리킵니다.", "KEYWORDS_DATABASE_URL names it."),
    "database.unnamed": (
        "KEYWORDS_DATABASE_URL이 없어 {path}을(를) 씁니다.",
        "KEYWORDS_DATABASE_URL is not set: using {path}.",
    ),
    "database.would_make": (
        "없던 파일입니다. 만들게 될 파일: {path}",
        "A file that is not there; would be made: {path}",
    ),
    "database.made": ("새 데이터베이스 파일을 만들었습니다: {path}", "Made a new database file: {path}"),
    "database.silent": ("서버가 답하지 않음", "the server does not answer"),
    "database.refused": (
        "데이터베이스({url})가 거부했습니다: {reason}",
        "The database ({url}) refused: {reason}",
    ),
    "database.no_such": (
        "데이터베이스에 그런 표나 칸이 없습니다: {reason}. KEYWORDS_TABLE_…, KEYWORDS_COLUMN_… 설정을 확인해 주세요.",
        "The database has no such table or column: {reason}. See KEYWORDS_TABLE_… and KEYWORDS_COLUMN_….",
    ),
    "database.key_not_number": (
        "{table} 표의 {column} 칸이 정수가 아닙니다({type}). 메시지는 커지는 정수 번호로 구별해야 합니다. "
        "KEYWORDS_TABLE_CHATTINGS와 KEYWORDS_COLUMN_CHATTING_PK를 확인해 주세요.",
        "{column} of {table} is no whole number ({type}): messages are told apart by numbers that grow. See "
        "KEYWORDS_TABLE_CHATTINGS and KEYWORDS_COLUMN_CHATTING_PK.",
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
    "database.retry": (
        "데이터베이스: {reason}; 다시 시도합니다 ({attempt}번째)",
        "database: {reason}; trying again ({attempt})",
    ),
    "database.variable": (
        "데이터베이스가 세션 변수 {name} = {value} 을(를) 받아들이지 않아 서버의 값 그대로 씁니다: {reason}",
        "the database does not take the session variable {name} = {value}; the server's own value stays: {reason}",
    ),
    "hcx.tighter_limits": (
        "HCX가 알려 준 한도가 설정보다 작아 그 한도에 맞춥니다: 요청 {requests:,}, 토큰 {tokens:,}",
        "HCX states a smaller quota than the settings, and is obeyed: {requests:,} requests, {tokens:,} tokens",
    ),
    "hcx.disbelieved": (
        "HCX의 회신에 있을 수 없는 값이 있어 믿지 않습니다: {name} = {said}. 'keyword-assets quota show'로 볼 수 있습니다",
        "HCX's reply says what cannot be, and is not believed: {name} = {said}. See 'keyword-assets quota show'",
    ),
    "hcx.sizes_forgotten": (
        "앞선 실행이 배운 요청 크기로는 한 질문도 HCX_TPM에 들어가지 않아 처음부터 다시 배웁니다",
        "by the sizes that earlier runs learned not even one question fits into HCX_TPM; they are learned anew",
    ),
    "hcx.quota_taken": (
        "이 계정의 HCX 한도를 다른 요청이 다 쓰고 있음",
        "other requests take the whole HCX quota of this account",
    ),
    "hcx.unreachable": (
        "HCX에 연결할 수 없습니다: {reason}. {way} 네트워크와 HCX_BASE_URL을 확인한 뒤 다시 실행하면 남은 질문부터 이어집니다.",
        "No connection to HCX: {reason}. {way} Check the network and HCX_BASE_URL; running again goes on with the rest.",
    ),
    "hcx.blocked": (
        "HCX가 아닌 것이 모든 요청에 대신 답합니다: {reason}. {way} 방화벽·프록시 담당자에게 묻고 HCX_BASE_URL을 확인해 주세요. "
        "아무 질문도 격리하지 않았고, 다시 실행하면 남은 질문부터 이어집니다.",
        "Something on the way answers every request in HCX's place: {reason}. {way} Ask those who run the firewall or "
        "proxy, and check HCX_BASE_URL. No question was quarantined; running again goes on with the rest.",
    ),
    "hcx.page": (
        "HTTP {status}, HCX가 아니라 중간의 방화벽·프록시가 보낸 답: {page}",
        "HTTP {status}, not from HCX but from a firewall or proxy on the way: {page}",
    ),
    "hcx.by_proxy": ("요청은 프록시 {proxy}을(를) 거칩니다.", "Requests go through the proxy {proxy}."),
    "hcx.without_proxy": ("프록시는 쓰지 않습니다.", "No proxy is used."),
    "hcx.denied": (
        "HCX가 거부했습니다: {reason}. HCX_API_KEY와 CLOVA Studio의 이용 신청, 모델({model})을 확인해 주세요.",
        "HCX refused us: {reason}. Check HCX_API_KEY, the subscription in CLOVA Studio and the model ({model}).",
    ),
    "hcx.no_api": (
        "{url}은(는) CLOVA Studio처럼 답하지 않습니다. HCX_BASE_URL을 확인해 주세요.",
        "{url} does not answer like CLOVA Studio. Check HCX_BASE_URL.",
    ),
    # -- why an answer was not taken ----------------------------------------------------------------------------------
    "reason.id_missing": ("답이 없음", "no answer"),
    "reason.id_twice": ("한 질문에 답이 두 번", "answered twice"),
    "reason.shape": ("답의 형식이 다름", "an answer of another form"),
    "reason.keyword_count": ("키워드가 1~3개가 아님", "not 1 to 3 keywords"),
    "reason.keyword_blank": ("빈 키워드", "a blank keyword"),
    "reason.keyword_long": ("100자를 넘는 키워드", "a keyword of over 100 characters"),
    "reason.keyword_not_text": ("글자가 아닌 것이 든 키워드", "a keyword that is not text"),
    "reason.keyword_unseen": (
        "보이지 않거나 화면을 바꾸는 글자가 든 키워드",
        "a keyword with characters that hide or command",
    ),
    "answers.unfit": (
        "보관된 답을 쓸 수 없어 버리고 다시 묻습니다: '{text}' ({reason})",
        "A kept answer cannot be used; it is dropped and the text asked anew: '{text}' ({reason})",
    ),
    "reason.category": ("분류표에 없는 분류", "a category that is not in the taxonomy"),
    "reason.not_json": ("JSON이 아닌 답", "an answer that is not JSON"),
    "reason.corrected": (
        "사람이 고친 답의 분류가 지금 분류표에 없음 (corrections list)",
        "a correction whose category is not in the taxonomy any more (corrections list)",
    ),
    "reason.withdrawn": ("사람이 고친 답이 방금 취소됨", "a correction that has just been withdrawn"),
    "reason.others": ("그 밖의 이유", "other reasons"),
    "reason.too_long": ("끝없이 긴 회신", "a reply without end"),
    "reason.no_result": ("결과가 없는 회신", "a reply without a result"),
    "reason.no_content": ("내용이 없는 회신", "a reply without content"),
    "reason.truncated": ("출력 상한에서 잘린 답", "an answer cut off at the output cap"),
}
