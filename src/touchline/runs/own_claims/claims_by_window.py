"""What a model claims, window by window, for the controls that choose their frames by it."""

from collections import defaultdict
from pathlib import Path

import numpy as np

from touchline.errors import UserError
from touchline.models import OF_CLAIMS
from touchline.replies import ANSWERED
from touchline.runs.planning.plan import Plan, PlannedModel, plan_file
from touchline.runs.planning.question_builder import WindowClaims
from touchline.runs.results.model_replies import ModelReplies, ReadHalf
from touchline.runs.run_folder import RunFolder
from touchline.text import counted

Claims = dict[tuple[str, int], WindowClaims]
"""By game and half."""


def asking_order(plan: Plan) -> list[PlannedModel]:
    """The models in the order in which they are asked: controls of claims after all others."""
    return sorted(plan.models, key=lambda model: model.card.control in OF_CLAIMS)


def own_claims(plan: Plan, model: PlannedModel, folder: Path) -> Claims | None:
    """What the model of a control claims of each window; None where the control needs no claims.

    Args:
        plan: the benchmark.
        model: the control.
        folder: the run.

    Raises:
        UserError: the model has not answered as many of its windows as scoring takes.
    """
    if model.card.control not in OF_CLAIMS:
        return None
    owner = plan_file(plan).control_of(model.name)
    left, total = _windows_left(folder, owner)
    if not total or not plan.bench.scoring.enough(1 - left / total):
        which = f"{counted(left, 'window')} left" if total else "it has not been asked"
        raise UserError(
            f"model '{model.name}' is shown frames that the claims of '{owner}' choose, so it is "
            f"asked when '{owner}' is complete ({which}): the same command asks it then."
        )
    return {
        (half.planned.game, half.planned.half): _claims_of(half)
        for half in ModelReplies(folder, owner).halves()
    }


def _windows_left(folder: Path, model: str) -> tuple[int, int]:
    """How many windows have no reply, of how many; of 0 where the questions are not written yet.

    As many may fail as where a model is scored. If one of them is answered later, the questions of
    the control are made again, and those that stay the same keep their replies.
    """
    if not RunFolder(folder).questions(model).is_file():
        return 0, 0
    replies = ModelReplies(folder, model)
    left = sum(
        int(np.count_nonzero(replies.index.states(half.keys) != ANSWERED))
        for half in replies.questions.halves()
    )
    return left, replies.questions.total


def _claims_of(half: ReadHalf) -> WindowClaims:
    """The times of all claims about each window, by all of its samples."""
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for span, reading in zip(half.planned.spans_ms, half.readings, strict=True):
        found[span] |= {one.position_ms for one in reading.detections if one.label is not None}
    return {span: sorted(times) for span, times in found.items() if times}
