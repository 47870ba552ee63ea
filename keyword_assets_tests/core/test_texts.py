"""What operators read: complete in both languages, and said only in words that exist."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from string import Formatter

import pytest

import keyword_assets
from keyword_assets.core import errors, texts, wording
from keyword_assets.core.quality.doubts import PARTS
from keyword_assets.core.quality.reviewing import VERDICTS
from keyword_assets.core.texts import TEXTS, say
from keyword_assets.web.review.verdicts import PLAIN

PACKAGE = Path(keyword_assets.__file__).parent
# Keys that the code puts together: everything that begins so is in use.
COMPOSED = (
    "status.tick.",
    "alert.",
    "audit.unit.",
    "outcome.",
    "mask.",
    "database.",
    "upgrade.locks_",
    "found.",
    "csv.",
    "stopped.",
    "taxonomy.",
    "ended.",
    "word.",
    "step.",
    "conclusion.",
    "without_day.",
    "doubtful.part.",
    "doctor.",
    "check.",
    "summary.",
    "reason.",
    "asset.",
    "column.",
    "sensor.",
    "report.",
    "sparkline.",
    "notify.left_out_",
    "brief.",
    "import.",
    "sheet.how_",
    "sheet.note_",
    "sheet.kind.",
    # What is wrong with a cell is said with the name of its column.
    "sheet.formula",
    "sheet.not_text",
    "page.action.",
    "page.verdict.",
    "init.step.",
    "init.column.",
    "init.switch.",
)
ERRORS = ("KeywordAssetsError", "InputError", "DatabaseError", "HcxDenied", "HcxUnreachable")
HANGUL = re.compile("[가-힣]")


@pytest.fixture(autouse=True)
def korean_again() -> Iterator[None]:
    """The language is the process's; each test gives it back."""
    yield
    texts.use("ko")


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@cache
def _said() -> tuple[tuple[str, str], ...]:
    """Each literal key that the package says, or raises an error with, and where."""
    said = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if called in ("say", *ERRORS):
                    said.append((str(node.args[0].value), f"{path.relative_to(PACKAGE)}:{node.lineno}"))
    return tuple(said)


def test_texts_name_the_same_things_in_both_languages() -> None:
    """A place that is left out in one language is a fact withheld from half of the readers."""
    assert [key for key, (korean, english) in TEXTS.items() if _places(korean) != _places(english)] == []


def test_no_text_is_empty() -> None:
    """An empty message is worse than none."""
    assert [key for key, both in TEXTS.items() if not all(text.strip() for text in both)] == []


def test_no_key_stands_in_two_places() -> None:
    """The later one would win, and the other be mended in vain."""
    topics = [import_module(f"{wording.__name__}.{module.name}") for module in iter_modules(wording.__path__)]

    assert sum(len(topic.TEXTS) for topic in topics) == len(TEXTS)


def test_english_texts_have_no_hangul() -> None:
    """A text that was forgotten stays Korean."""
    assert [key for key, (_, english) in TEXTS.items() if HANGUL.search(english)] == []


def test_every_key_that_is_said_exists() -> None:
    """A missing key turns a clear error into a KeyError, and only when something is wrong already."""
    unknown = [(key, place) for key, place in _said() if key not in TEXTS and key != "percent"]

    assert unknown == []


def test_the_search_for_keys_finds_some() -> None:
    """The test before this one would pass if it looked in the wrong place."""
    assert len({key for key, _ in _said()}) > 50


def test_every_text_is_used() -> None:
    """Texts that nobody says are translated in vain."""
    files = [*PACKAGE.rglob("*.jinja"), *(path for path in PACKAGE.rglob("*.py") if path.parent.name != "wording")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    said = set(re.findall(r"""["']([a-z0-9_.]+)["']""", source))

    assert [key for key in TEXTS if key not in said and not key.startswith(COMPOSED)] == []


@pytest.mark.parametrize(
    "key",
    [
        *(f"csv.{reason}" for reason in ("broken", "columns", "pk", "created_at", "zone", "twice", "other")),
        *(f"stopped.{end}" for end in ("limit", "budget", "failing")),
        *(f"upgrade.locks_{what}" for what in ("nothing", "moment", "writes", "file")),
        *(f"found.{what}" for what in ("without_question", "wrong_counts", "unknown_categories", "duplicates")),
        *(f"database.{fault}" for fault in ("crowded", "busy", "full", "read_only", "denied", "unknown", "no_such")),
        *(f"ended.{step}" for step in ("basic", "missing")),
        *(f"step.{step}" for step in ("basic", "check", "missing")),
        *(f"doubtful.part.{part}" for part in PARTS),
        *(f"sensor.{what}" for what in ("launch", "in_flight", "postponed", "quarantined", "uncounted")),
        *(f"notify.left_out_{why}" for why in ("size", "channel", "refused")),
        *(f"page.verdict.{verdict}" for verdict in VERDICTS),
        *(f"page.action.{action}" for action in PLAIN),
        *(f"brief.{state}" for state in ("complete", "missing", "empty", "new", "rising")),
        *(f"brief.{what}" for what in ("nothing_missing", "open_only", "with_quarantined", "messages", "questions")),
        *(f"sensor.few_{what}" for what in ("in_flight", "postponed", "quarantined", "uncounted")),
    ],
)
def test_every_key_that_is_put_together_exists(key: str) -> None:
    """The search for literal keys cannot see these."""
    assert key in TEXTS


def test_the_language_can_be_chosen() -> None:
    """`--lang en`."""
    texts.use("en")
    english = say("error", message="x")
    texts.use("ko")

    assert (english, say("error", message="x")) == ("Error: x", "오류: x")


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [(1.0, "100.0 %"), (0.999, "99.9 %"), (0.9999, "99.9 %"), (0.877, "87.7 %"), (0.0, "0.0 %"), (0.29, "29.0 %")],
)
def test_a_percentage_is_rounded_down(ratio: float, shown: str) -> None:
    """A gap never shows as 100.0 %."""
    assert say("percent", value=ratio) == shown


def test_every_tenth_of_a_percent_is_shown_as_itself() -> None:
    """0.29 * 1000 is 290 only by grace of the rounding; none of the others may fall below itself."""
    wrong = [tenths for tenths in range(1_001) if say("percent", value=tenths / 1000) != f"{tenths / 10:.1f} %"]

    assert wrong == []


def test_an_error_speaks_the_language_of_the_process() -> None:
    """The message is made when it is shown."""
    error = errors.InputError("csv.not_utf8", file="chats.csv", line=3, hint="")
    korean = str(error)
    texts.use("en")

    assert (HANGUL.search(korean) is not None, str(error)) == (True, "chats.csv is not UTF-8 (line 3). ")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.KeywordAssetsError, 1),
        (errors.InputError, 2),
        (errors.ServiceError, 4),
        (errors.DatabaseError, 4),
        (errors.HcxDenied, 4),
        (errors.HcxUnreachable, 4),
    ],
)
def test_an_error_carries_the_exit_code_of_its_kind(kind: type[errors.KeywordAssetsError], code: int) -> None:
    """Scripts decide by it."""
    assert kind("error", message="x").exit_code == code


def test_every_error_is_drawn_in_the_tree() -> None:
    """The docstring is what a reader looks at."""
    kinds = [name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)]

    assert [name for name in kinds if name not in (errors.__doc__ or "")] == []
