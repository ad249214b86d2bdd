"""Templates by name: those of touchline, of installed packages, and files."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from touchline.bounded_reading import read_bounded_text
from touchline.errors import UserError
from touchline.games import Task
from touchline.prompts.template import Template, parse_template
from touchline.registry import add_package_files
from touchline.text import nearest_word

ENTRY_POINTS = "touchline.prompts"
"""Group of entry points whose packages hold templates as `.j2` files."""

_SUFFIX = ".j2"


def template_names() -> list[str]:
    """Names of all templates, such as "base.v1", sorted.

    Raises:
        UserError: a package of templates cannot be imported, or has a name that is taken.
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
    path = _find(name)
    try:
        text = read_bounded_text(path)
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"prompt {path} cannot be read: {error}.") from error
    return parse_template(name, text, task)


def _find(name: str) -> Path:
    path = _built_in().get(name, Path(name))
    if path.suffix == _SUFFIX and path.is_file():
        return path
    files = _template_files()
    if name not in files:
        names = sorted(files)
        raise UserError(
            f"prompt '{name}' is neither a template ({', '.join(names)}) nor a {_SUFFIX} file "
            f"that exists{nearest_word(name, names)}."
        )
    return files[name]


@cache
def _built_in() -> Mapping[str, Path]:
    return dict(_files_in(Path(str(resources.files("touchline.prompts") / "templates"))))


def _template_files() -> Mapping[str, Path]:
    return add_package_files("prompt", ENTRY_POINTS, _built_in(), _files_in)


def _files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.glob(f"*{_SUFFIX}")):
        yield file.name.removesuffix(_SUFFIX), file
