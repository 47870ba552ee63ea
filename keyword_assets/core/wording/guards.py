"""Who can read what is ours: on the way to a server, and on this machine."""

TEXTS: dict[str, tuple[str, str]] = {
    "tls.local": ("암호화하지 않았지만 이 컴퓨터를 벗어나지 않음", "not encrypted, but it does not leave this machine"),
    "tls.none": (
        "암호화하지 않음: 길목에 있는 누구나 암호와 질문을 읽을 수 있습니다. 서버에 TLS를 켜고 주소 끝에 ?{verified} 를 적어 주세요",
        "NOT encrypted: whoever is on the way reads the password and the questions. Turn TLS on at the server and let the "
        "address end in ?{verified}",
    ),
    "tls.unchecked": (
        "{version}로 암호화, 서버는 확인하지 않음 (확인하려면 주소 끝에 ?{verified})",
        "encrypted by {version}, the server not verified (to verify it, let the address end in ?{verified})",
    ),
    "tls.checked": (
        "{version}로 암호화, 서버 인증서를 확인함",
        "encrypted by {version}, the server's certificate verified",
    ),
    "tls.named": (
        "{version}로 암호화, 서버 인증서와 이름을 확인함",
        "encrypted by {version}, the server's certificate and name verified",
    ),
    "tls.disabled": ("ssl_disabled=true와 함께 쓸 수 없음", "it contradicts ssl_disabled=true"),
    "tls.needs": ("{needed} 없이는 아무것도 확인하지 않음", "without {needed} nothing is verified"),
    "tls.not_offered": (
        "{name}은(는) TLS를 쓰라고 하는데 서버(또는 길목의 누군가)가 TLS를 모른다고 합니다. 서버의 TLS를 켜고, 서버를 확인하도록 "
        "{verified} 를 적어 주세요.",
        "{name} asks for TLS, but the server, or somebody on the way, says that it knows none. Turn it on there, and have "
        "the server verified: {verified}.",
    ),
    "tls.not_verified": (
        "데이터베이스({url})라고 답하는 서버를 믿을 수 없어 암호를 보내지 않았습니다: {reason}. {name}의 ssl_ca가 그 서버의 인증 기관인지, "
        "ssl_verify_identity=true라면 주소의 이름이 인증서의 이름과 같은지 확인해 주세요.",
        "What answers as the database ({url}) is not to be trusted, and got no password: {reason}. Is ssl_ca in {name} the "
        "authority of that server's certificate, and with ssl_verify_identity=true the host's name the one in it?",
    ),
    "doctor.files": ("파일 권한", "File rights"),
    "doctor.exposed": (
        "이 컴퓨터의 다른 사용자가 {what} 수 있습니다: {path} ({mode}). 입력해 주세요: {remedy}",
        "Others on this machine can {what} {path} ({mode}). Type: {remedy}",
    ),
    "doctor.exposed_handed_in": (
        "이 컴퓨터의 다른 사용자가 {what} 수 있습니다: {path} ({mode}). 넘겨받은 것이라 여기서는 권한을 바꿀 수 없습니다. 넘겨주는 쪽에서 바꿔 주세요: "
        "원래 파일은 그 주인이 chmod go-rwx, podman의 비밀은 mode=0400과 uid={uid}, Kubernetes는 fsGroup과 defaultMode 0440.",
        "Others on this machine can {what} {path} ({mode}). It was handed in, and its rights cannot be changed here. Change "
        "them where it comes from: the file itself by its owner (chmod go-rwx), a secret of podman's by mode=0400 and "
        "uid={uid}, one of Kubernetes' by fsGroup and defaultMode 0440.",
    ),
    "doctor.can_read": ("읽을", "read"),
    "doctor.can_change": ("읽고 바꿀", "read and change"),
    "doctor.of_another": (
        "{path}은(는) 다른 사용자({owner})의 파일입니다. 그 사람이 키와 질문을 보낼 곳을 바꿀 수 있습니다.",
        "{path} belongs to another user ({owner}), who decides by it where the key and the questions go.",
    ),
    "doctor.plain_http": (
        "KEYWORDS_ALLOW_PLAIN_HTTP가 켜져 있어 키와 질문이 암호화 없이 {host}(으)로 갑니다.",
        "KEYWORDS_ALLOW_PLAIN_HTTP is on: the key and the questions go to {host} unencrypted.",
    ),
    "doctor.bare_webserver": (
        "Dagster의 웹서버(프로세스 {pid})가 로그인 없이 {address}에서 듣고 있어, 닿는 사람은 누구나 실행을 띄우고 글을 읽습니다. "
        "끝내고 keyword-assets webserver 로 띄워 주세요.",
        "Dagster's webserver (process {pid}) listens on {address} without a log-in: whoever reaches it launches runs and "
        "reads texts. End it, and start keyword-assets webserver in its place.",
    ),
    "doctor.plain_channel": (
        "{setting}의 채널 {channel}은(는) 암호화 없이 보냅니다. 끝에 s가 붙는 종류({secure}://)로 바꿔 주세요.",
        "Channel {channel} of {setting} is sent to unencrypted. Use its kind with an s at the end ({secure}://).",
    ),
    "doctor.unverified_channel": (
        "{setting}의 채널 {channel}은(는) 서버의 인증서를 확인하지 않습니다(verify=no).",
        "Channel {channel} of {setting} does not verify its server's certificate (verify=no).",
    ),
    "doctor.plain_proxy": (
        "{name}의 프록시({host})에 사용자와 암호를 암호화 없이 보냅니다. 프록시가 된다면 https:// 로 적어 주세요.",
        "{name} sends a user and password unencrypted to the proxy {host}. Write https:// if the proxy takes it.",
    ),
    "doctor.dagster_literal": (
        "dagster.yaml에 데이터베이스의 암호가 적혀 있어, Dagster가 띄우는 프로세스의 명령줄에서 다른 사용자도 볼 수 있습니다. "
        "mysql_url: {{env: DAGSTER_MYSQL_URL}} 로 바꾸고 그 환경 변수에 적어 주세요.",
        "dagster.yaml holds a database's password, which shows in the command lines of Dagster's processes to everybody on "
        "this machine. Write mysql_url: {{env: DAGSTER_MYSQL_URL}}, and the address into that variable.",
    ),
}
