"""What classifies under some settings: the taxonomy, and the reviewed questions that the model is shown beside it."""

from dataclasses import replace

from keyword_assets import privacy
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.configuration.yaml_files import NotYaml, read_yaml
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible
from keyword_assets.core.taxonomy import Shot, Taxonomy

# Of what YAML says of a fault.
_REASON_CHARS = 300


def taxonomy_in_force(settings: Settings) -> Taxonomy:
    """The taxonomy of the settings, with as many shots as they want and there is room for.

    Raises:
        InputError: a file cannot be used, or shots are wanted that nobody has chosen.
    """
    taxonomy = load_taxonomy(settings.taxonomy)
    if not settings.few_shot:
        return taxonomy
    # What tells orders from questions takes a while to load, and most show none.
    from keyword_assets.core.quality.shots import fitting

    shots = load_shots(settings, taxonomy)
    return replace(taxonomy, shots=fitting(shots, settings.few_shot, settings.few_shot_tokens))


def load_shots(settings: Settings, taxonomy: Taxonomy) -> tuple[Shot, ...]:
    """All shots in the file of the settings, as they are sent.

    Raises:
        InputError: there is no such file, or it cannot be used.
    """
    from keyword_assets.core.quality.shots import read_shots

    source = str(settings.shots)
    try:
        document = read_yaml(settings.shots)
    except FileNotFoundError as error:
        raise InputError("shots.none", source=source) from error
    except (OSError, NotYaml) as error:
        raise InputError("shots.unreadable", source=source, reason=visible(str(error), _REASON_CHARS)) from error
    return read_shots(document, source, taxonomy, privacy.sent(settings.mask))
