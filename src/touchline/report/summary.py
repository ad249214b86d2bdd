"""The sentences at the head of a report: plain facts, no judgement."""

from touchline.report.data import ReportData
from touchline.report.formatting import length, percent, visible, within
from touchline.report.leaderboard.columns import coverage_floor
from touchline.report.row import Row
from touchline.scores import METRIC_REGISTRY
from touchline.text import counted

_NAME = 120


def summary(data: ReportData) -> str:
    """The leaderboard in sentences.

    Args:
        data: the report.

    Returns:
        Which model is best by the metric of its task, how it compares to the best null baseline,
        what was watched, and which models are under the minimum coverage.
    """
    parts = [_best(data), _against_baseline(data), _watched(data), _short(data)]
    return " ".join(part for part in parts if part)


def _first(data: ReportData, kind: str) -> Row | None:
    scored = [row for row in data.rows if row.kind == kind and row.score is not None]
    return max(scored, key=lambda row: row.score or 0.0, default=None)


def _score(row: Row) -> str:
    if row.ranked_by != "loose":
        return f"{percent(row.score or 0.0)} {_heading(row)}"
    tight = "" if row.tight is None else f" and {percent(row.tight)} tight"
    return f"{percent(row.loose or 0.0)} loose{tight} average-mAP"


def _heading(row: Row) -> str:
    """The metric that a row is ranked by, as its column is headed."""
    return METRIC_REGISTRY.get(row.ranked_by).heading


def _best(data: ReportData) -> str:
    best = _first(data, "model")
    if best is None:
        if reported := _reported(data):
            return reported
        return (
            "Only null baselines were scored."
            if _first(data, "baseline")
            else "Nothing was scored."
        )
    scored = sum(row.kind == "model" and row.score is not None for row in data.rows)
    place = f"is the best of {scored} models with" if scored > 1 else "reaches"
    sentence = f"{visible(best.model, _NAME)} {place} {_score(best)}"
    recall, tolerance_s = best.figure("recall"), best.figure("tolerance_s")
    if recall is not None:
        near = "" if tolerance_s is None else f" within {within(tolerance_s)}"
        sentence += f" and finds {100 * recall:.1f} % of the events{near}"
    return sentence + "."


def _reported(data: ReportData) -> str:
    """How many events the models report in games without labels; nothing where there are labels."""
    if not data.timelines or any(half.truth is not None for half in data.timelines):
        return ""
    counts: dict[str, int] = {}
    for half in data.timelines:
        for lane in half.lanes:
            if lane.kind == "model":
                counts[lane.model] = counts.get(lane.model, 0) + len(lane.spots)
    said = [
        f"{visible(model, _NAME)} reports {counted(count, 'event')}."
        for model, count in counts.items()
    ]
    return " ".join(said)


def _against_baseline(data: ReportData) -> str:
    best, baseline = _first(data, "model"), _first(data, "baseline")
    if best is None or baseline is None:
        return ""
    name = visible(baseline.model, _NAME)
    if (best.score or 0.0) > (baseline.score or 0.0):
        measured = "loose" if baseline.ranked_by == "loose" else _heading(baseline)
        return f"The best null baseline, {name}, has {percent(baseline.score or 0.0)} {measured}."
    return f"No model beats the null baseline {name}, which has {_score(baseline)}."


def _watched(data: ReportData) -> str:
    if not data.timelines:
        return ""
    games = len({timeline.game for timeline in data.timelines})
    watched = ""
    if all(timeline.length_known for timeline in data.timelines):
        watched = ", " + length(sum(timeline.length_ms for timeline in data.timelines))
    labelled = [timeline.truth for timeline in data.timelines if timeline.truth is not None]
    events = f" with {sum(map(len, labelled)):,} true events" if labelled else ""
    return f"{games} game{'s' * (games > 1)}{watched}{events}."


def _short(data: ReportData) -> str:
    short = [visible(row.model, _NAME) for row in data.rows if row.low_coverage]
    if not short:
        return ""
    names = ", ".join(short[:3]) + (" and others" if len(short) > 3 else "")
    floor = coverage_floor(data.rows)
    return f"Scored on only part of their windows, under {floor} coverage: {names}."
