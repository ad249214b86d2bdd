"""Every question of a benchmark, in order, with the key that identifies its reply."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from touchline.games import Half
from touchline.models import (
    Card,
    Failure,
    Generation,
    Reply,
    Request,
    audit_prompt,
    request_key,
)
from touchline.prompts import MatchContext, Messages
from touchline.replies import Record
from touchline.runs.asking.present import OpenStore, Presentation, present
from touchline.runs.planning.plan import Plan, PlannedModel
from touchline.video import Window, cut_windows, probe_video

Contexts = Mapping[str, MatchContext]
"""Teams and kits of each game that has them, by the id of the game."""

WindowClaims = Mapping[tuple[int, int], Sequence[int]]
"""What a model claims of a half: times in ms by the span of each window that it claims of."""


@dataclass(frozen=True, slots=True)
class Question:
    """One window as one model is asked about it.

    Attributes:
        key: the identity of its reply.
        presentation: what the model is shown.
        generation: how to answer.
        card: the model that is asked.
    """

    key: str
    presentation: Presentation
    generation: Generation
    card: Card

    @property
    def window(self) -> Window:
        """The window, with the times of the frames that are shown."""
        return self.presentation.window

    @property
    def messages(self) -> Messages:
        """The prompt as the model reads it."""
        return self.presentation.messages

    def request(self, open_store: OpenStore) -> Request:
        """The question as an engine gets it (see `Presentation.request`)."""
        return self.presentation.request(self.key, self.generation, open_store)

    def record(self, answer: Reply | Failure) -> Record:
        """The question and its answer as they are written to the journal.

        An answer to a prompt that was cut short before the model is a failure there.
        """
        shown = self.presentation
        audited = audit_prompt(self.card, shown.messages, lambda: shown.frame_size, answer)
        return Record(shown.window, shown.prompt.first_frame, audited, shown.history)

    def with_history(self, text: str | None) -> "Question":
        """The question with what the model is told of its earlier answers; of the same key."""
        return replace(self, presentation=replace(self.presentation, history=text))


def build_questions(plan: Plan, model: PlannedModel, contexts: Contexts) -> Iterator[Question]:
    """All questions to one model: games, halves, windows and samples in order."""
    for game in plan.games:
        for half in game.halves:
            yield from build_half_questions(model, contexts, half)


def build_half_questions(
    model: PlannedModel,
    contexts: Contexts,
    half: Half,
    claims: WindowClaims | None = None,
) -> Iterator[Question]:
    """The questions about one half to one model.

    Args:
        model: the model.
        contexts: match contexts by game.
        half: the half.
        claims: for a control of claims, what its model claims of the half: a window without a
            claim, and one of which no frame would be left, is not asked about.
    """
    context = contexts.get(half.game)
    for window in cut_windows(half, model.recipe):
        times = None if claims is None else claims.get((window.start_ms, window.end_ms), ())
        for sample in range(model.card.generation.samples):
            one = build_question(half, window, model, context, sample, times)
            if times is None or (times and one.window.frame_times_ms):
                yield one


def build_question(
    half: Half,
    window: Window,
    model: PlannedModel,
    context: MatchContext | None = None,
    sample: int = 0,
    claims_ms: Sequence[int] | None = None,
) -> Question:
    """What a model is asked about one window; the samples of a window differ in their seeds.

    `claims_ms` is as for `present`.
    """
    generation = model.card.generation.for_sample(sample)
    presentation = present(half, window, model, model.template, context, claims_ms)
    memory = {"memory": model.card.memory} if model.card.memory else {}
    key = request_key(
        fingerprint=probe_video(half.video).fingerprint,
        window=presentation.window,
        frames=presentation.frame_facts,
        messages=presentation.prompt,
        model=model.identity | memory,
        generation=generation,
    )
    return Question(key, presentation, generation, model.card)
