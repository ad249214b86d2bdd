"""What a model is shown is one object: its request, its size, its key and its text agree."""

import io
from fractions import Fraction

import pytest
from PIL import Image as Picture

from tests.support.videos import soccernet_folder, write_disc, write_video
from touchline.models import request_key, shown_frames
from touchline.prompts import Text
from touchline.runs import build_plan, parse_bench
from touchline.runs.asking.present import present
from touchline.runs.planning.question_builder import build_questions
from touchline.video import frame_facts, open_frame_store, probe_video

GAME = "league/2025-2026/a - b"
MODEL = "{use: demo, name: m, sampling: {fps: 5, window: 2, stride: 2, %s}}"
WAYS = [
    "height: 48",
    "crop: [0.1, 0.3, 0.77, 0.61]",
    "crop: [0.1, 0.3, 0.77, 0.61], max_pixels: 1500",
    "flow: beside",
    "flow: instead, height: 48",
    "flow: beside, crop: [0, 0.5, 1, 0.5]",
    "mask: top-left",
    "stamp: true",
]


@pytest.fixture
def root(tmp_path):
    root = soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    write_video(root / GAME / "1_224p.mkv", range(0, 4000, 40), size=(162, 122))
    return root


def questions(root, models):
    """The first question to each model."""
    bench = f"data: {{root: {root}}}\nmodels: [{', '.join(models)}]\n"
    plan = build_plan(parse_bench(bench, "bench.yaml", root), "bench")
    return [next(build_questions(plan, model, {})) for model in plan.models[: len(models)]]


def sizes(jpegs):
    return {Picture.open(io.BytesIO(jpeg)).size for jpeg in jpegs}


@pytest.mark.parametrize("way", WAYS)
def test_frames_have_the_size_that_estimates_count_with(root, way):
    (question,) = questions(root, [MODEL % way])
    frames = question.request(open_frame_store).read_frames()
    assert len(frames) == len(question.window.frame_times_ms) == 10
    assert sizes(frames) == {question.presentation.frame_size}


@pytest.mark.parametrize("rotation", [0, 90])
@pytest.mark.parametrize("way", ["height: 48", "flow: beside", "crop: [0.1, 0.3, 0.77, 0.61]"])
def test_estimates_count_with_the_true_shape(way, rotation, root):
    video = write_disc(root / GAME / "1_224p.mp4", Fraction(64, 45), rotation=rotation)
    (root / GAME / "1_224p.mkv").unlink()
    (question,) = questions(root, [MODEL % way])
    assert question.presentation.half.video == video
    frames = question.request(open_frame_store).read_frames()
    assert sizes(frames) == {question.presentation.frame_size}


@pytest.mark.parametrize(("aspect", "is_new"), [(1, False), (Fraction(64, 45), True)])
def test_keys_are_new_only_for_pixels_that_are_not_square(aspect, is_new, root):
    (root / GAME / "1_224p.mkv").unlink()
    video = write_disc(root / GAME / "1_224p.mp4", aspect)
    (question,) = questions(root, ["{use: demo, generation: {seed: 0}}"])
    shown, bench = question.presentation, f"data: {{root: {root}}}\nmodels: [demo]\n"
    plan = build_plan(parse_bench(bench, "bench.yaml", root), "bench")
    as_before = request_key(
        fingerprint=probe_video(video).fingerprint,
        window=shown.window,
        frames=frame_facts(shown.spec),
        messages=shown.prompt,
        model=plan.models[0].identity,
        generation=question.generation,
    )
    assert (question.key != as_before) == is_new


@pytest.mark.parametrize("control", ["blank", "repeated", "shuffled"])
def test_controls_keep_the_size_and_have_keys_of_their_own(root, control):
    controlled, plain = questions(
        root, [f"{{use: demo, control: {control}}}", "{use: demo, name: p}"]
    )
    frames = controlled.request(open_frame_store).read_frames()
    assert sizes(frames) == {controlled.presentation.frame_size}
    assert controlled.key != plain.key
    assert controlled.messages == plain.messages


def test_an_engine_watches_the_video_itself_only_where_frames_show_nothing_else(root):
    (question,) = questions(root, [MODEL % "height: 48"])
    assert question.request(open_frame_store).video == root / GAME / "1_224p.mkv"
    for way in WAYS[1:]:
        (question,) = questions(root, [MODEL % way])
        assert question.request(open_frame_store).video is None


def test_a_subsampled_window_is_planned_keyed_and_shown_alike(root):
    limited = "{use: demo, name: few, max_images: 4, too_many_images: thin, text_first: true}"
    few, all_ = questions(root, [limited, "{use: demo, name: all, text_first: true}"])
    times = all_.window.frame_times_ms
    assert len(times) > 4
    kept = few.window.frame_times_ms
    assert (kept[0], kept[-1], len(kept)) == (times[0], times[-1], 4)
    assert few.key != all_.key
    request = few.request(open_frame_store)
    assert len(request.read_frames()) == len(shown_frames(request.messages)) == 4
    every = dict(zip(times, all_.request(open_frame_store).read_frames(), strict=True))
    assert request.read_frames() == [every[time] for time in kept]


def test_history_follows_the_prompt_and_is_not_in_the_key(root):
    (question,) = questions(root, ["{use: demo, memory: 2}"])
    told = question.with_history("Earlier in this half you reported: Goal.")
    assert told.key == question.key
    assert told.messages.parts == (
        *question.messages.parts,
        Text("Earlier in this half you reported: Goal."),
    )
    assert told.request(open_frame_store).messages == told.messages
    assert question.with_history(None).messages == question.messages


def test_presenting_a_window_again_is_the_same_and_reads_no_frame(root, monkeypatch):
    bench = f"data: {{root: {root}}}\nmodels: [demo]\n"
    plan = build_plan(parse_bench(bench, "bench.yaml", root), "bench")
    question = next(build_questions(plan, plan.models[0], {}))
    shown = question.presentation
    monkeypatch.setattr("touchline.video.frame_store.store.locate_store", None)
    assert present(shown.half, shown.window, plan.models[0], plan.template) == shown
