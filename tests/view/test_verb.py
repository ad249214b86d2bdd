"""`touchline view` as a person starts and stops it."""

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
        assert ("token=" in said[2]) == (host is not None)
        connection = HTTPConnection("127.0.0.1", int(said[1]), timeout=60)
        connection.request("GET", "/")
        assert connection.getresponse().status == (200 if host is None else 403)
        connection.close()
        started.send_signal(signal.SIGINT)
        _, complaints = started.communicate(timeout=60)
    finally:
        started.kill()
    assert (started.returncode, complaints) == (0, "")


def test_a_port_that_is_taken_is_a_sentence(whole_run: Path) -> None:
    call = ["view", str(whole_run), "--no-browser", "--host", "203.0.113.1"]
    done = CliRunner().invoke(app, call)
    assert isinstance(done.exception, UserError)
    assert "cannot listen on" in str(done.exception)


def test_a_folder_that_is_no_run_is_a_sentence(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["view", str(tmp_path), "--no-browser"])
    assert isinstance(done.exception, UserError)
