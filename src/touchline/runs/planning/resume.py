"""The plan of a new or an existing run: from a benchmark's file, or from the run's folder."""

import logging
from pathlib import Path

from touchline.errors import UserError
from touchline.runs.config.bench import Bench, read_bench, read_run_bench
from touchline.runs.planning.plan import Plan, build_plan, build_plan_for_games
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.planning.question_index import MADE_OF_RUNS
from touchline.runs.run_folder import RunFolder
from touchline.seal import DamagedFileError

_LOG = logging.getLogger(__name__)


def resume_plan(where: Path, out: Path | None, score_anyway: bool = False) -> tuple[Plan, Path]:
    """The plan of a run, and its folder.

    Args:
        where: a benchmark's file, or the folder of a run.
        out: the run's folder; None takes the folder given, or runs/NAME for a file.
        score_anyway: whether models of low coverage are scored too.

    Raises:
        UserError: no such benchmark or run, or its data, models or prompt cannot be used.
    """
    if where.is_dir():
        if out is not None and out.resolve() != where.resolve():
            raise UserError(f"{where} is the folder of a run: omit --out.")
        stored = _stored(where, f"; its name is {where.resolve().name}")
        if not RunFolder(where).has_questions:
            raise UserError(f"run {where} {MADE_OF_RUNS}.")
        bench = _scored(read_run_bench(where), score_anyway)
        if stored is None:
            return build_plan(bench, where.resolve().name), where
        return _resumed(bench, stored, stops_early=RunFolder(where).stopping.is_file()), where
    folder = out or Path("runs") / where.stem
    bench = _scored(read_bench(where), score_anyway)
    plan = _stored(folder) if RunFolder(folder).is_run else None
    return build_plan(bench, where.stem, {} if plan is None else plan.videos()), folder


def _stored(folder: Path, consequence: str = "") -> PlanFile | None:
    """The plan of a run; None, said in a line, where it is damaged and has to be made again."""
    try:
        return PlanFile.read(folder)
    except DamagedFileError:
        plan = RunFolder(folder).plan
        _LOG.warning("%s was damaged: it is made again from the benchmark%s", plan, consequence)
        return None


def _resumed(bench: Bench, stored: PlanFile, *, stops_early: bool) -> Plan:
    """The plan of a run's folder; its games are those of the plan unless `data` or `task` has
    changed, or only some of the games are planned so far.
    """
    if stops_early or stored.data != bench.data or stored.task != bench.task:
        return build_plan(bench, stored.name, stored.videos())
    games = [game.game() for game in stored.games]
    return build_plan_for_games(bench, stored.name, games, stored.videos())


def _scored(bench: Bench, anyway: bool) -> Bench:
    if not anyway:
        return bench
    scoring = bench.scoring.model_copy(update={"score_anyway": True})
    return bench.model_copy(update={"scoring": scoring})
