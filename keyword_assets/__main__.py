"""python -m keyword_assets"""

import sys

from keyword_assets.cli.main import run


def main() -> None:
    """The `keyword-assets` script."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
