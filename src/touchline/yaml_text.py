"""YAML as users and strangers write it: repeated keys and boundless texts are refused."""

from collections.abc import Hashable
from typing import Any

import yaml

_MOST_BYTES = 4_000_000
_MOST_NODES = 200_000
"""After aliases are expanded: a file of one kilobyte can name billions ("billion laughs")."""
_DEEPEST = 60


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A safe loader that refuses what a reader of the file would not notice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """A mapping, each of whose keys is written once; `<<` may repeat them."""
        seen = set()
        for key, _ in node.value:
            if key.value in seen and isinstance(key, yaml.ScalarNode):
                problem = f"'{key.value}' is there twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


def read_yaml(text: str | bytes) -> Any:
    """The values of a YAML document: mappings, lists, text, numbers, dates.

    Args:
        text: the document; bytes are UTF-8 or UTF-16.

    Returns:
        None for an empty document.

    Raises:
        yaml.YAMLError: it is not YAML, repeats a key, or is too large; `yaml_problem` words it.
        UnicodeDecodeError: the bytes are not text.

    Example:
        >>> read_yaml("{fps: 5, games: [a, b]}")
        {'fps': 5, 'games': ['a', 'b']}
    """
    return read_yaml_nodes(text)[0]


def read_yaml_nodes(text: str | bytes) -> tuple[Any, yaml.Node | None]:
    """The values of a document, and its nodes, which know the lines; see `read_yaml`."""
    if len(text) > _MOST_BYTES:
        raise yaml.YAMLError(f"it has more than {_MOST_BYTES:,} characters")
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None, None
        if _size(node, {}, ()) > _MOST_NODES:
            raise yaml.YAMLError(f"its aliases stand for more than {_MOST_NODES:,} values")
        return loader.construct_document(node), node
    except RecursionError as error:
        raise yaml.YAMLError("it is nested too deeply") from error
    finally:
        loader.dispose()


def yaml_problem(error: yaml.YAMLError) -> str:
    """What is wrong with a document, as a clause such as "line 3: 'fps' is there twice"."""
    problem = " ".join(str(getattr(error, "problem", None) or error).split())
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}: {problem}" if mark else problem


def line_of(node: yaml.Node | None, place: tuple[int | str, ...]) -> int:
    """The line, from 1, of the deepest node on the way to a place in the document.

    Args:
        node: of the document.
        place: keys and numbers of entries, from the outside in; a step that is not there, such as
            a key that is missing, ends the way.
    """
    line = node.start_mark.line if node else 0
    for step in place:
        if isinstance(node, yaml.MappingNode):
            entry = next((pair for pair in node.value if pair[0].value == str(step)), None)
            if entry is None:
                break
            line, node = entry[0].start_mark.line, entry[1]
        elif (
            isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value)
        ):
            node = node.value[step]
            line = node.start_mark.line
        else:
            break
    return line + 1


def line_in_text(text: str | bytes, place: tuple[int | str, ...]) -> int:
    """The line of a place in a document that was read already; see `line_of`."""
    return line_of(read_yaml_nodes(text)[1], place)


def _size(node: yaml.Node, known: dict[int, int], above: tuple[int, ...]) -> int:
    """Number of values that a node stands for, aliases expanded."""
    if id(node) in above:
        raise yaml.YAMLError("an alias is part of what it stands for")
    if len(above) > _DEEPEST:
        raise yaml.YAMLError(f"it is nested more than {_DEEPEST} deep")
    if id(node) not in known:
        parts: list[yaml.Node] = []
        if isinstance(node, yaml.MappingNode):
            parts = [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            parts = node.value
        known[id(node)] = 1 + sum(_size(part, known, (*above, id(node))) for part in parts)
    return known[id(node)]
