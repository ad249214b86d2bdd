"""A half is decoded once, however many models look at it and however its questions come."""

from pathlib import Path

import pytest

from tests.support.scripted import Scripted
from tests.support.videos import soccernet_folder
from touchline.runs import build_plan, parse_bench, run
from touchline.video.frame_store import writer as build

BENCH = """
data: {{root: {root}}}
models:
  - {{name: coarse, engine: openai, model: m, base_url: "http://127.0.0.1:9/v1",
      sampling: {{fps: 2, window: 2, stride: 2}}, memory: {memory}}}
  - {{name: fine, engine: openai, model: m, base_url: "http://127.0.0.1:9/v1",
      sampling: {{fps: 5, window: 1, stride: 0.5}}}}
  - {{name: spread, engine: openai, model: m, base_url: "http://127.0.0.1:9/v1",
      sampling: {{frames: 3, window: 2, stride: 1}}}}
"""


@pytest.mark.parametrize("memory", [0, 2])
def test_three_models_of_three_rates_share_one_decoding(tmp_path, monkeypatch, memory):
    root = soccernet_folder(tmp_path / "data")
    log = tmp_path / "asked.txt"
    passes = []
    decode = build.decode_jpegs
    monkeypatch.setenv("TOUCHLINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(build, "decode_jpegs", lambda *a: passes.append(a[0].name) or decode(*a))
    monkeypatch.setattr(build, "AHEAD_FRAMES", 2)
    monkeypatch.setattr("touchline.runs.execute.load_engine", lambda *_: Scripted(log))
    text = BENCH.format(root=root, memory=memory)
    result = run(
        build_plan(parse_bench(text, "b", Path()), "test"), tmp_path / "run", lambda *_: None
    )
    assert {row.coverage for row in result.finished.rows} == {1.0}
    assert len(set(log.read_text().splitlines())) > 20
    assert sorted(passes) == ["1_224p.mkv", "2_224p.mkv"]
    kept = sorted((tmp_path / "cache" / "frames").iterdir())
    assert [one.suffix for one in kept] == [".frames", ".frames"]
