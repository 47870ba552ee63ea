"""What `init` asks and says."""

TEXTS: dict[str, tuple[str, str]] = {
    "init.welcome": (
        "설정을 묻고 살펴본 뒤 .env에 적습니다. Enter는 [대괄호] 안의 값입니다. 'later'나 '나중에'는 그 단계를 미룹니다. "
        "Ctrl-C로 끝내도 답한 것은 남고, 다시 실행하면 이어집니다.",
        "This asks, looks, and writes .env. Enter takes what stands in [brackets]; 'later' leaves a step for another time. "
        "Ctrl-C ends it: what was answered stays, and the next time goes on from there.",
    ),
    "init.no_terminal": (
        "init은 터미널에서 묻습니다. 스크립트에서는 --yes와 옵션으로 실행해 주세요: keyword-assets init --help",
        "init asks on a terminal, and there is none. In a script use --yes with options: keyword-assets init --help",
    ),
    "init.no_step": ("'{step}' 단계는 없습니다: {steps}", "There is no step '{step}': {steps}"),
    "init.needed": (
        "물어볼 사람이 없고 기본값도 없습니다. {option} 옵션으로 알려 주세요.",
        "There is nobody to ask and no default: give {option}.",
    ),
    "init.not_ours": (
        "{file}은(는) 링크이거나 이 사용자의 보통 파일이 아니어서 비밀을 적지 않습니다. 보통 파일로 바꾸거나 --env-file로 다른 파일을 알려 주세요.",
        "{file} is a link, or no plain file of this user: no secret is written there. Make it a plain file, or name another "
        "with --env-file.",
    ),
    "init.of_environment": (
        "{name}은(는) 환경 변수에 있어 {file}에 적지 않았습니다. 명령을 실행할 때마다 환경에 있어야 합니다.",
        "{name} is set in the environment and was not written to {file}: it has to be there for every command.",
    ),
    "init.choice": ("다음 중에서 골라 주세요: {words}", "Choose one of these: {words}"),
    "init.yes_or_no": ("예/아니오, Enter는 예", "yes/no, Enter is yes"),
    "init.no_or_yes": ("예/아니오, Enter는 아니오", "yes/no, Enter is no"),
    "init.say_yes_or_no": ("예(y)나 아니오(n)로 답해 주세요.", "Please answer yes (y) or no (n)."),
    "init.done": ("이미 함. {said}", "done before. {said}"),
    "init.later": ("나중에 하기로 했습니다.", "Left for later."),
    "init.step.database": ("데이터베이스", "Database"),
    "init.step.tables": ("우리 표", "Our tables"),
    "init.step.taxonomy": ("분류표", "Taxonomy"),
    "init.step.hcx": ("HCX 키", "HCX key"),
    "init.step.automation": ("자동 실행", "What runs by itself"),
    "init.step.alerts": ("알림", "Alerts"),
    # -- database -----------------------------------------------------------------------------------------------------
    "init.database_kind": (
        "채팅은 어디에 있나요? server: MySQL·MariaDB 서버, file: SQLite 파일",
        "Where are the messages? server: MySQL or MariaDB, file: an SQLite file",
    ),
    "init.database_file": ("SQLite 파일의 경로", "Path of the SQLite file"),
    "init.no_file": ("{file} 파일이 없거나 비어 있습니다.", "There is no file {file}, or it is empty."),
    "init.database_host": ("서버 이름이나 주소", "The server's name or address"),
    "init.database_port": ("포트", "Port"),
    "init.port": (
        "'{port}'은(는) 포트가 아닙니다. 1부터 65535까지의 수를 적어 주세요.",
        "'{port}' is no port: a number from 1 to 65535.",
    ),
    "init.database_name": ("데이터베이스 이름", "Name of the database"),
    "init.database_user": ("사용자", "Account"),
    "init.database_password": ("암호 (보이지 않습니다)", "Password (it is not shown)"),
    "init.database_ca": (
        "서버 인증서의 인증 기관 파일 (없으면 Enter: 서버를 확인하지 않습니다)",
        "File of the authority of its certificate (Enter for none: the server is not verified then)",
    ),
    "init.no_tables": (
        "이 데이터베이스에는 표가 없거나, 이 사용자에게 보이지 않습니다. 데이터베이스 이름과 SELECT 권한을 확인해 주세요.",
        "This database has no tables, or the account sees none. Check the database's name and the right to SELECT.",
    ),
    "init.no_such_table": (
        "'{table}' 표나 뷰가 없거나, 칸이 셋보다 적습니다. 번호, 질문, 시각의 세 칸이 필요합니다.",
        "There is no table or view '{table}', or it has fewer than three columns: a key, a text and a time are needed.",
    ),
    "init.doubtful": (
        "{tables} 가운데 어느 것이 메시지 표인지 알 수 없습니다. --table로 알려 주세요.",
        "Which of {tables} holds the messages cannot be told. Give --table.",
    ),
    "init.candidates": ("메시지가 있을 것 같은 표:", "Tables that may hold the messages:"),
    "init.candidate": ("{table} ({columns}) {kind}", "{table} ({columns}) {kind}"),
    "init.view": ("뷰", "view"),
    "init.rows": ("약 {rows:,}행", "about {rows:,} rows"),
    "init.table": (
        "메시지가 있는 표나 뷰의 번호 또는 이름 (다른 데이터베이스의 표는 db.table)",
        "Number or name of the table or view of the messages (db.table for one of another database)",
    ),
    "init.chosen": (
        "{table}: 번호 {chatting_pk}, 질문 {input_text}, 시각 {created_at}. 몇 행을 보이면 (개인정보는 가림):",
        "{table}: key {chatting_pk}, question {input_text}, time {created_at}. Some rows, personal data masked:",
    ),
    "init.no_rows": ("아직 행이 없습니다.", "There are no rows yet."),
    "init.speaker": (
        "{column} 칸이 있습니다. 챗봇의 말도 이 표에 있다면 사람의 질문만 보이는 뷰를 만들어 그 이름을 알려 주세요: "
        "CREATE VIEW questions AS SELECT … FROM {table} WHERE {column} = …",
        "There is a column {column}. If the bot's words are in this table, too, make a view of people's questions alone and "
        "name that: CREATE VIEW questions AS SELECT … FROM {table} WHERE {column} = …",
    ),
    "init.messages_right": ("사람들이 묻는 말이 맞나요?", "Is this what people ask?"),
    "init.column.key_column": ("메시지 번호 칸", "Column of the message's key"),
    "init.column.text_column": ("질문 칸", "Column of what was asked"),
    "init.column.time_column": ("시각 칸", "Column of when"),
    "init.timezone": ("하루를 나누는 시간대", "Time zone of the days"),
    "init.stored_timezone": ("저장된 시각의 시간대", "Time zone of the stored times"),
    "init.stored_is": ("저장된 시각의 시간대로 보이는 것: {zone}", "stored times look like those of {zone}"),
    "init.start_date": ("분류할 첫날", "First day to classify"),
    "init.database_is": ("{said} · {table} ({columns})", "{said} · {table} ({columns})"),
    # -- our tables ---------------------------------------------------------------------------------------------------
    "init.tables_are": (
        "답과 기록은 keyword_로 시작하는 우리 표에 둡니다. 있던 표는 바꾸지 않습니다. 문장을 먼저 보려면 '나중에'라고 답하고 "
        "'keyword-assets db upgrade --dry-run'을 실행해 주세요.",
        "Answers and records go into tables of ours, which begin with keyword_. Yours stay as they are. To see the statements "
        "first, answer 'later' and run 'keyword-assets db upgrade --dry-run'.",
    ),
    "init.upgrade": ("지금 만들까요?", "Make them now?"),
    "init.needs_database": ("데이터베이스가 먼저 필요합니다.", "The database is needed first."),
    # -- taxonomy -----------------------------------------------------------------------------------------------------
    "init.packaged": (
        "함께 온 분류표는 교육청의 것입니다: 분류 {count}개 ({some})",
        "The taxonomy that comes with us is an education office's: {count} categories ({some})",
    ),
    "init.categories_there": (
        "관리자 화면의 분류표에 분류 {count}개가 있습니다 ({some}). 그 번호와 이름으로 파일을 만듭니다.",
        "The admin screens know {count} categories ({some}). A file with their ids and names is written.",
    ),
    "init.taxonomy_kind": (
        "어느 것을 쓸까요? packaged: 함께 온 것, new: 새 파일을 만들어 설명, file: 이미 있는 파일",
        "Which one? packaged: the one that comes with us, new: a new file to describe, file: one that is there",
    ),
    "init.taxonomy_file": ("분류표 파일", "File of the taxonomy"),
    "init.new_taxonomy": ("새 분류표 파일", "File for the new taxonomy"),
    "init.catch_all": ("다른 데 맞지 않는 질문은 어느 분류로?", "Which category takes what fits nowhere else?"),
    "init.no_catch_all": (
        "다른 데 맞지 않는 질문의 분류를 --catch-all로 알려 주세요: {names}",
        "Name the category for what fits nowhere else with --catch-all: {names}",
    ),
    "init.skeleton_names": ("첫째 분류, 둘째 분류, 기타", "first category, second category, other"),
    "init.skeleton": (
        "분류표. 번호와 이름은 admin_categories와 같아야 합니다.\n"
        "description: 이름만으로 알 수 없는 것을 한두 문장으로. 요청마다 모델에 보내므로 글자마다 비용이 듭니다.\n"
        "examples: 모의 서버만 쓰는 예. 모델에는 보내지 않습니다.\n"
        "catch_all: true 는 다른 데 맞지 않는 질문의 분류 하나에만.",
        "The taxonomy. Ids and names have to agree with admin_categories.\n"
        "description: what the name does not say by itself, in a sentence or two. It goes out with every request, so every "
        "character costs.\n"
        "examples: for the simulator alone; the model is never sent them.\n"
        "catch_all: true belongs to the one category for whatever fits nowhere else.",
    ),
    "init.describe": (
        "{file}을(를) 썼습니다. 이름만으로 헷갈릴 분류에 description을 적어 주세요.",
        "{file} was written. Describe the categories whose names do not say enough.",
    ),
    # -- HCX ----------------------------------------------------------------------------------------------------------
    "init.hcx_base_url": ("HCX 주소 (모의 서버라면 그 주소)", "Address of HCX (or of its simulator)"),
    "init.hcx_model": ("모델", "Model"),
    "init.hcx_key": (
        "CLOVA Studio API 키 (보이지 않습니다. 아직 없으면 Enter)",
        "CLOVA Studio API key (it is not shown; Enter if there is none yet)",
    ),
    "init.daily_budget_krw": (
        "하루 최대 비용, 원 (Enter: 한도 없음)",
        "The most that a day may cost, in KRW (Enter for no limit)",
    ),
    # -- what runs by itself ------------------------------------------------------------------------------------------
    "init.automation": (
        "둘 다 비용이 들어 처음에는 꺼져 있습니다. 여기서 켜면 Dagster 데몬이 돌 때 시작합니다. UI에서 언제든 끌 수 있습니다.",
        "Both cost money and are off at first. What is turned on here begins once Dagster's daemon runs; the UI turns it off "
        "at any time.",
    ),
    "init.switch.schedule": (
        "매일 01:10에 어제의 질문을 분류할까요?",
        "Classify yesterday's questions every day at 01:10?",
    ),
    "init.switch.sensor": ("100 %가 아닌 지난 날을 스스로 다시 할까요?", "Run past days below 100 % again by itself?"),
    "init.switched_on": ("켜짐: {names}", "on: {names}"),
    "init.all_off": ("모두 꺼짐. UI에서 켤 수 있습니다.", "all off; the UI turns them on"),
    # -- alerts -------------------------------------------------------------------------------------------------------
    "init.alerts_are": (
        "누락과 실패를 알릴 곳: 채널마다 주소 하나 (https://appriseit.com). 시험 알림을 보내 봅니다.",
        "Where gaps and failures are told: one URL a channel (https://appriseit.com). A test message is sent.",
    ),
    "init.alert_urls": (
        "알림 주소 (보이지 않습니다. 여럿이면 빈칸으로 나눕니다. 없으면 Enter)",
        "URLs of the channels (not shown; blanks between several; Enter for none)",
    ),
    "init.channels": ("채널: {kinds}", "channels: {kinds}"),
    "alert.not_arrived": (
        "시험 알림이 도착하지 않았습니다. 주소와 네트워크를 확인해 주세요.",
        "The test message did not arrive. Check the URL and the network.",
    ),
    # -- the end ------------------------------------------------------------------------------------------------------
    "init.written": (
        "{file}에 적혀 있습니다 (이 사용자만 읽을 수 있음).",
        "Written in {file}, which only this user can read.",
    ),
    "init.unwritten": ("아무것도 적지 않았습니다.", "Nothing was written."),
    "init.left": (
        "남은 단계: {steps}. 'keyword-assets init'으로 이어 갑니다.",
        "Left for later: {steps}. 'keyword-assets init' goes on with them.",
    ),
    "init.interrupted": (
        "여기까지 답한 것은 {file}에 있습니다. 'keyword-assets init'으로 이어 갑니다.",
        "What was answered so far is in {file}. 'keyword-assets init' goes on from here.",
    ),
    "init.next": ("다음으로:", "What comes next:"),
    "init.next.init": (
        "keyword-assets init                  데이터베이스가 정해지지 않았습니다",
        "keyword-assets init                  there is no database yet",
    ),
    "init.next.dry_run": (
        "keyword-assets db upgrade --dry-run  만들 표의 문장을 먼저 봅니다",
        "keyword-assets db upgrade --dry-run  see the statements for our tables first",
    ),
    "init.next.upgrade": (
        "keyword-assets db upgrade            우리 표를 만듭니다",
        "keyword-assets db upgrade            make our tables",
    ),
    "init.next.describe": ("{file}의 분류를 설명합니다", "describe the categories in {file}"),
    "init.next.key": (
        "keyword-assets simulator             키가 없으면 다른 터미널에서: HCX_BASE_URL과 HCX_API_KEY를 알려 줍니다",
        "keyword-assets simulator             without a key, in another terminal: it says HCX_BASE_URL and HCX_API_KEY",
    ),
    "init.next.doctor": (
        "keyword-assets doctor                모든 것을 점검합니다",
        "keyword-assets doctor                check everything",
    ),
    "init.next.complete": (
        "keyword-assets complete {start} {end} --limit {limit}   질문 {limit}개를 분류합니다",
        "keyword-assets complete {start} {end} --limit {limit}   classify {limit} questions",
    ),
    "init.next.dagster": (
        "DAGSTER_HOME={home} dagster-daemon run, 그리고 keyword-assets webserver   매일 돌게 합니다",
        "DAGSTER_HOME={home} dagster-daemon run, and keyword-assets webserver   every day by itself",
    ),
}
