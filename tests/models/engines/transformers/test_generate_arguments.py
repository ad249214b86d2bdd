"""What reaches `generate` in this process, and that nothing else comes from the checkpoint."""

import json
import shutil

import pytest

from tests.support.asking import engine, request
from touchline.errors import UserError

SETTINGS = {
    "num_beams": 3,
    "no_repeat_ngram_size": 1,
    "stop_strings": ["a", "e", "1", " ", "<"],
    "max_time": 1e-9,
    "repetition_penalty": 1.9,
    "min_new_tokens": 7,
    "suppress_tokens": list(range(5, 60)),
    "do_sample": True,
    "temperature": 5.0,
    "top_k": 1,
}


@pytest.fixture
def opinionated(tiny_checkpoint, tmp_path):
    """The tiny checkpoint with a generation config that changes every answer."""
    folder = tmp_path / "opinionated"
    shutil.copytree(tiny_checkpoint, folder)
    file = folder / "generation_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | SETTINGS))
    return folder


def answers(checkpoint, *requests, **changes):
    return [
        (one.text, one.finish_reason, one.tokens) for one in ask(checkpoint, *requests, **changes)
    ]


def ask(checkpoint, *requests, **changes):
    loaded = engine(checkpoint, **changes)
    try:
        return list(loaded.replies(requests))
    finally:
        loaded.close()


def captured(checkpoint, asked, **changes):
    """The arguments that the model's own `generate` is called with, and its config."""
    loaded = engine(checkpoint, **changes)
    model, seen = loaded._loaded.model, {}
    own = model.generate

    def generate(**arguments):
        seen.update(arguments)
        return own(**arguments)

    model.generate = generate
    list(loaded.replies([asked]))
    config = model.generation_config.to_diff_dict()
    return seen, {name: value for name, value in config.items() if name != "transformers_version"}


def test_a_checkpoint_s_own_settings_change_nothing(tiny_checkpoint, opinionated):
    asked = [request(number) for number in range(2)]
    assert answers(opinionated, *asked) == answers(tiny_checkpoint, *asked)
    _, config = captured(opinionated, asked[0])
    assert config.keys() <= {"eos_token_id", "pad_token_id"}


@pytest.mark.parametrize("name", ["no_repeat_ngram_size", "min_new_tokens", "max_time"])
def test_a_setting_of_the_checkpoint_counts_where_the_card_says_so(
    tiny_checkpoint, opinionated, name
):
    _, config = captured(opinionated, request(0), checkpoint_settings=[name])
    assert config[name] == SETTINGS[name]
    assert not config.keys() & (SETTINGS.keys() - {name})


def test_a_time_limit_of_the_checkpoint_that_the_card_takes_cuts_answers_off(opinionated):
    (cut,) = ask(opinionated, request(0), checkpoint_settings=["max_time"])
    assert (cut.completion_tokens, cut.finish_reason) == (1, "length")


def test_what_a_card_cannot_take_from_its_checkpoint_is_one_sentence(tiny_checkpoint):
    with pytest.raises(UserError, match="its checkpoint has no setting num_beams"):
        engine(tiny_checkpoint, checkpoint_settings=["num_beams"])
    with pytest.raises(UserError, match="contains temperature, which is set under 'generation'"):
        engine(tiny_checkpoint, checkpoint_settings=["temperature"])


def test_every_declared_setting_is_given_to_generate(tiny_checkpoint):
    settings = {
        "max_new_tokens": 9,
        "min_tokens": 2,
        "repetition_penalty": 1.2,
        "no_repeat_ngram_size": 3,
        "num_beams": 2,
        "stop": ("</s>", "END"),
    }
    seen, _ = captured(tiny_checkpoint, request(0, **settings))
    assert (
        seen.items()
        >= {
            "max_new_tokens": 9,
            "min_new_tokens": 2,
            "repetition_penalty": 1.2,
            "no_repeat_ngram_size": 3,
            "num_beams": 2,
            "stop_strings": ["</s>", "END"],
            "do_sample": False,
        }.items()
    )
    drawn = {"temperature": 0.8, "seed": 5, "top_k": 7, "top_p": 0.5, "min_p": 0.1}
    seen, _ = captured(tiny_checkpoint, request(0, **drawn))
    (sampler,) = [one for one in seen["logits_processor"] if hasattr(one, "_warpers")]
    assert [type(one).__name__[:4] for one in sampler._warpers] == ["TopK", "TopP", "MinP"]


def test_an_answer_ends_at_a_stop_text_which_is_not_part_of_it(tiny_checkpoint):
    (whole,) = ask(tiny_checkpoint, request(0, max_new_tokens=12, min_tokens=12))
    written = "".join(text for text, _ in whole.tokens)
    at = next(place for place in range(2, len(written)) if written[place].isalnum())
    stop = written[at]
    asked = [request(number, max_new_tokens=12, min_tokens=12, stop=(stop,)) for number in (0, 1)]
    together = ask(tiny_checkpoint, *asked, batch_size=2)
    (alone,) = ask(tiny_checkpoint, asked[0])
    assert alone.text == written[: written.find(stop)].strip()
    assert alone.finish_reason == "stop"
    assert alone.completion_tokens == len(alone.tokens) <= 12
    assert (together[0].text, together[0].finish_reason) == (alone.text, "stop")


def test_only_the_most_likely_token_is_drawn_where_one_is_allowed(tiny_checkpoint):
    greedy = answers(tiny_checkpoint, request(0))
    for excluding in ({"top_k": 1}, {"top_p": 1e-6}, {"min_p": 1.0}):
        hot = request(0, temperature=9.0, seed=4, **excluding)
        assert [text for text, *_ in answers(tiny_checkpoint, hot)] == [greedy[0][0]]


def test_beams_give_an_answer_without_probabilities(tiny_checkpoint):
    replies = ask(
        tiny_checkpoint, *(request(number, num_beams=3) for number in range(2)), batch_size=2
    )
    assert [(one.tokens, one.completion_tokens > 0) for one in replies] == [((), True)] * 2
    with pytest.raises(UserError, match="beam search goes neither with"):
        engine(tiny_checkpoint, structured=True, generation={"num_beams": 2})
