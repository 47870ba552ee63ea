"""Every error we raise on purpose.

    KeywordAssetsError          carries a message key of `texts` and the exit code of the command line
    ├── InputError              usage, settings, taxonomy, CSV or schema: nothing was changed            exit 2
    └── ServiceError            somebody else's service; what was finished before is kept                exit 4
        ├── DatabaseError       the database could not be reached, or refused us
        │   └── RowRefused      a value does not fit its column: this row's fault, not the others'
        └── HcxError
            ├── HcxDenied       HCX refused the key, the subscription or the model: trying again cannot help
            └── HcxUnreachable  no connection to HCX, after all retries

What one request to the model can come back with instead of a reply is in `ports` (`AskFailed` and below): those never
leave the classification; they end as questions that stay missing, with a reason.
"""

from keyword_assets.core.texts import say


class KeywordAssetsError(Exception):
    """An error with a message for the person who has to act on it, in the language chosen for the process.

    Args:
        key: the message's key in `texts`.
        **params: what the message names (a setting, a date, a path); never a secret.
    """

    exit_code = 1

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.params = params

    def __str__(self) -> str:
        return say(self.key, **self.params)


class InputError(KeywordAssetsError):
    """What we were given cannot be used; nothing was changed."""

    exit_code = 2


class ServiceError(KeywordAssetsError):
    """A service we need did not serve us; what was finished before is kept."""

    exit_code = 4


class DatabaseError(ServiceError):
    """The database could not be reached, or refused us."""


class RowRefused(DatabaseError):
    """A value does not fit its column: this row's fault, not the others'."""


class HcxError(ServiceError):
    """HCX did not serve us."""


class HcxDenied(HcxError):
    """HCX refused the key, the subscription or the model: trying again cannot help."""


class HcxUnreachable(HcxError):
    """No connection to HCX, after all retries."""
