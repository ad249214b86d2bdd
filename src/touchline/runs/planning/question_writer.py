"""Writes the questions of a run; those of a half again only if what they are made from changed."""

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

from touchline import __version__
from touchline.games import Half
from touchline.prompts import COMMENTARY_TRACK, Template, tracks_used
from touchline.runs.planning.plan import Plan, PlannedModel
from touchline.runs.planning.question_builder import (
    Contexts,
    WindowClaims,
    build_half_questions,
)
from touchline.runs.planning.question_index import (
    HalfQuestions,
    QuestionFile,
    sound_halves,
    write_questions,
)
from touchline.runs.run_folder import RunFolder
from touchline.seal import DamagedFileError
from touchline.video import frame_facts, read_commentary

_LOG = logging.getLogger(__name__)


def plan_questions(
    plan: Plan,
    model: PlannedModel,
    contexts: Contexts,
    folder: Path,
    claims: Mapping[tuple[str, int], WindowClaims] | None = None,
) -> None:
    """Writes the questions to a model into a run's folder; leaves the file if nothing changed.

    Args:
        plan: the benchmark.
        model: the model.
        contexts: match contexts by game.
        folder: of the run.
        claims: for a control of claims, what its model claims, by game and half.

    Raises:
        UserError: a video cannot be read or the prompt does not render.
    """
    sources = {
        (half.game, half.number): (half, made_from(plan, model, contexts, half, _of(claims, half)))
        for game in plan.games
        for half in game.halves
    }
    file = RunFolder(folder).questions(model.name)
    sound: dict[tuple[str, int], HalfQuestions] = {}
    try:
        before = QuestionFile(folder, model.name) if file.is_file() else None
    except DamagedFileError:
        before, sound = None, sound_halves(file)
        _LOG.warning("%s was damaged: it is made again", file)
    lines = {(line.game, line.half): line for line in before.lines} if before else {}
    same = {
        half_id
        for half_id, line in lines.items()
        if sources.get(half_id, ("", ""))[1] == line.made_from
    }
    if before is not None and list(lines) == list(sources) and len(same) == len(sources):
        return

    def halves() -> Iterator[HalfQuestions]:
        for half_id, (half, source) in sources.items():
            if before is not None and half_id in same:
                yield before.half(lines[half_id])
            elif half_id in sound and sound[half_id].made_from == source:
                yield sound[half_id]
            else:
                yield half_questions(model, contexts, half, source, _of(claims, half))

    write_questions(folder, model.name, halves())


def _of(claims: Mapping[tuple[str, int], WindowClaims] | None, half: Half) -> WindowClaims | None:
    return None if claims is None else claims.get((half.game, half.number), {})


def half_questions(
    model: PlannedModel,
    contexts: Contexts,
    half: Half,
    made_from: str,
    claims: WindowClaims | None = None,
) -> HalfQuestions:
    """All questions about one half to a model.

    Args:
        model: the model.
        contexts: match contexts by game.
        half: the half.
        made_from: see `made_from`.
        claims: for a control of claims, what its model claims of the half.
    """
    questions = list(build_half_questions(model, contexts, half, claims))
    spans = tuple((one.window.start_ms, one.window.end_ms) for one in questions)
    return HalfQuestions(
        game=half.game,
        half=half.number,
        keys=tuple(one.key for one in questions),
        spans_ms=spans,
        samples=model.card.generation.samples,
        made_from=made_from,
        claims_ms=() if claims is None else tuple(tuple(claims[span]) for span in spans),
    )


def made_from(
    plan: Plan,
    model: PlannedModel,
    contexts: Contexts,
    half: Half,
    claims: WindowClaims | None = None,
) -> str:
    """Hash of everything that the questions of a half to a model depend on."""
    context = contexts.get(half.game)
    video = plan.videos[half.video]
    facts = {
        "touchline": __version__,
        "video": video.fingerprint,
        **model.plan().model_dump(mode="json", include={"card", "recipe", "identity"}),
        "frames": frame_facts(model.recipe, video.pixel_aspect),
        "prompt": (model.template.name, model.template.sha256),
        "context": None if context is None else context.model_dump(),
        "commentary": _transcript(model.template, half),
    }
    if claims is not None:
        facts["claims"] = sorted((*span, list(times)) for span, times in claims.items())
    text = json.dumps(facts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _transcript(template: Template, half: Half) -> list[tuple[int, int, str]] | None:
    """The commentary of a half, if the prompt has it; the file may change between two runs."""
    if COMMENTARY_TRACK not in tracks_used(template):
        return None
    return [(one.start_ms, one.end_ms, one.text) for one in read_commentary(half)]
