"""`touchline view` as a person starts and stops it."""

import ast
import re
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest
from typer.testing import CliRunner

from touchline.cli.main import app
from touchline.errors import UserError


@pytest.mark.parametrize("host", [None, "127.0.0.1"])
def test_it_says_where_it_is_and_stops_on_ctrl_c(whole_run: Path, host: str | None) -> None:
    more = [] if host is None else ["--host", host]
    call = [sys.executable, "-m", "touchline", "view", str(whole_run), "--no-browser", *more]
    started = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert started.stdout is not None
        said = re.search(r"http://127\.0\.0\.1:(\d+)(/\S*)", started.stdout.readline())
        assert said is not None
        assert re.fullmatch(r"/#[\w-]{32}", said[2])
        connection = HTTPConnection("127.0.0.1", int(said[1]), timeout=60)
        connection.request("GET", "/")
        assert b"half-0" not in connection.getresponse().read()
        connection.close()
        started.send_signal(signal.SIGINT)
        _, complaints = started.communicate(timeout=60)
    finally:
        started.kill()
    assert (started.returncode, complaints) == (0, "")


def test_the_token_is_in_no_command_line(
    whole_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser is one that writes down how it was called, and what it was given to read."""
    heard, browser = tmp_path / "heard", tmp_path / "browser"
    browser.write_text(
        f"#!{sys.executable}\nimport os, sys, urllib.request\n"
        "page = urllib.request.urlopen(sys.argv[1]).read().decode()\n"
        "mode = os.stat(os.path.dirname(sys.argv[1].removeprefix('file://'))).st_mode & 0o777\n"
        f"open({str(heard)!r}, 'w').write(repr((sys.argv[1], oct(mode), page)))\n"
    )
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    call = [sys.executable, "-m", "touchline", "view", str(whole_run)]
    started = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert started.stdout is not None
        said = re.search(r"http://\S+#(\S+)", started.stdout.readline())
        assert said is not None
        connection = HTTPConnection(said[0].split("/")[2], timeout=60)
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
        started.send_signal(signal.SIGINT)
        assert started.communicate(timeout=60) == ("", "")
    finally:
        started.kill()
    called, mode, page = ast.literal_eval(heard.read_text())
    assert said[1] not in called
    assert said[0] in page
    assert mode == "0o700"
    assert not Path(called.removeprefix("file://")).exists()


def test_a_port_that_is_taken_is_a_sentence(whole_run: Path) -> None:
    call = ["view", str(whole_run), "--no-browser", "--host", "203.0.113.1"]
    done = CliRunner().invoke(app, call)
    assert isinstance(done.exception, UserError)
    assert "cannot listen on" in str(done.exception)


def test_a_folder_that_is_no_run_is_a_sentence(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["view", str(tmp_path), "--no-browser"])
    assert isinstance(done.exception, UserError)
