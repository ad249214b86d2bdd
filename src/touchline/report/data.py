"""What a report shows. All numbers in it are computed before: a report computes no score.

Everything is plain and frozen, and what a run may not know is optional; the page omits columns,
sections and marks without data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from touchline.games import Label, Task
from touchline.report.leaderboard.ranking import in_order
from touchline.report.row import Kind, Row
from touchline.spots import Spot


@dataclass(frozen=True, slots=True)
class ClassTable:
    """Average precision of each class and model under one metric.

    Attributes:
        metric: what the figures are, for the heading ("loose average-mAP").
        labels: the classes, in the order of the rows.
        truths: how many true events each class has.
        scores: one figure for each class by model, from 0 to 1; None where there is no truth.
    """

    metric: str
    labels: tuple[str, ...]
    truths: tuple[int, ...]
    scores: Mapping[str, tuple[float | None, ...]]


@dataclass(frozen=True, slots=True)
class Lane:
    """What one model claims in one half.

    Attributes:
        model: its name, as on the leaderboard.
        spots: its spots in this half, in any order.
        kind: as on the leaderboard.
        hits: for each spot whether it counts as right, where that was scored.
        uncovered: stretches (from, to) in ms that have no readable answer.
    """

    model: str
    spots: tuple[Spot, ...]
    kind: Kind
    hits: tuple[bool, ...] | None = None
    uncovered: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """One half: the truth and every model's spots.

    Attributes:
        game: the game's id.
        half: number of the half, from 1.
        length_ms: length of the half's video in milliseconds.
        truth: the half's labels, or None where it has none.
        lanes: one for each model, in any order.
        length_known: False where there is no video, and the length is that of the events alone.
    """

    game: str
    half: int
    length_ms: int
    truth: tuple[Label, ...] | None
    lanes: tuple[Lane, ...]
    length_known: bool = True


@dataclass(frozen=True, slots=True)
class SweptCell:
    """A cell of a sweep: a model with one value of each setting that is swept.

    Attributes:
        row: its name on the leaderboard.
        model: the model's name.
        values: of the settings, as text, by name.
        windows: how many it has, those of other cells among them.
        tokens: of its questions and answers; None where they are not all known.
        cost_usd: of its answers in US dollars; None where it is unknown.
    """

    row: str
    model: str
    values: Mapping[str, str]
    windows: int
    tokens: int | None = None
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class TitledText:
    """A titled text shown verbatim: a prompt, a model's card."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What is needed to repeat the run.

    Attributes:
        recipe: name and value of each setting (fps, window, stride, merging, ...).
        versions: name and version of each program that took part.
        prompts: the prompts' texts.
        cards: the models' cards.
    """

    recipe: tuple[tuple[str, str], ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    prompts: tuple[TitledText, ...] = ()
    cards: tuple[TitledText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """Everything that one report shows.

    Attributes:
        title: the report's heading, usually the benchmark's name.
        created: when the run ended.
        task: what was spotted.
        rows: the leaderboard, in any order.
        per_class: tables of classes against models, one for each metric.
        timelines: one for each half.
        sections: what `measure_sections` found, by section and model.
        settings: what is needed to repeat the run.
        sweep: the cells of a sweep.
    """

    title: str
    created: datetime
    task: Task
    rows: tuple[Row, ...]
    per_class: tuple[ClassTable, ...] = ()
    timelines: tuple[Timeline, ...] = ()
    sections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    settings: RunSettings = field(default_factory=RunSettings)
    sweep: tuple[SweptCell, ...] = ()

    def measured(self, section: str) -> dict[str, Any]:
        """What a section measured, by model, in the order of the leaderboard."""
        found = self.sections.get(section, {})
        return {model: found[model] for model in in_order(found, self.rows)}
