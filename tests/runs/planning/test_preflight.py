"""What a benchmark wants to hear or see is looked for before any model is asked."""

import pytest

from tests.runs.test_sound_run import sounding_game
from tests.support.videos import soccernet_folder
from touchline.errors import UserError
from touchline.report import Row
from touchline.runs import build_plan
from touchline.runs.config.bench import parse_bench
from touchline.runs.planning.plan import plan_file
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.results.leaderboard import Leaderboard, ModelOutcome
from touchline.runs.results.row_notes import with_notes
from touchline.video.commentary.transcripts import Utterance, write_commentary


def planned(root, words):
    text = f"data: {{root: {root}}}\nmodels: [baseline/prior]\n{words}"
    return build_plan(parse_bench(text, "bench", root), "bench")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "prompt: sound.v1",
            r"prompt 'sound.v1' needs the sound of every video, and video .* has no sound",
        ),
        (
            "sampling: {adaptive: {by: sound, share: 0.5}}",
            r"sampling.adaptive needs the sound of every video, and video .* has",
        ),
        ("prompt: commentary.v1", r"1_asr\.json is missing beside"),
    ],
)
def test_what_is_missing_is_one_sentence(tmp_path, words, told):
    with pytest.raises(UserError, match=told):
        planned(soccernet_folder(tmp_path), words)


@pytest.mark.parametrize("missing", ["librosa", "cv2", "scenedetect"])
def test_a_missing_extra_is_named(tmp_path, monkeypatch, missing):
    sounding_game(tmp_path)
    monkeypatch.setattr(
        "touchline.video.sound.sound_events.find_spec",
        lambda name: None if name == missing else True,
    )
    monkeypatch.setattr(
        "touchline.runs.planning.preflight.find_spec",
        lambda name: None if name == missing else True,
    )
    words, extra = {
        "librosa": ("prompt: sound.v1", "audio"),
        "cv2": ("sampling: {flow: beside}", "motion"),
        "scenedetect": ("sampling: {adaptive: {by: shots, windows: 1}}", "motion"),
    }[missing]
    with pytest.raises(UserError, match=rf"pip install .*\[{extra}\]'"):
        planned(tmp_path, words)


def test_what_is_there_is_planned_and_leakage_is_called_so(tmp_path):
    folder = soccernet_folder(tmp_path) / "league" / "2025-2026" / "a - b"
    for half in (1, 2):
        write_commentary(folder / f"{half}_asr.json", [Utterance(0, 1000, "off we go")])
    prompt = plan_file(planned(tmp_path, "prompt: commentary.v1")).prompt
    assert prompt.leakage_prone == ("commentary",)
    assert plan_file(planned(tmp_path, "")).prompt.leakage_prone == ()


def test_a_model_that_was_told_the_commentary_is_marked(tmp_path):
    names = {"told": "openai", "baseline/prior": "baseline"}
    rows = tuple(Row(model=name, loose=0.5, tight=0.1, coverage=1.0) for name in names)
    plan = PlanFile.model_validate(
        {
            "name": "x",
            "prompt": {"name": "p", "sha256": "", "source": "", "leakage_prone": ["commentary"]},
            "games": [],
            "models": [
                {"card": {"name": name, "engine": engine}, "recipe": {}}
                for name, engine in names.items()
            ],
        }
    )
    outcomes = [ModelOutcome(name, "model", {}, {}, 1.0) for name in names]
    told, baseline = with_notes(Leaderboard(rows, {}, 5.0), tmp_path, plan, outcomes).rows
    assert told.note == "was told the commentary, which is leakage-prone"
    assert baseline.note == ""
