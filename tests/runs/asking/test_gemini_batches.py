import base64

import pytest

from tests.support.batch_runs import BatchRun
from tests.support.gemini_batches import GeminiBatchEndpoint
from touchline.errors import ComeBackLater, UserError
from touchline.models import find_card
from touchline.models.batch.services import make_batch_service

pytest.importorskip("google.genai", reason="google-genai is not installed")


@pytest.fixture
def endpoint(monkeypatch):
    monkeypatch.setenv("GEMINI_API_KEY", "AIza-not-a-real-key")
    with GeminiBatchEndpoint() as serving:
        yield serving


@pytest.fixture
def go(tmp_path, endpoint):
    """Runs the benchmark, as often as wanted."""
    return BatchRun(
        tmp_path,
        "engine: gemini, model: gemini-2.5-flash, frames_as: images, system_prompt: Watch., "
        f"structured: json_schema, base_url: '{endpoint.url}'",
    )


def test_a_gemini_batch_carries_frames_and_settings_and_comes_back(go, endpoint):
    with pytest.raises(ComeBackLater, match="8 windows submitted now"):
        go()
    (batch,) = endpoint.batches
    asked = endpoint.lines(batch)[0]["request"]
    *images, text = asked["contents"][0]["parts"]
    assert [image["inlineData"]["mimeType"] for image in images] == ["image/jpeg"] * 5
    assert base64.b64decode(images[0]["inlineData"]["data"]).startswith(b"\xff\xd8")
    assert "frames" in text["text"]
    assert asked["systemInstruction"] == {"parts": [{"text": "Watch."}]}
    assert asked["generationConfig"]["maxOutputTokens"] == 256
    assert asked["generationConfig"]["responseMimeType"] == "application/json"
    with pytest.raises(ComeBackLater, match="1 batch is pending"):
        go()
    assert len(endpoint.batches) == 1

    endpoint.finish(batch, failing={3})
    with pytest.raises(ComeBackLater, match="1 window submitted now"):
        go()
    endpoint.finish([*endpoint.batches][-1])
    go()
    assert go.is_answered_at((900 * 100 + 5 * 1000) / 1e6 / 2)
    assert {endpoint.names[name] for name in endpoint.files} == {"output"}


def test_a_batch_that_was_made_but_not_written_down_is_found_by_its_name(go, endpoint):
    with pytest.raises(ComeBackLater):
        go()
    (batch,) = endpoint.batches
    go.forget_batch(batch)
    with pytest.raises(ComeBackLater, match="1 batch is pending"):
        go()
    assert list(endpoint.batches) == [batch]


def test_halves_as_videos_do_not_go_into_batches():
    card = find_card({"name": "g", "engine": "gemini", "model": "gemini-2.5-flash"})
    with pytest.raises(UserError, match="write 'frames_as: images'"):
        make_batch_service(card)
