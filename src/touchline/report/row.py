"""One row of the leaderboard."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from touchline.scores import METRIC_REGISTRY

Kind = Literal["model", "control", "baseline", "sound", "annotator", "reference"]
BASELINE_KINDS: tuple[Kind, ...] = ("baseline", "sound")
"""Rows of baselines, which are no models; the first kind looks at nothing."""

LowHigh = tuple[float, float]
"""Low and high end of an interval."""

_INTERVAL = "_interval"
_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, init=False)
class Row:
    """One model on the leaderboard.

    Figures are given as keywords, by the names of metrics, and intervals by those names with
    "_interval" after them; None means unknown.

    Attributes:
        model: the name that the run gave it.
        kind: "model"; "control" for a model from which something was taken away; "baseline" for a
            null baseline, which looks at nothing; "sound" for one that only listens; "annotator"
            for what one annotator scores against another; "reference" for a published result.
        control_of: of a control, the name of its model; "" for every other row.
        outcomes: how many windows ended as events, nothing, refused, truncated, unreadable and
            failed (the values of `replies.Outcome`).
        ranked_by: the metric that decides about its place; see `Task.metric`.
        min_coverage: the coverage under which the row is flagged, from 0 to 1.
        games: how many games were scored; None where that is unknown.
        source: where a published result comes from: text or an https address.
        note: anything else that a reader has to know about this row.
        absent_classes: what classes that its games do not have mean for its average-mAP, in words.
        stopped_early: whether games were asked only until a question was answered.
        figures: of metrics, by name; unknown ones are missing.
        intervals: low and high end of an interval around a figure, by metric.

    Example:
        >>> Row(model="a", loose=0.5, loose_interval=(0.4, 0.6)).figure("loose")
        0.5
    """

    model: str
    kind: Kind
    control_of: str
    outcomes: Mapping[str, int] | None
    min_coverage: float
    ranked_by: str
    games: int | None
    source: str
    note: str
    absent_classes: str
    stopped_early: bool
    figures: Mapping[str, float]
    intervals: Mapping[str, LowHigh]

    def __init__(  # noqa: PLR0913  (keywords only)
        self,
        *,
        model: str,
        kind: Kind = "model",
        control_of: str = "",
        outcomes: Mapping[str, int] | None = None,
        min_coverage: float | None = None,
        ranked_by: str = "loose",
        games: int | None = None,
        source: str = "",
        note: str = "",
        absent_classes: str = "",
        stopped_early: bool = False,
        figures: Mapping[str, float | None] = _NONE,
        intervals: Mapping[str, LowHigh | None] = _NONE,
        **more: Any,
    ) -> None:
        least = _default_min_coverage() if min_coverage is None else min_coverage
        known_figures, known_intervals = dict(figures), dict(intervals)
        for name, value in more.items():
            if name.removesuffix(_INTERVAL) != name:
                known_intervals[name.removesuffix(_INTERVAL)] = value
            elif any(metric.json_group == name for metric in METRIC_REGISTRY.all()):
                known_figures |= value or {}
            else:
                known_figures[name] = value
        unknown = (known_figures | known_intervals).keys() - set(METRIC_REGISTRY.names())
        if unknown:
            raise TypeError(f"a row has no figure {sorted(unknown)[0]!r}; register it as a metric")
        values = (
            ("model", model),
            ("kind", kind),
            ("control_of", control_of),
            ("outcomes", outcomes),
            ("min_coverage", least),
            ("ranked_by", ranked_by),
            ("games", games),
            ("source", source),
            ("note", note),
            ("absent_classes", absent_classes),
            ("stopped_early", stopped_early),
            ("figures", _known(known_figures)),
            ("intervals", _known(known_intervals)),
        )
        for name, value in values:
            object.__setattr__(self, name, value)

    def with_scores(
        self,
        figures: Mapping[str, float | None],
        intervals: Mapping[str, LowHigh],
        games: int | None = None,
        absent_classes: str = "",
    ) -> "Row":
        """The row with more figures, and the intervals that its columns show.

        Args:
            figures: of metrics, by name; None leaves one unknown.
            intervals: low and high ends by metric.
            games: how many games were scored.
            absent_classes: see `Row`.
        """
        shown = {metric.name for metric in METRIC_REGISTRY.all() if metric.shows_interval}
        kept = {name: ends for name, ends in intervals.items() if name in shown}
        return replace(
            self,
            figures=dict(self.figures) | _known(figures),
            intervals=dict(self.intervals) | kept,
            games=games,
            absent_classes=absent_classes,
        )

    def figure(self, name: str) -> float | None:
        """The figure of a metric, or None where it is unknown."""
        return self.figures.get(name)

    @property
    def score(self) -> float | None:
        """The figure by which it is ranked; None where it was not scored."""
        return self.figures.get(self.ranked_by)

    @property
    def loose(self) -> float | None:
        """Average-mAP over 5 to 60 s, from 0 to 1; None where it was not scored."""
        return self.figures.get("loose")

    @property
    def tight(self) -> float | None:
        """Average-mAP over 1 to 5 s, from 0 to 1; None where it was not scored."""
        return self.figures.get("tight")

    @property
    def coverage(self) -> float | None:
        """Share of windows with a readable answer; None for a published result."""
        return self.figures.get("coverage")

    @property
    def low_coverage(self) -> bool:
        """Whether fewer windows than `min_coverage` have a readable answer."""
        return self.coverage is not None and self.coverage < self.min_coverage


def _default_min_coverage() -> float:
    from touchline.scores import ScoringSettings

    return ScoringSettings().min_coverage


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
