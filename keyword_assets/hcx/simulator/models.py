"""The chat models and what sets them apart."""

from dataclasses import dataclass

from keyword_assets.hcx.simulator.envelope import Refusal

# Reserved for the answer when a thinking model is given no cap, by effort.
EFFORT_CAPS = {"none": 512, "low": 5120, "medium": 10240, "high": 20480}
DEFAULT_EFFORT = "low"
MIN_CAP_WITH_TOOLS = 1024


@dataclass(frozen=True)
class Model:
    """One model of the v3 API; `context` holds input and output together."""

    name: str
    context: int
    max_output: int
    cap_field: str
    thinks: bool = False
    structured: bool = False
    images: bool = False


_V3 = {
    model.name: model
    for model in (
        Model("HCX-007", 128_000, 32_768, "maxCompletionTokens", thinks=True, structured=True),
        Model("HCX-005", 128_000, 4_096, "maxTokens", images=True),
        Model("HCX-DASH-002", 32_000, 4_096, "maxTokens"),
    )
}
_V1 = frozenset({"HCX-003", "HCX-DASH-001"})


def find_model(name: str, retired: frozenset[str], version: str = "v3") -> Model:
    """The model that serves this name on this version of the API.

    Raises:
        Refusal: nobody does; models of the v1 API are told apart but not simulated.
    """
    if name in retired:
        raise Refusal("40082")
    if name not in _V3 and name not in _V1:
        raise Refusal("40080")
    if (version == "v3") != (name in _V3):
        raise Refusal("40084")
    if version != "v3":
        raise Refusal("50100")
    return _V3[name]
