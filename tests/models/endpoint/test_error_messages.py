"""Messages of real endpoints: those that the table was written from, and those that it was not."""

from pathlib import Path

import pytest
import yaml

from touchline.models.endpoint.http_errors import ErrorResponse, classify_response

FILE = Path(__file__).with_name("data") / "error_messages.yaml"
MESSAGES = yaml.safe_load(FILE.read_text("utf-8"))


@pytest.mark.parametrize("part", ["seen", "unseen"])
def test_every_message_is_understood(part):
    wrong = []
    for status, ends, said, source in MESSAGES[part]:
        error = said if isinstance(said, dict) else {"message": said}
        found = classify_response(ErrorResponse(status, {}, {"error": error}), 1.8e9).kind.value
        if found != ends:
            wrong.append((found, ends, said, source))
    assert wrong == []


def test_the_two_parts_share_no_message():
    seen, unseen = ({str(one[2]) for one in MESSAGES[part]} for part in ("seen", "unseen"))
    assert not seen & unseen
    assert min(len(seen), len(unseen)) > 50
