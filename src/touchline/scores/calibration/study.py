"""Whether a spot's confidence is the probability that it is right."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from touchline.games import SOCCERNET_V2, Task
from touchline.scores.calibration.calibrators import CALIBRATORS
from touchline.scores.defaults import TOLERANCE_S
from touchline.scores.events.event_columns import Bools, Floats, Games, Ints
from touchline.scores.events.event_table import EventTable, align_events
from touchline.scores.events.matching import NO_TRUTH
from touchline.scores.folds import fold_of_game
from touchline.scores.official.evaluator import averages, grid_events

LEAST_EXAMPLES = 20
"""How many right spots, and how many wrong ones, a class needs for a fit of its own."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """A reliability diagram: one entry per bin of confidence that holds spots.

    Attributes:
        confidence: mean confidence of the bin.
        precision: share of its spots that are right.
        counts: its spots.
    """

    confidence: tuple[float, ...]
    precision: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far confidence is from the truth, and how good the order is that it gives.

    Attributes:
        d_ece: detection expected calibration error, from 0 to 1; None without spots.
        la_ece: localization-aware ECE, mean over the classes with spots; None without spots.
        brier: mean squared difference of confidence and being right; None without spots.
        mean_confidence: over all spots; None without spots.
        precision: over all spots; None without spots.
        loose: loose average-mAP with this confidence, which only depends on its order.
        tight: tight average-mAP likewise.
        reliability: the diagram of all classes pooled.
    """

    d_ece: float | None
    la_ece: float | None
    brier: float | None
    mean_confidence: float | None
    precision: float | None
    loose: float
    tight: float
    reliability: Reliability


