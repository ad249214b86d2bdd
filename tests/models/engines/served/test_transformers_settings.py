"""What transformers' own server makes of a request and of a checkpoint with settings of its own."""

from types import SimpleNamespace

import pytest

from touchline.models import Generation
from touchline.models.card_types.dialects import DIALECTS
from touchline.models.torchvision_compat import register_torchvision_operators

OF_THE_CHECKPOINT = {
    "num_beams": 4,
    "repetition_penalty": 1.9,
    "do_sample": True,
    "temperature": 0.6,
    "top_k": 20,
    "top_p": 0.8,
    "min_new_tokens": 9,
    "no_repeat_ngram_size": 3,
}


@pytest.fixture
def settings_used():
    """The settings that an answer is generated with: the server's own code, without a model."""
    register_torchvision_operators()
    from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM
    from transformers.cli.serving.chat_completion import ChatCompletionHandler

    sizes = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1}
    heads = {"num_attention_heads": 1, "num_key_value_heads": 1}
    model = LlamaForCausalLM(LlamaConfig(vocab_size=16, **sizes, **heads))
    model.generation_config = GenerationConfig(eos_token_id=2, **OF_THE_CHECKPOINT)
    handler = ChatCompletionHandler.__new__(ChatCompletionHandler)
    handler.generation_state = SimpleNamespace(_compile=False)

    def used(generation):
        settings = DIALECTS["transformers-serve"].request(generation)
        body = {"model": "m", "messages": [], **settings}
        handler._validate_request(body)
        config = handler._build_generation_config(body, model.generation_config)
        return model._prepare_generation_config(config)[0]

    return used


def test_a_checkpoint_s_own_settings_do_not_reach_the_model(settings_used):
    found = settings_used(Generation())
    assert not found.do_sample
    assert (found.num_beams, found.min_new_tokens, found.no_repeat_ngram_size) == (1, 0, 0)
    assert (found.repetition_penalty, found.max_new_tokens, found.eos_token_id) == (1.0, 256, 2)


def test_declared_settings_do(settings_used):
    declared = Generation(temperature=0.7, top_k=5, top_p=0.9, min_tokens=2, stop=("END",))
    found = settings_used(declared)
    assert (found.do_sample, found.temperature, found.top_k, found.top_p) == (True, 0.7, 5, 0.9)
    assert (found.min_new_tokens, found.stop_strings) == (2, ["END"])
    assert not settings_used(Generation(temperature=None)).do_sample
