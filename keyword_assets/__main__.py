"""python -m keyword_assets"""

import signal
import sys

# Of `cli.main`, which may not be loaded yet when somebody presses Ctrl-C.
_INTERRUPTED = 130


def main() -> None:
    """The `keyword-assets` script."""
    try:
        # An orderly shutdown stops a command as Ctrl-C does: with what it has finished, and its exit code.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        # Loading takes half a second, in which a command can be stopped, too.
        from keyword_assets.cli.main import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = _INTERRUPTED
    sys.exit(code)


if __name__ == "__main__":
    main()
