"""A small run of null baselines on the built-in match, and the viewer that serves it."""

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from tests.support.browser import PATIENCE_S, Opened
from touchline.replies import JournalWriter, Record, read_records
from touchline.runs import build_plan, parse_bench, run
from touchline.view import Guard, ViewedRun, make_app, open_run

BENCH = 'data: {root: "builtin:demo"}\nmodels: [baseline/random]\n'
TOKEN = "s3cret"
HOSTILE = (
    "<script>window.hurt=1</script><img src=x onerror=window.hurt=1>",
    "</script><script>window.hurt=1</script>{{ 7 * 7 }}",
    "abc\u202edef\u2066ghi\u200f \x1b[31m \u2028 \ud800",
    "A" * 3_000_000,
)


@pytest.fixture(scope="session")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("viewed") / "demo"
    run(build_plan(parse_bench(BENCH, "b", Path()), "demo"), folder, lambda *_: None)
    return folder


@pytest.fixture
def run_folder(whole_run: Path, tmp_path: Path) -> Path:
    """A copy of the run that a test may spoil."""
    return Path(shutil.copytree(whole_run, tmp_path / "run"))


@pytest.fixture
def hostile_run(run_folder: Path) -> Path:
    """The first windows of a model were answered with hostile texts."""
    folder = run_folder / "replies" / "baseline" / "random"
    records = sorted(read_records(folder), key=lambda one: (one.window.half, one.window.index))
    with JournalWriter(folder, "0000-first") as journal:
        for record, text in zip(records, HOSTILE, strict=False):
            answer = type(record.answer)(
                key=record.answer.key,
                text=text.encode("utf-8", "replace").decode(),
                finish_reason="stop</script>",
            )
            journal.write(Record(record.window, record.first_frame, answer))
    return run_folder


class Served:
    """A viewer in a thread of its own, and a plain way to ask it for something."""

    def __init__(self, run: Path | ViewedRun, *, any_host: bool = False) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        shown = open_run(run) if isinstance(run, Path) else run
        app = Guard(make_app(shown), TOKEN, any_host)
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), daemon=True
        )
        self._thread.start()
        end = time.monotonic() + PATIENCE_S
        while not self._server.started:
            assert time.monotonic() < end, "the viewer did not start"
            time.sleep(0.01)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def owner_asks(
        self, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[HTTPResponse, bytes]:
        """One request with the cookie of whoever has entered under that name of the machine."""
        end = headers.get("Host", self.address).rpartition(":")[2]
        return self.ask(path, method, body, **{"Cookie": f"touchline-{end}={TOKEN}", **headers})

    def ask(
        self, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[HTTPResponse, bytes]:
        """One request, sent as it is: nothing of the path is tidied up."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=PATIENCE_S)
        self._socket.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    started: list[Served] = []

    def start(run: Path | ViewedRun, *, any_host: bool = False) -> Served:
        started.append(Served(run, any_host=any_host))
        return started[-1]

    yield start
    for one in started:
        one.stop()


Open = Callable[..., Opened]


@pytest.fixture(scope="module")
def shared_viewer(browser: Any, whole_run: Path) -> Iterator[Opened]:
    """One page for tests that change nothing but where they are in it."""
    served = Served(whole_run)
    page = browser.new_page(viewport={"width": 1366, "height": 900})
    page.set_default_timeout(PATIENCE_S * 1000)
    one = Opened(page, (served.address, "data:", "blob:"))
    one.listen()
    page.goto(f"{served.address}/#{TOKEN}")
    page.wait_for_selector("#video", state="attached")
    one.until("document.getElementById('video').readyState >= 1")
    yield one
    page.close()
    served.stop()
    assert one.complaints == []


@pytest.fixture
def open_viewer(browser: Any, serve: Callable[..., Served]) -> Iterator[Open]:
    """Opens the viewer of a run; at the end nothing may have been complained about."""
    opened: list[Opened] = []

    def start(run: Path | ViewedRun, width: int = 1366, **settings: Any) -> Opened:
        served = serve(run)
        page = browser.new_page(viewport={"width": width, "height": 900}, **settings)
        page.set_default_timeout(PATIENCE_S * 1000)
        one = Opened(page, (served.address, "data:", "blob:"))
        one.listen()
        page.goto(f"{served.address}/#{TOKEN}")
        page.wait_for_selector("#video", state="attached")
        assert TOKEN not in page.url
        one.until("document.getElementById('video').readyState >= 1")
        opened.append(one)
        return one

    yield start
    complaints = [text for one in opened for text in one.complaints]
    for one in opened:
        one.page.close()
    assert complaints == []
