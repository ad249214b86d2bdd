"""A run's folder: what was planned, what was asked, and where the answers lie."""

import json
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.games import Label
from touchline.prompts import MatchContext, Side


def is_run(folder: Path) -> bool:
    """Whether a run was planned here."""
    return (folder / "plan.json").is_file()


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
