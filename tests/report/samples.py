"""Made-up reports for the tests: a plain one, a hostile one and a very large one."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from touchline.games import SOCCERNET_V2
from touchline.games.types import Label
from touchline.report import (
    ClassTable,
    Lane,
    ReportData,
    Row,
    RunSettings,
    Timeline,
    TitledText,
)
from touchline.report.sections.replies import ReplyForms
from touchline.scores import (
    ClassConfusion,
    ErrorAnalysis,
    ErrorKind,
    ErrorShare,
    PrecisionRecallCurve,
    Reliability,
    SensitivityCurve,
    Timing,
)
from touchline.scores.timing import TimeError
from touchline.spots.types import Spot

HALF_MS = 45 * 60_000
CREATED = datetime(2026, 3, 14, 15, 9, tzinfo=UTC)
COMMON = ("Ball out of play", "Throw-in", "Foul", "Corner", "Shots on target", "Goal", "Kick-off")


def sample_rows() -> tuple[Row, ...]:
    counts = {"nothing": 1200, "refused": 0, "truncated": 2, "unreadable": 1, "failed": 0}
    return (
        Row(
            model="demo", loose=0.6231, tight=0.2011, coverage=0.998, precision=0.58,
            recall=0.714, f1=0.64, tolerance_s=5.0, false_per_minute=1.42, seconds=41.2,
            windows_per_second=32.0, times_real_time=64.5, peak_memory_bytes=812_000_000,
            loose_interval=(0.55, 0.68), outcomes={**counts, "events": 147},
        ),
        Row(
            model="qwen-2.5-vl-7b", loose=0.0856, tight=0.0141, coverage=0.931, precision=0.06,
            recall=0.41, f1=0.1, tolerance_s=5.0, false_per_minute=19.8, seconds=5200.0,
            windows_per_second=0.26, times_real_time=0.52, cost_usd_per_hour=0.61,
            loose_interval=(0.06, 0.12), outcomes={**counts, "events": 900, "unreadable": 170},
        ),
        Row(
            model="baseline/prior", kind="baseline", loose=0.041, tight=0.006, coverage=1.0,
            false_per_minute=2.1, outcomes={"events": 400, "nothing": 950}, seconds=0.01,
        ),
        Row(
            model="baseline/random", kind="baseline", loose=0.016, tight=0.0016, coverage=1.0,
            false_per_minute=2.1, outcomes={"events": 400, "nothing": 950}, seconds=0.01,
        ),
        Row(
            model="NetVLAD++", kind="reference", loose=0.534, tight=0.115, coverage=None,
            source="Giancola and Ghanem, CVPR Workshops 2021",
        ),
    )  # fmt: skip


def sample_spots(
    seed: int, count: int, labels: Sequence[str] = SOCCERNET_V2.classes
) -> tuple[Spot, ...]:
    pick = random.Random(seed)
    teams = ("home", "away", None)
    return tuple(
        Spot(1, pick.randrange(HALF_MS), pick.choice(labels), pick.choice(teams), pick.random())
        for _ in range(count)
    )


def sample_truth(seed: int, count: int = 110) -> tuple[Label, ...]:
    pick = random.Random(seed)
    return tuple(
        Label(1, pick.randrange(HALF_MS), pick.choice(COMMON), pick.choice(("home", "away")),
              pick.random() > 0.1)
        for _ in range(count)
    )  # fmt: skip


def sample_timeline(game: str = "england/2015/one", half: int = 1) -> Timeline:
    truth = sample_truth(half)
    found = tuple(
        Spot(1, label.position_ms + 700, label.label, label.team, 0.8) for label in truth[:70]
    )
    storm = tuple(Spot(1, at, "Foul", None, 0.9) for at in range(0, HALF_MS, 3000))
    return Timeline(
        game, half, HALF_MS, truth,
        (
            Lane("demo", found + sample_spots(half + 1, 20, COMMON), "model",
                 hits=(True,) * 70 + (False,) * 20),
            Lane("qwen-2.5-vl-7b", storm + sample_spots(half + 2, 200), "model",
                 uncovered=((600_000, 780_000), (2_400_000, 2_460_000))),
            Lane("baseline/prior", sample_spots(half + 3, 95, COMMON), "baseline"),
        ),
    )  # fmt: skip


def sample_class_table(metric: str = "loose average-mAP") -> ClassTable:
    pick = random.Random(3)
    truths = tuple(
        0 if name in ("Red card", "Yellow->red card") else pick.randrange(1, 90)
        for name in SOCCERNET_V2.classes
    )
    scores = {
        row.model: tuple(round(pick.random() * (row.loose or 0), 4) if n else None for n in truths)
        for row in sample_rows() if row.kind != "reference"
    }  # fmt: skip
    return ClassTable(metric, SOCCERNET_V2.classes, truths, scores)


def even_table(metric: str, models: Sequence[str]) -> ClassTable:
    return ClassTable(metric, SOCCERNET_V2.classes, (40,) * 17, dict.fromkeys(models, (0.25,) * 17))


def sample_sections(
    models: Sequence[str], labels: Sequence[str] = SOCCERNET_V2.classes[:6]
) -> dict[str, dict[str, Any]]:
    """What every optional section measured, for these models."""
    pick = random.Random(9)
    kinds = (
        ErrorKind.WRONG_CLASS, ErrorKind.WRONG_TIME, ErrorKind.BACKGROUND, ErrorKind.MISSED,
    )  # fmt: skip
    return {
        "precision_recall": {m: tuple(curve(pick, label) for label in labels) for m in models},
        "confusion": {m: confusion(pick, labels) for m in models},
        "errors": {m: errors(*(error(pick, kind) for kind in kinds)) for m in models},
        "reliability": {m: reliability(pick) for m in models},
        "time_errors": {m: timing(pick) for m in models},
        "sensitivity": {
            m: tuple(sensitivity(pick, name) for name in ("merge window (s)", "threshold"))
            for m in models
        },
        "replies": {
            m: ReplyForms(
                {"json": 812, "fenced json": pick.randrange(9)},
                {"a named time lies outside the window": 3},
                {"seconds": 700, "clock of the match": 40, "centre": 80},
            )
            for m in models
        },
    }


def curve(pick: random.Random, label: str) -> PrecisionRecallCurve:
    steps = np.linspace(0, 1, 21)
    precision = np.array([pick.uniform(0.3, 1) * (1 - x**2) for x in steps])
    return PrecisionRecallCurve(label, steps[::-1], precision, steps)


def confusion(pick: random.Random, labels: Sequence[str]) -> ClassConfusion:
    size = len(labels) + 1
    counts = tuple(
        tuple(pick.randrange(9) + 40 * (a == b) for a in range(size)) for b in range(size)
    )
    return ClassConfusion(5.0, tuple(labels), counts)


def error(pick: random.Random, kind: ErrorKind) -> ErrorShare:
    gain = pick.random() / 4
    return ErrorShare(kind, pick.randrange(300), 0.1, 0.5 + gain, 0.2 + gain, gain, gain, {})


def errors(*kinds: ErrorShare) -> ErrorAnalysis:
    return ErrorAnalysis(5.0, 60.0, 100, 900, 400, 0.5, 0.2, kinds)


def reliability(pick: random.Random) -> Reliability:
    bins = (0.1, 0.3, 0.5, 0.7, 0.9)
    shares = tuple(x * pick.uniform(0.4, 1) for x in bins)
    return Reliability(bins, shares, tuple(pick.randrange(5, 300) for _ in bins))


def timing(pick: random.Random) -> Timing:
    counts = tuple(max(0, 40 - abs(x) * pick.randrange(3, 9)) for x in range(-10, 10))
    return Timing(60.0, TimeError(sum(counts)), {}, tuple(range(-5000, 5500, 500)), counts)


def sensitivity(pick: random.Random, setting: str) -> SensitivityCurve:
    scores = tuple(pick.uniform(0.1, 0.6) for _ in range(5))
    return SensitivityCurve(setting, "loose average-mAP", (1.0, 2.0, 4.0, 8.0, 16.0), scores, 4.0)


def sample_report() -> ReportData:
    """A report of the ordinary kind."""
    return ReportData(
        title="demo match",
        task=SOCCERNET_V2,
        created=CREATED,
        rows=sample_rows(),
        per_class=(sample_class_table(), sample_class_table("tight average-mAP")),
        timelines=(sample_timeline(half=1), sample_timeline(half=2)),
        sections=sample_sections(("demo", "qwen-2.5-vl-7b", "baseline/prior")),
        settings=RunSettings(
            recipe=(("fps", "5"), ("window", "3 s"), ("stride", "2 s")),
            versions=(("touchline", "0.1.0"), ("python", "3.11.9")),
            prompts=(TitledText("base.v1", "You are watching football.\nAnswer with JSON."),),
            cards=(TitledText("demo", "id: demo\nengine: transformers\n"),),
        ),
    )


HOSTILE = (
    "<script>window.hurt=1</script>",
    "</script><script>window.hurt=1</script>",
    "<img src=x onerror=window.hurt=1>",
    '"><svg onload=window.hurt=1>',
    "{{ 7 * 7 }} ${window.hurt=1} `x`",
    "abc\u202edef\u2066ghi\u200f",
    "line\u2028separator\u2029]]>--><!--",
    "\x1b[31mred\x00 \ud800",
)


def hostile_report() -> ReportData:
    """Every text that can come from outside is hostile; one is a line of 5 MB."""
    rows = tuple(
        Row(model=text, loose=0.1, tight=0.1, coverage=0.5, note=text, source=text,
            outcomes={"events": 1, "unreadable": 1})
        for text in HOSTILE
    )  # fmt: skip
    lanes = tuple(Lane(text, sample_spots(1, 5), "model") for text in HOSTILE)
    everything = "\n".join(HOSTILE)
    return ReportData(
        title=HOSTILE[1],
        task=SOCCERNET_V2,
        created=CREATED,
        rows=rows,
        per_class=(
            ClassTable(
                HOSTILE[0], SOCCERNET_V2.classes, (1,) * 17, dict.fromkeys(HOSTILE, (0.1,) * 17)
            ),
        ),
        timelines=(Timeline(HOSTILE[1], 1, HALF_MS, sample_truth(1), lanes),),
        sections=sample_sections(HOSTILE, HOSTILE),
        settings=RunSettings(
            recipe=tuple((text, text) for text in HOSTILE),
            prompts=(TitledText(HOSTILE[1], everything), TitledText("long", "A" * 5_000_000)),
            cards=(TitledText(HOSTILE[2], everything),),
        ),
    )


def large_report(models: int = 20, games: int = 10, spots: int = 900) -> ReportData:
    """As many models, games and spots a half as a report has to bear."""
    names = [f"family/some-model-{index}" for index in range(models)]
    timelines = tuple(
        Timeline(
            f"league/season/2016-08-{game:02d} - 18-00 Home 1 - 0 Away", half, HALF_MS,
            sample_truth(game * 2 + half),
            tuple(Lane(name, sample_spots(hash((game, half, index)), spots), "model")
                  for index, name in enumerate(names)),
        )
        for game in range(games) for half in (1, 2)
    )  # fmt: skip
    return ReportData(
        title="twenty models",
        task=SOCCERNET_V2,
        created=CREATED,
        rows=tuple(
            Row(model=name, loose=0.5 - index / 100, tight=0.1, coverage=1.0,
                outcomes={"events": 900, "nothing": 450})
            for index, name in enumerate(names)
        ),
        per_class=(
            even_table("loose average-mAP", names),
        ),
        timelines=timelines,
        sections=sample_sections(names, SOCCERNET_V2.classes),
    )  # fmt: skip
