"""The spots of an earlier run, as moments that a later run samples more closely."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from touchline.errors import UserError
from touchline.runs.results.run_results import load_run
from touchline.video import (
    AdaptiveSettings,
    FrameSpec,
    Moment,
    PlannedAdaptive,
    PriorSpot,
    decisive_moments,
    window_spans,
)


def with_prior_spots(spec: FrameSpec, adaptive: AdaptiveSettings | None) -> FrameSpec:
    """A spec with the spots of the earlier run, if its budget of windows is chosen by one.

    Args:
        spec: of the model.
        adaptive: its budget as the user wrote it.

    Raises:
        UserError: the earlier run is not finished, or has several models and none is named.
    """
    if spec.adaptive is None or adaptive is None or adaptive.run is None:
        return spec
    spots = prior_spots(Path(adaptive.run), adaptive.model, spec)
    budget = spec.adaptive
    planned = PlannedAdaptive(
        by=budget.by, share=budget.share, windows=budget.windows, moments=spots
    )
    return spec.model_copy(update={"adaptive": planned})


def prior_spots(folder: Path, model: str | None, spec: FrameSpec) -> tuple[PriorSpot, ...]:
    """The spots of one model of a finished run that decide which windows are asked, in order.

    Spots that cannot change the choice are left out: all of them are written to the plan of the
    later run, and a model may report very many.

    Args:
        folder: the run.
        model: its name; None if the run has only one, baselines and controls aside.
        spec: with windows and the budget.

    Raises:
        UserError: as `with_prior_spots`.
    """
    run = load_run(folder)
    names = [name for name in run.models if run.kinds[name] == "model"]
    if model is None and len(names) != 1:
        raise UserError(
            f"name a model of run {folder} with sampling.adaptive.model: it has "
            f"{', '.join(run.models)}."
        )
    name = model or names[0]
    if name not in run.models:
        raise UserError(f"run {folder} has no model '{name}' (sampling.adaptive.model).")
    found: list[PriorSpot] = []
    for (game, half), length_ms in run.half_ms.items():
        spots = [spot for spot in run.models[name].get(game, ()) if spot.half == half]
        moments = [Moment(spot.position_ms, round(spot.confidence, 6)) for spot in spots]
        found += [
            (game, half, one.time_ms, one.strength) for one in _decisive(moments, length_ms, spec)
        ]
    return tuple(sorted(found))


def _decisive(moments: Sequence[Moment], length_ms: int, spec: FrameSpec) -> Iterable[Moment]:
    centres = [(start + end) // 2 for start, end in window_spans(length_ms, spec)]
    budget = spec.adaptive.budget(len(centres)) if spec.adaptive else len(centres)
    return decisive_moments(centres, moments, budget).values()
