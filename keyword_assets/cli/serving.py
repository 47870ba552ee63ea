"""`keyword-assets webserver`: the Dagster UI, behind the guard that `make dev` has, too."""

import os
import sys
from collections.abc import Sequence

from keyword_assets.settings import Settings
from keyword_assets.web.door import door_of

_MODULE = "keyword_assets.orchestration.webserver"


def webserver(settings: Settings, arguments: Sequence[str]) -> int:
    """Become the webserver, so that whoever stops this process stops it; returns only if that fails.

    Raises:
        InputError: the settings ask for what cannot be, or for what nobody should want.
    """
    from keyword_assets.cli import runs

    # What is wrong with the settings is told before Dagster takes its seconds; where it listens, by the process itself.
    door_of(settings, "127.0.0.1")
    runs.prepare_home(settings)
    os.execv(sys.executable, [sys.executable, "-m", _MODULE, *arguments])
