"""Which models the service has, and what it takes for granted where a request does not say."""

from keyword_assets.configuration.hcx_models import MODELS, Api, ModelFacts
from keyword_assets.hcx.simulator.envelope import Refusal

# Reserved for the answer when a thinking model is given no cap, by effort.
EFFORT_CAPS = {"none": 512, "low": 5120, "medium": 10240, "high": 20480}
DEFAULT_EFFORT = "low"
MIN_CAP_WITH_TOOLS = 1024


_V3 = {name: facts for name, facts in MODELS.items() if facts.api is Api.NATIVE}
_V1 = frozenset({"HCX-003", "HCX-DASH-001"})


def find_model(name: str, retired: frozenset[str], version: str = "v3") -> ModelFacts:
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
