"""Every question of a benchmark, in order, with the key that its reply is known by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from touchline.games import Half
from touchline.models import Control, Generation, controlled_messages, request_key
from touchline.prompts import MatchContext, Messages, Template, build_messages, tracks_for
from touchline.runs.planning.frame_limit import limit_frames
from touchline.runs.planning.plan import Plan, PlannedModel
from touchline.video import FrameSpec, Window, cut_windows, probe_video, shown_frame_facts

Contexts = Mapping[str, MatchContext]


@dataclass(frozen=True, slots=True)
class Question:
    """One window as one model is asked about it.

    Attributes:
        key: the identity of its reply.
        half: where the frames come from.
        recipe: how they are taken.
        window: the window.
        messages: the prompt.
        generation: how to answer.
        control: what is taken away from the question, or None.
        told: what the model is told of its earlier answers, behind the prompt; not in the key,
            which has how much it is told.
    """

    key: str
    half: Half
    recipe: FrameSpec
    window: Window
    messages: Messages
    generation: Generation
    control: Control | None = None
    told: str | None = None


def build_questions(plan: Plan, model: PlannedModel, contexts: Contexts) -> Iterator[Question]:
    """All questions to one model: games, halves, windows and samples in order."""
    for game in plan.games:
        for half in game.halves:
            yield from build_half_questions(plan, model, contexts, half)


def build_half_questions(
    plan: Plan, model: PlannedModel, contexts: Contexts, half: Half
) -> Iterator[Question]:
    """The questions about one half to one model."""
    context = contexts.get(half.game)
    for window in cut_windows(half, model.recipe):
        for sample in range(model.card.generation.samples):
            yield build_question(half, window, model, plan.template, context, sample)


def build_question(
    half: Half,
    window: Window,
    model: PlannedModel,
    template: Template,
    context: MatchContext | None = None,
    sample: int = 0,
) -> Question:
    """What a model is asked about one window; the samples of a window differ in their seeds."""
    generation = model.card.generation.for_sample(sample)
    control = model.card.control
    window = limit_frames(window, model.card)
    tracks = tracks_for(half, window, template, model.recipe)
    plain = build_messages(window, template, context, model.card.system_prompt, tracks)
    if model.card.prompt_prefix:
        plain = plain.with_prefix(model.card.prompt_prefix)
    if model.card.text_first:
        plain = plain.with_text_first()
    asked = controlled_messages(plain, control)
    key = request_key(
        fingerprint=probe_video(half.video).fingerprint,
        window=window,
        frames=shown_frame_facts(model.recipe) | ({"control": control} if control else {}),
        messages=asked,
        model=model.identity | ({"memory": model.card.memory} if model.card.memory else {}),
        generation=generation,
    )
    return Question(key, half, model.recipe, window, asked, generation, control)
