"""What a decoded model needs beside its spots: those without some of the games that its decoder was
fitted on, and rows of the decoder refitted on claims that are not where they belong."""

from collections import defaultdict
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from touchline.models import MARK
from touchline.runs.asking.watching.served_rows import ServedRow
from touchline.runs.merging.fitted import merging_of
from touchline.runs.merging.held_out import GameLabels, decode_refitted
from touchline.runs.results.leaderboard import ModelOutcome
from touchline.runs.results.model_replies import ModelReplies
from touchline.spots import (
    NO_LOOK_ROWS,
    EventSignals,
    MergeSettings,
    Spot,
    merge_without_look,
    read_decoders,
    signals_of_readings,
)

_NO_NULLS = (
    "the file of its decoder has no nulls, so what it scores without looking is not known: make it "
    "again with touchline tune"
)


def with_decoder_nulls(
    folder: Path,
    row: ServedRow,
    outcome: ModelOutcome,
    merging: MergeSettings,
    truth: GameLabels,
) -> list[ModelOutcome]:
    """A model, and after it the nulls of its decoder as its controls.

    Each null was fitted on the same games as the decoder that it stands beside, so both are held
    out where one of them is. A model that is not decoded, a control and a baseline have none.

    Args:
        folder: the run.
        row: the model, and whose replies count.
        outcome: what it came to.
        merging: how detections became spots.
        truth: labels by game.
    """
    merging = merging_of(row.entry, merging)
    if outcome.kind != "model" or merging.method != "decoder":
        return [outcome]
    spots: dict[str, dict[str, list[Spot]]] = defaultdict(dict)
    signals: dict[str, list[EventSignals]] = {}
    replies = ModelReplies(folder, row.entry.name, row).readings()
    for game, of_game in groupby(replies, lambda reading: reading.window.game):
        readings = list(of_game)
        for name, found in merge_without_look(readings, merging).items():
            spots[name][game] = found
        if outcome.fitted and game in truth:
            signals[game] = signals_of_readings(readings)
    if outcome.fitted and merging.decoder is not None:
        decoders = read_decoders(merging.decoder)
        refitted = decode_refitted(signals, truth, decoders, merging.min_confidence)
        outcome = replace(outcome, refitted=refitted)
    if not spots:
        return [replace(outcome, notes=(*outcome.notes, _NO_NULLS))]
    nulls = [
        ModelOutcome(
            model=f"{outcome.model}{MARK}{NO_LOOK_ROWS[name]}",
            kind="control",
            control_of=outcome.model,
            spots=of_null,
            outcomes=outcome.outcomes,
            coverage=outcome.coverage,
            uncovered=outcome.uncovered,
            fitted=outcome.fitted,
            notes=(f"the decoder refitted without looking: {name}",),
        )
        for name, of_null in spots.items()
    ]
    return [outcome, *nulls]
