"""What a webserver of ours says: to whoever starts it, and to whoever it does not let in."""

TEXTS: dict[str, tuple[str, str]] = {
    "web.no_login": (
        "웹서버가 {host}에서, 또는 KEYWORDS_WEB_HOSTS의 이름으로 다른 컴퓨터에도 열리는데 로그인이 없습니다. "
        "KEYWORDS_WEB_USERS에 htpasswd -B로 만든 파일을 적거나, 로그인하는 프록시의 주소를 KEYWORDS_WEB_PROXIES에 적어 주세요.",
        "On {host}, or by a name of KEYWORDS_WEB_HOSTS, other machines would reach the webserver, and nobody would have to "
        "log in. Name a file that htpasswd -B has made in KEYWORDS_WEB_USERS, or the address of a proxy that does the "
        "log-in in KEYWORDS_WEB_PROXIES.",
    ),
    "web.users_unreadable": (
        "KEYWORDS_WEB_USERS {path}을(를) 읽을 수 없습니다: {reason}",
        "KEYWORDS_WEB_USERS {path} cannot be read: {reason}",
    ),
    "web.users_line": (
        "KEYWORDS_WEB_USERS {path} {line}번째 줄이 '이름:$2y$…' 꼴이 아닙니다. htpasswd -B -C 12 로 다시 만들어 주세요 (bcrypt만 씁니다).",
        "Line {line} of KEYWORDS_WEB_USERS {path} is not of the form 'name:$2y$…'. Make it again with htpasswd -B -C 12 "
        "(only bcrypt is used).",
    ),
    "web.users_none": (
        "KEYWORDS_WEB_USERS {path}에 사용자가 없습니다. htpasswd -B -C 12 {path} 이름 으로 넣어 주세요.",
        "There is no user in KEYWORDS_WEB_USERS {path}. Add one: htpasswd -B -C 12 {path} NAME",
    ),
    "web.host": (
        "'{host}'은(는) 이 서버의 이름이 아닙니다. 맞는 이름이면 KEYWORDS_WEB_HOSTS에 넣고 다시 띄워 주세요.",
        "'{host}' is no name of this server. If it is meant to be, add it to KEYWORDS_WEB_HOSTS and start it again.",
    ),
    "web.peer": (
        "이 서버는 KEYWORDS_WEB_PROXIES의 프록시를 통해서만 열립니다.",
        "This server is reached through the proxy of KEYWORDS_WEB_PROXIES alone.",
    ),
    "web.origin": (
        "다른 페이지({origin})에서 온 요청이라 받지 않았습니다.",
        "Refused: the request comes from another page ({origin}).",
    ),
    "web.site": (
        "다른 사이트의 페이지에서 온 요청이라 받지 않았습니다.",
        "Refused: the request comes from a page of another site.",
    ),
    "web.method": ("GET과 POST만 받습니다.", "Only GET and POST are taken."),
    "web.posted": (
        "Content-Type: {kind} 인 요청만 받습니다.",
        "Only requests with Content-Type: {kind} are taken.",
    ),
    "web.graphql_get": (
        "GraphQL은 POST로만 받습니다.",
        "GraphQL is taken by POST alone.",
    ),
    "web.login": ("로그인해 주세요.", "Please log in."),
    "listening.place": (
        "'{value}'은(는) HOST:PORT 꼴의 주소가 아닙니다.",
        "'{value}' is no address of the form HOST:PORT.",
    ),
    "listening.port_taken": (
        "포트 {port}을(를) 이미 다른 프로그램이 쓰고 있습니다. --port로 다른 번호를 주세요.",
        "Port {port} is taken by another program. Choose another with --port.",
    ),
    "listening.refused": (
        "{host}:{port}에서 받을 수 없습니다: {reason}",
        "Cannot listen on {host}:{port}: {reason}",
    ),
    "web.guesses": (
        "틀린 암호가 너무 많습니다. {seconds}초 뒤에 다시 해 주세요.",
        "Too many wrong passwords. Try again in {seconds} seconds.",
    ),
}
