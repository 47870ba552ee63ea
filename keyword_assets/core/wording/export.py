"""What `export` says."""

TEXTS: dict[str, tuple[str, str]] = {
    "export.table": ("{table}: {rows:,}행", "{table}: {rows:,} rows"),
    "export.done": (
        "{folder}에 적었습니다. 채팅의 글이 가리지 않은 그대로 있으니 개인정보처럼 다뤄 주세요.",
        "Written to {folder}. Texts of chats stand in it as they are, unmasked: treat it as personal data.",
    ),
}
