"""python -m keyword_assets"""

import atexit
import gc
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

# Of `cli.main`, which may not be loaded yet when somebody presses Ctrl-C.
_INTERRUPTED = 130
# Until what is being tidied up is over.
_AGAIN_SECONDS = 0.05


def main() -> NoReturn:
    """The `keyword-assets` script."""
    try:
        _listen_to_signals()
        # Before anything opens a file, which would get the number of a stream that is closed.
        from keyword_assets import logs
        from keyword_assets.cli import console

        console.open_streams()
        logs.make_visible()
        # Loading takes half a second, in which a command can be stopped, too.
        from keyword_assets.cli.main import run

        code = run(sys.argv[1:])
        _ignore_signals()
    except KeyboardInterrupt:
        _ignore_signals()
        code = _INTERRUPTED
    if code == _INTERRUPTED:
        _leave(code)
    # Python looks for garbage several times on its way out, in all that was loaded: with Dagster as long as loading it.
    gc.freeze()
    sys.exit(code)


def _listen_to_signals() -> None:
    """Let an orderly shutdown, and a terminal that is closed, stop a command as Ctrl-C does.

    What whoever started us has set to be ignored stays ignored: Ctrl-C for a command in the background of a script, the
    end of the terminal for one under nohup. Ctrl-C is kept back by the system then, because Dagster sets handlers of
    its own, and afterwards has a termination do whatever Ctrl-C did before: ignored, it could not be stopped at all.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        # By way of the other, whose handler is Dagster's while a run is at work.
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    sys.unraisablehook = _interrupt_again


def _interrupt_again(lost: "UnraisableHookArgs") -> None:
    """Send once more what was meant to stop us and came to nothing.

    A signal that comes while Python collects garbage is handled by the first line that runs afterwards, which may be
    one that is told of it (a weak reference's callback, a `__del__`): what that raises, Python drops.
    """
    # KeyboardInterrupt, or Dagster's own kind, which is no Exception either.
    if issubclass(lost.exc_type, Exception):
        sys.__unraisablehook__(lost)
    else:
        threading.Timer(_AGAIN_SECONDS, os.kill, (os.getpid(), signal.SIGTERM)).start()


def _ignore_signals() -> None:
    """What is left is Python's own end, during which a signal would take the exit code away."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
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
