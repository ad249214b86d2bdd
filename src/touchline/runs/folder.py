"""A run's folder: what was planned, what was asked, and where the answers lie."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.files import write_atomically
from touchline.games import Label
from touchline.prompts import MatchContext, Side
from touchline.runs.questions import Question


@dataclass(frozen=True, slots=True)
class PlannedHalf:
    """One half as one model is asked about it.

    Attributes:
        game: id of the game.
        half: 1 or 2.
        keys: key of each window's reply, in order.
        spans_ms: start and end of each window.
    """

    game: str
    half: int
    keys: tuple[str, ...]
    spans_ms: tuple[tuple[int, int], ...]


def write_questions(folder: Path, model: str, wanted: Iterable[Question]) -> None:
    """Writes down which questions make up a run: one line a half.

    With this file, everything to the right of the replies can be made again without the videos.
    """
    lines = []
    for (game, half), asked in groupby(wanted, lambda one: (one.window.game, one.window.half)):
        listed = list(asked)
        keys = [one.key for one in listed]
        spans = [(one.window.start_ms, one.window.end_ms) for one in listed]
        lines.append(json.dumps({"game": game, "half": half, "keys": keys, "spans_ms": spans}))
    write_atomically(_questions_file(folder, model), "".join(f"{line}\n" for line in lines))


def read_questions(folder: Path, model: str) -> Iterator[PlannedHalf]:
    """The halves that a model is asked about, in order.

    Raises:
        UserError: the run was never started for this model.
    """
    file = _questions_file(folder, model)
    if not file.is_file():
        raise UserError(f"run {folder} has not begun to ask model '{model}': touchline run it.")
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            values = json.loads(line)
            spans = tuple((start, end) for start, end in values["spans_ms"])
            yield PlannedHalf(values["game"], values["half"], tuple(values["keys"]), spans)


def read_plan(folder: Path) -> dict[str, Any]:
    """The facts of `plan.json`.

    Raises:
        UserError: the folder is no run.
    """
    try:
        plan: dict[str, Any] = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{folder} is not a run: there is no plan.json in it.") from None
    except (OSError, ValueError) as error:
        raise UserError(f"run {folder}: plan.json cannot be read: {error}.") from error
    return plan


def planned_labels(plan: dict[str, Any]) -> dict[str, list[Label]]:
    """The truth of each labelled game of a plan, of the halves that the run covers."""
    truth = {}
    for game in plan["games"]:
        if game["labels"] is not None:
            halves = {half["number"] for half in game["halves"]}
            labels = [Label(**values) for values in game["labels"]]
            truth[game["id"]] = [label for label in labels if label.half in halves]
    return truth


def half_lengths(plan: dict[str, Any]) -> dict[tuple[str, int], int]:
    """Length of each half of a plan in ms, by game and number."""
    return {
        (game["id"], half["number"]): half["claimed_ms"]
        for game in plan["games"]
        for half in game["halves"]
    }


def read_contexts(folder: Path) -> dict[str, MatchContext]:
    """The match contexts of a run, by game; empty where it was run without."""
    file = folder / "context.json"
    if not file.is_file():
        return {}
    return {
        game: MatchContext(Side(**values["home"]), Side(**values["away"]))
        for game, values in json.loads(file.read_text(encoding="utf-8")).items()
    }


def journal_folder(folder: Path, model: str) -> Path:
    """Where the replies of a model are written down."""
    return folder / "replies" / model


def spots_folder(folder: Path, model: str) -> Path:
    """Where the official files of a model's spots lie."""
    return folder / "spots" / model


def _questions_file(folder: Path, model: str) -> Path:
    return folder / "questions" / f"{model}.jsonl"
