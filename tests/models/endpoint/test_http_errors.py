"""Errors as the endpoints word them, and what is done about each."""

import pytest

from touchline.models.endpoint.http_errors import (
    ErrorResponse,
    classify_body_error,
    classify_response,
)
from touchline.models.endpoint.rate_limiting.faults import FaultKind

NOW = 1_795_000_000.0
FREE_DAY = {
    "message": "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000",
    "code": 429,
    "metadata": {"headers": {"X-RateLimit-Limit": "50", "X-RateLimit-Reset": "1795046400000"}},
}
GEMINI_DAY = [{"error": {"code": 429, "message": "You exceeded your current quota, please check "
    "your plan and billing details", "status": "RESOURCE_EXHAUSTED", "details": [
        {"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},
        {"retryDelay": "32s"}]}}]  # fmt: skip
VLLM_IMAGES = "At most 8 image(s) may be provided in one prompt."
VLLM_LONG = "This model's maximum context length is 2048 tokens. However, you requested 9000"
OLLAMA_LONG = "input length exceeds maximum context length"
LLAMA_LONG = "the request exceeds the available context size. try increasing it"
NEWER = {"message": "Unsupported parameter: 'max_tokens'", "code": "unsupported_parameter"}
NO_MONEY = {"message": "You exceeded your current quota", "code": "insufficient_quota"}


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (429, {"message": "Rate limit reached for requests per min"}, FaultKind.BUSY),
        (429, {"message": "temporarily rate-limited upstream"}, FaultKind.BUSY),
        (503, {"message": "The model is overloaded"}, FaultKind.BUSY),
        (529, "overloaded", FaultKind.BUSY),
        (500, {"message": "Internal server error"}, FaultKind.AGAIN),
        (502, "<html>Bad Gateway</html>", FaultKind.AGAIN),
        (408, {"message": "timed out"}, FaultKind.AGAIN),
        (429, FREE_DAY, FaultKind.LATER),
        (400, {"message": VLLM_IMAGES}, FaultKind.SMALLER),
        (400, {"message": VLLM_LONG}, FaultKind.SMALLER),
        (400, OLLAMA_LONG, FaultKind.SMALLER),
        (400, {"message": LLAMA_LONG}, FaultKind.SMALLER),
        (413, "Payload Too Large", FaultKind.SMALLER_IMAGES),
        (400, {"message": "Invalid image data"}, FaultKind.NEVER),
        (403, {"message": "Your input was flagged by moderation"}, FaultKind.NEVER),
        (401, {"message": "Incorrect API key provided"}, FaultKind.HOPELESS),
        (402, {"message": "This request requires more credits"}, FaultKind.TEMPORARY),
        (429, NO_MONEY, FaultKind.TEMPORARY),
        (404, {"message": "No endpoints found for model"}, FaultKind.HOPELESS),
        (400, NEWER, FaultKind.HOPELESS),
        (400, {"message": "API key not valid. Please pass a valid one."}, FaultKind.HOPELESS),
    ],
)
def test_errors_are_sorted_by_what_is_to_be_done(status, error, kind):
    assert classify_response(ErrorResponse(status, {}, {"error": error}), NOW).kind is kind
    in_body = {"error": error if isinstance(error, str) else {**error, "code": status}}
    if not isinstance(error, str) and error.get("code") in (None, 429):
        assert classify_body_error(ErrorResponse(200, {}, in_body), NOW).kind is kind


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Wed, 18 Nov 2026 11:07:00 GMT"}, 20.0),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_in_all_its_forms(headers, seconds):
    fault = classify_response(ErrorResponse(429, headers, {"error": "busy"}), NOW)
    assert (fault.kind, fault.after_s) == (FaultKind.BUSY, seconds)


def test_a_spent_day_says_until_when():
    assert (
        classify_response(ErrorResponse(429, {}, {"error": FREE_DAY}), NOW).until_s == 1_795_046_400
    )
    gemini = classify_response(ErrorResponse(429, {}, GEMINI_DAY), NOW)
    assert (gemini.kind, gemini.until_s, gemini.after_s) == (FaultKind.LATER, None, 32.0)
    long = classify_response(ErrorResponse(429, {"retry-after": "4000"}, {"error": "quota"}), NOW)
    assert (long.kind, long.until_s) == (FaultKind.LATER, NOW + 4000)


@pytest.mark.parametrize("body", ["", "nonsense", None, [], {}, {"error": {}}, 7, {"detail": "x"}])
def test_any_body_can_be_sorted(body):
    assert classify_response(ErrorResponse(500, {}, body), NOW).kind is FaultKind.AGAIN


def test_gateways_seem_to_be_away_and_a_bad_question_does_not():
    assert classify_response(ErrorResponse(502, {}, ""), NOW).is_down
    assert not classify_response(ErrorResponse(500, {}, ""), NOW).is_down
    assert not classify_body_error(ErrorResponse(200, {}, {"error": {"code": 502}}), NOW).is_down


@pytest.mark.parametrize(
    "said",
    [
        "Too many requests",
        "Too many requests, please wait.",
        "Too many tokens, rate limited",
        "Number of request tokens has exceeded your per-minute rate limit.",
    ],
)
def test_many_requests_in_the_body_of_a_200_are_not_too_many_tokens(said):
    fault = classify_body_error(ErrorResponse(200, {}, {"error": {"message": said}}), NOW)
    assert fault.kind in (FaultKind.AGAIN, FaultKind.BUSY)
