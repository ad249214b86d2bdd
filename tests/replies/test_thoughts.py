"""Answers that thought themselves empty, from the response of each protocol to their reading."""

import pytest
from google.genai import types

from tests.replies.damaged_replies import WINDOW
from touchline.games import SOCCERNET_V2
from touchline.models.engines.bedrock import read_converse
from touchline.models.engines.gemini.chat import read_response
from touchline.models.engines.openai.chat import read_completion
from touchline.replies import Outcome, parse_reply


def of_openai():
    message = {"role": "assistant", "content": None, "reasoning_content": "Is that a goal? The"}
    details = {"reasoning_tokens": 512}
    usage = {"prompt_tokens": 9, "completion_tokens": 512, "completion_tokens_details": details}
    choice = {"index": 0, "finish_reason": "length", "message": message}
    return read_completion("k", {"choices": [choice], "usage": usage}, 0.0)


def of_gemini():
    usage = {"promptTokenCount": 9, "thoughtsTokenCount": 509}
    body = {"candidates": [{"finishReason": "MAX_TOKENS"}], "usageMetadata": usage}
    return read_response("k", types.GenerateContentResponse.model_validate(body))


def of_bedrock():
    thought = {"reasoningContent": {"reasoningText": {"text": "Is that a goal? The"}}}
    output = {"message": {"role": "assistant", "content": [thought]}}
    usage = {"inputTokens": 9, "outputTokens": 512}
    return read_converse("k", {"output": output, "stopReason": "max_tokens", "usage": usage}, 0.0)


@pytest.mark.parametrize("answered", [of_openai, of_gemini, of_bedrock])
def test_it_is_truncated_and_the_reason_is_said(answered):
    reply = answered()
    reading = parse_reply(reply.text, reply.finish_reason, WINDOW, SOCCERNET_V2)
    assert (reading.outcome, reading.detections) == (Outcome.TRUNCATED, ())
    assert "used up before an answer began" in reading.note
