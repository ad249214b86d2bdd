"""What a model is shown of a window: its frames with their times, the text, and the sound.

This is the only place that knows. Engines get it in their requests, the request key is made from
it, and the viewer and the estimates read it off the same object.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.games import Half
from touchline.models import (
    Card,
    Control,
    Generation,
    Request,
    controlled_frames,
    controlled_messages,
    frames_around_claims,
    with_sets_note,
)
from touchline.prompts import (
    MatchContext,
    Messages,
    Template,
    Text,
    build_messages,
    tracks_for,
)
from touchline.runs.planning.frame_limit import limit_frames, pool_frames
from touchline.runs.planning.plan import PlannedModel
from touchline.video import (
    FrameSpec,
    FrameStore,
    SoundEvents,
    Window,
    find_sound_events,
    find_static_parts,
    frame_facts,
    frame_size,
    picture_size,
    probe_video,
    render_frames,
)

OpenStore = Callable[[Half, FrameSpec], FrameStore]


@dataclass(frozen=True, slots=True)
class Presentation:
    """One question as a model is shown it. Nothing is decoded before frames are read.

    Attributes:
        half: where frames and sound come from.
        spec: how the frames are made.
        window: with the true time of each frame that is shown.
        prompt: the rendered prompt.
        control: what is done to the frames, or None.
        pooled_ms: the time of every frame, where several are one image of the prompt and `window`
            has the time of the middle one of each; else empty.
        history: what the model is told of its earlier answers, after the prompt; None where it
            is told nothing. It is not in the request key, which has how much it is told.
    """

    half: Half
    spec: FrameSpec
    window: Window
    prompt: Messages
    control: Control | None = None
    history: str | None = None
    pooled_ms: tuple[int, ...] = ()

    @property
    def messages(self) -> Messages:
        """The text with the places of the images: the prompt, and the history after it."""
        if self.history is None:
            return self.prompt
        return replace(self.prompt, parts=(*self.prompt.parts, Text(self.history)))

    @property
    def frame_facts(self) -> dict[str, Any]:
        """How the frames are made, for the request key."""
        control = {"control": self.control} if self.control else {}
        pooled = {"pooled_ms": self.pooled_ms} if self.pooled_ms else {}
        facts = frame_facts(self.spec, probe_video(self.half.video).pixel_aspect)
        return facts | control | pooled

    @property
    def frame_times_ms(self) -> tuple[int, ...]:
        """The time of every frame that is read, in order."""
        return self.pooled_ms or self.window.frame_times_ms

    @property
    def frame_size(self) -> tuple[int, int]:
        """Width and height of the frames in pixels; only the head of the video is read.

        Raises:
            UserError: the video cannot be opened.
        """
        return shown_frame_size(self.half.video, self.spec)

    @property
    def video(self) -> Path | None:
        """The video file; None where the frames show something else than the video does."""
        spec = self.spec
        is_redrawn = bool(spec.crop or spec.mask or spec.stamp or spec.flow)
        return None if is_redrawn else self.half.video

    def frames(self, open_store: OpenStore, key: str) -> list[bytes]:
        """The frames as JPEG files, in order.

        Args:
            open_store: gives the stored frames of a half.
            key: of the request; the order of shuffled frames follows from it.

        Raises:
            UserError: the video cannot be read.
            MissingFrameError: a frame does not decode.
        """
        stored = open_store(self.half, self.spec).jpegs(self.frame_times_ms)
        return controlled_frames(render_frames(stored, self.spec), self.control, key)

    def sound(self) -> SoundEvents:
        """The sound events of the whole half.

        Raises:
            UserError: the video has no sound that can be read.
        """
        return find_sound_events(self.half.video)

    def request(self, key: str, generation: Generation, open_store: OpenStore) -> Request:
        """All of this for an engine, which reads frames and sound when it is ready for them."""
        return Request(
            key=key,
            window=self.window,
            messages=self.messages,
            read_frames=partial(self.frames, open_store, key),
            generation=generation,
            read_sound=self.sound,
            video=self.video,
        )


def present(
    half: Half,
    window: Window,
    model: PlannedModel,
    template: Template,
    context: MatchContext | None = None,
    claims_ms: Sequence[int] | None = None,
) -> Presentation:
    """What a model is shown of one window.

    Args:
        half: the half.
        window: one of its windows, with all frames that its sampling takes.
        model: says how many frames it takes, and how its prompt is laid out.
        template: the prompt.
        context: teams and kits, or None.
        claims_ms: what the model itself claims of this window, for the controls that choose its
            frames by that; None where it is not known yet: all frames are shown then.

    Raises:
        UserError: the template does not render, a track that it asks for cannot be read, or a
            control cannot be applied to this game.
    """
    card = model.card
    window = limit_frames(window, card)
    if claims_ms is not None:
        _refuse_pooled(card)
        window = frames_around_claims(window, claims_ms, card.control)
    pooled = window.frame_times_ms if card.frames_per_image > 1 else ()
    window = pool_frames(window, card)
    tracks = tracks_for(half, window, template, model.recipe)
    prompt = build_messages(window, template, context, card.system_prompt, tracks)
    if card.prompt_prefix:
        prompt = prompt.with_prefix(card.prompt_prefix)
    if card.text_first:
        prompt = prompt.with_text_first()
    if card.frames_per_image > 1:
        prompt = with_sets_note(prompt, card.frames_per_image)
    prompt = controlled_messages(prompt, card.control, window)
    spec = _masked(half, model.recipe) if card.control is Control.MASKED else model.recipe
    return Presentation(half, spec, window, prompt, card.control, pooled_ms=pooled)


def _refuse_pooled(card: Card) -> None:
    if card.frames_per_image > 1:
        raise UserError(
            f"model '{card.name}' pools consecutive frames ('dense'), so single ones cannot be "
            f"chosen by its claims: remove the control '{card.control}'."
        )


def _masked(half: Half, spec: FrameSpec) -> FrameSpec:
    """The spec with what stays in the picture of a half painted black besides.

    Raises:
        UserError: nothing stays: the control would show what the model is shown.
    """
    parts = find_static_parts(half.video)
    if not parts:
        raise UserError(
            f"{half.video}: nothing stays in the picture, so the control '{Control.MASKED}' has no "
            "scoreboard to cover; omit the control, or cover it with sampling.mask."
        )
    return spec.model_copy(update={"mask": (*spec.mask, *parts)})


def shown_frame_size(video: Path, spec: FrameSpec) -> tuple[int, int]:
    """Width and height in pixels of the frames that a model is shown of a video.

    Raises:
        UserError: the file cannot be opened as a video.
    """
    return frame_size(*picture_size(video), spec)
