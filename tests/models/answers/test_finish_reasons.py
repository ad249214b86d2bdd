"""What finish reasons mean."""

import boto3
import pytest
from google.genai import types

from touchline.models import Ending, ending_of
from touchline.models.answers.finish_reasons import _BY_PROTOCOL


@pytest.mark.parametrize(
    ("reason", "ending"),
    [
        ("stop", Ending.COMPLETE),
        ("STOP", Ending.COMPLETE),
        ("tool_calls", Ending.COMPLETE),
        ("length", Ending.TRUNCATED),
        ("MAX_TOKENS", Ending.TRUNCATED),
        ("model_length", Ending.TRUNCATED),
        ("OTHER", Ending.TRUNCATED),
        ("malformed_response", Ending.TRUNCATED),
        ("malformed_model_output", Ending.TRUNCATED),
        ("model_context_window_exceeded", Ending.TRUNCATED),
        ("content-filter", Ending.REFUSED),
        ("FinishReason_SAFETY", Ending.REFUSED),
        ("error", Ending.FAILED),
        ("Abort", Ending.FAILED),
        ("network_error", Ending.FAILED),
        ("upstream_error_502", Ending.FAILED),
        ("input_blocked_by_policy", Ending.REFUSED),
        ("context_limit_reached", Ending.TRUNCATED),
        (None, None),
        ("", None),
        ("FINISH_REASON_UNSPECIFIED", None),
        ("7", None),
        ("unheard_of", None),
    ],
)
def test_reasons_of_all_protocols_and_unknown_ones(
    reason: str | None, ending: Ending | None
) -> None:
    assert ending_of(reason) is ending


def test_no_reason_means_two_things() -> None:
    seen: dict[str, Ending] = {}
    for endings in _BY_PROTOCOL.values():
        for ending, reasons in endings.items():
            for reason in reasons.split():
                assert seen.setdefault(reason, ending) is ending, reason


def test_every_reason_of_the_installed_libraries_is_in_the_table() -> None:
    gemini = [one.value for one in types.FinishReason if "UNSPECIFIED" not in one.value]
    client = boto3.client(
        "bedrock-runtime",
        region_name="us-east-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
    )
    converse = client.meta.service_model.operation_model("Converse").output_shape
    bedrock = converse.members["stopReason"].enum
    unknown = [one for one in [*gemini, *bedrock] if ending_of(one) is None]
    assert unknown == []
