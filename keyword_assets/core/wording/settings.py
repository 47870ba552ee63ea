"""Settings that cannot be used, and where what holds was written."""

TEXTS: dict[str, tuple[str, str]] = {
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
}
