"""Why an answer was not taken."""

TEXTS: dict[str, tuple[str, str]] = {
    "reason.id_missing": ("답이 없음", "no answer"),
    "reason.id_twice": ("한 질문에 답이 두 번", "answered twice"),
    "reason.shape": ("답의 형식이 다름", "an answer of another form"),
    "reason.keyword_count": ("키워드가 1~3개가 아님", "not 1 to 3 keywords"),
    "reason.keyword_blank": ("빈 키워드", "a blank keyword"),
    "reason.keyword_long": ("100자를 넘는 키워드", "a keyword of over 100 characters"),
    "reason.keyword_not_text": ("글자가 아닌 것이 든 키워드", "a keyword that is not text"),
    "reason.keyword_unseen": (
        "보이지 않거나 화면을 바꾸는 글자가 든 키워드",
        "a keyword with characters that hide or command",
    ),
    "answers.unfit": (
        "보관된 답을 쓸 수 없어 버리고 다시 묻습니다: '{text}' ({reason})",
        "A kept answer cannot be used; it is dropped and the text asked anew: '{text}' ({reason})",
    ),
    "reason.category": ("분류표에 없는 분류", "a category that is not in the taxonomy"),
    "reason.not_json": ("JSON이 아닌 답", "an answer that is not JSON"),
    "reason.corrected": (
        "사람이 고친 답의 분류가 지금 분류표에 없음 (corrections list)",
        "a correction whose category is not in the taxonomy any more (corrections list)",
    ),
    "reason.withdrawn": ("사람이 고친 답이 방금 취소됨", "a correction that has just been withdrawn"),
    "reason.others": ("그 밖의 이유", "other reasons"),
    "reason.too_long": ("끝없이 긴 회신", "a reply without end"),
    "reason.no_result": ("결과가 없는 회신", "a reply without a result"),
    "reason.no_content": ("내용이 없는 회신", "a reply without content"),
    "reason.truncated": ("출력 상한에서 잘린 답", "an answer cut off at the output cap"),
}
