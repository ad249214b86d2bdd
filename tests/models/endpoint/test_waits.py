"""How long to wait, as endpoints say it, and as broken ones do."""

import pytest

from touchline.models.endpoint.http_errors import (
    ErrorResponse,
    classify_body_error,
    classify_response,
)
from touchline.models.endpoint.rate_limiting.faults import FaultKind
from touchline.models.endpoint.waits import LONGEST_WAIT_S, reset_s, retry_after_s

NOW = 1_795_000_000.0
PASSED_ON = '{"error": {"message": "User location is not supported for the API use."}}'


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("1000000000000", LONGEST_WAIT_S),
        ("inf", LONGEST_WAIT_S),
        ("1e400", LONGEST_WAIT_S),
        ("nan", None),
        ("-5", None),
        ("-inf", None),
        ("0", None),
        ("Wed, 18 Nov 2026 11:06:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT_S),
        ("Mon, 01 Jan 0001 00:00:00 +2359", None),
        ("Wed, 99 Foo 99999 99:99:99 GMT", None),
        ("5, 10", None),
        ("²", None),
        ("later", None),
        ("", None),
    ],
)
def test_no_retry_after_crashes_or_lasts_for_ever(value, seconds):
    assert retry_after_s({"retry-after": value}, {}, NOW) == seconds
    fault = classify_response(ErrorResponse(429, {"retry-after": value}, {"error": "busy"}), NOW)
    assert fault.kind in (FaultKind.BUSY, FaultKind.LATER)
    assert fault.until_s is None or NOW < fault.until_s <= NOW + LONGEST_WAIT_S


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [
        ("32s", 32.0),
        ("0.5s", 0.5),
        ("1.2.3s", None),
        ("s", None),
        ("-3s", None),
        ("99999999999999s", LONGEST_WAIT_S),
        ({"seconds": 9, "nanos": 1}, 9.0),
        ({"seconds": "x"}, None),
        ([], None),
        (None, None),
    ],
)
def test_google_s_retry_info(delay, seconds):
    error = {"details": [{"@type": "RetryInfo", "retryDelay": delay}]}
    assert retry_after_s({}, error, NOW) == seconds


@pytest.mark.parametrize("value", ["1e30", "inf", "9" * 40])
def test_a_reset_is_at_most_a_day_away(value):
    assert reset_s({"x-ratelimit-reset": value}, {}, NOW) == NOW + LONGEST_WAIT_S


@pytest.mark.parametrize("value", ["-1", "nan", "soon", "12", None])
def test_a_reset_that_is_none(value):
    assert reset_s({"x-ratelimit-reset": value}, {}, NOW) is None


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": {"code": "rate_limit_exceeded", "message": "slow down"}}, FaultKind.BUSY),
        ({"error": {"code": "context_length_exceeded", "message": ""}}, FaultKind.SMALLER),
        ({"error": {"code": "²", "message": "odd"}}, FaultKind.AGAIN),
        ({"error": {"code": {"a": 1}, "message": "odd"}}, FaultKind.AGAIN),
        ({"error": {"code": 99999999, "message": "odd"}}, FaultKind.AGAIN),
        ({"error": {"code": None}}, FaultKind.AGAIN),
        ({"error": "At most 4 images are allowed"}, FaultKind.SMALLER),
        ({"object": "error", "message": "at most 4 images", "code": 400}, FaultKind.SMALLER),
        ({"choices": [{"error": {"code": 429, "message": "x"}}]}, FaultKind.BUSY),
        ({"error": {"code": 401, "message": "no"}}, FaultKind.HOPELESS),
        ({"error": {"message": "x", "metadata": {"raw": PASSED_ON}}}, FaultKind.HOPELESS),
    ],
)  # fmt: skip
def test_errors_in_the_body_of_a_200(body, kind):
    assert classify_body_error(ErrorResponse(200, {}, body), NOW).kind is kind


@pytest.mark.parametrize("depth", [5, 200, 100_000])
def test_a_body_of_any_depth_is_read(depth):
    text = '{"error": ' * depth + "1" + "}" * depth
    assert classify_response(ErrorResponse(400, {}, text), NOW).kind is FaultKind.NEVER
