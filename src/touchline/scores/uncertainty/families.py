"""Which models are compared with which, and corrected together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

Role = Literal["model", "null", "sound", "control"]

MODELS = "models against each other"
NULL = "models against the best null baseline"
SOUND = "models against the baseline that only listens"
CONTROLS = "models against their own controls"
"""The families of comparisons; each is corrected on its own."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A row of a leaderboard as a test sees it.

    Attributes:
        name: of the row.
        role: what it is.
        model: for a control, the row that it is a control of.
    """

    name: str
    role: Role = "model"
    model: str = ""


def comparison_families(
    contenders: Sequence[Contender], figures: Mapping[str, float]
) -> dict[str, list[tuple[str, str]]]:
    """The pairs of each family; a family without pairs is left out.

    Baselines and controls are not compared with each other: every pair more makes Holm's
    correction blinder, and such a pair answers no question. A baseline that listens is no model
    and no null, as on the leaderboard.

    Args:
        contenders: the rows that were scored.
        figures: the metric that is tested, by row: it says which null baseline is the best. That
            one is chosen after the fact, which can only make a model's lead look smaller.

    Example:
        >>> rows = [Contender("a"), Contender("b"), Contender("prior", "null")]
        >>> list(comparison_families(rows, {"prior": 0.02}).values())
        [[('a', 'b')], [('a', 'prior'), ('b', 'prior')]]
    """
    models = [one.name for one in contenders if one.role == "model"]
    null, sound = (
        max(
            (one.name for one in contenders if one.role == role),
            key=lambda name: figures[name],
            default=None,
        )
        for role in ("null", "sound")
    )
    known = {one.name for one in contenders}
    found = {
        MODELS: list(combinations(models, 2)),
        NULL: [] if null is None else [(name, null) for name in models],
        SOUND: [] if sound is None else [(name, sound) for name in models],
        CONTROLS: [
            (one.model, one.name)
            for one in contenders
            if one.role == "control" and one.model in known
        ],
    }
    return {family: pairs for family, pairs in found.items() if pairs}
