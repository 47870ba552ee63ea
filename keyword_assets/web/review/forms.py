"""Forms as browsers post them: bounded, and only those of our own pages."""

import hmac
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.requests import Request

from keyword_assets.web.review.sessions import session_of

KEY = "key"
"""The field of the session's secret."""

# A note of 2,000 characters beyond ASCII takes up to 24,000; three keywords come to less.
_MOST_BYTES = 64 * 1024
_MOST_FIELDS = 50


class FormRefused(Exception):
    """What was posted is no form of a page of ours."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Form:
    """The fields, without the secret one."""

    fields: tuple[tuple[str, str], ...]

    def one(self, name: str) -> str:
        """The value of a field; empty where there is none."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """The values of the fields of that name."""
        return [value for field, value in self.fields if field == name]


async def posted(request: Request) -> Form:
    """The form that was posted.

    Raises:
        FormRefused: it is too long, is none, or is not of a page of this session.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise FormRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise FormRefused(HTTPStatus.BAD_REQUEST) from error
    key = next((value for field, value in fields if field == KEY), "")
    if not hmac.compare_digest(key.encode(), session_of(request).form_key.encode()):
        raise FormRefused(HTTPStatus.FORBIDDEN)
    # Browsers send line breaks as the network writes them.
    return Form(tuple((field, value.replace("\r\n", "\n")) for field, value in fields if field != KEY))
