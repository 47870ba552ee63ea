"""What is wrong around the program: proxies, files of TLS, the console, the working folder."""

TEXTS: dict[str, tuple[str, str]] = {
    "surroundings.proxy_url": (
        "환경 변수 {name}의 값은 프록시 주소가 아닙니다 (암호가 들어 있을 수 있어 보이지 않습니다). "
        "http://서버:포트 처럼 적거나 지워 주세요.",
        "The environment variable {name} is not the address of a proxy (it may hold a password and is not shown). "
        "Write http://host:port, or unset it.",
    ),
    "surroundings.proxy_scheme": (
        "환경 변수 {name}의 프록시 종류 {scheme}://은(는) 쓸 수 없습니다. http://, https://, socks5://, socks5h:// 중 하나로 적거나 지워 주세요.",
        "The environment variable {name} names a proxy of the kind {scheme}://, which we cannot use. Write http://, https://, socks5:// or socks5h://, or unset it.",
    ),
    "surroundings.socks": (
        "환경 변수 {name}의 SOCKS 프록시를 쓰려면 추가 패키지가 필요합니다: pip install 'keyword-assets[socks]'",
        "The environment variable {name} names a SOCKS proxy, which takes an extra: pip install 'keyword-assets[socks]'",
    ),
    "surroundings.no_proxy": (
        "환경 변수 {name}의 '{entry}'을(를) 알아볼 수 없습니다. 서버 이름이나 IP 주소를 쉼표로 나누어 적어 주세요 "
        "(IPv6 주소는 괄호나 /128 없이: ::1).",
        "The environment variable {name} has an entry '{entry}' that cannot be understood. Write names of hosts or IP addresses, separated by commas "
        "(IPv6 without brackets or /128: ::1).",
    ),
    "surroundings.proxies": (
        "환경 변수 {names}의 프록시 설정을 쓸 수 없습니다 ({reason}). 값을 고치거나 지워 주세요.",
        "The proxy settings in the environment ({names}) cannot be used ({reason}). Mend or unset them.",
    ),
    "surroundings.certificates": (
        "환경 변수 {name}이(가) 가리키는 인증서({path})를 쓸 수 없습니다: {reason}. 경로를 고치거나 지워 주세요.",
        "The certificates that the environment variable {name} points to ({path}) cannot be used: {reason}. Mend the path, or unset it.",
    ),
    "surroundings.key_log": (
        "환경 변수 {name}이(가) 가리키는 파일({path})에 쓸 수 없습니다: {reason}. 경로를 고치거나 지워 주세요.",
        "The file that the environment variable {name} points to ({path}) cannot be written to: {reason}. Mend the path, or unset it.",
    ),
    "surroundings.is_folder": ("파일이 아니라 폴더임", "it is a folder, not a file"),
    "surroundings.not_pem": ("PEM 형식의 인증서가 없음", "it holds no certificate in PEM format"),
    "surroundings.not_hashed": (
        "폴더에 'openssl rehash'로 만든 인증서 이름이 없음",
        "the folder holds no certificates under the names that 'openssl rehash' makes",
    ),
    "surroundings.no_folder": (
        "작업 폴더를 쓸 수 없습니다({reason}): 지워졌거나 들어갈 권한이 없습니다. cd로 다른 폴더로 옮긴 뒤 다시 실행해 주세요.",
        "The working folder cannot be used ({reason}): it was deleted, or may not be entered. Change to another (cd) and run again.",
    ),
    "console.lost": (
        "출력을 모두 쓰지 못했습니다: {reason}. 작업 자체는 끝났고, 결과는 종료 코드가 알려 줍니다.",
        "Not all of the output could be written: {reason}. The work itself is done; the exit code tells how it went.",
    ),
    "console.document_lost": (
        "--json 문서를 쓰지 못했습니다: {reason}. 작업 자체는 끝났습니다. 표준 출력을 확인해 주세요.",
        "The --json document could not be written: {reason}. The work itself is done. See where stdout goes.",
    ),
    "console.closed": ("표준 출력을 읽는 쪽이 닫혀 있음", "nobody reads stdout any more, or it is closed"),
}
