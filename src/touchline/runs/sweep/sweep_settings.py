"""The settings that a benchmark runs through: `sweep`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Annotated, Any, Self

import yaml
from pydantic import AfterValidator, Field, ValidationError, create_model, model_validator

from touchline.spots import MergeSettings
from touchline.text import counted
from touchline.validation import Settings, one_sentence
from touchline.video import FrameSpec

SAMPLING, PROMPT, MERGING, CARD = "sampling", "prompt", "merging", "card"

Cell = dict[str, Any]
"""A value of each setting that is swept, by its name in the benchmark, such as "sampling.fps"."""

_UNSWEPT = ("name", "price")
"""Fields of a card that no question depends on; costs are counted with one price a model."""

_UNSAFE = re.compile(r"[^A-Za-z0-9._]+")
"""What the text of a value must not contain: it becomes part of a folder's name."""

_LONGEST_VALUE = 40
_LONGEST_LABEL = 120


def _distinct(values: Sequence[Any]) -> Sequence[Any]:
    if not values:
        raise ValueError("expected at least one value")
    texts = [yaml.safe_dump(_plain(value)) for value in values]
    for value, text in zip(values, texts, strict=True):
        if texts.count(text) > 1:
            raise ValueError(f"{value!r} is listed twice")
    return values


def _plain(value: Any) -> Any:
    """A value with its numbers as floats, so that 2 and 2.0 are the same."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if is_whole else value


def _fitting(settings: type[Settings], name: str, value: Any) -> Any:
    """A value that one of some settings takes, as the user wrote it."""
    try:
        settings.model_validate({name: value})
    except ValidationError as error:
        place, _, expected = one_sentence(error).removesuffix(".").partition(": ")
        raise ValueError(expected or place) from error
    return value


def _lists_of(settings: type[Settings], name: str) -> type[Settings]:
    """Settings with a list of values for each field of other settings."""
    fields: dict[str, Any] = {}
    for field in settings.model_fields:
        value = Annotated[Any, AfterValidator(partial(_fitting, settings, field))]
        values = Annotated[tuple[value, ...], AfterValidator(_distinct)]
        fields[field] = (values, Field(default=()))
    return create_model(name, __base__=Settings, **fields)


if TYPE_CHECKING:

    class _SamplingLists(Settings): ...

    class _MergingLists(Settings): ...
else:
    _SamplingLists = _lists_of(FrameSpec, "_SamplingLists")
    _MergingLists = _lists_of(MergeSettings, "_MergingLists")


def _with_lists(card: Any) -> Any:
    """Fields of a card, each with a list of values; sections are mappings of such fields."""
    for name, values in _leaves(card):
        if name.partition(".")[0] in _UNSWEPT:
            raise ValueError(f"'{name}' cannot be swept")
        if not isinstance(values, Sequence) or isinstance(values, str):
            raise ValueError(f"'{name}' is {values!r}: expected a list of values")
        _distinct(values)
    return card


class SweepSettings(Settings):
    """Values of settings, every combination of which is asked; a combination is a cell.

    Attributes:
        sampling: values of the settings of `FrameSpec`, by name.
        prompt: names of prompts, or paths of their files.
        merging: values of the settings of `MergeSettings`, by name.
        card: values of fields of every model's card; those of a section in a mapping.
    """

    sampling: _SamplingLists = _SamplingLists()
    prompt: Annotated[tuple[str, ...], AfterValidator(_distinct)] | None = None
    merging: _MergingLists = _MergingLists()
    card: Annotated[dict[str, Any], AfterValidator(_with_lists)] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_any(self) -> Self:
        if not self.values():
            raise ValueError("expected values of a setting, such as 'sampling: {fps: [1, 2]}'")
        if {"sampling.fps", "sampling.frames"} <= self.values().keys():
            raise ValueError("frames replace fps: list the values of one of them")
        return self

    def values(self) -> dict[str, tuple[Any, ...]]:
        """The values of each setting that is swept, by its name in the benchmark."""
        sections = {
            SAMPLING: self.sampling.model_dump(exclude_unset=True),
            PROMPT: self.prompt,
            MERGING: self.merging.model_dump(exclude_unset=True),
            CARD: self.card,
        }
        return {name: tuple(values) for name, values in _leaves(sections) if values is not None}

    def anchored(self, anchored: Callable[[str], str]) -> Self:
        """These settings, with the runs that `sampling.adaptive` names where they are.

        Args:
            anchored: from a path as it is written to one that does not depend on a folder.
        """
        written = getattr(self.sampling, "adaptive", ())
        found = tuple(
            one | {"run": anchored(one["run"])} if isinstance(one, dict) and one.get("run") else one
            for one in written
        )
        if found == written:
            return self
        sampling = self.sampling.model_copy(update={"adaptive": found})
        return self.model_copy(update={"sampling": sampling})

    def count(self, section: str = "") -> int:
        """How many combinations there are; of the settings of one section, with its name."""
        counts = [len(values) for name, values in self.values().items() if name.startswith(section)]
        total = 1
        for one in counts:
            total *= one
        return total

    def cells(self) -> list[Cell]:
        """All combinations, the last setting changing fastest."""
        values = self.values()
        return [dict(zip(values, one, strict=True)) for one in product(*values.values())]

    def labels(self) -> list[str]:
        """What stands in brackets behind a model's name in each cell, such as "fps=2,stride=1"."""
        values = self.values()
        texts = {name: _texts(of_setting) for name, of_setting in values.items()}
        shorts = [name.rpartition(".")[2] for name in values]
        names = [
            _UNSAFE.sub("-", name) if shorts.count(short) > 1 else short
            for name, short in zip(values, shorts, strict=True)
        ]
        labels = [
            ",".join(f"{name}={text}" for name, text in zip(names, one, strict=True))
            for one in product(*texts.values())
        ]
        if max(map(len, labels)) <= _LONGEST_LABEL:
            return labels
        return [f"cell={number}" for number in range(1, len(labels) + 1)]

    @property
    def sentence(self) -> str:
        """Such as "6 cells (sampling.fps: 3, merging.method: 2)"."""
        parts = ", ".join(f"{name}: {len(values)}" for name, values in self.values().items())
        return f"{counted(self.count(), 'cell')} ({parts})"


def section_of(cell: Cell, section: str) -> dict[str, Any]:
    """The values of one section of a cell, by the rest of their names."""
    start = f"{section}."
    return {
        name.removeprefix(start): value for name, value in cell.items() if name.startswith(start)
    }


def _leaves(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _texts(values: Sequence[Any]) -> list[str]:
    """A short text for each value of a setting, no two the same."""
    texts = [_text(value) for value in values]
    return [
        text if text and texts.count(text) == 1 else f"{text or 'value'}-{number}"
        for number, text in enumerate(texts, start=1)
    ]


def _text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:g}".replace("+", "")
    if isinstance(value, str):  # of a path, the file
        return _safe(value.rpartition("/")[2].removesuffix(".j2"))
    return _safe(yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=999))


def _safe(text: str) -> str:
    return _UNSAFE.sub("-", text.strip())[:_LONGEST_VALUE].strip("-.")
