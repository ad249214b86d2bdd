"""A benchmark lays words over a card; a card that is not offered is refused with its reason."""

import pytest

from touchline.errors import UserError
from touchline.models import Failure, Reply, find_card, load_engine
from touchline.models.card_types.served import ServedCard
from touchline.models.card_types.transformers import TransformersCard
from touchline.replies import read_records
from touchline.runs import build_plan, run
from touchline.runs.config.bench import Bench, DataSection

NEMOTRON = "openrouter/nemotron-nano-12b-vl"


def bench(root, *models, **sampling):
    return Bench(data=DataSection(root=root), models=models, sampling=sampling)


def test_words_are_laid_over_a_card_and_sections_word_by_word():
    base = find_card("phi-3.5-vision")
    card = find_card(
        {"use": "Phi-3.5", "precision": "float16", "generation": {"max_new_tokens": 9}}
    )
    assert (card.precision, card.generation.max_new_tokens) == ("float16", 9)
    assert card.generation.repetition_penalty == base.generation.repetition_penalty == 1.2
    assert card.name == base.name
    assert card.identity() != base.identity()


@pytest.mark.parametrize("engine", ["vllm", "sglang", "transformers-serve"])
def test_a_card_with_weights_runs_in_a_server_too(engine):
    card = find_card({"use": "qwen2.5-vl-7b", "engine": engine, "name": "served"})
    assert isinstance(card, ServedCard)
    assert card.checkpoint == "Qwen/Qwen2.5-VL-7B-Instruct"
    assert card.architecture == find_card("qwen2.5-vl-7b").architecture


@pytest.mark.parametrize(
    "name", ["idefics2-8b", "phi-4-multimodal", "llama-3.2-11b-vision", "demo"]
)
def test_switching_the_engine_leaves_out_what_only_the_first_one_has(name):
    assert isinstance(find_card(name), TransformersCard)
    assert isinstance(find_card({"use": name, "engine": "vllm"}), ServedCard)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"use": "qwen2.5-vl-7b", "precison": "nf4"}, "precison is not known; the nearest is"),
        ({"use": "demo", "prompt": "x"}, "prompt is a setting of benchmarks"),
        ({"name": "demo", "seed": 1}, "write 'use: demo'"),
        ({"use": "qwen2.5-vl-8b"}, "unknown model 'qwen2.5-vl-8b'; the nearest is 'qwen2.5-vl-"),
        ({"use": "qwen2.5-vl-7b", "precision": "fp4"}, "precision"),
        ({"use": ["qwen2.5-vl-7b"]}, "'use' must be the name of a card"),
        ({"use": "qwen2.5-vl-7b", "status": "rejected"}, "needs a reason"),
    ],
)
def test_what_is_wrong_with_an_override_is_one_sentence(words, sentence):
    with pytest.raises(UserError) as caught:
        find_card(words)
    assert sentence in str(caught.value)


def test_a_control_may_be_used_too():
    assert find_card({"use": "demo+blank"}).name == "demo+blank"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("InternVL2-26B", "several images"),
        ("Mistral Large 3", "675 GB"),
        ("Kimi K2 Thinking", "cannot see images"),
        ("Gemini 2.0 Flash", "shut it down; use 'gemini-3.5-flash-lite' in its place."),
    ],
)
def test_a_model_that_is_not_offered_is_refused_with_its_reason(demo_match, name, reason):
    with pytest.raises(UserError) as caught:
        build_plan(bench(str(demo_match), name), "refused")
    assert reason in str(caught.value)
    with pytest.raises(UserError, match=r"is (rejected|retired)"):
        load_engine(find_card(name))


def test_a_user_may_overrule_a_rejection():
    assert find_card({"use": "internvl2-26b", "status": "offered"}).refusal() is None


def test_windows_of_more_than_ten_frames_are_refused_by_default(demo_match):
    with pytest.raises(UserError, match=r"at most 10 images.*too_many_images: subsample"):
        build_plan(bench(str(demo_match), NEMOTRON, fps=5, window=3, stride=60), "nemotron")


def test_windows_are_subsampled_with_a_warning_where_the_user_says_so(demo_match, tmp_path):
    """The demo model stands in for a model of few images: it answers, and says how many it saw."""
    entry = {"use": "demo", "max_images": 3, "too_many_images": "subsample"}
    plan = build_plan(bench(str(demo_match), entry, window=8, stride=78), "thin")
    result = run(plan, tmp_path / "run", lambda *_: None)
    assert (
        "model 'demo' takes at most 3 images: 3 of the 20 frames of each window are shown, evenly "
        "spaced."
    ) in result.warnings
    records = list(read_records(tmp_path / "run/replies/demo"))
    assert records
    for record in records:
        assert isinstance(record.answer, Reply | Failure)
        assert len(record.window.frame_times_ms) <= 3


def test_a_prefix_goes_before_the_prompts_text(demo_match):
    from touchline.runs.planning.question_builder import build_questions

    entry = {"use": "demo", "prompt_prefix": "JSON only."}
    plan = build_plan(bench(str(demo_match), "demo", {**entry, "name": "p"}, stride=78), "prefix")
    plain, prefixed = (next(build_questions(plan, model, {})) for model in plan.models[:2])
    assert prefixed.messages.text == "JSON only.\n" + plain.messages.text
    assert prefixed.key != plain.key
