"""What a merge method is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from touchline.replies import Reading
from touchline.spots.claims import Claims, Floats
from touchline.spots.merge_settings import MergeSettings
from touchline.spots.methods.peaks import Peaks
from touchline.spots.types import Spot

FindPeaks = Callable[[Claims, Floats, MergeSettings], Peaks]
"""Finds the events of one class in one half, from its claims, a weight for each, and the settings:
where they are, and how much evidence there is."""

MergeReadings = Callable[[Sequence[Reading], MergeSettings], list[Spot]]
"""Turns all readings of one game, or of one half of it, into spots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeMethod:
    """A way to merge the claims of overlapping windows: it has `find_peaks` or `merge`.

    Attributes:
        name: what `merging.method` calls it.
        description: one line.
        find_peaks: for a method that looks at one class in one half at a time.
        counts_agreement: whether `find_peaks` adds up the votes of claims that agree, so that its
            evidence is divided by the votes that were possible; else evidence is the confidence.
        merge: for a method that looks at all classes at once.
    """

    name: str
    description: str
    find_peaks: FindPeaks | None = None
    counts_agreement: bool = True
    merge: MergeReadings | None = None

    def __post_init__(self) -> None:
        if (self.find_peaks is None) == (self.merge is None):
            raise TypeError(f"merge method {self.name!r} needs either find_peaks or merge")

    @property
    def uses_windows(self) -> bool:
        """Whether the widths and distances of the settings change what it finds."""
        return self.find_peaks is not None
