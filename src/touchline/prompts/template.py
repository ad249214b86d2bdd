"""Prompt templates: versioned files, rendered for one window.

A template is given the times of the window's frames from the start of the clip, and of the match
only the tracks that it uses (see `tracks`): no game name, date, score or label. That keeps a
benchmark honest, and it is tested.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache

from jinja2 import Template as JinjaTemplate, TemplateError
from jinja2.meta import find_undeclared_variables

from touchline.errors import UserError
from touchline.games import Task
from touchline.planted_keys import refuse_planted_keys
from touchline.prompts.answer_schemas import EVENTS, AnswerSchema
from touchline.prompts.bounded_jinja import compile_prompt, parse, render_prompt
from touchline.prompts.front_matter import split_front_matter
from touchline.prompts.match_context import MatchContext
from touchline.prompts.types import Image, Messages, Text, Tracks
from touchline.video import Window


@dataclass(frozen=True, slots=True)
class Template:
    """A prompt with variables.

    Attributes:
        name: such as "base.v1", or the path of a user's own file.
        source: the Jinja text without front matter, with the task's classes written out.
        task: the task whose classes it asks for.
        schema: name of the schema of its answers.
        description: one line for lists of templates.
    """

    name: str
    source: str
    task: Task
    schema: str = EVENTS
    description: str = ""

    @property
    def sha256(self) -> str:
        """Hash of the source, which tells templates of one name and different text apart."""
        return hashlib.sha256(self.source.encode()).hexdigest()

    @property
    def inputs(self) -> frozenset[str]:
        """The variables that it uses.

        Raises:
            UserError: it is not a Jinja template.
        """
        try:
            return _variables(self.source)
        except TemplateError as error:
            raise _does_not_render(self.name, error) from error

    @property
    def answer_schema(self) -> AnswerSchema:
        """The schema of its answers."""
        return AnswerSchema(self.schema, self.task.classes, self.task.teams)


def parse_template(name: str, text: str, task: Task) -> Template:
    """A template from the text of its file.

    Args:
        name: its name, or its path.
        text: front matter, if there is any, and Jinja text. What depends on the task only is
            written out in it (see `TASK_VARIABLES`).
        task: the task.

    Raises:
        UserError: the front matter is not valid, or does not list the variables that are used.
    """
    refuse_planted_keys(text, f"prompt '{name}'")
    front_matter, text = split_front_matter(text, name)
    source = _TASK_VARIABLE.sub(lambda found: TASK_VARIABLES[found[1]](task), text)
    if front_matter is None:
        return Template(name, source, task)
    template = Template(name, source, task, front_matter.answer_schema, front_matter.description)
    if different := template.inputs ^ front_matter.inputs:
        variable = min(different)
        used = "uses" if variable in template.inputs else "does not use"
        listed = "does not list" if variable in template.inputs else "lists"
        raise UserError(
            f"prompt '{name}' {used} the variable '{variable}', which its front matter {listed} "
            "under inputs."
        )
    return template


NO_TRACKS = Tracks()


def build_messages(
    window: Window,
    template: Template,
    context: MatchContext | None = None,
    system: str | None = None,
    tracks: Tracks = NO_TRACKS,
) -> Messages:
    """What a model is asked about one window: its frames in order, then the rendered template.

    A template that uses `images` decides itself where each of them stands between its lines.

    Args:
        window: the window; only the times of its frames and its place in the half are used.
        template: the prompt.
        context: teams and kits, or None.
        system: a system prompt, where the model's card asks for one.
        tracks: what is known besides the frames; only a template that uses it shows it.

    Raises:
        UserError: the template does not render.
    """
    seconds = [f"{(time - window.start_ms) / 1000:.1f}" for time in window.frame_times_ms]
    count = len(seconds)
    values = {
        "frames": seconds,
        "images": [_placeholder(frame) for frame in range(count)],
        "context": context.sentence() if context else None,
        "chunk": window.index + 1,
        "chunks": window.total,
        "first_frame": window.first_frame,
        "last_frame": window.first_frame + count - 1,
        **asdict(tracks),
    }
    inputs = template.inputs
    try:
        text = render_prompt(_compiled(template.source), values).strip()
    except TemplateError as error:
        raise _does_not_render(template.name, error) from error
    images = tuple(Image(frame) for frame in range(count))
    return Messages(
        parts=_interleaved(text, images, template) if "images" in inputs else (*images, Text(text)),
        template=template.name,
        first_frame=window.first_frame if "first_frame" in inputs else 1,
        system=system,
        schema=template.answer_schema,
    )


_PLACEHOLDER = re.compile("\0image ([0-9]+)\0")


def _placeholder(frame: int) -> str:
    """The text that stands for an image until the template is rendered."""
    return f"\0image {frame}\0"


def _interleaved(
    text: str, images: tuple[Image, ...], template: Template
) -> tuple[Text | Image, ...]:
    """The text with its images where the template put them, each once and in order."""
    pieces = _PLACEHOLDER.split(text)
    placed = tuple(Image(int(frame)) for frame in pieces[1::2])
    if placed != images:
        raise UserError(f"prompt '{template.name}' must show each of its images once and in order.")
    texts = [Text(piece.strip()) for piece in pieces[::2]]
    mixed: list[Text | Image] = [texts[0]]
    for image, after in zip(placed, texts[1:], strict=True):
        mixed += [image, after]
    return tuple(part for part in mixed if not isinstance(part, Text) or part.text)


def _does_not_render(name: str, error: TemplateError) -> UserError:
    return UserError(f"prompt '{name}' does not render: {error}.")


def _team_field(task: Task) -> str:
    if not task.teams:
        return ""
    first, second = task.teams
    return f'"team": "{first}" OR "{second}", '


def _team_rule(task: Task) -> str:
    if task.teams != ("left", "right"):
        return ""
    return '"team" is the side of the pitch that the team of the action defends.'


TASK_VARIABLES: Mapping[str, Callable[[Task], str]] = {
    "event_types": lambda task: task.event_types,
    "sport": lambda task: task.sport,
    "team_field": _team_field,
    "team_rule": _team_rule,
}
"""What a template may write about the task: its classes, its sport, and the field of an answer that
names a team, with what the names mean where they need that. They are no inputs: a template's source
has them written out."""

_TASK_VARIABLE = re.compile(rf"\{{\{{\s*({'|'.join(TASK_VARIABLES)})\s*\}}\}}")


@lru_cache(maxsize=32)
def _compiled(source: str) -> JinjaTemplate:
    return compile_prompt(source)


@lru_cache(maxsize=32)
def _variables(source: str) -> frozenset[str]:
    return frozenset(find_undeclared_variables(parse(source)))
