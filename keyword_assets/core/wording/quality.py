"""What is said about the quality of answers: corrections."""

TEXTS: dict[str, tuple[str, str]] = {
    "correction.category": (
        "분류표에 없는 분류 '{category}'. 가장 가까운 것: {nearest}",
        "no such category: '{category}'. The nearest: {nearest}",
    ),
    "correction.formula": (
        "=, +, -, @로 시작하는 키워드: 엑셀이 수식으로 실행할 수 있습니다",
        "a keyword that begins with =, +, - or @: a spreadsheet might run it as a formula",
    ),
    "correction.unfit": ("쓸 수 없는 답: {reason}", "an answer that may not be written: {reason}"),
    "correction.too_many": (
        "한 질문에 키워드가 {most}개를 넘습니다. 이 질문은 받지 않았습니다",
        "more than {most} keywords for one text; none of them was taken",
    ),
    "correction.reviewer": (
        "고친 사람의 이름은 보이는 글자 1~{most}자여야 합니다 (--reviewer)",
        "The reviewer's name must have 1 to {most} characters that can be seen (--reviewer)",
    ),
    "correction.note": ("메모가 {most:,}자를 넘거나 글자가 아닙니다", "a note of over {most:,} characters, or no text"),
    "correction.too_many_rows": (
        "{file}: 행이 {most:,}개를 넘습니다. 파일을 나누어 주세요. 아무것도 바꾸지 않았습니다.",
        "{file} has more than {most:,} rows. Split it. Nothing was changed.",
    ),
    "correction.columns": ("칸이 {columns}개가 아님", "not {columns} columns"),
    "correction.blank": ("질문이 비어 있음", "a blank text"),
    "correction.huge": ("질문이 {most:,}자를 넘음", "a text of over {most:,} characters"),
    "correction.unheard": (
        "이 질문을 물은 날이 없습니다. 글자가 정확히 같은지 확인해 주세요",
        "no day has this text; check that it is spelled as it was asked",
    ),
    "correction.conflict": (
        "{reviewer}님이 {at}에 이미 다르게 고쳤습니다 (번호 {id}). 그 답이 그대로 남습니다",
        "{reviewer} has corrected it differently at {at} (number {id}); that answer stays",
    ),
    "correction.how_to_replace": ("바꾸려면 --replace", "to replace it: --replace"),
    "correction.unfit_now": (
        "사람이 고친 답을 지금은 쓸 수 없습니다: '{text}' ({reason}). HCX에도 보내지 않으므로 누락으로 남습니다. 다시 고치거나 취소해 "
        "주세요: keyword-assets corrections list",
        "A correction cannot be used now: '{text}' ({reason}). Its text is not sent to HCX either and stays missing. "
        "Correct it anew or withdraw it: keyword-assets corrections list",
    ),
    "correction.none": ("사람이 고친 답이 없습니다.", "There are no corrections."),
    "correction.count": (
        "고친 답 {count:,}개, 그중 {shown:,}개를 보였습니다.",
        "{count:,} corrections, {shown:,} of them shown.",
    ),
    "correction.pending": (
        "{count:,}개는 아직 모든 날에 반영되지 않았습니다. 다음 실행이나 corrections import가 마저 합니다.",
        "{count:,} are not on all days yet; the next run or corrections import does the rest.",
    ),
    "correction.line": ("{file} {line}번째 줄: {reason}", "{file}, line {line}: {reason}"),
    "correction.imported": (
        "고친 답 {taken:,}개를 받아 모든 날의 행에 반영했습니다. 그대로 {unchanged:,}개, 받지 않은 줄 {refused:,}개.",
        "Took {taken:,} corrections and brought them to the rows of all days; {unchanged:,} held already, "
        "{refused:,} lines were refused.",
    ),
    "correction.exported": (
        "고친 답 {count:,}개를 {file}에 썼습니다. 질문은 물은 그대로이며 개인정보를 가리지 않았습니다(다시 들여오려면 그대로여야 합니다). 이 "
        "파일을 남에게 주지 마세요.",
        "Wrote {count:,} corrections to {file}. Texts stand there as they were asked, personal data not masked, "
        "because only so can they be imported again: do not hand the file on.",
    ),
    "correction.file_there": (
        "{file} 파일이 이미 있습니다. 바꾸려면 --overwrite를 붙여 주세요.",
        "{file} is there already. To replace it: --overwrite.",
    ),
    "correction.unwritable": ("{file}에 쓸 수 없습니다: {reason}", "{file} cannot be written: {reason}"),
    "correction.withdrawn": (
        "고친 답 {id}번을 취소했습니다. 그 행들은 모델이 답했던 것으로 돌아갔고, 모델의 답이 없던 질문은 다시 누락입니다.",
        "Withdrew correction {id}. Its rows say again what the model had answered; texts that it had not answered are "
        "missing again.",
    ),
    "correction.not_holding": (
        "지금 유효한 고친 답이 아닙니다: '{which}'. 번호나 질문을 확인해 주세요: keyword-assets corrections list --all",
        "No correction holds for '{which}'. See its number or text: keyword-assets corrections list --all",
    ),
    "word.number": ("번호", "number"),
    "word.answer": ("답", "answer"),
    "word.reviewer": ("고친 사람", "reviewer"),
    "word.corrected_at": ("고친 때", "corrected at"),
    "word.note": ("메모", "note"),
}
