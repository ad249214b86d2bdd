"""Prompt templates: versioned files, rendered for one window.

A template sees the window's frames as clock-less offsets, and of the match only the tracks that it
asks for (see `tracks`): no game name, no date, no score, no label. That is what keeps a benchmark
honest, and it is tested.
"""

import hashlib
import re
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from jinja2 import StrictUndefined, Template as JinjaTemplate, TemplateError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment

from touchline.errors import UserError
from touchline.prompts.match_context import MatchContext
from touchline.prompts.types import Image, Messages, Text, Tracks
from touchline.video import Window

_SUFFIX = ".j2"


@dataclass(frozen=True, slots=True)
class Template:
    """A prompt with holes.

    Attributes:
        name: "base.v1" for a built-in, the path for a file of the user's.
        source: the Jinja text.
    """

    name: str
    source: str

    @property
    def sha256(self) -> str:
        """Hash of the source: two templates of one name and other text are other templates."""
        return hashlib.sha256(self.source.encode()).hexdigest()


def template_names() -> list[str]:
    """Names of the built-in templates, such as "base.v1"."""
    folder = resources.files("touchline.prompts") / "templates"
    return sorted(
        file.name.removesuffix(_SUFFIX) for file in folder.iterdir() if file.name.endswith(_SUFFIX)
    )


def load_template(name: str) -> Template:
    """A built-in template by name, or a user's own by the path of its `.j2` file.

    Raises:
        UserError: there is no such template.
    """
    if name in template_names():
        file = resources.files("touchline.prompts") / "templates" / f"{name}{_SUFFIX}"
        return Template(name, file.read_text(encoding="utf-8"))
    path = Path(name)
    if path.suffix != _SUFFIX or not path.is_file():
        raise UserError(
            f"prompt '{name}' is neither a built-in template ({', '.join(template_names())}) "
            f"nor a {_SUFFIX} file that exists."
        )
    return Template(name, path.read_text(encoding="utf-8"))


NO_TRACKS = Tracks()


def build_messages(
    window: Window,
    template: Template,
    context: MatchContext | None = None,
    system: str | None = None,
    tracks: Tracks = NO_TRACKS,
) -> Messages:
    """What is asked about one window: its frames in order, then the rendered template.

    A template that asks for `images` says itself where each of them stands between its lines.

    Args:
        window: the window; only the times of its frames and its place in the half are used.
        template: the prompt.
        context: teams and kits, or None.
        system: a system prompt, where the model's card asks for one.
        tracks: what is told besides the frames; only a template that asks for it shows it.

    Raises:
        UserError: the template does not render.
    """
    seconds = [f"{(time - window.start_ms) / 1000:.1f}" for time in window.frame_times_ms]
    count = len(seconds)
    values = {
        "frames": seconds,
        "images": [_place(frame) for frame in range(count)],
        "context": context.sentence() if context else None,
        "chunk": window.index + 1,
        "chunks": window.total,
        "first_frame": window.first_frame,
        "last_frame": window.first_frame + count - 1,
        **asdict(tracks),
    }
    try:
        numbers_the_half = "first_frame" in template_variables(template.source)
        interleaves = "images" in template_variables(template.source)
        text = _compiled(template.source).render(values).strip()
    except TemplateError as error:
        raise UserError(f"prompt '{template.name}' does not render: {error}.") from error
    images = tuple(Image(frame) for frame in range(count))
    return Messages(
        parts=_interleaved(text, images, template) if interleaves else (*images, Text(text)),
        template=template.name,
        first_frame=window.first_frame if numbers_the_half else 1,
        system=system,
    )


_PLACE = re.compile("\0image ([0-9]+)\0")


def _place(frame: int) -> str:
    """What stands in the rendered text in place of an image."""
    return f"\0image {frame}\0"


def _interleaved(
    text: str, images: tuple[Image, ...], template: Template
) -> tuple[Text | Image, ...]:
    """The text with its images where the template has put them, each once and in order."""
    pieces = _PLACE.split(text)
    shown = tuple(Image(int(frame)) for frame in pieces[1::2])
    if shown != images:
        raise UserError(f"prompt '{template.name}' must show each of its images once and in order.")
    texts = [Text(piece.strip()) for piece in pieces[::2]]
    mixed: list[Text | Image] = [texts[0]]
    for image, after in zip(shown, texts[1:], strict=True):
        mixed += [image, after]
    return tuple(part for part in mixed if not isinstance(part, Text) or part.text)


_ENVIRONMENT = SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


@lru_cache(maxsize=32)
def _compiled(source: str) -> JinjaTemplate:
    return _ENVIRONMENT.from_string(source)


@lru_cache(maxsize=32)
def template_variables(source: str) -> frozenset[str]:
    """The names that a template needs values for."""
    return frozenset(find_undeclared_variables(_ENVIRONMENT.parse(source)))
