"""What is said of metrics and of the dead man's switch."""

TEXTS: dict[str, tuple[str, str]] = {
    "metrics.ready": (
        "지표: {url}/metrics, 상태: {url}/healthz. 끝내려면 Ctrl-C",
        "Metrics: {url}/metrics, health: {url}/healthz. Ctrl-C ends it.",
    ),
    "metrics.away": (
        "데이터베이스를 볼 수 없어 keyword_assets_up이 0이 됩니다: {reason}",
        "The database cannot be looked at, so keyword_assets_up is 0: {reason}",
    ),
    "metrics.back": ("데이터베이스를 다시 볼 수 있습니다.", "The database can be looked at again."),
    "heartbeat.failed": (
        "KEYWORDS_HEARTBEAT_URL을 부르지 못했습니다: {reason}. 다음 실행이 다시 부릅니다.",
        "KEYWORDS_HEARTBEAT_URL could not be called: {reason}. The next run calls it again.",
    ),
    "heartbeat.called": (
        "어제가 끝났음을 KEYWORDS_HEARTBEAT_URL에 알렸습니다.",
        "KEYWORDS_HEARTBEAT_URL was told that yesterday is done.",
    ),
}
