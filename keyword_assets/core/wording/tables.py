"""What is said about the user's tables: why one cannot be served, what is slower, and which messages have no day."""

TEXTS: dict[str, tuple[str, str]] = {
    "tables.no_text": (
        "{table} 표의 {column} 칸은 글자 칸이 아닙니다({type}). 아무것도 바꾸지 않았습니다. 글자로 바꿔 보여 주는 뷰를 만들고 "
        "(예: CONVERT({column} USING utf8mb4) AS {column}) KEYWORDS_TABLE_… 설정에 그 이름을 적어 주세요.",
        "{column} of {table} holds no text ({type}). Nothing was changed. Make a view that shows it as text "
        "(such as CONVERT({column} USING utf8mb4) AS {column}) and name that in KEYWORDS_TABLE_….",
    ),
    "tables.no_time": (
        "{table} 표의 {column} 칸은 날짜 칸이 아닙니다({type}). DATE, DATETIME, TIMESTAMP만 안전하게 읽을 수 있습니다. 아무것도 바꾸지 "
        "않았습니다. 날짜로 바꿔 보여 주는 뷰를 만들고 (초 단위 숫자라면 CAST('1970-01-01' AS DATETIME) + INTERVAL {column} SECOND AS "
        "{column}, KEYWORDS_STORED_TIMEZONE=UTC. 20250611093000 같은 글자라면 STR_TO_DATE({column}, '%Y%m%d%H%i%s') AS {column}) "
        "KEYWORDS_TABLE_… 설정에 그 이름을 적어 주세요.",
        "{column} of {table} is no date ({type}): only DATE, DATETIME and TIMESTAMP can be read safely. Nothing was "
        "changed. Make a view that shows it as one (seconds since 1970: CAST('1970-01-01' AS DATETIME) + INTERVAL {column} "
        "SECOND AS {column}, with KEYWORDS_STORED_TIMEZONE=UTC; a text such as 20250611093000: STR_TO_DATE({column}, "
        "'%Y%m%d%H%i%s') AS {column}) and name that in KEYWORDS_TABLE_….",
    ),
    "tables.no_number": (
        "{table} 표의 {column} 칸은 정수 칸이 아닙니다({type}). 아무것도 바꾸지 않았습니다. KEYWORDS_COLUMN_… 설정을 확인해 주세요.",
        "{column} of {table} holds no whole numbers ({type}). Nothing was changed. See KEYWORDS_COLUMN_….",
    ),
    "tables.engine": (
        "{table} 표의 저장 엔진 {engine}에는 트랜잭션이 없어, 답과 비용과 행을 함께 적는다는 약속을 지킬 수 없습니다. 아무것도 바꾸지 않았습니다. "
        "관리자에게 InnoDB로 바꿔 달라고 하거나(ALTER TABLE {table} ENGINE=InnoDB) KEYWORDS_TABLE_ADMIN_CHAT_KEYWORDS에 다른 표를 "
        "적어 주세요.",
        "{table} is kept by {engine}, which has no transactions: answers, their cost and their rows could not be written "
        "together. Nothing was changed. Ask the administrator for InnoDB (ALTER TABLE {table} ENGINE=InnoDB), or name "
        "another table in KEYWORDS_TABLE_ADMIN_CHAT_KEYWORDS.",
    ),
    "tables.not_utf8": (
        "{table}.{column}의 값 {rows:,}개에 UTF-8 글자가 아닌 바이트가 있습니다. 그 바이트를 \\xff처럼 적은 글로 읽어 분류합니다.",
        "{rows:,} values of {table}.{column} hold bytes that are no UTF-8. They are read, and classified, as texts with "
        "these bytes written as \\xff.",
    ),
    "tables.view": (
        "{table}은(는) 뷰입니다. 밑의 표에 날짜 색인이 있어야 하루를 빨리 셉니다.",
        "{table} is a view: a day is counted quickly only if the tables below have an index over the time.",
    ),
    "tables.source_engine": (
        "{table}의 저장 엔진 {engine}은(는) 읽는 동안 쓰기를 기다리게 합니다. 큰 표라면 며칠씩 나누어 실행해 주세요.",
        "{table} is kept by {engine}, which lets writers wait while it is read. Run a few days at a time if it is large.",
    ),
    "tables.key_not_unique": (
        "{table}.{column}은(는) 메시지마다 다르다는 보장이 없어 쓰지 않습니다. 결과는 같고 조금 느립니다.",
        "{table}.{column} is not proven to differ from message to message, so it is not used: same results, a little slower.",
    ),
    "tables.key_not_alone": (
        "{table}.{column}은(는) 다른 칸과 함께여야 메시지를 구별합니다(파티션한 표가 그렇습니다). 새 메시지는 이 번호로 찾고, 글은 이 번호로 찾지 않습니다. "
        "결과는 같고 조금 느립니다.",
        "{table}.{column} tells messages apart only together with another column, as in a table in partitions: new messages "
        "are found by it, texts are not; same results, a little slower.",
    ),
    "tables.key_not_numbered": (
        "{table}.{column}은(는) 서버가 차례로 매기는 번호(AUTO_INCREMENT)가 아닙니다. 센서는 새 메시지를 날마다 세어 찾습니다. 결과는 같고 조금 "
        "느립니다.",
        "{table}.{column} is not numbered by the server (AUTO_INCREMENT): the sensor finds new messages by counting those of "
        "each day, same results, a little slower.",
    ),
    "tables.key_not_growing": (
        "{table}.{column}은(는) 새 메시지일수록 커지는 번호가 아닙니다. 센서는 늦게 온 메시지를 늦어도 여섯 시간 안에 알아챕니다.",
        "{table}.{column} does not grow with newer messages: the sensor may notice late ones up to six hours later.",
    ),
    "tables.slower": (
        "{table}.{column}에 색인이 없어 많은 질문을 적을 때 느립니다. 원하면 관리자가 만들 수 있음: {statement}",
        "{table}.{column} has no index, so that writing many questions is slower. If wanted, the administrator can make "
        "it: {statement}",
    ),
    "tables.no_default": (
        "{table} 표의 {columns} 칸은 비울 수 없고 기본값도 없어 키워드를 적을 수 없습니다. 관리자에게 기본값을 부탁해 주세요.",
        "{columns} of {table} must not be NULL and has no default, so that no keyword can be written. Ask the administrator "
        "for a default.",
    ),
    "tables.unique_rows": (
        "{table} 표에는 ({columns})이(가) 같은 행을 둘 적을 수 없습니다. 그런 질문은 누락으로 남습니다.",
        "{table} takes no two rows with the same ({columns}): such questions stay missing.",
    ),
    "tables.charset": (
        "{table}.{column}의 문자 집합 {charset}에 없는 글자(이모지 등)가 든 질문은 적을 수 없어 누락으로 남습니다. 관리자에게 utf8mb4를 "
        "부탁해 주세요.",
        "{table}.{column} is in {charset}: questions with other characters, such as emoji, cannot be written and stay "
        "missing. Ask the administrator for utf8mb4.",
    ),
    "tables.short": (
        "{table}.{column}은(는) {length}자까지만 담습니다. 더 긴 것은 적을 수 없어 누락으로 남습니다.",
        "{table}.{column} holds {length} characters: what is longer cannot be written and stays missing.",
    ),
    "tables.behind": (
        "가장 새 메시지가 {hours}시간 전({newest})입니다. 채팅이 없었던 것이 아니라면 {column}의 시각이 다른 시간대로 저장되는지 확인해 주세요"
        " (KEYWORDS_STORED_TIMEZONE={zone}).",
        "The newest message is {hours} h old ({newest}). Unless nobody chatted, {column} may be stored in another zone "
        "(KEYWORDS_STORED_TIMEZONE={zone}).",
    ),
    "tables.ahead": (
        "가장 새 메시지가 {hours}시간 뒤({newest})로 적혀 있습니다. {column}의 시각이 다른 시간대로 저장되는지 확인해 주세요 "
        "(KEYWORDS_STORED_TIMEZONE={zone}).",
        "The newest message is {hours} h in the future ({newest}). Is {column} stored in another zone "
        "(KEYWORDS_STORED_TIMEZONE={zone})?",
    ),
    "tables.quiet": ("가장 새 메시지가 {newest}의 것입니다.", "The newest message is of {newest}."),
    "tables.fine": ("표가 약속에 필요한 모양 그대로임", "the tables are as the promises need them"),
    "database.no_time_zones": (
        "TIMESTAMP 칸을 {zone} 시간으로 읽어야 하는데 데이터베이스 서버가 그 시간대를 모릅니다. 관리자에게 시간대 표를 넣어 달라고 해 주세요 "
        "(mysql_tzinfo_to_sql /usr/share/zoneinfo | mysql mysql).",
        "A TIMESTAMP is to be read in the zone {zone}, which the database server does not know. Ask the administrator to "
        "load the zones (mysql_tzinfo_to_sql /usr/share/zoneinfo | mysql mysql).",
    ),
    "without_day.some": (
        "어느 날에도 들지 않는 메시지 {messages:,}개 (위의 수에 없음): {kinds}",
        "{messages:,} messages are in no day, and in none of the numbers above: {kinds}",
    ),
    "without_day.none": ("모든 메시지에 날짜가 있음", "every message has a day"),
    "without_day.no_date": ("날짜 없음 {count:,}", "{count:,} without a date"),
    "without_day.impossible": ("달력에 없는 날짜 {count:,}", "{count:,} with a date that no calendar has"),
    "without_day.before": ("첫 날({first}) 이전 {count:,}", "{count:,} before the first day ({first})"),
    "without_day.after": ("마지막 날({last}) 이후 {count:,}", "{count:,} after the last day ({last})"),
    "without_day.more": ("(각각 {most:,}개까지만 셈)", "(no more than {most:,} of each are counted)"),
    "without_day.example": ("예: {at} {text}", "such as: {at} {text}"),
    "without_day.todo": (
        "created_at을 고치거나 KEYWORDS_START_DATE, KEYWORDS_END_DATE를 확인해 주세요.",
        "Mend created_at, or see KEYWORDS_START_DATE and KEYWORDS_END_DATE.",
    ),
    "remove.nothing": ("데이터베이스에 지울 것이 없습니다.", "There is nothing of ours to remove."),
    "remove.tables_stay": (
        "keyword_로 시작하는 표는 그대로 둡니다. 돈을 낸 답이 들어 있습니다. --tables로 함께 지울 수 있습니다.",
        "The tables that begin with keyword_ stay: they hold answers that were paid for. --tables removes them, too.",
    ),
    "remove.done": ("문장 {count}개를 실행해 지웠습니다.", "Removed, with {count} statements."),
    "remove.at_work": (
        "{host}의 프로세스 {pid}이(가) 이 데이터베이스에서 일하고 있습니다. 끝난 뒤 다시 실행해 주세요. 아무것도 바꾸지 않았습니다.",
        "Process {pid} on {host} is at work on this database. Run again when it is done. Nothing was changed.",
    ),
}
