"""Which object speaks which API: another one is one more entry here, and its name in the facts of its models."""

from collections.abc import Callable, Mapping

from keyword_assets.configuration.hcx_models import MODELS, Api, ModelFacts
from keyword_assets.hcx.native import NativeWire
from keyword_assets.hcx.wire import Wire

_WIRES: Mapping[Api, Callable[[str, ModelFacts], Wire]] = {Api.NATIVE: NativeWire}


def wire_of(model: str) -> Wire:
    """What speaks to this model."""
    facts = MODELS[model]
    return _WIRES[facts.api](model, facts)
