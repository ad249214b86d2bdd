"""A plan read back from a run's folder: what a worker needs in order to ask."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.games import Half
from touchline.models import ClassPriors, find_card
from touchline.prompts import Template
from touchline.runs.planning.plan import PlannedModel
from touchline.runs.planning.question_builder import Question, build_question
from touchline.runs.planning.question_index import QuestionFile
from touchline.runs.run_folder import read_contexts, read_plan
from touchline.video import FrameSpec, Window, cut_windows


class PlannedQuestions:
    """The questions to one model of a run, made from the run's folder alone.

    Args:
        folder: the run.
        model: its name.

    Raises:
        UserError: the folder is no run, or the run was never started for this model.
    """

    def __init__(self, folder: Path, model: str) -> None:
        plan = read_plan(folder)
        self.model = planned_model(plan, model)
        self.rates = planned_rates(plan)
        self.recipes = planned_recipes(plan)
        self.file = QuestionFile(folder, model)
        self._template = planned_template(plan)
        self._contexts = read_contexts(folder)
        self._halves = planned_halves(plan)
        self._windows = lru_cache(maxsize=4)(cut_windows)
        self._planned = lru_cache(maxsize=4)(self.file.half)

    def questions(self, positions: Iterable[int]) -> Iterator[Question]:
        """The questions at some positions of the question file, each made when it is wanted.

        Raises:
            UserError: a question is not what was planned any more: its video changed.
        """
        return map(self.question, positions)

    def question(self, position: int) -> Question:
        """The question at one position (see `questions`)."""
        line = self.file.line_of(position)
        planned = self._planned(line)
        place, sample = divmod(position - line.first, planned.samples)
        half = self._halves[line.game, line.half]
        window = self._window(half, place)
        made = build_question(
            half, window, self.model, self._template, self._contexts.get(line.game), sample
        )
        if made.key != planned.keys[position - line.first]:
            raise UserError(
                f"{half.video} is not what it was when the run was planned: touchline run it again."
            )
        return made

    def _window(self, half: Half, place: int) -> Window:
        found: list[Window] = self._windows(half, self.model.recipe)
        if place >= len(found):
            raise UserError(
                f"{half.video} is shorter than when the run was planned: touchline run it again."
            )
        return found[place]


def planned_model(plan: Mapping[str, Any], name: str) -> PlannedModel:
    """A model of a plan.

    Raises:
        UserError: the plan has no such model.
    """
    for entry in plan["models"]:
        if entry["card"]["name"] == name:
            card = find_card(dict(entry["card"]))
            return PlannedModel(card, FrameSpec.of_facts(entry["recipe"]), entry["identity"])
    raise UserError(f"run '{plan['name']}' has no model '{name}'.")


def planned_recipes(plan: Mapping[str, Any]) -> list[FrameSpec]:
    """How frames are taken for the models of a plan that look at them."""
    return [
        FrameSpec.of_facts(entry["recipe"])
        for entry in plan["models"]
        if entry["card"]["engine"] != "baseline"
    ]


def planned_template(plan: Mapping[str, Any]) -> Template:
    """The prompt of a plan."""
    return Template(plan["prompt"]["name"], plan["prompt"]["source"])


def planned_rates(plan: Mapping[str, Any]) -> ClassPriors:
    """What the null baselines of a plan may know."""
    return ClassPriors(plan["rates_per_hour"], plan["models"][-1]["recipe"]["stride_ms"])


def planned_halves(plan: Mapping[str, Any]) -> dict[tuple[str, int], Half]:
    """The halves of a plan, by game and number."""
    return {
        (game["id"], half["number"]): Half(game["id"], half["number"], Path(half["video"]))
        for game in plan["games"]
        for half in game["halves"]
    }
