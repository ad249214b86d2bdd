"""The reply is in elements: `<event><label>Corner</label><time>1.0</time></event>`."""

import re

from touchline.games import Task
from touchline.replies.budget import Budget
from touchline.replies.grammar.keys import Role, key_meaning
from touchline.replies.grammar.vocabulary import name_rank
from touchline.replies.objects.find_events import find_events
from touchline.replies.raw_events import RawEvent

_TAG = re.compile(r"<(?P<closes>/?)(?P<name>[^\W\d][\w:.-]{0,40})(?P<attributes>[^<>]{0,400})>")
_NAMED = frozenset({"parameter", "param", "arg", "argument", "field", "property"})
"""Elements that are called by their attribute: `<parameter name="label">`, `<parameter=label>`."""

_ATTRIBUTE = re.compile(r"([^\W\d][\w:.-]{0,40})\s{0,3}=\s{0,3}(?:\"([^\"]*)\"|'([^']*)')")
_CALLED = ""
_MAX_TAGS = 5_000
_MAX_DEPTH = 30

Element = dict[object, object]


def parse_xml(text: str, task: Task, budget: Budget) -> list[RawEvent] | None:
    """Events of every element that has a field of an event as attribute or as element in it."""
    if "</" not in text and "/>" not in text:
        return None
    root = _tree(text, budget)
    if not _has_fields(root, task, 0):
        return [] if _is_empty_list(root) else None
    return find_events(root, task, budget)


def _tree(text: str, budget: Budget) -> Element:
    """The elements as nested dicts; elements of one name become a list, text is a value."""
    root: Element = {}
    stack: list[tuple[str, Element]] = [("", root)]
    place = 0
    for count, tag in enumerate(_TAG.finditer(text)):
        if count == _MAX_TAGS:
            budget.leave_out(f"only the first {_MAX_TAGS:,} tags were read")
            break
        name = tag["name"]
        if tag["closes"]:
            if any(name == one for one, _ in stack[1:]):
                content = text[place : tag.start()].strip()
                while stack[-1][0] != name:
                    stack.pop()
                _, element = stack.pop()
                called = element.pop(_CALLED, name)
                _add(stack[-1][1], str(called), element or content)
        else:
            attributes = tag["attributes"]
            opened: Element = {
                key: quoted or single for key, quoted, single in _ATTRIBUTE.findall(attributes)
            }
            if name.casefold() in _NAMED:
                called = opened.pop("name", "") or attributes.strip().removeprefix("=").strip("\"'")
                opened[_CALLED] = called
            if attributes.rstrip().endswith("/"):
                _add(stack[-1][1], name, opened)
            elif len(stack) < _MAX_DEPTH:
                stack.append((name, opened))
            else:
                budget.leave_out(f"elements inside of {_MAX_DEPTH} others were not read")
        place = tag.end()
    for _, element in stack[1:]:
        if element:
            _add(root, "unclosed", element)
    return root


def _add(parent: Element, name: str, value: object) -> None:
    if name not in parent:
        parent[name] = value
    elif isinstance(there := parent[name], list):
        there.append(value)
    else:
        parent[name] = [there, value]


def _has_fields(element: object, task: Task, depth: int) -> bool:
    """Whether there are fields of events, so that other markup is left to other parsers."""
    if isinstance(element, list):
        return any(_has_fields(one, task, depth) for one in element)
    if not isinstance(element, dict) or depth > _MAX_DEPTH:
        return False
    for key, value in element.items():
        meaning = key_meaning(str(key))
        if isinstance(value, str) and meaning and meaning.role is Role.LABEL:
            return True
        if key and name_rank(task, str(key)) == 0:
            return True
    return any(_has_fields(value, task, depth + 1) for value in element.values())


def _is_empty_list(root: Element) -> bool:
    """Whether it is one element for events without any: `<events></events>`."""
    if len(root) != 1:
        return False
    key, value = next(iter(root.items()))
    meaning = key_meaning(str(key))
    return meaning is not None and meaning.role is Role.CONTAINER and not value
