"""What is said of the review workbook, and in it."""

TEXTS: dict[str, tuple[str, str]] = {
    # -- writing ------------------------------------------------------------------------------------------------------
    "sheet.which": (
        "--audit과 --doubtful 가운데 하나만 씁니다.",
        "Give --audit or --doubtful, not both.",
    ),
    "sheet.nothing_open": (
        "{queue}에 판정할 것이 남아 있지 않습니다. 아무것도 쓰지 않았습니다.",
        "{queue}: nothing is left to be judged. Nothing was written.",
    ),
    "sheet.audit": ("감사 {audit}", "Audit {audit}"),
    "sheet.doubtful": ("의심 목록", "Doubtful list"),
    "sheet.exported": (
        "{queue}: 판정할 것 {items:,}개를 {file}에 썼습니다. 이미 판정한 {left_out:,}개는 뺐습니다.",
        "{queue}: wrote {items:,} items to {file}; {left_out:,} that were judged already were left out.",
    ),
    "sheet.personal": (
        "개인정보를 가리지 않았습니다(KEYWORDS_MASK=none). 이 파일을 남에게 주지 마세요.",
        "Personal data are not masked (KEYWORDS_MASK=none): do not hand the file on.",
    ),
    # -- in the workbook ----------------------------------------------------------------------------------------------
    "sheet.guide": ("안내", "How to"),
    "sheet.title": ("답 검토: {queue}", "Reviewing answers: {queue}"),
    "sheet.made": ("만든 때", "Made at"),
    "sheet.items": ("판정할 것", "To be judged"),
    "sheet.where": ("어디에", "Where"),
    "sheet.where_value": (
        "'{sheet}' 시트의 노란 칸에만 씁니다. 다른 칸은 잠겨 있습니다.",
        "In the yellow cells of sheet '{sheet}'. All others are locked.",
    ),
    "sheet.how_verdict": (
        "{right}: 키워드와 분류가 모두 맞음 / {wrong}: 하나라도 틀림 / {unsure}: 알 수 없음 / 비워 두면 나중에",
        "{right}: keywords and categories are right / {wrong}: one of them is not / {unsure}: cannot be told / empty: later",
    ),
    "sheet.how_categories": (
        "{wrong}일 때만. 목록에서 고릅니다. 키워드마다 다르면 '; '로 이어 키워드 순서대로 씁니다. 하나만 쓰면 모든 키워드의 분류입니다.",
        "Only with {wrong}. Choose from the list; several are separated by '; ', in the order of the keywords. A single one "
        "is that of all keywords.",
    ),
    "sheet.how_keywords": (
        "{wrong}일 때만. 한 개에서 세 개, '; '로 잇습니다. 비워 두면 키워드는 그대로입니다.",
        "Only with {wrong}. One to three, separated by '; '. Left empty, the keywords stay as they are.",
    ),
    "sheet.how_note": ("하고 싶은 말. 비워도 됩니다.", "Whatever you want to say. It may stay empty."),
    "sheet.note_wrong": (
        "분류만 틀렸으면 올바른 분류를, 키워드만 틀렸으면 올바른 키워드를 씁니다. 둘 다 비우면 분류와 키워드가 모두 틀린 것으로 셉니다.",
        "If only the category is wrong, give the right category; if only keywords are, the right keywords. With neither, "
        "both count as wrong.",
    ),
    "sheet.note_for_ever": (
        "올바른 답은 이 질문의 모든 날과 앞으로의 날에 남습니다. 모르면 비워 두세요.",
        "A right answer holds for this question on all days, and days to come. If you do not know it, leave it empty.",
    ),
    "sheet.note_masked": (
        "{example}처럼 가려진 것은 그대로 두면 원래 것이 남습니다. 새로 쓸 수는 없습니다.",
        "What is masked, such as {example}, stays as it was if you leave it. It cannot be part of another keyword.",
    ),
    "sheet.note_formulas": (
        "수식으로 채우지 마세요. 다른 데서 붙여 넣을 때는 값만 붙여 넣습니다.",
        "Fill in no formulas; paste values only.",
    ),
    "sheet.note_import": (
        "저장한 다음: keyword-assets review import FILE.xlsx --reviewer NAME (여러 번 해도 됩니다)",
        "Then save it: keyword-assets review import FILE.xlsx --reviewer NAME (as often as you like)",
    ),
    "sheet.pick_verdict": ("{verdicts} 가운데 하나", "One of {verdicts}"),
    "sheet.pick_category": (
        "목록에 없는 분류입니다. 여러 분류를 '; '로 이어 쓴 것이면 그대로 두세요.",
        "This is not in the list. If it is several categories, separated by '; ', leave it.",
    ),
    "sheet.suffix": (
        "{file}: 엑셀 통합 문서를 씁니다. 이름이 .xlsx로 끝나야 엑셀이 엽니다.",
        "{file}: what is written is an Excel workbook; Excel opens it only where its name ends in .xlsx.",
    ),
    # -- reading ------------------------------------------------------------------------------------------------------
    "sheet.no_file": ("{file} 파일이 없거나 파일이 아닙니다.", "{file} is not there, or is no file."),
    "sheet.unreadable": (
        "{file}을(를) 엑셀 통합 문서(.xlsx)로 읽을 수 없습니다: {reason}. 아무것도 바꾸지 않았습니다.",
        "{file} cannot be read as an Excel workbook (.xlsx): {reason}. Nothing was changed.",
    ),
    "sheet.kind.old": (
        "옛 .xls이거나 암호가 걸려 있습니다. 암호 없이 .xlsx로 저장해 주세요",
        "it is an old .xls or has a password; save it as .xlsx without one",
    ),
    "sheet.kind.ods": (
        "OpenDocument(.ods)입니다. .xlsx로 저장해 주세요",
        "it is an OpenDocument (.ods); save it as .xlsx",
    ),
    "sheet.kind.other": (
        "다른 종류의 파일이거나 깨졌습니다. .xlsx로 저장해 주세요",
        "it is another kind of file, or damaged; save it as .xlsx",
    ),
    "sheet.kind.huge": (
        "풀면 {most:,} MB가 넘습니다",
        "unpacked it has more than {most:,} MB",
    ),
    "sheet.no_sheet": (
        "{file}에 '{sheet}' 시트가 없습니다. 있는 것: {there}. 이름을 되돌려 주세요.",
        "{file} has no sheet '{sheet}', but {there}. Give it its name back.",
    ),
    "sheet.columns": (
        "{file}의 '{sheet}' 시트 첫 줄에 열 {columns}이(가) 하나씩 있어야 합니다.",
        "The first row of sheet '{sheet}' in {file} must have each of these columns once: {columns}.",
    ),
    "sheet.too_many_rows": (
        "{file}의 '{sheet}' 시트에 행이 {most:,}개를 넘습니다. 아무것도 바꾸지 않았습니다.",
        "Sheet '{sheet}' of {file} has more than {most:,} rows. Nothing was changed.",
    ),
    # -- rows ---------------------------------------------------------------------------------------------------------
    "sheet.verdict": (
        "판정 '{verdict}'은(는) {verdicts} 가운데 없음",
        "the verdict '{verdict}' is none of {verdicts}",
    ),
    "sheet.no_verdict": (
        "판정이 비어 있는데 다른 칸에 쓴 것이 있음. 올바른 답을 주려면 판정에 {wrong}을 씁니다",
        "no verdict, but something in the other cells; to give the right answer, say {wrong}",
    ),
    "sheet.answer_not_for": (
        "판정은 '{verdict}'인데 다른 올바른 답이 있음. 판정을 {wrong}으로 하거나 그 답을 지웁니다",
        "the verdict is '{verdict}', but another answer is given; say {wrong}, or leave it out",
    ),
    "sheet.same_answer": (
        "판정은 '{verdict}'인데 올바른 답이 지금 답과 같음",
        "the verdict is '{verdict}', but the right answer is the one that was given",
    ),
    "sheet.counts": (
        "키워드 {keywords}개에 분류 {categories}개. '; '로 이어 같은 수만큼, 또는 분류를 하나만 씁니다",
        "{keywords} keywords with {categories} categories; give as many, separated by '; ', or a single category",
    ),
    "sheet.masked": (
        "키워드 '{keyword}'에 가려진 개인정보 자리가 있음. 그대로 쓸 수 없습니다",
        "the keyword '{keyword}' has a placeholder for personal data, which may not be written",
    ),
    "sheet.formula": (
        "'{column}'에 수식이 있음. 값으로 붙여 넣습니다",
        "a formula in '{column}'; paste it as a value",
    ),
    "sheet.not_text": (
        "'{column}'의 값이 날짜나 오류임. 셀 형식을 텍스트로 하고 다시 씁니다",
        "a date or an error in '{column}'; make the cell text and write it again",
    ),
    "sheet.long": ("'{column}'이 {most:,}자를 넘음", "over {most:,} characters in '{column}'"),
    "sheet.item": ("id '{item}'은(는) 이 파일로 내보낸 것이 아님", "the id '{item}' was not written to this file"),
    "sheet.gone": (
        "id '{item}'은(는) 검토할 것에 없음. 의심 목록을 새로 만들면 판정하지 않은 것은 바뀝니다. 다시 내보냅니다",
        "no item has the id '{item}': a new doubtful list takes the place of what was open. Export it anew",
    ),
    "sheet.twice": (
        "id {item}이(가) {rows}행에 있음. 하나만 남깁니다",
        "the id {item} stands in rows {rows}; leave one",
    ),
    "sheet.other": (
        "id {item}은(는) 여기서는 다른 질문임. 다른 데이터베이스에서 내보낸 파일인지 확인합니다",
        "the id {item} is another question here; see whether the file comes from another database",
    ),
    "sheet.edited": (
        "잠긴 칸이 바뀜({columns}). 다시 내보낸 파일에 판정을 옮깁니다",
        "locked cells were changed ({columns}); take the verdict to a file that is exported anew",
    ),
    "sheet.changed": (
        "내보낸 뒤에 답이 바뀜. 지금은 {answer}. 다시 내보내 판정합니다",
        "the answer has changed since it was exported: now it is {answer}. Export it anew",
    ),
    "sheet.changed_by": (
        "내보낸 뒤에 {reviewer}이(가) 답을 고침. 지금은 {answer}. 다시 내보내 판정합니다",
        "{reviewer} has corrected the answer since it was exported: now it is {answer}. Export it anew",
    ),
    "sheet.judged": (
        "{reviewer}이(가) 이미 '{verdict}'(으)로 판정함. 그 판정이 그대로 남습니다",
        "{reviewer} has judged it '{verdict}' already; that verdict stays",
    ),
    "sheet.skipped": ("건너뜀", "skipped"),
    "sheet.no_answer": ("답 없음", "no answer"),
}
