"""Controls as variants of a benchmark: asked and known apart from the model itself."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.support.videos import soccernet_folder
from touchline.errors import UserError
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


def test_a_masked_model_is_shown_the_same_frames_without_the_scoreboard(tmp_path: Path) -> None:
    text = 'data: {root: "builtin:demo"}\nmodels: [demo, demo+masked]\n'
    plan = build_plan(parse_bench(text, "bench.yaml", tmp_path), "bench")
    plain, masked = (next(build_questions(plan, model, {})) for model in plan.models[:2])
    assert masked.key != plain.key
    assert masked.presentation.spec.mask
    assert masked.messages == plain.messages
    left, top, width, height = masked.presentation.spec.mask[0]
    seen = [Image.open(BytesIO(one.request(open_frame_store).read_frames()[0])) for one in
            (plain, masked)]  # fmt: skip
    box = (
        round((left + 0.2 * width) * seen[0].width),
        round((top + 0.2 * height) * seen[0].height),
        round((left + 0.8 * width) * seen[0].width),
        round((top + 0.8 * height) * seen[0].height),
    )
    bright, dark = (max(high for _, high in one.crop(box).getextrema()) for one in seen)
    assert dark < 40 < bright


def test_a_control_that_would_change_nothing_is_refused(tmp_path: Path) -> None:
    soccernet_folder(tmp_path / "data")
    text = "data: {root: data}\nmodels: [demo+masked]\n"
    plan = build_plan(parse_bench(text, "bench.yaml", tmp_path), "bench")
    with pytest.raises(UserError, match=r"nothing stays in the picture|key frames"):
        next(build_questions(plan, plan.models[0], {}))
