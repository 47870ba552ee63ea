"""Reads a taxonomy from a YAML file, the packaged one by default."""

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from keyword_assets.configuration.yaml_files import NotYaml, read_yaml
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible
from keyword_assets.core.taxonomy import Taxonomy, parse_taxonomy

# Of what YAML says of a fault.
_REASON_CHARS = 300


def load_taxonomy(path: Path | None = None) -> Taxonomy:
    """The taxonomy in the YAML file at `path`, or the packaged one.

    Raises:
        InputError: the file cannot be read, is not YAML, or breaks a rule of `parse_taxonomy`.
    """
    return _packaged() if path is None else _read(path)


# A tick, a run and each of its steps ask for it; it comes with us, and stays as it is.
@cache
def _packaged() -> Taxonomy:
    return _read(resources.files("keyword_assets") / "resources" / "taxonomy.yaml")


def _read(source: Path | Traversable) -> Taxonomy:
    try:
        document = read_yaml(source)
    except OSError as error:
        raise InputError("taxonomy.unreadable", source=str(source), reason=str(error)) from error
    except NotYaml as error:
        reason = visible(str(error), _REASON_CHARS)
        raise InputError("taxonomy.not_yaml", source=str(source), reason=reason) from error
    return parse_taxonomy(document, str(source))
