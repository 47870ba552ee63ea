"""Reads a taxonomy from a YAML file, the packaged one by default."""

from importlib import resources
from pathlib import Path

import yaml

from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible
from keyword_assets.core.taxonomy import Taxonomy, parse_taxonomy
from keyword_assets.sources import scrubbed

# A hundred times the packaged one; and so much of what YAML says of a fault.
_MOST_BYTES, _REASON_CHARS = 1 << 20, 300


def load_taxonomy(path: Path | None = None) -> Taxonomy:
    """The taxonomy in the YAML file at `path`, or the packaged one.

    Raises:
        InputError: the file cannot be read, is not YAML, or breaks a rule of `parse_taxonomy`.
    """
    source = path or resources.files("keyword_assets") / "resources" / "taxonomy.yaml"
    try:
        with source.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise InputError("taxonomy.not_yaml", source=str(source), reason=f"> {_MOST_BYTES:,} bytes")
        text = content.decode("utf-8")
    except (OSError, ValueError) as error:
        raise InputError("taxonomy.unreadable", source=str(source), reason=str(error)) from error
    try:
        document = yaml.safe_load(text)
    # What looks like a date and is none is a ValueError of its own, and a nest without end a RecursionError.
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        reason = visible(scrubbed(error), _REASON_CHARS)
        raise InputError("taxonomy.not_yaml", source=str(source), reason=reason) from error
    return parse_taxonomy(document, str(source))
