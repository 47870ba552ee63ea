"""What is said about answers that are worth a look."""

TEXTS: dict[str, tuple[str, str]] = {
    "doubtful.no_second": (
        "--sample과 --dry-run은 --second-model과 함께 씁니다.",
        "--sample and --dry-run are about --second-model, which is not there.",
    ),
    "doubtful.questions": ("의심 목록 {start}~{end}", "doubtful answers {start} to {end}"),
    "doubtful.spent": (
        "두 번째 모델: 요청 {requests:,}번, {cost:,.2f}원을 썼습니다.",
        "Second model: {requests:,} requests, {cost:,.2f} KRW spent.",
    ),
    "doubtful.title": ("{part}: {found:,}개 중 {shown:,}개", "{part}: {shown:,} of {found:,}"),
    "doubtful.part.second_model": ("두 번째 모델의 분류가 다름", "A second model gives another category"),
    "doubtful.part.own_model": (
        "다른 답들로 배운 작은 모델이 믿지 않음",
        "A small model, trained on the other answers, does not believe it",
    ),
    "doubtful.part.same_question": (
        "같은 질문을 달리 말한 글과 분류가 다름",
        "The same question in other words has another category",
    ),
    "doubtful.part.catch_all": ("분류를 찾지 못해 나머지 분류에 있음", "No category was found: it is in the catch-all"),
    "doubtful.doubt": ("의심", "Doubt"),
    "doubtful.category": ("분류", "Category"),
    "doubtful.other": ("다른 답", "It might be"),
    "doubtful.unjudged": (
        "작은 모델은 분류에 글이 너무 적은 {count:,}개를 판단하지 못했습니다.",
        "Of {count:,} the small model can say nothing: their categories have too few texts.",
    ),
    "doubtful.not_for_estimates": (
        "틀렸을 법한 것만 고른 목록입니다. 정확도 추정에는 쓸 수 없습니다. 추정은 무작위 표본으로만 합니다.",
        "These were picked for being doubtful: not for the estimate of accuracy, which only a random sample gives.",
    ),
    "doubtful.systematic": (
        "어쩌다 난 실수를 찾습니다. 모델이 늘 똑같이 틀리는 것은 우연보다 잘 찾지 못합니다.",
        "It finds slips. For systematic errors, made the same way every time, it is no better than chance.",
    ),
    "doubtful.queued": (
        "검토할 것에 {count:,}개를 올렸습니다. 이미 있거나 판정된 것은 다시 올리지 않습니다.",
        "{count:,} handed to the reviewers; what is there or was judged is not handed over again.",
    ),
}
