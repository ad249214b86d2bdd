"""The viewer's addresses. Everything is asked for by number; no address holds a path."""

import json
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

from touchline.errors import UserError
from touchline.games import Half
from touchline.video import MissingFrameError
from touchline.view.details import moment
from touchline.view.labelling import StaleLabels, current_labels, save_labels
from touchline.view.media import playable
from touchline.view.page import FILES, page
from touchline.view.shown_questions import prompt_facts, question_of, shown_frame
from touchline.view.viewed_run import AskedWindow, ViewedRun

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

_LARGEST_BODY = 8 << 20
_KINDS = {".js": "text/javascript", ".css": "text/css"}


def make_app(run: ViewedRun) -> "Starlette":
    """The application for one run, not guarded yet (see `Guard`)."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    addresses = _Addresses(run)
    window = "/half/{half:int}/model/{model:int}/window/{window:int}"
    return Starlette(
        routes=[
            Route("/", addresses.page),
            Route("/assets/{name}", addresses.asset),
            Route("/video/{half:int}", addresses.video),
            Route("/half/{half:int}/model/{model:int}/moment", addresses.moment),
            Route(f"{window}/prompt", addresses.prompt),
            Route(f"{window}/frame/{{frame:int}}", addresses.frame),
            Route("/labels/{game:int}", addresses.labels),
            Route("/labels/{game:int}", addresses.save, methods=["POST"]),
        ],
        exception_handlers={UserError: _sentence, MissingFrameError: _sentence, IndexError: _none},
    )


class _Addresses:
    """What stands behind each address. Plain methods run in threads of their own."""

    def __init__(self, run: ViewedRun) -> None:
        self._run = run

    @cached_property
    def _page(self) -> str:
        return page(self._run)

    def page(self, _request: "Request") -> "Response":
        """The page."""
        from starlette.responses import HTMLResponse

        return HTMLResponse(self._page)

    def asset(self, request: "Request") -> "Response":
        """A style sheet or script out of a fixed list."""
        from starlette.responses import Response

        name = request.path_params["name"]
        if name not in FILES:
            raise IndexError(name)
        text = resources.files(FILES[name]).joinpath("assets", name).read_text(encoding="utf-8")
        return Response(text, media_type=_KINDS["." + name.rpartition(".")[2]])

    def video(self, request: "Request") -> "Response":
        """The video of a half, whole or the range asked for."""
        from starlette.responses import FileResponse

        path = playable(self._half(request).video)
        kind = "video/webm" if path.suffix == ".webm" else "video/mp4"
        return FileResponse(path, media_type=kind)

    def moment(self, request: "Request") -> "Response":
        """What a model said about a moment."""
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
        """A frame of a window as the model saw it."""
        from starlette.responses import Response

        jpeg = shown_frame(self._question(request), request.path_params["frame"])
        return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "max-age=3600"})

    def labels(self, request: "Request") -> "Response":
        """The labels of a game as they stand."""
        from starlette.responses import JSONResponse

        return JSONResponse(current_labels(self._run, self._game(request)).to_json())

    async def save(self, request: "Request") -> "Response":
        """Saves the labels of a game."""
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import JSONResponse

        wanted = await _json_body(request)
        game, version, labels = self._game(request), wanted.get("version"), wanted.get("labels")
        try:
            saved = await run_in_threadpool(save_labels, self._run, game, version, labels)
        except StaleLabels:
            sentence = "These labels were saved elsewhere in the meantime: reload the page."
            return JSONResponse({"error": sentence}, 409)
        return JSONResponse(saved.to_json())

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
    """A whole number of an address, or that there is no such thing."""
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise IndexError(text)
    return int(text)


async def _json_body(request: "Request") -> dict[str, Any]:
    """The JSON object that a request carries, if it is not too large."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_BODY:
            raise UserError("that is more than the labels of a game.")
    try:
        wanted = json.loads(bytes(body))
    except (ValueError, RecursionError) as error:
        raise UserError("the labels that were sent are no JSON.") from error
    if not isinstance(wanted, dict):
        raise UserError("the labels that were sent are no object.")
    return wanted


def _sentence(_request: "Request", error: Exception) -> "Response":
    from starlette.responses import JSONResponse

    return JSONResponse({"error": str(error)}, 422)


def _none(_request: "Request", _error: Exception) -> "Response":
    from starlette.responses import JSONResponse

    return JSONResponse({"error": "there is no such thing in this run"}, 404)
