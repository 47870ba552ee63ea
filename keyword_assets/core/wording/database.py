"""What `db upgrade` says."""

TEXTS: dict[str, tuple[str, str]] = {
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
    "prune.removed": ("오래된 행을 지웠습니다: {rows}", "Removed old rows: {rows}"),
    "prune.would": ("{days}일보다 오래되어 지울 행: {rows}", "Rows older than {days} days that would go: {rows}"),
    "prune.nothing": (
        "{days}일보다 오래된 행이 없습니다. 할 일이 없습니다.",
        "No rows older than {days} days. Nothing to do.",
    ),
    "prune.op": (
        "우리 표와 Dagster 표에서 {days}일(KEYWORDS_KEEP_DAYS)보다 오래된 행을 조금씩 지웁니다.",
        "Removes the rows of our tables and Dagster's that are older than {days} days (KEYWORDS_KEEP_DAYS), in small steps.",
    ),
    "prune.job": (
        "오래된 기록 정리: 닫힌 누락, 사용량, 끝난 실행의 로그와 틱. 답변, 키워드 행, 격리, 자산 기록은 지우지 않습니다.",
        "Removes old records: closed gaps, usage, logs of ended runs, ticks. Never answers, keyword rows, quarantine, assets.",
    ),
    "prune.schedule": (
        "일요일 새벽에 {days}일보다 오래된 기록을 지웁니다. 처음에는 꺼져 있습니다.",
        "Early on Sundays, removes records older than {days} days. Off at first.",
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
        "KEYWORDS_DATABASE_URL의 계정에는 이 파일 끝에 적힌 권한이 필요합니다.",
        "Takes the rights CREATE, ALTER, INDEX, SELECT, INSERT, UPDATE. To run it: mysql DATABASE < this file\n"
        "Stopped half-way? 'keyword-assets db upgrade --dry-run --sql FILE' writes what is left.\n"
        "The account of KEYWORDS_DATABASE_URL needs the rights that stand at the end of this file.",
    ),
    "upgrade.written": ("실행할 문장을 {file}에 적었습니다.", "The statements are in {file}."),
    "upgrade.no_rights": (
        "이 계정에는 표를 만들거나 바꿀 권한이 없습니다({reason}). 남은 문장을 {file}에 적었으니 관리자에게 실행을 부탁해 주세요. "
        "계정에 필요한 권한(GRANT)도 파일 끝에 있습니다. 권한이 없으면 이미 있는 표도 보이지 않습니다.",
        "This account may not create or alter tables ({reason}). The statements that are left are in {file}: "
        "ask the administrator to run it. At its end stand the rights that the account needs (GRANT): without them it does "
        "not see tables that are there.",
    ),
    "upgrade.busy": (
        "다른 작업이 표를 {seconds}초 넘게 쓰고 있어 멈췄습니다. 그때까지 한 것은 남아 있습니다. 긴 작업이 끝난 뒤 다시 실행해 주세요.",
        "Stopped: somebody has been using a table for over {seconds} s. What was done is kept. Run again when that is over.",
    ),
    "upgrade.foreign_table": (
        "{table} 표가 이미 있는데 keyword-assets의 것이 아닙니다. 아무것도 바꾸지 않았습니다. 우리 표를 담을 빈 데이터베이스를 "
        "KEYWORDS_DATABASE_URL에 적고, 기관의 표는 KEYWORDS_TABLE_…에 데이터베이스 이름을 붙여 적어 주세요.",
        "There is a table {table} that is not from keyword-assets. Nothing was changed. Name an empty database for our "
        "tables in KEYWORDS_DATABASE_URL, and yours with their database in front in KEYWORDS_TABLE_….",
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
    "found.absent": (
        "{table} 표가 없어 새로 만듭니다. 이름을 잘못 적었다면 KEYWORDS_TABLE_… 설정을 고쳐 주세요.",
        "There is no table {table}: it will be made. If that is a misspelling, mend KEYWORDS_TABLE_….",
    ),
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
}
