"""What a report shows. Every number in it was computed before: a report computes no score.

All of it is plain and frozen, and everything that a run may not know is optional; a column,
section or mark for which nothing was given is left out of the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from touchline.games import Label
from touchline.report.sections import Sections
from touchline.scores import ScoringSettings
from touchline.spots import Spot

Kind = Literal["model", "baseline", "reference"]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the leaderboard.

    Attributes:
        model: the name that the run gave it.
        kind: "model"; "baseline" for a null baseline; "reference" for a published result.
        loose: average-mAP over 5 to 60 s, from 0 to 1; None where it was not scored.
        tight: average-mAP over 1 to 5 s, from 0 to 1; None where it was not scored.
        coverage: share of the windows asked whose answer could be read, from 0 to 1; None for
            what asked nothing (a published result).
        min_coverage: the coverage under which the run scores no model, from 0 to 1.
        outcomes: how many windows ended as events, nothing, refused, truncated, unreadable and
            failed (the values of `replies.Outcome`).
        loose_interval: low and high end of an interval around `loose`.
        tight_interval: low and high end of an interval around `tight`.
        precision: from 0 to 1, at `tolerance_s`; likewise `recall` and `f1`.
        tolerance_s: full width in seconds, as everywhere, of the window around a truth in which
            a spot counts as right.
        false_per_minute: spots without a truth, a minute of video.
        calibration_error: expected calibration error, from 0 to 1.
        seconds: how long the model took, in seconds of wall clock.
        windows_per_second: windows answered a second.
        times_real_time: seconds of video seen a second of wall clock.
        peak_memory_bytes: the largest memory in use.
        idle_share: share of the time, from 0 to 1, that the device waited for frames.
        cost_usd_per_hour: US dollars an hour of match.
        cost_usd: US dollars in all.
        tolerances: name of a single tolerance ("at1" to "at5") and its mAP, from 0 to 1.
        source: where a published result comes from: text or an https address.
        note: anything else that a reader has to know about this line.
    """

    model: str
    loose: float | None
    tight: float | None
    coverage: float | None
    min_coverage: float = ScoringSettings().min_coverage
    kind: Kind = "model"
    outcomes: Mapping[str, int] | None = None
    loose_interval: Interval | None = None
    tight_interval: Interval | None = None
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    tolerance_s: float | None = None
    false_per_minute: float | None = None
    calibration_error: float | None = None
    seconds: float | None = None
    windows_per_second: float | None = None
    times_real_time: float | None = None
    peak_memory_bytes: int | None = None
    idle_share: float | None = None
    cost_usd_per_hour: float | None = None
    cost_usd: float | None = None
    tolerances: Mapping[str, float] | None = None
    source: str = ""
    note: str = ""

    @property
    def short(self) -> bool:
        """Whether fewer windows than the run demands have an answer that could be read."""
        return self.coverage is not None and self.coverage < self.min_coverage


@dataclass(frozen=True, slots=True)
class ClassTable:
    """Average precision of each class and model under one metric.

    Attributes:
        metric: what the figures are, for the heading ("loose average-mAP").
        labels: the classes, in the order of the rows.
        truths: how many true events each class has.
        scores: model to one figure a class, from 0 to 1, None where it means nothing.
    """

    metric: str
    labels: tuple[str, ...]
    truths: tuple[int, ...]
    scores: Mapping[str, tuple[float | None, ...]]


@dataclass(frozen=True, slots=True)
class Lane:
    """What one model claims about one half.

    Attributes:
        model: its name, as on the leaderboard.
        spots: its spots in this half, in any order.
        kind: as on the leaderboard.
        hits: for each spot whether it counts as right, where that was judged.
        uncovered: stretches (from, to) in ms that have no readable answer.
    """

    model: str
    spots: tuple[Spot, ...]
    kind: Kind = "model"
    hits: tuple[bool, ...] | None = None
    uncovered: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """One half: the truth and every model's spots.

    Attributes:
        game: the game's id.
        half: 1 or 2.
        length_ms: length of the half's video in milliseconds.
        truth: the half's labels, or None where nobody labelled it.
        lanes: one a model, in any order.
    """

    game: str
    half: int
    length_ms: int
    truth: tuple[Label, ...] | None
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A titled text shown as it stands: a prompt, a model's card."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What is needed to do it again.

    Attributes:
        recipe: name and value of each setting (fps, window, stride, merging, ...).
        versions: name and version of each program that took part.
        prompts: the prompts' texts.
        cards: the models' cards.
    """

    recipe: tuple[tuple[str, str], ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    prompts: tuple[Text, ...] = ()
    cards: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """Everything that one report shows.

    Attributes:
        title: the report's heading, usually the benchmark's name.
        created: when the run ended.
        rows: the leaderboard, in any order.
        per_class: tables of classes against models, one a metric.
        timelines: one a half.
        sections: curves and counts beyond the leaderboard, all optional.
        settings: what is needed to do it again.
    """

    title: str
    created: datetime
    rows: tuple[Row, ...]
    per_class: tuple[ClassTable, ...] = ()
    timelines: tuple[Timeline, ...] = ()
    sections: Sections = field(default_factory=Sections)
    settings: Settings = field(default_factory=Settings)
