"""The section of single games: scores by game, and which differences are significant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from touchline.report.data import ReportData
from touchline.report.row import Row
from touchline.report.sections.section import ReportSection, SectionInput, own_template
from touchline.report.sections.shading import shade
from touchline.scores import (
    Contender,
    LeaveOneOut,
    PairTest,
    Role,
    compare_models,
    comparison_families,
    count_by_game,
    each_game,
    floor_sentence,
    leave_one_out,
)

METRIC = "loose"
_ROLES: Mapping[str, Role] = {
    "model": "model",
    "baseline": "null",
    "sound": "sound",
    "control": "control",
}


@dataclass(frozen=True, slots=True)
class _ByGame:
    """One model.

    Attributes:
        scores: loose average-mAP of each game alone, from 0 to 1.
        left_out: what the tests compare.
    """

    scores: tuple[float, ...]
    left_out: LeaveOneOut


@dataclass(frozen=True, slots=True)
class _Cell:
    """A score, and the style class of its shade."""

    score: float
    level: str


def _measure(found: SectionInput) -> _ByGame | None:
    if found.sheet is None or len(found.games) < 2:
        return None
    counts = count_by_game(
        found.games, found.events.task, (METRIC,), found.tolerance_s, found.events
    )
    scores = tuple(each_game(counts)[METRIC].tolist())
    return _ByGame(scores, leave_one_out(counts))


def _context(data: ReportData) -> dict[str, Any] | None:
    models: dict[str, _ByGame] = data.measured("games")
    if not models:
        return None
    games = next(iter(models.values())).left_out.games
    best = max(max(found.scores) for found in models.values()) or 1.0
    families, tests = _tests(data, models)
    return {
        "models": list(models),
        "lines": [
            (
                game,
                [
                    _Cell(one.scores[place], shade(one.scores[place] / best))
                    for one in models.values()
                ],
            )
            for place, game in enumerate(games)
        ],
        "tests": tests,
        "floors": [
            f"{family}: {sentence}"
            for family, pairs in families.items()
            if (sentence := floor_sentence(len(games), pairs))
        ],
    }


def _tests(
    data: ReportData, models: Mapping[str, _ByGame]
) -> tuple[dict[str, int], list[PairTest]]:
    """How many pairs each family has, and the tests of all."""
    left_out = {name: found.left_out for name, found in models.items()}
    contenders = [_contender(row) for row in data.rows if row.model in left_out]
    figures = {name: found.figures[METRIC] for name, found in left_out.items()}
    families = comparison_families(contenders, figures)
    tests = compare_models(left_out, families, (METRIC,)) if families else []
    return {name: len(pairs) for name, pairs in families.items()}, tests


def _contender(row: Row) -> Contender:
    return Contender(row.model, _ROLES[row.kind], row.control_of)


SECTION = ReportSection(
    name="games",
    title="Per game",
    template=own_template("games"),
    measure=_measure,
    context=_context,
)
