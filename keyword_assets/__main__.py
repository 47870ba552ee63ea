"""python -m keyword_assets"""

import atexit
import os
import signal
import sys
from typing import NoReturn

# Of `cli.main`, which may not be loaded yet when somebody presses Ctrl-C.
_INTERRUPTED = 130


def main() -> NoReturn:
    """The `keyword-assets` script."""
    try:
        # An orderly shutdown stops a command as Ctrl-C does: with what it has finished, and its exit code.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        # Loading takes half a second, in which a command can be stopped, too.
        from keyword_assets.cli.main import run

        code = run(sys.argv[1:])
        _ignore_signals()
    except KeyboardInterrupt:
        _ignore_signals()
        code = _INTERRUPTED
    if code == _INTERRUPTED:
        _leave(code)
    sys.exit(code)


def _ignore_signals() -> None:
    """What is left is Python's own end, during which a signal would take the exit code away."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)


def _leave(code: int) -> NoReturn:
    """End with this code whatever was interrupted.

    Where the interrupt came through `exec` of a text, with which dataclasses are made, CPython remembers it as
    unhandled although it was caught, and in the end kills itself by SIGINT instead (`run_eval_code_obj`).
    """
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
