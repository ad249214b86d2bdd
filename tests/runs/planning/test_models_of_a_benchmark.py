"""Models of a benchmark that cannot be asked together: named twice, or retired."""

from pathlib import Path

import pytest

from touchline.errors import UserError
from touchline.runs import build_plan, parse_bench

DATA = 'data: {root: "builtin:demo", halves: [1]}\n'


@pytest.mark.parametrize(
    "models", ["[demo, demo]", "[demo, baseline/sound, demo]", "[{use: demo}, {use: demo}]"]
)
def test_it_is_refused(models: str) -> None:
    bench = parse_bench(f"{DATA}models: {models}\n", "b", Path())
    with pytest.raises(UserError, match=r"models has .*demo.* twice: remove one"):
        build_plan(bench, "b")


def test_a_null_baseline_may_be_named() -> None:
    plan = build_plan(parse_bench(f"{DATA}models: [baseline/random]\n", "b", Path()), "b")
    names = [model.name for model in plan.models]
    assert len(names) == len(set(names))


def test_all_retired_models_are_named() -> None:
    models = "[gemini-1.5-pro, demo, gemini-2.0-flash]"
    bench = parse_bench(f"{DATA}models: {models}\n", "b", Path())
    with pytest.raises(UserError, match=r"model 'gemini-1.5-pro'.*\. model 'gemini-2.0-flash'"):
        build_plan(bench, "b")
