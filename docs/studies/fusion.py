"""Writes `fusion.md`: two very different sets of spots, fused in every way.

    python docs/studies/fusion.py [FOLDER]

FOLDER holds `labels_test.zip` and `predictions/`; by default `../shared/soccernet`. Takes about two
minutes on one core.
"""

import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from touchline.games import SOCCERNET_V2, Label, ProblemLog
from touchline.report.grids import Grid
from touchline.runs.merging.tune import figure_of
from touchline.spots import Spot
from touchline.spots.decoder.decoder import decode, fit_decoder
from touchline.spots.decoder.event_signals import EventSignals, combine_signals, signals_of_spots
from touchline.spots.fusion import FUSIONS, FuseSettings, comparable, fuse
from touchline.spots.labels_and_spots import read_pairs

HERE = Path(__file__).resolve().parent
SETS = ("real_NETVLAD_v2_test", "vlm_overdetector")
WINDOWS_MS = (3_000, 10_000, 20_000)

Timeline = dict[str, list[Spot]]
Marks = Mapping[str, Sequence[EventSignals]]

HEADING = """\
# Fusion across models

The official NetVLAD baseline and a made-up over-detector, on the SoccerNet-v2 test games. The
over-detector was made from the labels by chance errors that know nothing of NetVLAD's, so fusion
has it easier here than with two models that share their mistakes. Stacking is fitted on the first
half of the games; every figure is the official average-mAP in % on the second half.

```
python docs/studies/fusion.py ../shared/soccernet
```
"""


def main() -> None:
    """Fuses, scores and writes the page."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[2] / "shared" / "soccernet"
    truth: dict[str, list[Label]] = {}
    timelines: list[Timeline] = []
    for name in SETS:
        games = read_pairs(
            folder / "labels_test.zip",
            folder / "predictions" / f"{name}.zip",
            problems=ProblemLog(lenient=True),
        ).games
        truth = {game: labels for game, (labels, _) in games.items()}
        timelines.append({game: spots for game, (_, spots) in games.items()})
    ids = sorted(truth)
    first, second = ids[: len(ids) // 2], ids[len(ids) // 2 :]
    judged = {game: truth[game] for game in second}
    rows = [
        (name, *_figures(timeline, judged)) for name, timeline in zip(SETS, timelines, strict=True)
    ]
    for method in FUSIONS:
        for window_ms in WINDOWS_MS:
            fused = fuse(timelines, FuseSettings(method=method, window=window_ms / 1000))
            rows.append((f"{method}, window {window_ms // 1000} s", *_figures(fused, judged)))
    ranked = [comparable(timeline) for timeline in timelines]
    marks = {
        game: combine_signals([signals_of_spots(one[game], str(i)) for i, one in enumerate(ranked)])
        for game in ids
    }
    rows.append(("stacking, fitted on the other half", *_decoded(marks, truth, first, second)))
    for name, one in zip(SETS, ranked, strict=True):
        alone = {game: signals_of_spots(one[game]) for game in ids}
        rows.append(
            (f"control: the decoder on {name} alone", *_decoded(alone, truth, first, second))
        )
    grid = Grid("Fused", ("spots", "loose", "tight"), tuple(rows))
    page = f"{HEADING}\n{grid.markdown()}\n{_what_it_says(rows)}"
    (HERE / "fusion.md").write_text(page, encoding="utf-8")


def _decoded(
    marks: Marks, truth: Mapping[str, list[Label]], first: Sequence[str], second: Sequence[str]
) -> tuple[str, str]:
    """Figures on the second games, decoded by what was fitted on the first."""
    decoder = fit_decoder({game: (marks[game], truth[game]) for game in first}, SOCCERNET_V2)
    spots = {game: decode(marks[game], decoder) for game in second}
    return _figures(spots, {game: truth[game] for game in second})


def _what_it_says(rows: Sequence[tuple[str, str, str]]) -> str:
    """How much of stacking's gain is due to fusing; the figures are those of the table."""
    found = {name: (float(loose), float(tight)) for name, loose, tight in rows}
    models = [found[name] for name in SETS]
    stacked = next(one for name, one in found.items() if name.startswith("stacking"))
    alone = [one for name, one in found.items() if name.startswith("control")]
    loose, tight = (
        (max(one[i] for one in models), max(one[i] for one in alone), stacked[i]) for i in (0, 1)
    )
    tighter = [name for name, one in found.items() if name.split(",")[0] in FUSIONS
               and one[1] > max(model[1] for model in models)]  # fmt: skip
    lines = (
        f"Of the loose gain of stacking over the better model ({loose[0]:.2f} to {loose[2]:.2f}), "
        f"the decoder alone gives {loose[1] - loose[0]:.2f} and fusing {loose[2] - loose[1]:.2f}; "
        f"of the tight one ({tight[0]:.2f} to {tight[2]:.2f}), {tight[1] - tight[0]:.2f} and "
        f"{tight[2] - tight[1]:.2f}.",
        f"Without a fit, no way of fusing is above the better model in loose; {len(tighter)} of "
        f"{len(FUSIONS) * len(WINDOWS_MS)} are above it in tight."
        if not any(found[name][0] > loose[0] for name in found if name.split(",")[0] in FUSIONS)
        else f"{len(tighter)} of {len(FUSIONS) * len(WINDOWS_MS)} ways without a fit are above "
        "the better model in tight.",
    )
    return "\n\n".join(textwrap.fill(line, 100) for line in lines) + "\n"


def _figures(spots: Mapping[str, list[Spot]], truth: Mapping[str, list[Label]]) -> tuple[str, str]:
    found = figure_of({game: (truth[game], spots[game]) for game in truth}, SOCCERNET_V2)
    return f"{100 * found.loose:.2f}", f"{100 * found.tight:.2f}"


if __name__ == "__main__":
    main()
