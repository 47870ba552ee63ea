"""The question whether HCX accepts the key and the model, which costs nothing."""

import socket

import pytest

from keyword_assets.core.errors import HcxDenied, HcxUnreachable
from keyword_assets.hcx.probe import probe
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets_tests.hcx.asking import hcx_at
from keyword_assets_tests.world import KEY


@pytest.mark.parametrize("model", ["HCX-007", "HCX-005", "HCX-DASH-002"])
def test_a_key_and_a_model_that_are_accepted_pass_for_free(hcx: SimulatorServer, model: str) -> None:
    """`doctor` may be run as often as anybody likes."""
    probe(hcx_at(hcx.url, model))

    assert hcx.stats.snapshot.tokens_charged == 0


def test_a_key_that_is_refused_is_a_denial_that_does_not_show_it() -> None:
    """The message ends up in a terminal that others may see."""
    with (
        SimulatorServer(SimulatorSettings(api_keys=frozenset({"nv-another"}))) as server,
        pytest.raises(HcxDenied) as denied,
    ):
        probe(hcx_at(server.url))

    assert "40104" in str(denied.value)
    assert KEY not in str(denied.value)


def test_a_model_that_is_retired_is_a_denial() -> None:
    """The one thing that changes without anybody here doing anything."""
    with (
        SimulatorServer(SimulatorSettings(retired_models=frozenset({"HCX-007"}))) as server,
        pytest.raises(HcxDenied, match="40082"),
    ):
        probe(hcx_at(server.url))


def test_no_answer_is_told_apart_from_a_refusal() -> None:
    """One asks for the network's administrator, the other for the account's."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))

        with pytest.raises(HcxUnreachable, match="ConnectError"):
            probe(hcx_at(f"http://127.0.0.1:{taken.getsockname()[1]}"))
