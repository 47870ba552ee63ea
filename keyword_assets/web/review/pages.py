"""Pages as answers to a browser: nothing of them is kept, and nothing in them but their own files is loaded or run."""

from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from starlette.responses import HTMLResponse, Response

from keyword_assets.core.texts import say
from keyword_assets.templates import template

_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Frame-Options": "DENY",
    # A page that is shown again after a step back is asked for again: it may be judged by then.
    "Cache-Control": "no-store",
}
_FILES: Mapping[str, str] = {
    "review.css": "text/css; charset=utf-8",
    "review.js": "text/javascript; charset=utf-8",
    "review.svg": "image/svg+xml",
}


def page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of this template."""
    return HTMLResponse(template(f"review_{name}.html.jinja").render(values), status, _HEADERS)


def message_page(
    message: str, status: int, *, again: str, fields: Sequence[tuple[str, str]] = (), form_key: str = ""
) -> HTMLResponse:
    """A page that says why there is no other, with a way on.

    Args:
        message: what to say.
        status: of HTTP.
        again: the path to go to.
        fields: of a form that was not taken, to be sent there once more.
        form_key: of its session.
    """
    title = say("page.trouble")
    return page("message", status, title=title, message=message, again=again, fields=fields, form_key=form_key)


def file_of(name: str) -> Response | None:
    """A file that pages load; None if there is none of this name."""
    kind = _FILES.get(name)
    if kind is None:
        return None
    content = (resources.files("keyword_assets") / "resources" / name).read_bytes()
    return Response(content, media_type=kind, headers=_HEADERS)
