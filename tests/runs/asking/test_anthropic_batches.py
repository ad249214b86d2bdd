import pytest

from tests.support.anthropic_api import FakeAnthropic
from tests.support.batch_runs import WINDOWS, BatchRun
from touchline.errors import ComeBackLater

pytest.importorskip("anthropic", reason="anthropic is not installed: pip install '.[anthropic]'")


@pytest.fixture
def endpoint(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-not-a-real-key")
    with FakeAnthropic() as serving:
        yield serving


@pytest.fixture
def go(tmp_path, endpoint):
    """Runs the benchmark, as often as wanted."""
    return BatchRun(
        tmp_path,
        "engine: anthropic, model: claude-haiku-5-5, system_prompt: Watch., "
        f"structured: json_schema, base_url: '{endpoint.url}'",
    )


def test_a_batch_carries_frames_and_settings_and_comes_back_at_half_the_price(go, endpoint):
    with pytest.raises(ComeBackLater, match="8 windows submitted now"):
        go()
    (batch,) = endpoint.batches
    asked = endpoint.requests[batch][0]["params"]
    *images, text = asked["messages"][0]["content"]
    assert [image["type"] for image in images] == ["image"] * 5
    assert "frames" in text["text"]
    assert asked["system"] == "Watch."
    assert asked["output_config"]["format"]["type"] == "json_schema"
    with pytest.raises(ComeBackLater, match="1 batch is pending"):
        go()
    assert len(endpoint.batches) == 1

    endpoint.finish(batch, failing={3})
    with pytest.raises(ComeBackLater, match="1 window submitted now"):
        go()
    assert endpoint.deleted == [batch]
    endpoint.finish([*endpoint.batches][-1])
    go()
    assert go.is_answered_at((700 * 100 + 5 * 1000) / 1e6 / 2)


def test_a_batch_whose_id_was_lost_is_found_when_it_has_ended(go, endpoint):
    with pytest.raises(ComeBackLater):
        go()
    (batch,) = endpoint.batches
    go.forget_batch(batch)
    with pytest.raises(ComeBackLater, match="only then is it known whose they are"):
        go()
    assert list(endpoint.batches) == [batch]
    endpoint.finish(batch)
    go()
    assert len(endpoint.requests) == 1
    assert len(go.records()) == WINDOWS
