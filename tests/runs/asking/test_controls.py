"""Controls as variants of a benchmark: asked and known apart from the model itself."""

from pathlib import Path

from tests.support.videos import soccernet_folder
from touchline.runs import build_plan, parse_bench
from touchline.runs.planning.question_builder import build_questions
from touchline.video import open_frame_store

BENCH = (
    "data: {root: data}\nmodels: [demo, demo+shuffled, demo+repeated, demo+text-only, demo+blank]\n"
)


def test_each_control_is_a_model_of_its_own(tmp_path: Path) -> None:
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    plan = build_plan(parse_bench(BENCH, "bench.yaml", tmp_path), "bench")
    assert [model.name for model in plan.models][:5] == [
        "demo",
        "demo+shuffled",
        "demo+repeated",
        "demo+text-only",
        "demo+blank",
    ]
    first = {model.name: next(build_questions(plan, model, {})) for model in plan.models[:5]}
    assert len({question.key for question in first.values()}) == 5
    shown = {name: one.request(open_frame_store).read_frames() for name, one in first.items()}
    assert sorted(shown["demo+shuffled"]) == sorted(shown["demo"])
    assert len(set(shown["demo+repeated"])) == 1
    assert shown["demo+text-only"] == []
    assert first["demo+text-only"].messages.text == first["demo"].messages.text
