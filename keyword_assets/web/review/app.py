"""The application: addresses, and what is done at each.

Whatever changes something is posted and answered by leading on to another address, so that neither a reload nor a step
back does it again. A form says which item it is about and what was seen of it.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from keyword_assets.core.errors import InputError, ServiceError
from keyword_assets.core.quality.corrections import reviewer_of
from keyword_assets.core.quality.desk import Desk
from keyword_assets.core.quality.reviewing import ReviewItem
from keyword_assets.core.texts import say
from keyword_assets.web.door import Door
from keyword_assets.web.guard import FORMS, App, Guard
from keyword_assets.web.login import Login
from keyword_assets.web.review.forms import Form, FormRefused, posted
from keyword_assets.web.review.pages import file_of, message_page, page
from keyword_assets.web.review.sessions import Session, Sessions, remember_name, session_of
from keyword_assets.web.review.verdicts import PLAIN, note_in, said, seen_of
from keyword_assets.web.review.views import Views, queue_name, waiting_minutes

_HEALTH = "/health"
_FILES = "/static/"
_LAST = 50
_MOST_NUMBER = 2**63 - 1


class _Review:
    def __init__(self, desk: Desk, first: int | None) -> None:
        self._desk = desk
        self._first = queue_name(first)
        self._views = Views(desk)

    # -- addresses ----------------------------------------------------------------------------------------------------

    async def start(self, request: Request) -> Response:
        """Who reviews what."""
        return await run_in_threadpool(self._start, session_of(request))

    async def begin(self, request: Request) -> Response:
        """Begin with a queue, under a name."""
        session, form = session_of(request), await _form(request)
        try:
            name = reviewer_of(form.one("reviewer")) if session.asks else session.reviewer
        except InputError as error:
            return await run_in_threadpool(self._start, session, str(error), form)
        answer = _to(f"/queues/{form.one('queue')}/next" if _is_queue(form.one("queue")) else "/")
        if session.asks and name is not None:
            remember_name(answer, request, name)
        return answer

    async def next(self, request: Request) -> Response:
        """Lead on to the next item, or say that there is none."""
        return await self._of_reviewer(request, partial(self._next, _queue(request)))

    async def mine(self, request: Request) -> Response:
        """What one has said last."""
        return await self._of_reviewer(request, partial(self._mine, _queue(request)))

    async def item(self, request: Request) -> Response:
        """An item."""
        return await self._of_reviewer(request, partial(self._item, _number(request)))

    async def judge(self, request: Request) -> Response:
        """Say what an answer is."""
        return await self._of_reviewer(request, partial(self._judge, _number(request), await _form(request)))

    async def undo(self, request: Request) -> Response:
        """Take back what one has said."""
        await _form(request)
        return await self._of_reviewer(request, partial(self._undo, _number(request)))

    async def _of_reviewer(self, request: Request, work: Callable[[Session, str], Response]) -> Response:
        """What is done by somebody who has a name, in a thread of its own: all of it waits for the database."""
        session = session_of(request)
        if session.reviewer is None:
            return _to("/")
        return await run_in_threadpool(work, session, session.reviewer)

    # -- what is done there -------------------------------------------------------------------------------------------

    def _start(self, session: Session, trouble: str = "", form: Form | None = None) -> Response:
        return page(
            "start",
            HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK,
            queues=self._views.queues(),
            first=self._first,
            session=session,
            typed=session.reviewer or "" if form is None else form.one("reviewer"),
            trouble=trouble,
        )

    def _next(self, audit: int | None, session: Session, reviewer: str) -> Response:
        item = self._desk.take_next(audit, reviewer)
        if item is not None:
            return _to(f"/items/{item.id}")
        seconds = self._desk.free_in(audit)
        values = self._views.about_queue(audit)
        minutes = None if seconds is None else waiting_minutes(seconds)
        return page("end", session=session, minutes=minutes, lines=self._lines(audit, reviewer, 1), **values)

    def _mine(self, audit: int | None, session: Session, reviewer: str) -> Response:
        lines = self._lines(audit, reviewer, _LAST)
        return page("mine", session=session, lines=lines, **self._views.about_queue(audit))

    def _lines(self, audit: int | None, reviewer: str, most: int) -> list[object]:
        names = self._desk.category_names()
        return [self._views.said(item, reviewer, names) for item in self._desk.last(audit, reviewer, most)]

    def _item(
        self, item_id: int, session: Session, reviewer: str, trouble: str = "", form: Form | None = None
    ) -> Response:
        # Whoever looks at it has it, and has it longer than he did.
        is_ours = self._desk.hold(item_id, reviewer)
        item = self._desk.look(item_id)
        status = HTTPStatus.CONFLICT if trouble else HTTPStatus.OK
        values = self._views.item(item, reviewer, form, is_ours=is_ours)
        return page("item", status, session=session, trouble=trouble, **values)

    def _judge(self, item_id: int, form: Form, session: Session, reviewer: str) -> Response:
        item = self._desk.look(item_id)
        if not _is_repeated(form, item, reviewer):
            try:
                self._say(item, form, reviewer)
            except InputError as error:
                return self._item(item_id, session, reviewer, str(error), form)
        return _to(f"/queues/{queue_name(item.audit)}/next")

    def _say(self, item: ReviewItem, form: Form, reviewer: str) -> None:
        if item.verdict is not None:
            raise InputError("review.judged", item=item.id, reviewer=item.reviewer)
        what = said(form, item, self._desk.held(item), self._desk.taxonomy, self._desk.shown)
        self._desk.judge(item.id, reviewer, replace(what, note=note_in(form), seen=seen_of(form)))

    def _undo(self, item_id: int, session: Session, reviewer: str) -> Response:
        try:
            self._desk.undo(item_id, reviewer)
        except InputError as error:
            return self._item(item_id, session, reviewer, str(error))
        return _to(f"/items/{item_id}")


def review_app(
    desk: Desk, door: Door, *, first: int | None, reviewer: str | None, cookie: str
) -> tuple[App, str | None]:
    """The page of reviewers behind a door, and the token that its address needs, if it needs one.

    Args:
        desk: the queues.
        door: whom to let in.
        first: the queue that is offered first.
        reviewer: whose verdicts these are where nobody logs in; None to ask.
        cookie: a name that no other server of this machine uses.
    """
    review = _Review(desk, first)
    routes = [
        Route("/", review.start),
        Route("/start", review.begin, methods=["POST"]),
        Route("/queues/{queue}/next", review.next),
        Route("/queues/{queue}/mine", review.mine),
        Route("/items/{item:int}", review.item),
        Route("/items/{item:int}", review.judge, methods=["POST"]),
        Route("/items/{item:int}/undo", review.undo, methods=["POST"]),
        Route(_HEALTH, _health),
        Route(f"{_FILES}{{name}}", _file),
    ]
    handlers = {
        ServiceError: _out_of_service,
        InputError: _not_there,
        FormRefused: _refused,
        HTTPException: _not_there,
        Exception: _failed,
    }
    sessions = Sessions(
        Starlette(routes=routes, exception_handlers=handlers), door, reviewer, cookie, (_HEALTH, _FILES)
    )
    behind: App = sessions if door.users is None else Login(sessions, door.users, door, health=_HEALTH)
    return Guard(behind, door, endpoints={"static"}, health=_HEALTH, posted=FORMS), sessions.token


def _to(path: str) -> Response:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)


async def _form(request: Request) -> Form:
    # Where the database fails, it is offered once more.
    form = request.state.form = await posted(request)
    return form


def _is_queue(name: str) -> bool:
    return name == queue_name(None) or _audit_in(name) is not None


def _audit_in(name: str) -> int | None:
    number = name.removeprefix(queue_name(0)[:-1])
    known = number != name and number.isascii() and number.isdecimal() and int(number) <= _MOST_NUMBER
    return int(number) if known else None


def _queue(request: Request) -> int | None:
    """The audit of a queue in the address; None for the doubtful list."""
    name = request.path_params["queue"]
    if not _is_queue(name):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return _audit_in(name)


def _number(request: Request) -> int:
    number: int = request.path_params["item"]
    if number > _MOST_NUMBER:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return number


def _is_repeated(form: Form, item: ReviewItem, reviewer: str) -> bool:
    """Whether the same was posted before, as by two clicks: it is done already."""
    said_before = PLAIN.get(form.one("action"))
    return said_before is not None and (item.reviewer, item.verdict) == (reviewer, said_before.verdict)


async def _health(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _file(request: Request) -> Response:
    found = file_of(request.path_params["name"])
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


async def _out_of_service(request: Request, error: Exception) -> Response:
    """The database does not answer: what was posted is not lost, and can be sent again."""
    form: Form | None = getattr(request.state, "form", None)
    message = say("page.out_of_service", reason=error)
    return message_page(
        message,
        HTTPStatus.SERVICE_UNAVAILABLE,
        again=request.url.path,
        fields=() if form is None else form.fields,
        form_key=session_of(request).form_key,
    )


async def _not_there(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
    message = str(error) if isinstance(error, InputError) else say("page.not_there")
    return message_page(message, status, again="/")


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, FormRefused)
    return message_page(say("page.form_refused"), error.status, again="/")


async def _failed(_request: Request, _error: Exception) -> Response:
    return message_page(say("page.failed"), HTTPStatus.INTERNAL_SERVER_ERROR, again="/")
