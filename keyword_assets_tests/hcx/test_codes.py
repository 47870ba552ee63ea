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
    ("fate", "statuses"),
    [
        (Fate.BLOCKED, [200, 204, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 409, 410, 411, 412]),
        (Fate.BLOCKED, [413, 414, 415, 417, 418, 421, 422, 423, 424, 425, 426, 428, 431, 444, 451, 460, 494, 498, 499]),
        (Fate.RETRY, [408, 500, 501, 502, 503, 504, 505, 507, 508, 510, 511, 520, 521, 522, 523, 524, 525, 526, 530]),
        (Fate.RETRY, [598, 599, 999]),
        (Fate.QUOTA, [429]),
    ],
)
@pytest.mark.parametrize("code", [None, "", "OK", "5", "403", "999999", "4030²", "²²²²²", "-4030", "٤٠٣٠٠"])
def test_without_a_code_of_hcx_nothing_is_said_about_the_account(
    fate: Fate, statuses: list[int], code: str | None
) -> None:
    """Gateways, proxies and firewalls answer in their own words; none of them knows whether our key is good."""
    assert {status: fate_of(status, code) for status in statuses} == dict.fromkeys(statuses, fate)


@pytest.mark.parametrize(("code", "fate"), [("40199", Fate.DENIED), ("40399", Fate.DENIED), ("40099", Fate.CONTENT)])
def test_a_code_of_hcx_that_is_new_means_what_its_kind_means(code: str, fate: Fate) -> None:
    """HCX itself said so, whatever it is about."""
    assert fate_of(int(code[:3]), code) is fate


@pytest.mark.parametrize(("code", "fate"), [("50000", Fate.RETRY), ("40099", Fate.CONTENT), ("42901", Fate.QUOTA)])
def test_inside_an_http_200_the_code_is_believed(code: str, fate: Fate) -> None:
    """Errors were seen under a status that says all is well."""
    assert fate_of(200, code) is fate
