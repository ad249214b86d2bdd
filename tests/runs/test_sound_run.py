"""Sound from a benchmark to its leaderboard."""

import json

import pytest

from tests.support.sounds import RATE, crowd, mixed, whistle, write_sounding_video
from tests.support.videos import soccernet_folder, write_video
from touchline.cli.main import main
from touchline.errors import UserError
from touchline.registry import install_command
from touchline.runs.merging.fuse import fuse_runs
from touchline.spots.fusion import FuseSettings

LABELS = [(1, 3000, "Foul"), (1, 9000, "Goal"), (2, 5000, "Foul")]


def sounding_game(root, game="a - b"):
    """A game whose whistles and swells are at its labels."""
    folder = soccernet_folder(root, f"league/2025-2026/{game}", LABELS) / "league/2025-2026" / game
    for half in (1, 2):
        samples = crowd(
            14, half, [(t / 1000, 15) for h, t, n in LABELS if (h, n) == (half, "Goal")]
        )
        blows = [(t / 1000, 0.05 * whistle(0.5)) for h, t, n in LABELS if (h, n) == (half, "Foul")]
        quiet = write_video(folder / "quiet.mkv", list(range(0, 14_000, 200)))
        write_sounding_video(quiet, mixed(samples, *blows), RATE, f"{half}_224p.mkv")
        quiet.unlink()
    return root


def run(monkeypatch, tmp_path, words=""):
    bench = tmp_path / "bench.yaml"
    bench.write_text(f"data:\n  root: data\nmodels: [baseline/prior]\n{words}")
    monkeypatch.setattr(
        "sys.argv", ["touchline", "run", str(bench), "--out", str(tmp_path / "out")]
    )
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    scores = json.loads((tmp_path / "out" / "scores.json").read_text())
    return {row["model"]: row for row in scores["leaderboard"]}


@pytest.mark.slow
def test_the_baseline_that_listens_beats_those_that_do_not(tmp_path, monkeypatch):
    sounding_game(tmp_path / "data")
    rows = run(monkeypatch, tmp_path)
    assert rows["baseline/sound"]["coverage"] == 1.0
    others = [row["tight"] for name, row in rows.items() if name != "baseline/sound"]
    assert rows["baseline/sound"]["tight"] > max(others)
    assert rows["baseline/sound"]["recall"] == 1.0


def test_a_match_without_sound_says_why_it_is_not_there(tmp_path, monkeypatch, capsys):
    folder = sounding_game(tmp_path / "data") / "league" / "2025-2026" / "a - b"
    write_video(folder / "2_224p.mkv", list(range(0, 14_000, 200)))
    rows = run(monkeypatch, tmp_path)
    assert "baseline/sound" not in rows
    assert "baseline/random" in rows
    said = capsys.readouterr().err
    assert "baseline/sound is not on the leaderboard" in said
    assert "2_224p.mkv has no sound" in said


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch, capsys):
    sounding_game(tmp_path / "data")
    monkeypatch.setattr("touchline.video.sound.sound_events.find_spec", lambda name: None)
    assert "baseline/sound" not in run(monkeypatch, tmp_path)
    assert install_command("audio") in capsys.readouterr().err


@pytest.mark.slow
def test_stacking_one_model_with_the_sound_is_fitted_on_other_games(tmp_path, monkeypatch):
    for game in ("a - b", "c - d", "e - f"):
        sounding_game(tmp_path / "data", game)
    rows = run(monkeypatch, tmp_path)
    stacking = FuseSettings(method="stacking")
    for sound, out in ((False, "deaf"), (True, "hearing")):
        models = ["baseline/prior"] if sound else ["baseline/prior", "baseline/every-window"]
        done = fuse_runs([tmp_path / "out"], tmp_path / out, stacking, models, sound)
        rows[out] = {"tight": done.rows[0].tight}
    assert rows["hearing"]["tight"] > rows["deaf"]["tight"]
    card = json.loads((tmp_path / "hearing" / "plan.json").read_text())["models"][0]["card"]
    assert card["models"] == ["baseline/prior", "sound"]


def test_sound_is_fused_by_stacking_only(tmp_path):
    with pytest.raises(UserError, match="by method 'stacking' only"):
        fuse_runs([tmp_path], tmp_path / "out", FuseSettings(), (), True)
