"""Everything to the right of the replies: read, merge, score, report. No model is asked."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from touchline.files import whole_file, write_atomically
from touchline.models import Failure, Price, Reply
from touchline.models.spend import cost_usd
from touchline.prompts import MatchContext
from touchline.replies import Outcome, Reading, ReadPolicy, failed, read_reply
from touchline.replies.journal import Record, first_answers
from touchline.report import ReportData, Row, leaderboard_json, render
from touchline.runs.bench import read_bench
from touchline.runs.folder import (
    half_lengths,
    journal_folder,
    planned_labels,
    read_contexts,
    read_plan,
    spots_folder,
)
from touchline.runs.question_files import PlannedHalf, read_questions
from touchline.runs.reporting import report_data
from touchline.runs.scoring import Judging, ModelOutcome, score_models
from touchline.spots import MergeSettings, Spot, merge
from touchline.spots.files import write_spots
from touchline.spots.settings import DECODER
from touchline.video import Window

_ANSWERED = (Outcome.EVENTS, Outcome.NOTHING)
_MOST_REMARKS = 12

MERGE_FACTORS = (0.25, 0.5, 2.0, 4.0)
"""Merge windows that a report compares the run's own with."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What a run came to.

    Attributes:
        rows: the leaderboard.
        outcomes: what each model came to, in the order of the plan.
        report: the HTML page.
        data: what it shows.
    """

    rows: tuple[Row, ...]
    outcomes: tuple[ModelOutcome, ...]
    report: Path
    data: ReportData


def finish(
    folder: Path, merging: MergeSettings, tolerance_s: float, min_coverage: float
) -> Finished:
    """Makes spots, scores and report of a run again from its replies.

    Args:
        folder: the run.
        merging: how detections become spots.
        tolerance_s: for precision, recall and F1.
        min_coverage: a model that answered a smaller share of its windows is not scored.

    Raises:
        UserError: the folder is no run.
    """
    plan = read_plan(folder)
    contexts = read_contexts(folder)
    outcomes = tuple(_model_outcome(folder, entry, contexts, merging) for entry in plan["models"])
    return publish(folder, plan, outcomes, tolerance_s, min_coverage)


def publish(
    folder: Path,
    plan: dict[str, Any],
    outcomes: Sequence[ModelOutcome],
    tolerance_s: float,
    min_coverage: float,
) -> Finished:
    """Writes the spots, scores and report of a run whose models have come to something.

    Args:
        folder: the run.
        plan: the facts of its `plan.json`.
        outcomes: what each model came to.
        tolerance_s: for precision, recall and F1.
        min_coverage: a model that answered a smaller share of its windows is not scored.
    """
    for outcome in outcomes:
        for game, spots in outcome.spots.items():
            write_spots(spots_folder(folder, outcome.model), game, spots)
    _write_table(folder / "spots.parquet", outcomes)
    truth = planned_labels(plan)
    judging = Judging(truth, half_lengths(plan), tolerance_s, min_coverage)
    scored = score_models(outcomes, judging)
    sheets = {model: sheet.to_json() for model, sheet in scored.sheets.items()}
    scores = {"leaderboard": leaderboard_json(scored.rows), "models": sheets}
    write_atomically(folder / "scores.json", json.dumps(scores, indent=1))
    data = report_data(folder, plan, scored, outcomes, truth)
    page = render(data, folder / "report" / "index.html")
    return Finished(scored.rows, tuple(outcomes), page, data)


def model_readings(
    folder: Path,
    model: str,
    known: Mapping[str, Record],
    contexts: Mapping[str, MatchContext],
) -> list[Reading]:
    """A model's readings of all its windows, in order; what was never asked counts as failed.

    Ambiguous words are read as the section `reading:` of the run's benchmark says.
    """
    policy = read_bench(folder / "bench.yaml").reading.policy()
    return [
        reading
        for half in read_questions(folder, model)
        for reading in _readings(half, known, policy, contexts.get(half.game))
    ]


def _model_outcome(
    folder: Path,
    entry: Mapping[str, Any],
    contexts: Mapping[str, MatchContext],
    merging: MergeSettings,
) -> ModelOutcome:
    card = entry["card"]
    known = first_answers(journal_folder(folder, card["name"]))
    readings = model_readings(folder, card["name"], known, contexts)
    counts = Counter(reading.outcome for reading in readings)
    keys = {key for half in read_questions(folder, card["name"]) for key in half.keys}
    answers = [known[key].answer for key in keys & known.keys()]
    replies = [answer for answer in answers if isinstance(answer, Reply)]
    one_at_a_time = card["engine"] == "transformers"
    return ModelOutcome(
        model=card["name"],
        is_baseline=card["engine"] == "baseline",
        spots=_merged(readings, merging),
        outcomes={outcome: counts[outcome] for outcome in Outcome},
        coverage=sum(counts[outcome] for outcome in _ANSWERED) / max(1, len(readings)),
        uncovered=_uncovered(readings),
        seconds=sum(answer.seconds for answer in answers) if one_at_a_time else None,
        memory_bytes=max((one.memory_bytes for one in replies if one.memory_bytes), default=None),
        cost_usd=_cost_usd(answers, card.get("price")),
        read_by=Counter(reading.rung for reading in readings if reading.rung),
        remarks=_remarks(readings),
        remerged={} if card["engine"] == "baseline" else _remerged(readings, merging),
        problems=Counter(reading.note for reading in readings if reading.outcome is Outcome.FAILED),
    )


def _cost_usd(
    answers: Sequence[Reply | Failure], price: Mapping[str, Any] | None
) -> float | None:
    """What answers cost, or None where nobody knows what one of the replies cost.

    Failures that were paid for count where the endpoint said what they took.
    """
    table = None if price is None else Price(**price)
    costs = [(answer, cost_usd(answer, table)) for answer in answers]
    if not answers or any(cost is None and isinstance(one, Reply) for one, cost in costs):
        return None
    return sum(cost or 0.0 for _, cost in costs)


def _merged(readings: list[Reading], merging: MergeSettings) -> dict[str, list[Spot]]:
    """Spots by game; readings come game by game."""
    return {
        game: merge(of_game, merging)
        for game, of_game in groupby(readings, lambda reading: reading.window.game)
    }


def _remarks(readings: list[Reading]) -> dict[str, int]:
    """What the reader remarked, the most frequent first."""
    noted = Counter(
        note
        for reading in readings
        if reading.outcome is not Outcome.FAILED
        for note in reading.note.split("; ")
        if note
    )
    return dict(noted.most_common(_MOST_REMARKS))


def _remerged(
    readings: list[Reading], merging: MergeSettings
) -> dict[float, dict[str, list[Spot]]]:
    """Spots with the merge window at other sizes; a fitted decoder has widths of its own."""
    if merging.method == DECODER:
        return {}
    return {
        factor: _merged(
            readings,
            replace(
                merging,
                window_ms=round(factor * merging.window_ms),
                named_window_ms=round(factor * merging.named_window_ms),
            ),
        )
        for factor in MERGE_FACTORS
    }


def _readings(
    half: PlannedHalf,
    known: Mapping[str, Record],
    policy: ReadPolicy,
    context: MatchContext | None,
) -> Iterator[Reading]:
    for index, (key, (start_ms, end_ms)) in enumerate(zip(half.keys, half.spans_ms, strict=True)):
        record = known.get(key)
        times = record.window.frame_times_ms if record else ()
        window = Window(half.game, half.half, index, len(half.keys), start_ms, end_ms, times)
        if record is None:
            yield failed(window, "not asked yet")
        elif isinstance(record.answer, Failure):
            yield failed(window, f"{record.answer.reason}: {record.answer.message}")
        else:
            yield read_reply(
                record.answer.text,
                record.answer.finish_reason,
                window,
                record.first_frame,
                policy,
                context,
                tokens=record.answer.tokens,
            )


def _uncovered(readings: list[Reading]) -> dict[tuple[str, int], tuple[tuple[int, int], ...]]:
    """Stretches of each half without a readable answer, neighbours joined."""
    found: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for reading in readings:
        if reading.outcome in _ANSWERED:
            continue
        window = reading.window
        stretches = found.setdefault((window.game, window.half), [])
        if stretches and window.start_ms <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], window.end_ms)
        else:
            stretches.append((window.start_ms, window.end_ms))
    return {half: tuple(stretches) for half, stretches in found.items()}


def _write_table(path: Path, outcomes: Sequence[ModelOutcome]) -> None:
    """All spots of a run as one table."""
    import polars

    rows = [
        (outcome.model, game, spot.half, spot.position_ms, spot.label, spot.team, spot.confidence)
        for outcome in outcomes
        for game, spots in outcome.spots.items()
        for spot in spots
    ]
    schema = {
        "model": polars.String,
        "game": polars.String,
        "half": polars.Int8,
        "position_ms": polars.Int64,
        "label": polars.String,
        "team": polars.String,
        "confidence": polars.Float64,
    }
    with whole_file(path) as file:
        polars.DataFrame(rows, schema=schema, orient="row").write_parquet(file)
