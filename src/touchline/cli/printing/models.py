"""How models and their fit are printed."""

import textwrap
from collections.abc import Sequence

from rich import box
from rich.table import Table

from touchline.models import Card, Check, Fit
from touchline.units import format_gigabytes

_ROOM_FOR_FAMILIES = 100
_LEGEND = (
    "size: parameters; sees: frames as images, or native video; status: offered by its API or hub, "
    "to a month in which it ends, or retired."
)


def models_table(cards: Sequence[Card], width: int) -> Table:
    """One row per model; names are whole, and a narrow terminal leaves the families out.

    Args:
        cards: the models.
        width: characters of a line.
    """
    families = width >= _ROOM_FOR_FAMILIES
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("model", no_wrap=True, overflow="fold", min_width=_longest(cards))
    if families:
        table.add_column("family", no_wrap=True)
    table.add_column("size", justify="right", no_wrap=True)
    for title in ("engine", "sees", "status"):
        table.add_column(title, no_wrap=True)
    for card in cards:
        size = "" if card.parameters is None else _size(card.parameters)
        sees = "" if card.is_baseline else card.video
        status = card.status if card.retires is None else f"to {card.retires.date:%Y-%m}"
        family = [card.family or ""] if families else []
        table.add_row(card.name, *family, size, card.engine, sees, status)
    table.caption, table.caption_justify = _LEGEND, "left"
    return table


def _longest(cards: Sequence[Card]) -> int:
    return max((len(card.name) for card in cards), default=0)


def fit_text(fit: Fit, check: Check | None) -> str:
    """The estimate as text: one fact per line, the conclusion first."""
    wanted = fit.wanted
    kind = "frames of a video" if wanted.as_video else "images"
    lines = [
        _conclusion(fit),
        f"{'asked':14}{wanted.frames} {kind} of {wanted.width}x{wanted.height}",
    ]
    if fit.prompt_tokens is not None:
        context = f" of {fit.context_tokens:,}" if fit.context_tokens else ""
        lines.append(f"{'prompt':14}{fit.prompt_tokens:,} tokens{context}")
    if fit.memory is not None:
        lines += _memory_lines(fit)
    if fit.most_frames is not None:
        room = "" if wanted.room_bytes() is None else "memory, "
        lines.append(
            f"{'most frames':14}{fit.most_frames} by {room}context and the card's own limit"
        )
    lines += _effort_lines(fit)
    if check is not None:
        lines.append(
            f"{'measured':14}{format_gigabytes(check.peak_bytes)} on a {check.device}; the figure "
            f"above is {check.error:+.1%} off"
        )
    indent = " " * 14
    wrapped = [textwrap.fill(line, 98, subsequent_indent=indent) for line in lines]
    return "\n".join([*wrapped, *(textwrap.fill(remark, 98) for remark in fit.remarks)])


def _conclusion(fit: Fit) -> str:
    if fit.memory is None:
        return f"{fit.model} runs elsewhere and needs no memory here."
    peak = format_gigabytes(fit.memory.peak)
    room = fit.wanted.room_bytes()
    if room is None:
        return f"{fit.model} needs {peak}; name a GPU or its memory to see whether it fits."
    where = f"a {fit.wanted.gpu.name}" if fit.wanted.gpu else "that memory"
    verb = "fits" if fit.fits else "does not fit"
    return f"{fit.model} {verb} {where}: it needs {peak} of {format_gigabytes(room)}."


def _memory_lines(fit: Fit) -> list[str]:
    memory, wanted = fit.memory, fit.wanted
    if memory is None:
        return []
    spike = f"{format_gigabytes(memory.attention)} ({wanted.attention})"
    return [
        f"{'weights':14}{format_gigabytes(memory.weights)} ({wanted.precision})",
        f"{'KV cache':14}{format_gigabytes(memory.kv_cache)}",
        f"{'activations':14}{format_gigabytes(memory.activations)}",
        f"{'attention':14}{spike}",
    ]


def _effort_lines(fit: Fit) -> list[str]:
    effort = fit.effort
    lines = []
    if effort.window_s is not None and effort.match_s and effort.benchmark_s:
        lines.append(
            f"{'time':14}{effort.window_s:.1f} s a window, {effort.match_s / 3600:.1f} h a match, "
            f"{effort.benchmark_s / 3600:,.0f} h for 100 matches"
        )
    if effort.window_usd is not None and effort.match_usd and effort.benchmark_usd:
        lines.append(
            f"{'cost':14}${effort.window_usd:.4f} a window, ${effort.match_usd:.2f} a match, "
            f"${effort.benchmark_usd:,.0f} for 100 matches"
        )
    return [*lines, f"{'':14}({effort.windows_a_match} windows a match; {effort.basis})"]


def _size(parameters: int) -> str:
    billions = parameters / 1e9
    return f"{billions:.1f}B" if billions >= 1 else f"{parameters / 1e6:.0f}M"
