"""What the models of a plan are: models, their controls, and baselines that look or listen."""

from touchline.models import find_card
from touchline.runs.planning.plan_file import GamePlan, ModelPlan, PlanFile, PromptPlan
from touchline.video import FrameSpec

PROMPT = PromptPlan(name="base.v1", sha256="", source="", schema="events")


def plan(*entries):
    cards = [find_card(entry) for entry in entries]
    models = [
        ModelPlan(card=card.facts(), recipe=FrameSpec(), identity=card.identity()) for card in cards
    ]
    games = (GamePlan(id="g", labels=(), halves=()),)
    return PlanFile(name="p", prompt=PROMPT, games=games, models=tuple(models))


def test_only_what_looks_at_nothing_is_a_null_baseline():
    made = plan("baseline/clock", "baseline/sound", "demo", "demo+blank")
    assert [model.kind for model in made.models] == ["baseline", "sound", "model", "control"]


def test_a_control_belongs_to_the_model_that_it_is_named_after():
    made = plan("demo", "demo+blank", "baseline/comb")
    assert made.control_of("demo+blank") == "demo"
    assert made.control_of("demo") == made.control_of("baseline/comb") == ""


def test_a_control_of_another_name_belongs_to_the_model_of_the_same_weights():
    made = plan("demo", {"use": "demo", "name": "grey", "control": "blank"})
    assert made.control_of("grey") == "demo"
    assert plan("demo+blank").control_of("demo+blank") == ""


def test_the_only_model_of_a_run_may_have_controls():
    assert plan("demo", "demo+blank", "demo+shuffled", "baseline/prior").only_model() == "demo"
