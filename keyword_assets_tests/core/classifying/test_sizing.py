"""How large requests are, and what is learned about it."""

import json
import math
import random
from typing import Any

import pytest

from keyword_assets.configuration.hcx_models import MODELS
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.classifying.prompts import answer_schema
from keyword_assets.core.classifying.sizing import ANSWER_OVERHEAD, DEFAULT_BATCH, SizeLimits, Sizer, best_batch
from keyword_assets.core.classifying.tokens import estimate_tokens
from keyword_assets.core.quota.limits import Limits
from keyword_assets.hcx.simulator.tokens import count_input
from keyword_assets.hcx.wires import wire_of
from keyword_assets_tests.builders import make_taxonomy

SHORT, LONG = "전학 절차", "전학을 가려고 합니다 " * 70


def limits(**values: Any) -> SizeLimits:
    """The test key's quota, unless said otherwise."""
    quota = Limits(values.pop("requests", 60), values.pop("tokens", 60_000), 60)
    return SizeLimits(**{"quota": quota, "context_tokens": 128_000, "output_tokens": 32_768, **values})


def make_sizer(learned: str | None = None, **values: Any) -> Sizer:
    """A sizer for the tests' taxonomy."""
    return Sizer(make_taxonomy(), limits(**values), learned)


def answers(seed: int, number: int, mean: float = 30, spread: float = 8, questions: int = 10) -> list[int]:
    """The lengths of so many answer documents, whose single answers vary."""
    dice = random.Random(seed)
    return [ANSWER_OVERHEAD + round(sum(dice.gauss(mean, spread) for _ in range(questions))) for _ in range(number)]


# -- the output cap ---------------------------------------------------------------------------------------------------


def test_the_cap_comes_down_to_what_answers_take() -> None:
    """What is reserved in vain is quota left idle."""
    sizer = make_sizer()
    before = sizer.cap(10)
    for tokens in answers(0, 100):
        sizer.learn_answer(10, tokens)

    assert before > 3 * 300
    assert 314 < sizer.cap(10) < 1.3 * 314


@pytest.mark.parametrize("seed", range(5))
def test_few_answers_are_cut_off(seed: int) -> None:
    """The room that is cheapest: more of it costs every request more than the cut answers cost."""
    sizer = make_sizer()
    for tokens in answers(seed, 100):
        sizer.learn_answer(10, tokens)

    cut = sum(tokens > sizer.cap(10) for tokens in answers(seed + 100, 1_000))

    assert 10 <= cut <= 200


def test_answers_that_are_cut_off_raise_the_cap() -> None:
    """Or the same size would be cut off for ever."""
    sizer = make_sizer()
    for tokens in answers(0, 100):
        sizer.learn_answer(10, tokens)
    caps = [sizer.cap(10)]
    while caps[-1] < 3 * caps[0] and len(caps) < 50:
        sizer.learn_cut(10, caps[-1])
        caps.append(sizer.cap(10))

    assert caps == sorted(set(caps))
    assert caps[-1] >= 3 * caps[0]


def test_answers_that_grow_longer_are_followed() -> None:
    """January's questions are not June's."""
    sizer = make_sizer()
    for tokens in [*answers(0, 200, mean=20), *answers(1, 200, mean=60)]:
        sizer.learn_answer(10, tokens)

    assert sizer.cap(10) > 614


def test_more_room_is_a_multiple_of_the_cap() -> None:
    """A text whose answer was cut off is asked again with it."""
    sizer = make_sizer()

    assert sizer.cap(3, room=2) == 2 * sizer.cap(3)


def test_a_cap_is_never_beyond_the_models_output() -> None:
    """HCX refuses the request."""
    assert make_sizer(output_tokens=300).cap(100, room=8) == 300


@pytest.mark.parametrize("model", ["HCX-005", "HCX-DASH-002"])
def test_models_that_answer_by_tool_get_no_cap_below_the_least(model: str) -> None:
    """HCX refuses the request; a small quota then holds fewer of them, and they should ask about more."""
    sizer = make_sizer(least_cap=MODELS[model].least_cap, output_tokens=4_096)
    for tokens in answers(0, 100, mean=10):
        sizer.learn_answer(10, tokens)

    assert (sizer.cap(1), sizer.cap(10)) == (1_024, 1_024)
    assert MODELS["HCX-007"].least_cap == 0


# -- the input --------------------------------------------------------------------------------------------------------


