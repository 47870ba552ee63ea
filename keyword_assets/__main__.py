"""python -m keyword_assets"""

import signal
import sys

from keyword_assets.cli.main import run


def main() -> None:
    """The `keyword-assets` script."""
    # An orderly shutdown stops a command as Ctrl-C does: with what it has finished, and its exit code.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
