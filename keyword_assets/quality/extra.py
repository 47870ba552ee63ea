"""What statistics need beside the rest: an extra of the installation."""

from importlib.util import find_spec

from keyword_assets.core.errors import InputError

_NEEDED = ("scipy", "sklearn", "pandas", "kiwipiepy")


def require_extra() -> None:
    """Make sure that it is installed, without loading it.

    Raises:
        InputError: it is not.
    """
    absent = [name for name in _NEEDED if find_spec(name) is None]
    if absent:
        raise InputError("quality.no_extra", names=", ".join(absent))
