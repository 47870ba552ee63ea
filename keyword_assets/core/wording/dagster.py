"""Dagster's instance and its database: what is wrong with them, and what becomes of them."""

TEXTS: dict[str, tuple[str, str]] = {
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
}
