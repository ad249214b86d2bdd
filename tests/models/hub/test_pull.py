"""Fetching weights, against a real server on loopback that answers as the hub does."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.support.fake_hub import COMMIT, TOKEN, FakeHub

FILES = {
    "config.json": b"{}",
    "model-1.safetensors": b"a" * 3_000_000,
    "model-2.safetensors": b"b" * 24_000_000,
    "pytorch_model.bin": b"the same again, pickled",
    "original/consolidated.00.pth": b"and again",
}
WANTED = {"config.json", "model-1.safetensors", "model-2.safetensors"}
pytestmark = pytest.mark.slow

CHUNK = 10 * 1024 * 1024
"""The hub's library goes on after its last whole chunk."""
NOBODY = "http://127.0.0.1:9"
"""No server listens on the port of the discard protocol."""


@pytest.fixture
def card(tmp_path):
    path = tmp_path / "card.yaml"
    path.write_text("name: tiny\nengine: transformers\ncheckpoint: someone/tiny\n")
    return str(path)


@pytest.fixture
def models(tmp_path):
    """`touchline models ...` as a process of its own, since the hub's settings are read once."""

    def call(endpoint, *words, wait=True, **settings):
        environment = {
            **{n: v for n, v in os.environ.items() if not n.startswith("HF_")},
            "HF_ENDPOINT": endpoint,
            "HF_HOME": str(tmp_path / "hf"),
            **settings,
        }
        command = [sys.executable, "-m", "touchline", "models", *words]
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if not wait:
            return process
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    return call


def snapshot(tmp_path):
    return tmp_path / "hf/hub/models--someone--tiny/snapshots" / COMMIT


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_transformers_needs_is_fetched_once_and_its_commit_is_said(models, card, tmp_path):
    with FakeHub(FILES) as hub:
        code, out, err = models(hub.endpoint, "pull", card, "--json")
        assert code == 0, err
        (pulled,) = json.loads(out)
        assert (pulled["commit"], pulled["size_bytes"]) == (COMMIT, 27_000_002)
        assert pulled["fetched_bytes"] == 27_000_002
        assert names(Path(pulled["folder"])) == WANTED
        assert "27 of 27 MB" in err
        fetched = list(hub.fetched)
        code, out, _ = models(hub.endpoint, "pull", card)
        assert (code, hub.fetched) == (0, fetched)
    assert COMMIT in out
    assert "0.00 GB of them downloaded now" in out


def test_a_lock_records_the_commit_and_its_files(models, card, tmp_path):
    with FakeHub(FILES) as hub:
        _, out, _ = models(hub.endpoint, "pull", card, "--json")
    (pulled,) = json.loads(out)
    lock = json.loads(Path(pulled["lock"]).read_text())
    assert (lock["repository"], lock["revision"]) == ("someone/tiny", None)
    assert lock["commit"] == COMMIT
    assert set(lock["files"]) == WANTED
    assert sum(one["size_bytes"] for one in lock["files"].values()) == 27_000_002


def test_a_download_that_breaks_off_goes_on_where_it_stopped(models, card, tmp_path):
    with FakeHub(FILES, breaks_off="model-2.safetensors") as hub:
        code, _, err = models(hub.endpoint, "pull", card)
    assert code == 0, err
    assert [at for name, at in hub.fetched if name == "model-2.safetensors"] == [0, CHUNK]
    assert (snapshot(tmp_path) / "model-2.safetensors").read_bytes() == b"b" * 24_000_000


def test_after_a_kill_whole_files_are_not_fetched_again(models, card, tmp_path):
    with FakeHub(FILES, stalls="model-2.safetensors") as hub:
        process = models(hub.endpoint, "pull", card, wait=False)
        try:
            assert hub.stalled.wait(timeout=60)
            # Files are fetched side by side, so any of the others may be the last to be whole.
            while names(snapshot(tmp_path)) != WANTED - {"model-2.safetensors"}:
                assert process.poll() is None
                time.sleep(0.01)
        finally:
            process.kill()
            process.communicate()
    found = run_engine(tmp_path)
    assert "is incomplete on this machine: touchline models pull tiny" in found
    with FakeHub(FILES) as hub:
        code, _, err = models(hub.endpoint, "pull", card)
    assert code == 0, err
    assert [name for name, _ in hub.fetched] == ["model-2.safetensors"]
    assert names(snapshot(tmp_path)) == WANTED


