"""Templates by name: those of touchline, of installed packages, and files."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata, resources
from pathlib import Path

from touchline.errors import UserError
from touchline.games import Task
from touchline.prompts.template import Template, parse_template
from touchline.text import nearest_word

ENTRY_POINTS = "touchline.prompts"
"""Group of entry points whose packages hold templates as `.j2` files."""

_SUFFIX = ".j2"


def template_names() -> list[str]:
    """Names of all templates, such as "base.v1", sorted.

    Raises:
        UserError: the templates of an installed package cannot be found.
    """
    return sorted(_template_files())


def load_template(name: str, task: Task) -> Template:
    """A template by name, or a user's own by the path of its `.j2` file.

    Args:
        name: such as "base.v1" or "prompts/mine.j2".
        task: the task whose classes it asks for.

    Raises:
        UserError: there is no such template, or its front matter is not valid.
    """
    files = _built_in()
    if name not in files:
        files = _template_files()
    path = files.get(name, Path(name))
    if path.suffix != _SUFFIX or not path.is_file():
        names = sorted(files)
        raise UserError(
            f"prompt '{name}' is neither a template ({', '.join(names)}) nor a {_SUFFIX} file "
            f"that exists{nearest_word(name, names)}."
        )
    return parse_template(name, path.read_text(encoding="utf-8"), task)


@cache
def _built_in() -> Mapping[str, Path]:
    return dict(_files_in(Path(str(resources.files("touchline.prompts") / "templates"))))


def _template_files() -> Mapping[str, Path]:
    files = dict(_built_in())
    for point in metadata.entry_points(group=ENTRY_POINTS):
        package = point.dist.name if point.dist else point.name
        try:
            folder = Path(str(resources.files(point.module)))
        except (ImportError, TypeError) as error:
            raise UserError(
                f"package '{package}' declares prompts in {point.module}, which cannot be "
                f"imported ({error}): fix or remove the package."
            ) from error
        for name, file in _files_in(folder):
            if name in files:
                raise UserError(
                    f"package '{package}' brings a prompt '{name}', but that name is "
                    "already taken: remove the package, or rename its prompt."
                )
            files[name] = file
    return files


def _files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.glob(f"*{_SUFFIX}")):
        yield file.name.removesuffix(_SUFFIX), file
