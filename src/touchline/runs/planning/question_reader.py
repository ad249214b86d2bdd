"""Questions made again from a run's folder: what a worker needs in order to ask."""

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


class QuestionReader:
    """The questions to one model of a run, made from the run's folder alone.

    Attributes:
        model: the model as it was planned.
        class_priors: for the null baselines.
        recipes: how frames are made for all models of the run that look at them.
        file: the index of the questions.

    Args:
        folder: the run.
        model: name of the model.

    Raises:
        UserError: the folder is not a run, or the run has not asked this model yet.
    """

    def __init__(self, folder: Path, model: str) -> None:
        plan = PlanFile.read(folder)
        self.model = PlannedModel.of_plan(plan.model(model))
        self.class_priors = plan.class_priors()
        self.recipes = plan.frame_specs()
        self.file = QuestionFile(folder, model)
        self._template = plan.prompt.template()
        self._contexts = read_contexts(folder)
        self._halves = plan.halves()
        self._windows = lru_cache(maxsize=4)(cut_windows)
        self._questions_of = lru_cache(maxsize=4)(self.file.half)

    def questions(self, positions: Iterable[int]) -> Iterator[Question]:
        """The questions at some positions of the question file, each made when it is pulled.

        Raises:
            UserError: a video has changed since it was planned.
        """
        return map(self.question, positions)

    def question(self, position: int) -> Question:
        """The question at one position (see `questions`)."""
        line = self.file.line_of(position)
        planned = self._questions_of(line)
        place, sample = divmod(position - line.first, planned.samples)
        half = self._halves[line.game, line.half]
        window = self._window(half, place)
        question = build_question(
            half, window, self.model, self._template, self._contexts.get(line.game), sample
        )
        if question.key != planned.keys[position - line.first]:
            raise UserError(
                f"video {half.video} has changed since the run was planned: start touchline run "
                "again."
            )
        return question

    def _window(self, half: Half, place: int) -> Window:
        windows: list[Window] = self._windows(half, self.model.recipe)
        if place >= len(windows):
            raise UserError(
                f"video {half.video} is shorter than when the run was planned: start touchline run "
                "again."
            )
        return windows[place]
