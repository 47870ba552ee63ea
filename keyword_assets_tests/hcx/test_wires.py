"""A model's API is an object that its facts name, and no more than that is known of it elsewhere."""

import pytest

from keyword_assets.configuration.hcx_models import MODELS, Api
from keyword_assets.hcx import wires
from keyword_assets.hcx.native import NativeWire
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.hcx.asking import hcx_at, with_client
from keyword_assets_tests.world import questions


class _Unsigned(NativeWire):
    """Another API, which the simulator happens to understand too."""

    def headers(self, request_id: str) -> dict[str, str]:
        """None."""
        return {}


@pytest.mark.parametrize("model", MODELS)
def test_every_model_is_spoken_to(model: str) -> None:
    """An entry whose API nobody speaks would be found by the first run."""
    assert model in wires.wire_of(model).path


def test_the_client_speaks_by_what_the_models_facts_name(hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second API is one more entry, and no other line."""
    monkeypatch.setitem(wires._WIRES, Api.NATIVE, _Unsigned)  # type: ignore[arg-type]

    reply = with_client(hcx_at(hcx.url), lambda client: client.ask(questions(2)))

    assert reply.problem is None
    assert [record.request_id for record in hcx.stats.records] == [None]
