"""The viewer's routes. Everything is addressed by number; no address contains a path."""

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

from touchline.errors import UserError
from touchline.games import Half
from touchline.video import MissingFrameError
from touchline.view.details import moment
from touchline.view.labelling import StaleLabels, current_labels, save_labels
from touchline.view.live_run import LiveRun
from touchline.view.media import copied_share, lost_sound, playable
from touchline.view.page import FILES, half_payloads, page
from touchline.view.review.review_session import ReviewSession
from touchline.view.shown_questions import prompt_facts, question_of, shown_frame
from touchline.view.viewed_run import AskedWindow, ViewedRun

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

_MAX_BODY_BYTES = 8 << 20
_MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css"}


def make_app(run: ViewedRun) -> "Starlette":
    """The application for one run, not guarded yet (see `Guard`)."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    handlers = _Handlers(run)
    window = "/half/{half:int}/model/{model:int}/window/{window:int}"
    return Starlette(
        routes=[
            Route("/", handlers.page),
            Route("/assets/{name}", handlers.asset),
            Route("/video/{half:int}", handlers.video),
            Route("/video/{half:int}/ready", handlers.ready),
            Route("/half/{half:int}/model/{model:int}/moment", handlers.moment),
            Route(f"{window}/prompt", handlers.prompt),
            Route(f"{window}/frame/{{frame:int}}", handlers.frame),
            Route("/labels/{game:int}", handlers.labels),
            Route("/labels/{game:int}", handlers.save, methods=["POST"]),
            Route("/progress", handlers.progress),
            Route("/halves", handlers.halves),
            Route("/report", handlers.report),
            Route("/review", handlers.review),
            Route("/review", handlers.decide, methods=["POST"]),
            Route("/review/finish", handlers.finish, methods=["POST"]),
            Route("/review/agreement", handlers.agreement),
        ],
        exception_handlers={
            UserError: _unprocessable,
            MissingFrameError: _unprocessable,
            StaleLabels: _conflict,
            IndexError: _not_found,
        },
    )


class _Handlers:
    """One method per route. Plain methods run in threads of their own."""

    def __init__(self, run: ViewedRun) -> None:
        self._opened = LiveRun(run)
        self._use(run)

    @property
    def _run(self) -> ViewedRun:
        return self._opened.run

    def _use(self, run: ViewedRun) -> None:
        self._review = ReviewSession(run)
        self._page: str | None = None

    def page(self, _request: "Request") -> "Response":
        """The page."""
        from starlette.responses import HTMLResponse

        self._refresh()
        if self._page is None:
            self._page = page(self._run)
        return HTMLResponse(self._page)

    def progress(self, _request: "Request") -> "Response":
        """How far a run that is still going is."""
        from starlette.responses import JSONResponse

        return JSONResponse(self._opened.progress())

    def halves(self, _request: "Request") -> "Response":
        """The data of all halves, with what was answered since."""
        from starlette.responses import JSONResponse

        self._refresh()
        return JSONResponse(half_payloads(self._run))

    def report(self, _request: "Request") -> "Response":
        """The report; its own policy allows what is inside of it, and nothing else."""
        from starlette.responses import HTMLResponse

        headers = {"Content-Security-Policy": "frame-ancestors 'none'; base-uri 'none'"}
        return HTMLResponse(self._opened.report(), headers=headers)

    def _refresh(self) -> None:
        if self._opened.refresh():
            self._use(self._opened.run)

    def asset(self, request: "Request") -> "Response":
        """A style sheet or script from a fixed list."""
        from starlette.responses import Response

        name = request.path_params["name"]
        if name not in FILES:
            raise IndexError(name)
        text = resources.files(FILES[name]).joinpath("assets", name).read_text(encoding="utf-8")
        return Response(text, media_type=_MEDIA_TYPES["." + name.rpartition(".")[2]])

    def video(self, request: "Request") -> "Response":
        """The video of a half, whole or the requested range."""
        from starlette.responses import FileResponse

        path = playable(self._half(request).video)
        kind = "video/webm" if path.suffix == ".webm" else "video/mp4"
        return FileResponse(path, media_type=kind)

    def ready(self, request: "Request") -> "Response":
        """Whether the video of a half can be played, and how much of a copy of it is made."""
        from starlette.responses import JSONResponse

        video = self._half(request).video
        share = copied_share(video)
        return JSONResponse({"ready": share == 1.0, "share": share, "note": lost_sound(video)})

    def moment(self, request: "Request") -> "Response":
        """What a model claims about a moment."""
        from starlette.responses import JSONResponse

        at, of = (request.query_params.get(name, "") for name in ("at", "of"))
        label = self._run.plan.task.classes[_number(of)] if of else None
        asked = self._asked(request)
        return JSONResponse(moment(asked, _number(at), label, self._run.merging))

    def prompt(self, request: "Request") -> "Response":
        """The prompt about a window."""
        from starlette.responses import JSONResponse

        return JSONResponse(prompt_facts(self._window(request), self._question(request)))

    def frame(self, request: "Request") -> "Response":
        """A frame of a window as the model was shown it."""
        from starlette.responses import Response

        jpeg = shown_frame(self._question(request), request.path_params["frame"])
        return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "max-age=3600"})

    def labels(self, request: "Request") -> "Response":
        """The current labels of a game."""
        from starlette.responses import JSONResponse

        return JSONResponse(current_labels(self._run, self._game(request)).to_json())

    async def save(self, request: "Request") -> "Response":
        """Saves the labels of a game."""
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import JSONResponse

        body = await _json_body(request)
        game, version, labels = self._game(request), body.get("version"), body.get("labels")
        await run_in_threadpool(self._review.refuse_if_finished)
        saved = await run_in_threadpool(save_labels, self._run, game, version, labels)
        return JSONResponse(saved.to_json())

    def review(self, _request: "Request") -> "Response":
        """The queue of the review, and what was decided."""
        from starlette.responses import JSONResponse

        return JSONResponse(self._review.to_json())

    async def decide(self, request: "Request") -> "Response":
        """Decides one item of the review; the labels of its game."""
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import JSONResponse

        body = await _json_body(request)
        given = (body.get(name) for name in ("key", "choice", "at_ms"))
        labels = await run_in_threadpool(self._review.decide, *given)
        return JSONResponse(labels.to_json())

    def finish(self, _request: "Request") -> "Response":
        """Finishes the review of a named annotator."""
        from starlette.responses import JSONResponse

        return JSONResponse(self._review.finish())

    def agreement(self, _request: "Request") -> "Response":
        """The agreement with other annotators, once both have finished."""
        from starlette.responses import JSONResponse

        return JSONResponse(self._review.agreement())

    def _half(self, request: "Request") -> Half:
        number: int = request.path_params["half"]
        return self._run.halves[number].half

    def _model(self, request: "Request") -> str:
        number: int = request.path_params["model"]
        return self._run.models[number]

    def _game(self, request: "Request") -> str:
        number: int = request.path_params["game"]
        return self._run.games[number]

    def _asked(self, request: "Request") -> Any:
        return self._run.asked(self._model(request), self._half(request))

    def _window(self, request: "Request") -> AskedWindow:
        asked: AskedWindow = self._asked(request)[request.path_params["window"]]
        return asked

    def _question(self, request: "Request") -> Any:
        window = request.path_params["window"]
        return question_of(self._run, self._model(request), self._half(request), window)


def _number(text: str) -> int:
    """A whole number in an address; anything else is not found."""
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise IndexError(text)
    return int(text)


async def _json_body(request: "Request") -> dict[str, Any]:
    """The JSON object that a request carries, if it is not too large."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MAX_BODY_BYTES:
            raise UserError("the labels that were sent are too large.")
    try:
        values = json.loads(bytes(body))
    except (ValueError, RecursionError) as error:
        raise UserError("the labels that were sent are not JSON.") from error
    if not isinstance(values, dict):
        raise UserError("the labels that were sent are not a JSON object.")
    return values


def _unprocessable(_request: "Request", error: Exception) -> "Response":
    from starlette.responses import JSONResponse

    return JSONResponse({"error": str(error)}, 422)


def _conflict(_request: "Request", _error: Exception) -> "Response":
    from starlette.responses import JSONResponse

    sentence = "These labels were saved elsewhere in the meantime: reload the page."
    return JSONResponse({"error": sentence}, 409)


def _not_found(_request: "Request", _error: Exception) -> "Response":
    from starlette.responses import JSONResponse

    return JSONResponse({"error": "not found in this run"}, 404)
