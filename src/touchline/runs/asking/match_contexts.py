"""The first stage: who plays in which colours, given by the user or read by a model.

It has its own prompt, its own questions and its own journal, so that asking about events again
never asks for the context again, and the other way round.
"""

from pathlib import Path

from touchline.errors import UserError
from touchline.games import Game
from touchline.models import Failure, Reply, find_card, load_engine
from touchline.progress import Progress
from touchline.prompts import MatchContext, load_template
from touchline.replies import ANSWERED, JournalWriter, read_index, read_match_context
from touchline.runs.asking.ask import LateEngine, ask
from touchline.runs.asking.stop import Stop
from touchline.runs.asking.worker import LoadEngine
from touchline.runs.config.bench import ContextSection
from touchline.runs.planning.plan import Plan, PlannedModel
from touchline.runs.planning.question_builder import Question, build_question
from touchline.runs.planning.stored_contexts import write_contexts
from touchline.runs.run_folder import RunFolder
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
        advance: told of progress.
        load: makes the engine of a card; rates are None here.

    Raises:
        UserError: a context is given for a game that is not there, or a model's answer cannot
            be read.
    """
    section = plan.bench.context
    if section is None:
        return {}
    contexts = _given(plan, section)
    open_games = [game for game in plan.games if game.id not in contexts]
    if section.ask is not None and open_games:
        contexts |= _asked(open_games, section, folder, advance, load)
    write_contexts(folder, contexts)
    return contexts


def _given(plan: Plan, section: ContextSection) -> dict[str, MatchContext]:
    ids = {game.id for game in plan.games}
    unknown = next((game_id for game_id in section.given if game_id not in ids), None)
    if unknown:
        raise UserError(f"context.given names game '{unknown}', which is not in this benchmark.")
    return dict(section.given)


def _asked(
    games: list[Game], section: ContextSection, folder: Path, advance: Progress, load: LoadEngine
) -> dict[str, MatchContext]:
    card = find_card(section.ask or "")
    model = PlannedModel(card, _FIRST_SECONDS, card.identity())
    template = load_template(section.prompt)
    wanted: dict[str, Question] = {}
    for game in games:
        half = game.halves[0]
        wanted[game.id] = build_question(
            half, cut_windows(half, _FIRST_SECONDS)[0], model, template
        )
    journal = RunFolder(folder).context_journal(card.name)
    _ask_missing(list(wanted.values()), journal, LateEngine(lambda: load(card, None)), advance)
    answers = read_index(journal).records([one.key for one in wanted.values()])
    return {
        game_id: _read(game_id, card.name, answers[one.key].answer)
        for game_id, one in wanted.items()
    }


def _ask_missing(
    wanted: list[Question], journal: Path, engine: LateEngine, advance: Progress
) -> None:
    states = read_index(journal).states([one.key for one in wanted])
    open_ = {one.key: one for one, state in zip(wanted, states, strict=True) if state != ANSWERED}
    done = len(wanted) - len(open_)
    advance(done, len(wanted))
    if not open_:
        return
    with engine, JournalWriter(journal, "all") as writer:
        for number, _ in enumerate(ask(open_.values(), engine, writer, Stop()), 1):
            advance(done + number, len(wanted))


def _read(game_id: str, model: str, answer: Reply | Failure) -> MatchContext:
    said = answer.text if isinstance(answer, Reply) else answer.message
    context = read_match_context(answer.text) if isinstance(answer, Reply) else None
    if context is None:
        raise UserError(
            f"model '{model}' gave no readable match context for game '{game_id}' "
            f"({' '.join(said.split())[:120]!r}): write it under context.given, ask another "
            "model, or leave context out."
        )
    return context
