"""`touchline data` as a user calls it."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.support.videos import soccernet_folder, write_video
from tests.support.webdav import FileServer


def data(*arguments, **environment):
    done = subprocess.run(
        [sys.executable, "-m", "touchline", "data", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "120", **environment},
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def test_whole_videos_are_listed_and_a_benchmark_can_go_on(tmp_path):
    root = soccernet_folder(tmp_path / "data")
    code, text, _ = data("verify", root)
    assert code == 0
    assert "64x48 h264" in text and "100.00% is covered: a benchmark can run." in text
    code, text, _ = data("verify", root, "--json")
    facts = json.loads(text)
    assert facts["covered"] == 1.0 and [one["frames"] for one in facts["videos"]] == [100, 100]


def test_what_is_broken_is_said_and_ends_with_exit_code_2(tmp_path):
    root = soccernet_folder(tmp_path / "data")
    game = root / "league/2025-2026/a - b"
    (game / "2_224p.mkv").write_bytes(b"no video at all")
    write_video(game / "1_224p.mkv", [*range(0, 2000, 40), *range(6000, 8000, 40)])
    code, text, error = data("verify", root)
    assert code == 2
    assert "1_224p.mkv: has no frames from 0:02.000 to 0:06.000" in text
    assert "2_224p.mkv is not a video" in text
    assert "under the 99% that scoring needs" in error


def test_copies_are_made_once_and_can_be_run_on(tmp_path):
    root = soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    out = tmp_path / "copies"

    def copies():
        return data("normalize", root, "--out", out, "--height", "32")[1]

    assert data("normalize", root, "--out", out, "--height", "32")[1].startswith(
        "2 made, 0 existed"
    )
    assert data("normalize", root, "--out", out, "--height", "32")[1].startswith(
        "0 made, 2 existed"
    )
    (tmp_path / "bench.yaml").write_text("data: {root: copies}\nmodels: [baseline/prior]\n")
    run = ["run", str(tmp_path / "bench.yaml"), "--out", str(tmp_path / "run"), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "touchline", *run], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["leaderboard"]


def test_one_broken_original_does_not_stop_the_others(tmp_path):
    root = soccernet_folder(tmp_path / "data")
    (root / "league/2025-2026/a - b/1_224p.mkv").write_bytes(b"nothing")
    code, text, error = data("normalize", root, "--out", tmp_path / "copies", "--height", "32")
    assert code == 2
    assert text.startswith("1 made") and "1 of 2 videos could not be copied" in error


needs_package = pytest.mark.skipif(
    find_spec("SoccerNet") is None, reason="SKIPPED: SoccerNet's package is not installed"
)


@needs_package
@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (401, 2, "does not accept the password or token (HTTP 401)"),
        (403, 2, "gives this account no access (HTTP 403)"),
        (404, 0, "the host has no"),
        (500, 75, "answers HTTP 500"),
    ],
)
def test_what_the_hub_refuses_is_one_sentence(tmp_path, status, code, words):
    with FileServer({}) as server:
        server.status = status
        known = {
            "HF_ENDPOINT": server.url.rstrip("/"),
            "HF_TOKEN": "hf_planted",
            "HF_HUB_OFFLINE": "",
        }
        ended, text, error = data(
            "download", tmp_path, "--split", "test", "--batch", "1/100",
            "--source", "huggingface", **known,
        )  # fmt: skip
    assert ended == code, error
    assert words in text + error
    assert "hf_planted" not in text + error


@needs_package
def test_a_wrong_word_is_refused_with_the_right_ones(tmp_path):
    for arguments in (["--videos", "1080p"], ["--source", "ftp"], ["--batch", "9"]):
        code, _, error = data("download", tmp_path, "--split", "test", *arguments)
        assert code == 2 and "touchline: " in error
