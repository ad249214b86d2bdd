"""What an earlier run claims, as moments for a later one to look at more closely."""

from dataclasses import replace
from pathlib import Path

from touchline.errors import UserError
from touchline.models import AdaptiveSettings
from touchline.runs.loaded import load_run
from touchline.video import Claimed, Recipe


def with_earlier_claims(recipe: Recipe, adaptive: AdaptiveSettings | None) -> Recipe:
    """A recipe whose budget knows what the earlier run claims, where it is spent by one.

    Args:
        recipe: of the model.
        adaptive: its budget as the user wrote it.

    Raises:
        UserError: the earlier run is not finished, or it is not clear which of its models is meant.
    """
    if recipe.adaptive is None or adaptive is None or adaptive.run is None:
        return recipe
    claimed = earlier_claims(Path(adaptive.run), adaptive.model)
    return replace(recipe, adaptive=replace(recipe.adaptive, moments=claimed))


def earlier_claims(folder: Path, model: str | None) -> tuple[Claimed, ...]:
    """All spots of one model of a finished run, in order.

    Args:
        folder: the run.
        model: its name; None where the run has one only, null baselines aside.

    Raises:
        UserError: as `with_earlier_claims`.
    """
    run = load_run(folder)
    names = [name for name, kind in run.kinds.items() if kind != "baseline"]
    if model is None and len(names) != 1:
        raise UserError(
            f"say which model proposes with sampling.adaptive.model: run {folder} has "
            f"{', '.join(run.kinds)}."
        )
    name = model or names[0]
    if name not in run.models:
        raise UserError(f"run {folder} has no model '{name}' (sampling.adaptive.model).")
    return tuple(
        sorted(
            (game, spot.half, spot.position_ms, round(spot.confidence, 6))
            for game, spots in run.models[name].items()
            for spot in spots
        )
    )
