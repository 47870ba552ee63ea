"""Reads a taxonomy from a YAML file, the packaged one by default."""

from importlib import resources
from pathlib import Path

import yaml

from keyword_assets.core.errors import InputError
from keyword_assets.core.taxonomy import Taxonomy, parse_taxonomy
from keyword_assets.sources import scrubbed


def load_taxonomy(path: Path | None = None) -> Taxonomy:
    """The taxonomy in the YAML file at `path`, or the packaged one.

    Raises:
        InputError: the file cannot be read, is not YAML, or breaks a rule of `parse_taxonomy`.
    """
    source = path or resources.files("keyword_assets") / "resources" / "taxonomy.yaml"
    try:
        document = yaml.safe_load(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("taxonomy.unreadable", source=str(source), reason=str(error)) from error
    except yaml.YAMLError as error:
        raise InputError("taxonomy.not_yaml", source=str(source), reason=" ".join(scrubbed(error).split())) from error
    return parse_taxonomy(document, str(source))
