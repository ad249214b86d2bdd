"""Writes `fusion.md`: two very different sets of spots, fused in every way.

    python docs/studies/fusion.py [FOLDER]

FOLDER holds `labels_test.zip` and `predictions/`; by default `../shared/soccernet`. Takes about two
minutes on one core.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from touchline.games import SOCCERNET_V2, Label, ProblemLog
from touchline.report.grids import Grid
from touchline.runs.merging.tune import figure_of
from touchline.spots import Spot
from touchline.spots.decoder.decoder import decode, fit_decoder
from touchline.spots.decoder.event_signals import combine_signals, signals_of_spots
from touchline.spots.fusion import FUSIONS, FuseSettings, comparable, fuse
from touchline.spots.labels_and_spots import read_pairs

HERE = Path(__file__).resolve().parent
SETS = ("real_NETVLAD_v2_test", "vlm_overdetector")
WINDOWS_MS = (3_000, 10_000, 20_000)

Timeline = dict[str, list[Spot]]

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
        )
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
    decoder = fit_decoder({game: (marks[game], truth[game]) for game in first}, SOCCERNET_V2)
    stacked = {game: decode(marks[game], decoder) for game in second}
    rows.append(("stacking, fitted on the other half", *_figures(stacked, judged)))
    grid = Grid("Fused", ("spots", "loose", "tight"), tuple(rows))
    (HERE / "fusion.md").write_text(f"{HEADING}\n{grid.markdown()}", encoding="utf-8")


def _figures(spots: Mapping[str, list[Spot]], truth: Mapping[str, list[Label]]) -> tuple[str, str]:
    found = figure_of({game: (truth[game], spots[game]) for game in truth})
    return f"{100 * found.loose:.2f}", f"{100 * found.tight:.2f}"


if __name__ == "__main__":
    main()
