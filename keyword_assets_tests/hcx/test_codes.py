"""What becomes of a request is decided by the code of its error, and by the HTTP status where there is none."""

import pytest

from keyword_assets.hcx.codes import Fate, fate_of
from keyword_assets.hcx.simulator.envelope import MESSAGES

FATES = {
    Fate.RETRY: {"40800", "50000", "50400"},
    Fate.RETRY_ONCE: {"40009", "42400"},
    Fate.QUOTA: {"42900", "42901"},
    Fate.OVERLOADED: {"42902", "42903"},
    Fate.CONTENT: {"40000", "40001", "40002", "40003", "40004", "40005", "40055", "40063", "41300"},
    Fate.DENIED: {
        *("40080", "40082", "40083", "40084", "40100", "40101", "40102", "40103", "40104", "40170"),
        *("40300", "40301", "40400", "40600", "41500", "50100"),
    },
}


@pytest.mark.parametrize(
    ("code", "fate"), sorted((code, fate) for fate, codes in FATES.items() for code in codes), ids=lambda v: str(v)
)
def test_each_published_code_has_the_fate_that_its_meaning_asks_for(code: str, fate: Fate) -> None:
    """A wrong fate either pays again and again for a refusal, or gives up on what would have passed in a minute."""
    assert fate_of(int(code[:3]), code) is fate


def test_no_published_code_is_left_out() -> None:
    """The table above is compared with the one that the simulator was given."""
    assert set().union(*FATES.values()) == set(MESSAGES) - {"20000"}


def test_silence_is_no_code() -> None:
    """It is what is left when nothing came back, and no server can ask for it."""
    assert Fate.SILENT not in {fate_of(status, None) for status in range(200, 600)}


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        (302, Fate.RETRY),
        (400, Fate.CONTENT),
        (401, Fate.DENIED),
        (403, Fate.DENIED),
        (404, Fate.DENIED),
        (407, Fate.DENIED),
        (408, Fate.RETRY),
        (413, Fate.CONTENT),
        (429, Fate.QUOTA),
        (500, Fate.RETRY),
        (501, Fate.DENIED),
        (502, Fate.RETRY),
        (503, Fate.RETRY),
        (504, Fate.RETRY),
    ],
)
def test_without_a_code_the_http_status_decides(status: int, fate: Fate) -> None:
    """Gateways and proxies answer in their own words, without CLOVA Studio's envelope."""
    assert fate_of(status, None) is fate


@pytest.mark.parametrize(("code", "fate"), [("50000", Fate.RETRY), ("40099", Fate.CONTENT), ("42901", Fate.QUOTA)])
def test_inside_an_http_200_the_code_is_believed(code: str, fate: Fate) -> None:
    """Errors were seen under a status that says all is well."""
    assert fate_of(200, code) is fate


@pytest.mark.parametrize("code", ["", "OK", "5", "999999"])
def test_a_code_that_is_none_leaves_the_decision_to_the_status(code: str) -> None:
    """A proxy's page may have a `status.code` of its own."""
    assert fate_of(503, code) is Fate.RETRY
