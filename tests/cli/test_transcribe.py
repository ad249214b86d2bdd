"""`touchline data transcribe`, with a Whisper that is played.

No weights can be had here, so what the network says is made up; that it is given the half's sound
on the half's clock, and what becomes of its words, is not.
"""

import json
import sys
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from tests.support.sounds import RATE, crowd, mixed, whistle, write_sounding_video
from tests.support.videos import soccernet_folder
from touchline.cli.main import main
from touchline.errors import UserError
from touchline.video.commentary.transcribe import Transcriber


class PlayedWhisper:
    """Says when the loudest second was."""

    heard: ClassVar[list] = []

    def __init__(self, weights, local_files_only):
        assert local_files_only
        self.weights = weights

    def transcribe(self, samples, language):
        self.heard.append((self.weights, language, len(samples)))
        seconds = len(samples) // 16_000
        power = (samples[: seconds * 16_000].reshape(seconds, -1) ** 2).sum(axis=1)
        loudest = int(power.argmax())
        return iter([SimpleNamespace(start=loudest, end=loudest + 1.0, text=" and there! ")]), None


def command(monkeypatch, *words):
    monkeypatch.setattr("sys.argv", ["touchline", "data", "transcribe", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


@pytest.fixture
def root(tmp_path):
    folder = soccernet_folder(tmp_path / "data") / "league" / "2025-2026" / "a - b"
    for half, when in ((1, 3.0), (2, 1.0)):
        samples = mixed(crowd(4, half), (when, 0.9 * whistle(0.9, 500)))
        quiet = (folder / f"{half}_224p.mkv").rename(folder / "quiet.mkv")
        write_sounding_video(quiet, samples, RATE, f"{half}_224p.mkv")
        quiet.unlink()
    return tmp_path / "data"


def test_each_half_is_transcribed_once_on_its_own_clock(root, monkeypatch, capsys):
    played = SimpleNamespace(WhisperModel=PlayedWhisper)
    monkeypatch.setitem(sys.modules, "faster_whisper", played)
    PlayedWhisper.heard.clear()
    assert command(monkeypatch, root, "--weights", "mine", "--language", "en") == 0
    assert "2 transcripts made, 0 existed already" in capsys.readouterr().out
    weights, languages, lengths = zip(*PlayedWhisper.heard, strict=True)
    assert set(weights) == {"mine"}
    assert set(languages) == {"en"}
    assert np.array(lengths) / 16_000 == pytest.approx([4, 4], abs=0.1)
    written = [json.loads(path.read_text()) for path in sorted(root.rglob("*_asr.json"))]
    assert written == [
        {"segments": {"0": [3.0, 4.0, "and there!"]}},
        {"segments": {"0": [1.0, 2.0, "and there!"]}},
    ]
    assert command(monkeypatch, root, "--weights", "mine") == 0
    assert len(PlayedWhisper.heard) == 2


def test_without_weights_nothing_is_downloaded_and_one_sentence_says_so(tmp_path):
    pytest.importorskip("faster_whisper", reason="SKIPPED FOR WANT OF THE EXTRA 'commentary'")
    with pytest.raises(UserError, match="nothing is downloaded"):
        Transcriber(str(tmp_path / "no-such-model"))


def test_without_the_extra_one_sentence_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(UserError, match=r"pip install .*\[commentary\]'"):
        Transcriber("mine")