def run_engine(tmp_path):
    """What a run says of the model, without a network."""
    code = (
        "from touchline.models import find_card\n"
        "from touchline.models.hub.snapshots import local_checkpoint\n"
        f"print(local_checkpoint(find_card({str(tmp_path / 'card.yaml')!r})))"
    )
    environment = {**os.environ, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_a_run_finds_the_weights_without_a_network_or_says_how_to_get_them(models, card, tmp_path):
    assert "someone/tiny is not on this machine: touchline models pull tiny" in run_engine(tmp_path)
    with FakeHub(FILES) as hub:
        models(hub.endpoint, "pull", card)
    assert run_engine(tmp_path).strip() == str(snapshot(tmp_path))


def test_weights_are_listed_and_freed(models, card, tmp_path):
    with FakeHub(FILES) as hub:
        models(hub.endpoint, "pull", card)
    code, out, _ = models(NOBODY, "prune", card, "--json")
    assert (code, json.loads(out)) == (0, {"freed_bytes": 27_000_002})
    assert not snapshot(tmp_path).exists()
    code, out, _ = models(NOBODY, "prune", card)
    assert (code, out.strip()) == (0, "0.00 GB freed.")


def test_nothing_is_fetched_over_the_quota(models, card):
    with FakeHub(FILES) as hub:
        code, _, err = models(hub.endpoint, "pull", card, "--quota", "5MB")
        assert code == 75
        assert "the quota is" in err
        code, _, err = models(hub.endpoint, "pull", card, "--keep-free", "900000GB")
        assert code == 75
        assert "free some space" in err
    assert hub.fetched == []


@pytest.mark.parametrize(
    ("refuses", "token", "code", "said"),
    [
        ((401, {"X-Error-Code": "RepoNotFound"}), "", 2, "no token is set in HF_TOKEN"),
        ((401, {"X-Error-Code": "RepoNotFound"}), "YOUR_TOKEN", 2, "does not accept the token"),
        ((404, {"X-Error-Code": "RepoNotFound"}), TOKEN, 2, "the token has no access to it"),
        ((403, {}), TOKEN, 2, "may not read someone/tiny (HTTP 403)"),
        ((404, {"X-Error-Code": "RevisionNotFound"}), "", 2, "has no such revision"),
        ((429, {"Retry-After": "7"}), "", 75, "asks to wait for 7 s (HTTP 429)"),
        ((503, {}), "", 75, "failed with HTTP 503"),
    ],
)
def test_what_the_hub_refuses_is_one_sentence(models, card, refuses, token, code, said):
    with FakeHub(FILES, refuses=refuses) as hub:
        exit_code, out, err = models(hub.endpoint, "pull", card, HF_TOKEN=token)
    assert (exit_code, out) == (code, "")
    assert err.count("\n") == 1
    assert said in err
    assert not token or token not in err


@pytest.mark.parametrize(
    ("token", "said"),
    [("", "then set HF_TOKEN"), ("hf_other", "this token's account has no access")],
)
def test_a_gated_model_says_what_opens_it(models, card, token, said):
    with FakeHub(FILES, gated=True) as hub:
        code, _, err = models(hub.endpoint, "pull", card, HF_TOKEN=token)
        assert (code, said in err, "is gated" in err) == (2, True, True)
        code, _, err = models(hub.endpoint, "pull", card, HF_TOKEN=TOKEN)
        assert code == 0, err


@pytest.mark.parametrize(
    ("settings", "said"),
    [({}, "cannot be reached"), ({"HF_HUB_OFFLINE": "1"}, "HF_HUB_OFFLINE is set")],
)
def test_no_network_is_one_sentence(models, card, settings, said):
    code, _, err = models(NOBODY, "pull", card, **settings)
    assert code == 2
    assert said in err
    assert "Traceback" not in err


HASTY = """
import touchline.cli.main
import touchline.bounded_http
touchline.bounded_http._SILENCE_S = 0.5
touchline.cli.main.main()
"""


@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"])
def test_a_hub_that_says_nothing_more_is_one_sentence(card, tmp_path, says):
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_hold, args=(server, says), daemon=True).start()
        home = {"HF_HOME": str(tmp_path / "hf")}
        endpoint = {"HF_ENDPOINT": f"http://127.0.0.1:{server.getsockname()[1]}"}
        done = subprocess.run(
            [sys.executable, "-c", HASTY, "models", "pull", card],
            env={**os.environ, **home, **endpoint},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2, done.stderr
    assert "cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


def _hold(server, says):
    """Accepts, says what it is told and then nothing, until the server is closed."""
    held = []
    while True:
        try:
            held.append(server.accept()[0])
        except OSError:
            return
        held[-1].sendall(says)


def test_a_model_that_ships_with_touchline_needs_no_fetching(models):
    code, out, _ = models(NOBODY, "pull", "demo")
    assert code == 0
    assert "0.00 GB of them downloaded now" in out
