"""The tables of the figures beyond the official ones."""

from touchline.report.formatting import NOTHING, percent
from touchline.report.grids import Grid, NumberCell
from touchline.report.tables.score_cells import (
    decimal_of,
    figure_of,
    interval_of,
    number_of,
    percent_of,
    points_of,
    seconds_of,
)
from touchline.scores import CLASS_METRICS, ExtendedMetrics, PrecisionRecall


def extended_grids(extended: ExtendedMetrics, rates: PrecisionRecall) -> list[Grid]:
    """All tables of the figures beyond the official ones.

    Args:
        extended: the figures.
        rates: precision, recall and F1.
    """
    return [
        _thresholds(extended),
        _timing(extended),
        _segments(extended),
        _team(extended),
        _hallucination(extended),
        _by_class(extended, rates),
        _calibration(extended),
        _errors(extended),
        *_class_intervals(extended, rates),
    ]


def _thresholds(extended: ExtendedMetrics) -> Grid:
    rows = tuple(
        (
            f"{held.tolerance_s:g} s",
            percent_of(held.none.micro.f1),
            percent_of(held.common.micro.f1),
            percent_of(held.per_class.micro.f1),
            figure_of(held.common_threshold, "{:.3f}"),
        )
        for held in extended.thresholds
    )
    return Grid(
        "F1 with a confidence threshold, fitted on other games than judged",
        ("tolerance", "all spots", "common threshold", "threshold a class", "common, all games"),
        rows,
        "micro F1 in %; the last column is the threshold to use on new games",
    )


def _timing(extended: ExtendedMetrics) -> Grid:
    errors = {"all": extended.timing.overall, **extended.timing.per_class}
    rows = tuple(
        (
            name,
            number_of(error.matched),
            *(
                seconds_of(value, "{:+.2f}")
                for value in (error.bias_ms, error.median_ms, error.low_ms, error.high_ms)
            ),
            seconds_of(error.spread_ms, "{:.2f}"),
        )
        for name, error in errors.items()
        if error.matched
    )
    return Grid(
        "Time errors of matched spots",
        ("class", "matched", "bias", "median", "5 %", "95 %", "spread"),
        rows,
        f"in s, spot less truth; nearest pairs within {extended.timing.tolerance_s / 2:g} s",
    )


def _segments(extended: ExtendedMetrics) -> Grid:
    segments = extended.segments
    rows = (
        *((f"tIoU {at:g}", percent_of(value)) for at, value in segments.thumos.items()),
        ("THUMOS average (0.3 to 0.7)", percent_of(segments.thumos_average)),
        ("ActivityNet average (0.5 to 0.95)", percent_of(segments.activitynet_average)),
    )
    note = f"in %; points widened to {segments.width_s:g} s; secondary, the truth is points"
    return Grid("Temporal IoU", ("threshold", "mAP"), rows, note)


def _team(extended: ExtendedMetrics) -> Grid:
    team = extended.team
    rows = tuple(
        (
            name,
            number_of(counts.matched),
            number_of(counts.named),
            percent_of(counts.accuracy),
            percent_of(counts.commonest),
        )
        for name, counts in {"all": team.overall, **team.per_class}.items()
        if counts.matched
    )
    maps = ", ".join(f"{name} {percent(v)}" for name, v in team.team_average_map.items())
    return Grid(
        "Team",
        ("class", "matched", "team named", "right", "commoner team"),
        rows,
        f"right in % of named; average-mAP with the team required: {maps}",
    )


