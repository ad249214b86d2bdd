"""What a changed benchmark asks anew, model by model, and why."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.runs.cost.estimate import Estimate
from touchline.runs.planning.plan import Plan, PlannedModel, plan_file
from touchline.runs.planning.plan_file import ModelPlan, PlanFile
from touchline.runs.run_folder import RunFolder
from touchline.text import counted


def asked_anew(plan: Plan, folder: Path, estimates: Sequence[Estimate]) -> list[str]:
    """Which answers of a run a benchmark keeps, a sentence for each model that asks some anew.

    Args:
        plan: the benchmark as it is now.
        folder: of the run; where it was not started, there is nothing to say.
        estimates: of the benchmark.

    Returns:
        Such as "demo: 40 windows kept, 40 to ask (sampling.stride changed)".
    """
    if not RunFolder(folder).is_run:
        return []
    try:
        before = PlanFile.read(folder)
    except UserError:  # it is made again, and said so
        return []
    now = plan_file(plan)
    stored = {model.name: model for model in before.models}
    common = list(_of_all(before, now))
    left = {one.model: (one.answered, one.windows - one.answered) for one in estimates}
    found = []
    for model in plan.models:
        kept, to_ask = left.get(model.name, (0, 0))
        if not to_ask:
            continue
        old = stored.get(model.name)
        if old is None:
            found.append(f"{model.name}: {counted(to_ask, 'window')} to ask (new in the benchmark)")
        elif why := [*common, *_of_model(before, old, model)]:
            found.append(
                f"{model.name}: {counted(kept, 'window')} kept, {to_ask:,} to ask "
                f"({', '.join(why)} changed)"
            )
    return found


_OF_QUESTIONS = ("generation", "system_prompt", "prompt_prefix", "text_first", "memory", "control")
"""Fields of a card that its questions depend on, besides the identity of its model."""


def _of_all(before: PlanFile, now: PlanFile) -> Iterator[str]:
    """What changed for all models: the games, and their videos."""
    old, new = (
        {(game.id, half.number): half.fingerprint for game in plan.games for half in game.halves}
        for plan in (before, now)
    )
    if new.keys() - old.keys():
        yield "data"
    if any(old[half] != new[half] for half in old.keys() & new.keys()):
        yield "videos"


def _of_model(before: PlanFile, old: ModelPlan, model: PlannedModel) -> Iterator[str]:
    """What changed for one model, by the names of settings."""
    specs = (old.recipe.model_dump(mode="json"), model.recipe.model_dump(mode="json"))
    yield from (f"sampling.{name}" for name in _differing(*specs))
    if before.prompt_of(old).sha256 != model.template.sha256:
        yield "prompt"
    yield from _differing(old.identity, model.identity)
    facts = model.card.facts()
    for name in _OF_QUESTIONS:
        was, is_now = old.card.get(name), facts.get(name)
        if isinstance(was, Mapping) and isinstance(is_now, Mapping):
            yield from (f"{name}.{one}" for one in _differing(was, is_now))
        elif was != is_now:
            yield name


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [name for name in {**old, **new} if old.get(name) != new.get(name)]
