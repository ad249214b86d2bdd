"""Prompts as text with variables, conditions and loops, whose rendering always ends.

A prompt may come from a stranger. Jinja's sandbox keeps it from Python's objects, but not from
rendering for years or into all memory. Here loops count, what joins texts has a longest result, and
what could do without either (macros, calls, multiplication, inclusion) is refused when it is read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

LONGEST_SOURCE = 200_000
LONGEST_TEXT = 2_000_000
"""Characters of a rendered prompt, far beyond the context of any model."""
_MOST_ROUNDS = 200_000
"""Of all loops together; a window has at most some hundred frames."""

_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.NSRef, nodes.Const),
    *(nodes.For, nodes.If, nodes.CondExpr, nodes.Assign, nodes.Scope, nodes.With),
    *(nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Test, nodes.Filter),
    *(nodes.Add, nodes.Sub, nodes.Neg, nodes.Pos, nodes.Div, nodes.FloorDiv, nodes.Concat),
    *(nodes.Keyword,),
)
_FILTERS = frozenset(
    {
        *("length", "count", "join", "upper", "lower", "capitalize", "title", "trim", "string"),
        *("first", "last", "list", "sort", "reverse", "unique", "min", "max", "sum", "abs"),
        *("default", "d", "round", "int", "float"),
        *("select", "reject", "selectattr", "rejectattr"),
    }
)
_RESERVED = "_rounds"


@dataclass
class _Rounds:
    """How many rounds the loops of one rendering may still take."""

    left: int = _MOST_ROUNDS

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise TemplateError(f"its loops take more than {_MOST_ROUNDS:,} rounds")


class _Environment(SandboxedEnvironment):
    intercepted_binops = frozenset({"+"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        """The sum of two numbers, or two texts or lists that are not too long together."""
        if hasattr(left, "__len__") and hasattr(right, "__len__"):
            _check_length(len(left) + len(right))
        return left + right


def _check_length(count: int) -> None:
    if count > LONGEST_TEXT:
        raise TemplateError(f"it makes a text of more than {LONGEST_TEXT:,} characters")


def _joined(values: Iterable[Any], d: str = "") -> str:
    parts: list[str] = []
    length = 0
    for value in values:
        parts.append(str(value))
        length += len(parts[-1]) + len(d)
        _check_length(length)
    return d.join(parts)


@pass_context
def _counted(context: Context, values: Iterable[Any]) -> Iterator[Any]:
    rounds = context[_RESERVED]
    for value in values:
        rounds.take()
        yield value


def _environment() -> _Environment:
    made = _Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters = {name: made.filters[name] for name in _FILTERS}
    made.filters |= {"join": _joined, "_joined": _joined, "_counted": _counted}
    made.globals.clear()
    return made


_ENVIRONMENT = _environment()


def parse(source: str) -> nodes.Template:
    """The tree of a prompt.

    Raises:
        TemplateError: it is not Jinja, or uses what a prompt may not.
    """
    if len(source) > LONGEST_SOURCE:
        raise TemplateError(f"it has more than {LONGEST_SOURCE:,} characters")
    try:
        tree = _ENVIRONMENT.parse(source)
        for node in tree.find_all(nodes.Node):
            _check(node)
    except RecursionError as error:
        raise TemplateError("it is nested too deeply") from error
    except ValueError as error:  # such as a number of thousands of digits
        raise TemplateError(str(error)) from error
    return tree


def _check(node: nodes.Node) -> None:
    if not isinstance(node, _ALLOWED) or (isinstance(node, nodes.For) and node.recursive):
        kind = type(node).__name__.lower()
        raise TemplateError(
            f"line {node.lineno}: '{kind}' is not for prompts, which have variables, conditions, "
            "loops and some filters"
        )
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        raise TemplateError(f"line {node.lineno}: the filter '{node.name}' is not for prompts")
    if isinstance(node, nodes.Name) and node.name == _RESERVED:
        raise TemplateError(f"line {node.lineno}: the name '{_RESERVED}' is taken")


def compile_prompt(source: str) -> Template:
    """A prompt that `render_prompt` renders.

    Raises:
        TemplateError: as of `parse`.
    """
    tree = parse(source)
    for loop in list(tree.find_all(nodes.For)):
        loop.iter = nodes.Filter(loop.iter, "_counted", [], [], None, None, lineno=loop.lineno)
    _bound_concatenations(tree)
    tree.set_environment(_ENVIRONMENT)
    try:
        code = _ENVIRONMENT.compile(tree)
    except (SyntaxError, RecursionError) as error:
        raise TemplateError("it is nested too deeply") from error
    return Template.from_code(_ENVIRONMENT, code, {})


def _bound_concatenations(node: nodes.Node) -> None:
    for name, value in list(node.iter_fields()):
        if isinstance(value, list):
            setattr(node, name, [_bounded(one) for one in value])
        else:
            setattr(node, name, _bounded(value))


def _bounded(value: Any) -> Any:
    if not isinstance(value, nodes.Node):
        return value
    _bound_concatenations(value)
    if not isinstance(value, nodes.Concat):
        return value
    parts = nodes.List(value.nodes, lineno=value.lineno)
    return nodes.Filter(parts, "_joined", [], [], None, None, lineno=value.lineno)


def render_prompt(template: Template, values: dict[str, Any]) -> str:
    """The text of a prompt.

    Raises:
        TemplateError: it cannot be rendered, or only without end.
    """
    parts: list[str] = []
    length = 0
    try:
        for part in template.generate(values | {_RESERVED: _Rounds()}):
            parts.append(part)
            length += len(part)
            _check_length(length)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise TemplateError(str(error)) from error
    except RecursionError as error:
        raise TemplateError("it is nested too deeply") from error
    return "".join(parts)
