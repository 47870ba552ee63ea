"""What hypothesis draws for tests of all that reads what others write, and how often."""

import json
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# The same examples every time: a suite that fails by chance is not believed.
modestly = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# Of each kind what is known to upset programs, besides what hypothesis thinks of.
STRANGE_TEXTS = st.sampled_from(
    [
        "",
        " ",
        "\x00",
        "\ud800",
        "\u202e",
        "²²²²²",
        "٧",
        "NaN",
        "1e999",
        "9" * 5_000,
        "-1",
        "20000",
        "40005",
        "null",
        "가",
    ]
)
STRANGE_NUMBERS = st.sampled_from(
    [0, 1, -1, True, 2**31, 2**63, 10**30, 10**400, 0.5, float("nan"), float("inf"), -float("inf"), 1e308]
)
TEXTS = st.text(st.characters(exclude_categories=()), max_size=60) | STRANGE_TEXTS
SCALARS: st.SearchStrategy[Any] = st.none() | st.booleans() | STRANGE_NUMBERS | st.integers() | st.floats() | TEXTS
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)


def instead(honest: Any) -> st.SearchStrategy[Any]:
    """An honest document in which one part, at whatever depth, is anything at all."""
    places = list(_places(honest, ()))
    return st.builds(lambda place, value: _with(honest, place, value), st.sampled_from(places), ANYTHING)


def _places(document: Any, above: tuple[Any, ...]) -> Any:
    yield above
    parts = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for name, part in parts:
        yield from _places(part, (*above, name))


def _with(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[place[0]] = _with(document[place[0]], place[1:], value)
    return copy


def in_json(document: Any) -> bytes:
    """As a server would write it; what JSON does not know, as Python does."""
    return json.dumps(document).encode()
