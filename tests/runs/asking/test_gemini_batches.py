import base64

import pytest

from tests.support.gemini_batches import GeminiBatchEndpoint
from tests.support.videos import soccernet_folder
from touchline.errors import ComeBackLater, UserError
from touchline.models import Reply, find_card
from touchline.models.batch.services import make_batch_service
from touchline.replies import read_records
from touchline.runs import build_plan, parse_bench, run
from touchline.runs.cost.engine_factory import EngineFactory

pytest.importorskip("google.genai", reason="google-genai is not installed")


@pytest.fixture
def endpoint(monkeypatch):
    monkeypatch.setenv("GEMINI_API_KEY", "AIza-not-a-real-key")
    with GeminiBatchEndpoint() as serving:
        yield serving


@pytest.fixture
def go(tmp_path, endpoint):
    """Runs the benchmark, as often as wanted."""
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    bench = (
        "data: {root: data}\nmodels: [{name: g, engine: gemini, model: gemini-2.5-flash, "
        "frames_as: images, system_prompt: Watch., structured: json_schema, "
        f"price: {{input: 100, output: 1000, date: 2026-11-01}}, base_url: '{endpoint.url}'}}]\n"
        "sampling: {fps: 5, window: 1, stride: 1}\n"
    )
    plan = build_plan(parse_bench(bench, "b", tmp_path), "b")

    def start():
        spending = EngineFactory(plan, tmp_path / "run", batch=True)
        return run(plan, tmp_path / "run", lambda *_: None, None, spending)

    return start


def test_a_gemini_batch_carries_frames_and_settings_and_comes_back(go, endpoint, tmp_path):
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
    replies = [record.answer for record in read_records(tmp_path / "run/replies/g")]
    assert all(isinstance(reply, Reply) for reply in replies)
    assert len({reply.key for reply in replies}) == len(replies) == 8
    assert {reply.cost_usd for reply in replies} == {(900 * 100 + 5 * 1000) / 1e6 / 2}
    assert {endpoint.names[name] for name in endpoint.files} == {"output"}


def test_a_batch_that_was_made_but_not_written_down_is_found_by_its_name(go, endpoint, tmp_path):
    with pytest.raises(ComeBackLater):
        go()
    (shard,) = (tmp_path / "run/batches/g").glob("*.json")
    (batch,) = endpoint.batches
    shard.write_text(shard.read_text().replace(f'"{batch}"', "null"))
    with pytest.raises(ComeBackLater, match="1 batch is pending"):
        go()
    assert list(endpoint.batches) == [batch]


def test_halves_as_videos_do_not_go_into_batches():
    card = find_card({"name": "g", "engine": "gemini", "model": "gemini-2.5-flash"})
    with pytest.raises(UserError, match="write 'frames_as: images'"):
        make_batch_service(card)
