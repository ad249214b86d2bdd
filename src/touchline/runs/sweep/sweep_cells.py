"""The models of a benchmark as they are asked: its entries, or the cells of a sweep of each."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from touchline.errors import UserError
from touchline.models import MARK, find_card, split_control
from touchline.runs.config.bench import Bench
from touchline.runs.config.model_entry import ModelEntry, split_prompt
from touchline.runs.planning.planned_videos import Videos
from touchline.runs.sweep.sweep_settings import (
    CARD,
    MERGING,
    PROMPT,
    SAMPLING,
    Cell,
    SweepSettings,
    section_of,
)
from touchline.text import counted
from touchline.video import FrameSpec

MOST_ROWS = 200
"""Of a sweep; a leaderboard of more is not read by anybody, and most such sweeps are mistakes."""

_OPENING = "["
"""Of the cell in a name."""


@dataclass(frozen=True, slots=True)
class AskedEntry:
    """One model of a benchmark as it is asked.

    Attributes:
        entry: what its card is found by.
        sampling: what the user says of its frames: the benchmark's, and that of its cell.
        prompt: its own; None where it has that of the benchmark.
        merging: settings that it has in place of the benchmark's.
        cell: of a cell of a sweep, the value of each setting that is swept.
    """

    entry: ModelEntry
    sampling: FrameSpec
    prompt: str | None = None
    merging: Mapping[str, Any] = field(default_factory=dict)
    cell: Cell = field(default_factory=dict)


def asked_entries(bench: Bench) -> list[AskedEntry]:
    """The models of a benchmark, an entry that is there twice once, with the cells of its sweep.

    Raises:
        UserError: an entry's prompt is no text, or a cell's card cannot be used.
    """
    entries = {json.dumps(one, sort_keys=True, default=str): one for one in bench.models}
    found = []
    for written in entries.values():
        entry, prompt = split_prompt(written)
        if bench.sweep is None:
            found.append(AskedEntry(entry, bench.sampling, prompt))
        else:
            found += _cells(bench, bench.sweep, entry, prompt)
    return found


def refuse_many_rows(sweep: SweepSettings, models: int, videos: Videos, spec: FrameSpec) -> None:
    """Refuses a sweep of more cells than anybody reads, before their windows are cut.

    Args:
        sweep: the settings.
        models: how many models are swept.
        videos: all that are asked about.
        spec: the sampling that the cells start from.

    Raises:
        UserError: with the number of windows that it would ask about.
    """
    rows = models * sweep.count()
    if rows <= MOST_ROWS:
        return
    of_sampling = sweep.count(SAMPLING)
    samplings = ({**section_of(cell, SAMPLING)} for cell in _of_section(sweep, SAMPLING))
    windows = sum(
        _window_count(video.claimed_ms, FrameSpec.model_validate(one).over(spec))
        for one in samplings
        for video in videos.values()
    )
    asked = windows * models * sweep.count() // (of_sampling * sweep.count(MERGING))
    raise UserError(
        f"sweep has {sweep.sentence}, which is {counted(rows, 'row')} for "
        f"{counted(models, 'model')} and up to {counted(asked, 'window')} to ask: at most "
        f"{MOST_ROWS} rows are possible; list fewer values."
    )


def _of_section(sweep: SweepSettings, section: str) -> Iterator[Cell]:
    """The cells of a sweep over one section alone."""
    alone = {section: getattr(sweep, section)}
    if sweep.count(section) == 1 and not section_of(sweep.values(), section):
        yield {}
    else:
        yield from SweepSettings.model_construct(**alone).cells()


def _window_count(length_ms: int, spec: FrameSpec) -> int:
    return 1 + max(0, -((spec.window_ms - length_ms) // spec.stride_ms))


def _cells(
    bench: Bench, sweep: SweepSettings, entry: ModelEntry, prompt: str | None
) -> Iterator[AskedEntry]:
    card = find_card(entry)
    _check_sweepable(card.name, sweep, prompt)
    model, control = split_control(card.name)
    whole = {"use": entry} if isinstance(entry, str) else entry
    for cell, label in zip(sweep.cells(), sweep.labels(), strict=True):
        name = f"{model}{_OPENING}{label}]" + (f"{MARK}{control}" if control else "")
        changes = _nested(section_of(cell, CARD))
        sampling = FrameSpec.model_validate(section_of(cell, SAMPLING)).over(bench.sampling)
        asked = _merged(whole, changes) | {"name": name}
        if find_card(asked).memory and section_of(cell, SAMPLING):
            raise UserError(
                f"model '{card.name}' is told what it reported before (memory), so its answers "
                "depend on all windows before: it cannot be swept over sampling."
            )
        yield AskedEntry(
            entry=asked,
            sampling=sampling,
            prompt=cell.get(PROMPT, prompt),
            merging=section_of(cell, MERGING),
            cell=cell,
        )


def _check_sweepable(name: str, sweep: SweepSettings, prompt: str | None) -> None:
    if _OPENING in name:
        raise UserError(
            f"model '{name}': brackets in a name are for the cells of a sweep; give it another "
            "name."
        )
    if prompt is not None and sweep.prompt is not None:
        raise UserError(
            f"model '{name}' has a prompt of its own, and sweep lists prompts: remove one of them."
        )


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by dotted names as sections.

    >>> _nested({"generation.temperature": 0, "precision": "nf4"})
    {'generation': {'temperature': 0}, 'precision': 'nf4'}
    """
    found: dict[str, Any] = {}
    for name, value in values.items():
        *sections, last = name.split(".")
        place = found
        for section in sections:
            place = place.setdefault(section, {})
        place[last] = value
    return found


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Some values over others; sections value by value."""
    found = dict(below)
    for name, value in above.items():
        under: Any = found.get(name)
        both = isinstance(value, Mapping) and isinstance(under, Mapping)
        found[name] = _merged(under, value) if both else value
    return found
