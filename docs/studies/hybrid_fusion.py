"""Writes `hybrid_fusion.md`: the built-in model, the hybrid spotter and the sound, fused.

    touchline demo --out BUILTIN
    touchline run validation.yaml --out VALIDATION      # the validation match, [demo, demo-hybrid]
    python docs/studies/hybrid_fusion.py MATCHES BUILTIN VALIDATION

MATCHES is the folder of the rendered matches. Takes about half a minute on one core.
"""

import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from touchline.games import SOCCERNET_V2, Game, read_games
from touchline.report.grids import Grid
from touchline.runs.merging.tune import figure_of
from touchline.spots import Spot
from touchline.spots.decoder.decoder import decode, fit_decoder
from touchline.spots.decoder.event_signals import EventSignals, combine_signals, signals_of_spots
from touchline.spots.decoder.sound_signals import signals_of_sound
from touchline.spots.fusion import FuseSettings, comparable, fuse
from touchline.spots.spots_file import read_spot_files
from touchline.video import find_sound_events

HERE = Path(__file__).resolve().parent
MODELS = ("demo", "demo-hybrid")

Signals = list[EventSignals]
Timeline = dict[str, list[Spot]]

HEADING = """\
# The built-in model, the hybrid spotter and the sound, fused

Does a decoder on the spots of the vision-language model, those of the hybrid spotter and the sound
find more than the best of them? There are two matches that neither model was trained on: what is
judged on the built-in match was fitted on the validation match, and the other way round. The
control is the decoder on the spotter alone. Official average-mAP in %:

```
touchline demo --out BUILTIN
touchline run validation.yaml --out VALIDATION   # that match, models: [demo, demo-hybrid]
python docs/studies/hybrid_fusion.py MATCHES BUILTIN VALIDATION
```
"""

UNFITTED = "both, fused without a fit"
CONTROL = "control: decoder on demo-hybrid alone"
BOTH, WITH_SOUND = "decoder on both", "decoder on both and the sound"

LIMITS = """\
All rows were fixed before the first run, and none was left out. What they do not show:

- A decoder that is fitted on one match of five or ten minutes, with 31 or 64 events, has seen most
  classes a few times and some never. That fusing does not help here says nothing of decoders that
  are fitted on many games, as in [the study of fusion](fusion.md).
- One match each way: no intervals, and differences of a few points are the luck of single events.
- The sound of the rendered matches was laid on at the true times of their events. It is worth more
  here than in real soccer.
- The spotter sees through the tower of the model, so their mistakes are not independent.
"""


def main() -> None:
    """Fuses, scores and writes the page."""
    matches, *runs = (Path(argument) for argument in sys.argv[1:])
    found = [{name: read_spot_files(run / "spots" / name) for name in MODELS} for run in runs]
    games = {game.id: game for game in read_games(matches, SOCCERNET_V2)}
    pair = [games[next(iter(one[MODELS[0]]))] for one in found]
    timelines = {
        name: {game.id: one[name][game.id] for game, one in zip(pair, found, strict=True)}
        for name in MODELS
    }
    signals = {name: _signals(comparable(timelines[name]), name) for name in MODELS}
    signals["sound"] = {game.id: _sound(game) for game in pair}
    rows = [(name, *_both(timelines[name], pair)) for name in MODELS]
    fused = fuse([timelines[name] for name in MODELS], FuseSettings())
    rows.append((UNFITTED, *_both(fused, pair)))
    for title, names in (
        ("decoder on the sound alone", ("sound",)),
        ("decoder on demo alone", ("demo",)),
        (CONTROL, ("demo-hybrid",)),
        (BOTH, MODELS),
        ("decoder on demo-hybrid and the sound", ("demo-hybrid", "sound")),
        (WITH_SOUND, (*MODELS, "sound")),
    ):
        together = {
            game.id: combine_signals([signals[name][game.id] for name in names]) for game in pair
        }
        rows.append((title, *_both(_decoded(together, pair), pair)))
    heads = ("spots", "built-in, loose", "tight", "validation, loose", "tight")
    page = f"{HEADING}\n{Grid('Fused', heads, tuple(rows)).markdown()}\n{_says(rows)}\n{LIMITS}"
    (HERE / "hybrid_fusion.md").write_text(page, encoding="utf-8")


def _says(rows: Sequence[tuple[str, ...]]) -> str:
    """In how many of the four columns fusing is above what it has to beat."""
    values = {name: [float(value) for value in figures] for name, *figures in rows}

    def above(one: str, other: str) -> int:
        return sum(a > b for a, b in zip(values[one], values[other], strict=True))

    spotter = MODELS[1]
    best = max(above(name, spotter) for name in values if "decoder" in name)
    most = f"more than {best}" if best else "any"
    text = (
        f"Of the four figures, the decoder on both is above its control in {above(BOTH, CONTROL)}, "
        f"with the sound in {above(WITH_SOUND, CONTROL)}; no decoder is above the spotter itself "
        f"in {most}. Fused without a fit, the two are above the spotter in "
        f"{above(UNFITTED, spotter)}."
    )
    return textwrap.fill(text, 100) + "\n"


def _signals(timeline: Timeline, name: str) -> dict[str, Signals]:
    return {game: signals_of_spots(spots, name) for game, spots in timeline.items()}


def _sound(game: Game) -> Signals:
    return signals_of_sound({half.number: find_sound_events(half.video) for half in game.halves})


def _decoded(signals: dict[str, Signals], pair: Sequence[Game]) -> Timeline:
    """Each match decoded by what was fitted on the other."""
    found: Timeline = {}
    for judged, other in (pair, pair[::-1]):
        decoder = fit_decoder({other.id: (signals[other.id], other.labels or ())}, SOCCERNET_V2)
        found[judged.id] = decode(signals[judged.id], decoder)
    return found


def _both(timeline: Timeline, pair: Sequence[Game]) -> tuple[str, ...]:
    """Loose and tight on each match."""
    figures = [
        figure_of({game.id: (game.labels or (), timeline[game.id])}, SOCCERNET_V2) for game in pair
    ]
    return tuple(f"{100 * value:.2f}" for one in figures for value in (one.loose, one.tight))


if __name__ == "__main__":
    main()
