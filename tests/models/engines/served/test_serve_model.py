"""A model served for others until it is stopped."""

import openai
import pytest

from touchline.errors import UserError
from touchline.models.engines.served import serve_model as serving
from touchline.models.engines.served.serve_model import serve_model


def test_it_says_its_address_when_it_answers_and_stops_when_it_is_interrupted(served_card):
    asked = []

    def ready(address, name):
        client = openai.OpenAI(base_url=address, api_key="none", max_retries=0)
        answer = client.chat.completions.create(
            model=name, messages=[{"role": "user", "content": "hello"}]
        )
        asked.append((address, answer.choices[0].message.content))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serve_model(served_card("good"), ready)
    ((address, content),) = asked
    assert content is not None
    with pytest.raises(openai.APIConnectionError):
        openai.OpenAI(base_url=address, api_key="none", max_retries=0).models.list()


def test_a_server_that_does_not_start_is_one_sentence(served_card):
    with pytest.raises(UserError, match="did not start"):
        serve_model(served_card("dies:no such weights"), lambda address, name: None)


def test_any_card_of_weights_can_be_served_and_an_endpoint_s_cannot():
    assert serving.served_card("demo").engine == "transformers-serve"
    assert serving.served_card("demo", "vllm").engine == "vllm"
    with pytest.raises(UserError, match="'openai' starts no server"):
        serving.served_card("demo", "openai")