def _hallucination(extended: ExtendedMetrics) -> Grid:
    found = extended.hallucination
    labels, confidences = found.label_entropy, found.confidence_entropy
    rows = [
        ("false spots a minute", decimal_of(found.false_per_minute)),
        (f"spots a quiet minute (no event within {found.quiet.margin_s:g} s)",
         decimal_of(found.quiet.per_minute)),
        ("quiet minutes", decimal_of(found.quiet.minutes)),
        ("windows answered 'nothing'", percent_of(found.nothing_share)),
        ("spots in storms", percent_of(found.storms.share)),
        (f"longest storm ({found.storms.longest_label})", number_of(found.storms.longest)),
        *((f"{i.label} spots beyond the final score",
          NumberCell(f"{i.beyond} of {i.claimed}", {"": i.beyond, "of": i.claimed}))
          for i in found.impossible),
        ("entropy of the labels, bits (truth; most)",
         NumberCell(f"{labels.claims:.2f} ({labels.truths or 0:.2f}; {labels.most:.2f})",
                {"": labels.claims, "of truth": labels.truths, "at most": labels.most}, "bits")),
        ("entropy of the confidences, bits (most)",
         NumberCell(f"{confidences.claims:.2f} ({confidences.most:.2f})",
                {"": confidences.claims, "at most": confidences.most}, "bits")),
        ("different confidences", number_of(confidences.values)),
    ]  # fmt: skip
    return Grid("Claims of what is not there", ("figure", "value"), tuple(rows), "shares in %")


def _by_class(extended: ExtendedMetrics, rates: PrecisionRecall) -> Grid:
    found = extended.hallucination
    rows = tuple(
        (
            name,
            percent_of(rates.per_class[name].recall),
            percent_of(found.chance_recall[name]),
            percent_of(share),
            figure_of(found.storms.spacing_s[name], "{:.1f}", "s"),
        )
        for name, share in found.storms.per_class.items()
    )
    return Grid(
        "Recall against chance, and storms",
        ("class", "recall", "recall by chance", "spots in storms", "real spacing, s"),
        rows,
        "in %; by chance: the share of the play within reach of a spot; storms: 3 spots or more, "
        "each nearer to the last than 95 % of true events of the class",
    )


def _calibration(extended: ExtendedMetrics) -> Grid:
    study = extended.calibration
    rows = tuple(
        (
            name,
            percent_of(fit.d_ece),
            percent_of(fit.la_ece),
            figure_of(fit.brier, "{:.3f}"),
            percent_of(fit.mean_confidence),
            percent_of(fit.precision),
            percent_of(fit.loose),
            percent_of(fit.tight),
        )
        for name, fit in {"as it is": study.raw, **study.fitted}.items()
    )
    return Grid(
        "Calibration",
        ("confidence", "D-ECE", "LaECE", "Brier", "mean", "precision", "loose", "tight"),
        rows,
        f"in % but Brier; right within {study.tolerance_s / 2:g} s; fits made on other games",
    )


def _errors(extended: ExtendedMetrics) -> Grid:
    errors = extended.errors
    rows = tuple(
        (
            str(kind.kind),
            number_of(kind.count),
            percent_of(kind.share),
            percent_of(kind.loose),
            points_of(kind.loose_gain, "{:+.2f}"),
            percent_of(kind.tight),
            points_of(kind.tight_gain, "{:+.2f}"),
        )
        for kind in errors.kinds
    )
    return Grid(
        "Errors, and average-mAP if one kind were fixed",
        ("kind", "count", "share", "loose", "loose gain", "tight", "tight gain"),
        rows,
        "in %; shares are of spots, and those of missed events of all events; "
        f"close is within {errors.close_s / 2:g} s, near within {errors.near_s / 2:g} s; "
        f"{number_of(errors.right)} of {number_of(errors.spots)} spots are right",
    )


def _class_intervals(extended: ExtendedMetrics, rates: PrecisionRecall) -> list[Grid]:
    """The intervals of each class, where at least one has any."""
    by_metric = extended.class_intervals
    found = [one for by_class in by_metric.values() for one in by_class.values()]
    if not any(interval.ends for interval in found):
        return []
    rows = [
        (name, *(interval_of(by_class.get(name)) for by_class in by_metric.values()))
        for name in rates.per_class
    ]
    pooled = [extended.intervals[name] for name in ("precision", "recall", "f1")]
    rows.append(("all pooled", *map(interval_of, (None, None, *pooled))))
    note = f"in %; {NOTHING} without figure. {extended.interval_sentence}"
    return [Grid("95 % intervals by class", ("class", *CLASS_METRICS), tuple(rows), note)]
