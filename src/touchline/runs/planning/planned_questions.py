"""A plan read back from a run's folder: what a worker needs in order to ask."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from touchline.errors import UserError
from touchline.games import Half
from touchline.runs.planning.plan import PlannedModel
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.planning.question_builder import Question, build_question
from touchline.runs.planning.question_index import QuestionFile
from touchline.runs.planning.stored_contexts import read_contexts
from touchline.video import Window, cut_windows


class PlannedQuestions:
    """The questions to one model of a run, made from the run's folder alone.

    Args:
        folder: the run.
        model: its name.

    Raises:
        UserError: the folder is no run, or the run was never started for this model.
    """

    def __init__(self, folder: Path, model: str) -> None:
        plan = PlanFile.read(folder)
        self.model = PlannedModel.of_plan(plan.model(model))
        self.rates = plan.class_priors()
        self.recipes = plan.frame_specs()
        self.file = QuestionFile(folder, model)
        self._template = plan.prompt.template(plan.task)
        self._contexts = read_contexts(folder)
        self._halves = plan.halves()
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
