"""One page of the bundles in a folder, of those that verify."""

import html
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.files import write_atomically
from touchline.report import asset, content_policy, percent
from touchline.runs.bundles.bundle_file import SUFFIX
from touchline.runs.bundles.verify_bundle import Verified, verify
from touchline.scores import METRIC_REGISTRY
from touchline.text import inert

_NAME = 120


@dataclass(frozen=True, slots=True)
class FolderLeaderboard:
    """What became of the bundles of a folder.

    Attributes:
        page: the file.
        listed: names of the bundles that verified.
        refused: why each of the others is not listed, by its name.
    """

    page: Path
    listed: tuple[str, ...]
    refused: Mapping[str, str]


def build_leaderboard(
    folder: Path, out: Path | None = None, labels: Path | None = None
) -> FolderLeaderboard:
    """Verifies every bundle of a folder, and writes a static page of those that are what they say.

    Args:
        folder: with bundles, at any depth.
        out: the page; None takes `leaderboard.html` in the folder.
        labels: folder or zip with the labels of bundles that have none.

    Raises:
        UserError: there is no bundle.
    """
    bundles = sorted(folder.rglob(f"*{SUFFIX}")) if folder.is_dir() else []
    if not bundles:
        raise UserError(f"{folder} has no bundle of `touchline pack` (a file *{SUFFIX}).")
    found: dict[str, Verified] = {}
    refused: dict[str, str] = {}
    for bundle in bundles:
        name = bundle.relative_to(folder).as_posix()
        try:
            verified = verify(bundle, labels)
        except UserError as error:
            refused[name] = str(error)
            continue
        if verified.different:
            refused[name] = verified.sentence
        else:
            found[name] = verified
    page = out or folder / "leaderboard.html"
    write_atomically(page, _page(found, refused))
    return FolderLeaderboard(page, tuple(found), refused)


def _page(found: Mapping[str, Verified], refused: Mapping[str, str]) -> str:
    tasks: dict[tuple[str, str], list[tuple[str, Verified]]] = defaultdict(list)
    for name, verified in found.items():
        tasks[verified.manifest.task, verified.ranked_by].append((name, verified))
    parts = [_table(task, metric, of_task) for (task, metric), of_task in sorted(tasks.items())]
    if refused:
        lines = "".join(
            f"<li>{_text(name)}: {_text(why, 400)}</li>" for name, why in refused.items()
        )
        parts.append(f"<section><h2>Not listed</h2><ul>{lines}</ul></section>")
    style = asset("style.css")
    policy = content_policy([], [style]).replace("script-src ; ", "")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>Leaderboard</title><style>{style}</style></head><body>"
        '<header class="top"><h1>Leaderboard</h1><p class="lead">Every row was scored again from '
        "the replies in its bundle. Rows of one table have the same task and metric; they are "
        "comparable where games, prompt and sampling are the same.</p></header>"
        f"<main>{''.join(parts)}</main></body></html>\n"
    )


def _table(task: str, metric: str, bundles: Sequence[tuple[str, Verified]]) -> str:
    heading = METRIC_REGISTRY.get(metric).heading
    rows = [
        (row, name, verified)
        for name, verified in bundles
        for row in verified.leaderboard
        if row["kind"] == "model" and row.get("model")
    ]
    rows.sort(key=lambda one: -(_figure(one[0], metric) or -1.0))
    lines = "".join(_line(row, name, verified, metric) for row, name, verified in rows)
    heads = ("Model", heading, "Coverage", "Games", "Run", "Bundle")
    head = "".join(f'<th scope="col">{_text(one)}</th>' for one in heads)
    return (
        f"<section><h2>Task {_text(task)}, ranked by {_text(heading)}</h2>"
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>'
        "</div></section>"
    )


def _line(row: Mapping[str, Any], name: str, verified: Verified, metric: str) -> str:
    value, coverage = _figure(row, metric), row.get("coverage")
    cells = (
        "not scored" if value is None else percent(value),
        "" if coverage is None else f"{100 * coverage:.1f} %",
        str(verified.manifest.games),
        verified.manifest.name,
        name,
    )
    return (
        f'<tr><th scope="row">{_text(str(row["model"]))}</th>'
        + "".join(f"<td>{_text(cell)}</td>" for cell in cells)
        + "</tr>"
    )


def _figure(row: Mapping[str, Any], metric: str) -> float | None:
    group = METRIC_REGISTRY.get(metric).json_group
    found = (row.get(group) or {}) if group else row
    value = found.get(metric)
    return float(value) if isinstance(value, int | float) else None


def _text(text: str, longest: int = _NAME) -> str:
    return html.escape(inert(text)[:longest])