def test_the_estimate_of_the_input_follows_what_hcx_counts() -> None:
    """Our own is made to err upwards; what it is too high by is quota left idle."""
    sizer = make_sizer()
    texts = [SHORT] * 10
    before = sizer.prompt(texts)
    for _ in range(20):
        sizer.learn_input(sizer.estimate(texts), round(sizer.estimate(texts) * 0.7))

    assert before >= sizer.estimate(texts)
    assert sizer.prompt(texts) == pytest.approx(0.7 * sizer.estimate(texts), rel=0.03)


@pytest.mark.parametrize("seed", range(5))
def test_the_input_is_hardly_ever_underestimated(seed: int) -> None:
    """Too low an estimate could be one request too many for the window."""
    dice = random.Random(seed)
    sizer = make_sizer()
    estimate, low = sizer.estimate([SHORT]), 0
    for _ in range(500):
        billed = round(estimate * dice.gauss(0.8, 0.03))
        low += billed > sizer.prompt([SHORT])
        sizer.learn_input(estimate, billed)

    assert low <= 15


def test_the_prompt_of_many_requests_is_their_sum() -> None:
    """The dry run tells a cost by it."""
    sizer = make_sizer()
    texts = [SHORT] * 10
    for _ in range(20):
        sizer.learn_input(100, 80)
    together = sizer.estimate(texts) - sizer.estimate([])

    assert sizer.prompt_of(1, together) == pytest.approx(0.8 * sizer.estimate(texts), abs=1)
    assert sizer.prompt_of(3, 3 * together) == pytest.approx(3 * sizer.prompt_of(1, together), abs=2)


@pytest.mark.parametrize("count", ["ours", "simulator"])
@pytest.mark.parametrize("model", ["HCX-007", "HCX-005"])
def test_the_packaged_prompt_stays_within_500_tokens(count: str, model: str) -> None:
    """System message, taxonomy and schema are paid for with every request."""
    taxonomy = load_taxonomy()
    tokens = {
        "ours": Sizer(taxonomy, limits()).overhead,
        "simulator": count_input(wire_of(model).body(taxonomy, [], 100)),
    }

    assert 100 < tokens[count] <= 500


@pytest.mark.parametrize("texts", [[SHORT], [SHORT] * 10, [LONG] * 3, ["HCX-007 API: 1588-0000 {}[]😀" * 9]])
def test_our_estimate_is_not_below_the_simulators_count(texts: list[str]) -> None:
    """The first request goes out by it alone."""
    taxonomy = load_taxonomy()

    assert Sizer(taxonomy, limits()).prompt(texts) >= count_input(wire_of("HCX-007").body(taxonomy, texts, 100))


def test_the_schema_is_counted_as_it_goes_over_the_wire() -> None:
    """Blanks of Python's own notation are not sent."""
    schema = json.dumps(answer_schema(make_taxonomy()), ensure_ascii=False, separators=(",", ":"))

    assert make_sizer().overhead > estimate_tokens(schema) > 0


def test_what_exceeds_the_quota_or_the_context_does_not_fit() -> None:
    """HCX refuses the one for ever and the other for good."""
    tokens = make_sizer().prompt([SHORT]) + make_sizer().cap(1)

    assert make_sizer(tokens=tokens, context_tokens=tokens).fits([SHORT])
    assert not make_sizer(tokens=tokens - 1).fits([SHORT])
    assert not make_sizer(context_tokens=tokens - 1).fits([SHORT])


# -- how many questions -----------------------------------------------------------------------------------------------


def charge(prompt: float, question: float) -> Any:
    """What a request of so many questions is charged."""
    return lambda questions: math.ceil(prompt + questions * question)


@pytest.mark.parametrize(
    ("prompt", "question", "quota", "best"),
    [
        # Requests are scarce: each should ask as much as it may.
        (400, 50, limits(), 10),
        # Tokens are scarce, and the prompt is shared by as many questions as possible.
        (400, 50, limits(requests=600, tokens=72_600), 10),
        # 2 × 1,400 fit once into 2,900 and fill it; 3 do not fit.
        (100, 1_300, limits(tokens=2_900), 2),
        # Ten make 6 requests of 10 = 60 a window; nine make 7 of 9 = 63.
        (10, 100, limits(tokens=6_400), 9),
        # Not even one fits; the server shall say so.
        (400, 90_000, limits(), 1),
        # The context of the model, not the quota, says when it is enough.
        (400, 500, limits(tokens=10**7, context_tokens=2_000), 3),
    ],
)
def test_the_batch_is_the_one_that_a_window_serves_most_questions_with(
    prompt: int, question: int, quota: SizeLimits, best: int
) -> None:
    """b · min(Q, ⌊T / tokens(b)⌋)."""
    assert best_batch(charge(prompt, question), quota, 10) == best


