"""Dense frames: consecutive frames become one image's tokens, in every family that allows it."""

from dataclasses import replace

import pytest

from tests.families.building import LEAST_TOKENS, build
from tests.families.roster import ROSTER
from tests.support.asking import engine, jpeg
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.models import Generation, Request, Workload, find_card, plan_fit
from touchline.models.capacity.planner import TEXT_TOKENS, formula_of, prompt_of
from touchline.models.engines.transformers.asked import read
from touchline.models.engines.transformers.inputs import model_inputs
from touchline.models.frame_sets import middle_places, with_sets_note
from touchline.prompts import build_messages, load_template
from touchline.video import Window

FAMILIES = ("Idefics3", "SmolVLM2", "Qwen2.5-VL", "LLaVA-OneVision")
SETS = {"dense": {"frames_per_set": 4}}


def family(name):
    return next(one for one in ROSTER if one.name == name)


@pytest.fixture(scope="module", params=FAMILIES)
def checkpoint(request, tmp_path_factory):
    return build(family(request.param), tmp_path_factory.mktemp("dense") / "checkpoint")


def question(number, shades, per_set=1, note=4, size=(64, 48)):
    """A question about frames of one colour each; `per_set` of them are one image."""
    times = tuple(number * 2000 + 60 * frame for frame in range(len(shades)))
    shown = tuple(times[place] for place in middle_places(len(times), per_set))
    window = Window("g", 1, number, 9, times[0], times[0] + 3000, shown)
    messages = with_sets_note(build_messages(window, load_template("base.v1", SOCCERNET_V2)), note)
    pictures = [jpeg(shade, size) for shade in shades]
    generation = Generation(max_new_tokens=8, min_tokens=LEAST_TOKENS)
    return Request(f"k{number}", window, messages, lambda: pictures, generation)


def answers(loaded, *questions):
    return list(loaded.replies(questions))


def likelihoods(reply):
    return [likely for _, likely in reply.tokens]


@pytest.mark.parametrize("pooling", ["mean", "mlp"])
def test_a_set_of_equal_frames_is_one_frame(checkpoint, pooling):
    dense = {"dense": {"frames_per_set": 4, "pooling": pooling}}
    pooled = answers(engine(checkpoint, **dense), question(0, [10] * 4 + [200] * 4, 4))
    single = answers(engine(checkpoint), question(0, [10, 200]))
    one, other = pooled[0], single[0]
    # Times differ: the prompt of one frame a set is given the times of the other.
    times = question(0, [10] * 4 + [200] * 4, 4)
    same = replace(question(0, [10, 200]), messages=times.messages)
    [other] = answers(engine(checkpoint), same)
    assert one.text == other.text
    assert one.prompt_tokens == other.prompt_tokens
    assert likelihoods(one) == pytest.approx(likelihoods(other), abs=1e-4)


def test_every_frame_of_a_set_counts(checkpoint):
    loaded = engine(checkpoint, **SETS)
    base = [10, 60, 90, 120, 30, 40, 50, 60]
    [whole] = answers(loaded, question(0, base, 4))
    for place in range(len(base)):
        changed = [*base[:place], 255, *base[place + 1 :]]
        [other] = answers(loaded, question(0, changed, 4))
        assert likelihoods(other) != likelihoods(whole), place


def test_windows_of_one_set_and_of_a_short_one_answer_alike_in_a_batch(checkpoint):
    asked = [question(0, [10, 20, 30, 40], 4), question(1, [9, 80, 90, 99, 5, 6], 4)]
    alone = answers(engine(checkpoint, **SETS), *asked)
    together = answers(engine(checkpoint, **SETS, batch_size=2), *asked)
    assert [one.text for one in alone] == [one.text for one in together]
    for one, other in zip(alone, together, strict=True):
        assert one.prompt_tokens == other.prompt_tokens
        assert likelihoods(one) == pytest.approx(likelihoods(other), abs=1e-4)


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("Idefics3", {"formula": "fixed", "tokens": 4, "markers": 3, "patches": 16}),
        (
            "Qwen2.5-VL",
            {
                "formula": "smart_resize",
                "patch": 14,
                "merge": 2,
                "min_pixels": 28**2,
                "max_pixels": 56**2,
                "markers": 2,
            },
        ),
    ],
)
def test_the_plan_counts_the_tokens_that_the_processor_makes(name, tokens, tmp_path):
    folder = build(family(name), tmp_path / "checkpoint")
    loaded = engine(folder, **SETS)._loaded
    card = find_card(
        {"name": "t", "engine": "transformers", "checkpoint": str(folder), "image_tokens": tokens}
        | SETS
    )
    asked = read(question(0, [5] * 11, 4), card)
    ids = model_inputs(loaded.processor, card, [asked])["input_ids"]
    placed = int((ids == loaded.model.config.image_token_id).sum())
    work = Workload(frames=11, width=64, height=48)
    planned = prompt_of(card, work, formula_of(card, work))
    assert planned.image_tokens == placed
    assert planned.views == 12
    assert planned.tokens - TEXT_TOKENS == placed + 3 * tokens["markers"]


def test_pooling_saves_tokens_in_the_plan_and_not_frames_of_the_encoder():
    card = find_card("demo")
    dense = card.model_copy(update={"dense": find_card(_demo(16)).dense})
    work = Workload(frames=128, width=228, height=128)
    every, pooled = plan_fit(card, work), plan_fit(dense, work)
    assert every.prompt_tokens - TEXT_TOKENS == 16 * (pooled.prompt_tokens - TEXT_TOKENS)
    assert pooled.memory.peak < every.memory.peak
    eight = plan_fit(card, replace(work, frames=8))
    assert pooled.prompt_tokens == eight.prompt_tokens
    assert pooled.memory.peak > eight.memory.peak


def _demo(frames):
    return {"use": "demo", "name": "pooled", "dense": {"frames_per_set": frames}}


def test_a_family_whose_code_does_not_allow_it_is_refused(tmp_path):
    folder = build(family("Idefics2"), tmp_path / "checkpoint")
    with pytest.raises(UserError, match=r"dense frames work with idefics3, .* and not with 'idefi"):
        engine(folder, **SETS)


def test_a_processor_that_cuts_tiles_is_refused(tmp_path):
    folder = build(family("Idefics3"), tmp_path / "checkpoint")
    loaded = engine(folder, **SETS, processor={"do_image_splitting": True})
    with pytest.raises(UserError, match=r"need whole images.*do_image_splitting: false"):
        answers(loaded, question(0, [1] * 8, 4))


def test_a_video_has_no_places_for_sets():
    values = {"name": "t", "engine": "transformers", "checkpoint": "o/t", **SETS}
    with pytest.raises(UserError, match="dense frames are shown as images"):
        find_card({**values, "video": "native", "frames_as": "video"})


def test_the_prompt_says_what_an_image_stands_for():
    messages = question(0, list(range(8)), 4).messages
    assert "combines up to 4 consecutive frames; its time is that of the middle one" in (
        messages.text
    )
    assert "frame 1 = 0.1, frame 2 = 0.4" in messages.text
