"""What is said of the lines of corrections, and of the rows of review workbooks, that were imported."""

TEXTS: dict[str, tuple[str, str]] = {
    "import.line": ("{file} {at}번째 줄: {reason}", "{file}, line {at}: {reason}"),
    "import.lines": (
        "고친 답 {taken:,}개를 받아 모든 날의 행에 반영했습니다. 그대로 {unchanged:,}개, 받지 않은 줄 {refused:,}개.",
        "Took {taken:,} corrections and brought them to the rows of all days; {unchanged:,} held already, "
        "{refused:,} lines were refused.",
    ),
    "import.row": ("{file} {at}행: {reason}", "{file}, row {at}: {reason}"),
    "import.rows": (
        "판정 {taken:,}개를 받았습니다. 그대로 {unchanged:,}개, 받지 않은 행 {refused:,}개.",
        "Took {taken:,} verdicts; {unchanged:,} were there already, {refused:,} rows were refused.",
    ),
}
