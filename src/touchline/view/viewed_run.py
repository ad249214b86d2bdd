"""A run as the viewer shows it: halves, models, questions and replies.

Everything is found by numbers that come from the run's plan; no path comes from a browser.
"""

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from touchline.errors import UserError
from touchline.games import Half, Label
from touchline.replies import Reading, Record
from touchline.report import ReportData, Timeline
from touchline.runs import (
    ModelReplies,
    ModelTimeline,
    PlanFile,
    RunFolder,
    RunResults,
    ServedRow,
    SpotHits,
    Stretches,
    find_hits,
    games_of,
    half_timelines,
    load_run,
    read_run_bench,
    read_so_far,
    read_uncovered,
    rows_by_name,
)
from touchline.scores import align_events
from touchline.spots import MergeSettings

_one_at_a_time = threading.Lock()
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_MOST_HALVES = 16
"""Whose replies are kept in memory: whoever reads on wants the same half of several models."""


@dataclass(frozen=True, slots=True)
class ViewedHalf:
    """One half of a game of the run.

    Attributes:
        half: the half and its video.
        length_ms: of its video.
        fingerprint: of its video when the run was planned.
    """

    half: Half
    length_ms: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class AskedWindow:
    """One window as a model was asked about it.

    Attributes:
        key: of the question.
        reading: what was understood of the answer.
        record: the answer, or None where the window was never asked.
    """

    key: str
    reading: Reading
    record: Record | None


@dataclass(frozen=True)
class ViewedRun:
    """A run, finished or still going.

    Attributes:
        results: its labels and spots.
        plan: what was asked.
        halves: all halves, in the order of the plan.
        models: names, best first.
        labels: the truth of each labelled game, both halves.
        merging: how its detections became spots.
        hits: by model, which spots are right and which labels were found.
        uncovered: by model, the stretches without a readable answer.
        annotator: who reviews it; "" for nobody in particular.
        live: whether it is still going: everything is as far as it is answered then.
        is_run: False for files of predictions, which have videos and no replies.
        make_report: makes the report of such files; None without labels, and for a run, whose
            report is in its folder.
    """

    results: RunResults
    plan: PlanFile
    halves: tuple[ViewedHalf, ...]
    models: tuple[str, ...]
    labels: Mapping[str, tuple[Label, ...]]
    merging: MergeSettings
    hits: Mapping[str, SpotHits]
    uncovered: Mapping[str, Stretches]
    _rows: Mapping[str, ServedRow]
    annotator: str = ""
    live: bool = False
    is_run: bool = True
    make_report: Callable[[], ReportData] | None = None
    _replies: dict[str, ModelReplies] = field(default_factory=dict)
    _asked: dict[tuple[str, str, int], Sequence[AskedWindow]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The folder of the run."""
        return self.results.folder

    @property
    def hand_labels(self) -> Path:
        """The folder of the labels that are corrected by hand here."""
        return RunFolder(self.folder).hand_labels(self.annotator)

    @property
    def games(self) -> list[str]:
        """Ids of the games, in the order of the plan."""
        return [game.id for game in self.plan.games]

    @property
    def tolerance_s(self) -> float:
        """Full width of the window in which a spot is right."""
        return self.results.scoring.tolerance

    def timelines(self) -> tuple[Timeline, ...]:
        """The timeline of every half, with a lane for each model, as the report draws it."""
        lanes = [
            ModelTimeline(
                model,
                self.results.kinds[model],
                self.results.models[model],
                self.hits[model],
                self.uncovered[model],
            )
            for model in self.models
        ]
        return half_timelines(self.plan, self.results.games, lanes)

    def asked(self, model: str, half: Half) -> Sequence[AskedWindow]:
        """All windows of a half as a model was asked about them, in order.

        Raises:
            UserError: the run holds no replies of this model, which was fused from others or is
                the null of a decoder.
        """
        if not self.is_run:
            raise UserError("predictions without a run have no replies to show.")
        if not RunFolder(self.folder).has_questions:
            raise UserError(
                f"run {self.folder} has no replies of its own: it was fused from other runs."
            )
        row = self._rows.get(model)
        if row is None:
            raise UserError(
                f"'{model}' was not asked in run {self.folder}: it is made of another model's "
                "replies, or a control that could not be asked."
            )
        place = (model, half.game, half.number)
        with _one_at_a_time:
            if model not in self._replies:
                self._replies[model] = ModelReplies(self.folder, row.entry.name, row)
            if place not in self._asked:
                self._asked[place] = _asked(self._replies[model], half)
                if len(self._asked) > _MOST_HALVES:
                    del self._asked[next(iter(self._asked))]
            return self._asked[place]


def open_run(folder: Path, annotator: str = "") -> ViewedRun:
    """Opens a run; one that is not finished is shown as far as it is answered.

    Args:
        folder: the run.
        annotator: who reviews it; their labels and decisions are kept apart from everybody else's.

    Raises:
        UserError: the folder is not a run, or the annotator's name cannot be that of a folder.
    """
    check_annotator(annotator)
    plan, live = PlanFile.read(folder), not RunFolder(folder).scores.is_file()
    uncovered: Mapping[str, Stretches]
    if live:
        so_far = read_so_far(folder)
        results = so_far.results
        uncovered = {one.model: one.uncovered for one in so_far.outcomes}
    else:
        results = load_run(folder)
        uncovered = read_uncovered(folder, list(results.models))
    games = {model: games_of(spots, results.games) for model, spots in results.models.items()}
    return ViewedRun(
        results=results,
        plan=plan,
        halves=viewed_halves(plan),
        models=tuple(results.models),
        labels={game.id: game.labels for game in plan.games if game.labels is not None},
        merging=read_run_bench(folder).merging,
        hits={
            model: find_hits(of_model, align_events(of_model, plan.task), results.scoring.tolerance)
            for model, of_model in games.items()
        },
        uncovered=uncovered,
        annotator=annotator,
        _rows=rows_by_name(folder, plan),
        live=live,
    )


def check_annotator(name: str) -> None:
    """Refuses the name of an annotator that cannot be that of a folder.

    Raises:
        UserError: it cannot.
    """
    if name and not _NAME.fullmatch(name):
        raise UserError(
            f"--annotator {name!r}: use up to 60 letters, digits, dots, dashes or underscores,"
            " beginning with a letter or digit."
        )


def viewed_halves(plan: PlanFile) -> tuple[ViewedHalf, ...]:
    """All halves of a plan."""
    return tuple(
        ViewedHalf(game.half(half), half.claimed_ms, half.fingerprint)
        for game in plan.games
        for half in game.halves
    )


def _asked(replies: ModelReplies, half: Half) -> list[AskedWindow]:
    read = replies.half(half.game, half.number)
    if read is None:
        return []
    return [
        AskedWindow(key, reading, read.records.get(key))
        for key, reading in zip(read.planned.keys, read.readings, strict=True)
    ]
