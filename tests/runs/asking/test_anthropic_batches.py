import pytest

from tests.support.anthropic_api import FakeAnthropic
from tests.support.videos import soccernet_folder
from touchline.errors import ComeBackLater
from touchline.models import Reply
from touchline.replies import read_records
from touchline.runs import build_plan, parse_bench, run
from touchline.runs.cost.engine_factory import EngineFactory

pytest.importorskip("anthropic", reason="anthropic is not installed: pip install '.[anthropic]'")


@pytest.fixture
def endpoint(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-not-a-real-key")
    with FakeAnthropic() as serving:
        yield serving


@pytest.fixture
def go(tmp_path, endpoint):
    """Runs the benchmark, as often as wanted."""
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    bench = (
        "data: {root: data}\nmodels: [{name: c, engine: anthropic, model: claude-haiku-5-5, "
        "system_prompt: Watch., structured: json_schema, "
        f"price: {{input: 100, output: 1000, date: 2026-11-01}}, base_url: '{endpoint.url}'}}]\n"
        "sampling: {fps: 5, window: 1, stride: 1}\n"
    )
    plan = build_plan(parse_bench(bench, "b", tmp_path), "b")

    def start():
        spending = EngineFactory(plan, tmp_path / "run", batch=True)
        return run(plan, tmp_path / "run", lambda *_: None, None, spending)

    return start


def test_a_batch_carries_frames_and_settings_and_comes_back_at_half_the_price(
    go, endpoint, tmp_path
):
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
    replies = [record.answer for record in read_records(tmp_path / "run/replies/c")]
    assert all(isinstance(reply, Reply) for reply in replies)
    assert len({reply.key for reply in replies}) == len(replies) == 8
    assert {reply.cost_usd for reply in replies} == {(700 * 100 + 5 * 1000) / 1e6 / 2}


def test_a_batch_whose_id_was_lost_is_found_when_it_has_ended(go, endpoint, tmp_path):
    with pytest.raises(ComeBackLater):
        go()
    (shard,) = (tmp_path / "run/batches/c").glob("*.json")
    (batch,) = endpoint.batches
    shard.write_text(shard.read_text().replace(f'"{batch}"', "null"))
    with pytest.raises(ComeBackLater, match="only then is it known whose they are"):
        go()
    assert list(endpoint.batches) == [batch]
    endpoint.finish(batch)
    go()
    assert len(endpoint.requests) == 1
    assert len([*read_records(tmp_path / "run/replies/c")]) == 8
