"""A plan for a run that may be there already: from a benchmark's file, or from the run's folder."""

from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.games import Game, Label
from touchline.runs.config.bench import Bench, read_bench
from touchline.runs.planning.plan import Plan, build_plan, build_plan_for_games
from touchline.runs.planning.planned import planned_halves
from touchline.runs.planning.planned_videos import videos_of
from touchline.runs.run_folder import is_run, read_plan


def resume_plan(where: Path, out: Path | None, score_anyway: bool = False) -> tuple[Plan, Path]:
    """The plan of a run, and its folder.

    Args:
        where: a benchmark's file, or the folder of a run.
        out: the run's folder; None takes the folder given, or runs/NAME for a file.
        score_anyway: whether models of little coverage are scored too.

    Raises:
        UserError: no such benchmark or run, or data, models or prompt are not what it says.
    """
    if where.is_dir():
        if out is not None and out.resolve() != where.resolve():
            raise UserError(f"{where} is a run's own folder: leave --out away.")
        facts = read_plan(where)
        if not (where / "questions").is_dir():
            raise UserError(f"run {where} was made from other runs: there is nothing to ask.")
        bench = _scored(read_bench(where / "bench.yaml"), score_anyway)
        return _resumed(bench, facts), where
    folder = out or Path("runs") / where.stem
    bench = _scored(read_bench(where), score_anyway)
    known = videos_of(read_plan(folder)) if is_run(folder) else {}
    return build_plan(bench, where.stem, known), folder


def _resumed(bench: Bench, facts: dict[str, Any]) -> Plan:
    """The plan of a run's folder; its games are those of the plan unless the data were changed."""
    known = videos_of(facts)
    if facts.get("data") != bench.data.model_dump(mode="json"):
        return build_plan(bench, facts["name"], known)
    halves = planned_halves(facts)
    games = [
        Game(
            id=game["id"],
            halves=tuple(halves[game["id"], half["number"]] for half in game["halves"]),
            labels=_labels(game["labels"]),
        )
        for game in facts["games"]
    ]
    return build_plan_for_games(bench, facts["name"], games, known)


def _labels(labels: list[dict[str, Any]] | None) -> tuple[Label, ...] | None:
    return None if labels is None else tuple(Label(**values) for values in labels)


def _scored(bench: Bench, anyway: bool) -> Bench:
    if not anyway:
        return bench
    scoring = bench.scoring.model_copy(update={"min_coverage": 0.0})
    return bench.model_copy(update={"scoring": scoring})