@pytest.mark.parametrize("seed", range(20))
def test_no_other_batch_serves_more(seed: int) -> None:
    """Checked by trying them all."""
    dice = random.Random(seed)
    tokens = charge(dice.uniform(100, 900), dice.uniform(20, 3_000))
    quota = limits(requests=dice.choice([6, 60, 600]), tokens=dice.randint(5_000, 80_000))

    best = best_batch(tokens, quota, 16)

    a_window = [b * min(quota.quota.requests, quota.quota.tokens // tokens(b)) for b in range(1, 17)]
    assert a_window[best - 1] == max(a_window)
    assert best == max(b for b in range(1, 17) if a_window[b - 1] == max(a_window))


def test_short_questions_are_asked_ten_at_a_time() -> None:
    """Published measurements lose accuracy beyond."""
    assert make_sizer().batch_size([SHORT] * 16) == DEFAULT_BATCH == 10


def test_long_questions_are_asked_fewer_at_a_time_when_that_fills_the_window_better() -> None:
    """A request of ten would leave a third of such a window empty."""
    sizer = make_sizer(tokens=9_000)

    batch = sizer.batch_size([LONG] * 16)

    assert 1 < batch < 10
    assert sizer.fits([LONG] * batch)


def test_a_question_too_long_for_the_quota_is_asked_alone() -> None:
    """The server refuses it in its own words."""
    assert make_sizer(tokens=500).batch_size([LONG]) == 1


@pytest.mark.parametrize("fixed", [1, 16])
def test_a_fixed_batch_size_is_kept(fixed: int) -> None:
    """Whoever sets it has reasons."""
    assert make_sizer(batch_size=fixed).batch_size([LONG] * 16) == fixed


def test_nothing_at_hand_makes_the_default() -> None:
    """The queue is empty at the beginning."""
    assert make_sizer().batch_size([]) == DEFAULT_BATCH


# -- between runs -----------------------------------------------------------------------------------------------------


def taught() -> Sizer:
    """A sizer that has seen some answers."""
    sizer = make_sizer()
    for tokens in answers(0, 30):
        sizer.learn_answer(10, tokens)
        sizer.learn_input(1_000, 800)
    return sizer


def test_what_was_learned_is_known_to_the_next_run() -> None:
    """Its first request is as good as the last one's last."""
    sizer = taught()

    later = make_sizer(sizer.dump())

    assert (later.cap(10), later.prompt([SHORT]), later.knows_answers) == (sizer.cap(10), sizer.prompt([SHORT]), True)
    assert later.dump() == sizer.dump()


BROKEN = [
    "",
    "{",
    "null",
    "[]",
    "{}",
    '{"answer": [1, 2, 3]}',
    '{"answer": [1, 2], "ratio": [1, 0, 1]}',
    '{"answer": [30, 9, "viel"], "ratio": [1, 0, 1]}',
    '{"answer": [NaN, 9, 9], "ratio": [1, 0, 1]}',
    '{"answer": [30, Infinity, 9], "ratio": [1, 0, 1]}',
    '{"answer": [30, -9, 9], "ratio": [1, 0, 1]}',
    '{"answer": [0, 9, 9], "ratio": [1, 0, 1]}',
    '{"answer": 30, "ratio": 1}',
    '{"answer": [1e400, 9, 9], "ratio": [1, 0, 1]}',
]


@pytest.mark.parametrize("dump", BROKEN)
def test_a_broken_dump_is_as_good_as_none(dump: str) -> None:
    """Everything in it can be learned again; a run must not fail for it."""
    sizer = make_sizer(dump)

    assert (sizer.cap(10), sizer.prompt([SHORT]), sizer.knows_answers) == (
        make_sizer().cap(10),
        make_sizer().prompt([SHORT]),
        False,
    )


@pytest.mark.parametrize(("questions", "tokens"), [(1, 0), (10, 1), (1, 30_000)])
def test_no_answer_spoils_what_is_learned(questions: int, tokens: int) -> None:
    """Servers say strange things in `usage`; the dump must stay readable, and the cap one that HCX takes."""
    sizer = make_sizer()
    for _ in range(50):
        sizer.learn_answer(questions, tokens)

    assert make_sizer(sizer.dump()).knows_answers
    assert 1 <= sizer.cap(10) <= 32_768
