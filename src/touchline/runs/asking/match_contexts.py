"""The first stage: who plays in which colours, given by the user or read by a model.

It has its own prompt, questions and journal, so that events can be asked again without the
context, and the context without the events.
"""

from pathlib import Path

from touchline.errors import UserError
from touchline.games import Game, Task
from touchline.models import Failure, Reply, find_card, load_engine
from touchline.progress import Progress
from touchline.prompts import MatchContext, load_template
from touchline.replies import ANSWERED, JournalWriter, read_index, read_match_context
from touchline.runs.asking.ask import LazyEngine, ask
from touchline.runs.asking.stop import Stop
from touchline.runs.asking.worker import LoadEngine
from touchline.runs.config.bench import ContextSection
from touchline.runs.planning.plan import Plan, PlannedModel
from touchline.runs.planning.question_builder import Question, build_question
from touchline.runs.planning.stored_contexts import write_contexts
from touchline.runs.run_folder import RunFolder
from touchline.text import shorten
from touchline.video import FrameSpec, cut_windows

_FIRST_SECONDS = FrameSpec(fps=0.5, window=15, stride=15)
"""Eight frames of the first 15 s, at full height so that graphics can be read."""


def match_contexts(
    plan: Plan, folder: Path, advance: Progress, load: LoadEngine = load_engine
) -> dict[str, MatchContext]:
    """The context of each game that has one, written to `context.json` in the run's folder.

    Args:
        plan: the benchmark.
        folder: the run's folder.
        advance: called with the progress.
        load: loads the engine of a card; without class priors here.

    Raises:
        UserError: a context is given for a game that the benchmark does not have, or the answer
            of the model cannot be read.
    """
    section = plan.bench.context
    if section is None:
        return {}
    contexts = _given(plan, section)
    open_games = [game for game in plan.games if game.id not in contexts]
    if section.ask is not None and open_games:
        contexts |= _read_by_model(open_games, plan.bench.task, section, folder, advance, load)
    write_contexts(folder, contexts)
    return contexts


def _given(plan: Plan, section: ContextSection) -> dict[str, MatchContext]:
    ids = {game.id for game in plan.games}
    unknown = next((game_id for game_id in section.given if game_id not in ids), None)
    if unknown:
        raise UserError(f"context.given names game '{unknown}', which is not in this benchmark.")
    return dict(section.given)


def _read_by_model(
    games: list[Game],
    task: Task,
    section: ContextSection,
    folder: Path,
    advance: Progress,
    load: LoadEngine,
) -> dict[str, MatchContext]:
    card = find_card(section.ask or "")
    template = load_template(section.prompt, task)
    model = PlannedModel(card, _FIRST_SECONDS, card.identity(), template)
    questions: dict[str, Question] = {}
    for game in games:
        half = game.halves[0]
        questions[game.id] = build_question(half, cut_windows(half, _FIRST_SECONDS)[0], model)
    journal = RunFolder(folder).context_journal(card.name)
    _ask_missing(list(questions.values()), journal, LazyEngine(lambda: load(card, None)), advance)
    answers = read_index(journal).records([one.key for one in questions.values()])
    return {
        game_id: _read(game_id, card.name, answers[one.key].answer)
        for game_id, one in questions.items()
    }


def _ask_missing(
    questions: list[Question], journal: Path, engine: LazyEngine, advance: Progress
) -> None:
    states = read_index(journal).states([one.key for one in questions])
    open_ = {
        one.key: one for one, state in zip(questions, states, strict=True) if state != ANSWERED
    }
    done = len(questions) - len(open_)
    advance(done, len(questions))
    if not open_:
        return
    with engine, JournalWriter(journal, "all") as writer:
        for number, _ in enumerate(ask(open_.values(), engine, writer, Stop()), 1):
            advance(done + number, len(questions))


def _read(game_id: str, model: str, answer: Reply | Failure) -> MatchContext:
    text = answer.text if isinstance(answer, Reply) else answer.message
    context = read_match_context(answer.text) if isinstance(answer, Reply) else None
    if context is None:
        raise UserError(
            f"model '{model}' gave no readable match context for game '{game_id}' "
            f"({shorten(text, 120)!r}): write it under context.given, ask another "
            "model, or omit the section context."
        )
    return context
