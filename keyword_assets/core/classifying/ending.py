"""What ends a run before its questions do."""

from dataclasses import dataclass

from keyword_assets.core.errors import HcxError, HcxUnreachable
from keyword_assets.core.outcomes import Outcome
from keyword_assets.core.ports.model import ModelFailing


@dataclass
class RunEnd:
    """What ended a run early, if anything did: whoever learns of it notes it here, and nothing more is sent."""

    stopped: Outcome | None = None
    """A limit, a budget, or `FAILING`."""
    fatal: HcxError | None = None
    """The denial or lost connection."""
    quota_refused: bool = False
    """Whether requests were given up because the quota was used up."""

    @property
    def has_come(self) -> bool:
        """Whether the run is to send nothing more."""
        return self.stopped is not None or self.fatal is not None

    def by_model(self, failing: ModelFailing | None) -> None:
        """End the run, because it is not its texts that are ill: the model, or the way to it."""
        if self.has_come:
            return
        if failing is not None and failing.unreachable:
            key = "hcx.blocked" if failing.blocked else "hcx.unreachable"
            self.fatal = HcxUnreachable(key, reason=failing.reason, way=failing.way)
        else:
            self.stopped = Outcome.FAILING