@dataclass(frozen=True, slots=True)
class CalibrationStudy:
    """Calibration as it is and after fits on other games.

    Attributes:
        tolerance_s: full width of the window in which a spot is right.
        bins: bins of the confidence.
        raw: as the spots have it; confidence above 1 as 1.
        fitted: by name of the fit ("platt", "isotonic"), each spot's confidence mapped by a fit
            on the other folds of games; empty with fewer than two games.
    """

    tolerance_s: float
    bins: int
    raw: Calibration
    fitted: dict[str, Calibration]

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries, with what each fit gains in error and in order."""
        result = asdict(self)
        for name, fit in self.fitted.items():
            result["fitted"][name]["d_ece_gain"] = (self.raw.d_ece or 0) - (fit.d_ece or 0)
            result["fitted"][name]["loose_gain"] = fit.loose - self.raw.loose
            result["fitted"][name]["tight_gain"] = fit.tight - self.raw.tight
        return result


def study_calibration(
    games: Games,
    task: Task = SOCCERNET_V2,
    tolerance_s: float = TOLERANCE_S,
    bins: int = 25,
    table: EventTable | None = None,
) -> CalibrationStudy:
    """Calibration errors, reliability diagram, and fits scored on games they were not fitted on.

    D-ECE = sum over bins of n_b / n |mean confidence_b - precision_b| (Kueppers et al., CVPRW
    2020, with the confidence alone). LaECE = mean over classes of the sum over bins of
    n_b / n |mean confidence_b - precision_b x location_b| (Oksuz et al., CVPR 2023), where for
    points location_b is the mean of 1 - |time error| / (tolerance / 2) of the bin's right spots.
    Brier (1950).

    A fit is monotone within its class, so it can change average-mAP only through the order of
    spots across the folds and their place among the evaluator's 200 thresholds. That gain and the
    gain in calibration are given separately.

    Args:
        games: labels and spots by game id.
        task: classes and rules.
        tolerance_s: full width of the window in which a spot is right.
        bins: equal bins of the confidence from 0 to 1.
        table: `align_events(games)`, where it is already computed.
    """
    table = align_events(games, task) if table is None else table
    raw = np.minimum(table.claims.value, 1.0)
    fitted = {}
    if len(table.games) > 1 and len(raw):
        folds = fold_of_game(len(table.games))[table.claims.game_index]
        right = table.matches(tolerance_s) != NO_TRUTH
        for name in CALIBRATORS:
            confidence = _cross_fit(name, raw, right, table.claims.class_index, folds)
            fitted[name] = _judge(games, table, confidence, tolerance_s, bins)
    return CalibrationStudy(tolerance_s, bins, _judge(games, table, raw, tolerance_s, bins), fitted)


def reliability(confidence: Floats, right: Bools, bins: int) -> Reliability:
    """The diagram of some spots."""
    place = _bins(confidence, bins)
    counts = np.bincount(place, minlength=bins)
    used = counts > 0
    sums = np.bincount(place, confidence, bins)[used]
    hits = np.bincount(place, right, bins)[used]
    return Reliability(
        tuple((sums / counts[used]).tolist()),
        tuple((hits / counts[used]).tolist()),
        tuple(counts[used].tolist()),
    )


def _judge(
    games: Games, table: EventTable, confidence: Floats, tolerance_s: float, bins: int
) -> Calibration:
    matches = table.matches(tolerance_s)
    right = matches != NO_TRUTH
    diagram = reliability(confidence, right, bins)
    loose, tight = _average_maps(games, table, confidence)
    if not len(confidence):
        return Calibration(None, None, None, None, None, loose, tight, diagram)
    errors = np.abs(np.subtract(diagram.confidence, diagram.precision))
    return Calibration(
        float((errors * diagram.counts).sum() / len(confidence)),
        _la_ece(table, confidence, matches, tolerance_s, bins),
        float(((confidence - right) ** 2).mean()),
        float(confidence.mean()),
        float(right.mean()),
        loose,
        tight,
        diagram,
    )


def _la_ece(
    table: EventTable, confidence: Floats, matches: Ints, tolerance_s: float, bins: int
) -> float:
    hit = matches != NO_TRUTH
    location = np.zeros(len(confidence))
    error = np.abs(table.claims.time[hit] - table.truths.time[matches[hit]])
    location[hit] = 1 - error / max(round(tolerance_s * 500), 1)
    of_class = table.claims.class_index
    errors = []
    for i in np.unique(of_class):
        own = of_class == i
        place = _bins(confidence[own], bins)
        # Precision times the mean location of the right ones is the mean over all of the bin.
        apart = np.bincount(place, confidence[own] - location[own], bins)
        errors.append(np.abs(apart).sum() / own.sum())
    return float(np.mean(errors))


def _average_maps(games: Games, table: EventTable, confidence: Floats) -> tuple[float, float]:
    truths, claims = grid_events(games, table.task)
    by_source = np.zeros(sum(len(spots) for _, spots in games.values()))
    by_source[table.claims.source] = confidence
    claims.value[:] = by_source[claims.source]
    figures = averages(truths, claims, table.task, ("loose", "tight"), visibility=False)
    return figures["loose"].a_map, figures["tight"].a_map


def _cross_fit(name: str, confidence: Floats, right: Bools, of_class: Ints, folds: Ints) -> Floats:
    """Each fold's confidence, mapped by fits on all other folds: a class's own, or the common."""
    fit = CALIBRATORS[name]
    result = confidence.copy()
    for fold in np.unique(folds):
        held_out, fitted = folds == fold, folds != fold
        if not fitted.any():
            continue
        result[held_out] = fit(confidence[fitted], right[fitted])(confidence[held_out])
        for i in np.unique(of_class[held_out]):
            own = fitted & (of_class == i)
            if min(right[own].sum(), (~right[own]).sum()) >= LEAST_EXAMPLES:
                mine = held_out & (of_class == i)
                result[mine] = fit(confidence[own], right[own])(confidence[mine])
    return np.clip(result, 0, 1)


def _bins(confidence: Floats, bins: int) -> Ints:
    return np.minimum((confidence * bins).astype(np.int64), bins - 1)
