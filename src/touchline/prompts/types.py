"""What a model is asked: a list of parts, in which images are named but not yet read."""

from dataclasses import dataclass, replace
from itertools import pairwise

from touchline.prompts.answer_schemas import AnswerSchema


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the prompt's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """The place of one frame, by its index among the request's frames, from 0."""

    frame: int


@dataclass(frozen=True, slots=True)
class Messages:
    """One user turn: images and text in the order in which a model sees them.

    Attributes:
        parts: images and text.
        template: name and version of the template, such as "base.v1".
        first_frame: the number that the text gives to the first image, so that a reply may name
            a frame.
        system: a system prompt, where the model's card asks for one.
        schema: the schema of the answer; None where it has none.
    """

    parts: tuple[Text | Image, ...]
    template: str
    first_frame: int = 1
    system: str | None = None
    schema: AnswerSchema | None = None

    @property
    def text(self) -> str:
        """All text of the turn, in order, without the images."""
        return "\n".join(part.text for part in self.parts if isinstance(part, Text))

    def with_text_first(self) -> "Messages":
        """A copy with all text before all images; text between images stays there.

        >>> Messages((Image(0), Text("What happens?")), "base.v1").with_text_first().parts
        (Text(text='What happens?'), Image(frame=0))
        """
        kinds = [isinstance(part, Image) for part in self.parts]
        if sum(before != after for before, after in pairwise(kinds)) > 1:
            return self
        ordered = sorted(self.parts, key=lambda part: isinstance(part, Image))
        return replace(self, parts=tuple(ordered))

    def with_prefix(self, prefix: str) -> "Messages":
        """A copy with a line before its first text.

        >>> Messages((Image(0), Text("What happens?")), "base.v1").with_prefix("JSON only.").text
        'JSON only.\\nWhat happens?'
        """
        at = next((i for i, part in enumerate(self.parts) if isinstance(part, Text)), None)
        if at is None:
            return self
        text = Text(f"{prefix}\n{self.parts[at].text}")  # type: ignore[union-attr]
        return replace(self, parts=(*self.parts[:at], text, *self.parts[at + 1 :]))


@dataclass(frozen=True, slots=True)
class Tracks:
    """What a prompt may say about one window besides its frames.

    Attributes:
        heard: sounds such as "a whistle at 1.2 s", in the order of time.
        commentary: lines such as "0.4 to 2.1 s: he shoots", in the order of time.
        flow: "beside" or "instead" where optical flow is drawn, or None.
    """

    heard: tuple[str, ...] = ()
    commentary: tuple[str, ...] = ()
    flow: str | None = None
