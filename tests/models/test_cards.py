import pytest

from touchline.errors import UserError
from touchline.models import BASELINES, card_names, find_card
from touchline.video import FrameSpec

ENDPOINT = {"name": "x", "engine": "openai", "model": "m", "base_url": "http://127.0.0.1:1/v1"}


@pytest.mark.parametrize("name", card_names())
def test_every_built_in_card_is_valid_and_called_as_its_file(name):
    card = find_card(name)
    assert card.name == name
    assert card.about


def test_the_null_baselines_are_among_them():
    assert set(BASELINES) <= set(card_names())


def test_a_card_may_be_a_file_or_stand_in_the_benchmark(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("name: mine\nengine: openai\nmodel: m\nin_flight: 3\n")
    assert find_card(str(file)).in_flight == 3
    assert find_card(ENDPOINT).model == "m"


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("dmeo", "unknown model 'dmeo'; the nearest is 'demo'"),
        ({**ENDPOINT, "in_fligth": 2}, "in_fligth is not known; the nearest is 'in_flight'"),
        ({**ENDPOINT, "engine": "opena"}, "engine 'opena' is not known; the nearest is 'openai'"),
        ({"name": "x", "engine": "openai"}, "model is missing"),
        ({**ENDPOINT, "name": "../../etc"}, "expected text of the form"),
        ({**ENDPOINT, "name": "a/../../etc"}, "expected text of the form"),
        ({**ENDPOINT, "timeout_s": -1}, "expected a number above 0"),
    ],
)
def test_what_is_wrong_with_a_card_is_one_sentence(model, sentence):
    with pytest.raises(UserError) as caught:
        find_card(model)
    assert sentence in str(caught.value)


def test_old_names_of_fields_are_read():
    old = {"heir": "demo", "seen": ["It worked."], "needs": "A key.", "too_many_images": "thin"}
    card = find_card(ENDPOINT | old)
    assert (card.superseded_by, card.observations, card.requires) == (
        "demo",
        ("It worked.",),
        "A key.",
    )
    assert card.too_many_images == "subsample"
    facts = card.facts()
    assert not facts.keys() & {"heir", "seen", "needs"}
    assert find_card(facts) == card
    over = find_card({"use": "openrouter/nemotron-nano-12b-vl", **old})
    assert over.observations == ("It worked.",)


def test_an_old_name_beside_the_new_one_is_refused():
    with pytest.raises(UserError, match="heir is not known"):
        find_card({**ENDPOINT, "heir": "demo", "superseded_by": "demo"})


def test_full_logits_is_read_where_it_stood_before():
    card = {"name": "x", "engine": "vllm", "checkpoint": "a/b"}
    old = find_card({**card, "architecture": {"model_type": "m", "full_logits": True}})
    assert old.implementation.full_logits
    assert old.architecture == {"model_type": "m"}


def test_a_broken_card_file_is_one_sentence(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text("name: [")
    with pytest.raises(UserError, match=r"card .*bad\.yaml is not valid YAML: line 2"):
        find_card(str(file))


def test_what_cannot_change_an_answer_is_not_the_models_identity():
    known = find_card(ENDPOINT).identity()
    assert find_card({**ENDPOINT, "name": "y", "in_flight": 2, "retries": 0}).identity() == known
    assert find_card({**ENDPOINT, "model": "n"}).identity() != known


def test_a_local_checkpoint_is_known_by_its_content(tmp_path):
    def of(precision="float32"):
        card = {"name": "x", "engine": "transformers", "checkpoint": str(tmp_path)}
        return find_card({**card, "precision": precision}).identity()

    (tmp_path / "model.safetensors").write_bytes(b"one")
    first = of()
    assert of() == first
    assert of("float16") != first
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert of() != first


def test_an_adapter_of_a_local_checkpoint_is_known_by_its_content(tmp_path):
    """An adapter that was trained again is another model."""
    card = {"name": "x", "engine": "transformers", "checkpoint": str(tmp_path)}
    (tmp_path / "model.safetensors").write_bytes(b"one")
    (tmp_path / "lora").mkdir()
    (tmp_path / "lora/adapter_model.safetensors").write_bytes(b"one")
    plain, first = find_card(card).identity(), find_card({**card, "adapter": "lora"}).identity()
    (tmp_path / "lora/adapter_model.safetensors").write_bytes(b"two")
    assert find_card({**card, "adapter": "lora"}).identity() != first
    assert find_card(card).identity() == plain


def test_sampling_is_the_users_then_the_cards_then_the_default():
    card = FrameSpec(fps=2, window=5)
    merged = FrameSpec(window=4).over(card)
    assert (merged.fps, merged.window, merged.stride) == (2, 4, 2)


@pytest.mark.parametrize("sampling", [{}, {"fps": 2}, {"frames": 6}])
def test_the_facts_of_a_card_are_a_card(sampling):
    card = find_card({"name": "x", "engine": "openai", "model": "m", "sampling": sampling})
    again = find_card(card.facts())
    assert again.facts() == card.facts()
    assert again.sampling == card.sampling


def test_several_samples_of_a_greedy_answer_are_refused():
    with pytest.raises(UserError, match="greedy answers are all alike"):
        find_card({**ENDPOINT, "generation": {"samples": 3}})
    card = find_card({**ENDPOINT, "generation": {"samples": 3, "temperature": 0.7}})
    assert [card.generation.for_sample(sample).seed for sample in range(3)] == [0, 1, 2]


def test_the_program_of_a_worker_is_no_adapter_of_another_engine():
    worker = find_card("phi-3.5-vision")
    assert worker.adapter == "phi3_5_vision"
    assert find_card({"use": "phi-3.5-vision", "engine": "vllm", "crops": None}).adapter is None
