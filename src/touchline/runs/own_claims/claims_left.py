"""How many of a model's claims are left when its frames are chosen by them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from touchline.models import OF_CLAIMS, Control
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.results.model_replies import ModelReplies, ReadHalf
from touchline.runs.results.uncovered import ANSWERED_OUTCOMES
from touchline.runs.run_folder import RunFolder

_Place = tuple[tuple[int, int], int]
"""The span of a window, and the number of the sample."""


@dataclass(frozen=True, slots=True)
class ClaimsLeft:
    """The claims of a model under a control that shows it other frames of the same windows.

    A claim is a class that a reply reports, once a reply.

    Attributes:
        control: which frames it was shown.
        kept: claims that are made again, of the same class about the same window.
        tested: claims of windows that the control answered readably.
        untested: claims of all others: no frame would have been left, or there is no such answer.
    """

    control: Control
    kept: int
    tested: int
    untested: int

    @property
    def gone_share(self) -> float | None:
        """Share of the tested claims that go without their frames; None under "only"."""
        is_shown = self.control is not Control.DELETED or not self.tested
        return None if is_shown else 1 - self.kept / self.tested

    @property
    def kept_share(self) -> float | None:
        """Share of the tested claims that stay with their frames alone; None under "deleted"."""
        is_shown = self.control is Control.ONLY and self.tested
        return self.kept / self.tested if is_shown else None

    @property
    def sentence(self) -> str:
        """The counts behind the share."""
        if self.control is Control.DELETED:
            said = f"go without the frames around them: {self.tested - self.kept:,}"
        else:
            said = f"stay with only the frames around them: {self.kept:,}"
        said = f"claims that {said} of {self.tested:,}"
        return said + (f"; {self.untested:,} could not be tested" if self.untested else "")


def claims_left(folder: Path, plan: PlanFile, model: str) -> ClaimsLeft | None:
    """What a control leaves of its model's claims; None where it is no control of claims.

    Args:
        folder: the run.
        plan: what was asked.
        model: name of the control.
    """
    control = plan.model(model).card.get("control")
    owner = plan.control_of(model)
    if control not in OF_CLAIMS or not RunFolder(folder).questions(owner).is_file():
        return None
    replies = ModelReplies(folder, model)
    kept = tested = untested = 0
    for half in ModelReplies(folder, owner).halves():
        again = replies.half(half.planned.game, half.planned.half)
        under = dict(_classes(again, readable=True)) if again else {}
        for place, claimed in _classes(half):
            if place in under:
                tested += len(claimed)
                kept += len(claimed & under[place])
            else:
                untested += len(claimed)
    return ClaimsLeft(Control(control), kept, tested, untested)


def _classes(half: ReadHalf, *, readable: bool = False) -> Iterator[tuple[_Place, set[str]]]:
    """The classes that each reply claims; of readable replies only where that is asked for."""
    samples = half.planned.samples
    for number, (span, reading) in enumerate(
        zip(half.planned.spans_ms, half.readings, strict=True)
    ):
        if not readable or reading.outcome in ANSWERED_OUTCOMES:
            labels = {one.label for one in reading.detections if one.label is not None}
            yield (span, number % samples), labels
