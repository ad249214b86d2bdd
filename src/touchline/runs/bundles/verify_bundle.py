"""Verifying a bundle: its replies are read, merged and scored again."""

import json
import math
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.games import Label, read_label_files
from touchline.runs.bundles.bundle_file import Manifest, read_bundle, unpack
from touchline.runs.bundles.pack_run import label_checksum
from touchline.runs.config.bench import read_run_bench
from touchline.runs.planning.plan_file import PlanFile
from touchline.runs.results.finish import score_replies
from touchline.runs.results.stored_scores import scores_text
from touchline.text import counted

_LAST_DIGITS = 1e-9
"""Difference below which figures differ in their last digits only, as on another processor."""

_WORDS = ("note", "version")
"""Keys of the scores that are not figures."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What scoring a bundle again came to.

    Attributes:
        manifest: of the bundle.
        leaderboard: as it was scored again, for programs.
        figures: how many figures were compared.
        rounded: how many of them differ in their last digits only.
        different: the others that differ, as sentences.
        ranked_by: the metric that ranks the models.
    """

    manifest: Manifest
    leaderboard: tuple[Mapping[str, Any], ...]
    figures: int
    rounded: int
    different: tuple[str, ...]
    ranked_by: str

    @property
    def sentence(self) -> str:
        """Whether every figure is the same."""
        if self.different:
            return (
                f"{len(self.different):,} of {counted(self.figures, 'figure')} differ; the first: "
                f"{self.different[0]}."
            )
        close = f", {self.rounded:,} of them up to the last digits" if self.rounded else ""
        return f"all {counted(self.figures, 'figure')} are the same{close}."


def verify(bundle: Path, labels: Path | None = None) -> Verified:
    """Scores a bundle again from its replies.

    Args:
        bundle: the file.
        labels: folder or zip with the labels of its games, where the bundle has none.

    Raises:
        UserError: the bundle is damaged, or needs labels and these are not the ones.
    """
    manifest, files = read_bundle(bundle)
    with tempfile.TemporaryDirectory(prefix="touchline-verify-") as place:
        folder = Path(place)
        unpack(files, folder)
        plan = PlanFile.read(folder)
        if manifest.labels:
            plan = _with_labels(plan, manifest, labels, bundle)
            plan.write(folder)
        bench = read_run_bench(folder)
        again = score_replies(folder, bench.merging, bench.scoring)
        before = _stored(files.get("scores.json"), bundle)
    now = json.loads(scores_text(again))
    compared = list(_compare(before, now))
    return Verified(
        manifest,
        tuple(now["leaderboard"]),
        len(compared),
        sum(one == "" for one in compared),
        tuple(one for one in compared if one),
        plan.task.metric,
    )


def _with_labels(plan: PlanFile, manifest: Manifest, labels: Path | None, bundle: Path) -> PlanFile:
    """The plan with labels from elsewhere, which must be those that were packed."""
    if labels is None:
        raise UserError(f"bundle {bundle} has no labels: name their folder or zip with --labels.")
    found = read_label_files(labels, plan.task, list(manifest.labels))
    games = []
    for game in plan.games:
        if game.id not in manifest.labels:
            games.append(game)
            continue
        own = tuple(sorted(found[game.id], key=lambda label: (label.half, label.position_ms)))
        if label_checksum(_as_planned(own, plan)) != manifest.labels[game.id]:
            raise UserError(
                f"the labels of '{game.id}' in {labels} are not those that bundle {bundle} was "
                "scored with."
            )
        games.append(game.model_copy(update={"labels": _as_planned(own, plan)}))
    return plan.model_copy(update={"games": tuple(games)})


def _as_planned(labels: tuple[Label, ...], plan: PlanFile) -> tuple[Label, ...]:
    """Labels with the classes' names as a plan has them."""
    task = plan.task
    return tuple(one._replace(label=task.label_class(one.label) or one.label) for one in labels)


def _stored(content: bytes | None, bundle: Path) -> Any:
    if content is None:
        raise UserError(f"bundle {bundle} has no scores.json to compare with.")
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UserError(f"bundle {bundle}: scores.json is not valid JSON: {error}.") from error


def _compare(before: Any, now: Any, place: str = "") -> Iterator[str | None]:
    """One entry for each figure: None where it is the same, "" where only its last digits differ,
    else how it differs.
    """
    if isinstance(before, dict) and isinstance(now, dict):
        for key in dict.fromkeys([*before, *now]):
            if key in _WORDS:
                continue
            where = f"{place}.{key}" if place else str(key)
            if key not in before or key not in now:
                yield f"{where} is only {'in the bundle' if key in before else 'scored again'}"
            else:
                yield from _compare(before[key], now[key], where)
    elif isinstance(before, list) and isinstance(now, list):
        if len(before) != len(now):
            yield f"{place} has {len(before)} entries in the bundle and {len(now)} scored again"
            return
        for number, (old, new) in enumerate(zip(before, now, strict=True), start=1):
            yield from _compare(old, new, f"{place}[{_name(old, number)}]")
    elif _is_number(before) or before != now:
        yield _difference(before, now, place)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _name(entry: Any, number: int) -> str:
    return str(entry["model"]) if isinstance(entry, dict) and "model" in entry else str(number)


def _difference(before: Any, now: Any, place: str) -> str | None:
    if type(before) is type(now) and before == now:
        return None
    if (
        _is_number(before)
        and _is_number(now)
        and math.isclose(before, now, rel_tol=_LAST_DIGITS, abs_tol=_LAST_DIGITS)
    ):
        return None if before == now else ""
    return f"{place} is {str(before)[:60]} in the bundle and {str(now)[:60]} scored again"
