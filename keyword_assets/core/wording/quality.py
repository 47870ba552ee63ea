"""What is said about whether answers are right."""

TEXTS: dict[str, tuple[str, str]] = {
    "quality.no_extra": (
        "{names}이(가) 없습니다. pip install 'keyword-assets[quality]'",
        "{names}: not installed. pip install 'keyword-assets[quality]'",
    ),
}
