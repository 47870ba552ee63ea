"""What the page of reviewers says, and the command that serves it."""

TEXTS: dict[str, tuple[str, str]] = {
    # -- the command --------------------------------------------------------------------------------------------------
    "review.which": ("--audit와 --doubtful 가운데 하나만 씁니다.", "Give --audit or --doubtful, not both."),
    "review.nothing": (
        "검토할 것이 없습니다. keyword-assets audit draw 또는 keyword-assets audit doubtful --queue 로 올립니다.",
        "There is nothing to review. keyword-assets audit draw or keyword-assets audit doubtful --queue hands it over.",
    ),
    "review.ready": (
        "검토 페이지: {url} (Ctrl-C로 끝냅니다)",
        "The page of reviewers: {url} (Ctrl-C ends it)",
    ),
    "review.open": (
        "{queue}: {total:,}개 중 {open:,}개가 남았습니다.",
        "{queue}: {open:,} of {total:,} are left.",
    ),
    "review.unfinished": (
        "바로잡은 답의 행을 아직 다 바꾸지 못했습니다. 다음 판정 뒤에, 또는 다음 실행이 다시 합니다: {reason}",
        "Rows of corrected answers could not all be replaced; it is tried again after the next verdict, and by the next "
        "run: {reason}",
    ),
    # -- what every page has ------------------------------------------------------------------------------------------
    "page.title": ("답 검토", "Reviewing answers"),
    "page.audit": ("감사 {audit}", "Audit {audit}"),
    "page.doubtful": ("의심 목록", "Doubtful answers"),
    "page.period": ("{start}부터 {end}까지", "{start} to {end}"),
    "page.about_audit": (
        "무작위로 뽑은 질문입니다. 이 판정으로만 정확도를 추정합니다.",
        "Drawn at random: the estimate of accuracy is made from these verdicts alone.",
    ),
    "page.progress": (
        "맞음 {right:,} · 틀림 {wrong:,} · 판단 불가 {unsure:,} · 건너뜀 {skipped:,} · 남음 {open:,}",
        "right {right:,} · wrong {wrong:,} · unsure {unsure:,} · skipped {skipped:,} · open {open:,}",
    ),
    "page.of": ("{total:,}개 중 {done:,}개", "{done:,} of {total:,}"),
    "page.queues": ("다른 목록", "Other lists"),
    "page.mine": ("내 판정", "My verdicts"),
    "page.reviewer": ("검토자: {name}", "Reviewer: {name}"),
    "page.verdict.right": ("맞음", "right"),
    "page.verdict.wrong": ("틀림", "wrong"),
    "page.verdict.unsure": ("판단 불가", "cannot be judged"),
    "page.verdict.skipped": ("건너뜀", "skipped"),
    "page.undo": ("되돌리기", "Undo"),
    "page.undo_of": ("되돌리기: {text}", "Undo: {text}"),
    "page.next": ("다음 질문", "Next question"),
    # -- the first page -----------------------------------------------------------------------------------------------
    "page.name": ("검토자 이름", "Your name"),
    "page.name_hint": ("판정과 고친 답에 남습니다.", "It stands beside your verdicts and corrections."),
    "page.choose": ("무엇을 검토할까요?", "What do you want to review?"),
    "page.begin": ("시작", "Begin"),
    "page.nothing": ("검토할 것이 없습니다.", "There is nothing to review."),
    # -- an item ------------------------------------------------------------------------------------------------------
    "page.question": ("질문 {item}", "Question {item}"),
    "page.question_text": ("질문 글", "Text of the question"),
    "page.asked": ("{day}에 메시지 {messages:,}건", "{messages:,} messages on {day}"),
    "page.cut": (
        "{chars:,}자 가운데 앞부분만 보입니다.",
        "Only the beginning of its {chars:,} characters is shown.",
    ),
    "page.why": ("의심스러운 까닭: {why}", "Why it is doubtful: {why}"),
    "page.answer": ("모델의 답", "The model's answer"),
    "page.keyword": ("키워드", "Keyword"),
    "page.category": ("분류", "Category"),
    "page.tells": ("질문의 분류", "category of the question"),
    "page.no_answer": ("답을 읽을 수 없습니다.", "The answer cannot be read."),
    "page.holds": (
        "{reviewer}이(가) {at}에 이미 바로잡았습니다",
        "Corrected already by {reviewer} at {at}",
    ),
    "page.edit": ("키워드 고치기", "Edit keywords"),
    "page.edit_hint": (
        "비운 줄은 빠집니다. 가려진 키워드는 그대로 두면 원래 값이 남습니다.",
        "Rows left empty are left out. A masked keyword that is left as it is keeps what it hides.",
    ),
    "page.keyword_of": ("키워드 {number}", "Keyword {number}"),
    "page.category_of": ("분류 {number}", "Category {number}"),
    "page.choose_category": ("분류 고르기", "Choose a category"),
    "page.edited": ("이렇게 바로잡기", "Correct it like this"),
    "page.this_is": ("이 답은", "This answer is"),
    "page.action.right": ("맞음", "Right"),
    "page.action.wrong": ("틀림, 답은 모름", "Wrong, I do not know the answer"),
    "page.action.wrong_category": ("분류만 틀림", "Only its category is wrong"),
    "page.action.wrong_keywords": ("키워드만 틀림", "Only its keywords are wrong"),
    "page.action.unsure": ("판단 불가", "It cannot be judged"),
    "page.action.skipped": ("건너뛰기", "Skip"),
    "page.right_category": ("틀림, 맞는 분류는", "Wrong; the right category is"),
    "page.given": ("지금 분류", "as it is"),
    "page.note": ("메모", "Note"),
    "page.just_now": ("방금: {verdict}, {text}", "Just now: {verdict}, {text}"),
    "page.neighbours": ("같은 키워드가 있는 질문", "Questions with the same keyword"),
    "page.no_neighbours": ("앞뒤 사흘에는 없습니다.", "There is none within three days."),
    "page.judged": (
        "{reviewer}, {at}: {verdict}",
        "{reviewer}, {at}: {verdict}",
    ),
    "page.right_answer": ("바로잡은 답", "The right answer"),
    "page.handed": (
        "{reviewer}이(가) 지금 보고 있습니다.",
        "{reviewer} has it in hand.",
    ),
    "page.keys": (
        "글자는 단축키입니다. 입력란에서는 듣지 않으며, Esc로 입력란에서 나옵니다.",
        "The letters are keys. They do nothing in a field; Esc leaves it.",
    ),
    # -- what one has said, and the end -------------------------------------------------------------------------------
    "page.said_nothing": ("아직 판정한 것이 없습니다.", "You have not judged anything yet."),
    "page.done": ("모두 보았습니다. 고맙습니다.", "Everything was looked at. Thank you."),
    "page.others": (
        "남은 {open:,}개는 다른 검토자가 보고 있습니다. 돌아온다면 늦어도 {minutes:,}분 뒤입니다.",
        "Others have the {open:,} that are left. What they do not judge begins to come back in {minutes:,} minutes.",
    ),
    "page.look_again": ("다시 보기", "Look again"),
    # -- trouble ------------------------------------------------------------------------------------------------------
    "page.trouble": ("보여 드릴 수 없습니다", "This cannot be shown"),
    "page.on": ("계속", "Go on"),
    "page.send_again": ("다시 보내기", "Send it again"),
    "page.no_token": (
        "keyword-assets review가 알려 준 주소로 열어 주세요. 다시 띄울 때마다 주소가 바뀝니다.",
        "Open the address that keyword-assets review has printed. It is another one each time it is started.",
    ),
    "page.out_of_service": (
        "데이터베이스가 답하지 않아 아무것도 바꾸지 못했습니다. 보낸 것은 아래 단추로 다시 보낼 수 있습니다: {reason}",
        "The database does not answer, and nothing may have been changed. What you sent can be sent again below: {reason}",
    ),
    "page.not_there": ("이 주소에는 아무것도 없습니다.", "There is nothing at this address."),
    "page.form_refused": (
        "오래된 페이지이거나 이 페이지가 보낸 것이 아니어서 받지 않았습니다. 판정은 남지 않았습니다. 다시 열어 판정해 주세요.",
        "Refused: the page was too old, or this is not of a page of ours. Nothing was kept; please open it and judge again.",
    ),
    "page.failed": (
        "예상하지 못한 오류입니다. 서버의 로그에 있습니다. 판정이 남았는지는 목록에서 보입니다.",
        "An unexpected error; the server's log has it. Your verdicts show whether the last one was kept.",
    ),
    "page.no_action": ("무엇을 판정했는지 알 수 없습니다.", "It cannot be told what was judged."),
    "page.unchanged": (
        "고친 것이 없습니다. 답이 맞으면 '맞음'을 누릅니다.",
        "Nothing was changed. If the answer is right, say so.",
    ),
    "page.placeholder": (
        "가려진 키워드 '{keyword}'은(는) 그대로 두거나, 가린 표시 없이 새로 적습니다.",
        "The masked keyword '{keyword}' can be left as it is, or written anew without what hides it.",
    ),
}
