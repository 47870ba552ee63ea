"""A database that cannot be opened, refuses, or is not the one that was meant."""

TEXTS: dict[str, tuple[str, str]] = {
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
}
