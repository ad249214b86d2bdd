"""What a batch says of a request that failed is shown without secrets, and in one short clause."""

import pytest

from touchline.errors import UserError
from touchline.models import Failure, find_card
from touchline.models.api_keys import protect
from touchline.models.batch.anthropic import AnthropicBatches
from touchline.models.batch.gemini import GeminiBatches
from touchline.models.batch.openai import OpenAIBatches
from touchline.models.batch.types import BatchStatus
from touchline.runs.asking.batch_engine import BatchEngine

SECRET = "sk-a-secret-that-an-endpoint-repeats"
SAID = f"Incorrect API key provided: {SECRET}" + " and so on" * 200


def batches(engine, kind):
    card = find_card({"name": "x", "engine": engine, "model": "m"})
    return kind(card, None)


@pytest.mark.parametrize(
    ("service", "line"),
    [
        (("openai", OpenAIBatches), {"custom_id": "k", "error": {"message": SAID}}),
        (
            ("openai", OpenAIBatches),
            {"custom_id": "k", "response": {"status_code": 401, "body": {"error": SAID}}},
        ),
        (
            ("openai", OpenAIBatches),
            {"custom_id": "k", "response": {"status_code": 200, "body": {"error": SAID}}},
        ),
        (("gemini", GeminiBatches), {"key": "k", "error": {"message": SAID}}),
        (
            ("anthropic", AnthropicBatches),
            {
                "custom_id": "k",
                "result": {"type": "errored", "error": {"error": {"message": SAID}}},
            },
        ),
    ],
)
def test_a_failure_of_a_batch_names_no_secret(service, line):
    protect(SECRET)
    failure = batches(*service)._answer(line)
    assert isinstance(failure, Failure)
    assert SECRET not in failure.message
    assert "Incorrect API key" in failure.message
    assert len(failure.message) < 520


def test_a_refused_batch_names_no_secret():
    protect(SECRET)

    class Service:
        name = "the batch API"

    engine = BatchEngine.__new__(BatchEngine)
    engine._service = Service()
    with pytest.raises(UserError) as refused:
        engine._raise_refused(BatchStatus(True, refused=SAID))
    assert SECRET not in str(refused.value)
    assert "[key]" in str(refused.value)
