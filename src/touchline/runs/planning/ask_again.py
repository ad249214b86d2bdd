"""Windows whose reply is asked for again, by what became of it."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path

import numpy as np

from touchline.errors import UserError
from touchline.models import Reply
from touchline.replies import Outcome, Reading, digests
from touchline.runs.planning.plan import PlannedModel
from touchline.runs.planning.shards import asked_before
from touchline.runs.results.model_replies import ModelReplies
from touchline.text import nearest_word


class AskAgain(StrEnum):
    """What became of a reply that is asked for again: its outcome, or where its text arrived.

    MISPLACED is a part of UNREADABLE and TRUNCATED: there is no answer, but text in another field
    of the response, such as `reasoning_content` or a tool call. FAILED means a reply that an error
    ended and that an older version took for an answer; other failures are asked again anyway.
    """

    UNREADABLE = "unreadable"
    MISPLACED = "misplaced"
    TRUNCATED = "truncated"
    REFUSED = "refused"
    FAILED = "failed"


def parse_kinds(names: Collection[str]) -> frozenset[AskAgain]:
    """The kinds that a user names.

    Raises:
        UserError: there is no such kind.
    """
    known = [kind.value for kind in AskAgain]
    for name in names:
        if name not in known:
            raise UserError(
                f"--again {name}: choose one of {', '.join(known)}{nearest_word(name, known)}."
            )
    return frozenset(map(AskAgain, names))


def rounds_again(
    folder: Path, model: PlannedModel, kinds: Collection[AskAgain]
) -> Mapping[str, int]:
    """The windows to ask again: the round of the next reply of each, by key.

    What cells of a sweep share is asked again once, as the first cell's.

    Args:
        folder: the run, planned for this model.
        model: that was asked.
        kinds: of replies; none asks none again.

    Raises:
        UserError: the model is told what it reported before, so that no window stands alone.
    """
    if not kinds or model.card.is_baseline:
        return {}
    if model.card.memory:
        raise UserError(
            f"model '{model.name}' is told what it reported before, so no single window of it can "
            "be asked again: omit --again, or ask it in a new run."
        )
    replies = ModelReplies(folder, model.name)
    elsewhere = asked_before(folder, model.name)
    found: dict[str, int] = {}
    for half in replies.halves():
        keys = half.planned.keys
        rounds = replies.index.rounds(keys).tolist()
        own = ~np.isin(digests(keys), elsewhere)
        for key, reading, number, is_own in zip(keys, half.readings, rounds, own, strict=True):
            record = half.records.get(key)
            answer = record.answer if record and is_own else None
            if isinstance(answer, Reply) and _is_one_of(answer, reading, kinds):
                found[key] = number + 1
    return found


def _is_one_of(reply: Reply, reading: Reading, kinds: Collection[AskAgain]) -> bool:
    by_outcome = {
        Outcome.UNREADABLE: AskAgain.UNREADABLE,
        Outcome.TRUNCATED: AskAgain.TRUNCATED,
        Outcome.REFUSED: AskAgain.REFUSED,
        Outcome.FAILED: AskAgain.FAILED,
    }
    return by_outcome.get(reading.outcome) in kinds or (
        AskAgain.MISPLACED in kinds and reply.is_misplaced
    )
