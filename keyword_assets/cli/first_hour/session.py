"""What the steps of `init` share: who is asked, the settings as they are by now, and what is kept of the answers."""

import os
from dataclasses import dataclass

from keyword_assets.cli.doctor.findings import Finding
from keyword_assets.cli.first_hour.asking import Asker, tell
from keyword_assets.configuration.env_writing import write_settings
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.sources import IN_FILE, Sources
from keyword_assets.core.texts import say


@dataclass(frozen=True)
class Session:
    """One time that somebody goes through the steps."""

    asker: Asker

    @property
    def settings(self) -> Settings:
        """As they are by now."""
        return Settings.from_env()

    def keep(self, **values: object) -> None:
        """Write answers into `.env`; what the environment says holds all the same, and is told.

        Raises:
            InputError: the file cannot be written.
        """
        file = Sources.find().file
        write_settings(file, {name: str(value) for name, value in values.items() if name not in os.environ})
        for name in values:
            tell_of_environment(name)

    def keep_secret(self, name: str, value: str) -> None:
        """Write a secret itself, in the place of one that stood in a file of its own; see `keep`."""
        self.keep(**{name: value} | ({f"{name}{IN_FILE}": ""} if is_written(f"{name}{IN_FILE}") else {}))

    def keep_secret_file(self, name: str, file: object) -> None:
        """Write where a secret stands, in the place of one that stood in `.env`; see `keep`."""
        self.keep(**{f"{name}{IN_FILE}": file} | ({name: ""} if is_written(name) else {}))


def tell_of_environment(name: str) -> None:
    """Say that a setting is in the environment, if it is: for the next command it has to be there again."""
    if name in os.environ:
        tell(say("init.of_environment", name=name, file=Sources.find().file), sign="!")


def is_written(name: str) -> bool:
    """Whether somebody has answered this before, be it with nothing."""
    sources = Sources.find()
    return name in sources.values


def show(finding: Finding) -> None:
    """What a look of `doctor`'s has found."""
    tell(finding.message, sign="✘" if not finding.ok else "!" if finding.warning else "✔")
