"""Draws `docs/images/half_curves.png`: what is heard and seen in a rendered half, and its truth.

    python docs/studies/half_curves.py MATCHES [GAME [HALF]]

MATCHES is the folder of the rendered matches, GAME a number from 0.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import vl_convert

from touchline.games import SOCCERNET_V2, Game, read_games
from touchline.video.curves.curve import Curve
from touchline.video.motion.motion_curves import measure_motion
from touchline.video.sound.crowd import crowd_rise
from touchline.video.sound.sound_events import find_sound_events, sound_curves

TARGET = Path(__file__).resolve().parents[1] / "images" / "half_curves.png"
POINTS = 1200
TRUE, FOUND, LINE = "#c23b22", "#1f6fb4", "#555555"
WHISTLED = ("Kick-off", "Foul", "Offside", "Direct free-kick", "Indirect free-kick", "Goal")
CHEERED = ("Goal", "Shots on target", "Shots off target")


def main(matches: Path, place: int, number: int) -> None:
    """Draws one half."""
    game = read_games(matches, SOCCERNET_V2)[place]
    half = next(one for one in game.halves if one.number == number)
    heard, looked, curves = (
        find_sound_events(half.video),
        measure_motion(half.video),
        sound_curves(half.video),
    )
    rows = [
        panel("whistle's tone (dB)", thinned(curves.curve("peak_db")),
              [one.time_ms for one in heard.whistles], truth(game, number, WHISTLED)),
        panel("crowd's rise (dB)", thinned(crowd_rise(curves)),
              [one.time_ms for one in heard.swells], truth(game, number, CHEERED)),
        panel("activity (medians)", thinned(looked.activity()),
              list(looked.cuts_ms), truth(game, number, None)),
    ]  # fmt: skip
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": "white",
        "vconcat": rows,
        "resolve": {"scale": {"x": "shared"}},
        "config": {"view": {"stroke": None}, "axis": {"grid": False}},
    }
    TARGET.write_bytes(vl_convert.vegalite_to_png(spec, scale=1))


def truth(game: Game, number: int, labels: tuple[str, ...] | None) -> list[int]:
    """Times of the true events of some classes, or of all."""
    return [
        one.position_ms
        for one in game.labels or ()
        if one.half == number and (labels is None or one.label in labels)
    ]


def thinned(curve: Curve) -> list[dict[str, float]]:
    """The highest value of each of some hundred stretches: what stands out stays."""
    parts = np.array_split(np.arange(len(curve.values)), min(POINTS, len(curve.values)))
    tops = [part[np.argmax(curve.values[part])] for part in parts]
    return [{"s": curve.times_ms[i] / 1000, "value": float(curve.values[i])} for i in tops]


def panel(
    title: str, points: list[dict[str, float]], found: list[int], true: list[int]
) -> dict[str, Any]:
    """A curve with what was found above it and the truth below it."""
    low, high = (pick(point["value"] for point in points) for pick in (min, max))
    step = (high - low) / 10
    marks = [
        {"s": time / 1000, "value": level, "what": what}
        for times, level, what in ((found, high + step, "found"), (true, low - step, "true"))
        for time in times
    ]
    x = {
        "field": "s",
        "type": "quantitative",
        "title": "seconds of the half",
        "scale": {"nice": False},
    }
    y = {"field": "value", "type": "quantitative", "title": title, "scale": {"zero": False}}
    colour = {
        "field": "what",
        "scale": {"domain": ["found", "true"], "range": [FOUND, TRUE]},
        "legend": {"title": None},
    }
    return {
        "width": 900,
        "height": 130,
        "layer": [
            {
                "data": {"values": points},
                "mark": {"type": "line", "color": LINE, "strokeWidth": 0.7},
                "encoding": {"x": x, "y": y},
            },
            {
                "data": {"values": marks},
                "mark": {"type": "tick", "orient": "vertical", "thickness": 1.5, "size": 9},
                "encoding": {"x": x, "y": y, "color": colour},
            },
        ],
    }


if __name__ == "__main__":
    words = sys.argv[2:]
    main(Path(sys.argv[1]), int(words[0]) if words else 0, int(words[1]) if len(words) > 1 else 1)
