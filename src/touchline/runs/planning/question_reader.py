"""Questions made again from a run's folder: what a worker needs in order to ask."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from touchline.errors import UserError
from touchline.games import Half
from touchline.models import OF_CLAIMS
from touchline.runs.planning.plan import plan_of_model
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
        specs: how frames are made for all models of the run that look at them.
        file: the index of the questions.

    Args:
        folder: the run.
        model: name of the model.

    Raises:
        UserError: the folder is not a run, or the run has not asked this model yet.
    """

    def __init__(self, folder: Path, model: str) -> None:
        plan = PlanFile.read(folder)
        self.model = plan_of_model(plan, model)
        self.class_priors = plan.class_priors()
        self.specs = plan.frame_specs()
        self.file = QuestionFile(folder, model)
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
        index = position - line.first
        question = self.rebuild(line.game, line.half, index)
        if question.key != self._questions_of(line).keys[index]:
            video = question.presentation.half.video
            raise UserError(
                f"video {video} has changed since the run was planned: start touchline run again."
            )
        return question

    def key(self, position: int) -> str:
        """The key of the question at one position, as the file has it."""
        line = self.file.line_of(position)
        return self._questions_of(line).keys[position - line.first]

    def rebuild(self, game: str, half: int, index: int) -> Question:
        """A question of a half as plan and video make it now; its key may differ from the file's.

        Args:
            game: id of the game.
            half: number of the half, from 1.
            index: of the question among those of its half.

        Raises:
            UserError: the video cannot be read, or is shorter than when it was planned.
        """
        place, sample = divmod(index, self.model.card.generation.samples)
        one = self._halves[game, half]
        claims_ms = None
        if self.model.card.control in OF_CLAIMS:  # asked about some windows of the grid only
            asked = self._questions_of(self.file.line_about(game, half))
            place, claims_ms = self._place(one, asked.spans_ms[index]), asked.claims_ms[index]
        window, context = self._window(one, place), self._contexts.get(game)
        return build_question(one, window, self.model, context, sample, claims_ms)

    def _place(self, half: Half, span_ms: tuple[int, int]) -> int:
        """The place of the window of a span in the grid; past its end where there is none."""
        windows: list[Window] = self._windows(half, self.model.recipe)
        spans = [(window.start_ms, window.end_ms) for window in windows]
        return spans.index(span_ms) if span_ms in spans else len(spans)

    def _window(self, half: Half, place: int) -> Window:
        windows: list[Window] = self._windows(half, self.model.recipe)
        if place >= len(windows):
            raise UserError(
                f"video {half.video} is shorter than when the run was planned: start touchline run "
                "again."
            )
        return windows[place]
