"""Dense frames from plan to request: one image, one time and one number for each set of frames."""

from dataclasses import replace

import pytest

from tests.support.videos import soccernet_folder, write_video
from touchline.errors import UserError
from touchline.models import shown_frames
from touchline.runs import build_plan, estimate, parse_bench
from touchline.runs.asking.present import present
from touchline.runs.planning.question_builder import build_questions
from touchline.video import cut_windows, open_frame_store

GAME = "league/2025-2026/a - b"
MODEL = "{use: demo, name: %s, sampling: {fps: 10, window: 2, stride: 2}, %s}"


@pytest.fixture
def root(tmp_path):
    root = soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    write_video(root / GAME / "1_224p.mkv", range(0, 4000, 40), size=(162, 122))
    return root


def plan_of(root, *models):
    bench = f"data: {{root: {root}}}\nmodels: [{', '.join(models)}]\n"
    return build_plan(parse_bench(bench, "bench.yaml", root), "bench")


def first(plan, number=0):
    return next(build_questions(plan, plan.models[number], {}))


def test_an_image_stands_for_its_frames_at_the_time_of_the_middle_one(root):
    plan = plan_of(root, MODEL % ("every", ""), MODEL % ("sets", "dense: {frames_per_set: 8}"))
    every, sets = first(plan), first(plan, 1)
    times = every.window.frame_times_ms
    assert len(times) == 20
    assert sets.window.frame_times_ms == (times[4], times[12], times[18])
    assert shown_frames(sets.messages) == (0, 1, 2)
    assert "These 3 " in sets.messages.text or "these 3 " in sets.messages.text
    assert "combines up to 8 consecutive frames" in sets.messages.text
    read = sets.request(open_frame_store).read_frames()
    assert read == every.request(open_frame_store).read_frames()


def test_every_frame_of_a_set_is_in_the_key(root):
    sets = first(plan_of(root, MODEL % ("m", "dense: {frames_per_set: 8}"))).presentation
    other = replace(sets, pooled_ms=(*sets.pooled_ms[:-1], sets.pooled_ms[-1] + 1))
    assert other.frame_facts != sets.frame_facts
    plain = first(plan_of(root, MODEL % ("m", ""))).presentation
    assert "pooled_ms" not in plain.frame_facts


@pytest.mark.parametrize("pooling", ["mean", "mlp"])
def test_another_pooling_is_another_model(root, pooling):
    models = [MODEL % ("a", ""), MODEL % ("b", f"dense: {{pooling: {pooling}}}")]
    plan = plan_of(root, *models)
    assert plan.models[0].identity != plan.models[1].identity


def test_a_limit_on_images_is_one_on_sets(root):
    plan = plan_of(root, MODEL % ("m", "max_images: 3, dense: {frames_per_set: 8}"))
    assert len(first(plan).window.frame_times_ms) == 3
    with pytest.raises(UserError, match="takes at most 2 images"):
        plan_of(root, MODEL % ("m", "max_images: 2, dense: {frames_per_set: 8}"))
    fewer = "max_images: 2, too_many_images: subsample, dense: {frames_per_set: 8}"
    shown = first(plan_of(root, MODEL % ("m", fewer))).presentation
    assert len(shown.window.frame_times_ms) == 2 and len(shown.pooled_ms) == 16


def test_an_estimate_counts_tokens_of_sets_and_frames_of_the_encoder(root):
    plan = plan_of(root, MODEL % ("every", ""), MODEL % ("sets", "dense: {frames_per_set: 10}"))
    every, sets = estimate(plan, root / "none")
    assert sets.frames == every.frames
    assert every.prompt_tokens - sets.prompt_tokens > 4 * 18 * 8


def test_claims_choose_no_single_frames_of_sets(root):
    plan = plan_of(root, MODEL % ("m", "dense: {frames_per_set: 8}"))
    model = plan.models[0]
    half = plan.games[0].halves[0]
    window = cut_windows(half, model.recipe)[0]
    with pytest.raises(UserError, match="pools consecutive frames"):
        present(half, window, model, model.template, None, [1000])
