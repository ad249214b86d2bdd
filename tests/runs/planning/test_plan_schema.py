"""The prompt's schema in `plan.json`, and what files of version 1 mean without it."""

import json

import pytest

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.runs import PlanFile

PLAN = {"name": "old", "games": [], "models": []}


@pytest.mark.parametrize(
    ("name", "schema"),
    [("base.v1", "events"), ("context.v1", "match_context"), ("mine.j2", "events")],
)
def test_a_plan_of_version_1_has_the_schema_that_its_template_had(name, schema):
    prompt = {"name": name, "sha256": "", "source": "What?"}
    plan = PlanFile.model_validate(PLAN | {"prompt": prompt})
    assert plan.prompt.template(SOCCERNET_V2).schema == schema


def test_the_schema_is_written_and_read(tmp_path):
    prompt = {"name": "context.v2", "sha256": "", "source": "What?", "schema": "events"}
    plan = PlanFile.model_validate(PLAN | {"prompt": prompt})
    plan.write(tmp_path)
    written = json.loads((tmp_path / "plan.json").read_text())
    assert written["prompt"]["schema"] == "events"
    assert "answer_schema" not in written["prompt"]
    assert PlanFile.read(tmp_path).prompt.template(SOCCERNET_V2).schema == "events"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"version": 99}, "this touchline reads versions up to 3: update touchline"),
        ({"rates_per_hour": {"Goal": float("nan")}}, "rates_per_hour.Goal is nan"),
        ({"models": [{"card": {"name": "m"}, "recipe": {}}]}, "a card needs 'engine'"),
        (
            {"models": [{"card": {"name": "m", "engine": "e"}, "recipe": {"window_ms": "x"}}]},
            "recipe.window_ms in entry 1 of models is not known",
        ),
        (
            {
                "models": [
                    {
                        "card": {"name": "m", "engine": "e"},
                        "recipe": {"adaptive": {"by": "motion"}},
                    }
                ]
            },
            "adaptive cannot be read: a budget is either 'share' or 'windows'",
        ),
    ],
)
def test_a_plan_that_is_not_one_is_one_sentence(tmp_path, change, sentence):
    plan = PLAN | {"prompt": {"name": "p", "sha256": "", "source": ""}} | change
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    with pytest.raises(UserError, match=sentence) as told:
        PlanFile.read(tmp_path)
    assert "\n" not in str(told.value)
