"""`keyword-assets webserver`: the Dagster UI, behind the guard that `make dev` has, too."""

import os
import sys
from collections.abc import Sequence

from keyword_assets.configuration.settings import Settings
from keyword_assets.web.door import door_of

_MODULE = "keyword_assets.orchestration.hosting.webserver"


def webserver(settings: Settings, host: str, arguments: Sequence[str]) -> int:
    """Become the webserver, so that whoever stops this process stops it; returns only if that fails.

    Raises:
        InputError: the settings ask for what cannot be, or for what nobody should want.
    """
    from keyword_assets.orchestration.hosting.home import prepare_home

    # Told before Dagster takes its seconds; decided once more by the process itself.
    door_of(settings, host)
    prepare_home(settings)
    os.execv(sys.executable, [sys.executable, "-m", _MODULE, *arguments])
