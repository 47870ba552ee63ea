"""HCX that cannot be reached or refuses, and what is not believed of it."""

TEXTS: dict[str, tuple[str, str]] = {
    "hcx.tighter_limits": (
        "HCX가 알려 준 한도가 설정보다 작아 그 한도에 맞춥니다: 요청 {requests:,}, 토큰 {tokens:,}",
        "HCX states a smaller quota than the settings, and is obeyed: {requests:,} requests, {tokens:,} tokens",
    ),
    "hcx.disbelieved": (
        "HCX의 회신에 있을 수 없는 값이 있어 믿지 않습니다: {name} = {said}. 'keyword-assets quota show'로 볼 수 있습니다",
        "HCX's reply says what cannot be, and is not believed: {name} = {said}. See 'keyword-assets quota show'",
    ),
    "hcx.sizes_forgotten": (
        "앞선 실행이 배운 요청 크기로는 한 질문도 HCX_TPM에 들어가지 않아 처음부터 다시 배웁니다",
        "by the sizes that earlier runs learned not even one question fits into HCX_TPM; they are learned anew",
    ),
    "hcx.quota_taken": (
        "이 계정의 HCX 한도를 다른 요청이 다 쓰고 있음",
        "other requests take the whole HCX quota of this account",
    ),
    "hcx.unreachable": (
        "HCX에 연결할 수 없습니다: {reason}. {way} 네트워크와 HCX_BASE_URL을 확인한 뒤 다시 실행하면 남은 질문부터 이어집니다.",
        "No connection to HCX: {reason}. {way} Check the network and HCX_BASE_URL; running again goes on with the rest.",
    ),
    "hcx.blocked": (
        "HCX가 아닌 것이 모든 요청에 대신 답합니다: {reason}. {way} 방화벽·프록시 담당자에게 묻고 HCX_BASE_URL을 확인해 주세요. "
        "아무 질문도 격리하지 않았고, 다시 실행하면 남은 질문부터 이어집니다.",
        "Something on the way answers every request in HCX's place: {reason}. {way} Ask those who run the firewall or "
        "proxy, and check HCX_BASE_URL. No question was quarantined; running again goes on with the rest.",
    ),
    "hcx.page": (
        "HTTP {status}, HCX가 아니라 중간의 방화벽·프록시가 보낸 답: {page}",
        "HTTP {status}, not from HCX but from a firewall or proxy on the way: {page}",
    ),
    "hcx.by_proxy": ("요청은 프록시 {proxy}을(를) 거칩니다.", "Requests go through the proxy {proxy}."),
    "hcx.without_proxy": ("프록시는 쓰지 않습니다.", "No proxy is used."),
    "hcx.denied": (
        "HCX가 거부했습니다: {reason}. HCX_API_KEY와 CLOVA Studio의 이용 신청, 모델({model})을 확인해 주세요.",
        "HCX refused us: {reason}. Check HCX_API_KEY, the subscription in CLOVA Studio and the model ({model}).",
    ),
    "hcx.no_api": (
        "{url}은(는) CLOVA Studio처럼 답하지 않습니다. HCX_BASE_URL을 확인해 주세요.",
        "{url} does not answer like CLOVA Studio. Check HCX_BASE_URL.",
    ),
}
