"""What a reviewer can decide, and what that does to the labels."""

from enum import StrEnum

from touchline.games import NO_TEAM, Label
from touchline.view.review.review_queue import Reason, ReviewItem

_CONTRADICTIONS = frozenset({Reason.MOVED, Reason.RENAMED})


class Choice(StrEnum):
    """One key each."""

    ACCEPT = "accept"
    MOVE = "move"
    REJECT = "reject"


class ReviewKind(StrEnum):
    """What is in question, which decides what the choices mean.

    `CLAIM`: a claim without a label: label it, label it at the playhead, or leave it out.
    `LABEL`: a label: keep it, move it to the playhead, or remove it.
    `EITHER`: a claim against a label: take the claim, take it at the playhead, or keep the label.
    """

    CLAIM = "claim"
    LABEL = "label"
    EITHER = "either"


def kind_of(item: ReviewItem) -> ReviewKind:
    """What is in question."""
    if item.label is None:
        return ReviewKind.CLAIM
    return ReviewKind.EITHER if item.claims and item.reason in _CONTRADICTIONS else ReviewKind.LABEL


def label_after(item: ReviewItem, choice: Choice, at_ms: int) -> Label | None:
    """The label that a choice leaves in place of the item's; None for no label.

    Args:
        item: what was decided about.
        choice: what was decided.
        at_ms: where the playhead stood.
    """
    kind = kind_of(item)
    if choice is Choice.REJECT:
        return item.label if kind is ReviewKind.EITHER else None
    wanted = item.label if kind is ReviewKind.LABEL else _as_label(item)
    assert wanted is not None  # an item of the kind `LABEL` has one
    return wanted._replace(position_ms=at_ms) if choice is Choice.MOVE else wanted


def _as_label(item: ReviewItem) -> Label:
    """The surest claim as a label; what no claim says is as in the label that it replaces."""
    spot, before = item.claims[0].spot, item.label
    team = spot.team or (before.team if before else NO_TEAM)
    visible = before.visible if before else True
    return Label(spot.half, spot.position_ms, spot.label, team, visible)
