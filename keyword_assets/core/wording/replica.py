"""What is said of a replica that days are counted on."""

TEXTS: dict[str, tuple[str, str]] = {
    "replica.no_server": (
        "{name}은(는) KEYWORDS_DATABASE_URL의 MySQL이나 MariaDB 서버를 따르는 복제본이어야 합니다. 파일에는 복제본이 없습니다.",
        "{name} has to be a replica of the MySQL or MariaDB server of KEYWORDS_DATABASE_URL. A file has none.",
    ),
    "replica.no_gtids": (
        "{url}은(는) 커밋에 GTID를 붙이지 않아 복제본이 어디까지 따라왔는지 알 수 없습니다. "
        "MySQL은 gtid_mode=ON과 enforce_gtid_consistency=ON, MariaDB는 log_bin이 필요합니다.",
        "{url} gives its commits no GTIDs, so that nobody can tell how far its replica has come. "
        "MySQL takes gtid_mode=ON and enforce_gtid_consistency=ON, MariaDB log_bin.",
    ),
    "replica.writable": (
        "복제본 {url}은(는) 다른 사람도 쓸 수 있어 주 서버에 없는 행이 있을 수 있습니다. read_only=ON으로 두세요.",
        "Others may write to the replica {url}: it may have rows that its primary has not. Set read_only=ON there.",
    ),
    "replica.behind": (
        "복제본 {url}이(가) {seconds:g}초(KEYWORDS_READ_WAIT_SECONDS) 안에 주 서버를 따라오지 못했습니다.",
        "The replica {url} did not come to where its primary was within {seconds:g} s (KEYWORDS_READ_WAIT_SECONDS).",
    ),
    "replica.other_rows": (
        "복제본 {url}의 {table} 표에 주 서버의 가장 새로운 행이 없거나 다르게 있습니다. 같은 데이터의 복제본인지, "
        "빠지는 표가 없는지, 두 서버의 시간대가 같은지 확인해 주세요.",
        "The replica {url} has not the newest row of its primary's {table}, or has another one in its place. See whether "
        "it is a replica of the same data, of all tables, and whether both servers have the same time zone.",
    ),
    "replica.left_alone": (
        "{reason} 앞으로 {seconds:.0f}초 동안은 주 서버에서 셉니다.",
        "{reason} For {seconds:.0f} s from now on the primary is counted on.",
    ),
    "replica.waited": (
        "복제본 {url}이(가) 주 서버를 따라올 때까지 {seconds:.1f}초 기다렸습니다.",
        "Waited {seconds:.1f} s until the replica {url} had come to where its primary was.",
    ),
    "doctor.read_only": (
        "이 서버는 쓰기를 받지 않음(read_only): 복제본의 주소인지 확인해 주세요",
        "this server takes no writes (read_only): see whether the address is that of a replica",
    ),
    "doctor.replica": ("읽기 복제본", "replica to read from"),
    "doctor.replica_ok": (
        "{url}: 읽기 전용, 같은 데이터, 주 서버를 따라오는 데 {seconds:.1f}초. 처리율과 보고서는 여기서 셉니다.",
        "{url}: read-only, the same data, {seconds:.1f} s behind its primary. Coverage and reports are counted there.",
    ),
    "doctor.replica_not_used": (
        "{reason} 그때까지 처리율과 보고서는 주 서버에서 셉니다.",
        "{reason} Until then coverage and reports are counted on the primary.",
    ),
}
